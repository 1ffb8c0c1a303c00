# Files of spikes: what simulate and convert write is what is in simulate's .mat, by the rules of NWB 2
# and SONATA, read by h5py; what cannot be is refused.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 20 --som_N 2 --P_inh 0.4 --n_trials 60 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 20 --seed 1 --output_dir m --quiet
for ending in mat csv nwb h5; do
    accepted simulate m/model.mat --n_trials 3 --seed 5 --quiet --out "trials.$ending"
done
accepted simulate m/model.mat --trial nogo --bias_mv -200 --noise_mv 0 --v0 reset --quiet --out silent.mat
accepted simulate m/model.mat --trial nogo --record v --units 1 --quiet --out one.mat

# ---- every format into every other; those that keep everything to the same bytes ----
for from in mat nwb h5; do
    for to in csv nwb h5 mat; do
        accepted convert "trials.$from" "$from.$to"
        printed "units 20, trials 6 of 300 ms"
    done
    for to in csv nwb h5; do
        cmp "trials.$to" "$from.$to" || fail "$from to $to is not what simulate writes"
    done
done
for to in csv nwb h5 mat; do accepted convert trials.csv "csv.$to"; done
cmp trials.csv csv.csv || fail "csv to csv differs"
accepted convert silent.mat silent.nwb --json
in_json 'j["spikes"] == 0 and j["units"] == 20 and j["trials"] == 1 and j["to"] == "silent.nwb"'
accepted convert one.mat one.h5
"$PYTHON" -c 'import h5py' || fail "$PYTHON has no h5py: run tools/install-deps --tests"
"$PYTHON" "$SOURCE_DIR/tests/cli/spikes_h5py.py" || fail "h5py finds what the formats do not have"

# ---- the lessons in the documentation ----
sed -n '/^## Files of spikes/,/^## Writing/p' "$SOURCE_DIR/docs/files.md" |
    awk '/^```python/ {n++; on = 1; next} /^```/ {on = 0} on {print > ("lesson" n ".py")}'
cp trials.nwb go.nwb
cp trials.h5 go.h5
for lesson in lesson*.py; do
    grep -qE "pynwb|pandas" "$lesson" && continue # not there: Debian has no pynwb
    "$PYTHON" "$lesson" >lesson.txt || fail "docs/files.md: its Python does not run: $(cat "$lesson")"
    grep -q "spikes" lesson.txt || fail "docs/files.md: its Python prints $(cat lesson.txt)"
done

# ---- what cannot be ----
refused "trials.nwb exists" convert trials.mat trials.nwb
refused "trials.nwb exists" simulate m/model.mat --out trials.nwb
refused "new.pth|.nwb|.h5" convert trials.mat new.pth
refused "folder" convert trials.mat folder/new.nwb
refused "missing.mat" convert missing.mat new.nwb
refused "model.mat|spikes" convert m/model.mat new.nwb
refused "new.nwb|--record" simulate m/model.mat --out new.nwb --record v
refused "new.h5|no spikes" simulate m/model.mat --network rate --out new.h5
head -c 3000 trials.nwb >cut.nwb
refused "cut.nwb|damaged or truncated" convert cut.nwb new.csv

# a disk with room for a part of the file
for ending in nwb h5 csv mat; do
    for blocks in 1 4; do
        state_of_folder >"$scratch/before"
        run bash -c "ulimit -f $blocks; exec \"\$SPIKERNN\" convert trials.mat full.$ending"
        [ $code = 2 ] || fail "convert to .$ending on a full disk ended with $code: $(cat "$scratch/err")"
        one_sentence "full.$ending"
        state_of_folder | cmp -s - "$scratch/before" || fail "a full disk left something behind"
    done
done
