"""Reads report.html and evaluates an expression of it: report_page.py PAGE EXPRESSION.
p.text all words, p.cells those of table cells, p.loads everything it would fetch, ..."""
import html.parser
import json
import re
import shlex
import sys

VOID = {"meta", "link", "br", "img", "input", "hr"}
LOADING = {"src", "href", "xlink:href", "data", "poster", "action", "srcset"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.marks, self.faults = [], {}, []
        self.ids, self.references, self.loads, self.handlers = [], set(), [], []
        self.scripts, self.data = 0, None
        self.words, self.cells, self.row_heads, self.commands = [], [], [], []
        self.headings, self.labels, self.figures, self.figure_titles = [], [], [], []
        self.title = ""

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag not in VOID:
            self.stack.append((tag, a))
        self.note(tag, a)
        self.marks[len(self.stack)] = len(self.words)  # where the element's words begin

    def handle_startendtag(self, tag, attributes):
        self.note(tag, dict(attributes))

    def note(self, tag, a):
        if "id" in a:
            self.ids.append(a["id"])
        self.handlers += [k for k in a if k.startswith("on")]
        for key, value in a.items():
            for url in re.findall(r"url\(([^)]*)\)", value or ""):
                self.refer(url.strip("'\""))
            if key in LOADING:
                self.refer(value)
        if tag in ("iframe", "object", "embed", "base", "form", "img"):
            self.faults.append(tag)
        if tag == "script":
            self.scripts += 1
        if tag == "figure" and a.get("id", "").startswith("figure-"):
            self.figures.append(a["id"][len("figure-"):])
        if tag == "svg":
            self.labels.append(a.get("aria-label"))

    def refer(self, url):
        if url.startswith("#"):
            self.references.add(url[1:])
        elif not url.startswith("data:"):
            self.loads.append(url)

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1][0] != tag:
            self.faults.append("</%s> within %s" % (tag, self.stack[-1:]))
            return
        depth = len(self.stack)
        _, a = self.stack.pop()
        text = "".join(self.words[self.marks[depth]:])
        if tag == "td":
            self.cells.append(text)
        if tag == "th" and a.get("scope") == "row":
            self.row_heads.append(text)
        if tag == "pre" and a.get("class") == "command":
            self.commands.append(text)
        if tag == "title":
            self.title = text
        if tag == "b" and self.stack and self.stack[-1][0] == "figcaption":
            self.figure_titles.append(text.rstrip("."))
        if re.fullmatch("h[1-6]", tag):
            before = self.headings[-1][1] if self.headings else 0
            if int(tag[1]) > before + 1:
                self.faults.append("heading %s after h%d" % (text, before))
            self.headings.append((text, int(tag[1])))

    def argv(self, i):
        return shlex.split(self.commands[i])

    def rates_hz(self):
        """[N] of the units, over all trials of the raster without the first nine steps"""
        trials, counts = self.data["raster"]["trials"], [0] * len(self.data["units"])
        for trial in trials:
            for row, time_ms in zip(trial["u"], trial["t"]):
                counts[self.data["units"][row] - 1] += time_ms > 0.46
        return [round(1000 * n / (len(trials) * (self.data["T_ms"] - 0.45)), 6) for n in counts]

    def correct(self):
        """[n_types] trials of the raster"""
        counts = [0] * len(self.data["types"])
        for trial in self.data["raster"]["trials"]:
            counts[trial["type"]] += trial["correct"]
        return counts

    def handle_data(self, text):
        inside = self.stack[-1] if self.stack else ("", {})
        if inside[0] == "script":
            if inside[1].get("type") == "application/json":
                self.data = json.loads(text)
        elif inside[0] == "style":
            for url in re.findall(r"url\(([^)]*)\)|@import", text):
                self.loads.append(url)
        else:
            self.words.append(text)


def read(path):
    page = Page()
    with open(path, encoding="utf-8") as file:
        page.feed(file.read())
    page.close()
    page.text = "".join(page.words).replace("\u00a0", " ")
    page.faults += [tag for tag, _ in page.stack]
    page.well_formed = not page.faults
    return page


if __name__ == "__main__":
    p = read(sys.argv[1])
    if not eval(sys.argv[2]):
        print("faults:", p.faults[:5], "loads:", p.loads[:5], "handlers:", p.handlers[:5],
              "title:", p.title, "figures:", p.figures, "commands:", p.commands, file=sys.stderr)
        sys.exit(1)
