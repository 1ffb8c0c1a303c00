# Every file that the program leaves gets its name when its content is on the disk, and one that it
# replaces is there until then: so a loss of power leaves the old file or the new one.
. "$SOURCE_DIR/tests/cli/expect.bash"

$CC -shared -fPIC -O1 "$SOURCE_DIR/tests/cli/record_files.c" -o "$scratch/record.so"
cat >"$scratch/recorded" <<END
#!/bin/sh
LD_PRELOAD=$scratch/record.so ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 exec "$SPIKERNN" "\$@"
END
chmod +x "$scratch/recorded"
SPIKERNN=$scratch/recorded
export FILES_LOG=$scratch/files

# leaves HOW FILE... -- ARGUMENTS: the program places each of the files, which are regular expressions,
# and neither removes nor empties one. HOW synced: its content is on the disk by then; folder: its
# folder, too, afterwards; any: neither, for what can be drawn again.
leaves() {
    local how=$1 file files=() synced="synced "
    shift
    [ "$how" != any ] || synced=
    while [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    shift
    : >"$FILES_LOG"
    if [ "$1" = run ]; then experiment "${@:2}"; else accepted "$@"; fi
    for file in "${files[@]}"; do
        if ! grep -A2 -E "^placed $synced.*\b$file\$" "$FILES_LOG" >"$scratch/placed"; then
            fail "'$*' did not place $file $synced: $(cat "$FILES_LOG")"
        fi
        [ "$how" != folder ] || grep -q '^folder ' "$scratch/placed" ||
            fail "'$*' did not synchronise the folder of $file: $(cat "$FILES_LOG")"
        if grep -E "^(removed|emptied) .*\b$file\$" "$FILES_LOG"; then
            fail "'$*' had no whole $file for a time"
        fi
        if [ "$how" != any ] && grep -E "^placed unsynced .*\b$file\$" "$FILES_LOG"; then
            fail "'$*' placed $file before its content was on the disk"
        fi
    done
}

# models, at first and again at each checkpoint
mkdir kept
export FILES_KEEP=$PWD/kept
leaves folder '\.mat' '\.pth' -- train --task go-nogo --N 20 --n_trials 40 --eval_trials 5 --seed 1 \
    --checkpoint_every 15 --output_dir m
unset FILES_KEEP
trials=
for file in $(ls kept/*.mat | sort -t/ -k2n); do
    accepted info --json "$file"
    trials="$trials $("$PYTHON" -c "import json; print(json.load(open('$scratch/out'))['models'][0]['training']['losses'])")"
done
[ "$trials" = " 15 30 40" ] || fail "a .mat file after$trials trials; expected after 15 30 40"
mv "$(find m -name '*.mat')" model.mat
leaves folder model.mat -- search model.mat --scaling_factors 20,30 --n_trials 4 --seed 1
leaves folder again.pth -- convert model.mat again.pth
leaves folder lesioned.mat -- lesion model.mat lesioned.mat --share 0.2 --seed 1

# one that cannot be made safe, or comes out as something else, does not get its name
export FILES_FAIL=fsync
refused "failed.mat cannot be written completely" lesion model.mat failed.mat --share 0.2 --seed 1
refused "failed.pth cannot be written completely" convert model.mat failed.pth
FILES_FAIL=content refused "failed.mat cannot be written completely" lesion model.mat failed.mat --share 0.2 --seed 1
unset FILES_FAIL

for kind in csv nwb h5 mat; do
    leaves folder spikes.$kind -- simulate model.mat --trial go --seed 1 --out spikes.$kind
done
leaves folder trials.mat -- eval model.mat --n_trials 4 --seed 1 --out trials.mat
for kind in json csv mat; do
    leaves synced a.$kind -- analyze model.mat --n_trials 4 --seed 1 --out a.$kind
done

# a run's own files: then its figures and its page again, over those that are there
leaves synced model.mat model.pth summary.json report.html -- run go-nogo --N 20 --n_trials 40 --eval_trials 5 --seed 1 \
    --scaling_factors 30 --search_trials 2 --test_trials 2 --conversion scaling-factor --figures training --output_dir run
leaves any training.dat training.gp training.png training.svg -- plot run/model.mat --n_trials 2 --seed 1 \
    --figures training --figures_dir run/figures
leaves synced report.html -- report run --figures training
