"""Reads report.html and evaluates an expression of it: report_page.py PAGE EXPRESSION.
p.summary and p.page are its data, p.summary_text the former as it stands there; p.study and p.page those of a study."""
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
        self.stack, self.faults, self.loads, self.handlers = [], [], [], []
        self.scripts, self.texts = 0, {}

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag not in VOID:
            self.stack.append((tag, a))
        self.scripts += tag == "script"
        self.handlers += [k for k in a if k.startswith("on")]
        self.loads += [v for k, v in a.items() if k in LOADING and not v.startswith(("#", "data:"))]
        if tag in ("iframe", "object", "embed", "base", "form", "img", "svg"):
            self.faults.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1][0] != tag:
            self.faults.append("</%s> within %s" % (tag, self.stack[-1:]))
        else:
            self.stack.pop()

    def handle_data(self, text):
        tag, a = self.stack[-1] if self.stack else ("", {})
        if tag == "script" and a.get("type") == "application/json":
            self.texts[a["id"]] = text
        if tag == "style":
            self.loads += re.findall(r"url\([^)]*\)|@import", text)

    def argv(self, i):
        return self.page["reproduce"]["commands"][i]["words"]

    def commands(self):
        commands = self.page["commands"] if self.study else self.page["reproduce"]["commands"]
        return [shlex.join(["spikernn", *c["words"]]) for c in commands]

    def figures(self):
        return [f["name"] for f in self.page["figures"]]

    def rates_hz(self):
        """[N] of the units, over all trials without the first nine steps"""
        t = self.page["trials"]
        counts = [0] * len(t["population"])
        for trial in t["trials"]:
            for unit, time_ms in zip(trial["unit"], trial["time_ms"]):
                counts[unit] += time_ms > 0.46
        return [round(1000 * n / (len(t["trials"]) * (t["T_ms"] - 0.45)), 6) for n in counts]

    def correct(self, network):
        """[n_types] of the trials"""
        counts = [0] * len(self.page["trials"]["types"])
        for trial in self.page["trials"]["trials"]:
            counts[trial["type"]] += trial[network + "_correct"]
        return counts


def read(path):
    page = Page()
    with open(path, encoding="utf-8") as file:
        page.feed(file.read())
    page.close()
    page.faults += [tag for tag, _ in page.stack]
    page.well_formed = not page.faults
    page.summary_text = page.texts.get("summary", "null")
    page.summary, page.page = json.loads(page.summary_text), json.loads(page.texts["page"])
    page.study = json.loads(page.texts.get("study", "null"))
    return page


if __name__ == "__main__":
    p = read(sys.argv[1])
    if not eval(sys.argv[2]):
        print("faults:", p.faults[:5], "loads:", p.loads[:5], "handlers:", p.handlers[:5],
              "figures:", p.figures(), "commands:", p.commands(), file=sys.stderr)
        sys.exit(1)
