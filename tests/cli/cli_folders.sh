# Folders that take no file, and disks that are full: one sentence, nothing half written.
. "$SOURCE_DIR/tests/cli/expect.bash"

tiny="--N 10 --n_trials 3 --eval_trials 2"
small_model model.mat

echo in the way >file
refused "file|not a folder" train --task go-nogo $tiny --output_dir file
refused "file|not a folder" train --task go-nogo $tiny --output_dir file/below
refused "/proc" train --task go-nogo $tiny --output_dir /proc/below
refused "/proc" train --task go-nogo $tiny --output_dir /proc
refused "file|not a folder" run go-nogo $tiny --output_dir file
refused "/proc" run go-nogo $tiny --output_dir /proc/below
mkdir -p taken/models
echo in the way >taken/models/go-nogo
refused "taken/models/go-nogo" train --task go-nogo $tiny --output_dir taken
ln -s nowhere dangling
refused "dangling" train --task go-nogo $tiny --output_dir dangling/below
if [ "$(id -u)" != 0 ]; then
    mkdir closed
    chmod a-w closed
    refused "closed" train --task go-nogo $tiny --output_dir closed
    cp model.mat readonly.mat
    chmod a-w readonly.mat
    refused "readonly.mat|Permission denied" search readonly.mat --n_trials 2
fi

# A bad option is noticed after the folders are made: they go away again.
refused "lr" train --task go-nogo $tiny --output_dir new/folder --lr 0
refused "perf_threshold|2" train --task go-nogo $tiny --output_dir new/folder --perf_threshold 2
refused "perf_threshold|2" run go-nogo $tiny --output_dir new/folder --perf_threshold 2
refused "perf_threshold|2" run go-nogo $tiny --perf_threshold 2
mkdir empty
refused "perf_threshold|2" run go-nogo $tiny --output_dir empty --perf_threshold 2

# A run does not touch the results of another one.
mkdir earlier1 earlier2
echo 1 >earlier1/model.mat
echo 2 >earlier2/summary.json
refused "earlier1/model.mat|exists" run go-nogo $tiny --output_dir earlier1
refused "earlier2/summary.json|damaged" run go-nogo $tiny --output_dir earlier2

# A disk with room for a few blocks only
limited() {
    (
        ulimit -f "$1"
        shift
        exec "$SPIKERNN" "$@"
    )
}
state_of_folder >"$scratch/before"
for blocks in 1 4 16; do
    run limited $blocks train --task go-nogo --N 100 --n_trials 3 --eval_trials 100 --output_dir full
    [ $code = 2 ] || fail "train on a full disk ended with $code: $(cat "$scratch/err")"
    one_sentence "full/models|.mat"
done
for blocks in 1 4 16; do
    run limited $blocks run go-nogo --figures none --N 100 --n_trials 3 --eval_trials 100 --output_dir full/run
    [ $code = 2 ] || fail "run on a full disk ended with $code: $(cat "$scratch/err")"
    one_sentence "full/run/|cannot be written completely"
done
for blocks in 1 4; do
    run limited $blocks search model.mat --n_trials 2 --scaling_factors 30,40
    [ $code = 2 ] || fail "search on a full disk ended with $code: $(cat "$scratch/err")"
    one_sentence "model.mat"
done
state_of_folder | cmp - "$scratch/before" || fail "a full disk left something behind"

# Enough room for the model, not for the results on stdout
code=0
"$SPIKERNN" info model.mat >/dev/full 2>"$scratch/err" || code=$?
[ $code = 2 ] || fail "info on a full device ended with $code"
one_sentence "info|standard output|No space left on device"
code=0
"$SPIKERNN" info --json model.mat >/dev/full 2>"$scratch/err" || code=$?
[ $code = 2 ] || fail "info --json on a full device ended with $code"
one_sentence "info|No space left on device"

# Results that nobody can keep: the reason is said, also where they were printed part by part.
small_model lost.mat
code=0
"$SPIKERNN" search lost.mat --scaling_factors 30 --n_trials 2 --quiet >/dev/full 2>"$scratch/err" || code=$?
[ $code = 2 ] || fail "search on a full device ended with $code"
one_sentence "standard output: No space left on device"
code=0
"$SPIKERNN" run go-nogo --N 10 --n_trials 5 --eval_trials 2 --test_trials 2 --figures none --quiet >/dev/full 2>"$scratch/err" ||
    code=$?
[ $code = 2 ] || fail "run on a full device ended with $code"
grep -q "standard output: No space left on device" "$scratch/err" || fail "it says: $(cat "$scratch/err")"
