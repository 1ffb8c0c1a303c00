# Ctrl-C while a verb reads its file, while it puts its new file in place, and while nobody reads what it prints:
# one way for all verbs.
. "$SOURCE_DIR/tests/cli/expect.bash"
small_model model.mat
experiment go-nogo --N 20 --n_trials 5 --eval_trials 2 --search_trials 2 --test_trials 2 --scaling_factors 40 \
    --figures none --output_dir run
accepted train --task go-nogo --N 20 --n_trials 5 --eval_trials 2 --output_dir trained
mv "$(find trained -name '*.pth')" state.pth
accepted simulate model.mat --out spikes.nwb
rm -r trained

$CC -shared -fPIC "$SOURCE_DIR/tests/cli/interrupt_at.c" -o "$scratch/interrupt.so" -ldl
cat >"$scratch/interrupted" <<END
#!/bin/sh
LD_PRELOAD=$scratch/interrupt.so ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 exec "$SPIKERNN" "\$@"
END
chmod +x "$scratch/interrupted"

# interrupted FILE ARGUMENTS...: the signal comes when FILE is opened; nothing is written or printed.
interrupted() {
    local file=$1
    shift
    state_of_folder >"$scratch/before"
    INTERRUPT_AT=$file run "$scratch/interrupted" "$@"
    [ $code = 130 ] || fail "'$*', interrupted at $file, ended with $code: $(cat "$scratch/err")"
    one_sentence "spikernn $1: interrupted; "
    [ ! -s "$scratch/out" ] || fail "'$*' printed: $(cat "$scratch/out")"
    state_of_folder | cmp -s - "$scratch/before" || fail "'$*' changed the folder"
}

for json in "" --json; do
    interrupted model.mat info $json model.mat
    interrupted model.mat eval $json model.mat
    interrupted model.mat eval $json model.mat --network rate
    interrupted model.mat simulate $json model.mat --out new.mat
    interrupted model.mat lesion $json model.mat new.mat
    interrupted model.mat convert $json model.mat new.pth
    interrupted state.pth convert $json state.pth new.mat
    interrupted spikes.nwb convert $json spikes.nwb new.csv
    interrupted model.mat analyze $json model.mat --out new.mat
    interrupted spikes.nwb analyze $json spikes.nwb
    interrupted model.mat plot $json model.mat
    interrupted model.mat report $json run
    interrupted state.pth train $json --resume state.pth --n_trials 10
done
interrupted model.mat search model.mat
INTERRUPT_AT=model.mat run "$scratch/interrupted" search model.mat --json
in_json 'j["interrupted"] and j["models"] == []'

# The new file is finished where it is all that is left to do.
for arguments in "lesion model.mat new.mat" "convert model.mat new.mat" "simulate model.mat --out new.mat"; do
    INTERRUPT_AT=new.mat run "$scratch/interrupted" $arguments
    [ $code = 0 ] || fail "'$arguments', interrupted when it was done, ended with $code: $(cat "$scratch/err")"
    [ -s new.mat ] || fail "'$arguments' wrote no file"
    rm new.mat
done
INTERRUPT_AT=late/model.mat run "$scratch/interrupted" run --search_anyway go-nogo --N 20 --n_trials 5 --eval_trials 2 --output_dir late
[ $code = 130 ] || fail "run, interrupted after the training, ended with $code: $(cat "$scratch/err")"
sed -i '/did not reach its criterion/d' "$scratch/err"
one_sentence "interrupted in the search|late"
accepted info late/model.mat

# Nobody reads what is printed.
mkfifo full
exec 3<>full
dd if=/dev/zero of=full bs=1k oflag=nonblock 2>/dev/null && fail "the pipe is not full"
asleep() { grep -q '^State:.S' "/proc/$1/status"; }
for arguments in "tasks xor" "tasks xor --json" "info model.mat" "info model.mat --json" "plot --list"; do
    "$SPIKERNN" $arguments >full 2>"$scratch/err" 3>&- &
    pid=$!
    await takes_interrupts $pid
    await asleep $pid
    kill -INT $pid
    ended $pid
    [ $code = 130 ] || fail "'$arguments' with nobody to read it ended with $code: $(cat "$scratch/err")"
    one_sentence "interrupted|were not printed to the end"
done
