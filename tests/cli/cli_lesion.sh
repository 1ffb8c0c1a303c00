# spikernn lesion: a new file without some connections, all else kept.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model model.mat --N 30 --P_inh 0.4 --som_N 3
accepted lesion model.mat half.mat --share 0.5 --by_pathway --seed 3 --json
cp "$scratch/out" half.json
in_json 'j["model"] == "half.mat" and j["seed"] == 3'
accepted lesion model.mat ie.mat --share 1 --pathways IE,ii
printed "EE 0, EI 0, IE "
printed "model: ie.mat"
"$PYTHON" - half.json <<'END'
import json, sys
import numpy as np, scipy.io
intact, half, ie = (scipy.io.loadmat(f) for f in ("model.mat", "half.mat", "ie.mat"))
inh = intact["inh"].ravel() > 0
W = lambda m: m["w"] @ m["m"] * m["som_m"]
def kind(w):  # [from][to]
    return {a + b: np.count_nonzero(w[np.ix_(inh if b == "I" else ~inh, inh if a == "I" else ~inh)])
            for a in "EI" for b in "EI"}
before, after = kind(W(intact)), kind(W(half))
removed = json.load(open(sys.argv[1]))["removed"]
for k in before:
    assert before[k] - after[k] == removed[k] and abs(removed[k] - before[k] / 2) <= 0.5, k
assert kind(W(ie)) == {**before, "IE": 0, "II": 0}
for m in (half, ie):
    assert ((m["w"] == intact["w"]) | (m["w"] == 0)).all()
    for k in ("w_in", "w_out", "b_out", "taus_gaus", "losses", "som_m", "opt_scaling_factor", "all_perfs"):
        assert np.array_equal(m[k], intact[k]), k
    assert not {"x", "r", "o", "x0"} & m.keys()
END
accepted info half.mat
printed "3 SOM"
accepted eval half.mat --n_trials 2
accepted search half.mat --n_trials 2 --scaling_factors 30,40 --quiet

accepted lesion model.mat half.pth --share 0.5 --by_pathway --seed 3 --quiet
accepted convert half.pth again.mat
"$PYTHON" -c 'import scipy.io
a, b = (scipy.io.loadmat(f) for f in ("half.mat", "again.mat"))
assert ((a["w"] > 0) == (b["w"] > 0)).all() and (a["w_out"] == b["w_out"]).all()'

refused "half.txt|.mat or .pth" lesion model.mat half.txt
refused "half.mat exists" lesion model.mat half.mat
refused "share|1.5|0 to 1" lesion model.mat new.mat --share 1.5
refused "share|-0.1|0 to 1" lesion model.mat new.mat --share -0.1
refused "--pathways|'IX'|EE, EI, IE or II" lesion model.mat new.mat --pathways EE,IX
refused "argument is missing|MODEL" lesion model.mat
refused "missing.mat" lesion missing.mat new.mat
refused "folder" lesion model.mat folder/new.mat
