# Figures of performance: what eval, plot, run and report draw of confusion, psychometric curves, noise and
# the conversion; and that a figure's files alone draw it again.
. "$SOURCE_DIR/tests/cli/expect.bash"

tiny="--N 20 --n_trials 20 --eval_trials 4 --search_trials 2 --test_trials 3 --T 60 --stim_on 10 --seed 1 --quiet"
experiment --figures none mante $tiny --stim_dur 30 --scaling_factors 10 --output_dir m

accepted eval m/model.mat --n_trials 4 --noise_curve=0,0.3 --figures noise,confusion --formats svg --figures_dir e --json
"$PYTHON" - "$scratch/out" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
def rows(name, block):
    lines, inside = [], False
    for line in open(f"e/{name}.dat"):
        if line.startswith("#"): inside = line == f"# {block}\n"
        elif inside and line.strip(): lines.append([float(x) for x in line.split()])
    return lines
noise = rows("noise", "noise")
for got, want in zip(noise, j["noise_curve"], strict=True):
    expected = [want["noise_mv"], want["accuracy"], *want["interval"], want["mean_rate_hz"], want["own"]]
    assert all(abs(a - b) < 1e-4 * (1 + abs(b)) for a, b in zip(got, expected)), (got, expected)
for network in "rate", "spiking":
    cells = rows("confusion", f"{network} confusion")
    for i, row in enumerate(j[network]["types"]):
        assert sum(c[2] for c in cells if c[0] == i + 1) == row["n"] == 4
        assert sum(c[2] for c in cells if c[0] == i + 1 and c[4]) == row["correct"]
END
accepted eval m/model.mat --n_trials 4 --figures confusion --formats svg --figures_dir e2
refused "--figures has noise|eval --noise_curve" plot m/model.mat --figures noise

accepted plot m/model.mat --n_trials 2 --figures psychometric,confusion,conversion --formats svg --figures_dir p
grep -q "mean of modality 1" p/psychometric.svg || fail "the input has another name in the psychometric curve"
grep -q "lambda = 10" p/conversion.var || fail "the conversion is another: $(cat p/conversion.var)"
accepted plot m/model.mat --n_trials 2 --network rate --figures confusion --formats svg --figures_dir p
refused "--figures has conversion|LIF" plot m/model.mat --network rate --figures conversion

# of a run and of its report: the same trials
experiment go-nogo $tiny --stim_dur 20 --scaling_factors 10 --figures confusion,conversion --formats svg --output_dir r
cp r/figures/confusion.dat r/figures/conversion.dat .
grep -q "go 3\|^1 1 3 \|^1 [12] [0-3] " confusion.dat || fail "not three trials a type: $(cat confusion.dat)"
accepted report r --figures confusion,conversion --quiet
cmp confusion.dat r/figures/confusion.dat || fail "report draws another confusion than run"
cmp conversion.dat r/figures/conversion.dat || fail "report draws another conversion than run"
refused "--figures has psychometric|three or more mean values" plot r/model.mat --figures psychometric

# a figure's four files draw it again
mkdir alone
cp p/confusion.gp p/confusion.dat p/confusion.var p/style.gp alone
(cd alone && gnuplot confusion.gp) || fail "confusion.gp does not draw alone"
cmp alone/confusion.svg p/confusion.svg || fail "confusion.gp draws another figure alone"

# every axis has three ticks at least
cat >ticks.gp <<'END'
width_cm = 8
height_cm = 6
name = 'x'
load 'p/style.gp'
do for [i = 1:200] {
    low = sin(i) * 10**(i % 7 - 3)
    high = low + (1.1 + cos(3 * i)) * 10**(i % 5 - 2)
    n = 3 + i % 4
    s = real(word(ticks('x', low, high, n), 3))
    if (many(low, high, s) < 3 || many(low, high, s) > 3 * n) { print sprintf('%g %g: %g', low, high, s) }
}
END
gnuplot ticks.gp 2>ticks
[ ! -s ticks ] || fail "too few ticks or too many: $(cat ticks)"
