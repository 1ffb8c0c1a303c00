#include "study_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MEASURES = 6 };

/* Is the column one for a reader? The first measures are; files have all columns. */
static bool study_column_shown(const srnn_study_view *v, int column)
{
    const int first = 3 + v->n_varied, measure = column - first;
    return column < 3 || (measure >= 0 && measure < v->n_measures && measure < SHOWN_MEASURES);
}

static char *reduced_text(const srnn_study_view *v, const srnn_table *all)
{
    const size_t columns = (size_t)all->n_columns, rows = (size_t)all->n_rows;
    srnn_column *shown = calloc(columns + 1, sizeof *shown);
    srnn_cell *cells = calloc(columns * rows + 1, sizeof *cells);
    int n = 0;
    for (int k = 0; shown && k < all->n_columns; k++)
        if (study_column_shown(v, k)) shown[n++] = all->columns[k];
    size_t at = 0;
    for (int i = 0; shown && cells && i < all->n_rows; i++)
        for (int k = 0; k < all->n_columns; k++)
            if (study_column_shown(v, k)) cells[at++] = all->cells[i * all->n_columns + k];
    const srnn_table table = {
        .name = all->name, .n_columns = n, .n_rows = all->n_rows, .columns = shown, .cells = cells};
    char *text = shown && cells ? srnn_table_text(&table) : NULL;
    free(shown);
    free(cells);
    return text;
}

int cli_study_table(const cli_options *o, srnn_ctx *ctx, const srnn_study *study)
{
    const srnn_study_view v = srnn_study_get(study);
    srnn_table *tables;
    const srnn_status status = srnn_study_tables(ctx, study, &tables);
    if (status) return cli_library_error(o, ctx, status);
    int code = CLI_OK;
    if (o->json) {
        json_t *document = cli_json_document(o);
        json_object_set_new(document, "study", cli_json_text(v.name));
        json_object_set_new(document, "networks", cli_json_parsed(srnn_table_json(&tables[0])));
        code = cli_json_result(o, document);
    } else {
        char *text = reduced_text(&v, &tables[0]);
        if (text)
            fputs(text, stdout);
        else
            code = cli_error(o, "out of memory");
        free(text);
    }
    srnn_study_tables_free(tables);
    return code;
}

int cli_study_json(const cli_options *o, srnn_ctx *ctx, const srnn_study_view *v)
{
    json_t *document = cli_json_document(o);
    json_object_update_missing_new(document, cli_json_parsed(srnn_study_json(ctx, v)));
    return cli_json_result(o, document);
}

int cli_study_plan_json(const cli_options *o, const srnn_study_view *v, const srnn_study_plan *p)
{
    json_t *document = cli_json_document(o);
    json_object_update_new(
        document, json_pack("{sssis{sisisi}s{sisisi}soso}", "study", v->name, "networks",
                            p->networks, "stages", "train", p->stages[0], "convert", p->stages[1],
                            "evaluate", p->stages[2], "to_compute", "train", p->left[0], "convert",
                            p->left[1], "evaluate", p->left[2], "hours", cli_json_real(p->hours),
                            "bytes", cli_json_real(p->bytes)));
    return cli_json_result(o, document);
}
