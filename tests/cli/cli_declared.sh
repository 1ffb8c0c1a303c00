# A declared task through the whole program, and declarations that are wrong.
. "$SOURCE_DIR/tests/cli/expect.bash"

# The task of docs/tasks.md, as it stands there.
sed -n '/^```json$/,/^```$/p' "$SOURCE_DIR/docs/tasks.md" | sed '1d;$d' >cued.json
accepted tasks cued.json --show left --seed 4
printed "# cued-delay, left"
experiment --figures none ./cued.json --N 60 --seed 1 --n_trials 300 --scaling_factors 25:35:10 --search_trials 4 \
    --test_trials 4 --output_dir run --quiet --json
in_json 'j["task"]["name"] == "cued-delay" and j["task"]["T"] == 250'
accepted search run/model.mat --n_trials 5 --quiet --json
accepted convert run/model.mat copy.pth
accepted eval copy.pth --n_trials 5 --quiet --json
cp "$scratch/out" kept
accepted eval run/model.mat --task cued.json --n_trials 5 --quiet --json
sed 's/copy.pth/run\/model.mat/g' kept | cmp -s - "$scratch/out" || fail "the task in the file is another"
in_json '{t["type"] for t in j["rate"]["types"]} == {"left", "right"}'
accepted lesion copy.pth lesioned.mat --share 0.1 --quiet
accepted eval lesioned.mat --n_trials 2 --quiet

# Under a built-in task's name the file's own task counts.
sed 's/"cued-delay"/"xor"/; s/left/west/' cued.json >mine.json
accepted train --task mine.json --N 20 --n_trials 3 --output_dir mine --quiet
accepted eval "$(find mine -name '*.mat')" --n_trials 1 --scaling_factor 30 --quiet --json
in_json '{t["type"] for t in j["rate"]["types"]} == {"west", "right"}'

# Training goes on only with the same task.
pth=$(find mine -name '*.pth')
accepted train --resume "$pth" --n_trials 5 --quiet
sed 's/"duration": 5/"duration": 6/' mine.json >other.json
pth=$(find mine -name '*.pth' | sort | tail -n 1)
refused "task 'xor' is not that of the training so far" train --resume "$pth" --task other.json --n_trials 7

# A built-in task in JSON trains to the same network.
accepted train --task xor --N 50 --n_trials 30 --seed 2 --quiet --output_dir a
accepted train --task "$SOURCE_DIR/tasks/xor.json" --N 50 --n_trials 30 --seed 2 --quiet --output_dir b
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" "$(find a -name "*.mat")" "$(find b -name "*.mat")" task_json || fail "xor.json trains otherwise"

refused "task file missing.json cannot be opened" tasks missing.json
sed 's/"to": "stim_off"/"to": "stim_offf"/' cued.json >typo.json
refused "typo.json:12: |'stim_offf' is unknown; did you mean 'stim_off'?" tasks typo.json
refused "cued.json:20: |T is 150|more than 171" tasks cued.json --T 150
refused "--delay is 3, but the task 'cued-delay' has none" tasks cued.json --delay 3
head -c 2000000 /dev/zero | tr '\0' ' ' >big.json
refused "task file big.json is above 1 MiB" tasks big.json
printf '{"name": "a\0"}' >zero.json
refused "task file zero.json has a zero byte" tasks zero.json

# The decay times that suit a task are the default of --decay_taus, and the preset sees them.
accepted tasks dms
printed "decay_taus  4 40"
# trained TASK OPTION...: taus and limit on the gradient of a training.
trained() {
    rm -rf suited
    accepted train --N 20 --n_trials 2 --quiet --output_dir suited --task "$@"
    accepted convert "$(find suited -name '*.pth')" suited/again.mat
    "$PYTHON" -c 'import scipy.io; print(*scipy.io.loadmat("suited/again.mat")["taus"].ravel())' >"$scratch/out"
    cat "$(find suited -name '*.pth')" >suited.pth
}
trained dms
printed "4.0 40.0"
trained dms --decay_taus 7
printed "7.0"
sed 's/"name": "cued-delay"/"name": "fast", "decay_taus": [2, 10]/' cued.json >fast.json
trained fast.json --preset published
printed "2.0 10.0"
grep -q grad_clip suited.pth && fail "the gradient is limited with the published preset"
trained fast.json --preset robust
grep -q grad_clip suited.pth || fail "the preset has not seen the decay times of the task"
trained fast.json --preset robust --decay_taus 4 20
grep -q grad_clip suited.pth && fail "the preset has not seen the decay times of the user"
sed 's/"name": "cued-delay"/"name": "kept", "preset": "published"/' cued.json >kept.json
accepted tasks kept.json
printed "preset      published"
trained kept.json
grep -q grad_clip suited.pth && fail "the task's own preset is not taken"
trained cued.json
grep -q grad_clip suited.pth || fail "a task without a preset is not trained with standard"
sed 's/"preset": "published"/"preset": "paper"/' kept.json >bad.json
refused "bad.json:2: |preset is paper; expected standard, published or robust" tasks bad.json
sed 's/"preset": "published"/"preset": 2/' kept.json >bad.json
refused "bad.json:2: |preset is a number; expected standard, published or robust" tasks bad.json
for taus in '[10, 2]' '[2]' '7' '[0, 4]' '["a", 4]'; do
    sed "s/\"decay_taus\": \[2, 10\]/\"decay_taus\": $taus/" fast.json >bad.json
    refused "bad.json:2: |decay_taus is not two rising numbers|[4, 20]" tasks bad.json
done
