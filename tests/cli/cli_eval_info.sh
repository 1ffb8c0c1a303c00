# spikernn eval and info: what they show is what is in the file.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model model.mat --N 30 --P_inh 0.4 --som_N 3

# eval: the file's scaling factor, every trial type alike
accepted eval model.mat --n_trials 5
printed "spiking network, λ = $("$PYTHON" -c 'import scipy.io; print("%g" % scipy.io.loadmat("model.mat")["opt_scaling_factor"].squeeze())')"
[ "$(grep -c '^  go  *5 ' "$scratch/out")" = 2 ] || fail "not 5 go trials: $(cat "$scratch/out")"
[ "$(grep -c '^  nogo  *5 ' "$scratch/out")" = 2 ] || fail "not 5 nogo trials"
[ "$(grep -c '^  all  *10 ' "$scratch/out")" = 2 ] || fail "not 10 trials in all"

accepted eval model.mat --n_trials 5 --scaling_factor 12.5 --seed 3 --json
in_json 'j["scaling_factor"] == 12.5 and j["seed"] == 3 and j["trials_of_each_type"] == 5'
in_json 'all(t["n"] == 5 for network in ("rate", "spiking") for t in j[network]["types"])'
in_json 'all(j[n]["n"] == 10 and j[n]["correct"] == sum(t["correct"] for t in j[n]["types"]) for n in ("rate", "spiking"))'
in_json '[t["type"] for t in j["spiking"]["types"]] == ["go", "nogo"]'
in_json 'all(t[k] >= 0 for t in j["spiking"]["types"] for k in ("exc_hz", "pv_hz", "som_hz"))'
cp "$scratch/out" once
accepted eval model.mat --n_trials 5 --scaling_factor 12.5 --seed 3 --json
cmp "$scratch/out" once || fail "the same seed gave another evaluation"
accepted eval model.mat --n_trials 5 --scaling_factor 12.5 --seed 4 --json
! cmp -s "$scratch/out" once || fail "another seed gave the same evaluation"
accepted eval model.mat --n_trials 5 --scaling_factor 12.5 --seed 3 --json --precision double
in_json 'j["spiking"]["n"] == 10'
accepted eval model.mat --n_trials 1 --T 180 --stim_on 30 --stim_dur 20 --json
in_json 'j["task"]["T"] == 180 and j["task"]["stim_on"] == 30 and j["task"]["stim_dur"] == 20'

small_model no_som.mat --P_inh 0
accepted eval no_som.mat --n_trials 2 --json
in_json 'all(t["pv_hz"] is None and t["som_hz"] is None for t in j["spiking"]["types"])'

# the rate network alone, which needs no scaling factor, and every trial of it in a file
accepted train --task xor --N 20 --n_trials 30 --eval_trials 5 --seed 1 --quiet --output_dir unsearched
unsearched=$(find unsearched -name '*.mat')
refused "opt_scaling_factor" eval "$unsearched"
accepted eval "$unsearched" --network rate --n_trials 6 --seed 2 --out trials.mat --json
in_json 'j["spiking"] is None and j["scaling_factor"] is None and j["file"] == "trials.mat"'
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
import numpy as np, scipy.io
j = json.load(open(sys.argv[1]))["rate"]
m = {k: v.ravel() if k != "eval_os" else v for k, v in scipy.io.loadmat("trials.mat").items() if k[0] != "_"}
assert m["eval_os"].shape == (24, 299) and m["task"][0] == "xor" and m["types"][0] == "++, +-, -+, --"
assert (np.bincount(m["type"].astype(int)) == [0, 6, 6, 6, 6]).all()
assert (m["eval_labels"] == np.where((m["type"] == 1) | (m["type"] == 4), 1, -1)).all()
for t in range(4):
    assert j["types"][t]["correct"] == m["correct"][m["type"] == t + 1].sum()
    assert abs(j["types"][t]["value_mean"] - m["value"][m["type"] == t + 1].mean()) < 1e-9
assert abs(j["accuracy"] - m["eval_perf_mean"][0]) < 1e-8 and abs(j["loss"] - m["eval_loss_mean"][0]) < 1e-7
o, same = m["eval_os"], m["eval_labels"] > 0
extreme = np.where(same, o[:, 200:].max(1), o[:, 200:].min(1))
z = np.zeros_like(o)
z[:, 170:270] = m["eval_labels"][:, None]
assert abs(np.sqrt(((o - z) ** 2).sum(1)).mean() - j["loss"]) < 1e-4
assert np.abs(m["value"] - extreme).max() < 1e-9
END
accepted eval model.mat --n_trials 2 --out both.mat
printed "trials of the rate network: both.mat"
refused "both.mat exists already" eval model.mat --out both.mat
refused "--out is trials.txt|.mat" eval model.mat --out trials.txt
refused "no/trials.mat|folder no" eval model.mat --out no/trials.mat
refused "folder /proc" eval model.mat --out /proc/trials.mat
refused "--scaling_factor|--network rate" eval model.mat --network rate --scaling_factor 30
refused "--tref_ms|--network rate" eval model.mat --network rate --tref_ms 5
refused "--network|'spiking'|both or rate" eval model.mat --network spiking
refused "--mode is 'eval'|spikernn eval --network rate MODEL" train --task xor --mode eval

# info against the arrays of the file
accepted info --json model.mat no_som.mat
in_json '[m["model"] for m in j["models"]] == ["model.mat", "no_som.mat"]'
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
import numpy as np, scipy.io
for j in json.load(open(sys.argv[1]))["models"]:
    m = scipy.io.loadmat(j["model"])
    inh = m["inh"].ravel() > 0
    w = (np.maximum(m["w"], 0) @ m["m"]) * m["som_m"]
    som = int(m["som_N"].squeeze())
    assert j["N"] == inh.size and j["n_in"] == 1 and j["n_out"] == 1
    assert j["populations"] == {"exc": int((~inh).sum()), "pv": int(inh.sum()) - som, "som": som}
    assert np.isclose(j["connections"]["density"], (w != 0).mean())
    now, start = np.abs(w[m["som_m"] > 0]), np.maximum(m["w0"], 0)[m["som_m"] > 0]
    want = {"connections": (now > 0).mean(), "connections_at_start": (start > 0).mean(), "weight": now[now > 0].mean(),
            "gone": (now[start > 0] == 0).mean(), "grown": (start[now > 0] == 0).mean(), "weight_at_start": start[start > 0].mean()}
    assert want["gone"] > 0
    for name, value in want.items():
        assert np.isclose(j["connections"][name], value, rtol=1e-6), (name, value)
    for source, s in (("E", ~inh), ("I", inh)):
        for target, t in (("E", ~inh), ("I", inh)):
            got = j["connections"][source + "_to_" + target]
            block = w[np.ix_(t, s)]  # w[i, j] is from j to i
            assert got is None if block.size == 0 else np.isclose(got, (block != 0).mean())
    tau = 5 * (4 + 16 / (1 + np.exp(-m["taus_gaus"].ravel())))
    want = [tau.min(), np.median(tau), tau.max()]
    assert np.allclose([j["taus"][k] for k in ("min_ms", "median_ms", "max_ms")], want, rtol=1e-5)
    assert j["taus"]["limits_steps"] == [4, 20] and j["taus"]["trained"]
    assert j["dale"] == {"applied": True, "rectified_weights": 0}
    assert j["task"]["name"] == "go-nogo" and j["task"]["T"] == 200
    assert j["training"]["last_trial"] == 59 and j["training"]["losses"] == 60
    assert np.isclose(j["training"]["accuracy"], m["eval_perf_mean"].squeeze())
    assert j["search"]["opt_scaling_factor"] == m["opt_scaling_factor"].squeeze()
    assert [r["scaling_factor"] for r in j["search"]["table"]] == [30, 50]
    assert np.allclose([r["accuracy"] for r in j["search"]["table"]], m["all_perfs"].ravel())
    assert j["missing_variables"] == []
END
accepted info model.mat
for word in model.mat "go-nogo: T 200, stim_on 50, stim_dur 25" "30: " "3 SOM" "sigmoid" "between 20 and 100 ms" \
    "E to I" "I to E" "since start   " "kept by every unit" "last trial 59" "best λ" "P_inh         0.4"; do
    printed "$word"
done

# A file of the older port: w unrectified, most variables missing
"$PYTHON" - <<'END'
import numpy as np, scipy.io
m = scipy.io.loadmat("model.mat")
w = m["w"] * 1.0
rows, columns = np.nonzero(w == 0)
w[rows[:7], columns[:7]] = -0.25
keep = ("w_in", "w_out", "m", "som_m", "inh", "taus", "taus_gaus", "b_out")
scipy.io.savemat("old.mat", {"w": w, **{k: m[k] for k in keep}})
END
accepted info --json old.mat
in_json 'j["models"][0]["dale"]["rectified_weights"] == 7'
in_json '"losses" in j["models"][0]["missing_variables"] and j["models"][0]["task"] is None'
accepted info old.mat
printed "broken in the file by 7 weights below zero"
printed "not in file"
refused "old.mat|task" eval old.mat --scaling_factor 40
accepted eval old.mat --scaling_factor 40 --task go_nogo --n_trials 2
printed "go-nogo"

# A bad file among good ones
echo "no model" >bad.mat
run "$SPIKERNN" info model.mat bad.mat no_som.mat
[ $code = 2 ] || fail "a bad file among good ones ended with $code"
one_sentence "bad.mat"
printed "no_som.mat"

# ... of which the JSON document says so, as it does where a later part of a verb fails
run "$SPIKERNN" info --json model.mat bad.mat no_som.mat
[ $code = 2 ] || fail "a bad file among good ones ended with $code"
in_json '[m["model"] for m in j["models"]] == ["model.mat", "bad.mat", "no_som.mat"]'
in_json '["error" in m for m in j["models"]] == [False, True, False] and "bad.mat" in j["error"]'
run "$SPIKERNN" eval model.mat --json --n_trials 2 --figures axes
[ $code = 2 ] || fail "a figure that cannot be drawn ended with $code"
one_sentence "axes, which cannot be drawn"
in_json '"axes" in j["error"] and j["rate"]["n"] == 4'
# What can be known before the trials is refused before them.
refused "bad.mat|not a folder" eval model.mat --json --n_trials 2 --figures taus --figures_dir bad.mat
refused "bad.mat|not a folder" plot model.mat --n_trials 2 --figures taus --figures_dir bad.mat
refused "--units is '31'" eval model.mat --n_trials 2 --figures voltages --units 31
accepted eval model.mat --json --n_trials 2
in_json '"error" not in j and "interrupted" not in j'

# --quiet: can the files be read?
small_model readable.mat
echo "no model" >unreadable.mat
accepted info readable.mat --quiet
[ ! -s "$scratch/out" ] || fail "info --quiet printed $(cat "$scratch/out")"
refused "unreadable.mat" info readable.mat unreadable.mat readable.mat --quiet
accepted info readable.mat --quiet --json
in_json 'j["models"][0]["N"] == 20'
