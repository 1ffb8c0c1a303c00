/* Names of temporary files say which process made them, so that another process can remove those of
   one that has ended. */
#ifndef SRNN_CORE_TEMPORARY_H
#define SRNN_CORE_TEMPORARY_H

/* The part of such a name that says which machine and process made it. */
enum { SRNN__MARK_SIZE = 40 };
void srnn__temporary_mark(char mark[SRNN__MARK_SIZE]);

/* Removes files, and folders of files, named BEGIN.MARK-... from the folder, where MARK is that of
   a process of this machine that has ended. */
void srnn__temporary_clean(const char *folder, const char *begin);

#endif
