/* The diagnosis of a spiking network of `eval`, and its lines. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <string.h>

srnn_status cli_diagnose(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                         const srnn_task *task, const srnn_evaluation *evaluation,
                         srnn_diagnosis *diagnosis)
{
    const srnn_spiking_params params = cli_converted(o, evaluation->scaling_factor);
    srnn_diagnose_options options = srnn_diagnose_options_default();
    options.seed = o->s.seed;
    options.when = (srnn_diagnose_when)o->s.diagnose;
    return srnn_diagnose(ctx, model, task, &options, &params, evaluation, diagnosis);
}

/* Words of UTF-8 in lines of at most `width` letters, the first of them after `bullet`. */
static void print_wrapped(const char *bullet, const char *text, int width)
{
    int column = printf("%s", bullet);
    const int indent = column;
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = strchrnul(text, ' ');
        int letters = 0;
        for (const char *c = text; c < end; c++) letters += (*c & 0xc0) != 0x80;
        if (column > indent && column + 1 + letters > width) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        column += printf("%s", column > indent ? " " : "") + letters;
        printf("%.*s", (int)(end - text), text);
    }
    putchar('\n');
}

void cli_print_diagnosis(const srnn_diagnosis *diagnosis)
{
    if (!diagnosis->made) return;
    puts("\nwhy it may fail");
    for (int i = 0; i < diagnosis->n; i++)
        print_wrapped("  - ", diagnosis->findings[i].sentence, 80);
    if (diagnosis->n == 0) puts("  - None of the known causes was found.");
}
