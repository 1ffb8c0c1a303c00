# spikernn run: one folder with the model and its summary.
. "$SOURCE_DIR/tests/cli/expect.bash"

tiny="--N 20 --n_trials 40 --eval_trials 4 --scaling_factors 30:50:10 --search_trials 3 --test_trials 2"

experiment --figures none go-nogo $tiny --seed 5 --decay_taus 4 20
folder=$(echo runs/*)
[[ $folder =~ ^runs/go-nogo_[0-9]{4}_[0-9]{2}_[0-9]{2}_[0-9]{6}$ ]] || fail "the folder is $folder"
[ "$(ls "$folder")" = "$(printf 'model.mat\nmodel.pth\nsummary.json')" ] || fail "$folder holds $(ls "$folder")"
printed "$folder/model.mat"
printed "$folder/summary.json"
printed "training: 40 of at most 40 trials, criterion not reached"
printed "rate network"
printed "spiking network"
printed "more of it: spikernn eval $folder/model.mat"
! grep -q confusion "$scratch/out" || fail "the page of run has what eval is for"

cp "$folder/summary.json" "$scratch/out"
in_json 'j["verb"] == "run" and j["interrupted"] is False and j["seed"] == 5'
in_json 'j["task"]["name"] == "go-nogo"'
in_json 'j["options"]["N"] == 20 and j["options"]["decay_taus"] == [4, 20] and j["options"]["min_trials"] == 1500'
in_json 'j["options"]["scaling_factors"] == [30, 40, 50]'
in_json 'j["training"]["trials"] == 40 and not j["training"]["criterion_reached"]'
in_json '[r["scaling_factor"] for r in j["search"]["table"]] == [30, 40, 50] and j["search"]["n_trials"] == 3'
in_json 'j["evaluation"]["scaling_factor"] == j["search"]["opt_scaling_factor"]'
in_json 'j["evaluation"]["rate"]["n"] == 4 and j["evaluation"]["spiking"]["n"] == 4'
in_json 'len(j["evaluation"]["comparison"]["units"]["mean_hz"]) == 20 and "confusion" in j["evaluation"]["spiking"]'
in_json 'set(j["seconds"]) == {"train", "search", "evaluate"} and min(j["seconds"].values()) > 0'

# The three verbs one after the other give the same as run.
cp "$scratch/out" summary.json
cp "$folder/model.mat" model.mat
accepted train --task go-nogo --N 20 --n_trials 40 --eval_trials 4 --seed 5 --output_dir apart --json
in_json 'all(j["training"][k] == json.load(open("summary.json"))["training"][k] for k in ("trials", "loss", "accuracy", "last_trial_loss"))'
apart=$(find apart -name '*.mat')
accepted search "$apart" --scaling_factors 30:50:10 --n_trials 3 --seed 5 --json
in_json 'j["models"][0]["table"] == json.load(open("summary.json"))["search"]["table"]'
accepted eval "$apart" --n_trials 2 --seed 5 --json
in_json '{k: j[k] for k in json.load(open("summary.json"))["evaluation"]} == json.load(open("summary.json"))["evaluation"]'
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" model.mat "$apart"

# A folder of one's own, the document on stdout
experiment --figures none --task go_nogo $tiny --output_dir deep/er --json --quiet
cmp "$scratch/out" deep/er/summary.json || fail "stdout and summary.json differ"

# Two runs in the same second
for i in 1 2; do experiment --figures none go-nogo $tiny; done
[ "$(ls -d runs/* | wc -l)" = 3 ] || fail "three runs left $(ls -d runs/* | wc -l) folders"

# Where lambda converts badly, the operating point, too; it stays where it is better on fresh trials.
bad="--N 60 --preset robust --min_trials 0 --decay_taus 4 10 --seed 2 --scaling_factors 60,75 --search_trials 10 --test_trials 10 --quiet"
experiment --figures none go-nogo $bad --output_dir both --json
in_json 'j["search"]["conversion"] == "scaling-factor" and j["operating_point"]["conversion"] == "operating-point"'
in_json 'j["evaluation_by_scaling_factor"]["spiking"]["accuracy"] < 0.5 < 0.9 < j["evaluation"]["spiking"]["accuracy"]'
in_json 'j["evaluation"]["conversion"] == "operating-point" and j["diagnosis"] is None'
in_json 'set(j["build"]) == {"compiler", "commit", "isa", "lapack", "host"} and "Linux" in j["build"]["host"]'
in_json 'j["build"]["isa"] in ("baseline", "avx2", "avx512", "neon") and j["build"]["compiler"].split()[0] in ("gcc", "clang")'
accepted eval both/model.mat --n_trials 10 --seed 2 --json
in_json 'j["spiking"] == json.load(open("both/summary.json"))["evaluation"]["spiking"]'
experiment --figures none go-nogo $bad --output_dir text
grep -qE '^With λ the spiking network is correct in 0\.[0-9]{3} of 20 trials \(95 % interval 0\.[0-9]{3} – 0\.[0-9]{3}\), the rate network in [01]\.[0-9]{3} \([^)]*\): below 0\.95\. Fitting' "$scratch/out" ||
    fail "no numbers and rule: $(grep 'With λ' "$scratch/out")"
printed "spiking network, at its operating point"
[ "$(grep -c 'more of it' "$scratch/out")" = 1 ] || fail "not one end: $(cat "$scratch/out")"
! grep -q "why it may fail" "$scratch/out" || fail "a diagnosis of what was mended"
experiment --figures none go-nogo $bad --output_dir scaled --conversion scaling-factor --json
in_json 'j["operating_point"] is None and j["evaluation_by_scaling_factor"] is None and j["diagnosis"]'
# the file's own choice: the better one of both, lambda where they are equal or one is not known
for perfs in "0.9 0.8 operating-point" "0.8 0.8 scaling-factor" "0.7 0.8 scaling-factor" "- 0.1 scaling-factor" "0.9 - scaling-factor"; do
    "$PYTHON" - $perfs <<'END'
import sys, scipy.io
m = {k: v for k, v in scipy.io.loadmat("both/model.mat").items() if not k.startswith("__")}
for name, value in zip(("op_perf", "search_test_perf"), sys.argv[1:3]):
    del m[name]
    if value != "-":
        m[name] = float(value)
scipy.io.savemat("edited.mat", m)
END
    accepted eval edited.mat --n_trials 1 --diagnose never --json
    in_json "j['conversion'] == '${perfs##* }'"
done

# Figures and the report are part of a run; the report made again is the same, but for the files' sizes and its time.
experiment go-nogo $tiny --seed 5 --output_dir whole --formats svg
printed "whole/figures/"
printed "whole/report.html"
[ -s whole/figures/raster.svg ] && [ -s whole/figures/raster.gp ] && [ ! -e whole/figures/raster.png ] || fail "whole/figures has $(ls whole/figures)"
page() { sed '/figures\/ (/d; s/"written": *"[^"]*"//' whole/report.html; }
cmp <(page) <(accepted report whole --formats svg; page) ||
    fail "the report differs from the run's"
refused "taken/report.html exists" run go-nogo $tiny --output_dir "$(mkdir taken; touch taken/report.html; echo taken)"

# What a later stage would refuse is refused before the training, of which nothing is left.
echo "no folder" >file
while IFS='~' read -r words options; do
    refused "$words" run go-nogo $tiny --output_dir rehearsed $options
done <<'END'
downsample 20|expected downsample 19~--stim_on 53 --stim_dur 5 --dt_ms 1
--units is '2,21'|names no unit~--units 2,21
file is not a folder~--figures_dir file/figures
fixed-points, which cannot be drawn~--figures raster,fixed-points
--search_trials is 1000001|at most 1000000~--search_trials 1000001
--test_trials is 5000001|at most 5000000 of each type~--test_trials 5000001
END
refused "search, which cannot be drawn" run go-nogo --N 20 --n_trials 40 --figures search --conversion operating-point \
    --output_dir rehearsed
experiment go-nogo $tiny --output_dir fitting --figures training,search --readout ridge --quiet

mkdir no_gnuplot
run env PATH="$PWD/no_gnuplot" "$SPIKERNN" run --search_anyway go-nogo $tiny --seed 5 --output_dir bare --quiet
[ $code = 3 ] || fail "without gnuplot it ended with $code"
sed -i /criterion/d "$scratch/err"
one_sentence "gnuplot|apt-get install gnuplot-nox"
[ -s bare/model.mat ] && [ -s bare/report.html ] && [ -s bare/figures/raster.dat ] || fail "without gnuplot there is $(ls -R bare)"

# Ctrl-C in the figures: what was found is there, and says that it was interrupted
mkdir slow
printf '#!/bin/sh\ntouch "%s/started"\nexec sleep 60\n' "$scratch" >slow/gnuplot
chmod +x slow/gnuplot
PATH="$PWD/slow:$PATH" "$SPIKERNN" run --search_anyway go-nogo $tiny --seed 5 --output_dir stopped --quiet --json >"$scratch/out" 2>"$scratch/err" &
await test -e "$scratch/started"
kill -INT $!
ended $!
[ $code = 130 ] || fail "Ctrl-C in the figures ended with $code: $(cat "$scratch/err")"
sed -i /criterion/d "$scratch/err"
one_sentence "interrupted"
cmp "$scratch/out" stopped/summary.json || fail "stdout and summary.json differ"
in_json 'j["interrupted"] is True and j["evaluation"]["spiking"]["n"] == 4 and j["date"][4] == "-"'
[ ! -e stopped/report.html ] || fail "there is a report of figures that were not drawn"
