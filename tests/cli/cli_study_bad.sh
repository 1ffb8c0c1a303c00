# spikernn study with files, folders and arguments that it cannot use: one sentence with the line, nothing lost.
. "$SOURCE_DIR/tests/cli/expect.bash"

# bad WORDS TEXT: a study file with this text.
bad() {
    printf '%s' "$2" >study.json
    refused "$1" study run study.json --dir out
}
bad "study.json:1: " '{'
bad "study.json:1: this is no JSON object" '[]'
bad "study.json:1: 'study' is missing" '{"seeds": "1:2", "task": "go-nogo"}'
bad "study.json:1: 'study' is 'a/b'" '{"study": "a/b", "seeds": "1:2", "task": "go-nogo"}'
bad "'seeds' is missing" '{"study": "x", "task": "go-nogo"}'
bad "'seeds' is '5:1'" '{"study": "x", "seeds": "5:1", "task": "go-nogo"}'
bad "'seeds' is '1,1'" '{"study": "x", "seeds": [1, 1], "task": "go-nogo"}'
bad "'task' is missing" '{"study": "x", "seeds": 1}'
bad "task 'gonogo' is unknown; did you mean 'go-nogo'?" '{"study": "x", "seeds": 1, "task": "gonogo"}'
bad "no-such.json cannot be opened" '{"study": "x", "seeds": 1, "task": "no-such.json"}'
bad "study.json:1: a study has no 'option'; did you mean 'options'?" '{"study": "x", "seeds": 1, "task": "go-nogo", "option": {}}'
bad "study.json:3: option 'gian' is unknown; did you mean 'gain'?" '{"study": "x", "seeds": 1, "task": "go-nogo",
 "conditions": [{"name": "a"},
 {"name": "b", "gian": 2}]}'
bad "study.json:2: N is 0" '{"study": "x", "seeds": 1, "task": "go-nogo",
 "options": {"N": 0}}'
bad "study.json:2: N is 0" '{"study": "x", "seeds": 1, "task": "go-nogo",
 "grid": {"N": [10, 0]}}'
bad "'threads' is not for networks of a study" '{"study": "x", "seeds": 1, "task": "go-nogo", "options": {"threads": 2}}'
bad "condition 'x': delay is 5, but the task 'go-nogo' has none" '{"study": "x", "seeds": 1, "task": "go-nogo", "options": {"delay": 5}}'
bad "two conditions are called 'a'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a"}, {"name": "a"}]}'
bad "condition 1 has no 'name'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"N": 5}]}'
bad "'N' is in this condition and in the grid" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a", "N": 5}], "grid": {"N": [6]}}'
bad "'N' of the grid is no list" '{"study": "x", "seeds": 1, "task": "go-nogo", "grid": {"N": 6}}'
bad "'keep' is unknown" '{"study": "x", "seeds": 1, "task": "go-nogo", "keep": "some"}'
bad "'store' is '/tmp'; expected a path from the folder of the results" '{"study": "x", "seeds": 1, "task": "go-nogo", "store": "/tmp"}'
bad "'store' is no text; expected a path" '{"study": "x", "seeds": 1, "task": "go-nogo", "store": 1}'
bad "there is no measure 'search.acuracy'; did you mean 'search.accuracy'?" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.acuracy"}]}'
bad "no condition of this study: 'bb'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a"}], "expect": [{"condition": "bb", "measure": "search.accuracy", "mean": 1}]}'
bad "an expectation has no 'meen'; did you mean 'mean'?" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "meen": 1}]}'
bad "condition 'x': " '{"study": "x", "seeds": 1, "task": "go-nogo", "options": {"v_reset_mv": 10}}'

bad "two conditions are called 'gain 1.5'" '{"study": "x", "seeds": 1, "task": "go-nogo", "grid": {"gain": [1.5, 1.50]}}'
bad "'at_least' is no accuracy" '{"study": "x", "seeds": 1, "task": "go-nogo", "at_least": 5}'
bad "'conditions' is no list of conditions" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": []}'
bad "option 'name' is unknown" '{"study": "x", "seeds": 1, "task": "go-nogo", "options": {"name": "y"}}'
bad "'seeds' is '1000.0'" '{"study": "x", "seeds": 1e3, "task": "go-nogo"}'
bad "expected text for 'measure'" '{"study": "x", "seeds": 1, "task": "go-nogo", "measure": 5}'
bad "expected a number for 'mean'" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "mean": "x"}]}'
bad "expected a number of networks for 'n'" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "mean": 1, "n": -4}]}'
bad "expected true or false for 'differs'" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "differs": 1}]}'
bad "expected a number above 0 for 'within'" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "mean": 1, "within": 0}]}'
bad "expected true, or how exactly it was read off for 'read_off'" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy", "mean": 1, "read_off": -1}]}'
bad "expected 'than' with 'differs'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a"}], "expect": [{"condition": "a", "than": "a", "measure": "search.accuracy"}]}'
bad "no condition of this study: 'aa'; did you mean 'a'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a"}], "expect": [{"condition": "a", "than": "aa", "differs": true, "measure": "search.accuracy"}]}'
bad "no condition of this study: 'b'" '{"study": "x", "seeds": 1, "task": "go-nogo", "conditions": [{"name": "a"}], "expect": [{"condition": "b", "about": "works"}]}'
bad "expected mean or share_at_least" '{"study": "x", "seeds": 1, "task": "go-nogo", "expect": [{"measure": "search.accuracy"}]}'
listed() { bad "$1" '{"study": "x", "seeds": "1:2", "task": "go-nogo",
 "conditions": [{"name": "a"}, {"name": "b", "N": 20}],
 "figures": ['"$2]}"; }
listed "study.json:3: there is no figure 'study-point'; did you mean 'study-points'?" '{"figure": "study-point"}'
listed "expected {\"figure\": NAME}" '{"measure": "search.accuracy"}'
listed "a figure of the study has no 'condition'; did you mean 'conditions'?" '{"figure": "study-points", "condition": "a"}'
listed "a figure of one network has no 'conditions'; did you mean 'condition'?" '{"figure": "taus", "conditions": ["a"]}'
listed "there is no measure 'search.acuracy'; did you mean 'search.accuracy'?" '{"figure": "study-points", "measure": "search.acuracy"}'
listed "a figure is of no condition of this study: 'c'" '{"figure": "study-points", "conditions": ["a", "c"]}'
listed "a figure is of no condition of this study: '(none given)'" '{"figure": "taus"}'
listed "expected a seed of the study for 'seed'" '{"figure": "taus", "condition": "a", "seed": 3}'
listed "expected text for 'caption'" '{"figure": "taus", "condition": "a", "caption": 3}'
bad "expected a list for 'figures'" '{"study": "x", "seeds": 1, "task": "go-nogo", "figures": {}}'
cat >study.json <<'END'
{ "study": "good", "task": "go-nogo", "seeds": "1:4",
  "options": {"N": 12, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 10, "eval_trials": 2, "scaling_factors": [30],
              "search_trials": 2, "test_trials": 1, "search_anyway": true} }
END
refused "no-such.json cannot be opened" study run no-such.json
refused "out is no folder" study status out
refused "'rn' is unknown; did you mean 'run'?" study rn study.json
refused "--shard is '3/2'" study run study.json --shard 3/2
refused "--max_hours is 'x'" study run study.json --max_hours x
refused "--max_hours is '-1'; expected a number, 0 or above" study run study.json --max_hours -1
refused "--seeds has 9, which is no seed of the study 'good'" study run study.json --dir out --seeds 9
refused "script slurm" study script torque study.json
SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=2 \
    refused "SLURM_ARRAY_TASK_ID" study run study.json --dir out

run "$SPIKERNN" study run study.json --dir out --quiet
[ $code = 0 ] || fail "a good study ended with $code: $(cat "$scratch/err")"
refused "table.xls has no ending of a table" study table out --out table.xls
refused "--dir is other, but out is a folder itself" study run out --dir other

# Another study in the folder; results of a version that computes other numbers.
sed 's/"good"/"another"/' study.json >another.json
refused "out holds the study 'good', not 'another'" study run another.json --dir out
cp -r out newer
sed -i '1s/"numerics":[0-9]*/"numerics":999/' newer/records/*.jsonl
refused "newer holds results of spikernn|numerics 999" study run newer
refused "newer holds results of spikernn|numerics 999" study table newer

# The file may change while others work: each goes on with what it read, and nothing is lost.
sed 's/"1:4"/"1:6"/' study.json >grown.json
run "$SPIKERNN" study run grown.json --dir out --quiet
accepted study table out --json
in_json 'len(j["networks"]) == 6'
run "$SPIKERNN" study run study.json --dir out --quiet
accepted study table out --json
in_json 'len(j["networks"]) == 4 and all(n["state"] == "not_trained" for n in j["networks"])'

# A declared task is copied into the folder, which then does not need the file; its content counts, its name does not.
mkdir given
cp "$SOURCE_DIR/tasks/go_nogo.json" given/mine.json
sed 's|"task": "go-nogo"|"task": "given/mine.json"|; s/"good"/"own"/; s/"T": 60, "stim_on": 10, "stim_dur": 10, //; s/1:4/1:2/' study.json >own.json
run "$SPIKERNN" study run own.json --dir own --quiet
[ $code = 0 ] || fail "a study of a declared task ended with $code: $(cat "$scratch/err")"
mv given gone
accepted study run own --quiet --dry_run --json
in_json 'j["to_compute"] == {"train": 0, "convert": 0, "evaluate": 0}'
mv gone given
sed -i 's/0\.7/0.6/' given/mine.json
accepted study run own.json --dir own --quiet --dry_run --json
in_json 'j["to_compute"]["train"] == 2'

# A network that fails is a row with its sentence, is counted, and is run again with --retry alone.
sed 's/"good"/"failing"/; s/"search_anyway": true/"search_anyway": true, "lr": 1e38/; s/"seeds": "1:4"/"grid": {"tref_ms": [1, 2]}, "seeds": "1:2"/' study.json >failing.json
run "$SPIKERNN" study run failing.json --dir failing
[ $code = 0 ] || fail "a study with failing networks ended with $code: $(cat "$scratch/err")"
grep -q "^tref_ms 1, seed 1: " "$scratch/err" || fail "the failure is not said: $(cat "$scratch/err")"
printed "4 networks: 0 finished, 4 failed, 0 left"
accepted study table failing --json
in_json 'all(n["state"] == "failed" and n["sentence"] for n in j["networks"])'
accepted study status failing --json
in_json 'j["conditions"][0]["failed"] == 2 and j["conditions"][0]["n"] == 2'
before=$(cat failing/records/*.jsonl | wc -l)
accepted study run failing --quiet
[ "$(cat failing/records/*.jsonl | wc -l)" = "$before" ] || fail "a failed network was run again"
run "$SPIKERNN" study run failing --quiet --retry
[ "$(cat failing/records/*.jsonl | grep -c '"attempt":2')" = 2 ] || fail "--retry did not run each training once more: $(cat failing/records/*.jsonl)"
accepted study run failing --dry_run
printed "not known"

# What is expected of networks that did not train cannot be told.
sed 's/"good"/"expecting"/; s/"search_anyway": true/"search_anyway": false/; s/"seeds"/"expect": [{"measure": "search.accuracy", "mean": 0.9}], "seeds"/' study.json >expecting.json
run "$SPIKERNN" study run expecting.json --dir expecting --quiet --json
in_json 'j["expectations"][0]["verdict"] == "cannot be told"'

# Folders that take nothing
if [ "$(id -u)" != 0 ]; then
    mkdir closed
    chmod a-w closed
    refused "closed" study run study.json --dir closed/out
fi
ln -s /dev/full full
refused "full" study run study.json --dir full/out

# A disk that gets full: the study stops with one sentence, what was recorded stays, and it goes on.
limited() { (ulimit -f "$1"; shift; "$SPIKERNN" "$@"); }
run "$SPIKERNN" study run study.json --dir small --quiet --seeds 1
run limited 8 study run small --quiet
[ $code = 2 ] || fail "a full disk ended with $code: $(cat "$scratch/err")"
one_sentence "small/|cannot be written"
accepted study table small --json
in_json 'j["networks"][0]["state"] == "not_trained"'
run "$SPIKERNN" study run small --quiet
accepted study table small --json
in_json 'all(n["state"] == "not_trained" for n in j["networks"])'

# Curves of a damaged record: what is missing is missing, not what stands after it in memory.
accepted study status out --json
in_json 'all(x is not None for n in j["networks"] for x in n["factor_accuracy"] + n["eval_accuracy"])'
mkdir damaged
cp out/study.json damaged
mkdir damaged/records
cat out/records/*.jsonl | sed 's/"correct":\[[^]]*\]/"correct":[]/; s/"accuracy":\[[^]]*\]/"accuracy":[]/; s/"trial":\[[^]]*\]/"trial":[1e300,-1e300]/' \
    >damaged/records/a.jsonl
accepted study status damaged --json
in_json 'all(x is None for n in j["networks"] for x in n["factor_accuracy"] + n["eval_accuracy"])'

# The mean of one network has no interval, so it agrees with nothing.
sed 's/"seeds": "1:4"/"seeds": 1, "expect": [{"measure": "training.loss", "mean": 1e9}]/' out/study.json >study.json
accepted study run study.json --dir single --quiet
accepted study status single --json
in_json 'j["expectations"][0]["verdict"] == "cannot be told"'
