# spikernn study: stages that are the same are computed once, whoever computes them and in whatever order; the table
# is that of one process, and each network is that of `run` with the same options.
. "$SOURCE_DIR/tests/cli/expect.bash"

study() { # SEEDS [CONDITIONS] [OPTIONS]
    cat <<END
{ "study": "tiny", "about": "what a test needs", "task": "go-nogo",
  "options": {"N": 14, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 40, "eval_trials": 4, "eval_freq": 10,
              "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0, "scaling_factors": [30, 33.33333333333],
              "search_trials": 3, "test_trials": 2${3-}},
  "conditions": [{"name": "plain"}, {"name": "no pause", "tref_ms": 0}, {"name": "more trials", "test_trials": 4},
                 {"name": "points", "conversion": "operating-point"}, {"name": "never good", "perf_threshold": 0.999, "loss_threshold": 0.001}${2-}],
  "seeds": "$1" }
END
}
# stages FOLDER: how often each stage stands in the records of the folder, as "train 4 convert 8 evaluate 12".
stages() { cat "$1"/records/*.jsonl | grep -o '"stage":"[a-z]*"' | sort | uniq -c | sed 's/^ *\([0-9]*\) .*:"\(.*\)"/\2 \1/' | tr '\n' ' '; }
repeated() { cat "$1"/records/*.jsonl | grep -o '"key":"[0-9a-f]*"' | sort | uniq -d | wc -l; }

study 1:2 >study.json
accepted study run study.json --dir whole --quiet --threads 2
printed "10 networks: 8 finished, 2 not trained, 0 left"
# The training is that of three conditions and of their points; plain and more trials have one conversion.
[ "$(stages whole)" = "convert 6 evaluate 10 train 4 " ] || fail "the stages are $(stages whole)"
[ "$(repeated whole)" = 0 ] || fail "a stage was computed twice"
accepted study table whole --out whole.csv

# Nothing is left, so nothing is computed.
state_of_folder >"$scratch/before"
accepted study run study.json --dir whole --quiet
cmp -s "$scratch/before" <(state_of_folder) || fail "a study that was done changed its folder"

# One thread; shards in two folders that are copied together; seeds one after the other; the same bytes.
accepted study run study.json --dir one --quiet --threads 1
accepted study table one --out one.csv
cmp whole.csv one.csv
for shard in 1 2 3; do
    run "$SPIKERNN" study run study.json --dir "shard$shard" --quiet --shard $shard/3
    [ $code = 0 ] || fail "a shard ended with $code: $(cat "$scratch/err")"
done
mkdir merged
cp -r shard1/. shard2/. shard3/. merged
accepted study table merged --out merged.csv
cmp whole.csv merged.csv
[ "$(repeated merged)" = 0 ] || fail "two shards computed the same stage"
accepted study run study.json --dir grown --quiet --seeds 2
accepted study run study.json --dir grown --quiet
accepted study table grown --out grown.csv
cmp whole.csv grown.csv
SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=0 \
    SLURM_ARRAY_TASK_STEP=1 accepted study run study.json --dir slurm --quiet
accepted study table slurm --out slurm.csv
cmp whole.csv slurm.csv

# Two processes on one folder at once share it.
"$SPIKERNN" study run study.json --dir both --quiet --threads 1 >/dev/null &
first=$!
"$SPIKERNN" study run study.json --dir both --quiet --threads 1 >/dev/null &
second=$!
ended $first
[ $code = 0 ] || fail "the first of two processes ended with $code"
ended $second
[ $code = 0 ] || fail "the second of two processes ended with $code"
accepted study table both --out both.csv
cmp whole.csv both.csv
[ "$(repeated both)" = 0 ] || fail "two processes computed the same stage"

# A study that grows computes what is new: a seed more, a condition more; a changed option what depends on it.
study 1:3 ', {"name": "long pause", "tref_ms": 5}' >larger.json
accepted study run larger.json --dir whole --dry_run --json
in_json 'j["to_compute"] == {"train": 2, "convert": 7, "evaluate": 8} and j["networks"] == 18 and j["hours"] > 0'
accepted study run larger.json --dir whole --quiet
[ "$(repeated whole)" = 0 ] || fail "a study that grew computed a stage again"
study 1:2 "" ', "fresh_trials": 2' >other.json
accepted study run other.json --dir whole --dry_run --json
in_json 'j["to_compute"] == {"train": 0, "convert": 8, "evaluate": 10}'

# The folder can be moved, and needs no study file besides its own.
mv whole moved
accepted study run moved --quiet
accepted study status moved
printed "18 networks: 15 finished, 3 not trained, 0 left"

# Each network is that of `run`.
accepted study table merged --json
cp "$scratch/out" table.json
experiment go-nogo --N 14 --T 60 --stim_on 10 --stim_dur 10 --n_trials 40 --eval_trials 4 --eval_freq 10 --min_trials 0 \
    --loss_threshold 1000 --perf_threshold 0 --scaling_factors 30,33.33333333333 --search_trials 3 --test_trials 2 --tref_ms 0 \
    --seed 2 --output_dir single --figures none
"$PYTHON" - <<'END' || fail "a network of the study is not that of run"
import json
row = next(r for r in json.load(open("table.json"))["networks"] if r["condition"] == "no pause" and r["seed"] == 2)
run = json.load(open("single/summary.json"))
def at(value, path):
    for name in path.split("."):
        if isinstance(value, list):
            value = next((one for one in value if one["type"] == name), None)
        else:
            value = (value or {}).get(name)
    return value
compared = 0
for name, value in row.items():
    expected = at(run, name)
    if isinstance(expected, (int, float)) and value is not None:
        assert abs(value - expected) <= 1e-5 * abs(expected), (name, value, expected)
        compared += 1
assert compared >= 20, compared
END
# and can be opened as such, also with its operating point
key=$("$PYTHON" -c 'import json
print(next(r["key"] for r in json.load(open("table.json"))["networks"] if r["condition"] == "points" and r["seed"] == 1))')
accepted info "merged/networks/$key/model.mat"
run "$SPIKERNN" eval "merged/networks/$key"/[0-9a-f]*.mat --n_trials 2
[ $code = 0 ] || fail "a network with its operating point ended with $code: $(cat "$scratch/err")"

# What is kept: nothing, or the best network of each condition; the table stays.
study 1:2 | sed 's/"seeds"/"keep": "none", "seeds"/' >none.json
accepted study run none.json --dir none --quiet
[ -z "$(ls none/networks)" ] || fail "files of networks were kept"
accepted study table none --out none.csv
cmp whole.csv none.csv
study 1:2 | sed 's/"seeds"/"keep": "best", "seeds"/' >best.json
accepted study run best.json --dir best --quiet
[ "$(ls best/networks | wc -l)" -le 3 ] || fail "more than the best networks were kept"
[ "$(ls best/networks | wc -l)" -ge 1 ] || fail "no network was kept"
accepted study table best --out best.csv
cmp whole.csv best.csv

# Studies with one store share it: what the first has computed the second does not, and the tables are those of each alone.
study 1:2 | sed 's/"seeds"/"store": "..", "seeds"/' >all_shared.json
sed 's/"study": "tiny"/"study": "pause"/; /"points"/d; s/{"name": "plain"}, //; s/"test_trials": 4},/"test_trials": 4}],/' all_shared.json >some_shared.json
accepted study run all_shared.json --dir set/all --quiet
accepted study run some_shared.json --dir set/some --dry_run --json
in_json 'j["to_compute"] == {"train": 0, "convert": 0, "evaluate": 0} and j["networks"] == 4'
accepted study run some_shared.json --dir set/some --quiet
[ "$(repeated set)" = 0 ] || fail "a stage of two studies was computed twice"
[ "$(ls set)" = "$(printf 'all\nnetworks\nrecords\nsome')" ] || fail "the store holds $(ls set)"
[ "$(ls set/some)" = study.json ] || fail "a study with a store has $(ls set/some) in its folder"
accepted study table set/all --out shared.csv
cmp whole.csv shared.csv
sed -i 's/"store": "..", //' some_shared.json
accepted study run some_shared.json --dir some_alone --quiet
accepted study table some_alone --out some_alone.csv
accepted study table set/some --out some_shared.csv
cmp some_alone.csv some_shared.csv

# SQLite: the tables, and the same bytes of every folder.
accepted study table merged --out merged.sqlite
accepted study table one --out one.sqlite
cmp one.sqlite merged.sqlite
"$PYTHON" - <<'END' || fail "the database is not the table"
import csv, sqlite3
db = sqlite3.connect("merged.sqlite")
rows = list(csv.DictReader(open("whole.csv", encoding="utf-8")))
assert [r[0] for r in db.execute("select condition from network")] == [r["condition"] for r in rows]
value, = db.execute("select value from measure where condition = 'no pause' and seed = 2 and measure = 'training.trials'").fetchone()
assert value == float(next(r for r in rows if r["condition"] == "no pause" and r["seed"] == "2")["training.trials"])
assert db.execute("select count(*) from condition").fetchone() == (5,)
assert db.execute("select spikernn from version").fetchall()
END
