#define _GNU_SOURCE 1 /* asprintf, realpath */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/text.h"
#include "spikernn/study.h"

/* Read by a person, then by sbatch, then by sh. The program stops at --max_hours, two margins
   before the end; SLURM's signal comes one margin before it, and may come a minute earlier. */
static const char slurm_template[] =
    "#!/bin/sh\n"
    "#SBATCH --job-name=%s\n"
    "#SBATCH --array=1-%d\n"
    "#SBATCH --ntasks=1 --cpus-per-task=%d --mem-per-cpu=1G\n"
    "#SBATCH --time=%d:%02d:00 --signal=B:USR1@%d\n"
    "#SBATCH --requeue --open-mode=append --output=%%x-%%A_%%a.out\n"
    "# If the cluster wants them, without the first #:\n"
    "##SBATCH --partition=NAME --account=NAME\n"
    "\n"
    "# Read it, change what the cluster wants otherwise, save it as FILE and send it from a login\n"
    "# node:\n"
    "#   sbatch FILE\n"
    "# The tasks share the networks of the study; a task computes one on each of its processors "
    "at\n"
    "# a time. What is left, and what failed:\n"
    "#   %s study status %s\n"
    "# Networks are left where a task was killed or its time was over. The same FILE again "
    "computes\n"
    "# these: nothing that is finished is computed twice, and a training that was stopped goes "
    "on.\n"
    "# Both passes at once, the second after the first has ended:\n"
    "#   sbatch --dependency=afterany:$(sbatch --parsable FILE) FILE\n"
    "#\n"
    "# Before its time is over (--max_hours, and then SLURM's signal) and when it is preempted\n"
    "# (SIGTERM), the program saves the trainings it is at and ends with exit code 0. A task that "
    "is\n"
    "# preempted before it has ended, or whose node fails, goes back into the queue (--requeue) "
    "and\n"
    "# continues there; one that has ended does not: its rest is for the next pass.\n"
    "# exec: the signals reach the program instead of the shell.\n"
    "exec %s study run %s --threads \"$SLURM_CPUS_PER_TASK\" --max_hours %.4f\n";

srnn_slurm_options srnn_slurm_options_default(void)
{
    return (srnn_slurm_options){.size = sizeof(srnn_slurm_options),
                                .program = "spikernn",
                                .array = 10,
                                .cpus = 1,
                                .hours = 4};
}

static srnn_status slurm_check(srnn_ctx *ctx, const srnn_slurm_options *o)
{
    const srnn__check checks[] = {
        {"array", o->array, o->array >= 1 && o->array <= 1000000, "1 to 1000000"},
        {"cpus", o->cpus, o->cpus >= 1 && o->cpus <= 1024, "1 to 1024"},
        {"hours", o->hours, o->hours >= 0.05 && o->hours <= 8760, "0.05 to 8760"}};
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

/* A word of the shell, to be freed; NULL: out of memory. */
static char *slurm_word(const char *text)
{
    char *word = malloc(4 * strlen(text) + 3), *to = word;
    if (!word) return NULL;
    *to++ = '\'';
    for (; *text; text++)
        if (*text == '\'')
            to = stpcpy(to, "'\\''");
        else
            *to++ = *text;
    strcpy(to, "'");
    return word;
}

/* A line break in a word would end the comment that the word is in. */
static srnn_status slurm_quote(srnn_ctx *ctx, const char *what, const char *text, char **word)
{
    char shown[512];
    srnn_printable(text, shown, sizeof shown);
    if (!*text || !srnn__is_plain(text))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s is '%s'; a script takes a name in UTF-8 without control characters",
                          what, shown);
    *word = slurm_word(text);
    return *word ? SRNN_OK : srnn__no_memory(ctx);
}

static srnn_status slurm_folder(srnn_ctx *ctx, const char *folder, char **word)
{
    char *whole = realpath(folder, NULL);
    if (!whole)
        return srnn__fail(ctx, SRNN_ERR_FILE, "folder %s cannot be opened: %s", folder,
                          strerror(errno));
    const srnn_status status = slurm_quote(ctx, "folder", whole, word);
    free(whole);
    return status;
}

/* sbatch splits its lines at blanks, and %x is part of a file's name. */
static char *slurm_name(const char *study)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    char *name = strdup(study);
    for (char *c = name; c && *c; c++)
        if (!strchr(plain, *c)) *c = '_';
    return name;
}

static char *slurm_write(const srnn_slurm_options *o, const char *study, const char *program,
                         const char *folder)
{
    const int minutes = (int)(60 * o->hours + 0.5), tenth_s = 6 * minutes;
    const int margin_s = tenth_s < 120 ? tenth_s : 120;
    char *script = NULL, *name = slurm_name(study);
    if (name && asprintf(&script, slurm_template, name, o->array, o->cpus, minutes / 60,
                         minutes % 60, margin_s, program, folder, program, folder,
                         (60. * minutes - 2 * margin_s) / 3600) < 0)
        script = NULL;
    free(name);
    return script;
}

srnn_status srnn_study_slurm_script(srnn_ctx *ctx, const srnn_study_view *view,
                                    const srnn_slurm_options *options, char **out)
{
    srnn_slurm_options own = srnn_slurm_options_default();
    char *program = NULL, *folder = NULL;
    *out = NULL;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_slurm_options, options, hours, &own);
    if (!status) status = slurm_check(ctx, &own);
    if (!status) status = slurm_quote(ctx, "program", own.program, &program);
    if (!status) status = slurm_folder(ctx, view->folder, &folder);
    if (!status && !(*out = slurm_write(&own, view->name, program, folder)))
        status = srnn__no_memory(ctx);
    free(program);
    free(folder);
    return status;
}
