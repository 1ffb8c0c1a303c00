# The rules of a trial type: each has a line in the table of `eval` and `run`, and an object in JSON.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >ruled.json <<'END'
{"name": "ruled",
 "settings": {"T": 60, "stim_on": 10},
 "factors": {"trial": {"go": 1, "nogo": 0}},
 "inputs": [{"from": "stim_on", "to": 20, "value": "trial"}],
 "targets": [{"from": 30, "value": "trial"}],
 "correct": [{"when": {"trial": "go"}, "to": 20, "stays_within": 5},
             {"when": {"trial": "go"}, "from": 30, "goes_above": 0.7},
             {"when": {"trial": "nogo"}, "from": 30, "stays_below": 0.7}]}
END
experiment ./ruled.json --N 20 --seed 1 --n_trials 2 --eval_trials 2 --test_trials 4 --search_trials 2 \
    --scaling_factors 30:40:10 --figures none --quiet --conversion scaling-factor --output_dir run
cp "$scratch/out" of_run
accepted eval run/model.mat --n_trials 4 --network rate --quiet
for table in of_run "$scratch/out"; do
    "$PYTHON" - "$table" <<'END'
import re, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("rate network, ", 1)[1].splitlines()[1:6]
spread = r" +-?\d\.\d{3} ± +\d\.\d{3}"
expected = (r"  type +trials  accuracy  95 % interval  two-sided   output ± SD",
            r"  go +4     \d\.\d{3}  \d\.\d{3} – \d\.\d{3}      \d\.\d{3}",
            r" {16}4     1\.000  0\.510 – 1\.000          -%s  output stays within ±5 from -50 to 50 ms after onset" % spread,
            r" {16}4     \d\.\d{3}  \d\.\d{3} – \d\.\d{3}          -%s  output goes above 0\.7 from 100 ms after onset" % spread,
            r"  nogo +4     \d\.\d{3}  \d\.\d{3} – \d\.\d{3}      \d\.\d{3}%s" % spread)
for line, pattern in zip(lines, expected):
    assert re.fullmatch(pattern, line), (line, pattern)
END
done
accepted eval run/model.mat --n_trials 4 --scaling_factor 30 --quiet --json
in_json '[r["rule"] for r in j["spiking"]["types"][0]["rules"]] == ["output stays within ±5 from -50 to 50 ms after onset", "output goes above 0.7 from 100 ms after onset"]'
in_json '[[r["n"] for r in t["rules"]] for t in j["rate"]["types"]] == [[4, 4], [4]]'
in_json 'all(r["met"] >= t["correct"] for t in j["rate"]["types"] for r in t["rules"])'
in_json 'all(r["value_mean"] == t["value_mean"] and r["value_sd"] == t["value_sd"] and r["met"] == t["correct"] for t in j["rate"]["types"][1:] for r in t["rules"])'
in_json 'min(r["value_mean"] for r in j["rate"]["types"][0]["rules"]) < 0.7 and 0 <= j["rate"]["types"][0]["rules"][0]["value_mean"] < 5'
