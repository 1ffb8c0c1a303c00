# spikernn study report: what the page of a study says, that it is whole and harmless, of a study that goes on, too.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >study.json <<'END'
{ "study": "tiny", "about": "Does <b>gain</b> matter?", "task": "go-nogo",
  "options": {"n_trials": 40, "eval_trials": 4, "eval_freq": 20, "scaling_factors": [30, 50], "search_trials": 3,
              "test_trials": 2, "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0},
  "conditions": [
    {"name": "<script>alert(1)</script>", "N": 12},
    {"name": "larger", "N": 30},
    {"name": "never good", "N": 12, "perf_threshold": 0.999, "loss_threshold": 0.001}],
  "seeds": "1:3",
  "expect": [{"condition": "larger", "measure": "evaluation.spiking.accuracy", "mean": 0.5, "sd": 0.2, "n": 9, "source": "a guess"},
             {"condition": "larger", "than": "never good", "measure": "training.trials", "differs": true, "source": "b"}],
  "figures": [
    {"figure": "study-points", "measure": "training.trials", "conditions": ["larger"], "caption": "As in the paper."},
    {"figure": "taus", "condition": "larger"},
    {"figure": "pca", "condition": "larger", "seed": 3},
    {"figure": "taus", "condition": "never good"}] }
END

# whole EXPRESSION: a Python expression is true of `p`, the parsed page.
whole() {
    "$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" runs/tiny/report.html "$1" || fail "not so in the page: $1"
}

# Two seeds of three: the page is right so far.
run "$SPIKERNN" study run study.json --seeds 1:2 --quiet --json
cp "$scratch/out" begun.json
accepted study report runs/tiny --formats svg --json
in_json 'j["verb"] == "study" and j["report"] == "runs/tiny/report.html"'
whole 'p.well_formed and not p.handlers and not p.loads and p.scripts == 4'
whole '[(c["n"], c["left"]) for c in p.study["conditions"]] == 3 * [(2, 1)]'
whole '[("svg" in f, "missing" in f) for f in p.page["listed"]] == [(True, False), (True, False), (False, True), (False, True)]'
whole '{e["verdict"] for e in p.study["expectations"]} == {"not yet"}'
whole 'all(e["sentence"].endswith("left") for e in p.study["expectations"])'
whole '[n["state"] for n in p.study["networks"]] == 2 * ["finished", "finished", "left"] + ["not_trained", "not_trained", "left"]'
whole 'all(v is None for n in p.study["networks"] if n["state"] == "left" for v in n["values"])'
whole 'p.study["conditions"][0]["name"] == "<script>alert(1)</script>"'
whole 'all("criterion" in n["sentence"] for n in p.study["networks"] if n["state"] == "not_trained")'

# All of it: what the library says of the study, its figures, its file.
run "$SPIKERNN" study run study.json --quiet --json
accepted study status runs/tiny --json
cp "$scratch/out" status.json
accepted study report runs/tiny --formats svg
printed "report: runs/tiny/report.html"
whole 'p.study == {k: v for k, v in json.load(open("status.json", encoding="utf-8")).items() if k != "verb"}'
whole 'all(c["left"] == 0 and c["n"] == 3 for c in p.study["conditions"])'
whole 'p.figures() == ["study-points", "study-option", "study-share", "study-learning", "study-lambda"]'
whole 'all(f["svg"] == open("runs/tiny/figures/%s.svg" % f["name"], encoding="utf-8").read() for f in p.page["figures"])'
whole 'p.page["file"] == open("study.json", encoding="utf-8").read()'
whole 'p.commands()[0] == "spikernn study run runs/tiny" and "spikernn study report runs/tiny" in p.commands()'
whole '{t["test"] for t in p.study["tests"]} == {"signed-rank"} and p.study["expectations"][0]["verdict"]'
whole 'p.study["versions"][0]["spikernn"] == p.page["spikernn"]'

# The figures that the study file lists, each in its folder: with its own measure, conditions and network.
whole '[f["name"] for f in p.page["listed"]] == ["1-study-points", "2-taus", "3-pca", "4-taus"]'
whole 'p.page["listed"][0]["caption"] == "As in the paper." and p.page["listed"][1]["caption"].startswith("Units of each population")'
whole '[f["title"] for f in p.page["listed"]][2:] == ["Principal components: " + p.study["conditions"][1]["name"] + ", seed %d" % p.study["networks"][5]["seed"], "Synaptic decay times"]'
whole '["svg" in f for f in p.page["listed"]] == [True, True, True, False] and "trained" in p.page["listed"][3]["missing"]'
whole 'all(f["svg"] == open("runs/tiny/figures/%s/%s.svg" % tuple(f["name"].split("-", 1)), encoding="utf-8").read() for f in p.page["listed"][:3])'
grep -q "training trials" runs/tiny/figures/1/study-points.var || fail "another measure"
grep -q 'n_conditions = 1$' runs/tiny/figures/1/study-points.var || fail "other conditions"
whole '[(f["conditions"], f["measure"], f["of_network"]) for f in p.study["figures"]] == [([1], "training.trials", False), ([1], None, True), ([1], None, True), ([2], None, True)]'
whole '[f["network"] for f in p.study["figures"]][2:] == [5, None] and p.study["figures"][1]["network"] in (3, 4, 5)'

# Its commands are good: the last ones make the same page again.
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" runs/tiny/report.html 'print("\n".join(p.commands())) or True' >commands
cp runs/tiny/report.html first.html
sed -n '1p;3p' commands | sed "s|^spikernn|'$SPIKERNN'|; s|\$| --quiet|; /study report/s|\$| --formats svg|" >again.sh
bash -eu again.sh >said 2>&1 || fail "the page's commands fail: $(cat said)"
same='import re, sys
print(re.sub("\"written\":\"[^\"]*\"", "", open(sys.argv[1], encoding="utf-8").read()), end="")'
cmp <("$PYTHON" -c "$same" first.html) <("$PYTHON" -c "$same" runs/tiny/report.html) || fail "the page is another one"

# One figure; another folder for figures; no gnuplot; a folder that takes no page.
accepted study report runs/tiny --figures study-points --figures_dir elsewhere --formats svg
whole 'p.figures() == ["study-points"]'
[ -f elsewhere/study-points.svg ] || fail "no figure in --figures_dir"
accepted study report runs/tiny --figures none
whole 'p.figures() == []'
run env PATH=/no-such-folder "$SPIKERNN" study report runs/tiny
whole 'p.figures() == []'
one_sentence "gnuplot"
mkdir -p runs/tiny/blocked && rm runs/tiny/report.html && mkdir runs/tiny/report.html
run "$SPIKERNN" study report runs/tiny --formats svg
[ $code != 0 ] || fail "a page was written over a folder"
one_sentence "report.html"

# Several studies: a page, a table of what all of them expect, and the page of each.
mkdir all
cp -r runs/tiny all/fig2
rm -rf all/fig2/report.html
cp -r all/fig2 all/fig10
accepted study report all --formats svg
printed "report: all/report.html"
in_all() {
    "$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" all/report.html "$1" || fail "not so in the page of all: $1"
}
in_all 'p.well_formed and not p.handlers and not p.loads'
in_all 'json.loads(p.texts["studies"]) == json.load(open("all/published.json", encoding="utf-8"))'
in_all '[s["folder"] for s in json.loads(p.texts["studies"])["studies"]] == ["fig2", "fig10"]'
in_all '[s["command"] for s in json.loads(p.texts["studies"])["studies"]] == [["study", "run", "all/fig2"], ["study", "run", "all/fig10"]]'
in_all '[["svg" in f for f in of] for of in p.page["figures"]] == 2 * [[True, True, True, False]]'
in_all '[(r["study"], r["condition"], r["expectation"]["kind"]) for r in json.loads(p.texts["studies"])["published"]] == [
    (i, "larger", kind) for i in (0, 1) for kind in ("mean", "comparison")]'
[ -f all/fig2/report.html ] && [ -f all/fig10/report.html ] || fail "a study has no page"
accepted study status all
grep -q "^fig2 .* 9 .* 0 " "$scratch/out" || fail "no line of a study: $(cat "$scratch/out")"
refused "--figures_dir is elsewhere, but all has several studies" study report all --figures_dir elsewhere
refused "has neither study.json nor folders of studies" study status all/fig2/figures

# A training that two conditions share: its file has no search, the figure shows that of its condition.
sed 's/"tiny"/"shared"/; s/"conditions": \[/"grid": {"tref_ms": [1, 2]}, "conditions": [/; s/"seeds": "1:3"/"seeds": 1/; /"expect"/,$d' study.json >shared.json
echo '  "figures": [{"figure": "search", "condition": "larger, tref_ms 2"}] }' >>shared.json
accepted study run shared.json --dir shared --quiet
accepted study report shared --formats svg
[ -f shared/figures/1/search.svg ] || fail "no figure of the search"
