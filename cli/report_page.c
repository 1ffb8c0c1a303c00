/* report.html: one page about a run, which needs no other file. */
#define _GNU_SOURCE 1
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void write_title(const cli_page *page)
{
    cli_html(page->to, "%s, %d units, seed %.0f", page->def->name,
             srnn_model_get_view(page->subject->model).N, cli_number_at(page->summary, "seed"));
}

static void write_head(const cli_page *page)
{
    FILE *to = page->to;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"generator\" content=\"spikernn ",
          to);
    cli_html_text(to, srnn_version());
    fputs("\">\n<link rel=\"icon\" href=\"data:,\">\n<title>", to);
    write_title(page);
    fprintf(to, "</title>\n<style>\n%s\n%s</style>\n</head>\n", cli_uplot_css, cli_report_css);
}

/* Of the run; where an older summary does not tell it, that of its file. */
static void write_date(const cli_page *page)
{
    const char *told = cli_text_at(page->summary, "date");
    char *path, date[64];
    struct stat info;
    struct tm local;
    if (*told) {
        fputs(" · <time>", page->to);
        cli_html(page->to, "%.10s %.5s", told, strlen(told) > 16 ? told + 11 : "");
        fputs("</time>", page->to);
        return;
    }
    if (asprintf(&path, "%s/summary.json", page->folder) < 0) return;
    if (!stat(path, &info) && localtime_r(&info.st_mtime, &local) &&
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &local))
        fprintf(page->to, " · <time datetime=\"%s\">%s</time>", date, date);
    free(path);
}

static void write_header(cli_page *page)
{
    FILE *to = page->to;
    fputs("<body>\n<header>\n<h1>", to);
    write_title(page);
    fputs(
        "</h1>\n<p class=\"origin\">A rate network trained on a cognitive task and converted to a "
        "spiking network · spikernn ",
        to);
    cli_html_text(to, cli_text_at(page->summary, "spikernn"));
    write_date(page);
    fputs("</p>\n", to);
    cli_page_headline(page);
    fputs("</header>\n", to);
}

static const struct {
    const char *id, *title;
    void (*write)(cli_page *page);
} sections[] = {{"trained", "What was trained", cli_page_trained},
                {"converted", "How it was converted", cli_page_converted},
                {"does", "Performance", cli_page_does},
                {"inside", "Activity and dynamics", cli_page_inside},
                {"reproduce", "Reproduce", cli_page_reproduce}};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

static void write_contents(FILE *to)
{
    fputs("<nav aria-label=\"Sections\"><ul>", to);
    for (int i = 0; i < N_SECTIONS; i++)
        fprintf(to, "<li><a href=\"#%s\">%s</a></li>", sections[i].id, sections[i].title);
    fputs("</ul></nav>\n", to);
}

static bool write_page(cli_page *page)
{
    FILE *to = page->to;
    write_head(page);
    write_header(page);
    write_contents(to);
    fputs("<main>\n<noscript><p class=\"note\">Without JavaScript the plots that can be zoomed "
          "are left out; the figures are all here.</p></noscript>\n",
          to);
    for (int i = 0; i < N_SECTIONS; i++) {
        fprintf(to,
                "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n",
                sections[i].id, sections[i].id, sections[i].id, sections[i].title);
        sections[i].write(page);
        fputs("</section>\n", to);
    }
    if (page->n_figures == 0)
        fputs("<p class=\"note\">There were no figures to show: they are drawn by gnuplot.</p>\n",
              to);
    fputs("</main>\n", to);
    const bool good = cli_page_data(page);
    fprintf(to, "<!-- uPlot, which draws the plots that can be zoomed:\n%s-->\n",
            cli_uplot_license);
    fprintf(to, "<script>\n%s\n</script>\n<script>\n%s</script>\n</body>\n</html>\n", cli_uplot_js,
            cli_report_js);
    return good && !ferror(to);
}

int cli_write_report(cli_options *o, const char *folder, const json_t *summary,
                     const cli_subject *subject, const cli_figures_drawn *drawn)
{
    char *figures = NULL, *path = NULL, *text = NULL;
    size_t size;
    cli_page page = {.to = open_memstream(&text, &size),
                     .options = o,
                     .folder = folder,
                     .summary = summary,
                     .subject = subject,
                     .drawn = drawn,
                     .def = srnn_task_get_def(subject->task)};
    bool good = page.to && asprintf(&path, "%s/report.html", folder) >= 0 &&
                (o->s.figures_dir || asprintf(&figures, "%s/figures", folder) >= 0);
    if (good) {
        page.figures = figures ? figures : o->s.figures_dir;
        good = write_page(&page);
    }
    if (page.to && fclose(page.to)) good = false;
    int code = CLI_OK;
    if (!good)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, path, text))
        code = cli_error(o, "%s", o->error);
    free(text);
    free(path);
    free(figures);
    return code;
}
