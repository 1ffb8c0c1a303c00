# Help, version, and the sentences about verbs.
. "$SOURCE_DIR/tests/cli/expect.bash"

accepted --help
for verb in train search eval info run tasks lesion simulate convert help; do printed "  $verb "; done
cp "$scratch/out" general
accepted help
cmp "$scratch/out" general || fail "help and --help differ"

for option in --help_all --help-all; do
    accepted $option
    cmp "$scratch/out" general || fail "$option and --help differ"
done

accepted --version
printed "spikernn $(sed -n 's/.*SRNN_VERSION "\(.*\)"/\1/p' "$SOURCE_DIR/include/spikernn/ctx.h")"

# verb_options VERB OPTION...
verb_options() {
    local verb=$1
    shift
    accepted "$verb" --help_all
    printed "Usage: spikernn $verb"
    for option in "$@" json help; do printed " --$option"; done
    [ "$(awk 'length > 80' "$scratch/out")" = "" ] || fail "lines beyond 80 columns"
    ! grep -q "more options" "$scratch/out" || fail "$verb --help_all leaves options out"
    local all
    all=$(grep -cE '^ +(-h, )?--' "$scratch/out")
    cp "$scratch/out" "$verb.all"
    accepted "$verb" --help-all
    cmp "$scratch/out" "$verb.all" || fail "--help-all and --help_all differ"
    accepted "$verb" --help
    cp "$scratch/out" "$verb"
    # The short help is a part of the long one, and counts the rest.
    grep -E '^ +(-h, )?--' "$verb" >short
    ! grep -vxFf "$verb.all" short | grep . || fail "$verb --help has other options than --help_all"
    left=$((all - $(wc -l <short)))
    [ "$left" = 0 ] || printed "\`spikernn $verb --help_all\` shows $left more options."
    [ "$(wc -l <short)" -le 20 ] || fail "$verb --help shows $(wc -l <short) options"
    [ "$(awk 'length > 80' "$scratch/out")" = "" ] || fail "lines beyond 80 columns"
    accepted help "$verb"
    cmp "$scratch/out" "$verb" || fail "help $verb and $verb --help differ"
    cp "$verb.all" "$scratch/out"
}
network="N gain P_inh P_rec som_N act apply_dale decay_taus w_dist no_autapses balanced taus_gaus_mean"
training="preset batch learn grad_clip noise n_trials loss_fn lr adam eval_freq eval_trials loss_threshold perf_threshold min_trials"
task="task T stim_on stim_dur delay eval_amp_thresh offset constant two_sided"
running="seed threads quiet"
verb_options train $network $training $task $running output_dir mode gpu gpu_frac \
    resume checkpoint_every
printed "(default go-nogo 200"
printed "(default go-nogo 1500"
spiking="neuron tref_ms tm_ms tr_ms v_reset_mv v_peak_mv bias_mv bias noise_mv v0 downsample dt_ms
use_initial_weights add_b_out precision"
stimulation="stim_mode stim_window stim_units stim_probability stim_mv"
verb_options search $task $running $spiking scaling_factors n_trials
verb_options eval $task $running $spiking $stimulation scaling_factor n_trials noise_curve diagnose
verb_options info
verb_options convert
verb_options tasks $task seed show
verb_options simulate $task $running $spiking out network trial n_trials noise scaling_factor record units \
    every $stimulation
verb_options lesion seed share pathways by_pathway
verb_options run $network $training $task $running scaling_factors search_trials test_trials \
    $spiking output_dir

# A short help in whole
accepted lesion --help
diff "$scratch/out" "$SOURCE_DIR/tests/cli/help_lesion.txt" || fail "the help of lesion is another"
grep -q "^ Task:" run.all || fail "no heading over the options of the task"
accepted search --help
! grep -q "^ Spiking network:" "$scratch/out" || fail "a heading without options"

accepted train -h
cmp "$scratch/out" train || fail "-h and --help differ"
accepted train --task go-nogo --help --whatever follows
printed "Usage: spikernn train"

refused "a verb is missing|train"
refused "'trian'|did you mean 'train'" trian
refused "'frobnicate'|--help" frobnicate
refused "'--quiet'" --quiet
refused "'evl'|'eval'" help evl

for verb in --version --help "train --help" help; do
    code=0
    "$SPIKERNN" $verb >/dev/full 2>"$scratch/err" || code=$?
    [ $code = 2 ] || fail "$verb on a full device ended with $code"
    one_sentence "standard output|No space left on device"
    code=0
    "$SPIKERNN" $verb >&- 2>"$scratch/err" || code=$?
    [ $code = 2 ] || fail "$verb with a closed stdout ended with $code"
    one_sentence "standard output"
done

# A pipe whose reader has gone.
mkfifo pipe
exec 3<>pipe 4>pipe 3<&-
code=0
"$SPIKERNN" --help >&4 2>"$scratch/err" || code=$?
exec 4>&-
[ $code = 2 ] || fail "a closed pipe ended with $code"
one_sentence "standard output|Broken pipe"
