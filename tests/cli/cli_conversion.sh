# The operating-point conversion through the program: search, eval, run, info, and the files.
. "$SOURCE_DIR/tests/cli/expect.bash"

accepted train --task go-nogo --N 20 --n_trials 60 --eval_trials 5 --seed 1 --output_dir trained
mv trained/models/go-nogo/*/*.mat model.mat
cp model.mat plain.mat

# A file with neither, and the ways to ask
refused "plain.mat|--scaling_factor" eval plain.mat --n_trials 2
refused "plain.mat|operating point|--conversion operating-point" eval plain.mat --conversion operating-point
refused "--conversion|operating-pint|operating-point" search model.mat --conversion operating-pint

accepted search model.mat --conversion operating-point --n_trials 3 --fresh_trials 4 --seed 2 --json
in_json 'j["models"][0]["stored"] and j["models"][0]["n_trials"] == 3 and j["models"][0]["fresh"]["n"] == 4'
in_json 'all(j["models"][0]["table"][j["models"][0]["best"]]["score"] >= row["score"] - 0.01 and row["visit_trials"] >= 0 for row in j["models"][0]["table"])'
"$PYTHON" - <<'END'
import numpy as np, scipy.io
m, before = scipy.io.loadmat("model.mat"), scipy.io.loadmat("plain.mat")
N = int(m["N"].squeeze())
for name in ("op_gain", "op_bias_mv", "op_scale", "op_offset"):
    assert m[name].shape == (N, 1) and np.isfinite(m[name]).all(), name
assert (m["op_gain"] > 0).all() and (m["op_scale"] >= 0).all()
assert m["op_n_trials"].squeeze() == 4 and 0 <= m["op_perf"].squeeze() <= 1
assert "opt_scaling_factor" not in m
for name, value in before.items():  # nothing else changes
    if not name.startswith("__"):
        assert np.array_equal(value, m[name]), name
END

# A file that has only the operating point uses it; of both the better one on fresh trials.
accepted eval model.mat --n_trials 2 --json
in_json 'j["conversion"] == "operating-point" and j["scaling_factor"] is None and j["comparison"]["rmse"] > 0'
accepted eval model.mat --n_trials 2 --scaling_factor 40 --json
in_json 'j["conversion"] == "scaling-factor" and j["scaling_factor"] == 40'
refused "--scaling_factor|--conversion" eval model.mat --scaling_factor 40 --conversion operating-point
refused "opt_scaling_factor|--scaling_factor" eval model.mat --neuron qif
accepted search model.mat --n_trials 2 --scaling_factors 30,40 --fresh_trials 5 --json
in_json 'j["models"][0]["fresh"]["n"] == 5'
accepted eval model.mat --n_trials 2 --json
in_json 'j["conversion"] == "scaling-factor"'
accepted eval model.mat --n_trials 2 --conversion operating-point
printed "at its operating point"
accepted info model.mat
printed "conversion    operating point"
printed "best λ on 5 fresh trials"
accepted info --json model.mat
in_json 'j["models"][0]["operating_point"]["settings"]["spiking"]["noise_mv"] == 0.1'
in_json 'j["models"][0]["operating_point"]["fresh_trials"] == 4 and j["models"][0]["search"]["fresh_trials"] == 5'

# To .pth and back
accepted convert model.mat model.pth
accepted convert model.pth back.mat
"$PYTHON" - <<'END'
import numpy as np, scipy.io
m, back = scipy.io.loadmat("model.mat"), scipy.io.loadmat("back.mat")
for name in m:
    alone = ("search_correct", "search_margins", "search_losses", "search_rates_hz", "search_other_sides")  # of .mat
    if name.startswith(("op_", "search_")) and name not in alone or name == "all_n_trials":
        assert np.array_equal(m[name], back[name]), name
END

# The readout refitted, for either conversion
cp model.mat refit.mat
refused "refit.mat|--readout ridge" eval refit.mat --n_trials 2 --readout ridge
accepted search refit.mat --n_trials 2 --scaling_factors 30,40 --readout ridge --json
in_json 'j["models"][0]["readout"]["rmse_refitted"] >= 0 and j["models"][0]["readout"]["fresh"]["n"] == 2'
accepted eval refit.mat --n_trials 2 --readout ridge
printed "readout refitted"
accepted simulate refit.mat --n_trials 1 --readout ridge --out refit_trials.mat
refused "refitted readout is of scaling factor" eval refit.mat --n_trials 2 --readout ridge --scaling_factor 55
refused "--readout|best|trained or ridge" eval refit.mat --readout best
refused "--readout ridge|--use_initial_weights" eval refit.mat --readout ridge --use_initial_weights
accepted search refit.mat --n_trials 2 --conversion operating-point --readout ridge
printed "readout refitted (shrinkage"
accepted eval refit.mat --n_trials 2 --conversion operating-point --readout ridge
"$PYTHON" - <<'END'
import numpy as np, scipy.io
m, plain, trials = (scipy.io.loadmat(f) for f in ("refit.mat", "model.mat", "refit_trials.mat"))
N = int(m["N"].squeeze())
assert m["readout_w_out"].shape == (1, N) and m["readout_b_out"].shape == (1, 1)
assert "readout_scaling_factor" not in m  # of the operating point now
assert not np.array_equal(m["readout_w_out"], m["w_out"])
assert np.array_equal(m["w_out"], plain["w_out"]) and np.array_equal(m["w"], plain["w"])
END

# No fresh trials, none shown
accepted search model.mat --n_trials 2 --scaling_factors 40 --fresh_trials 0
! grep -q "fresh" "$scratch/out" || fail "fresh trials that were not done"

# Other trials than the file's own are shown, not stored.
cp model.mat before.mat
accepted search model.mat --conversion operating-point --n_trials 2 --T 150
printed "not stored"
cmp model.mat before.mat || fail "an operating point for other trials was stored"

experiment --figures none go-nogo --N 20 --n_trials 2 --eval_trials 4 --search_trials 2 --test_trials 2 --conversion operating-point \
    --output_dir one --json
in_json 'j["search"]["conversion"] == "operating-point" and j["evaluation"]["conversion"] == "operating-point"'
