# spikernn study that is stopped: by Ctrl-C, by a scheduler, by its own limit, by kill -9 at random moments. It goes on to
# the same table, and no stage is computed twice.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >study.json <<'END'
{ "study": "stopped", "task": "go-nogo",
  "options": {"N": 16, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 300, "eval_trials": 4, "eval_freq": 50,
              "loss_threshold": 0.001, "scaling_factors": [30, 50], "search_trials": 3, "test_trials": 2, "search_anyway": true,
              "conversion": "scaling-factor"},
  "grid": {"tref_ms": [0, 2]}, "seeds": "1:12" }
END
repeated() { cat "$1"/records/*.jsonl | grep -o '"key":"[0-9a-f]*"' | sort | uniq -d | wc -l; }
accepted study run study.json --dir whole --quiet
accepted study table whole --out whole.csv

# kill -9
RANDOM=1
started_ns=$(date +%s%N)
run "$SPIKERNN" study run study.json --dir timed --quiet --threads 1
took_us=$((($(date +%s%N) - started_ns) / 1000))
killed=0
for ((i = 0; i < 200 && killed < 20; i++)); do
    "$SPIKERNN" study run study.json --dir killed --quiet --threads 2 >/dev/null 2>&1 &
    pid=$!
    sleep "$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % (took_us / 8 < 999999 ? took_us / 8 : 999999))))"
    kill -9 $pid 2>/dev/null || true
    ended $pid 2>/dev/null
    case $code in
    137) killed=$((killed + 1)) ;;
    0) rm -rf killed ;; # it was done: from the beginning
    *) fail "a study that is to be killed ended with $code" ;;
    esac
done
[ $killed = 20 ] || fail "only $killed kills came in time"
accepted study run study.json --dir killed --quiet
accepted study table killed --out killed.csv
cmp whole.csv killed.csv
[ "$(repeated killed)" = 0 ] || fail "a stage was computed twice after kills"

# A last line that a crash cut off is computed again; a line in the middle that is damaged, too.
for file in killed/records/*.jsonl; do
    if [ "$(wc -l <"$file")" -gt 3 ]; then
        truncate -s -20 "$file"
        sed -i '2s/"result"/"resutl"/' "$file"
        break
    fi
done
accepted study run killed --quiet
accepted study table killed --out mended.csv
cmp whole.csv mended.csv

# Ctrl-C ends with 130, a scheduler's signals with 0; what is left is said. Trainings that take longer than the test:
sed 's/"n_trials": 300/"n_trials": 1000000/; s/"stopped"/"long"/' study.json >long.json
running() { [ -d "$1/networks" ] && [ -n "$(ls "$1/networks")" ]; }
takes_usr1() { (((0x$(awk '/^SigCgt/ {print $2}' "/proc/$1/status") & 0x200) != 0)); }
for signal in INT TERM USR1; do
    "$SPIKERNN" study run long.json --dir long --threads 2 >said 2>complained &
    pid=$!
    await running long
    await takes_interrupts $pid
    await takes_usr1 $pid
    kill -$signal $pid
    ended $pid
    expected=0
    [ $signal != INT ] || expected=130
    [ $code = $expected ] || fail "$signal: ended with $code: $(cat complained)"
    grep -q "24 networks are left" complained || fail "$signal: what is left is not said: $(cat complained)"
    [ -n "$(find long/networks -name model.pth)" ] || fail "$signal: no training was saved"
    grep -q "^24 networks: 0 finished, 24 left" said || fail "$signal: the state is not said: $(cat said)"
done
run "$SPIKERNN" study run long.json --dir late --max_hours 0.0001
[ $code = 0 ] || fail "--max_hours ended with $code"
grep -q "24 networks are left; \`spikernn study run late\` goes on" "$scratch/err" || fail "--max_hours: $(cat "$scratch/err")"
[ -n "$(find late/networks -name model.pth)" ] || fail "--max_hours: no training was saved"

# Without time nothing is computed, and what is recorded is printed.
records=$(cat late/records/*.jsonl | wc -l)
accepted study run long.json --dir late --max_hours 0 --quiet
printed "24 networks: 0 finished, 24 left"
[ "$(cat late/records/*.jsonl | wc -l)" = "$records" ] || fail "--max_hours 0 has computed something"
accepted study run study.json --dir nothing --max_hours 0 --quiet
[ ! -e nothing/networks ] || [ -z "$(ls nothing/networks)" ] || fail "--max_hours 0 has begun networks"

# A training that was stopped goes on to the same bits.
sed 's/"n_trials": 300/"n_trials": 30000/; s/"grid".*"seeds": "1:12"/"seeds": "1"/; s/"stopped"/"parts"/' study.json >parts.json
accepted study run parts.json --dir at_once --quiet
for ((i = 0; i < 100; i++)); do
    run "$SPIKERNN" study run parts.json --dir in_parts --quiet --max_hours 0.00003
    [ $code = 0 ] || fail "a part ended with $code: $(cat "$scratch/err")"
    find in_parts/networks -name model.pth >>parts
    ! grep -q '"stage":"evaluate"' in_parts/records/*.jsonl 2>/dev/null || break
done
accepted study run in_parts --quiet
[ "$(wc -l <parts)" -ge 1 ] || fail "no training was stopped"
accepted study table at_once --out at_once.csv
accepted study table in_parts --out in_parts.csv
cmp at_once.csv in_parts.csv
same_arrays at_once/networks/*/model.mat in_parts/networks/*/model.mat
