# Ctrl-C: what has been reached is saved, the program says so and ends with 130.
. "$SOURCE_DIR/tests/cli/expect.bash"

endless="--n_trials 50000000 --loss_threshold 1e-9 --N 20 --eval_freq 1000000"

# stopped PID: it ended as an interrupted program should.
stopped() {
    ended "$1"
    [ $code = 130 ] || fail "the interrupted program ended with $code: $(cat "$scratch/err")"
    sed -i '/did not reach its criterion/d' "$scratch/err" # a run that converts anyway
    one_sentence "interrupted"
}

for signal in INT TERM HUP; do
    "$SPIKERNN" train --task go-nogo $endless --output_dir $signal >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    interrupt $pid $signal
    stopped $pid
    model=$(find $signal -name '*.mat')
    grep -qF "$model" "$scratch/err" || fail "the sentence does not name $model"
    printed "criterion not reached"
    accepted info --json "$model"
    in_json 'j["models"][0]["training"]["losses"] >= 1'
    in_json 'j["models"][0]["training"]["losses"] == j["models"][0]["training"]["last_trial"] + 1'
done

# convert: no new file
(echo trial,type,unit,time_ms,population; yes 1,go,1,0.5,exc | head -n 3000000) >many.csv
"$SPIKERNN" convert many.csv many.nwb >"$scratch/out" 2>"$scratch/err" &
pid=$!
interrupt $pid
stopped $pid
[ ! -e many.nwb ] || fail "the interrupted convert left many.nwb"
rm many.csv

# nohup
nohup "$SPIKERNN" train --task go-nogo $endless --output_dir nohup >"$scratch/out" 2>"$scratch/err" &
pid=$!
await takes_interrupts $pid
kill -HUP $pid
sleep 0.3
kill -0 $pid || fail "nohup's program ended at the hangup"
interrupt $pid
stopped $pid

# search: the trials done so far
small_model model.mat --search_trials 1
cp model.mat before.mat
"$SPIKERNN" search model.mat --n_trials 1000000 --scaling_factors 35 --json >"$scratch/out" 2>"$scratch/err" &
pid=$!
sleep 1
interrupt $pid
stopped $pid
in_json 'j["interrupted"] and 1 <= j["models"][0]["n_trials"] < 1000000'
trials=$("$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["models"][0]["n_trials"])' "$scratch/out")
accepted info --json model.mat
in_json "j['models'][0]['search']['n_trials'] == $trials and j['models'][0]['search']['opt_scaling_factor'] == 35"

# ... and the same search goes on from there
accepted search model.mat --n_trials $((trials + 5)) --scaling_factors 35 --fresh_trials 2 --json
in_json "j['models'][0]['trials_kept'] == $trials and j['models'][0]['trials_run'] == 5"

# ... unless the file holds those of a longer search, or of one that it does not number
for n_trials in 1e8 None; do
    "$PYTHON" - $n_trials <<'END'
import sys, scipy.io
m = {k: v for k, v in scipy.io.loadmat("model.mat").items() if not k.startswith("__")}
del m["search_n_trials"]
if sys.argv[1] != "None":
    m["search_n_trials"] = float(sys.argv[1])
scipy.io.savemat("longer.mat", m)
END
    cp longer.mat longer_before.mat
    "$SPIKERNN" search longer.mat --n_trials 1000000 --scaling_factors 35 >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    sleep 1
    interrupt $pid
    stopped $pid
    grep -q "longer.mat keeps those of its earlier search" "$scratch/err" || fail "it does not say what is kept"
    printed "     35 "
    cmp longer.mat longer_before.mat || fail "an interrupted search replaced a longer one"
done

# search of many: the ones not begun stay as they were
mkdir many
cp before.mat many/1.mat
cp before.mat many/2.mat
"$SPIKERNN" search many --n_trials 1000000 --scaling_factors 35 >"$scratch/out" 2>"$scratch/err" &
pid=$!
sleep 1
interrupt $pid
stopped $pid
cmp before.mat many/2.mat || fail "a file that was not begun was changed"
! cmp -s before.mat many/1.mat || fail "the trials done so far were not saved"

# eval has nothing to save
"$SPIKERNN" eval before.mat --n_trials 2000 >"$scratch/out" 2>"$scratch/err" &
pid=$!
interrupt $pid
stopped $pid
[ ! -s "$scratch/out" ] || fail "an interrupted eval printed $(cat "$scratch/out")"

# simulate writes no file
"$SPIKERNN" simulate before.mat --n_trials 100000 --out trials.csv >"$scratch/out" 2>"$scratch/err" &
pid=$!
sleep 1
interrupt $pid
stopped $pid
grep -q "trials.csv was not written" "$scratch/err" || fail "it does not name the file"
[ "$(find . -name '*trials.csv*')" = "" ] || fail "an interrupted simulate left $(find . -name '*trials.csv*')"

# run: in the training, in the search
"$SPIKERNN" run go-nogo $endless --output_dir run1 >"$scratch/out" 2>"$scratch/err" &
pid=$!
await test -e run1
interrupt $pid
stopped $pid
grep -q "training" "$scratch/err" || fail "the sentence does not name the stage"
cp run1/summary.json "$scratch/out"
in_json 'j["interrupted"] and j["training"]["trials"] >= 1 and j["search"] is None and j["evaluation"] is None'
accepted info run1/model.mat

"$SPIKERNN" run --search_anyway go-nogo --N 20 --n_trials 5 --eval_trials 2 --search_trials 1000000 --scaling_factors 35 \
    --output_dir run2 >"$scratch/out" 2>"$scratch/err" &
pid=$!
await test -e run2/model.mat
sleep 1
interrupt $pid
stopped $pid
grep -q "search" "$scratch/err" || fail "the sentence does not name the stage"
cp run2/summary.json "$scratch/out"
in_json 'j["interrupted"] and j["training"]["trials"] == 5 and j["evaluation"] is None'
in_json '1 <= j["search"]["n_trials"] < 1000000'
accepted info --json run2/model.mat
in_json 'j["models"][0]["search"]["opt_scaling_factor"] == 35'

# A second Ctrl-C ends it at once, here while it waits for a reader who never comes.
mkfifo full
exec 3<>full
dd if=/dev/zero of=full bs=1k oflag=nonblock 2>/dev/null && fail "the pipe is not full"
"$SPIKERNN" train --task go-nogo $endless --output_dir twice >full 2>"$scratch/err" 3>&- &
pid=$!
interrupt $pid
await test -s "$scratch/err"
if takes_interrupts $pid; then fail "the second Ctrl-C would be caught"; fi
kill -INT $pid
gone() { [ ! -e /proc/$1/exe ]; } # also where only its exit code is left
await gone $pid
ended $pid
[ $code = 130 ] || fail "the second Ctrl-C ended it with $code"
one_sentence "interrupted"
accepted info "$(find twice -name '*.mat')"
