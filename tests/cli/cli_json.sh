# Every document of --json, summary.json and the file of options follow their schemas, which are strict.
. "$SOURCE_DIR/tests/cli/expect.bash"
follows() { "$PYTHON" "$SOURCE_DIR/tests/cli/follow_schema.py" "$@"; }

# document SCHEMA ARGUMENTS...: keeps what the verb prints, good or bad, as documents/SCHEMA.NUMBER.
mkdir documents
document() {
    local schema=$1
    shift
    run "$SPIKERNN" "$@"
    [ -s "$scratch/out" ] || fail "no document of $*: $(cat "$scratch/err")"
    cp "$scratch/out" "documents/$schema.$(find documents -type f | wc -l)"
}

quick="--N 20 --n_trials 60 --eval_trials 5 --search_trials 4 --test_trials 2 --seed 1"
factors="--scaling_factors 30,50"
document options run go-nogo $quick $factors --dry_run --quiet
cp "$scratch/out" options.json
document run run --config options.json --search_anyway --figures none --output_dir r --json
cmp "$scratch/out" r/summary.json || fail "summary.json is not what --json prints"
document run run xor $quick $factors --stim_dur 20 --figures none --output_dir short --json
document run run go-nogo $quick $factors --search_anyway --noise_curve=0,0.2 --analyses components --figures none \
    --output_dir measured --json
document run run "$SOURCE_DIR/tasks/mante.json" $quick --search_anyway --figures none --diagnose always \
    --conversion operating-point --readout ridge --output_dir point --json
document train train --task go-nogo --N 10 --n_trials 5 --eval_trials 2 --output_dir t --json --quiet
m=r/model.mat
echo "no model" >broken.mat
document info info $m point/model.mat broken.mat --json
document eval eval $m --n_trials 3 --noise_curve=0,0.2 --diagnose always --out trials.mat --json
document eval eval $m --n_trials 3 --network rate --json
document eval eval $m --n_trials 3 --stim_mode exc --stim_units 1:3 --stim_window 100:900 --diagnose always --json
document search search $m broken.mat --scaling_factors 30 --n_trials 3 --readout ridge --json
document search search $m --conversion operating-point --n_trials 3 --json
document simulate simulate $m --seed 1 --trial go --out spikes.csv --json
document simulate simulate $m --seed 1 --network rate --out rate.mat --json
document convert convert $m model.pth --json
document convert convert spikes.csv spikes.h5 --json
document lesion lesion $m lesioned.mat --share 0.1 --json
document analyze analyze $m --n_trials 2 --fixed_points go --json
document analyze analyze $m --n_trials 2 --network rate --json
document analyze analyze spikes.csv --json
accepted analyze spikes.csv --out a.json
cp a.json documents/analyze.file
document tasks tasks --json
document tasks tasks mante --show "$("$SPIKERNN" tasks mante --json | "$PYTHON" -c 'import json, sys
print(json.load(sys.stdin)["tasks"][0]["types"][0]["type"])')" --json
document plot plot --list --json
document plot plot $m --n_trials 2 --figures training --formats svg --figures_dir figures --json
document report report r --figures training --json
cat >study.json <<'END'
{"study": "tiny", "task": "go-nogo", "grid": {"N": [10, 20]}, "seeds": "1:2",
 "options": {"n_trials": 20, "eval_trials": 2, "eval_freq": 10, "scaling_factors": [30], "search_trials": 2, "test_trials": 2,
             "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0},
 "expect": [{"condition": "N 10", "measure": "evaluation.spiking.accuracy", "mean": 0.5, "sd": 0.1, "share_at_least": [0.9, 0.5]},
            {"condition": "N 10", "than": "N 20", "measure": "training.trials", "differs": true}, {"about": "works"}],
 "figures": [{"figure": "study-points"}, {"figure": "taus", "condition": "N 10"}]}
END
document study study run study.json --dry_run --json
document study study run study.json --seeds 1 --quiet --json
document study study run study.json --quiet --json
document study study status runs/tiny --json
document study study table runs/tiny --json
document study study report runs/tiny --formats svg --json
document studies study status runs --json
document study study report runs --figures none --json
cp runs/published.json documents/studies.file
document compare compare r point short runs/tiny t --report compared.html --json
# in_page PAGE PART SCHEMA: keeps a part of a page's data.
in_page() {
    PYTHONPATH="$SOURCE_DIR/tests/cli" "$PYTHON" -c 'import sys, report_page
print(report_page.read(sys.argv[1]).texts[sys.argv[2]])' "$1" "$2" >"documents/$3"
}
in_page r/report.html page page.whole
in_page runs/tiny/report.html page study_page.whole
in_page runs/tiny/report.html study study.whole
in_page runs/report.html page studies_page.whole
in_page runs/report.html studies studies.whole
in_page compared.html page compare_page.whole
in_page compared.html compare compare.whole
document info info broken.mat --json
in_json '"error" in j and "error" in j["models"][0]'

follows documents/* || fail "documents do not follow their schemas"
for verb in $("$SPIKERNN" --help | sed -n '/^  help /q; s/^  \([a-z]*\) .*/\1/p'); do
    [ -n "$(find documents -name "$verb.*")" ] || fail "no document of $verb was looked at"
done

# A key that nothing describes, a value of another kind, and one out of its range
mkdir edited
for edit in 's/"seed": 1,/"seed": 1, "sede": 1,/' 's/"correct": \([0-9]*\)/"corect": \1/' 's/"accuracy": [0-9.]*/"accuracy": "x"/' \
    's/"lr": [0-9.]*/"lr": -1/' 's/"schema": 1/"schema": 2/'; do
    sed "$edit" r/summary.json >"edited/run.$(find edited -type f | wc -l)"
done
! follows edited/* 2>faults || fail "edited documents follow their schemas"
for file in edited/*; do
    grep -q "^$file: " faults || fail "$file follows its schema"
done

# What a file of options says of itself
for edit in 's/"schema": 1/"schema": 2/' 's/"document": "options"/"document": "run"/'; do
    sed "$edit" options.json >edited.json
    refused 'edited.json|expected "document": "options", "schema": 1' run --config edited.json
done
refused "shcema|unknown" run go-nogo --config "$(sed 's/"schema": 1/"shcema": 1/' options.json >edited.json; echo edited.json)"

# Text that would end a page's script
mkdir -p '</script>'
document convert convert $m '</script>/a.pth' --json
! grep -q '<' "$scratch/out" || fail "'<' in $(cat "$scratch/out")"
in_json 'j["to"] == "</script>/a.pth"'
