# spikernn tasks: what is said of the tasks, and what a trial looks like.
. "$SOURCE_DIR/tests/cli/expect.bash"

accepted tasks
for name in go-nogo xor mante dms oscillation; do printed "$name: "; done
printed "types       ++ (1), +- (-1), -+ (-1), -- (1)"
printed "rate network from step 299 on, spiking network from 260 on"
accepted tasks --json
in_json '[t["name"] for t in j["tasks"]] == ["go-nogo", "xor", "mante", "dms", "oscillation"]'
in_json '[t["n_in"] for t in j["tasks"]] == [1, 2, 4, 1, 1]'
in_json 'all(t["stimulus"] and t["target"] and t["criterion"] for t in j["tasks"])'
in_json '[t["scored_from"] for t in j["tasks"]] == [{"rate": 75, "spiking": 100}, {"rate": 200, "spiking": 200}, {"rate": 299, "spiking": 260}, {"rate": 290, "spiking": 290}, {"rate": 145, "spiking": 145}]'
in_json '[len(t["types"]) for t in j["tasks"]] == [2, 4, 8, 4, 1]'
in_json '[(t["T"], t["stimulation"]) for t in j["tasks"]] == [(200, [50, 75]), (300, [50, 160]), (500, [50, 250]), (400, [50, 250]), (400, [20, 45])]'

accepted tasks XOR --T 250 --stim_on 20 --stim_dur 30 --delay 5 --eval_amp_thresh 0.6
printed "T 250, stim_on 20, stim_dur 30, delay 5, eval_amp_thresh 0.6"
printed "stimulation steps 20 to 84"

accepted tasks xor --T 250 --stim_on 20 --stim_dur 30 --delay 5 --show -+
"$PYTHON" - "$scratch/out" <<'END'
import sys
lines = open(sys.argv[1]).read().splitlines()
assert lines[0] == "# xor, -+" and lines[1].split("\t") == ["# step", "first", "second", "target"]
rows = [[float(x) for x in line.split("\t")] for line in lines[2:]]
assert len(rows) == 250
for t, row in enumerate(rows):
    assert row == [t, -(20 <= t < 50), 55 <= t < 85, -(95 <= t < 195)]
END

accepted tasks mante --show 2+- --seed 3 --json
cp "$scratch/out" three
in_json 'len(j["u"]) == 500 and all(len(u) == 4 and u[2:] == [0, 1] for u in j["u"])'
in_json 'j["target"] == [[-1 if t >= 250 else 0] for t in range(500)] and j["type"] == "2+-"'
accepted tasks mante --show 2+- --seed 3 --json
cmp three "$scratch/out" || fail "the same seed, another trial"
accepted tasks mante --show 2+- --seed 4 --json
! cmp -s three "$scratch/out" || fail "another seed, the same trial"

accepted tasks oscillation
printed "inputs      stimulus"
printed "outputs     response"
printed "settings    T 400, stim_on 20, stim_dur 25, period 100 (steps of 5 ms)"
accepted tasks oscillation --json
in_json 'j["tasks"][0]["parameters"] == {"period": 100}'
in_json 'j["tasks"][0]["inputs"] == [{"name": "stimulus", "unit": ""}]'
accepted tasks mante --json
in_json '[c["name"] for c in j["tasks"][0]["inputs"]] == ["modality 1", "modality 2", "context 1", "context 2"]'
in_json '[c["name"] for c in j["tasks"][0]["outputs"]] == ["response"] and j["tasks"][0]["parameters"] == {}'

refused "'chess'|go-nogo, xor, mante, dms, oscillation" tasks chess
refused "--show|'+'|++, +-, -+, --" tasks xor --show +
refused "--show|task" tasks --show +
refused "--offset|0.5|go-nogo" tasks go-nogo --offset 0.5
refused "offset|0|above 0" tasks mante --offset 0
refused "mante|constant 2|noise is -1|0 or more" tasks mante --constant 2
refused "T is 250|261|mante" tasks mante --T 250
refused "delay|-1" tasks xor --delay -1
refused "--eval_amp_thresh|0.5|oscillation" tasks oscillation --eval_amp_thresh 0.5
refused "twice|'xor'|'mante'" tasks xor --task mante

# The rules of each type: a declared task's one by one, else the criterion.
accepted tasks mante
printed "  rules       1++: response goes beyond 0.7 from 1245 ms after onset (rate network)"
accepted tasks mante --json
in_json 'all(len(t["rules"]) == 2 and t["rules"][0]["networks"] == ["rate"] for t in j["tasks"][0]["types"])'
in_json 'j["tasks"][0]["types"][2]["rules"][1]["rule"] == "response goes beyond -0.7 from 1050 ms after onset"'
accepted tasks
! grep -q "^  rules " "$scratch/out" || fail "the list of all tasks has the rules of each type"
