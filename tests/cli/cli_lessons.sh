# The lessons of examples/c as they stand, with what they say.
. "$SOURCE_DIR/tests/cli/expect.bash"
lesson() { # lesson NAME ARGUMENTS...: its output in $scratch/out
    run "$BUILD_DIR/tests/$1" "${@:2}"
    [ $code = 0 ] || fail "$* ended with $code: $(cat "$scratch/err")"
}
[ "$(find "$SOURCE_DIR/examples/c" -name '*.c' | wc -l)" = 6 ] || fail "a lesson has no test here"

lesson 01_train_and_convert 300
model=$(tail -n 1 "$scratch/out")
printed "of 20 trials correct  <- best"
accepted info "$model"

# the inhibited network spikes less, the rest is the program's trial
lesson 02_record_and_stimulate "$model" 40
control=$(awk '$1 == "control" { print $2 }' "$scratch/out")
inhibited=$(awk '$1 == "inhibited" { print $2 }' "$scratch/out")
((inhibited < control)) || fail "$(cat "$scratch/out")"
accepted simulate "$model" --trial go --seed 1 --scaling_factor 40 --out go.csv
[ $(($(wc -l <go.csv) - 1)) = "$control" ] || fail "$control spikes, not as in go.csv"
lesson 02_record_and_stimulate "$model"
run "$BUILD_DIR/tests/02_record_and_stimulate"
[ $code = 1 ] || fail "no model, and it ended with $code"
run "$BUILD_DIR/tests/02_record_and_stimulate" nowhere.mat
grep -q 'nowhere.mat cannot be opened' "$scratch/err" || fail "$(cat "$scratch/err")"

lesson 03_own_task 300
grep -q '^train 101 of at most 300' "$scratch/err" || fail "no progress: $(cat "$scratch/err")"
awk '/^spiking network/ { exit !($3 >= 18) }' "$scratch/out" || fail "$(cat "$scratch/out")"

# ten trials of a second of 100 units: the program's mean rate tells how many spikes there are but
# for those of the first nine steps, mostly of the units that start above the threshold (70 / 95)
lesson 04_spike_statistics "$model" 5 40
printed "10 trials, 100 units"
awk '/^all/ { exit !($2 == 100 && $4 > 0 && $5 > 0) }' "$scratch/out" || fail "$(cat "$scratch/out")"
spikes=$(awk 'NR == 1 { print $5 }' "$scratch/out")
accepted eval "$model" --n_trials 5 --scaling_factor 40 --json
in_json "abs($spikes - j['spiking']['mean_rate_hz'] * 1000 - 1000 * 70 / 95) < 60"

# an experiment, which goes on in its folder
small="N 20 seed 1 n_trials 40 eval_trials 4 scaling_factors 30:50:10 search_trials 3 test_trials 2"
lesson 05_experiment go-nogo first $small search_anyway True
printed 'training: done {"trials":40,'
printed "The rate network did not reach its criterion in 40 trials"
for stage in search evaluation diagnosis; do printed "$stage: begun"; printed "$stage: done"; done
lesson 05_experiment go-nogo first
for stage in training evaluation; do printed "$stage: kept"; done
! grep -q begun "$scratch/out" || fail "a stage was done again: $(cat "$scratch/out")"
experiment go-nogo --N 20 --seed 1 --n_trials 40 --eval_trials 4 --scaling_factors 30:50:10 --search_trials 3 \
    --test_trials 2 --figures none --output_dir second
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" first/model.mat second/model.mat

# a study, which goes on in its folder
cat >study.json <<'END'
{"study": "pauses", "task": "go-nogo", "seeds": "1:3", "grid": {"tref_ms": [0, 2]},
 "options": {"N": 12, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 20, "eval_trials": 4, "min_trials": 0,
             "loss_threshold": 1000, "perf_threshold": 0, "scaling_factors": 30, "search_trials": 2, "test_trials": 2,
             "conversion": "scaling-factor"}}
END
lesson 06_study study.json studied
[ "$(grep -c '^[1-6] of 6: tref_ms [02], seed [1-3] ' "$scratch/out")" = 6 ] || fail "$(cat "$scratch/out")"
grep '^tref_ms' "$scratch/out" >summaries
accepted study status studied --json
"$PYTHON" - "$scratch/out" summaries <<'END' || fail "$(cat summaries)"
import json, sys
study = json.load(open(sys.argv[1]))
main = study["main_measure"]
expected = ["%s: %.3f, SD %.3f, of 3 networks; 0 not trained, 0 failed"
            % (c["name"], c["measures"][main]["mean"], c["measures"][main]["sd"]) for c in study["conditions"]]
assert open(sys.argv[2]).read().splitlines() == expected, expected
END
lesson 06_study study.json studied
! grep -q ' of 6:' "$scratch/out" || fail "a network was computed again: $(cat "$scratch/out")"
grep '^tref_ms' "$scratch/out" | cmp - summaries
run "$BUILD_DIR/tests/06_study" nowhere.json studied
grep -q 'nowhere.json cannot be opened' "$scratch/err" || fail "$(cat "$scratch/err")"
