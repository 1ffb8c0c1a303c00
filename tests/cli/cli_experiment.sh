# spikernn run as an experiment: it goes on in its folder to the same bits, keeps what was done, and says
# where the rate network did not learn.
. "$SOURCE_DIR/tests/cli/expect.bash"

small="--N 20 --eval_trials 5 --scaling_factors 30,50 --search_trials 4 --test_trials 2 --seed 1 --figures none"

# same_results FOLDER FOLDER: but for the times.
same_results() {
    "$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" "$1/model.mat" "$2/model.mat"
    "$PYTHON" - "$1" "$2" <<'END' || fail "the summaries of $1 and $2 differ"
import json, sys
a, b = (json.load(open(folder + "/summary.json")) for folder in sys.argv[1:])
for j in (a, b):
    del j["date"], j["seconds"], j["training"]["seconds"], j["model"], j["command"], j["done"]
    for options in (j["options"], j["given"]):
        options.pop("checkpoint_every", None)
sys.exit(a != b)
END
}

# A rate network that did not learn: it says so, what helps, and is not converted.
run "$SPIKERNN" run go-nogo $small --n_trials 60 --output_dir poor
[ $code = 3 ] || fail "a network that did not learn ended with $code"
one_sentence "did not reach its criterion in 60 trials|--preset robust|--n_trials 120|--search_anyway"
printed "criterion not reached"
printed "rate network"
! grep -q "spiking network" "$scratch/out" || fail "it was converted: $(cat "$scratch/out")"
cp poor/summary.json "$scratch/out"
in_json 'j["search"] is None and j["evaluation"]["spiking"] is None and j["interrupted"] is False'
run "$SPIKERNN" run go-nogo $small --n_trials 60 --preset robust --output_dir robust --json
[ $code = 3 ] || fail "it ended with $code"
one_sentence "did not reach its criterion"
! grep -q preset "$scratch/err" || fail "it names the preset that it had: $(cat "$scratch/err")"
in_json 'j["training"]["criterion_reached"] is False'

# Run again, nothing is done again; asked for, the conversion follows.
sum=$(sha256sum poor/model.mat poor/model.pth)
run "$SPIKERNN" run --output_dir poor --figures none
[ $code = 3 ] || fail "run again it ended with $code"
printed "training: kept from an earlier run in poor"
printed "evaluation: kept from an earlier run in poor"
[ "$sum" = "$(sha256sum poor/model.mat poor/model.pth)" ] || fail "a kept network was written again"
experiment --output_dir poor --figures none
printed "training: kept"
printed "spiking network"
experiment go-nogo $small --n_trials 60 --output_dir at_once
same_results poor at_once
cp poor/summary.json "$scratch/out"
in_json 'j["given"]["search_anyway"] is True and j["given"]["N"] == 20'
experiment --output_dir poor --figures outputs
for stage in training search evaluation diagnosis; do printed "$stage: kept"; done
[ -s poor/report.html ] || fail "there is no report of what was kept"

# Other options are another experiment, and nothing is touched; those of figures may change.
refused "poor holds a run with|--lr 0.01, not 0.02|another folder" run --output_dir poor --lr 0.02
refused "--seed 1, not 2" run go-nogo --output_dir poor --seed 2
refused "a run of the task \"go-nogo\", not \"xor\"" run xor --output_dir poor
refused "--noise_mv 0.1, not 0.2" run go-nogo --output_dir poor --noise_mv 0.2
experiment --output_dir poor --figures outputs --formats svg --threads 1

# Interrupted in the training, and killed in it, it goes on to the same bits.
longer="$small --n_trials 4200 --loss_threshold 1e-9 --eval_freq 400"
experiment go-nogo $longer --output_dir straight
"$SPIKERNN" run --search_anyway go-nogo $longer --output_dir stopped --checkpoint_every 300 >"$scratch/out" 2>"$scratch/err" &
await test -e stopped/model.pth
kill -INT $!
ended $!
[ $code = 130 ] || [ $code = 3 ] || fail "Ctrl-C ended it with $code: $(cat "$scratch/err")"
[ $code = 3 ] || grep -q "interrupted in the training" "$scratch/err" || fail "no sentence: $(cat "$scratch/err")"
experiment --output_dir stopped --figures none
same_results straight stopped
"$SPIKERNN" run --search_anyway go-nogo $longer --output_dir killed --checkpoint_every 300 >"$scratch/out" 2>"$scratch/err" &
await test -e killed/summary.json
kill -KILL $!
{ wait $!; } 2>/dev/null || true
experiment go-nogo $longer --output_dir killed
same_results straight killed

# In the search: what was found there counts.
many="--N 20 --eval_trials 5 --n_trials 5 --scaling_factors 35 --search_trials 1000000 --test_trials 2 --seed 3 --figures none"
"$SPIKERNN" run --search_anyway go-nogo $many --output_dir searching >"$scratch/out" 2>"$scratch/err" &
pid=$!
await test -e searching/model.mat
await grep -q search "$scratch/err"
kill -INT $pid
ended $pid
[ $code = 130 ] || fail "Ctrl-C in the search ended with $code: $(cat "$scratch/err")"
cp searching/summary.json "$scratch/out"
in_json 'j["interrupted"] is True and "training" in j["done"] and "search" not in j["done"]'
refused "--search_trials 1000000, not 3" run --output_dir searching --search_trials 3

# Killed after the training, before the record has it as finished
cp -r straight between
sed -i 's/"done": \[/"done": [\n    "nothing",/; /^    "training",$/d' between/summary.json
experiment --output_dir between --figures none
same_results straight between
# The numbers of options are exact, and the task may be spelt in another way.
experiment go_nogo $small --n_trials 60 --noise_mv 0.12345678901234 --output_dir exact
experiment Go-NoGo --noise_mv 0.12345678901234 --output_dir exact --figures none
refused "--noise_mv" run --noise_mv 0.1234567890123 --output_dir exact
refused "another network, of 20 units" run --output_dir "$(cp -r poor mixed; sed -i 's/"N": 20/"N": 21/' mixed/summary.json; echo mixed)"

# Earlier versions wrote a number of more than ten digits as text.
cp -r exact earlier
sed -i 's/\("noise_mv": \)\(0.1234567890123[0-9]*\)/\1"\2"/' earlier/summary.json
grep -q '"noise_mv": "0.1234' earlier/summary.json || fail "no text in $(grep noise_mv earlier/summary.json)"
run "$SPIKERNN" run --output_dir earlier --figures none
[ $code = 3 ] || fail "a record of an earlier version is refused: $(cat "$scratch/err")"
refused "--noise_mv" run --noise_mv 0.1234567890123 --output_dir earlier

# A folder of another kind, and a damaged record
mkdir other damaged
echo '{"verb": "run"}' >other/summary.json
refused "other/summary.json exists" run go-nogo $small --output_dir other
cp -r poor/. damaged
rm damaged/model.mat damaged/model.pth
refused "damaged/model.mat" run --output_dir damaged
cp -r poor wrong
for edit in 's/"done": \[/"done": [3, /' 's/"given": {/"given": null, "was": {/' 's/"seed": 1,/"seed": "1",/'; do
    sed -i.bak "$edit" wrong/summary.json
    ! cmp -s wrong/summary.json.bak wrong/summary.json || fail "nothing was edited by $edit"
    rm wrong/summary.json.bak
    refused "wrong/summary.json is damaged" run --output_dir wrong
    cp poor/summary.json wrong/summary.json
done
: >wrong/summary.json
refused "wrong/summary.json is damaged" run --output_dir wrong
sed 's/"schema": 1/"schema": 2/' poor/summary.json >wrong/summary.json
refused "of a later version" run --output_dir wrong

# The preset of the folder stays, also that of a folder whose version had another name for it and another default.
experiment go-nogo $small --n_trials 60 --preset published --output_dir then
refused 'then holds a run with --preset "published", not "standard"' run --output_dir then --preset standard
for given in True False; do
    "$PYTHON" - $given <<'END'
import json, sys
j = json.load(open("then/summary.json"))
j["options"]["preset"] = "paper"
j["given"].pop("preset", None)
if sys.argv[1] == "True":
    j["given"]["preset"] = "paper"
json.dump(j, open("then/summary.json", "w"))
END
    experiment --output_dir then --figures none
    printed "training: kept from an earlier run in then"
done
