# spikernn search: files and folders, what is stored and what is shown.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model models/b/2.mat --loss_threshold 99
small_model models/a/1.MAT --seed 2
small_model models/top.mat --seed 3
mkdir models/b/.hidden
echo no model >models/b/.hidden/x.mat
echo no model >models/notes.txt
ln -s ../.. models/b/circle

"$PYTHON" - <<'END' # another tool's variable, which must stay
import numpy as np, scipy.io
m = {k: v for k, v in scipy.io.loadmat("models/top.mat").items() if not k.startswith("__")}
m["lab_notes"] = "keep this"
m["extra"] = np.arange(6.0).reshape(2, 3)
scipy.io.savemat("models/top.mat", m)
END

accepted eval models/top.mat --network rate --n_trials 2 --out models/results.mat # no model
accepted search models --n_trials 6 --scaling_factors 10:30:10
printed "models/results.mat: passed over, as it holds no network"
printed "3 model files"
[ "$(grep -c 'go-nogo$' "$scratch/out")" = 3 ] || fail "not three tables: $(cat "$scratch/out")"
[ "$(grep -c ' best$' "$scratch/out")" = 3 ] || fail "not three best ones"
[ "$(grep -v 'passed over' "$scratch/out" | grep -o 'models/[^:]*[.][mM][aA][tT]' | tr '\n' ' ')" = "models/a/1.MAT models/b/2.mat models/top.mat " ] ||
    fail "not sorted: $(cat "$scratch/out")"

accepted search models/ models/top.mat --n_trials 8 --scaling_factors 55,20,30.5 --json --seed 7 --threads 1
in_json '[m["model"] for m in j["models"]] == ["models/a/1.MAT", "models/b/2.mat", "models/top.mat", "models/top.mat"]'
in_json 'all(j["models"][2][k] == j["models"][3][k] for k in ("table", "opt_scaling_factor", "fresh"))'
in_json 'not j["interrupted"] and j["seed"] == 7'
# what the file holds already is not run again, unless asked for
in_json '[(m["trials_run"], m["trials_kept"]) for m in j["models"][2:]] == [(24, 0), (0, 24)]'
accepted search models/top.mat --n_trials 8 --scaling_factors 55,20,30.5 --json --seed 7 --again
in_json 'j["models"][0]["trials_run"] == 24 and j["models"][0]["trials_kept"] == 0'
"$PYTHON" - "$scratch/out" <<'END'
import json, math, sys
import numpy as np, scipy.io
for entry in json.load(open(sys.argv[1]))["models"]:
    m = scipy.io.loadmat(entry["model"])
    rows = entry["table"]
    assert [r["scaling_factor"] for r in rows] == [20, 30.5, 55]
    assert entry["n_trials"] == 8 and all(r["n"] == 8 for r in rows)
    assert np.array_equal(m["scaling_factors"].ravel(), [20, 30.5, 55])
    accuracy = np.array([r["accuracy"] for r in rows])
    assert np.allclose(m["all_perfs"].ravel(), accuracy)
    assert np.allclose(accuracy, [r["correct"] / 8 for r in rows])
    assert entry["opt_scaling_factor"] == rows[int(np.argmax(accuracy))]["scaling_factor"]
    assert m["opt_scaling_factor"].squeeze() == entry["opt_scaling_factor"]
    for r in rows:  # Wilson's interval holds p0 with (p - p0)^2 = z^2 p0 (1 - p0) / n
        p, z = r["accuracy"], 1.959963984540054
        for p0 in r["interval"]:
            assert math.isclose((p - p0) ** 2, z * z * p0 * (1 - p0) / 8, abs_tol=1e-8), r
m = scipy.io.loadmat("models/top.mat")
assert m["lab_notes"][0] == "keep this" and np.array_equal(m["extra"], np.arange(6.0).reshape(2, 3))
END

# The best one serves eval; a network is no different after the search.
accepted info --json models/top.mat
in_json 'j["models"][0]["search"]["n_trials"] == 8 and len(j["models"][0]["search"]["table"]) == 3'

# The curve of a file is that of its own task; other trials are shown, not stored.
cp models/top.mat before.mat
for other in "--T 150" "--stim_on 40" "--stim_dur 30" "--eval_amp_thresh 0.6"; do
    accepted search models/top.mat $other --n_trials 2 --scaling_factors 40
    printed " best"
    printed "not stored: these are not the trials that models/top.mat was trained on"
    accepted search models/top.mat $other --n_trials 2 --scaling_factors 40 --json
    in_json 'j["models"][0]["stored"] is False'
    cmp models/top.mat before.mat || fail "a search with $other was stored"
done
accepted search models/top.mat --task Go_NoGo --T 200 --stim_on 50 --n_trials 2 --scaling_factors 40 --json
in_json 'j["models"][0]["stored"] is True'
"$PYTHON" - <<'END'
import scipy.io
m = {k: v for k, v in scipy.io.loadmat("before.mat").items() if not k.startswith("__")}
scipy.io.savemat("chess.mat", dict(m, task="chess"))
for name in ("task", "T", "stim_on", "stim_dur", "eval_amp_thresh"):
    del m[name]
scipy.io.savemat("silent.mat", m)
END
accepted search chess.mat --task go-nogo --n_trials 2 --scaling_factors 40 --json
in_json 'j["models"][0]["stored"] is False'
accepted search silent.mat --task go-nogo --T 150 --n_trials 2 --scaling_factors 40 --json
in_json 'j["models"][0]["stored"] is True'
refused "silent.mat|--task|go-nogo" search silent.mat --n_trials 2
refused "silent.mat|--task|go-nogo" eval silent.mat --n_trials 2

# A best one at an end of the range
accepted search models/top.mat --n_trials 2 --scaling_factors 30,40
grep -qE "^λ = (30 is the smallest value tried; --refine tries smaller|40 is the largest value tried; --refine tries larger) ones\.$" \
    "$scratch/out" || fail "no word about the end of the range in: $(cat "$scratch/out")"
accepted search models/top.mat --n_trials 2 --scaling_factors 40
! grep -q "value tried" "$scratch/out" || fail "one value has no range"

# Finer, by racing, by other criteria
accepted search models/top.mat --n_trials 20 --scaling_factors 20:60:20 --refine --json --seed 5
in_json 'all(r["n"] == 20 for r in j["models"][0]["table"]) and len(j["models"][0]["table"]) >= 6'
accepted search models/top.mat --n_trials 30 --scaling_factors 0.1,20,40,60 --racing --json --seed 5
in_json 'sum(r["n"] for r in j["models"][0]["table"]) == j["models"][0]["trials_run"] + j["models"][0]["trials_kept"]'
accepted info --json models/top.mat
in_json 'j["models"][0]["search"]["settings"]["seed"] == 5'
for criterion in accuracy margin loss; do
    accepted search models/top.mat --n_trials 20 --scaling_factors 10:60:10 --criterion $criterion --json --seed 5
    case $criterion in
    accuracy) best='max(t, key=lambda r: r["correct"])' ;;
    margin) best='max(t, key=lambda r: r["score"])' ;;
    loss) best='min(t, key=lambda r: r["loss"])' ;;
    esac
    in_json "(lambda t: j['models'][0]['opt_scaling_factor'] == $best['scaling_factor'])(j['models'][0]['table'])"
done
refused "--criterion|speed|accuracy, margin or loss" search models/top.mat --criterion speed
refused "--scaling_factors|--conversion operating-point" search models/top.mat --scaling_factors 20 --conversion operating-point
refused "--racing|--conversion operating-point" search models/top.mat --racing --conversion operating-point

# Every path is there, or no file is touched.
refused "missing.mat|No such file" search models/top.mat missing.mat --n_trials 2
refused "30: No such file|--scaling_factors takes 20,30,40" search models/top.mat --n_trials 2 --scaling_factors 20 30

# One bad file among good ones
echo "no model" >models/bad.mat
run "$SPIKERNN" search models --n_trials 2 --scaling_factors 40
[ $code = 2 ] || fail "a bad file among good ones ended with $code"
one_sentence "models/bad.mat"
[ "$(grep -c ' best$' "$scratch/out")" = 3 ] || fail "the good files were not searched"
run "$SPIKERNN" search models --n_trials 2 --scaling_factors 40 --json
[ $code = 2 ] || fail "a bad file among good ones ended with $code"
in_json '["error" in m for m in j["models"]] == [m["model"] == "models/bad.mat" for m in j["models"]]'
in_json 'len(j["models"]) == 4 and "models/bad.mat" in j["error"]'

mkdir -p none/below
mkdir results
cp models/results.mat results
refused "folder results|no network" search results
refused "models/results.mat|has no variable 'w'" search models/results.mat
refused "none|no .mat file" search none
