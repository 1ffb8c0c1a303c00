# Optogenetic stimulation in eval: none is none, it reaches every trial, and the JSON says which.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 20 --som_N 2 --P_inh 0.4 --n_trials 60 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 20 --seed 1 --output_dir m --quiet
eval_json() {
    accepted eval m/model.mat --n_trials 6 --json "$@"
    cp "$scratch/out" latest.json
}
results='{k: j[k] for k in ("rate", "spiking")}'

eval_json
in_json 'j["spiking_params"]["stimulation"] is None'
cp latest.json plain.json
same_as_plain() { in_json "$results == (lambda j: $results)(json.load(open('plain.json')))"; }

# no amplitude, no heads: no stimulation
window="--stim_window 1:6000 --stim_units all"
eval_json --stim_mode exc $window --stim_mv 0
same_as_plain
in_json 'j["spiking_params"]["stimulation"]["units"] == list(range(1, 21)) and j["spiking_params"]["stimulation"]["amplitude_mv"] == 0'
eval_json --stim_mode inh $window --stim_mv 30 --stim_probability 0
same_as_plain
eval_json --stim_mode none --stim_mv 30 --stim_probability 1
same_as_plain

# inhibition of all units from the first step on silences them; of a part, only that part
eval_json --stim_mode inh $window --stim_mv 200 --stim_probability 1 --v0 reset
in_json 'j["spiking"]["mean_rate_hz"] == 0 and all(t["value_mean"] == 0 for t in j["spiking"]["types"])'
in_json 'j["spiking_params"]["stimulation"]["mode"] == "inh" and j["spiking_params"]["stimulation"]["window"] == [1, 6000]'
eval_json --stim_mode inh --stim_window 1:6001 --stim_units som --stim_mv 200 --stim_probability 1 --v0 reset
in_json 'all(t["som_hz"] == 0 and t["exc_hz"] > 0 for t in j["spiking"]["types"])'

# excitation of all units raises the rates; every number of threads gives the same
eval_json --stim_mode exc --stim_window 2000:4000 --stim_units all --threads 1
cp latest.json one.json
in_json 'j["spiking"]["mean_rate_hz"] > json.load(open("plain.json"))["spiking"]["mean_rate_hz"] + 1'
eval_json --stim_mode exc --stim_window 2000:4000 --stim_units all --threads 3
cmp latest.json one.json || fail "another number of threads gave another result"

accepted eval m/model.mat --n_trials 2 --stim_mode exc --stim_window 2000:4000 --stim_units pv,1:3
printed "stimulation: exc, steps 2000 to 3999, "
accepted simulate m/model.mat --stim_mode exc --stim_window 2000:4000 --stim_units 2,4 --out s.mat --json
in_json 'j["spiking"]["stimulation"]["units"] == [2, 4] and j["spiking"]["stimulation"]["probability"] == 0.5'
refused "--stim_mv needs a stimulation|--stim_mode" simulate m/model.mat --stim_mv 3 --out t.mat
refused "--stim_probability needs a stimulation|--stim_mode" eval m/model.mat --stim_probability 0.3
