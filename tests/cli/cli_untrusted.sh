# A model file whose task is a path: nothing opens it but an option that names it.
. "$SOURCE_DIR/tests/cli/expect.bash"

# A task that leaves a mark as soon as it is loaded, and a declaration that would be accepted.
{
    cat "$SOURCE_DIR/examples/plugin/my_task.c"
    echo '#include <stdio.h>'
    echo '__attribute__((constructor)) static void leave_mark(void) { fclose(fopen("mark", "w")); }'
} >evil.c
# shellcheck disable=SC2086 # flags are split on purpose
$CC -std=c11 -shared -fPIC $CFLAGS -I"$SOURCE_DIR/include" evil.c -o evil.so
cp "$SOURCE_DIR/tasks/dms.json" evil.json

# with_task TASK FILE: the file's model as if trained on the task.
with_task() {
    "$PYTHON" - "$1" "$2" <<'END'
import sys, scipy.io
task, file = sys.argv[1:]
kept = {k: v for k, v in scipy.io.loadmat(file).items() if not k.startswith("__")}
scipy.io.savemat(file, dict(kept, task=task))
END
}
experiment --figures none go-nogo --N 20 --n_trials 60 --eval_trials 5 --scaling_factors 30,50 \
    --search_trials 4 --test_trials 2 --seed 1 --output_dir folder
cp -r folder run
with_task ./evil.so run/model.mat
accepted info run/model.mat
printed "task          ./evil.so"
accepted convert run/model.mat run/state.pth
accepted info --json run/state.pth
accepted lesion run/model.mat run/lesioned.mat --share 0.1 --quiet
unknown="was trained on './evil.so', which is not a built-in task; expected --task"
for model in run/model.mat run/state.pth; do
    refused "$unknown" eval "$model" --n_trials 1 --scaling_factor 30
    refused "$unknown" simulate "$model" --out trials.mat --scaling_factor 30
    refused "$unknown" analyze "$model" --scaling_factor 30
done
refused "$unknown" search run/model.mat --n_trials 1
refused "$unknown" plot run/model.mat
refused "$unknown" report run
refused "$unknown" train --resume run/state.pth --n_trials 100
[ ! -e mark ] || fail "a task named in a file was loaded"

with_task evil.json run/model.mat
accepted info run/model.mat
grep -q delay "$scratch/out" && fail "a declaration named in a file was opened"
refused "was trained on 'evil.json'" eval run/model.mat --n_trials 1 --scaling_factor 30

# A user may name it.
run "$SPIKERNN" tasks ./evil.so
[ -e mark ] || fail "the task leaves no mark"
