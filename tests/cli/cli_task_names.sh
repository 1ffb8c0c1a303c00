# The names, units and parameters of a declared task, wherever the program prints them.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >speed.json <<'END'
{"name": "speed",
 "channels": ["cue", {"name": "coherence", "unit": "%"}],
 "outputs": ["choice", {"name": "speed", "unit": "m/s"}],
 "settings": {"T": 60, "stim_on": 10, "strength": 2},
 "factors": {"side": {"left": -1, "right": 1}},
 "variables": {"fast": {"uniform": [0.2, 1]}},
 "inputs": [{"channel": "cue", "from": "stim_on", "duration": 10, "value": 1},
            {"channel": "coherence", "from": "stim_on", "duration": 10, "value": "strength * side"}],
 "targets": [{"output": "choice", "from": 30, "value": "side"},
             {"output": "speed", "from": 30, "value": "fast"}],
 "correct": [{"output": "choice", "from": 30, "goes_beyond": "side / 2"}]}
END

accepted tasks speed.json
printed "inputs      cue, coherence (%)"
printed "outputs     choice, speed (m/s)"
printed "settings    T 60, stim_on 10, strength 2 (steps of 5 ms)"
accepted tasks speed.json --show right
printed "$(printf '# step\tcue\tcoherence (%%)\ttarget of choice\ttarget of speed (m/s)')"

# A model file keeps them.
accepted train --task speed.json --N 20 --n_trials 2 --output_dir trained --quiet
model=$(find trained -name "*.mat")
accepted info "$model"
printed "task          speed: T 60, stim_on 10, strength 2 (steps of 5 ms)"
printed "channels      2 in: cue, coherence (%); 2 out: choice, speed (m/s)"
accepted info "$model" --json
in_json 'j["models"][0]["task"]["inputs"] == [{"name": "cue", "unit": ""}, {"name": "coherence", "unit": "%"}]'
in_json 'j["models"][0]["task"]["outputs"][1] == {"name": "speed", "unit": "m/s"}'
in_json 'j["models"][0]["task"]["types"] == ["left", "right"]'
in_json 'j["models"][0]["task"]["parameters"] == {"strength": 2}'
accepted analyze "$model" --scaling_factor 30 --observed_trials 4 --quiet --json
in_json 'j["axes"]["rate"]["variables"] == ["coherence", "target of speed"]'

# A record of before names were kept is of the same task.
experiment ./speed.json --N 20 --n_trials 2 --eval_trials 2 --test_trials 1 --figures none --quiet \
    --output_dir there
"$PYTHON" - <<'END'
import json
record = json.load(open("there/summary.json"))
assert record["task"]["parameters"] == {"strength": 2}
for name in ("inputs", "outputs", "types", "parameters"):
    del record["task"][name]
json.dump(record, open("there/summary.json", "w"))
END
experiment --output_dir there --quiet
