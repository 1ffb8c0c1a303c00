# --config FILE: options by name from a file, on every verb; the command line wins.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >small.json <<'END'
{"N": 20, "n_trials": 40, "eval_trials": 4, "scaling_factors": [30, 40, 50], "search_trials": 3,
 "test_trials": 2, "seed": 5, "no_autapses": true, "decay_taus": [4, 20], "learn": ["w", "w_out"],
 "noise_mv": 0.05, "v0": "rest", "connectivity": null}
END
experiment go-nogo --config small.json --output_dir from_file --figures none --json --quiet
cp "$scratch/out" from_file.json
experiment go-nogo --N 20 --n_trials 40 --eval_trials 4 --scaling_factors 30:50:10 --search_trials 3 \
    --test_trials 2 --seed 5 --no-autapses --decay-taus 4 20 --learn w,w_out --noise-mv 0.05 --v0 rest \
    --output-dir from_words --figures none --json --quiet
"$PYTHON" - <<'END' || fail "the file and the words make other runs"
import json
a, b = json.load(open("from_file.json")), json.load(open("from_words/summary.json"))
assert a["options"] == b["options"] and a["given"] == b["given"] and a["evaluation"] == b["evaluation"]
assert "small.json" in a["command"] and a["command"][0] == "run"
END
experiment go-nogo --N 21 --config small.json --seed 6 --output_dir wins --figures none --json --quiet
in_json 'j["options"]["N"] == 21 and j["seed"] == 6 and j["options"]["noise_mv"] == 0.05'

# A verb takes from the file what it has: test_trials, which `eval` calls n_trials, not the training's.
accepted eval from_file/model.mat --config small.json --json
in_json 'j["rate"]["n"] == 4 and j["spiking_params"]["noise_mv"] == 0.05 and j["seed"] == 5'
accepted eval from_file/model.mat --config small.json --network rate --json
accepted eval from_file/model.mat --test_trials 3 --config small.json --json
in_json 'j["rate"]["n"] == 6'

# What run would do, as such a file.
accepted run go-nogo --config small.json --lr 0.02 --dry_run --quiet
cp "$scratch/out" resolved.json
[ ! -e runs ] || fail "a dry run made $(ls runs)"
experiment --config resolved.json --output_dir resolved --figures none --json --quiet
experiment go-nogo --config small.json --lr 0.02 --output_dir direct --figures none --quiet
"$PYTHON" - <<'END' || fail "the options of a dry run make another run"
import json
a, b = json.load(open("resolved/summary.json")), json.load(open("direct/summary.json"))
assert a["options"] == b["options"] and a["evaluation"] == b["evaluation"]
END

echo '{"N": 20' >broken.json
echo '{"gian": 2}' >misspelt.json
echo '{"N": 0}' >range.json
echo '["N", 20]' >list.json
: >empty.json
while IFS='~' read -r words file; do
    refused "$words" run go-nogo --config "$file" --output_dir none
done <<'END'
broken.json:2~broken.json
misspelt.json: option 'gian' is unknown; did you mean 'gain'?~misspelt.json
range.json: N is 0; expected 1 or more~range.json
list.json is no JSON object~list.json
empty.json has no text~empty.json
missing.json, which cannot be read~missing.json
END

# What follows from other options follows from those of the command line; options of other verbs have no effect.
accepted run --config resolved.json --preset robust --neuron qif --downsample 2 --dry_run --quiet
in_json 'j["preset"] == "robust" and j["gain"] is None and j["v_peak_mv"] is None and j["downsample"] == 2'
accepted run go-nogo --config resolved.json --preset robust --neuron qif --downsample 2 --dry_run --quiet
echo '{"stim_mode": "exc", "stim_window": "10:50", "stim_units": "pv", "simulated_network": "rate", "test_trials": 2}' >shared.json
accepted eval from_file/model.mat --config shared.json --json
in_json 'j["spiking"] is not None and j["spiking_params"]["stimulation"]["mode"] == "exc"'
experiment go-nogo --config shared.json --N 20 --n_trials 20 --eval_trials 2 --scaling_factors 30 --search_trials 1 \
    --output_dir shared --figures none --quiet
refused "--config is given twice" run go-nogo --config small.json --config shared.json
