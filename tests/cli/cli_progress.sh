# The progress line, colours, and Ctrl-C at a real terminal.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >at_terminal.py <<'END'
"""Runs a command with stderr on a terminal of COLUMNS columns; at the word WORD presses Ctrl-C.
Prints the exit code; what came to the terminal goes to the file `seen`, and what is there at the end to `screen`.
With BOTH in the environment stdout is that terminal, too."""
import fcntl, os, pty, re, struct, sys, termios

word, columns, command = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    if "BOTH" not in os.environ:
        os.dup2(os.open("stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
    os.execv(command[0], command)
with open("pid", "w") as file:
    print(pid, file=file)
seen, pressed = b"", False
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:  # Linux's end of file on a terminal
        break
    if not chunk:
        break
    seen += chunk
    if word and word in seen and not pressed:
        os.write(terminal, b"\x03")
        pressed = True
open("seen", "wb").write(seen)
with open("screen", "wb") as screen:
    for line in seen.replace(b"\r\n", b"\n").split(b"\n"):
        shown = b""
        for part in line.split(b"\r"):  # each is written over what stood there, up to where it clears the rest
            before, clears, after = part.partition(b"\033[K")
            shown = before + (after if clears else shown[len(before):])
        screen.write(shown + b"\n")
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
export NO_COLOR=1
endless="train --task go-nogo --n_trials 50000000 --loss_threshold 1e-9 --N 20"

code=$("$PYTHON" at_terminal.py "accuracy" 120 "$SPIKERNN" $endless --output_dir a)
[ "$code" = 130 ] || fail "Ctrl-C at the terminal ended with $code: $(cat seen)"
grep -qE $'\rtrain [0-9]+/50000000  loss [0-9.e+-]+  accuracy [01]\\.[0-9]{2}  [0-9.e+]+ trials/s  at most [0-9]+ ' seen ||
    fail "no progress line: $(cat -v seen)"
grep -q $'\r\033\\[K.*spikernn train: interrupted' seen || fail "the line was not taken away: $(cat -v seen)"
[ "$(grep -c "^model: a/" stdout)" = 1 ] || fail "stdout holds $(cat stdout)"
! grep -q "trials/s" stdout || fail "progress on stdout"

# The trials of simulate
accepted train --task go-nogo --N 20 --n_trials 3 --eval_trials 2 --output_dir m --quiet
code=$("$PYTHON" at_terminal.py " left" 120 "$SPIKERNN" simulate "$(find m -name '*.mat')" --scaling_factor 20 \
    --n_trials 5000 --out trials.csv)
[ "$code" = 130 ] || fail "Ctrl-C at the terminal ended with $code: $(cat seen)"
grep -qE $'\rsimulate [0-9]+/10000  [0-9.e+]+ trials/s  at most [0-9.]+ ' seen || fail "no progress: $(cat -v seen)"
grep -q $'\r\033\\[K.*spikernn simulate: interrupted' seen || fail "the line was not taken away: $(cat -v seen)"

# A narrow terminal: a line that wraps could not be taken away.
code=$("$PYTHON" at_terminal.py "loss" 36 "$SPIKERNN" $endless --output_dir narrow)
[ "$code" = 130 ] || fail "Ctrl-C at a narrow terminal ended with $code: $(cat seen)"
tr '\r' '\n' <seen | sed 's/\x1b\[K//; s/\^C$//' | grep '^train ' >lines
awk 'length > 35 { exit 1 }' lines || fail "wider than the terminal: $(cat lines)"

# The rate is left out before the time left is cut.
code=$("$PYTHON" at_terminal.py " left" 80 "$SPIKERNN" $endless --output_dir narrower)
[ "$code" = 130 ] || fail "Ctrl-C at a narrow terminal ended with $code: $(cat seen)"
tr '\r' '\n' <seen | sed 's/\x1b\[K//; s/\^C$//' | grep -E '^train .* left$' >lines || fail "the time left is cut: $(cat -v seen)"
! grep "accuracy.*trials/s" lines || fail "the rate needs the room"

# A terminal on which no line changes in place
TERM=dumb "$PYTHON" at_terminal.py "" 120 "$SPIKERNN" train --task go-nogo --n_trials 3000 --N 20 --eval_freq 10 --output_dir dumb >exit_code
! grep -q $'\033' seen || fail "control codes on a dumb terminal: $(cat -v seen)"

# With --quiet nothing but the sentence at the end; Ctrl-C comes from outside.
rm pid
"$PYTHON" at_terminal.py "" 120 "$SPIKERNN" $endless --output_dir b --quiet >exit_code &
python=$!
await test -s pid
await takes_interrupts "$(cat pid)"
sleep 0.5
interrupt "$(cat pid)"
wait $python
[ "$(cat exit_code)" = 130 ] || fail "ended with $(cat exit_code)"
tr -d '\r' <seen >"$scratch/err"
one_sentence "interrupted"
! grep -q $'\033' seen || fail "--quiet wrote on the terminal"

# Of `run` the stage and the time that all of them take
code=$("$PYTHON" at_terminal.py "until evaluated" 120 "$SPIKERNN" run go-nogo --n_trials 50000000 --loss_threshold 1e-9 \
    --N 20 --output_dir run)
[ "$code" = 130 ] || fail "Ctrl-C at the terminal ended with $code: $(cat seen)"
grep -qE $'\rtraining [0-9]+/50000000(  loss [0-9.e+-]+  accuracy [01]\\.[0-9]{2})?  about [0-9]+ (h|min) [0-9]+ (min|s) left until evaluated' seen ||
    fail "no time of all stages: $(cat -v seen)"
# nothing of what is tried and timed before
tr '\r' '\n' <seen | sed 's/\x1b\[K//' | grep -E '^[a-z ]+ [0-9]+/' >lines
! grep -v '^training ' lines || fail "more than the run is shown"

# What is printed never stands after a line of progress, nor is one left.
quick="--N 20 --n_trials 20 --eval_trials 2 --scaling_factors 30,50 --search_trials 2 --test_trials 2 --seed 1"
code=$(BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" run go-nogo $quick --search_anyway --figures none --output_dir r)
[ "$code" = 3 ] || fail "run at a terminal ended with $code: $(cat seen)"
grep -q "^results: r/model.mat" screen || fail "no results on the screen: $(cat -v screen)"
cp screen all_screens
code=$(BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" plot r/model.mat --show --figures training,search --n_trials 2)
[ "$code" = 0 ] || fail "plot --show ended with $code: $(cat seen)"
cat screen >>all_screens
! grep -E ' left|[a-z] [0-9]+/[0-9]+' all_screens || fail "progress is left on the screen"

# Colours: at a terminal, and nowhere else
unset NO_COLOR
styled() { grep -qF "$(printf '\033[%sm%s' "$1" "$2")" seen || fail "no '$2' in style $1: $(cat -v seen)"; }
export TERM=xterm
BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" run go-nogo $quick --search_anyway --figures none --output_dir c >exit_code
styled 31 "criterion not reached"
styled 31 "spikernn run:"
styled 1 "        λ  trials"
BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" train --help >exit_code
styled 1 "Usage:"
styled 1 " Network:"
styled 2 "\`spikernn train --help_all\`"
plain() { ! grep -q $'\033' "$1" || fail "$2 has colours: $(cat -v "$1")"; }
for setting in NO_COLOR=1 TERM=dumb; do
    env $setting BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" train --help >exit_code
    plain seen "$setting"
    env $setting BOTH=1 "$PYTHON" at_terminal.py "" 100 "$SPIKERNN" plot r/model.mat --show --figures training --n_trials 2 --quiet >exit_code
    plain seen "plot --show with $setting"
done
"$PYTHON" at_terminal.py "" 100 "$SPIKERNN" train --help >exit_code
plain stdout "a file"
