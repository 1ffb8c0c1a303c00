# The diagnosis: networks made to fail in one way get that reason, one that works gets none.
. "$SOURCE_DIR/tests/cli/expect.bash"

# Ten units without connections answer the stimulus of Go-NoGo at once.
cat >make.py <<'END'
import sys, numpy as np, scipy.io
act, tau, path = sys.argv[1], float(sys.argv[2]), sys.argv[3]
N = 10
rest, driven = {"sigmoid": (0.5, 1), "softplus": (np.log(2), 20), "clipped_relu": (0, 20)}[act]
w_out = 1 / (driven - rest)
scipy.io.savemat(path, {
    "w": np.zeros((N, N)), "m": np.eye(N), "som_m": np.ones((N, N)), "inh": np.zeros((N, 1)),
    "w_in": np.full((N, 1), 100.0), "w_out": np.full((1, N), w_out / N), "b_out": np.array([[-rest * w_out]]),
    "taus": np.array([[tau]]), "taus_gaus": np.zeros((N, 1)), "activation": act,
    "task": "go-nogo", "T": 60.0, "stim_on": 10.0, "stim_dur": 20.0})
END
"$PYTHON" make.py sigmoid 20 sigmoid.mat
"$PYTHON" make.py softplus 20 softplus.mat
"$PYTHON" make.py clipped_relu 20 relu.mat
"$PYTHON" make.py sigmoid 8 quick.mat

diagnosed() { accepted eval --n_trials 12 --json "$@"; }
tells="--diagnose always --n_trials 37" # 74 of 74 tell
codes() { in_json '[f["code"] for f in j["diagnosis"]] == "'"$1"'".split()'; }
finding() { in_json '(lambda f: '"$2"')(next(f for f in j["diagnosis"] if f["code"] == "'"$1"'"))'; }
works="--scaling_factor 120 --bias_mv -42"

# ---- one that works ----
diagnosed sigmoid.mat $works
in_json 'j["spiking"]["accuracy"] == j["rate"]["accuracy"] == 1 and j["diagnosis"] is None'
diagnosed sigmoid.mat $works $tells
codes ""
accepted eval sigmoid.mat --n_trials 12 $works
! grep -q "why it may fail" "$scratch/out" || fail "a working network got a diagnosis"
accepted eval sigmoid.mat $works $tells
printed "None of the known causes was found"
diagnosed sigmoid.mat $works --diagnose always --n_trials 5 # too few to tell
codes "too_few_trials"
finding too_few_trials 'f["n"] == 10 and f["n_needed"] == 73 and f["sentence"].endswith("about 73 trials are needed: 37 of each type.")'

# ---- the voltage noise, against a run without it ----
diagnosed sigmoid.mat $works --noise_mv 3
codes "voltage_noise no_operating_point"
finding voltage_noise 'f["noise_mv"] == 3 and f["accuracy"] == j["spiking"]["accuracy"] < f["accuracy_changed"] == 1'
finding voltage_noise 'f["types"][1] == {"type": "nogo", "n": 12, "wrong": 12, "wrong_changed": 0}'
cp "$scratch/out" noisy.json
accepted eval sigmoid.mat --n_trials 12 $works --noise_mv 3
printed "why it may fail"
printed "  - Without voltage noise 1.000 of the same trials are correct"
"$PYTHON" - "$scratch/out" <<'END' || fail "not wrapped at 80 columns: $(cat "$scratch/out")"
import sys
text = open(sys.argv[1], encoding="utf-8").read().split("why it may fail\n")[1]
assert 70 < max(map(len, text.splitlines())) <= 80 and "λ" in text
END
diagnosed sigmoid.mat $works --noise_mv 3 --threads 3
cmp "$scratch/out" noisy.json || fail "the diagnosis differs on 3 threads"
diagnosed sigmoid.mat $works --noise_mv 3 --diagnose never
in_json 'j["diagnosis"] is None and j["spiking"]["accuracy"] < 0.95'

# ---- the first transient ----
start="--scaling_factor 2 --T 60 --stim_on 1 --stim_dur 4 --noise_mv 0"
diagnosed quick.mat $start
finding initial_transient 'abs(f["share_above_threshold"] - 70 / 95) < 1e-9 and f["accuracy_changed"] == 1'
in_json '"voltage_noise" not in [f["code"] for f in j["diagnosis"]]'
diagnosed quick.mat $start --v0 reset $tells
codes ""

# ---- silent and saturated units, the output's offset, the stimulation, nothing of these ----
diagnosed sigmoid.mat $works --noise_mv 0 --bias_mv -300
codes "conversion silent_units no_operating_point"
finding silent_units 'f["share"] == 1'
diagnosed sigmoid.mat $works --bias_mv 3000
codes "conversion saturated_units no_operating_point"
finding saturated_units 'f["share"] == 1'
diagnosed sigmoid.mat --scaling_factor 48 --bias_mv -39 --noise_mv 0.01
codes "b_out no_operating_point"
diagnosed sigmoid.mat --scaling_factor 48 --bias_mv -39 --noise_mv 0.01 --add_b_out $tells
codes ""
diagnosed sigmoid.mat $works --stim_mode exc --stim_window 1:6000 --stim_units all --stim_mv 0.2
codes "stimulation"
diagnosed sigmoid.mat $works --bias_mv -300 --stim_mode exc --stim_window 1:6000 --stim_units all --stim_mv 3
finding trade_off 'f["change"] == "no stimulation" and [t["wrong"] for t in f["types"]] == [0, 12]'
finding trade_off '[t["wrong_changed"] for t in f["types"]] == [12, 0] and "nogo trials: 0 instead of 12 of 12; wrong go" in f["sentence"]'
in_json '"stimulation" not in [f["code"] for f in j["diagnosis"]]'
diagnosed sigmoid.mat --scaling_factor 1e5
codes "conversion no_operating_point"
finding conversion 'all(word in f["sentence"] for word in ("no voltage noise 0.5", "`--v0 reset` 0.5", "`--add_b_out` 0.5"))'

# ---- what the networks and the file tell ----
diagnosed sigmoid.mat $works --eval_amp_thresh 5
codes "rate_network"
diagnosed sigmoid.mat $works --noise_mv 3 --use_initial_weights
codes "initial_weights voltage_noise"
diagnosed softplus.mat --scaling_factor 3 --bias_mv -42 --noise_mv 3
finding activation 'f["activation"] == "softplus" and "55" in f["sentence"]'
diagnosed relu.mat --scaling_factor 3 --bias_mv -42 --noise_mv 3
finding activation 'f["activation"] == "clipped_relu" and "none" in f["sentence"]'
diagnosed sigmoid.mat $works --noise_mv 3 --neuron qif --v_peak_mv -40
in_json '"no_operating_point" not in [f["code"] for f in j["diagnosis"]]'

search() { accepted search sigmoid.mat --bias_mv -42 --n_trials 10 --fresh_trials 10 --scaling_factors "$1" --quiet; }
diagnosis_of_search() { diagnosed sigmoid.mat --bias_mv -42 $tells; }
search 120,1000
diagnosis_of_search
codes "grid_edge"
finding grid_edge 'f["edge"] == "lowest" and "`--refine` or with `--scaling_factors 12:120:12`." in f["sentence"]'
search 20,10,120
diagnosis_of_search
codes "grid_edge"
finding grid_edge 'f["edge"] == "highest" and "`--scaling_factors 120:1120:100`." in f["sentence"]'
diagnosed sigmoid.mat --bias_mv -42 $tells --scaling_factor 110 # not the search's
codes ""
search 10,120,1000
diagnosis_of_search
codes ""
"$PYTHON" - <<'END'
import scipy.io
m = {k: v for k, v in scipy.io.loadmat("sigmoid.mat").items() if not k.startswith("__")}
scipy.io.savemat("lucky.mat", dict(m, search_test_perf=0.6))
N = 10
point = {"op_gain": [[1.0]] * N, "op_bias_mv": [[0.0]] * N, "op_scale": [[0.01]] * N, "op_offset": [[0.0]] * N}
scipy.io.savemat("point.mat", dict(m, **point, op_perf=0.875, op_n_trials=8.0))
scipy.io.savemat("poor.mat", dict(m, **point, op_perf=0.25, op_n_trials=8.0))
END
diagnosed lucky.mat --bias_mv -42 $tells
codes "choice"
finding choice 'f["accuracy"] == 1 and f["accuracy_fresh"] == 0.6 and f["n_fresh"] == 10'
diagnosed point.mat --bias_mv -42 --noise_mv 3 --tref_ms 1.5 # other parameters than the search's
codes "voltage_noise operating_point_unused search_parameters"
finding search_parameters 'f["differences"] == "tref_ms 2.0 instead of 1.5, noise_mv 0.1 instead of 3.0"'
finding operating_point_unused 'f["accuracy"] == 0.875 and "0.875 of 8 fresh" in f["sentence"]'
diagnosed poor.mat --bias_mv -42 --noise_mv 3
codes "voltage_noise search_parameters"
diagnosed point.mat --bias_mv -42 --noise_mv 0 --conversion operating-point
in_json 'not {"operating_point_unused", "no_operating_point", "b_out", "grid_edge"} & {f["code"] for f in j["diagnosis"]}'

accepted search sigmoid.mat --conversion operating-point --n_trials 4 --fresh_trials 0 --bias_mv -42 --quiet
diagnosed sigmoid.mat --conversion operating-point --bias_mv -42 --noise_mv 3
finding search_parameters 'f["differences"] == "noise_mv 0.1 instead of 3.0"'
diagnosed sigmoid.mat --conversion operating-point --bias_mv -42 --diagnose always
in_json '"search_parameters" not in [f["code"] for f in j["diagnosis"]]'

# ---- run, and bad values ----
experiment --figures none go-nogo --N 10 --n_trials 3 --eval_trials 2 --search_trials 1 --test_trials 3 --T 60 --stim_on 10 \
    --stim_dur 20 --seed 1 --scaling_factors 10,20 --output_dir r
printed "why it may fail"
cp r/summary.json "$scratch/out"
in_json '"rate_network" in [f["code"] for f in j["diagnosis"]] and "grid_edge" in [f["code"] for f in j["diagnosis"]]'
refused "--diagnose|'yes'|auto, always or never" eval sigmoid.mat --diagnose yes
refused "--diagnose|--network rate" eval sigmoid.mat --network rate --diagnose always
