# The lessons of examples/octave as they stand, with what they say; tasks of one's own; the
# installed functions.
. "$SOURCE_DIR/tests/cli/expect.bash"
unset DISPLAY
octave() { # octave PROGRAM TEXT: in Octave, with the functions of the folder $functions
    run "$OCTAVE" --norc --no-history --quiet --path "$functions" --eval "$1"
    [ $code = 0 ] || fail "$1 ended with $code: $(cat "$scratch/err")"
    [ ! -s "$scratch/err" ] || fail "$1 printed on stderr: $(cat "$scratch/err")"
}
functions=$BUILD_DIR/octave
[ "$(find "$SOURCE_DIR/examples/octave" -name '*.m' | wc -l)" = 4 ] || fail "a lesson has no test here"

octave "n_trials = 1600; source ('$SOURCE_DIR/examples/octave/lesson_1_train_and_convert.m')"
model=$(head -n 1 "$scratch/out")
[ -f "$model" ] || fail "no model: $(cat "$scratch/out")"
awk '$1 == "go:" { go = $6 } $1 == "nogo:" { nogo = $6 } END { exit !(go > 0.7 && nogo < 0.3) }' \
    "$scratch/out" || fail "$(cat "$scratch/out")"
octave "model_path = '$model'; source ('$SOURCE_DIR/examples/octave/lesson_2_stimulation.m')"
awk '/Hz$/ { exit !($7 < 0.5 * $3) }' "$scratch/out" || fail "$(cat "$scratch/out")"
octave "n_trials = 40; source ('$SOURCE_DIR/examples/octave/lesson_3_experiment.m')"
printed "training: decided The rate network did not reach its criterion in 40 trials"
[ -f lesson_3/model.mat ] || fail "no experiment: $(cat "$scratch/out")"
octave "n_trials = 40; source ('$SOURCE_DIR/examples/octave/lesson_4_study.m')"
printed "tref_ms 2: 0 of 3 trained"
printed "  seed 3, tref_ms 0: 40 training trials, not_trained"

# the study of docs/octave.md, made small
sed -n '/^## Many networks/,/^## /p' "$SOURCE_DIR/docs/octave.md" >section
sed -n '/^```json$/,/^```$/p' section | sed '1d;$d; s/"N": 100/"N": 12, "n_trials": 20/; s/1:20/1:2/' >pauses.json
sed -n '/^```matlab$/,/^```$/p' section | sed "1d;\$d; s/'threads', 2/&, 'quiet', true/" >study_lesson.m
octave "source ('study_lesson.m')"
printed "4 networks, 0 finished"

# help texts of all of them
for name in LIF_network_fnc spikernn_experiment spikernn_study spikernn_train spikernn_search spikernn_eval; do
    octave "help $name"
    printed "OPTIONS"
    printed "$name ("
done

# what MATLAB is to compile
for file in "$SOURCE_DIR"/octave/*.c; do
    grep -qw "${file##*/}" "$SOURCE_DIR/docs/octave.md" || fail "docs/octave.md lacks ${file##*/}"
done

# tasks of one's own: a shared object and a declaration
# shellcheck disable=SC2086 # flags are split on purpose
$CC -std=c11 -shared -fPIC $CFLAGS -I"$SOURCE_DIR/include" "$SOURCE_DIR/examples/plugin/my_task.c" -o my_task.so
for task in ./my_task.so "$SOURCE_DIR/tasks/$(ls "$SOURCE_DIR/tasks" | grep -m 1 json)"; do
    octave "p = spikernn_train ('$task', 'N', 20, 'n_trials', 20, 'eval_trials', 4, 'seed', 1, 'quiet', true);
        r = spikernn_eval (p, 'task', '$task', 'network', 'rate', 'n_trials', 2); disp (r.task)"
    [ "$(wc -l <"$scratch/out")" = 1 ] || fail "$(cat "$scratch/out")"
done

# installed and moved, they run without the build
"$CMAKE" --install "$BUILD_DIR" --prefix "$PWD/staged" >/dev/null
mv staged prefix
functions=$(dirname "$(find "$PWD/prefix" -name spikernn_mex.mex)")
octave "W = LIF_network_fnc ('$model', 40, zeros (1, 201)); disp (size (W, 1))"
printed 100
