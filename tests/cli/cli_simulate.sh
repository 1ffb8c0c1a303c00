# spikernn simulate --network rate: the trials in the file are the network's, by the equations.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none mante --N 20 --n_trials 60 --eval_trials 5 --scaling_factors 30 --search_trials 1 --test_trials 1 \
    --T 300 --stim_dur 50 --seed 1 --output_dir m --quiet
accepted simulate m/model.mat --network rate --out all.mat --n_trials 2 --noise 0 --seed 5
[ "$(grep -c 'of 2 correct' "$scratch/out")" = 8 ] || fail "not eight types: $(cat "$scratch/out")"
accepted simulate m/model.mat --network rate --out one.mat --n_trials 5 --trial 2+- --seed 5 --json
in_json 'j["file"] == "one.mat" and j["seed"] == 5 and [t["type"] for t in j["types"]] == ["2+-"]'
accepted simulate m/model.mat --network rate --out again.mat --n_trials 5 --trial 2+- --seed 5 --threads 1
accepted simulate m/model.mat --network rate --out other.mat --n_trials 5 --trial 2+- --seed 6
"$PYTHON" - <<'END'
import numpy as np, scipy.io
m, a, one, again, other = (scipy.io.loadmat(f) for f in ("m/model.mat", "all.mat", "one.mat", "again.mat", "other.mat"))
N, T, K = 20, 300, 16
assert a["x"].shape == a["r"].shape == (N, T, K) and a["u"].shape == (4, T, K)
assert a["o"].shape == (1, T - 1, K) and a["target"].shape == (1, T, K)
assert a["task"][0] == "mante" and a["types"][0] == "1++, 1+-, 1-+, 1--, 2++, 2+-, 2-+, 2--"
assert np.array_equal(a["type"].ravel(), np.repeat(np.arange(1, 9), 2))
assert np.array_equal(a["label"].ravel(), np.repeat([1, 1, -1, -1, 1, -1, 1, -1], 2))
x, r, o, u = a["x"], a["r"], a["o"], a["u"]
tau = 16 / (1 + np.exp(-m["taus_gaus"])) + 4
W = m["w"] @ m["m"] * m["som_m"]
assert np.allclose(r, 1 / (1 + np.exp(-x)), atol=1e-6)
for k in range(K):
    drive = W @ r[:, :-1, k] + m["w_in"] @ u[:, :-1, k]
    assert np.allclose(x[:, 1:, k], (1 - 1 / tau) * x[:, :-1, k] + drive / tau, atol=1e-5)
    assert np.allclose(o[:, :, k], m["w_out"] @ r[:, 1:, k] + m["b_out"], atol=1e-5)
    assert np.array_equal(a["target"][0, :, k], np.where(np.arange(T) >= 100, a["label"][0, k], 0))
    value = (a["label"][0, k] * o[0, 100:, k]).max()  # the last 200 of 299 outputs
    assert np.isclose(a["value"][0, k], a["label"][0, k] * value)
    assert a["correct"][0, k] == (value > 0.7)
assert all(np.array_equal(one[k], again[k]) for k in ("x", "r", "o", "u"))
assert not np.array_equal(one["x"], other["x"]) and (one["type"] == 6).all()
assert len({one["x"][0, 50, k] for k in range(5)}) == 5
END

refused "all.mat exists" simulate m/model.mat --network rate --out all.mat
refused "--trial|'2+'|2++" simulate m/model.mat --network rate --out new.mat --trial 2+
refused "--n_trials|1000000|2^28" simulate m/model.mat --network rate --out new.mat --n_trials 1000000
refused "noise|-1|0 or more" simulate m/model.mat --network rate --out new.mat --noise -1
refused "missing.mat" simulate missing.mat --network rate --out new.mat
refused "folder" simulate m/model.mat --network rate --out folder/new.mat
refused "--neuron|--network rate" simulate m/model.mat --network rate --out new.mat --neuron qif
refused "--record|--network rate" simulate m/model.mat --network rate --out new.mat --record v
refused "new.csv|.mat|no spikes" simulate m/model.mat --network rate --out new.csv
