/* Names of files that a process needs for a while, by which others see whether it is still there.
 */
#ifndef SRNN_CORE_TEMPORARY_H
#define SRNN_CORE_TEMPORARY_H

/* What stands in such a name between those of the file and of its number: the machine and the
 * process. */
enum { SRNN__MARK_SIZE = 40 };
void srnn__temporary_mark(char mark[SRNN__MARK_SIZE]);

/* Removes from the folder what processes of this machine that have ended left there under a name
   BEGIN.MARK-...: files, and folders of files. */
void srnn__temporary_clean(const char *folder, const char *begin);

#endif
