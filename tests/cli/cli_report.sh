# spikernn report: what the page says, that it is whole and harmless, and folders that hold no run.
. "$SOURCE_DIR/tests/cli/expect.bash"

tiny="--N 30 --n_trials 40 --eval_trials 4 --scaling_factors 30:50:10 --search_trials 3 --test_trials 2 --formats svg"

# Trial types whose names are markup, in the page and in its figures; a summary that is, too.
sed -n '/^```json$/,/^```$/p' "$SOURCE_DIR/docs/tasks.md" | sed '1d;$d' |
    sed 's/"left"/"<script>alert(1)<\/script>"/; s/"right"/"<\/svg>\&lt"/' >hostile.json
experiment ./hostile.json $tiny --seed 2 --output_dir hostile --quiet --json
"$PYTHON" - <<'END'
import json
j = json.load(open("hostile/summary.json", encoding="utf-8"))
j["spikernn"] = "<img src=x onerror=alert(1)>"
j["diagnosis"] = [{"sentence": "`</code><script>alert(2)</script>"}]
j["given"]["connectivity"] = "it's </code><svg onload=alert(3)>.mat"
json.dump(j, open("hostile/summary.json", "w"))
END
accepted report hostile --n_trials 3 --quiet --json
in_json 'j["verb"] == "report" and j["report"] == "hostile/report.html"'

# whole EXPRESSION: a Python expression is true of `p`, the parsed page of $page.
whole() {
    "$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" "$page" "$1" || fail "not so in $page: $1"
}
page=hostile/report.html
whole 'p.well_formed'
whole 'p.scripts == 3 and not p.handlers' # the data, uPlot and our own
whole 'not p.loads'
whole 'len(p.ids) == len(set(p.ids)) and p.references <= set(p.ids)'
whole 'p.title == "cued-delay, 30 units, seed 2"'
whole '"<script>alert(1)</script>" in p.row_heads and "</svg>&lt" in p.row_heads'
whole 'p.data["types"] == ["<script>alert(1)</script>", "</svg>&lt"]'
whole '[h[1] for h in p.headings].count(1) == 1'
whole '"./cued-delay.json" in p.argv(0) and "exponential" in p.text'
whole '"it" + chr(39) + "s </code><svg onload=alert(3)>.mat" in p.argv(0)'
whole '"<img src=x onerror=alert(1)>" in p.text and "<script>alert(2)</script>" in p.text'

# The page agrees with the summary, and every figure of the folder is in it.
experiment go-nogo $tiny --seed 5 --noise 0.2 --P_rec 0.3 --no_autapses --noise_mv 0.05 --v0 rest \
    --output_dir run --quiet --json
cp "$scratch/out" run.json
cp run/report.html first.html
page=run/report.html
whole 'p.well_formed and not p.loads and not p.handlers'
figures=$(cd run/figures && ls *.svg | sed 's/.svg$//' | sort | tr '\n' ' ')
[ -n "$figures" ] || fail "there are no figures"
whole "sorted(p.figures) == '$figures'.split()"
whole 'all(f in p.labels for f in p.figure_titles)'
for section in trained converted does inside reproduce; do whole "'$section' in p.ids"; done
"$PYTHON" - run.json >expected <<'END'
import json, sys
j = json.load(open(sys.argv[1], encoding="utf-8"))
e = j["evaluation"]
for a in (e["rate"], e["spiking"], *e["rate"]["types"], *e["spiking"]["types"], *j["search"]["table"]):
    print("%.3f (%.3f – %.3f)" % (a["accuracy"], *a["interval"]))
print(j["spikernn"])
END
while read -r line; do
    whole "'''$line''' in p.text"
done <expected

# Its trials are those that `analyze` looks at.
accepted report run --n_trials 2 --figures none
accepted analyze run/model.mat --seed 5 --noise_mv 0.05 --v0 rest --n_trials 2 --json
whole 'sorted(p.data["units"]) == list(range(1, 31)) and sum(q["n"] for q in p.data["populations"]) == 30'
whole 'p.rates_hz() == [round(hz, 6) for hz in
    json.load(open("'"$scratch/out"'"))["spike_trains"]["units"]["mean_firing_rate"]]'
whole 'p.correct() == [t["correct"] for t in json.load(open("run.json"))["evaluation"]["spiking"]["types"]]'

# The command it tells makes the same network.
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" run/report.html 'print(p.commands[0]) or True' >command
sed -i "s|^spikernn|\"\$SPIKERNN\"|; s|\$| --output_dir again --figures none --quiet --json|" command
. ./command >again.json 2>"$scratch/err" || [ $? = 3 ] || fail "the command in the page failed: $(cat command)"
"$PYTHON" - <<'END' || fail "the command in the page makes another run: $(cat command)"
import json
a, b = (json.load(open(f, encoding="utf-8")) for f in ("run.json", "again.json"))
for key in ("task", "seed", "options", "search", "evaluation"):
    assert a[key] == b[key], key
assert all(a["training"][k] == b["training"][k] for k in a["training"] if k != "seconds")
END
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" run/model.mat again/model.mat

# The verb does what `run` does: the same page, but for the sizes of files.
accepted report run --formats svg
printed "report: run/report.html"
cmp first.html run/report.html || fail "report writes another page than run"

# An older summary, which lacks parts
mkdir older
cp run/model.mat older
"$PYTHON" - <<'END'
import json
j = json.load(open("run/summary.json", encoding="utf-8"))
for key in ("diagnosis", "seconds", "readout", "training"):
    del j[key]
del j["options"]["learn"], j["options"]["v0_low_mv"], j["evaluation"]["comparison"]
j["search"]["table"][0]["loss"] = None
json.dump(j, open("older/summary.json", "w"))
END
accepted report older --figures none --n_trials 2
page=older/report.html
whole 'p.well_formed and "–" in p.cells and p.figures == []'

# Options that no summary keeps stay out of the commands: they could name code to load.
"$PYTHON" - <<'END'
import json
j = json.load(open("older/summary.json", encoding="utf-8"))
j["options"].update({"task": "./evil.so", "output_dir": "elsewhere", "help": True})
json.dump(j, open("older/summary.json", "w"))
END
accepted report older --figures none --n_trials 2
whole 'not any(word in line for line in p.commands for word in ("evil", "elsewhere", "--help"))'

# A picture with a script in it is left out.
accepted report older --figures search --formats svg --n_trials 2
whole 'p.figures == ["search"]'
for evil in '<svg onload="alert(1)"></svg>' '<svg><script>alert(1)</script></svg>' \
    '<svg><a href="javascript:alert(1)"></a></svg>' '<svg><use href="http://example.org/x#y"/></svg>' \
    '<svg><foreignObject></foreignObject></svg>' '<svg><g style="fill:url(http://example.org)"/></svg>' \
    '<svg><g></svg>' '</svg>' '<svg></svg><img src=x>' '<svg' '<svg a="' 'x' ''; do
    printf '%s' "$evil" >older/figures/search.svg
    accepted report older --figures none --n_trials 2
    whole 'p.well_formed and p.figures == [] and p.scripts == 3 and not p.handlers'
done

# Folders that hold no run; nothing is lost.
refused "missing: |folder of a run" report missing
refused "hostile.json is not a folder" report hostile.json
mkdir empty
refused "empty/summary.json cannot be opened|spikernn run" report empty
mkdir damaged
cp run/model.mat damaged
head -c 700 run/summary.json >damaged/summary.json
refused "damaged/summary.json is damaged: line" report damaged
mkdir waiting && mkfifo waiting/summary.json
refused "waiting/summary.json is a FIFO; expected a folder that|spikernn run" report waiting
for content in '[]' '{}' '{"verb": "eval"}' '{"verb": "run", "task": 3}'; do
    echo "$content" >damaged/summary.json
    refused "damaged/summary.json is not the summary of a run" report damaged
done
mkdir modelless
cp run/summary.json modelless
refused "modelless/model.mat" report modelless
sed 's/"tref_ms": [0-9.]*/"tref_ms": -1/' run/summary.json >damaged/summary.json
refused "damaged/summary.json|tref_ms" report damaged
sed 's/"tref_ms": [0-9.]*/"tref_ms": "x; rm"/' run/summary.json >damaged/summary.json
refused "damaged/summary.json|tref_ms" report damaged
mkdir taken
cp run/summary.json run/model.mat taken
echo kept >taken/figures
refused "taken/figures" report taken
rm taken/figures
mkdir taken/report.html
run "$SPIKERNN" report taken --figures none --n_trials 2 --quiet
[ $code = 2 ] || fail "a folder named report.html: $code"
one_sentence "taken/report.html is not a regular file"
[ -z "$(find taken -name 'report.html.*')" ] || fail "a temporary file stays"
refused "argument is missing" report

# Options of the page's own are in its commands, and nothing of an earlier page is.
cp -r run other
echo '<svg width="10" height="10"/>' >other/figures/fixed-points.svg
accepted report other --seed 9 --window_ms 250:900 --bin_ms 50 --kernel_ms 40 --n_trials 3 --formats png --quiet
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" other/report.html '[c for c in p.commands if " analyze " in c][0].split()[2:] == "model.mat --seed 9 --noise_mv 0.05 --v0 rest --n_trials 3 --window_ms 250:900 --bin_ms 50 --kernel_ms 40".split()' || fail "the commands are others"
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" other/report.html 'p.commands[-1] == "spikernn report . --seed 9 --n_trials 3 --window_ms 250:900 --bin_ms 50 --kernel_ms 40"' || fail "the last command is another"
grep -q figure-raster other/report.html || fail "without svg asked for the page has no figures"
! grep -q figure-fixed-points other/report.html || fail "the page shows a figure of another"
refused "--scaling_factor|unknown" report other --scaling_factor 20
mkdir no_gnuplot
run env PATH="$PWD/no_gnuplot" "$SPIKERNN" report other --n_trials 2 --quiet
[ $code = 0 ] || fail "without gnuplot it ended with $code"
one_sentence "gnuplot|apt-get install gnuplot-nox"
! grep -q figure-raster other/report.html || fail "the page shows figures that were not drawn"
