# --connectivity, --learn w_in, penalties and straight gradients: in the program and its files.
. "$SOURCE_DIR/tests/cli/expect.bash"

"$PYTHON" - <<'END'
import numpy as np, scipy.io
rng = np.random.default_rng(1)
kinds = rng.integers(0, 3, (30, 30))
scipy.io.savemat("kinds.mat", dict(connectivity=kinds))
w = np.full((30, 30), np.nan)
w[3, 7] = 0.25
kinds[3, 7] = 2
scipy.io.savemat("weights.mat", dict(connectivity=kinds, w=w))
scipy.io.savemat("other.mat", dict(connectivity=np.ones((30, 29))))
scipy.io.savemat("five.mat", dict(connectivity=5 * np.ones((30, 30))))
scipy.io.savemat("nothing.mat", dict(w=w))
w[4, 7], kinds[4, 7] = 1, 0
scipy.io.savemat("forbidden.mat", dict(connectivity=kinds, w=w))
END
train="train --preset published --task go-nogo --N 30 --seed 2 --n_trials 20 --eval_trials 2 --quiet"
for what in kinds weights; do
    accepted $train --output_dir $what --connectivity $what.mat
    cp $what/models/go-nogo/*/*.mat trained_$what.mat
done
accepted info trained_kinds.mat
printed " fixed"
"$PYTHON" - <<'END'
import numpy as np, scipy.io
for what in ("kinds", "weights"):
    kinds = scipy.io.loadmat(what + ".mat")["connectivity"]
    m = scipy.io.loadmat("trained_%s.mat" % what)
    forbidden, plastic, fixed = kinds == 0, kinds == 1, kinds == 2
    assert not m["w"][forbidden].any() and not m["som_m"][forbidden].any()
    assert m["som_m"][~forbidden].all() and np.array_equal(m["w_fixed"] > 0, fixed)
    assert np.array_equal(m["w"][fixed], m["w0"][fixed]) and m["w"][fixed].any()
    moved = (m["w"] != m["w0"])[plastic & (m["w0"] > 0)]
    assert moved.all() and moved.size > 20
    assert what == "kinds" or m["w"][3, 7] == 0.25
END

accepted $train --output_dir w_in --learn w_in,w_out
accepted $train --output_dir straight --w_gradient straight
for how in masked initial; do
    accepted $train --n_trials 100 --gain 0.02 --output_dir weak_$how --w_gradient $how
done
accepted $train --output_dir quiet --L2_firing_rate 500
accepted $train --output_dir small --L2_rec 5000
accepted $train --output_dir plain
"$PYTHON" - <<'END'
import glob
import numpy as np, scipy.io
def model(d):
    return scipy.io.loadmat(glob.glob(d + "/models/go-nogo/*/*.mat")[0])
w_in, straight, quiet, small, plain, masked, initial = map(
    model, ("w_in", "straight", "quiet", "small", "plain", "weak_masked", "weak_initial"))
assert np.array_equal(w_in["w"], w_in["w0"]) and not np.array_equal(w_in["w_in"], w_in["w_in0"])
assert np.array_equal(plain["w_in"], plain["w_in0"]) and np.array_equal(plain["w_in"], w_in["w_in0"])
assert not plain["w"][plain["w0"] == 0].any() and straight["w"][plain["w0"] == 0].any()
assert (straight["w"] >= 0).all()
# connections that have gone come back, none come anew
assert not initial["w"][initial["w0"] == 0].any() and (initial["w"] > 0).sum() > (masked["w"] > 0).sum()
assert (quiet["r"] ** 2).mean() < 0.9 * (plain["r"] ** 2).mean()
assert (small["w"] ** 2).mean() < 0.8 * (plain["w"] ** 2).mean()
assert quiet["losses"][0, 0] == plain["losses"][0, 0]  # without the penalty
END

# interrupted and resumed, with all of it: the same bits
all="--connectivity weights.mat --learn w,w_out,w_in --w_gradient straight --L1_rec 0.1 --L2_firing_rate 1"
accepted train --task go-nogo --N 30 --seed 2 --n_trials 20 --eval_trials 2 --quiet --output_dir whole $all
accepted train --task go-nogo --N 30 --seed 2 --n_trials 9 --eval_trials 2 --quiet --output_dir part $all
accepted train --resume part/models/go-nogo/*/*.pth --n_trials 20 --output_dir rest --quiet
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" whole/models/go-nogo/*/*.mat rest/models/go-nogo/*/*.mat
all="--w_gradient initial"
accepted train --task go-nogo --N 30 --seed 2 --n_trials 40 --eval_trials 2 --quiet --output_dir whole_initial $all
accepted train --task go-nogo --N 30 --seed 2 --n_trials 19 --eval_trials 2 --quiet --output_dir part_initial $all
accepted train --resume part_initial/models/go-nogo/*/*.pth --n_trials 40 --output_dir rest_initial --quiet
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" whole_initial/models/go-nogo/*/*.mat rest_initial/models/go-nogo/*/*.mat

refused "missing.mat" $train --connectivity missing.mat
refused "other.mat|connectivity|30 x 29|30 x 30" $train --connectivity other.mat
refused "five.mat|connectivity|5|0 (forbidden), 1 (plastic) or 2 (fixed)" $train --connectivity five.mat
refused "nothing.mat|connectivity" $train --connectivity nothing.mat
refused "forbidden.mat|w(5, 8) is 1|0 where no connection may be" $train --connectivity forbidden.mat
refused "w_gradient|'none'|masked, straight or initial" $train --w_gradient none
refused "L1_out|-2|0 or more" $train --L1_out -2
refused "--connectivity|--resume" train --resume part/models/go-nogo/*/*.pth --connectivity kinds.mat

# The summary of a run is enough to do it again.
experiment --figures none go-nogo --N 30 --n_trials 5 --eval_trials 2 --search_trials 2 --test_trials 2 \
    --scaling_factors 30 --preset published --connectivity kinds.mat --learn w,w_in --L1_rec 0.5 --seed 1 --quiet \
    --output_dir kept --json
in_json 'j["options"]["connectivity"] == "kinds.mat" and j["options"]["learn"] == ["w", "w_in"]'
in_json 'j["options"]["L1_rec"] == 0.5 and j["options"]["L2_rec"] == 0 and j["options"]["w_gradient"] == "masked"'
refused "learn is taus alone|fixed at 7" $train --learn taus --decay_taus 7
