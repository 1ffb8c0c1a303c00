/* The figures of report.html, each in its section. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* A picture above this is left to its own file: the page should stay light. */
enum { PICTURE_MAX = 3 << 20 };

/* Where a figure stands; one that is not named here belongs to "Activity and dynamics". */
static const struct {
    const char *figure;
    cli_section section;
} places[] = {{"training", CLI_TRAINED}, {"taus", CLI_TRAINED}, {"weights", CLI_TRAINED},
              {"search", CLI_CONVERTED}, {"outputs", CLI_DOES}, {"raster", CLI_DOES},
              {"psth", CLI_DOES},        {"voltages", CLI_DOES}};

static cli_section section_of(const char *figure)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (!strcmp(figure, places[i].figure)) return places[i].section;
    return CLI_INSIDE;
}

/* The whole file as text, to be freed; NULL: it is not there, or too large. */
static char *read_picture(const char *path)
{
    FILE *file = cli_open_regular(NULL, path, NULL);
    char *text = malloc(PICTURE_MAX + 1);
    size_t n = 0;
    if (file && text) n = fread(text, 1, PICTURE_MAX, file);
    const bool whole = file && text && feof(file) && !ferror(file);
    if (file) fclose(file);
    if (whole) {
        text[n] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

/* A column of a paper is narrow on a screen. */
static const double enlarged = 1.25;

static void show_figure(cli_page *page, const srnn_figure *figure)
{
    char *path, prefix[64], *svg = NULL, *image = NULL;
    size_t size;
    double width;
    if (asprintf(&path, "%s/%s.svg", page->figures, figure->name) < 0) return;
    snprintf(prefix, sizeof prefix, "%s-", figure->name);
    FILE *to = (svg = read_picture(path)) ? open_memstream(&image, &size) : NULL;
    const bool good = to && cli_svg_inline(to, svg, prefix, figure->title, &width);
    if (to && !fclose(to) && good) {
        page->n_figures++;
        fputs("<figure id=\"", page->to);
        cli_html(page->to, "figure-%s", figure->name);
        fprintf(page->to, "\" style=\"width:%.0fpx\"><div class=\"picture\">", enlarged * width);
        fwrite(image, 1, size, page->to);
        fputs("</div><figcaption><b>", page->to);
        cli_html(page->to, "%s.", figure->title);
        fputs("</b> ", page->to);
        cli_html_text(page->to, figure->caption);
        fputs("</figcaption></figure>\n", page->to);
    }
    free(image);
    free(svg);
    free(path);
}

void cli_page_figures(cli_page *page, cli_section section)
{
    fputs("<div class=\"figures\">\n", page->to);
    for (int i = 0; i < page->drawn->n && !page->drawn->scripts_only; i++)
        if (section_of(page->drawn->figures[i]->name) == section)
            show_figure(page, page->drawn->figures[i]);
    fputs("</div>\n", page->to);
}
