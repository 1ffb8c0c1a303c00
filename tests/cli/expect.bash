# What the tests of the program share: source it first.
set -eu
export XDG_CONFIG_HOME=/no-such-folder # no user's style or scripts
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Every file with its content, every folder.
state_of_folder() {
    find . -type d -print -o -type f -exec sha256sum {} + | sort
}

# Where a command takes long, under a sanitizer say, it reports progress: that is
# no error.
drop_progress() {
    sed -i '/ trials\/s /d; /^\(figures\|read\|spikes\|activity\) [0-9]*\/[0-9]*$/d' "$scratch/err"
}

# run COMMAND...: leaves $code, $scratch/out, $scratch/err.
run() {
    code=0
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
    drop_progress
}

# one_sentence WORDS: stderr is one line that begins with "spikernn" and holds
# each of the words, which are separated by '|'.
one_sentence() {
    local word words
    drop_progress
    [ "$(wc -l <"$scratch/err")" = 1 ] || fail "not one line on stderr: $(cat "$scratch/err")"
    grep -q '^spikernn' "$scratch/err" || fail "the line does not name the program: $(cat "$scratch/err")"
    IFS='|' read -r -a words <<<"$1"
    for word in "${words[@]}"; do
        grep -qF -- "$word" "$scratch/err" || fail "no '$word' in: $(cat "$scratch/err")"
    done
}

# refused WORDS ARGUMENTS...: the program ends with 2 and one sentence, prints
# nothing else and leaves every file as it was.
refused() {
    local words=$1
    shift
    state_of_folder >"$scratch/before"
    run "$SPIKERNN" "$@"
    [ $code = 2 ] || fail "'$*' ended with $code: $(cat "$scratch/err")"
    one_sentence "$words"
    [ ! -s "$scratch/out" ] || fail "'$*' printed: $(cat "$scratch/out")"
    state_of_folder | cmp -s - "$scratch/before" || fail "'$*' changed the folder"
}

# accepted ARGUMENTS...: the program ends with 0 and prints nothing on stderr.
accepted() {
    run "$SPIKERNN" "$@"
    [ $code = 0 ] || fail "'$*' ended with $code: $(cat "$scratch/err")"
    [ ! -s "$scratch/err" ] || fail "'$*' printed on stderr: $(cat "$scratch/err")"
}

# printed WORD: the text is on stdout of the latest command.
printed() {
    grep -qF -- "$1" "$scratch/out" || fail "no '$1' in: $(cat "$scratch/out")"
}

# in_json EXPRESSION: a Python expression of the document `j` on stdout of the latest
# command is true.
in_json() {
    "$PYTHON" - "$1" "$scratch/out" <<'END' || fail "not so in the JSON document: $1"
import json, sys
j = json.load(open(sys.argv[2], encoding="utf-8"))
sys.exit(0 if eval(sys.argv[1]) else 1)
END
}

# same_arrays A.mat B.mat: the same variables with the same bits.
same_arrays() { "$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" "$1" "$2"; }

# same_summaries FOLDER FOLDER: of two runs, in all that must not depend on the machine.
same_summaries() {
    "$PYTHON" - "$1" "$2" <<'END' || fail "the summaries of $1 and $2 differ"
import json, sys
def parts(folder):
    j = json.load(open(folder + "/summary.json", encoding="utf-8"))
    j["training"].pop("seconds")
    return [j["training"], j["search"], j["evaluation"]]
sys.exit(parts(sys.argv[1]) != parts(sys.argv[2]))
END
}

# small_model FILE [OPTION...]: a network of 20 units, trained for 60 trials.
small_model() {
    local file=$1
    shift
    experiment --figures none go-nogo --N 20 --n_trials 60 --eval_trials 5 --scaling_factors 30,50 \
        --search_trials 4 --test_trials 2 --seed 1 --output_dir "$scratch/model" "$@"
    mkdir -p "$(dirname "$file")"
    mv "$scratch/model/model.mat" "$file"
    rm -r "$scratch/model"
}

# await COMMAND...: until it succeeds, for a minute at most.
await() {
    local i
    for ((i = 0; i < 6000; i++)); do
        "$@" && return
        sleep 0.01
    done
    fail "waited in vain for: $*"
}

# takes_interrupts PID: the program has put its handlers of SIGINT and SIGTERM in place.
takes_interrupts() {
    local caught
    [ "/proc/$1/exe" -ef "$SPIKERNN" ] || return # not yet: still the shell
    caught=$(awk '/^SigCgt/ {print $2}' "/proc/$1/status")
    (((0x${caught:-0} & 0x4002) == 0x4002))
}

# interrupt PID [SIGNAL]: Ctrl-C, once the program takes it.
interrupt() {
    await takes_interrupts "$1"
    kill -${2:-INT} "$1"
}

# ended PID: its exit code, in $code.
ended() {
    code=0
    wait "$1" || code=$?
}

# experiment ARGUMENTS...: `spikernn run` comes to its end with a spiking network; most tests train too
# shortly for the criterion, of which it says so and ends with 3.
experiment() {
    run "$SPIKERNN" run --search_anyway "$@"
    [ $code = 0 ] || [ $code = 3 ] || fail "'run $*' ended with $code: $(cat "$scratch/err")"
    [ $code = 0 ] || one_sentence "The rate network did not reach its criterion"
    [ $code = 3 ] || [ ! -s "$scratch/err" ] || fail "'run $*' printed on stderr: $(cat "$scratch/err")"
}
