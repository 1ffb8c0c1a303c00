# spikernn analyze: what it tells of spikes is what numpy computes from the same spikes by the definitions;
# of a model, what eval and the file tell.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none xor --N 30 --som_N 2 --P_inh 0.3 --n_trials 60 --eval_trials 5 --scaling_factors 10,20 --search_trials 2 \
    --test_trials 2 --T 80 --stim_on 10 --stim_dur 10 --delay 4 --seed 3 --output_dir m --quiet
accepted simulate m/model.mat --n_trials 6 --seed 4 --scaling_factor 5 --out spikes.csv
accepted simulate m/model.mat --n_trials 6 --seed 4 --scaling_factor 5 --out spikes.mat
accepted analyze spikes.mat --window_ms 40:310 --bin_ms 15 --kernel_ms 12 --components 4 --json
cp "$scratch/out" analysis.json
"$PYTHON" "$SOURCE_DIR/tests/cli/analyze_numpy.py" spikes.csv analysis.json 400 40 310 15 12

# the same as a table, in a file of each kind
accepted analyze spikes.mat --window_ms 40:310 --bin_ms 15 --kernel_ms 12 --components 4 --out a.json
accepted analyze spikes.mat --window_ms 40:310 --bin_ms 15 --kernel_ms 12 --components 4 --out a.mat
accepted analyze spikes.mat --window_ms 40:310 --bin_ms 15 --kernel_ms 12 --components 4 --out a.csv
for words in "spike trains: 24 trials, 40 – 310 ms of each" "mean_firing_rate Hz" "rate +- Hz" \
    "principal components" "decoding"; do
    printed "$words"
done
"$PYTHON" - <<'END'
import csv, json, math
import numpy as np, scipy.io
j, f = json.load(open("analysis.json")), json.load(open("a.json"))
assert j == f
m = scipy.io.loadmat("a.mat", simplify_cells=True)
units = j["spike_trains"]["units"]
real = lambda values: np.array([np.nan if v is None else v for v in values], float)
for name in ("mean_firing_rate", "n_isi", "isi", "cv", "cv2", "lv", "fanofactor"):
    assert np.allclose(m["spike_trains"][name], real(units[name]), equal_nan=True), name
assert np.allclose(m["spike_trains"]["rates_by_type"].T, units["rates_by_type"])
assert [["exc", "pv", "som"][int(p)] for p in m["population"]] == units["population"]
pca = j["pca"]["spiking"]
assert np.allclose(m["pca"]["spiking"]["explained"], pca["explained"])
assert np.allclose(m["pca"]["spiking"]["components"].T, pca["components"])
assert np.allclose(m["pca"]["spiking"]["trajectories"].transpose(2, 1, 0), pca["trajectories"])
assert np.allclose(m["decoding"]["spiking"]["accuracy"], j["decoding"]["spiking"]["accuracy"])
trains = j["spike_trains"]
for name in ("mean_firing_rate", "cv", "correlation", "noise_correlation"):
    for p, population in enumerate(("exc", "pv", "som", "all")):
        told = trains["populations"][population][name]
        got = m["spike_trains"]["populations"][name][p]
        assert np.allclose(got, real([told[k] for k in ("n", "mean", "sd", "median")]), equal_nan=True), name
assert np.allclose(m["spike_trains"]["populations"]["synchrony"], real([trains["populations"][p]["synchrony"] for p in ("exc", "pv", "som", "all")]))
for name in ("correlation", "noise_correlation"):
    matrix, upper = m["spike_trains"][name], np.triu_indices(30, 1)
    assert np.allclose(matrix, matrix.T, equal_nan=True)
    pairs = matrix[upper][np.isfinite(matrix[upper])]
    assert len(pairs) == trains["populations"]["all"][name]["n"] and np.isclose(pairs.mean(), trains["populations"]["all"][name]["mean"])
histogram = np.array([[t[p] for p in ("exc", "pv", "som", "all")] for t in trains["time_histogram"]])
assert np.allclose(m["spike_trains"]["time_histogram"].transpose(2, 1, 0), histogram)
assert m["spike_trains"]["from_ms"] == 40 and m["spike_trains"]["duration_ms"] == 270 and m["types"] == "++, +-, -+, --"
rows = list(csv.DictReader(open("a.csv")))
assert len(rows) == 30 and rows[4]["unit"] == "5" and rows[4]["population"] == units["population"][4]
for i, row in enumerate(rows):
    for name in ("mean_firing_rate", "lv"):
        want = units[name][i]
        assert math.isnan(float(row[name])) if want is None else np.isclose(float(row[name]), want)
    assert np.isclose(float(row["rate +-"]), units["rates_by_type"][1][i])
END

# a model: both networks, the same for any number of threads
accepted analyze m/model.mat --n_trials 5 --seed 2 --threads 1 --json
cp "$scratch/out" one.json
accepted analyze m/model.mat --n_trials 5 --seed 2 --threads 3 --json
cmp "$scratch/out" one.json || fail "the analysis differs on 3 threads"
accepted eval m/model.mat --n_trials 5 --seed 2 --diagnose never --json
cp "$scratch/out" eval.json
"$PYTHON" - <<'END'
import json
import numpy as np
a, e = json.load(open("one.json")), json.load(open("eval.json"))
c = e["comparison"]
assert np.allclose(a["comparison"]["across_units"], [t["across_units"] for t in c["types"]])
assert a["comparison"]["unit_correlation"] == c["units"]["correlation"]
assert a["pca"]["rate"]["explained"][0] > 0.5 and abs(sum(a["pca"]["rate"]["explained"]) - 1) < 1e-9
assert len(a["decoding"]["rate"]["accuracy"]) == len(a["pca"]["rate"]["trajectories"][0])
assert a["axes"]["rate"]["variables"] == ["first", "second", "target"]
assert 0 < sum(a["in_rate_space"]) <= 1
# both leave out the spikes of the first nine steps of 8000; the evaluation divides by the whole trial
mean = np.mean(a["spike_trains"]["units"]["mean_firing_rate"])
assert np.isclose(mean * 7991 / 8000, e["spiking"]["mean_rate_hz"]), (mean, e["spiking"]["mean_rate_hz"])
END
accepted analyze m/model.mat --n_trials 5 --fixed_points ++ --fixed_starts 8 --out fixed.mat
"$PYTHON" - <<'END'
import scipy.io
m = scipy.io.loadmat("fixed.mat", simplify_cells=True)
assert m["axes"]["rate"]["variables"] == "first, second, target" and (m["axes"]["rate"]["bin"] >= 1).all()
f = m["fixed_points"]
assert f["starts"] == 8 and f["fixed"] == 1 and f["unstable"] == (f["eigen_re"] > 0).sum()
END
printed "fixed and slow points of the rate network, input as at the end of ++ trials"
accepted analyze m/model.mat --network rate --n_trials 3 --json
in_json 'j["spike_trains"] is None and j["pca"]["spiking"] is None and j["pca"]["rate"]'

# few spikes, one unit, nothing at all: defined results
printf 'trial,type,unit,time_ms,population\n1,go,1,5,exc\n' >one.csv
accepted analyze one.csv --json
in_json 'j["spike_trains"]["units"]["n_isi"] == [0] and j["spike_trains"]["units"]["cv"] == [None]'
accepted analyze one.csv
# of very long and very short times the bins of correlations are those that fit
printf 'trial,type,unit,time_ms,population\n1,go,1,5,exc\n1,go,2,8e6,exc\n' >long.csv
accepted analyze long.csv --bin_ms 5000 --json
in_json 'abs(j["spike_trains"]["correlation_bin_ms"] - 16) < 1e-3'
accepted analyze spikes.mat --window_ms 399.99:400
# what a file claims of times, units and trials costs no more than its spikes are worth
printf 'trial,type,unit,time_ms,population\n1,go,1,1e9,exc\n' >longest.csv
refused "longest.csv|in bins of 10 ms|expected at most 1.7e+07 for 1 spikes|--bin_ms" analyze longest.csv
printf 'trial,type,unit,time_ms,population\n90000,go,90000,20,exc\n' >sparse.csv
refused "sparse.csv|expected at most 1.7e+07 for 1 spikes" analyze sparse.csv
# more types than are decoded; their names are text for CSV and for a terminal
awk 'BEGIN { print "trial,type,unit,time_ms,population"; for (k = 1; k <= 1001; k++) print k ",t" k ",1,15,exc" }' >types.csv
accepted analyze types.csv
printed "decoding: none, of 1001 types of trials; expected at most 1000"
printf 'trial,type,unit,time_ms,population\n1,"a ""b"", \033[2J\xc3\xa9",1,5,exc\n2,c,1,12,exc\n' >odd.csv
accepted analyze odd.csv --out odd_units.csv
printed 'a "b", \x1B[2Jé'
"$PYTHON" - <<'END'
import csv
rows = list(csv.DictReader(open("odd_units.csv", encoding="utf-8", newline="")))
assert 'rate a "b", \033[2Jé' in rows[0], list(rows[0])
END
# one unit has one component
experiment --figures none go-nogo --N 1 --som_N 0 --n_trials 20 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 10 --seed 3 --output_dir n1 --quiet
accepted analyze n1/model.mat --n_trials 3
printed "PC1-3: 1.000 of its variance"
# spikes count from the same time on, whatever the file
accepted analyze spikes.csv --json
cp "$scratch/out" of_csv.json
accepted analyze spikes.mat --json
in_json 'j["spike_trains"]["units"]["mean_firing_rate"] == json.load(open("of_csv.json"))["spike_trains"]["units"]["mean_firing_rate"]'
accepted simulate m/model.mat --out none.mat --bias -100 --noise_mv 0 --v0 reset --scaling_factor 1e9
accepted analyze none.mat --json
in_json 'j["spike_trains"]["populations"]["all"]["silent"] == 30'
in_json 'j["spike_trains"]["populations"]["som"]["mean_firing_rate"]["mean"] == 0'
in_json 'j["pca"]["spiking"]["explained"] == [None] * 30'
accepted analyze none.mat

refused "--window_ms|'9:3'|FROM:TO" analyze m/model.mat --window_ms 9:3
refused "--bin_ms|7|multiple of 5" analyze m/model.mat --bin_ms 7
refused "from_ms|500|400" analyze m/model.mat --window_ms 500:600
refused "--fixed_points|'+'|++" analyze m/model.mat --fixed_points +
refused "spikes.mat|--fixed_points" analyze spikes.mat --fixed_points ++
for option in "--neuron qif" "--network rate" "--n_trials 3" "--T 100" "--fixed_starts 5" "--task xor" "--scaling_factor 3"; do
    refused "spikes.mat|simulated before|${option%% *}" analyze spikes.mat $option
done
refused "units|unknown" analyze m/model.mat --units 3
refused "analysis.json exists" analyze spikes.mat --out analysis.json
refused "--out|new.txt|.mat, .json or .csv" analyze spikes.mat --out new.txt
refused "new.csv|no spike trains" analyze m/model.mat --network rate --out new.csv
refused "missing.mat" analyze missing.mat
refused "--kernel_ms|-1" analyze spikes.mat --kernel_ms -1

# the trials that a model's analysis looks at, and eval counts, as a file
accepted analyze m/model.mat --n_trials 5 --seed 8 --scaling_factor 5 --json
cp "$scratch/out" of_model.json
accepted simulate m/model.mat --trials_of eval --n_trials 5 --seed 8 --scaling_factor 5 --out evaluated.csv
accepted analyze evaluated.csv --json
cp "$scratch/out" of_file.json
accepted eval m/model.mat --n_trials 5 --seed 8 --scaling_factor 5 --json
cp "$scratch/out" eval.json
accepted simulate m/model.mat --network rate --trials_of eval --n_trials 5 --seed 8 --out rate.mat
"$PYTHON" - <<'END'
import json
import numpy as np, scipy.io
model, file, evaluation = (json.load(open(f)) for f in ("of_model.json", "of_file.json", "eval.json"))
def same(a, b):  # but for the digits of times in a .csv
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return np.isclose(a, b, rtol=1e-9, atol=1e-12) if isinstance(a, float) else a == b
assert same(model["spike_trains"], file["spike_trains"]) and model["spike_trains"]["units"]
types = evaluation["rate"]["types"]
rate = scipy.io.loadmat("rate.mat")
assert np.array_equal(rate["type"].ravel(), np.tile(np.arange(1, len(types) + 1), 5))
for i, told in enumerate(types):
    chosen = rate["type"].ravel() == i + 1
    assert rate["correct"].ravel()[chosen].sum() == told["correct"]
    assert np.isclose(rate["value"].ravel()[chosen].mean(), told["value_mean"], atol=1e-9)
END
refused "--trial|'++'|--trials_of eval" simulate m/model.mat --trials_of eval --trial ++ --out new.csv
refused "--trials_of|'run'|simulate or eval" simulate m/model.mat --trials_of run --out new.csv
