# The same seed gives on another machine what it gives on this one: networks, conversions and
# evaluations of all tasks and activations; spikes and traces, in float and in double.
# SPIKERNN is built for the other machine, NATIVE for this one.
. "$SOURCE_DIR/tests/cli/expect.bash"

here() { "$NATIVE" "$@" >/dev/null 2>&1 || [ $? = 3 ]; }

# same_experiment NAME TASK [OPTION...]: into there_NAME and here_NAME
same_experiment() {
    local name=$1 options=(--figures none --seed 3 --N 33 --n_trials 24 --eval_trials 5
        --search_trials 4 --test_trials 3)
    shift
    experiment "$@" "${options[@]}" --output_dir "there_$name"
    here run --search_anyway "$@" "${options[@]}" --output_dir "here_$name"
    same_arrays "there_$name/model.mat" "here_$name/model.mat"
    same_summaries "there_$name" "here_$name"
}

two_factors=(--scaling_factors '20,40')
same_experiment go_nogo go-nogo --som_N 2 "${two_factors[@]}"
same_experiment xor xor --act softplus "${two_factors[@]}"
same_experiment mante mante --act clipped_relu "${two_factors[@]}"
same_experiment dms dms "${two_factors[@]}"
same_experiment oscillation oscillation "${two_factors[@]}"
same_experiment operating_point go-nogo --conversion operating-point --T 100 --stim_on 25

# same_trials KIND [OPTION...]: of a network that the other machine wrote
same_trials() {
    local kind=$1 options=(there_go_nogo/model.mat --n_trials 3 --scaling_factor 20)
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
