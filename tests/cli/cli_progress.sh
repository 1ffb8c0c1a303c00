# The progress line, and Ctrl-C at a real terminal.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >at_terminal.py <<'END'
"""Runs a command with stderr on a terminal of COLUMNS columns; at the word WORD presses Ctrl-C.
Prints the exit code; what came to the terminal goes to the file `seen`."""
import fcntl, os, pty, struct, sys, termios

word, columns, command = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
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
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
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
