# The same seed gives on another machine what it gives on this one: networks, searches and
# evaluations of all tasks and activations; spikes and traces, in float and in double.
# SPIKERNN is built for the other machine, NATIVE for this one.
. "$SOURCE_DIR/tests/cli/expect.bash"

here() { "$NATIVE" "$@" >/dev/null; }

# same_experiment TASK [OPTION...]: into there_TASK and here_TASK
same_experiment() {
    local options=(--figures none --seed 3 --N 33 --n_trials 24 --eval_trials 5
        --scaling_factors '20,40' --search_trials 4 --test_trials 3)
    accepted run "$@" "${options[@]}" --output_dir "there_$1"
    here run "$@" "${options[@]}" --output_dir "here_$1"
    same_arrays "there_$1/model.mat" "here_$1/model.mat"
    same_summaries "there_$1" "here_$1"
}

same_experiment go-nogo --som_N 2
same_experiment xor --act softplus
same_experiment mante --act clipped_relu
same_experiment dms
same_experiment oscillation

# same_trials KIND [OPTION...]: of a network that the other machine wrote
same_trials() {
    local kind=$1 options=(there_go-nogo/model.mat --n_trials 3 --scaling_factor 20)
    shift
    accepted simulate "${options[@]}" "$@" --out "there.$kind"
    here simulate "${options[@]}" "$@" --out "here.$kind"
    cmp "there.$kind" "here.$kind" || fail "the trials differ with $*"
    rm "there.$kind" "here.$kind"
}

for precision in float double; do
    for neuron in lif qif; do
        same_trials csv --precision $precision --neuron $neuron
        same_trials mat --precision $precision --neuron $neuron --record v,ipsc,r --units 1:5 --every 20
    done
done
