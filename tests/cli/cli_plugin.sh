# A task of one's own from a shared object: everything takes it that takes a task.
. "$SOURCE_DIR/tests/cli/expect.bash"
example=$SOURCE_DIR/examples/plugin/my_task.c

# build OBJECT [OPTION...] <SOURCE
build() {
    local object=$1
    shift
    # shellcheck disable=SC2086 # flags are split on purpose
    $CC -std=c11 -Wall -Wextra -Werror -shared -fPIC $CFLAGS -I"$SOURCE_DIR/include" "$@" -x c - -o "$object"
}
build my_task.so <"$example"

accepted tasks ./my_task.so
printed "pulse-length: 1 input, 1 output"
printed "T 200, stim_on 30, eval_amp_thresh 0.7"
accepted tasks my_task.so --show short --stim_on 40 --seed 2
"$PYTHON" - "$scratch/out" <<'END'
import sys
rows = [[float(x) for x in line.split("\t")] for line in open(sys.argv[1]) if not line.startswith("#")]
assert len(rows) == 200 and len({row[1] for row in rows[40:55]}) == 15
assert all((row[1] != 0) == (40 <= t < 55) for t, row in enumerate(rows))
assert [row[2] for row in rows] == [-1 if t >= 85 else 0 for t in range(200)]
END

experiment --figures none ./my_task.so --N 100 --seed 1 --preset robust --n_trials 1002 --scaling_factors 25:45:10 \
    --search_trials 20 --test_trials 10 --T 180 --output_dir run --quiet --json
in_json 'j["task"]["name"] == "pulse-length" and j["task"]["T"] == 180'
in_json 'j["training"]["accuracy"] > 0.8 and j["evaluation"]["rate"]["accuracy"] > 0.8' # chance: 0.5
accepted info --json run/model.mat
in_json 'j["models"][0]["N"] == 100'

# The file tells the task's name and settings, not where it is.
refused "run/model.mat|'pulse-length'|--task" eval run/model.mat --n_trials 2
refused "run/model.mat|'pulse-length'|--task" search run/model.mat --n_trials 2
accepted eval run/model.mat --task ./my_task.so --n_trials 2 --json
in_json 'j["task"]["T"] == 180'
accepted search run/model.mat --task ./my_task.so --n_trials 2 --scaling_factors 30 --json
in_json 'j["models"][0]["stored"] is True'
accepted search run/model.mat --task ./my_task.so --T 200 --n_trials 2 --scaling_factors 30 --json
in_json 'j["models"][0]["stored"] is False'
accepted simulate run/model.mat --network rate --out trials.mat --task ./my_task.so --trial long
accepted train --task "$PWD/my_task.so" --N 20 --n_trials 4 --eval_trials 2 --seed 1 --output_dir half --quiet
accepted train --resume "$(find half -name '*.pth')" --task ./my_task.so --n_trials 8 --output_dir on --quiet
refused "'pulse-length'|--task" train --resume "$(find half -name '*.pth')" --n_trials 8

# No tasks
refused "./none.so|cannot be opened" tasks ./none.so
echo no object >text.so
refused "./text.so|cannot be loaded" tasks ./text.so
refused "./text.so|cannot be loaded" train --task ./text.so
build empty.so </dev/null -Wno-error=pedantic
refused "empty.so|is no task|spikernn_task" tasks empty.so
sed 's/= SRNN_VERSION/= "0.0.1"/' "$example" | build old.so
refused "old.so|0.0.1|build it again" run ./old.so
refused "my_task.so|T is too short" train --task ./my_task.so --T 100
refused "--delay|5|pulse-length" train --task ./my_task.so --delay 5
sed 's/\.n_types = 2/.n_types = 0/' "$example" | build no_types.so
refused "pulse-length|n_types is 0" tasks no_types.so
