# spikernn plot, and eval --figures: which figures, in which form, and where; without gnuplot everything but
# the pictures.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment --figures none go-nogo --N 30 --som_N 2 --P_inh 0.3 --n_trials 60 --eval_trials 5 --scaling_factors 10,20 \
    --search_trials 2 --test_trials 2 --T 80 --stim_on 10 --stim_dur 10 --seed 3 --output_dir m --quiet
accepted simulate m/model.mat --n_trials 2 --out spikes.csv

accepted plot --list
[ "$(wc -l <"$scratch/out")" -ge 16 ] || fail "not sixteen figures: $(cat "$scratch/out")"
cut -d' ' -f1 "$scratch/out" >names

# of a model all that are possible, the trials being those of analyze
accepted plot m/model.mat --n_trials 3 --fixed_points go --fixed_starts 4 --json
in_json 'j["folder"] == "m/model_figures" and not j["scripts_only"]'
in_json '{"task", "training", "taus", "weights", "search", "outputs", "comparison", "raster", "psth", "rates", "statistics", "voltages", "pca", "decoding", "fixed-points"} <= {f["name"] for f in j["figures"]}'
in_json 'all(f["title"] and f["caption"] for f in j["figures"])'
"$PYTHON" - "$scratch/out" <<'END'
import json, os, sys, xml.dom.minidom
folder = "m/model_figures"
names = [f["name"] for f in json.load(open(sys.argv[1]))["figures"]]
known = open("names").read().split()
assert names == [n for n in known if n in names]  # in the list's order
assert set(os.listdir(folder)) == {n + end for n in names for end in (".gp", ".dat", ".var", ".png", ".svg")} | {"style.gp"}
for n in names:
    assert open(f"{folder}/{n}.png", "rb").read(8) == b"\x89PNG\r\n\x1a\n"
    assert xml.dom.minidom.parse(f"{folder}/{n}.svg").documentElement.tagName == "svg"
END
# the numbers in the figure are those of analyze
accepted analyze m/model.mat --n_trials 3 --json
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
units = json.load(open(sys.argv[1]))["spike_trains"]["units"]
numbers = {float(x) for line in open("m/model_figures/comparison.dat") if not line.startswith("#") for x in line.split()}
shown = [hz for hz in units["mean_firing_rate"] if any(abs(hz * 7991 / 8000 - x) < 1e-3 for x in numbers)]
assert len(shown) == len(units["mean_firing_rate"]), (len(shown), len(numbers))
END

accepted plot m/model.mat --figures raster,taus --formats pdf --figures_dir some --n_trials 1 --units 3,7
[ "$(ls some | tr '\n' ' ')" = "raster.dat raster.gp raster.pdf raster.var style.gp taus.dat taus.gp taus.pdf taus.var " ] || fail "some/ has $(ls some)"
accepted plot m/model.mat --figures voltages --formats svg --figures_dir some --n_trials 1 --units 3,7 --quiet
grep -q ">unit 7, " some/voltages.svg || fail "unit 7 is not in the figure"
accepted plot m/model.mat --show --figures rates --n_trials 2
printed "Firing rates"
printed "mean firing rate (Hz)"
# every type is shown in a terminal, however narrow
accepted plot m/model.mat --show --figures raster --n_trials 2
printed " go "
printed "nogo"
accepted plot spikes.csv --figures_dir of_spikes
[ -s of_spikes/raster.svg ] && [ ! -e of_spikes/outputs.svg ] || fail "of spikes there is $(ls of_spikes)"
accepted plot m/model.mat --network rate --n_trials 2 --figures_dir rate
[ -s rate/outputs.svg ] && [ ! -e rate/raster.svg ] || fail "of the rate network there is $(ls rate)"

accepted eval m/model.mat --n_trials 2 --figures outputs --figures_dir of_eval
printed "figures: of_eval"
[ -s of_eval/outputs.png ] || fail "eval has drawn nothing"
accepted eval m/model.mat --n_trials 2 --diagnose never
! grep -q figures "$scratch/out" || fail "eval draws unasked"

refused "--figures|rastr|raster" plot m/model.mat --figures rastr
refused "--figures has outputs|observation" plot spikes.csv --figures outputs
refused "--formats|jpg|svg" plot m/model.mat --formats jpg
refused "expected MODEL|SPIKES" plot
refused "missing.mat" plot missing.mat
: >file
refused "file is not a folder" plot m/model.mat --n_trials 1 --figures taus --figures_dir file/figures

# the task alone; the user's style and scripts
accepted tasks go-nogo --plot --formats svg
printed "figures: go-nogo_figures"
grep -q ">stimulus<" go-nogo_figures/task.svg && grep -q ">response<" go-nogo_figures/task.svg || fail "no names of channels"
refused "--plot|name of a task" tasks --plot
refused "--plot|--show" tasks go-nogo --plot --show go
echo "column_cm = 10" >my_style.gp
accepted plot m/model.mat --n_trials 1 --figures taus --formats svg --figures_dir styled --style my_style.gp
grep -q 'width="378"' styled/taus.svg || fail "the style was not taken: $(head -3 styled/taus.svg)"
refused "no_style.gp cannot be read" plot m/model.mat --n_trials 1 --figures taus --style no_style.gp
mkdir my_scripts
sed 's/synaptic decay time/my own words/' some/taus.gp >my_scripts/taus.gp
accepted plot m/model.mat --n_trials 1 --figures taus --formats svg --figures_dir styled --figure_scripts my_scripts
grep -q "my own words" styled/taus.svg || fail "the script was not taken"
echo 'no command' >my_scripts/taus.gp
refused "gnuplot failed on taus.gp|invalid command" plot m/model.mat --n_trials 1 --figures taus --figures_dir styled --figure_scripts my_scripts
grep -q "my own words" styled/taus.svg || fail "a script that fails changed the figure"
mkdir -p config/spikernn/figures
cp my_style.gp config/spikernn/figures/style.gp
run env XDG_CONFIG_HOME="$PWD/config" "$SPIKERNN" plot m/model.mat --n_trials 1 --figures taus --formats svg --figures_dir mine
grep -q 'width="378"' mine/taus.svg || fail "the user's own style was not taken"

# Ctrl-C, sent to the whole group as a terminal does: figures that were there stay
mkdir slow
cat >slow/gnuplot <<'END'
#!/bin/sh
touch "$STARTED"
exec sleep 600
END
chmod +x slow/gnuplot
cp -r some kept
STARTED=$PWD/started PATH="$PWD/slow:$PATH" setsid env --default-signal=INT "$SPIKERNN" plot m/model.mat --n_trials 1 \
    --figures raster,taus --formats pdf --figures_dir some >"$scratch/out" 2>"$scratch/err" &
child=$!
until [ -e started ]; do sleep 0.05; done
kill -INT -- -"$child"
code=0
wait "$child" || code=$?
[ $code = 130 ] || fail "interrupted, it ended with $code: $(cat "$scratch/err")"
one_sentence "interrupted after 0 of 2 figures"
diff -r some kept || fail "an interruption changed figures"

# without gnuplot
mkdir no_gnuplot
run env PATH="$PWD/no_gnuplot" "$SPIKERNN" plot m/model.mat --n_trials 1 --figures taus --figures_dir bare
[ $code = 2 ] || fail "ended with $code"
one_sentence "gnuplot|apt-get install gnuplot-nox"
[ "$(ls bare | tr '\n' ' ')" = "style.gp taus.dat taus.gp taus.var " ] || fail "bare/ has $(ls bare)"
(cd bare && gnuplot taus.gp) || fail "the script does not run by itself"
run env PATH="$PWD/no_gnuplot" "$SPIKERNN" plot m/model.mat --json --n_trials 1 --figures taus --figures_dir again
[ $code = 2 ] || fail "ended with $code"
in_json 'j["scripts_only"] and "gnuplot is not there" in j["error"]'
[ -s bare/taus.png ] && [ -s bare/taus.svg ] || fail "the script has drawn $(ls bare)"

accepted plot m/model.mat --n_trials 1 --figures none --figures_dir nothing
[ ! -e nothing ] || fail "none has drawn $(ls nothing)"

# A name that is none: those that there are.
refused "--figures has 'gif'; expected all, none, or some of |raster, |weights" plot m/model.mat --figures gif
