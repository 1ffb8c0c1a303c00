# What we write scipy reads; what scipy writes, old files among it, we read and a
# search leaves as it was.
. "$SOURCE_DIR/tests/cli/expect.bash"
script="$SOURCE_DIR/tests/cli/mat_scipy.py"

# trained FILE OPTION...: a network of 30 units with the trial record of a training.
trained() {
    local file=$1
    shift
    accepted train --preset published --task go-nogo --N 30 --n_trials 12 --eval_trials 5 --seed 3 \
        --output_dir trained --quiet "$@"
    mv "$(find trained -name '*.mat')" "$file"
}
trained two.mat --P_inh 0.4 --som_N 3 --decay_taus 4 20
trained one.mat --apply_dale False --decay_taus 12.5 --act clipped_relu
"$PYTHON" "$script" ours two.mat n_taus=2 n_som=3 dale=1 act=sigmoid
"$PYTHON" "$script" ours one.mat n_taus=1 n_som=0 dale=0 act=clipped_relu

for file in two.mat one.mat; do
    cp $file before.mat
    accepted search $file --n_trials 2 --scaling_factors 30,50 --quiet
    "$PYTHON" "$script" searched before.mat $file
done

# Files as the older tools left them
"$PYTHON" "$script" older two.mat Task_go-nogo_N_30_Taus_4.0_20.0_Act_sigmoid_2021_07_09_173315.mat
for file in Task_go-nogo*.mat port.mat; do
    accepted info --json "$file"
    in_json 'j["models"][0]["N"] == 30 and j["models"][0]["populations"]["som"] == 3'
    "$PYTHON" "$script" populations two.mat "$scratch/out"
    accepted eval "$file" --task go-nogo --scaling_factor 40 --n_trials 2 --seed 1 --json
    cp "$scratch/out" eval.json
    in_json 'all(j[n]["n"] == 4 for n in ("rate", "spiking"))'
    # the same numbers, so the same network
    accepted eval two.mat --scaling_factor 40 --n_trials 2 --seed 1 --json
    "$PYTHON" -c 'import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
assert a["rate"] == b["rate"] and a["spiking"] == b["spiking"]' "$scratch/out" eval.json
    cp "$file" before.mat
    accepted search "$file" --task go-nogo --n_trials 2 --scaling_factors 30,50 --quiet
    "$PYTHON" "$script" searched before.mat "$file"
done
accepted info --json Task_go-nogo*.mat # its task is in its name
in_json 'j["models"][0]["task"]["name"] == "go-nogo"'
in_json 'set(j["models"][0]["missing_variables"]) >= {"w0", "eval_os", "w_dist", "stim_on"}'
in_json 'j["models"][0]["task_guessed"]'
run "$SPIKERNN" eval Task_go-nogo*.mat --scaling_factor 40 --n_trials 2
[ $code = 0 ] || fail "$(cat "$scratch/err")"
one_sentence "names no task; guessed from the file's name: go-nogo"
accepted info --json port.mat
in_json 'not j["models"][0]["task_guessed"]'
in_json 'j["models"][0]["dale"]["rectified_weights"] > 0'
