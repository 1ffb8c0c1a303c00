# spikernn simulate: what is in its files, held against the equations with every option.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 20 --som_N 2 --P_inh 0.4 --n_trials 60 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 20 --seed 1 --output_dir m --quiet
simulate() { accepted simulate m/model.mat --quiet "$@"; }

# ---- one trial, all of it; then parts of it, and the same spikes as text ----
simulate --trial go --record spikes,v,r --out full.mat
printed "go: "
simulate --trial go --record v,ipsc,r --units 3:5,som,1 --every 7 --out part.mat
simulate --trial go --out spikes.mat --json
in_json 'j["network"] == "spiking" and j["spiking"]["tref_ms"] == 2 and j["spiking"]["neuron"] == "lif"'
simulate --trial go --out spikes.csv

# ---- all options against the equations; three outputs of one model ----
common="--trial go --record all --precision double"
simulate $common --tref_ms 1 --tm_ms 8 --tr_ms 1.5 --v_reset_mv -60 --v_peak_mv -42 --bias_mv -38 --noise_mv 0 \
    --dt_ms 0.1 --v0 reset --scaling_factor 7 --add_b_out --out lif.mat
simulate $common --neuron qif --tr_ms 0 --noise_mv 0 --v0 rest --bias 3 --use_initial_weights --out qif.mat
simulate $common --noise_mv 0 --v0 rest --bias -45 --out quiet.mat
simulate $common --noise_mv 0 --v0 rest --bias -45 --stim_mode exc --stim_window 2000:4000 --stim_units pv,1 \
    --stim_probability 1 --stim_mv 0.75 --out stim.mat

# ---- several trials ----
simulate --n_trials 3 --record spikes,v --units 2,7 --out many.mat
simulate --n_trials 3 --out many.csv
"$PYTHON" - <<'END'
import csv, numpy as np, scipy.io
model = scipy.io.loadmat("m/model.mat")
load = lambda f: scipy.io.loadmat(f, struct_as_record=False, squeeze_me=False)
field = lambda m, name: getattr(m["params"][0, 0], name)
number = lambda m, name: field(m, name).item()
N, som, inh = 20, (model["som_m"] == 0).any(axis=1), model["inh"].ravel() != 0
tau = lambda g: 5e-3 * (16 / (1 + np.exp(-g)) + 4)

def check_equations(m, lam, w, tref, tm, tr, reset, peak, bias, ds, v0, qif, b_out, stim=None):
    dt, nt = number(m, "dt"), int(number(m, "nt"))
    td, W, spk, I, V = field(m, "td"), m["W"], m["spk"], field(m, "IPSCs"), m["REC"]
    assert np.isclose(dt, 5e-5 * ds) and nt == (-(-61 // ds) - 1) * 100 and np.isclose(number(m, "T"), nt * dt)
    assert number(m, "scaling_factor") == lam
    assert np.allclose(W, np.maximum(w, 0) @ model["m"] * model["som_m"] / lam, atol=1e-7)
    assert np.allclose(td, tau(model["taus_gaus"])) and np.allclose(field(m, "td0"), tau(model["taus_gaus0"]))
    assert np.array_equal(field(m, "w_out"), model["w_out"]) and V.shape == spk.shape == m["rs"].shape == I.shape == (N, nt)
    assert spk.sum() > 20 and np.array_equal(V == 30, spk == 1)
    assert np.allclose(m["out"], model["w_out"] / lam @ m["rs"] + b_out, atol=1e-9)
    assert np.allclose(m["all_fr"].ravel(), spk[:, 9:].sum(axis=1) / (nt * dt))
    kick = dt / (tr * td[:, 0]) if tr else 1 / td[:, 0]
    decay, rise = np.exp(-dt / td[:, 0]), np.exp(-dt / tr) if tr else 0
    v, ipsc, h, r, hr = np.full(N, v0), *np.zeros((4, N))
    last = np.zeros(N)
    for i in range(1, nt + 1):
        column = int(np.floor(i / 100 + 0.5)) * ds
        assert np.allclose(I[:, i - 1], ipsc, atol=1e-6)
        drive = I[:, i - 1] + bias + model["w_in"] @ m["u"][:, column]
        free = i - last > round(tref / dt)
        v = v + np.where(free, dt / tm * ((v * v if qif else -v) + drive), 0)
        if stim is not None: v[stim[0]] += stim[2] * (stim[1][0] <= i < stim[1][1])
        spikes = spk[:, i - 1] == 1
        assert np.array_equal(spikes, v >= peak) and np.allclose(V[~spikes, i - 1], v[~spikes], atol=1e-6)
        JD = (W[:, spikes].sum(axis=1), spikes)
        if tr:
            ipsc, h = ipsc * decay + h, h * rise + JD[0] * kick
            r, hr = r * decay + hr, hr * rise + JD[1] * kick
        else:
            ipsc, r = ipsc * decay + JD[0] * kick, r * decay + JD[1] * kick
        assert np.allclose(m["rs"][:, i - 1], r, atol=1e-6)
        v = np.where(spikes, reset, np.where(spikes, v, V[:, i - 1]))
        last[spikes] = i

full = load("full.mat")
assert full["out"].shape == (1, 6000) and full["spk"].shape == (N, 6000) and full["u"].shape == (1, 61)
time, unit = np.nonzero(full["spk"].T)
table = full["spikes"]
assert np.array_equal(table[:, 0], unit + 1) and np.allclose(table[:, 1], (time + 1) * 0.05) and (table[:, 2] == 1).all()
part = load("part.mat")
units = sorted({2, 3, 4, 0} | set(np.flatnonzero(som)))
assert np.array_equal(part["units"].ravel() - 1, units) and np.array_equal(part["steps"].ravel(), np.arange(1, 6001, 7))
for name in ("REC", "rs"): assert np.array_equal(part[name], full[name][units, ::7])
assert np.array_equal(field(part, "IPSCs"), field(full, "IPSCs")[units, ::7]) and "spk" not in part
alone = load("spikes.mat")
assert not {"REC", "rs", "spk", "units", "steps"} & set(alone) and not hasattr(alone["params"][0, 0], "IPSCs")
for name in ("spikes", "out", "all_fr", "W"): assert np.array_equal(alone[name], full[name])

def check_csv(path, table, types):
    rows = list(csv.DictReader(open(path)))
    assert list(rows[0]) == ["trial", "type", "unit", "time_ms", "population"] and len(rows) == len(table)
    for row, (unit, ms, trial) in zip(rows, table):
        assert int(row["trial"]) == trial and int(row["unit"]) == unit and np.isclose(float(row["time_ms"]), ms)
        i = int(unit) - 1
        assert row["population"] == ("som" if som[i] else "pv" if inh[i] else "exc") and row["type"] == types[int(trial) - 1]
check_csv("spikes.csv", table, ["go"])

common = dict(tref=2e-3, tm=1e-2, tr=2e-3, reset=-65, peak=-40, ds=1, qif=False, b_out=0, lam=10, w=model["w"])
check_equations(load("lif.mat"), **{**common, **dict(lam=7, tref=1e-3, tm=8e-3, tr=1.5e-3, reset=-60, peak=-42,
    bias=-38, ds=2, v0=-60, b_out=model["b_out"].item())})
check_equations(load("qif.mat"), **{**common, **dict(w=model["w0"], tr=0, peak=30, bias=3, v0=3, qif=True)})
stimulated, quiet = load("stim.mat"), load("quiet.mat")
pv1 = np.flatnonzero((inh & ~som) | (np.arange(N) == 0))
check_equations(stimulated, **{**common, **dict(bias=-45, v0=-45, stim=(pv1, (2000, 4000), 0.75))})
assert np.array_equal(stimulated["REC"][:, :1999], quiet["REC"][:, :1999])
assert (stimulated["REC"][pv1, 1999] != quiet["REC"][pv1, 1999]).all()

many = load("many.mat")
assert many["REC"].shape == many["spk"].shape == (2, 6000, 6) and many["out"].shape == (1, 6000, 6)
assert many["all_fr"].shape == (N, 6) and np.array_equal(many["type"].ravel(), [1, 1, 1, 2, 2, 2])
assert np.array_equal(many["label"].ravel(), [1, 1, 1, 0, 0, 0])
assert np.array_equal(many["spk"][:, :, 0], full["spk"][[1, 6]]) and np.array_equal(many["out"][:, :, 0], full["out"])
for k in range(6): # the response window of these settings, from step 5000
    t = many["spikes"][many["spikes"][:, 2] == k + 1]
    for row, unit in enumerate((2, 7)):
        assert np.array_equal(np.flatnonzero(many["spk"][row, :, k]) + 1, np.rint(t[t[:, 0] == unit][:, 1] / 0.05))
    assert many["value"][0, k] in many["out"][0, :, k]
check_csv("many.csv", many["spikes"], ["go"] * 3 + ["nogo"] * 3)
END

# ---- the size is said first, unless --quiet ----
run "$SPIKERNN" simulate m/model.mat --trial go --record all --out all.mat
[ $code = 0 ] || fail "--record all ended with $code"
one_sentence "simulate|20 units at 6000 steps of 1 trial|3.8 MB"

# ---- the lesson in the documentation ----
sed -n '/^```python/,/^```/p' "$SOURCE_DIR/docs/simulation.md" | sed '1d;$d' >lesson.py
"$PYTHON" lesson.py >lesson.txt || fail "docs/simulation.md: its Python does not run"
grep -q "unit 3 spikes at \[" lesson.txt || fail "docs/simulation.md: its Python prints $(cat lesson.txt)"

# ---- Octave ----
"$OCTAVE" --norc --no-history --quiet --eval '
    load full.mat
    assert (size (REC), [20 6000]); assert (size (rs), size (spk)); assert (size (W), [20 20])
    assert (size (params.IPSCs), [20 6000]); assert (size (all_fr), [20 1]); assert (params.nt, 6000)
    assert (sum (spk(:)), rows (spikes)); assert (out, params.w_out / params.scaling_factor * rs, 1e-4)
    disp ("read")' >octave.txt || fail "Octave does not read full.mat"
grep -q read octave.txt || fail "Octave says $(cat octave.txt)"

# ---- an operating point: the converted network is in the file, and does what the equations say ----
accepted search m/model.mat --conversion operating-point --n_trials 2 --fresh_trials 0 --seed 2 --quiet
simulate --conversion operating-point --trial go --record all --precision double --noise_mv 0 --v0 reset \
    --bias_mv -39 --out point.mat --json
in_json 'j["conversion"] == "operating-point" and j["scaling_factor"] is None'
"$PYTHON" - <<'END'
import numpy as np, scipy.io
model, m = scipy.io.loadmat("m/model.mat"), scipy.io.loadmat("point.mat", squeeze_me=True)
params = {name: m["params"][name].item() for name in m["params"].dtype.names}
assert "scaling_factor" not in params
k, b, alpha, c = (model["op_" + name].ravel() for name in ("gain", "bias_mv", "scale", "offset"))
w = np.maximum(model["w"], 0) @ model["m"] * model["som_m"]
assert np.allclose(m["W"], k[:, None] * w * alpha, atol=1e-6)
assert np.allclose(params["w_out"], model["w_out"].ravel() * alpha)
assert np.allclose(params["w_in"], k * model["w_in"].ravel())
assert np.allclose(params["bias"], -39 + b + k * (w @ c), atol=1e-5)
assert np.allclose(params["b_out"], model["b_out"].item() + model["w_out"].ravel() @ c)
assert np.allclose(m["out"], params["w_out"] @ m["rs"] + params["b_out"], atol=1e-9)
N, nt, dt, td = 20, int(params["nt"]), params["dt"], params["td"]
decay, rise, last = np.exp(-dt / td), np.exp(-dt / 2e-3), np.zeros(N)
v, (ipsc, h) = np.full(N, -65.0), np.zeros((2, N))
for i in range(1, nt + 1):
    assert np.allclose(params["IPSCs"][:, i - 1], ipsc, atol=1e-4)
    I = params["IPSCs"][:, i - 1] + params["bias"] + params["w_in"] * m["u"][int(np.floor(i / 100 + 0.5))]
    v = v + np.where(i - last > round(2e-3 / dt), dt / 1e-2 * (-v + I), 0)
    spikes = m["spk"][:, i - 1] == 1
    V = m["REC"][:, i - 1]
    assert np.allclose(V[~spikes], v[~spikes], atol=1e-6) and (v[spikes] >= -40 - 1e-6).all()
    ipsc, h = ipsc * decay + h, h * rise + m["W"][:, spikes].sum(axis=1) * dt / (2e-3 * td)
    v = np.where(spikes, -65, V)
    last[spikes] = i
assert m["spk"].sum() > 20
END
for verb in "search m/model.mat" "eval m/model.mat" "simulate m/model.mat --out qif2.mat" "run go-nogo"; do
    refused "--conversion operating-point|--neuron qif" $verb --conversion operating-point --neuron qif
done
refused "--conversion|--network rate" simulate m/model.mat --network rate --conversion operating-point --out no.mat
