# Memory that runs out, wherever that happens, is a sentence and exit code 2, and never a crash of
# ours. Here a sample of the places; `make check-allocations` goes through all of them.
. "$SOURCE_DIR/tests/cli/expect.bash"
$CC -shared -fPIC -O1 "$SOURCE_DIR/tests/cli/fail_allocations.c" -o "$scratch/fail.so"
small_model model.mat
accepted convert model.mat model.pth
accepted simulate model.mat --trial go --seed 1 --out spikes.csv
models=$PWD

# hunt STEP ARGUMENTS: every STEP-th place, or all of them.
hunt() {
    local step=$1
    shift
    rm -rf runs
    mkdir runs
    [ -z "${ALL_ALLOCATIONS-}" ] || step=1
    if ! env FAIL_FOLDER="$PWD/runs" FAIL_STEP=$step LD_PRELOAD="$scratch/fail.so" "$SPIKERNN" "$@" >found; then
        fail "memory runs out in '$*': $(grep -v ^theirs found)"
    fi
    [ -z "${ALL_ALLOCATIONS-}" ] || { echo "$*" && cat found; }
}

hunt 20 tasks --json
hunt 20 tasks "$SOURCE_DIR/tasks/dms.json"
hunt 60 train --task go-nogo --N 10 --n_trials 2 --eval_trials 2 --seed 1 --output_dir o --threads 1
hunt 60 info "$models/model.pth"
[ -n "${ALL_ALLOCATIONS-}" ] || exit 0

hunt 1 train --task "$SOURCE_DIR/tasks/mante.json" --N 10 --n_trials 2 --eval_trials 2 --seed 1 --output_dir o --threads 1
for file in model.mat model.pth; do
    hunt 1 info "$models/$file" --json
done
hunt 1 convert "$models/model.mat" a.pth
hunt 1 convert "$models/model.pth" a.mat
hunt 1 compare "$models/model.mat" "$models/model.pth" --report page.html
hunt 1 eval "$models/model.mat" --n_trials 2 --seed 1 --threads 1 --json --out trials.mat
for kind in csv nwb h5 mat; do
    hunt 1 simulate "$models/model.mat" --trial go --seed 1 --threads 1 --out spikes.$kind
done
hunt 1 analyze "$models/spikes.csv" --threads 1 --out a.json
hunt 1 analyze "$models/model.mat" --n_trials 2 --seed 1 --threads 1 --out a.mat
hunt 1 plot "$models/model.mat" --n_trials 2 --seed 1 --threads 1 --figures training,raster --figures_dir figures
echo '{"study": "s", "task": "go-nogo", "options": {"N": 10, "n_trials": 2, "eval_trials": 2}, "seeds": "1:3"}' >study.json
hunt 1 study run "$PWD/study.json" --dir study --threads 1 --quiet
"$SPIKERNN" study run study.json --dir study --quiet >/dev/null 2>&1
for kind in sqlite json csv; do
    hunt 1 study table "$PWD/study" --out t.$kind
done
cp "$models/model.mat" searched.mat
hunt 1 search "$PWD/searched.mat" --scaling_factors 20 --n_trials 2 --seed 1 --threads 1
