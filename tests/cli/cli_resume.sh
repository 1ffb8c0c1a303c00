# train --resume and --checkpoint_every: a training that stopped, whenever and however, ends
# with the files of one that did not.
. "$SOURCE_DIR/tests/cli/expect.bash"

only() { find "$1" -name "*.$2" | grep . || fail "no .$2 below $1"; }

# same A B: the model files below both folders
same() {
    "$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" "$(only "$1" mat)" "$(only "$2" mat)"
    cmp "$(only "$1" pth)" "$(only "$2" pth)" || fail "the .pth files of $1 and $2 differ"
}

network="--task xor --N 20 --seed 4 --eval_trials 5 --eval_freq 40 --quiet"
accepted train $network --n_trials 200 --output_dir whole

# Checkpoints change nothing; they leave one pair of files.
accepted train $network --n_trials 200 --checkpoint_every 45 --output_dir checked --threads 1
same whole checked
[ "$(find checked -type f | wc -l)" = 2 ] || fail "other files: $(find checked -type f)"

# On to more trials
for n in 1 2 41 42 199; do
    accepted train $network --n_trials $n --output_dir part$n
    accepted train --resume "$(only part$n pth)" --n_trials 200 --output_dir on$n --quiet --json
    in_json 'j["training"]["trials"] == 200 and j["training"]["trials_at_most"] == 200 and j["seed"] == 4'
    same whole on$n
done

# Ctrl-C
accepted train $network --n_trials 3000 --checkpoint_every 500 --output_dir long
for i in 1 2 3; do
    "$SPIKERNN" train $network --n_trials 3000 --output_dir cut$i >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    sleep 0.0$i
    interrupt $pid
    ended $pid
    if [ $code = 130 ]; then
        accepted train --resume "$(only cut$i pth)" --output_dir mended$i --quiet
        same long mended$i
    fi
done

# kill -9: from the last checkpoint, which is whole
for k in 1 2 3 4 5; do
    "$SPIKERNN" train $network --n_trials 3000 --checkpoint_every 20 --output_dir killed$k >/dev/null 2>&1 &
    pid=$!
    written() { find killed$k -name '*.pth' 2>/dev/null | grep -q .; }
    await written
    sleep 0.0$((2 * k))
    kill -9 $pid || fail "it ended before the kill"
    ended $pid 2>/dev/null
    accepted info "$(only killed$k mat)"
    accepted train --resume "$(only killed$k pth)" --output_dir revived$k --quiet
    same long revived$k
done

# What cannot go on
pth=$(only part41 pth)
refused "--lr|--resume" train --resume "$pth" --lr 0.1 --n_trials 50
refused "--N|--resume" train --n_trials 50 --N 20 --resume "$pth"
refused "--seed|--resume" train --resume "$pth" --n_trials 50 --seed 4
refused "$pth|41 trials that are done" train --resume "$pth"
refused "$pth|41 trials that are done" train --resume "$pth" --n_trials 41
refused "$pth|'go-nogo'|has 1 input" train --resume "$pth" --n_trials 50 --task go-nogo
refused "$pth|'xor'|settings" train --resume "$pth" --n_trials 50 --T 310
refused "optimizer" train --resume "$(only part41 mat)" --n_trials 50
refused "missing.pth" train --resume missing.pth
refused "--checkpoint_every|0|1 or more" train --task xor --checkpoint_every 0
accepted train --task go-nogo --N 20 --seed 4 --eval_trials 20 --quiet --n_trials 50 --loss_threshold 100 --perf_threshold 0 \
    --min_trials 0 --output_dir reached
refused "reached its criterion" train --resume "$(only reached pth)" --n_trials 100
