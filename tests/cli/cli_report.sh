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
whole 'p.well_formed and not p.handlers and not p.loads'
whole 'p.scripts == 5' # the summary, the page's data, uPlot, and our own two
whole 'p.page["trials"]["types"] == ["<script>alert(1)</script>", "</svg>&lt"]'
whole 'p.page["schema"] == 1 and p.summary == json.load(open("hostile/summary.json", encoding="utf-8"))'
whole '"./cued-delay.json" in p.argv(0) and "exponential" in p.summary["declaration"]'
whole '"it" + chr(39) + "s </code><svg onload=alert(3)>.mat" in p.argv(0)'

# The page has the summary's bytes, and every figure of the folder.
experiment go-nogo $tiny --seed 5 --noise 0.2 --P_rec 0.3 --no_autapses --noise_mv 0.05 --v0 rest \
    --output_dir run --quiet --json
cp "$scratch/out" run.json
cp run/report.html first.html
page=run/report.html
whole 'p.well_formed and not p.loads and not p.handlers'
whole 'p.summary_text == open("run/summary.json", encoding="utf-8").read()'
figures=$(cd run/figures && ls *.svg | sed 's/.svg$//' | sort | tr '\n' ' ')
[ -n "$figures" ] || fail "there are no figures"
whole "sorted(p.figures()) == '$figures'.split()"
whole 'all(f["svg"] == open("run/figures/%s.svg" % f["name"], encoding="utf-8").read() for f in p.page["figures"])'
whole 'all(f["title"] and f["caption"] for f in p.page["figures"])'

# Its trials are those that `analyze` looks at.
accepted report run --n_trials 2 --figures none
accepted analyze run/model.mat --seed 5 --noise_mv 0.05 --v0 rest --n_trials 2 --json
whole 'p.page["analysis"] == json.load(open("'"$scratch/out"'", encoding="utf-8"))'
whole 'len(p.page["trials"]["population"]) == 30'
whole 'p.rates_hz() == [round(hz, 6) for hz in p.page["analysis"]["spike_trains"]["units"]["mean_firing_rate"]]'
for network in rate spiking; do
    whole 'p.correct("'$network'") == [t["correct"] for t in p.summary["evaluation"]["'$network'"]["types"]]'
done

# Channels have the names of the task.
page=hostile/report.html
whole 'all(c["name"] for c in p.page["trials"]["inputs"] + p.page["trials"]["outputs"])'
whole '[c["name"] for c in p.page["trials"]["inputs"]] == json.loads(p.summary["declaration"])["channels"]'
page=run/report.html

# Each trial has its inputs; before the stimulus, of 1 from 250 to 375 ms here, they are 0.
whole 'all(t["inputs"] == [[(t["type"] == 0 and 49 <= k < 74) + 0.0 for k in range(199)]] for t in p.page["trials"]["trials"])'

# The command in it makes the same network.
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" run/report.html 'print(p.commands()[0]) or True' >command
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
sed -i 's/"written":"[^"]*"/"written":""/' first.html run/report.html
cmp first.html run/report.html || fail "report writes another page than run"

whole 'p.page["task"]["criterion"] and len(p.page["task"]["types"]) == 2'

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
whole 'p.well_formed and p.figures() == []'

# Options that no summary keeps stay out of the commands: they could name code to load.
"$PYTHON" - <<'END'
import json
j = json.load(open("older/summary.json", encoding="utf-8"))
j["options"].update({"task": "./evil.so", "output_dir": "elsewhere", "help": True})
json.dump(j, open("older/summary.json", "w"))
END
accepted report older --figures none --n_trials 2
whole 'not any(word in line for line in p.commands() for word in ("evil", "elsewhere", "--help"))'

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
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" other/report.html '[c for c in p.commands() if " analyze " in c][0].split()[2:] == "model.mat --seed 9 --noise_mv 0.05 --v0 rest --n_trials 3 --window_ms 250:900 --bin_ms 50 --kernel_ms 40".split()' || fail "the commands are others"
"$PYTHON" "$SOURCE_DIR/tests/cli/report_page.py" other/report.html 'p.commands()[-1] == "spikernn report . --seed 9 --n_trials 3 --window_ms 250:900 --bin_ms 50 --kernel_ms 40"' || fail "the last command is another"
page=other/report.html
whole '"raster" in p.figures() and "fixed-points" not in p.figures()'
refused "--scaling_factor|unknown" report other --scaling_factor 20
mkdir no_gnuplot
run env PATH="$PWD/no_gnuplot" "$SPIKERNN" report other --n_trials 2 --quiet
[ $code = 0 ] || fail "without gnuplot it ended with $code"
one_sentence "gnuplot|apt-get install gnuplot-nox"
whole 'p.figures() == []'
