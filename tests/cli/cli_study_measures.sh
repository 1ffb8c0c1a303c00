# What a study measures of its networks besides their accuracy is what `run` finds, and is in every table under its name.
. "$SOURCE_DIR/tests/cli/expect.bash"

# Correct is an output that stays small, so that noise decides.
cat >calm.json <<'END'
{ "name": "calm", "channels": ["stimulus"], "outputs": ["response"], "settings": {"T": 60, "stim_on": 10, "stim_dur": 10},
  "factors": {"trial": {"go": 1, "nogo": 0}},
  "inputs": [{"when": {"trial": "go"}, "from": "stim_on", "to": "stim_on + stim_dur", "value": 1}],
  "targets": [{"when": {"trial": "go"}, "from": "stim_on + stim_dur", "value": 1}],
  "correct": [{"from": "stim_on + stim_dur", "stays_within": 0.1}] }
END
cat >study.json <<'END'
{ "study": "tiny", "task": "calm.json",
  "options": {"N": 14, "n_trials": 40, "eval_trials": 4, "eval_freq": 10,
              "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0, "scaling_factors": 50, "search_trials": 3,
              "test_trials": 2},
  "conditions": [{"name": "plain"}, {"name": "measured", "noise_curve": [0, 0.25, 20], "analyses": "components"},
                 {"name": "never good", "perf_threshold": 0.999, "loss_threshold": 0.001, "analyses": ["components"],
                  "noise_curve": 0.2}],
  "seeds": 2 }
END
accepted study run study.json --dir s --quiet
accepted study table s --json
cp "$scratch/out" table.json
options="--N 14 --n_trials 40 --eval_trials 4 --eval_freq 10 --min_trials 0 --perf_threshold 0
    --loss_threshold 1000 --scaling_factors 50 --search_trials 3 --test_trials 2 --seed 2 --figures none"
experiment ./calm.json $options --noise_curve=0,0.25,20 --analyses components --figures noise --formats svg --output_dir measured
[ -s measured/figures/noise.svg ] || fail "the noise curve was not drawn"
printed "the same trials with other voltage noise"
experiment ./calm.json $options --output_dir plain
"$PYTHON" - <<'END' || fail "the measures are not those of run"
import json
rows = {r["condition"]: r for r in json.load(open("table.json"))["networks"]}
run, plain = json.load(open("measured/summary.json")), json.load(open("plain/summary.json"))
near = lambda a, b: (a is None and b is None) or abs(a - b) <= 1e-5 * abs(b)
row = rows["measured"]
assert row["state"] == "finished", row
for name, value in run["network"].items():
    assert near(row["network." + name], value), name
assert 0 < run["network"]["connections"] < 1 and run["network"]["weight"] > 0
evaluation = run["evaluation"]
assert evaluation["accuracy_difference"] == evaluation["rate"]["accuracy"] - evaluation["spiking"]["accuracy"]
assert near(row["evaluation.accuracy_difference"], evaluation["accuracy_difference"])
assert [p["noise_mv"] for p in run["noise_curve"]] == [0, 0.1, 0.25, 20]
for point in run["noise_curve"]:
    assert point["n"] == 4
    for name in ("accuracy", "mean_rate_hz"):
        assert near(row["noise_curve.%gmV.%s" % (point["noise_mv"], name)], point[name])
own = run["noise_curve"][1]
assert own["own"] and own["accuracy"] == evaluation["spiking"]["accuracy"]
assert own["mean_rate_hz"] == evaluation["spiking"]["mean_rate_hz"]
assert run["noise_curve"][2]["accuracy"] == 1 and run["noise_curve"][3]["accuracy"] < 0.95
assert run["noise_tolerated_mv"] == row["noise_tolerated_mv"] == 0.25
for network in ("rate", "spiking"):
    for name, value in run["components"][network].items():
        assert near(row["components.%s.%s" % (network, name)], value), (network, name)
assert 0 < run["components"]["rate"]["three"] <= 1 and 1 <= run["components"]["rate"]["for_99"] <= 14
assert run["components"]["trials_of_each_type"] == 20
# What is not asked for is not there, and changes nothing else.
assert plain["noise_curve"] is None and plain["components"] is None and plain["noise_tolerated_mv"] is None
for name in ("training", "network", "search", "evaluation"):
    for value in (plain[name], run[name]):
        value.pop("seconds", None)
    assert plain[name] == run[name], name
assert rows["plain"]["noise_curve.0mV.accuracy"] is None and near(rows["plain"]["network.gone"], run["network"]["gone"])
# Trials to the criterion are those of the networks that reached it.
bad = rows["never good"]
assert bad["training.trials"] == 40 and bad["training.trials_to_criterion"] is None and bad["state"] == "not_trained"
assert row["training.trials_to_criterion"] == row["training.trials"] == run["training"]["trials"]
assert bad["components.rate.three"] > 0 and bad["components.spiking.three"] is None and bad["noise_tolerated_mv"] is None
# λ that is given as one number is that of the search.
assert row["search.opt_scaling_factor"] == 50 and near(row["search.accuracy"], run["search"]["table"][0]["accuracy"])
END
accepted compare measured plain --measure noise_curve.0.25mV.accuracy,network.gone,components.rate.three,noise_tolerated_mv --json
in_json 'len(j["networks"]) == 2'

# A finished run keeps them.
experiment ./calm.json --output_dir measured --figures none
printed "noise curve: kept from an earlier run"
printed "components: kept from an earlier run"

# An option that the version of then did not have is as if left out.
sed -i '/"analyses": null,/d' plain/summary.json
experiment ./calm.json --output_dir plain --figures none
printed "evaluation: kept from an earlier run"

# Records of trainings that an earlier version computed, which have no `network`: the evaluation gives it.
mkdir older
cp -r s/. older
sed -i 's/,"network":{[^}]*}//; /"stage":"evaluate"/d' older/records/*.jsonl
! grep -q '"network"' older/records/*.jsonl || fail "the records are not those of an earlier version"
accepted study run older --quiet
accepted study table older --out older.csv
accepted study table s --out s.csv
cmp older.csv s.csv
[ "$(grep -ho '"stage":"train"' older/records/*.jsonl | wc -l)" = 2 ] || fail "a network was trained again"
