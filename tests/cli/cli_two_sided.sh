# The two-sided criterion: counted beside the published one, and as the criterion itself.
. "$SOURCE_DIR/tests/cli/expect.bash"

# With a threshold this low many trials of a network that has learned nothing are beyond both sides.
low="--T 120 --stim_on 10 --stim_dur 10 --delay 5 --eval_amp_thresh 0.005"
# shellcheck disable=SC2086 # options are split on purpose
{
    accepted train --preset published --task xor --N 20 --gain 2 --seed 3 --n_trials 3 --lr 1e-9 --noise 2 --eval_trials 40 $low \
        --output_dir once --quiet --json
    in_json '0 < j["training"]["two_sided_accuracy"] < j["training"]["accuracy"]'
    once=$("$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["training"]["two_sided_accuracy"])' "$scratch/out")
    accepted train --preset published --task xor --N 20 --gain 2 --seed 3 --n_trials 3 --lr 1e-9 --noise 2 --eval_trials 40 $low \
        --two_sided 1 --output_dir both --quiet --json
    in_json 'j["task"]["two_sided"] == 1'
    in_json 'j["training"]["accuracy"] == j["training"]["two_sided_accuracy"] == '"$once"
}
once=$(find once -name '*.mat')
both=$(find both -name '*.mat')

# Files keep the setting, and an option wins over it.
accepted eval "$once" --scaling_factor 10 --n_trials 20 --json
in_json '"two_sided" not in j["task"]'
in_json 'j["spiking"]["two_sided_accuracy"] < j["spiking"]["accuracy"]'
accepted eval "$both" --scaling_factor 10 --n_trials 20 --json
in_json 'j["spiking"]["two_sided_accuracy"] == j["spiking"]["accuracy"] < 1'
accepted eval "$both" --scaling_factor 10 --n_trials 20 --two_sided 0 --json
in_json 'j["spiking"]["two_sided_accuracy"] < j["spiking"]["accuracy"]'
refused "--two_sided is 2; expected at most 1" eval "$both" --scaling_factor 10 --two_sided 2

# A training of an earlier version, whose last evaluation did not count it, goes on without it.
accepted train --task go-nogo --N 10 --seed 1 --n_trials 15 --eval_freq 10 --eval_trials 4 --output_dir early --quiet
"$PYTHON" - "$(find early -name '*.pth')" early.pth <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], "w") as new:
    for entry in old.infolist():
        new.writestr(entry, old.read(entry).replace(b"eval_two_sided_mean", b"eval_two_sided_none"))
END
accepted train --resume early.pth --n_trials 18 --output_dir later --quiet
printed "last evaluation: accuracy"
! grep -q "two-sided" "$scratch/out" || fail "the resumed training says: $(cat "$scratch/out")"

# Each table shows it beside the accuracy.
accepted search "$once" --scaling_factors 10:12:2 --n_trials 20 --fresh_trials 20
printed "λ  trials  accuracy  95 % interval  two-sided"
grep -Eq "^on 20 fresh trials: .* – [0-9.]+\), two-sided [0-9.]+$" "$scratch/out" || fail "no two-sided accuracy of the fresh trials"
accepted info "$once"
printed "(two-sided "
accepted info "$once" --json
in_json 'all(f["two_sided_accuracy"] < f["accuracy"] for f in j["models"][0]["search"]["table"])'
in_json 'j["models"][0]["search"]["fresh_two_sided_accuracy"] < 1'
accepted eval "$once" --scaling_factor 10 --n_trials 20 --noise_curve=0.5
[ "$(grep -c 'two-sided' "$scratch/out")" = 3 ] || fail "not in three tables: $(cat "$scratch/out")"

# A search of the other criterion is of other trials.
accepted search "$once" --scaling_factors 10 --n_trials 20 --fresh_trials 0 --two_sided 1 --json
in_json 'j["models"][0]["stored"] is False and j["models"][0]["trials_kept"] == 0'

# Tasks of one's own
# shellcheck disable=SC2086 # flags are split on purpose
$CC -std=c11 -shared -fPIC $CFLAGS -I"$SOURCE_DIR/include" "$SOURCE_DIR/examples/plugin/my_task.c" -o my_task.so
accepted train --task ./my_task.so --N 20 --gain 2 --seed 3 --n_trials 3 --lr 1e-9 --noise 2 --eval_trials 40 \
    --eval_amp_thresh 0.005 --output_dir own --quiet --json
in_json '0 < j["training"]["two_sided_accuracy"] < j["training"]["accuracy"]'
accepted train --task ./my_task.so --N 20 --gain 2 --seed 3 --n_trials 3 --lr 1e-9 --noise 2 --eval_trials 40 \
    --eval_amp_thresh 0.005 --two_sided 1 --output_dir own --quiet --json
in_json 'j["task"]["two_sided"] == 1 and j["training"]["accuracy"] == j["training"]["two_sided_accuracy"]'
