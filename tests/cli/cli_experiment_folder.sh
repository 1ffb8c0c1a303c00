# The folder of spikernn run: it goes on from wherever the run was killed, without its network, after it was moved,
# with a task of a file; and what killed runs left does not stay.
. "$SOURCE_DIR/tests/cli/expect.bash"

small="--N 12 --eval_trials 5 --n_trials 20 --scaling_factors 30 --search_trials 2 --test_trials 2 --seed 1 --figures none"
$CC -shared -fPIC "$SOURCE_DIR/tests/cli/interrupt_at.c" -o "$scratch/interrupt.so" -ldl
cat >"$scratch/killed" <<END
#!/bin/sh
INTERRUPT_WITH=9 LD_PRELOAD=$scratch/interrupt.so ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 exec "$SPIKERNN" "\$@"
END
chmod +x "$scratch/killed"

# Killed just before one of the files gets its place, it goes on to the same network.
experiment go-nogo $small --output_dir straight
for name in summary.json model.pth model.mat; do
    INTERRUPT_AT=/$name run "$scratch/killed" run --search_anyway go-nogo $small --output_dir "at_$name"
    [ $code = 137 ] || fail "it was not killed at $name, but ended with $code"
    [ "$(find "at_$name" -name '*.tmp')" ] || fail "killed at $name it left nothing"
    touch "at_$name/model.mat.1-0.tmp" # not one of ours
    experiment go-nogo $small --output_dir "at_$name"
    same_arrays straight/model.mat "at_$name/model.mat"
    same_summaries straight "at_$name"
    [ "$(ls "at_$name")" = "$(printf 'model.mat\nmodel.mat.1-0.tmp\nmodel.pth\nsummary.json')" ] ||
        fail "what the killed one left stays: $(ls "at_$name")"
done

# Without its network, the training that the folder has gives it again, and what follows.
rm straight/model.mat
experiment --output_dir straight --figures none
same_arrays straight/model.mat at_model.mat/model.mat
same_summaries straight at_model.mat

# The record has the task: the folder goes on in another place, without the file.
mkdir -p here there
cp "$SOURCE_DIR/tasks/go_nogo.json" here/own.json
sed -i 's/"go-nogo"/"own"/' here/own.json
cd here
experiment own.json $small --output_dir moved
mv own.json ../kept.json
mv moved ../there
cd ../there
run "$SPIKERNN" run --output_dir moved --figures none
[ $code = 0 ] || [ $code = 3 ] || fail "in another folder it ended with $code: $(cat "$scratch/err")"
printed "evaluation: kept"
experiment ../kept.json --output_dir moved --figures none # the same task, spelt in another way
cd ..

# A training that reached its criterion is not trained further where its model.mat is lost.
accepted run go-nogo --N 20 --seed 3 --n_trials 60 --min_trials 0 --perf_threshold 0.2 --loss_threshold 1000 \
    --eval_trials 10 --eval_freq 20 --scaling_factors 30 --search_trials 2 --test_trials 2 --figures none --output_dir reached
printed "criterion reached"
mv reached/model.mat first.mat
accepted run --output_dir reached --figures none
printed "training: 2 of at most 60 trials, criterion reached"
cmp reached/model.mat first.mat || fail "the network is another"

# Runs that begin at once have folders of their own.
tiny="--N 10 --n_trials 3 --eval_trials 2 --test_trials 1 --figures none --quiet"
mkdir at_once && cd at_once
for seed in 1 2 3; do "$SPIKERNN" run go-nogo $tiny --seed $seed >/dev/null 2>&1 & done
wait
[ "$(ls runs/*/model.mat | wc -l)" = 3 ] || fail "three runs left $(ls -R runs)"
cd ..

# Another criterion alone is another task.
sed 's/"stays_within": 0.3/"stays_within": 0.25/' kept.json >edited.json
! cmp -s kept.json edited.json || fail "the criterion was not edited"
refused "moved holds a run of the task|as it was declared then" run edited.json --output_dir there/moved

# What a record names is data: no library is loaded because of it.
sed -i 's/"declaration": .*/"declaration": null,/; s/"task": "own.json"/"task": ".\/evil.so"/' there/moved/summary.json
refused "but not the task itself" run --output_dir there/moved
