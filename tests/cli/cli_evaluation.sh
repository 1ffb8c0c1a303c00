# spikernn eval's page: confusion, response times and comparison, in text and JSON.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model model.mat --preset published --N 30 --act softplus --P_inh 0.3

# What must hold in every document
cat >consistent.py <<'END'
import json, sys
import numpy as np

j = json.load(open(sys.argv[1]))
n, N = j["trials_of_each_type"], int(sys.argv[2])
for network in (j["rate"], j["spiking"]):
    if network is None:
        assert j["comparison"] is None
        continue
    c = network["confusion"]
    assert c["types"] == [t["type"] for t in network["types"]]
    assert len(c["trials"]) == len(c["types"]) and all(len(row) == len(c["correct_as"]) for row in c["trials"])
    for row, t in zip(c["trials"], network["types"]):
        assert sum(row) == t["n"] == n
        own = [k for k, names in enumerate(c["correct_as"]) if names and t["type"] in names]
        assert sum(row[k] for k in own) == t["correct"]
        times = t["response_times"]
        assert 0 <= times["n"] <= n
        assert (times["median_ms"] is None) == (times["mean_ms"] is None) == (times["n"] == 0)
        assert (times["sd_ms"] is None) == (times["n"] < 2)
    used = [sum(row[k] for row in c["trials"]) for k in range(len(c["correct_as"]))]
    assert min(used) > 0, "a column that nothing is in"
c = j["comparison"]
if c:
    assert c["trials_of_each_type"] == min(n, 20)
    units = c["units"]
    assert all(len(units[k]) == N for k in ("correlation", "mean_r", "mean_hz"))
    vary = np.array([r for r in units["correlation"] if r is not None])
    assert (abs(vary) <= 1).all()
    quartiles = c["unit_correlation_quartiles"]
    assert np.allclose(quartiles, np.percentile(vary, [25, 50, 75]), atol=1e-8) if len(vary) else quartiles == [None] * 3
    assert units["silent"] == [i + 1 for i, hz in enumerate(units["mean_hz"]) if hz == 0]
    assert [t["type"] for t in c["types"]] == j["rate"]["confusion"]["types"] and c["rmse"] > 0
    if n <= 20:  # the same trials
        assert abs(np.mean(units["mean_hz"]) - j["spiking"]["mean_rate_hz"]) < 1e-6
END

# evaluated N OPTION...: the document is consistent, the page is no wider than it should be.
evaluated() {
    local N=$1
    shift
    accepted eval "$@" --json
    "$PYTHON" consistent.py "$scratch/out" "$N" || fail "eval $* is not consistent"
    cp "$scratch/out" document
    accepted eval "$@"
    "$PYTHON" - "$scratch/out" <<'END' || fail "eval $* prints too wide a page"
import sys
sys.exit(max(len(line.rstrip("\n")) for line in open(sys.argv[1], encoding="utf-8")) > 100)
END
    cp document "$scratch/out"
}

evaluated 30 model.mat --n_trials 7 --seed 3
in_json 'j["response_threshold"] == 0.7 and abs(j["comparison"]["ceiling_hz"] - 1000 / 2.05) < 1e-6'
accepted eval model.mat --n_trials 7 --seed 3 --json --threads 1
cp "$scratch/out" once
accepted eval model.mat --n_trials 7 --seed 3 --json --threads 3
cmp "$scratch/out" once || fail "three threads gave another evaluation"
evaluated 30 model.mat --n_trials 25
evaluated 30 model.mat --n_trials 3 --neuron qif --scaling_factor 60
evaluated 30 model.mat --n_trials 3 --tr_ms 0 --tref_ms 0 --downsample 4
in_json 'j["comparison"]["ceiling_hz"] == 5000'
evaluated 30 model.mat --n_trials 3 --bias_mv -200 --noise_mv 0 --v0 rest
in_json 'j["comparison"]["units"]["silent"] == list(range(1, 31)) and j["comparison"]["units"]["correlation"] == [None] * 30'
evaluated 30 model.mat --n_trials 3 --eval_amp_thresh 0.35 --network rate
in_json 'j["response_threshold"] == 0.35'
accepted search model.mat --conversion operating-point --n_trials 3 --fresh_trials 0
evaluated 30 model.mat --n_trials 3 --conversion operating-point

# response times of the rate network and its confusion, from its outputs
for threshold in 0.005 0.12; do
    rm -f trials.mat
    accepted eval model.mat --network rate --n_trials 15 --eval_amp_thresh $threshold --out trials.mat --json
    "$PYTHON" - "$scratch/out" $threshold <<'END'
import json, sys
import numpy as np, scipy.io
j, threshold = json.load(open(sys.argv[1]))["rate"], float(sys.argv[2])
m = scipy.io.loadmat("trials.mat")
o, type = m["eval_os"], m["type"].ravel()
go, nogo = o[:, 75:].max(1) > threshold, abs(o[:, 75:]).max(1) < 0.3
names = {(True, False): ["go"], (False, True): ["nogo"], (False, False): [], (True, True): ["go", "nogo"]}
for t in (1, 2):
    sets = [names[bool(g), bool(n)] for g, n in zip(go[type == t], nogo[type == t])]
    assert j["confusion"]["trials"][t - 1] == [sets.count(s) for s in j["confusion"]["correct_as"]]
    # o of column k, from 0, is that of the end of its step; the stimulus begins with step 50
    ms = np.array([5 * (1 + 49 + np.flatnonzero(abs(x[49:]) > threshold)[0] - 50) for x in o[type == t] if (abs(x[49:]) > threshold).any()])
    got = j["types"][t - 1]["response_times"]
    assert got["n"] == len(ms)
    if len(ms):
        assert abs(got["median_ms"] - np.median(ms)) < 1e-6 and abs(got["mean_ms"] - ms.mean()) < 1e-6
    if len(ms) > 1:
        assert abs(got["sd_ms"] - ms.std(ddof=1)) < 1e-6
assert sum(j["types"][t]["response_times"]["n"] for t in (0, 1)) > 10
assert threshold > 0.1 or len(j["confusion"]["correct_as"]) > 1
END
done

# XOR tells no more than two kinds of types apart.
accepted train --preset published --task xor --N 20 --n_trials 30 --eval_trials 5 --seed 1 --quiet --output_dir xor
accepted eval "$(find xor -name '*.mat')" --network rate --n_trials 12 --eval_amp_thresh 0.0585 --out xor.mat --json
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
import numpy as np, scipy.io
c = json.load(open(sys.argv[1]))["rate"]["confusion"]
m = scipy.io.loadmat("xor.mat")
kinds = [["++", "--"] * bool(a) + ["+-", "-+"] * bool(b)
         for a, b in zip(m["eval_os"][:, 200:].max(1) > 0.0585, m["eval_os"][:, 200:].min(1) < -0.0585)]
for t in range(4):
    sets = [sorted(k) for k, type in zip(kinds, m["type"].ravel()) if type == t + 1]
    assert c["trials"][t] == [sets.count(sorted(s)) for s in c["correct_as"]]
assert len(c["correct_as"]) > 1
END

# Twenty types, of which those near to a random level are correct: more sets than columns, and names
# too long for them.
"$PYTHON" - <<'END'
import json
for name, prefix, stride in (("short", "", 1), ("long", "a-long-name-of-level-", 7)):
    json.dump({"name": name, "settings": {"T": 60},
               "factors": {"level": {f"{prefix}{k:02d}": stride * k % 20 for k in range(20)}},
               "variables": {"x": {"uniform": [0, 20]}},
               "inputs": [{"from": 10, "to": 30, "value": "level / 20"}],
               "targets": [{"from": 40, "value": 1}],
               "correct": [{"from": 40, "mean_above": "1000 * (abs(level - x) - 4)"}]}, open(f"{name}.json", "w"))
END
for name in short long; do
    accepted train --task $name.json --N 20 --n_trials 3 --eval_trials 2 --seed 1 --quiet --output_dir levels
    mv "$(find levels -name '*.mat')" $name.mat
    rm -r levels
    evaluated 20 $name.mat --n_trials 4 --scaling_factor 40
    in_json 'len(j["rate"]["confusion"]["correct_as"]) > 12'
    accepted eval $name.mat --n_trials 4 --scaling_factor 40
    # a column, or where there is no room for it a line
    printed "$([ $name = short ] && echo 'interval  two-sided' || echo '  two-sided: ')"
    "$PYTHON" - "$scratch/out" document <<'END' || fail "the confusion is not as in the document: $(cat "$scratch/out")"
import json, re, sys
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
c = json.load(open(sys.argv[2]))["rate"]["confusion"]
at = next(i for i, line in enumerate(lines) if line.startswith("confusion"))
heads, rows = lines[at + 1].split(), lines[at + 2:at + 42]
letters = heads[2:-2]
assert heads[:2] == ["network", "type"] and heads[-2:] == ["none", "others"] and 3 <= len(letters) <= 11
meanings, end = {}, lines.index("", at)
for part in re.split(r"\n  (?=[A-Z]: )", "\n" + "\n".join(lines[at + 42:end]))[1:]:
    meanings[part[0]] = []
    for name in re.sub(r"\s", "", part[2:]).split("/"):
        first, _, last = name.partition("…")
        meanings[part[0]] += c["types"][c["types"].index(first):c["types"].index(last or first) + 1]
assert list(meanings) == letters
total = {tuple(types): sum(row[k] for row in c["trials"]) for k, types in enumerate(c["correct_as"]) if types}
shown = [total.pop(tuple(meanings[letter])) for letter in letters]
assert min(shown) >= max(total.values()), "not the most frequent sets"
for k, row in enumerate(rows):
    numbers = list(map(int, row.split()[2 if k % 20 == 0 else 1:]))
    assert len(numbers) == len(heads) - 2 and sum(numbers) == 4, row
    for letter, n in zip(letters, numbers):
        assert c["trials"][k % 20][c["correct_as"].index(meanings[letter])] == n
assert "…" in "".join(lines) if c["types"][0] == "00" else any(re.match("     a-", line) for line in lines)
END
done
