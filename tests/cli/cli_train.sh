# spikernn train: command lines of the older program, names of files, options.
. "$SOURCE_DIR/tests/cli/expect.bash"

# model_of: the only .mat file below the folder
model_of() {
    find "$1" -name '*.mat' | grep . || fail "no model below $1"
}

# The older program's command line, behind our name; tiny but for that.
mkdir here
cd here
accepted train --gpu 0 --gpu_frac 0.20 --n_trials 5000 --mode train --N 200 --P_inh 0.20 --som_N 0 \
    --apply_dale True --gain 1.5 --task go-nogo --act sigmoid --loss_fn l2 --decay_taus 4 20 \
    --output_dir ../ --min_trials 0 --loss_threshold 100 --perf_threshold 0 --eval_trials 20
cd ..
model=$(model_of models)
[[ $model =~ ^models/go-nogo/P_rec_0.2_Taus_4.0_20.0/Task_go-nogo_N_200_Taus_4.0_20.0_Act_sigmoid_[0-9_]{17}\.mat$ ]] ||
    fail "the model is at $model"
printed "model: ../$model"
printed "criterion reached"

# Other spellings of values; one time constant; a network without Dale's principle
accepted train --n_trials 3 --eval_trials 3 --N 20 --task go_nogo --apply_dale no --decay_taus 10 \
    --mode Train --act Softplus --loss_fn L1 --output_dir a/b --P_rec 0.50 --gpu whatever
model=$(model_of a)
[[ $model =~ ^a/b/models/go-nogo/NoDale/P_rec_0.5_Taus?_10.0/Task_go-nogo_N_20_Tau_10.0_Act_softplus_[0-9_]{17}\.mat$ ]] ||
    fail "the model is at $model"
printed "criterion not reached"
accepted info --json "$model"
in_json 'not j["models"][0]["dale"]["applied"]'
in_json 'j["models"][0]["taus"]["limits_steps"] == [10]'
in_json 'j["models"][0]["activation"] == "softplus"'
in_json 'j["models"][0]["training"]["last_trial"] == 2'

accepted train --n_trials 12 --eval_freq 5 --eval_trials 7 --N 30 --P_inh 0.5 --som_N 3 --task go-nogo \
    --decay_taus=5,9.5 --T 180 --stim_on 40 --stim_dur 20 --eval_amp_thresh 0.6 --w_dist gamma \
    --adam tensorflow --act clipped_relu --seed 9007199254740992 --output_dir c --json --quiet
in_json 'j["seed"] == 2**53 and j["verb"] == "train" and j["interrupted"] is False'
in_json 'j["training"]["trials"] == 12 and j["training"]["trials_at_most"] == 12'
in_json 'j["task"]["T"] == 180 and j["task"]["stim_on"] == 40 and j["task"]["eval_amp_thresh"] == 0.6'
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
import numpy as np, scipy.io
j = json.load(open(sys.argv[1]))
m = scipy.io.loadmat(j["model"])
inh = m["inh"].ravel() > 0
assert m["losses"].size == 12 and m["eval_os"].shape == (7, 179) or m["eval_os"].size == 7 * 179, m["eval_os"].shape
assert int(m["som_N"].squeeze()) == 3 and m["w"].shape == (30, 30)
assert np.isclose(j["training"]["last_trial_loss"], m["losses"].ravel()[-1])
assert np.isclose(j["training"]["loss"], m["eval_loss_mean"].squeeze())
assert np.isclose(j["training"]["accuracy"], m["eval_perf_mean"].squeeze())
assert list(m["taus"].ravel()) == [5, 9.5], m["taus"]
assert (m["w"] >= 0).all()
END

# Two models in the same second do not share a file.
for i in 1 2 3; do accepted train --task go-nogo --N 10 --n_trials 2 --eval_trials 2 --output_dir d; done
[ "$(find d -name '*.mat' | wc -l)" = 3 ] || fail "three trainings left $(find d -name '*.mat' | wc -l) models"
for model in $(find d -name '*.mat'); do
    [ -e "${model%.mat}.pth" ] || fail "no .pth beside $model"
done

# A preset sets what no option sets, wherever it stands; a batch, the noise.
short="--N 20 --n_trials 3 --eval_trials 2 --search_trials 1 --test_trials 1 --scaling_factors 30 --seed 1 --json --quiet"
for options in "--preset robust --gain 1.7 --decay_taus 4 10" "--decay_taus 4 10 --gain 1.7 --preset robust"; do
    experiment --figures none go-nogo $short $options --output_dir "e/$options"
    in_json 'j["options"]["preset"] == "robust" and j["options"]["gain"] == 1.7'
    in_json 'j["options"]["balanced"] and j["options"]["taus_gaus_mean"] == 2 and j["options"]["grad_clip"] == 1'
done
experiment --figures none go-nogo $short --preset robust --output_dir f
in_json 'j["options"]["gain"] == 2 and j["options"]["grad_clip"] is None and j["options"]["decay_taus"] == [4, 20]'
experiment --figures none go-nogo $short --preset published --output_dir g --batch 5 --noise 0.2 --grad_clip 2.5
in_json 'j["options"]["preset"] == "published" and not j["options"]["balanced"] and j["options"]["gain"] == 1.5'
in_json 'j["options"]["batch"] == 5 and j["options"]["noise"] == 0.2 and j["options"]["grad_clip"] == 2.5'
in_json 'j["options"]["w_gradient"] == "masked"'
experiment --figures none go-nogo $short --lr 0.02 --output_dir standard
in_json 'j["options"]["preset"] == "standard" and j["options"]["balanced"] and j["options"]["gain"] == 2'
in_json 'j["options"]["noise"] == 0.3 and j["options"]["grad_clip"] == 1 and j["options"]["w_gradient"] == "straight"'
experiment --figures none dms $short --output_dir dms
in_json 'j["options"]["preset"] == "robust" and j["options"]["w_gradient"] == "masked" and j["options"]["noise"] == 0.1'
"$PYTHON" - <<'END'
import scipy.io
a, b, c = (scipy.io.loadmat(f + "/model.mat") for f in ("f", "g", "e/--preset robust --gain 1.7 --decay_taus 4 10"))
assert a["balanced"] == 1 and a["taus_gaus_mean"] == 2 and a["gain"] == 2
assert b["balanced"] == 0 and b["taus_gaus_mean"] == 0 and c["gain"] == 1.7
assert (b["w0"] != a["w0"]).any() and b["losses"].size == 3
END

# Without self-connections; who is SOM is still clear in the file, with one inhibitory unit, too.
for som_N in 0 1 2; do
    for P_inh in 0.4 0.07; do
        run "$SPIKERNN" train --task go-nogo --N 20 --P_inh $P_inh --som_N $som_N --no_autapses --n_trials 3 \
            --eval_trials 2 --seed 5 --output_dir "h/$som_N/$P_inh" --quiet
        [ $code = 0 ] || continue # too few inhibitory units
        model=$(model_of "h/$som_N/$P_inh")
        accepted info --json "$model"
        in_json "j['models'][0]['populations']['som'] == $som_N"
        "$PYTHON" -c 'import sys, numpy as np, scipy.io
m = scipy.io.loadmat(sys.argv[1])
assert not np.diag(m["w"]).any() and not np.diag(m["som_m"]).any() and m["w"].any()' "$model"
    done
done
