# eval --noise_curve: each row is what eval with that --noise_mv finds, on the same trials.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 20 --n_trials 60 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 20 --eval_amp_thresh 0.2 --seed 1 --output_dir m --quiet

accepted eval m/model.mat --n_trials 10 --noise_curve --json --threads 1
cp "$scratch/out" curve.json
in_json '[r["noise_mv"] for r in j["noise_curve"]] == [0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1]'
in_json '[r["own"] for r in j["noise_curve"]] == [False] * 3 + [True] + [False] * 4'
in_json 'len({(r["accuracy"], r["mean_rate_hz"]) for r in j["noise_curve"]}) > 4'
in_json 'all(r["correct"] == sum(t["correct"] for t in r["types"]) and r["n"] == 20 for r in j["noise_curve"])'
for noise in 0 0.1 0.5; do
    accepted eval m/model.mat --n_trials 10 --noise_mv $noise --json
    in_json 'j["spiking_params"]["noise_mv"] == '$noise' and "noise_curve" not in j'
    keys='("correct", "accuracy", "interval", "mean_rate_hz")'
    row='next(r for r in json.load(open("curve.json"))["noise_curve"] if r["noise_mv"] == '$noise')'
    in_json "[j['spiking'][k] for k in $keys] == [($row)[k] for k in $keys]"
done
accepted eval m/model.mat --n_trials 10 --noise_curve --json --threads 3
cmp "$scratch/out" curve.json || fail "the curve differs on 3 threads"

# values of one's own, in any order, the network's own among them; the conversion stays
accepted eval m/model.mat --n_trials 2 --noise_curve=0.5,0,0.5 --noise_mv 0.25 --scaling_factor 7 --json
in_json '[(r["noise_mv"], r["own"]) for r in j["noise_curve"]] == [(0, False), (0.25, True), (0.5, False)]'
cp "$scratch/out" curve.json
accepted eval m/model.mat --n_trials 2 --noise_mv 0.5 --scaling_factor 7 --json
in_json 'j["spiking"]["mean_rate_hz"] == json.load(open("curve.json"))["noise_curve"][2]["mean_rate_hz"]'

accepted eval --noise_curve=0,0.2 m/model.mat --n_trials 2
printed "other voltage noise"
[ "$(grep -c '  as above$' "$scratch/out")" = 1 ] || fail "the network's own noise is not marked: $(cat "$scratch/out")"
accepted eval --noise_curve m/model.mat --n_trials 2

refused "--noise_curve|-0.1|0 or more" eval m/model.mat --noise_curve=0,-0.1
refused "--noise_curve|'x'|finite number" eval m/model.mat --noise_curve=x
refused "--noise_curve|at most 100" eval m/model.mat --noise_curve=$(seq -s, 101)
refused "'0,1' was not expected|--noise_curve=" eval m/model.mat --noise_curve 0,1
refused "--noise_curve|--network rate" eval m/model.mat --network rate --noise_curve
refused "missing; expected MODEL" eval --noise_curve
