# The options of the spiking network: they reach it in every verb; their bad values are refused.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 20 --som_N 2 --P_inh 0.4 --n_trials 60 --eval_trials 5 --scaling_factors 10 --search_trials 2 \
    --test_trials 2 --T 60 --stim_on 10 --stim_dur 20 --seed 1 --output_dir m --quiet
touch taken.mat taken.csv

# ---- the parameters reach the search and the evaluation ----
accepted eval m/model.mat --n_trials 2 --json
cp "$scratch/out" default.json
for option in "--neuron qif" "--tref_ms 20" "--tm_ms 5" "--tr_ms 0" "--v_reset_mv -50" "--v_peak_mv -38" "--bias_mv -35" \
    "--noise_mv 0.5" "--v0 reset" "--downsample 2" "--use_initial_weights" "--add_b_out"; do
    accepted eval m/model.mat --n_trials 2 --json $option
    in_json 'j["spiking"] != json.load(open("default.json"))["spiking"]'
    in_json 'j["spiking_params"] != json.load(open("default.json"))["spiking_params"]'
done
accepted eval m/model.mat --n_trials 2 --json --network rate
in_json 'j["spiking_params"] is None'
cp m/model.mat copy.mat
accepted search copy.mat --scaling_factors 3:9:1 --n_trials 20 --json
cp "$scratch/out" default.json
accepted search copy.mat --scaling_factors 3:9:1 --n_trials 20 --json --tr_ms 0 --tref_ms 20
in_json 'j["models"][0]["table"] != json.load(open("default.json"))["models"][0]["table"]'
in_json 'j["spiking_params"]["tr_ms"] == 0 and j["spiking_params"]["tref_ms"] == 20 and j["spiking_params"]["noise_mv"] == 0.1'
experiment --figures none go-nogo --N 10 --n_trials 3 --search_trials 1 --test_trials 1 --T 60 --stim_on 10 --stim_dur 20 --neuron qif --tref_ms 3 \
    --output_dir r --quiet --json
in_json 'j["options"]["neuron"] == "qif" and j["options"]["tref_ms"] == 3 and j["options"]["v_peak_mv"] == 30'

# ---- bad values ----
while IFS='~' read -r words option; do
    refused "$words" eval m/model.mat $option
    refused "$words" search m/model.mat $option
    refused "$words" run go-nogo --output_dir new $option
    refused "$words" simulate m/model.mat --out new.mat $option
done <<'END'
--neuron|'izhikevich'|lif or qif~--neuron izhikevich
--tref_ms|-1|0 or more~--tref_ms -1
--tref_ms|'two'|finite number~--tref_ms two
--tm_ms|0|above 0~--tm_ms 0
--tr_ms|-0.5|0 or more~--tr_ms -0.5
--v_reset_mv|-40|below --v_peak_mv~--v_reset_mv -40
--v_reset_mv|-65|below --v_peak_mv, -70~--v_peak_mv -70
--bias_mv|'nan'|finite number~--bias nan
--noise_mv|-0.1|0 or more~--noise_mv -0.1
--v0|'zero'|uniform, reset or rest~--v0 zero
--downsample|0|1 or more~--downsample 0
--downsample|21|at most 20~--downsample 21
--dt_ms|0.07|multiple of 0.05~--dt_ms 0.07
--dt_ms|1.05|up to 1~--dt_ms 1.05
--downsample is 4|--dt_ms is 0.1|0.2~--dt_ms 0.1 --downsample 4
--precision|'half'|float or double~--precision half
END
while IFS='~' read -r words option; do
    refused "$words" simulate m/model.mat --out new.mat $option
done <<'END'
--trial|'stop'|go, nogo~--trial stop
task 'go-nogo'|the stimulus of input channel 1 in steps 10 to 19|dt_ms 1|dt_ms 0.95~--dt_ms 1 --stim_dur 10
--network|'spikes'|spiking or rate~--network spikes
--noise|--noise_mv|--network rate~--noise 0.2
--record|'u'|spikes, v, ipsc, r or all~--record v,u
--scaling_factor|-3|above 0~--scaling_factor -3
--units|'0'|1 to 20|3:7~--record v --units 0
--units|'21'|names no unit~--record v --units 21
--units|'7:3'~--record v --units 1,7:3
--units|'pyr'~--record v --units pyr
--units|''~--record v --units 1,,2
--units|--record~--units 3
--every|--record~--every 3
--every|0|1 or more~--record v --every 0
--n_trials|2^28|out~--n_trials 100000
--record|2^28|--every~--n_trials 2000 --record v
END
while IFS='~' read -r words option; do
    refused "$words" simulate m/model.mat --out new.mat $option
    refused "$words" eval m/model.mat $option
done <<'END'
--stim_mode|'on'|none, exc or inh~--stim_mode on
--stim_window is missing|ON:OFF~--stim_mode exc --stim_units 3
--stim_units is missing~--stim_mode exc --stim_window 3:9
--stim_window|--stim_mode exc or inh~--stim_window 3:9
--stim_units|--stim_mode exc or inh~--stim_units 3
--stim_window|'3'|ON:OFF~--stim_mode exc --stim_units 3 --stim_window 3
--stim_window|9:9|OFF after ON~--stim_mode exc --stim_units 3 --stim_window 9:9
--stim_window|0|1 or more~--stim_mode exc --stim_units 3 --stim_window 0:9
--stim_window|7000|6000 steps~--stim_mode exc --stim_units 3 --stim_window 7000:8000
--stim_units|'99'~--stim_mode exc --stim_units 99 --stim_window 3:9
--stim_probability|1.2|0 to 1~--stim_probability 1.2
--stim_mv|-1|0 or more~--stim_mv -1
END
for option in "--stim_mode none" "--noise_mv 1" "--tref_ms 1"; do
    refused "${option% *}|--network rate" eval m/model.mat --network rate $option
done
refused "--out is missing|.mat|.csv" simulate m/model.mat
refused "new.txt|.mat|.csv" simulate m/model.mat --out new.txt
refused "taken.mat exists" simulate m/model.mat --out taken.mat
refused "taken.csv exists" simulate m/model.mat --out taken.csv
refused "folder" simulate m/model.mat --out folder/new.mat
refused "new.csv|--record" simulate m/model.mat --out new.csv --record v
refused "'extra' was not expected" simulate m/model.mat extra --out new.mat
accepted train --task go-nogo --N 10 --n_trials 3 --seed 1 --output_dir bare --quiet
refused "opt_scaling_factor|a search found|--scaling_factor" simulate "$(find bare -name '*.mat')" --out new.mat
accepted simulate "$(find bare -name '*.mat')" --out new.mat --scaling_factor 20
