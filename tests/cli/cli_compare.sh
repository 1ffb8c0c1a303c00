# Any networks in one table: text, CSV, JSON, page, and what is refused.
. "$SOURCE_DIR/tests/cli/expect.bash"

# record FOLDER SEED N CORRECT: the record of a run that was correct in so many of 100 trials.
record() {
    mkdir -p "$1"
    cat >"$1/summary.json" <<END
{"spikernn": "0", "verb": "run", "schema": 1, "seed": $2, "task": {"name": "xor", "T": 300},
 "options": {"seed": $2, "N": $3, "lr": 0.01}, "training": {"trials": 500, "criterion_reached": true},
 "evaluation": {"rate": {"accuracy": 1.0}, "spiking": {"correct": $4, "n": 100, "accuracy": $(printf '0.%02d' "$4"), "mean_rate_hz": 5.5}}}
END
}
for seed in 1 2 3 4; do
    record "runs/a$seed" $seed 50 $((80 + seed))
    record "runs/b$seed" $seed 100 $((84 + 2 * seed))
done

# Networks, groups, the test, what they mean
accepted compare runs
cat >expected <<'END'
network  N    seed  spiking.accuracy    low   high  rate.accuracy  mean_rate_hz  trials
                                                                             Hz
a1       50      1             0.810  0.722  0.875          1.000          5.50     500
a2       50      2             0.820  0.733  0.883          1.000          5.50     500
a3       50      3             0.830  0.745  0.891          1.000          5.50     500
a4       50      4             0.840  0.756  0.899          1.000          5.50     500
b1       100     1             0.860  0.779  0.915          1.000          5.50     500
b2       100     2             0.880  0.802  0.930          1.000          5.50     500
b3       100     3             0.900  0.826  0.945          1.000          5.50     500
b4       100     4             0.920  0.850  0.959          1.000          5.50     500
END
head -n 10 "$scratch/out" | diff expected - || fail "another table"
printed "spiking.accuracy  N=100         4  4    0.890  0.026    0.890    0.849    0.931"
printed "spiking.accuracy  N=50  N=100  signed-rank  4  -  -1.000      -0.065  0.125  0.125"
printed "evaluation.spiking.accuracy: accuracy of the spiking network; 100 trials of a network, 95 % Wilson interval"
printed "Wilcoxon's signed-rank test of pairs of equal seeds"

accepted compare runs --json
in_json 'j["options"] == ["N"] and [g["networks"] for g in j["groups"]] == [4, 4] and len(j["tests"]) == 1'
in_json 'j["networks"][0]["values"]["evaluation.spiking.accuracy"]["interval"][0] < 0.81'
cp "$scratch/out" printed.json

# Files
accepted compare runs --out table.csv --report page.html
"$PYTHON" - <<'END' || fail "another table.csv"
import csv
rows = list(csv.DictReader(open("table.csv", newline="")))
assert len(rows) == 8 and rows[4]["N"] == "100" and rows[4]["group"] == "N=100", rows
assert float(rows[0]["evaluation.spiking.accuracy"]) == 0.81 and rows[0]["evaluation.spiking.accuracy.n"] == "100"
END
grep -q '"groups":' page.html || fail "the page has no data"
accepted compare runs --out table.json
"$PYTHON" -c 'import json
a, b = json.load(open("table.json")), json.load(open("printed.json"))
a.pop("command"), b.pop("command")
assert a == b' || fail "table.json is not what --json prints"

# One network; options that a network does not know; the measures of one's choice
accepted compare runs/a1
! grep -q 'Tests\|No tests' "$scratch/out" || fail "tests of one network"
accepted compare runs/a1 runs/b3 --measure training.trials
printed "b3       100     3     500"
printed "No tests: fewer than two groups have more than one network"
accepted compare runs --measure all --json
in_json '[m["short"] for m in j["measures"]][-1] == "mean_rate_hz" and len(j["measures"]) == 6'

# A model file, alone and with a damaged record in its folder
run "$SPIKERNN" train --task go-nogo --N 10 --n_trials 5 --eval_trials 2 --output_dir trained --seed 7 --quiet
accepted compare trained runs/a1 --measure trials --json
in_json '[(n["seed"], n["state"], n["values"]["training.trials"]["value"]) for n in j["networks"]] == [
    (7, "not_trained", 5), (1, "finished", 500)] and "N" in j["options"] and "task" in j["options"]'
mkdir runs/c1
echo '{"verb": "run", ' >runs/c1/summary.json
accepted compare runs
printed "failed"
accepted compare runs --json
in_json '"c1/summary.json is damaged: line 2" in [n["sentence"] for n in j["networks"] if n["state"] == "failed"][0]'

# A study among runs: its conditions are groups, its networks rows, those that are not finished too
cat >study.json <<'END'
{"study": "tiny", "task": "go-nogo", "conditions": [{"name": "small", "N": 10}, {"name": "large", "N": 12}], "seeds": "1:2",
 "options": {"n_trials": 20, "eval_trials": 2, "eval_freq": 10, "scaling_factors": [30], "search_trials": 2, "test_trials": 2,
             "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0}}
END
accepted study run study.json --dir studies/tiny --seeds 1 --quiet
accepted compare studies runs/a1 --json
in_json '[(g["group"], g["networks"], g["left"]) for g in j["groups"]] == [("small", 2, 1), ("large", 2, 1), ("task=xor, N=50", 1, 0)]'
in_json '[n["values"]["evaluation.rate.accuracy"]["n"] for n in j["networks"]] == [4, None, 4, None, None]'
in_json 'j["networks"][0]["state"] == "finished" and j["networks"][1]["state"] == "left" and "N" in j["options"]'

refused "an argument is missing; expected RUN|STUDY|MODEL..." compare
refused "nix: No such file or directory; expected a run's or a study's folder, a model file" compare nix
refused "runs/c1/summary.json is damaged: line 2" compare runs/c1
echo "no model" >x.mat
refused "x.mat has 9 bytes; expected a MAT file" compare runs/a1 x.mat
mkdir empty
refused "folder empty holds no network" compare empty
refused "measure 'spiking.acuracy' is unknown; did you mean 'spiking.accuracy'?" compare runs --measure spiking.acuracy
refused "--out is table.txt; expected a name that ends in .csv or .json" compare runs --out table.txt
refused "table.csv exists already" compare runs --out table.csv
refused "--report is x.mat; expected a name that ends in .html" compare runs --report x.mat
refused "no/page.html" compare runs --report no/page.html
refused "'--mesure' is unknown; did you mean '--measure'?" compare runs --mesure all
