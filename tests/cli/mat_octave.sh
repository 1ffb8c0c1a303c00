# What we write Octave reads; what Octave writes we read and a search leaves as it was.
. "$SOURCE_DIR/tests/cli/expect.bash"
octave() {
    "$OCTAVE" --norc --no-history --quiet "$SOURCE_DIR/tests/cli/mat_octave.m" "$@" || fail "octave $*"
}

small_model model.mat --N 30 --P_inh 0.4 --som_N 3

# the same numbers as scipy's, to the last bit
octave print model.mat >"$scratch/octave"
"$PYTHON" - >"$scratch/scipy" <<'END'
import numpy as np, scipy.io
v = {k: a for k, a in scipy.io.loadmat("model.mat").items() if not k.startswith("__")}
for name in sorted(v):
    a = v[name]
    if a.dtype.kind == "U":
        print(name, "char", 1, len(a[0]), a[0])
        continue
    print(name, {"N": "int64", "som_N": "int64", "inh": "logical", "exc": "logical",
                 "som": "logical"}.get(name, "double"), *a.shape)
    for x in a.ravel(order="F"):
        print("%.17g" % x)
END
cmp "$scratch/octave" "$scratch/scipy" || fail "Octave reads other numbers than scipy"
grep -q '^w double 30 30$' "$scratch/octave" || fail "no w of 30 x 30"
octave indexed model.mat

# each level that Octave writes
accepted eval model.mat --n_trials 2 --seed 1 --json
cp "$scratch/out" expected.json
for version in v7 v6 v4; do
    octave save model.mat $version.mat -$version
    accepted info --json $version.mat
    in_json 'j["models"][0]["N"] == 30 and j["models"][0]["populations"]["som"] == 3'
    accepted eval $version.mat --task go-nogo --n_trials 2 --seed 1 --json
    "$PYTHON" -c 'import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
assert a["rate"] == b["rate"] and a["spiking"] == b["spiking"]' expected.json "$scratch/out" ||
        fail "$version.mat is another network"
    cp $version.mat before.mat
    accepted search $version.mat --task go-nogo --n_trials 3 --scaling_factors 35,45 --quiet
    octave searched before.mat $version.mat
done
