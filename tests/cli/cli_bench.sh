# spikernn-bench names its cases, measures them on a small network beside the machine's bounds,
# compares two reports, and refuses bad options and bad files. What it measures is not looked at.
. "$SOURCE_DIR/tests/cli/expect.bash"
bench=$BUILD_DIR/spikernn-bench

# measured ARGUMENTS...: the bench ends with 0 and prints nothing on stderr.
measured() {
    run "$bench" "$@"
    [ $code = 0 ] || fail "'$*' ended with $code: $(cat "$scratch/err")"
    [ ! -s "$scratch/err" ] || fail "'$*' printed on stderr: $(cat "$scratch/err")"
}

# The cases; the table in the README has each of them.
names="train train_batch rate lif_float lif_double search search_threads normal start run"
measured --list
[ "$(awk '{print $1}' "$scratch/out" | xargs)" = "$names" ] || fail "--list: $(cat "$scratch/out")"
while read -r name what; do
    grep -qF -- "$what" "$SOURCE_DIR/README.md" || fail "README.md lacks the case '$what'"
done <"$scratch/out"

# A report: complete, and each share is that of the peak which it names.
measured --N 10 --threads 1 --seconds 0.01 --json
cat "$scratch/out" >report.json
"$PYTHON" - "$names" <<'END_OF_PYTHON' || fail "the report is $(cat report.json)"
import json, sys
report = json.load(open("report.json"))
assert report["N"] == 10 and report["threads"] == 1 and report["search_memory_mb"] > 0
assert report["search_speedup"] > 0 and report["mean_rate_hz"] > 0
core = report["one_core"]
assert [level["name"] for level in core["levels"]][:2] == ["L1", "L2"]
assert all(level["gb_per_s"] > 0 for level in core["levels"])
assert [case["name"] for case in report["cases"]] == sys.argv[1].split()
for case in report["cases"]:
    assert 0 < case["best"] <= case["median"] <= case["worst"] and case["repetitions"] >= 1
    assert case["target"] is None, "targets are for 200 units"
    bound = case["bound"]
    assert (bound is None) == (case["name"] in ("normal", "start", "run")), case
    if bound is None:
        continue
    peak = {"GFLOP/s": core["gflops_double" if "double" in case["name"] else "gflops_float"],
            "normals/ns": core["normals_per_ns"]}.get(bound["by"])
    assert abs(bound["share"] * case["median"] / bound["time"] - 1) < 1e-3
    assert peak is None or abs(bound["reached"] / peak / bound["share"] - 1) < 1e-3
    # So few units: drawing is the most of it. A number for each unit and step, no other.
    numbers = {"rate": 10 * 199, "lif_float": 10 * 20000, "lif_double": 10 * 20000,
               "search": 100 * 10 * 20000}.get(case["name"])
    per_ns = {"ms": 1e6, "s": 1e9}[case["unit"]]
    if numbers and bound["by"] == "normals/ns":
        assert abs(bound["reached"] * case["median"] * per_ns / numbers - 1) < 1e-3
END_OF_PYTHON

for name in train train_batch rate lif_float lif_double normal start; do
    measured --N 10 --seconds 0.01 --only $name
    what=$("$bench" --list | sed -n "s/^$name  *//p")
    printed "$what"
    [ "$(grep -c '^[^ ].* [0-9.]* [mn]\?s ' "$scratch/out")" = 1 ] || fail "$name: $(cat "$scratch/out")"
done

# Growth: three tables, one row of which has 50 units; n repetitions behind its median.
measured --scale --N 50 --seconds 0.001
[ "$(grep -c '^ *50 *200 *0.2 *[0-9.]* ms *[1-9][0-9]* ' "$scratch/out")" = 3 ] || fail "--scale: $(cat "$scratch/out")"
measured --scale --N 50 --seconds 0.001 --only rate --json
in_json '[(c["name"], c["N"], c["T"], c["P_rec"]) for c in j["cases"]] == [
    ("rate N 50 T 200 P_rec 0.2", 50, 200, 0.2)]'
in_json 'j["cases"][0]["memory_mb"] > 0 and j["cases"][0]["bound"]["time"] > 0'
# no target on rows of 200 units, which are of untrained networks and of every length
measured --scale --N 200 --seconds 0.001 --only rate --json
in_json 'any(c["N"] == 200 for c in j["cases"]) and all(c["target"] is None for c in j["cases"])'

# Two reports: 10 to 5 is twice as fast, 4 to 5 a loss, 10 to 11 less than the medians' 25 % above
# the best.
report() { # report FILE CASES
    printf '{"isa": "%s", "cases": [%s]}\n' "${1%.json}" "$2" >"$1"
}
case_of() { # case_of NAME BEST MEDIAN
    printf '{"name": "%s", "unit": "ms", "best": %s, "median": %s}' "$@"
}
report old.json "$(case_of a 9 10), $(case_of b 4 4), $(case_of c 8 10), $(case_of gone 1 1)"
report new.json "$(case_of new 1 1), $(case_of c 10 11), $(case_of b 4.9 5), $(case_of a 4 5)"
measured --compare old.json new.json
sed 's/  */ /g' "$scratch/out" >said
cat >expected <<'END'
isa: "old", then "new"
median old new ratio
a 10.000 ms 5.000 ms 2.00 ±25 % faster
b 4.000 ms 5.000 ms 0.80 ±2 % slower
c 10.000 ms 11.000 ms 0.91 ±25 % within the noise
gone only in old.json
new only in new.json
END
cmp -s said expected || fail "--compare: $(cat said)"
measured --json --compare old.json new.json
in_json '[(c["name"], c["old"], c["new"], c["beyond_noise"]) for c in j["cases"]] == [
    ("a", 10, 5, True), ("b", 4, 5, True), ("c", 10, 11, False)]'
in_json '[c["ratio"] for c in j["cases"]] == [2, 0.8, 0.909091]'
in_json '[c["noise"] for c in j["cases"]] == [0.25, 0.0204082, 0.25]'
in_json '(j["only_old"], j["only_new"]) == (["gone"], ["new"])'
report once.json '{"name": "a", "unit": "ms", "best": 5, "median": 5, "repetitions": 1}'
measured --compare old.json once.json
printed '2.00  measured once'
measured --json --compare old.json once.json
in_json 'j["cases"][0]["noise"] is None and j["cases"][0]["beyond_noise"] is None'
measured --compare report.json report.json
[ "$(grep -cE ' 1\.00 .*(within the noise|measured once)' "$scratch/out")" = 10 ] || fail "with itself: $(cat "$scratch/out")"

# bad WORDS CONTENT: a file with this content is refused, as the old one and as the new one.
bad() {
    printf '%s' "$2" >bad.json
    local files
    for files in "bad.json new.json" "old.json bad.json"; do
        run "$bench" --compare $files
        [ $code = 2 ] || fail "'$2' ended with $code"
        [ ! -s "$scratch/out" ] || fail "'$2' printed $(cat "$scratch/out")"
        one_sentence "bad.json|$1"
    done
}
bad "expected a report" ''
bad "line 2|expected a report" '{"cases":
x}'
bad "cases" '[1, 2]'
bad "cases" '{"cases": 3}'
bad "name" '{"cases": [{"unit": "ms"}]}'
bad "name" '{"cases": [1]}'
bad "unit|case a" '{"cases": [{"name": "a", "best": 1, "median": 1}]}'
bad "numbers above 0|case a" "{\"cases\": [$(case_of a 0 1)]}"
bad "numbers above 0|case a" "{\"cases\": [$(case_of a '"1"' 1)]}"
bad "best at most median|case a" "{\"cases\": [$(case_of a 2 1)]}"
run "$bench" --compare old.json none.json
[ $code = 2 ] || fail "a missing file ended with $code"
one_sentence "none.json"
report other.json '{"name": "a", "unit": "s", "best": 1, "median": 1}'
run "$bench" --compare old.json other.json
[ $code = 2 ] || fail "another unit ended with $code"
one_sentence "other.json|unit|case a"
report strange.json "$(case_of strange 1 1)"
report empty.json ""
for other in strange.json empty.json; do
    run "$bench" --compare old.json $other
    [ $code = 2 ] || fail "no case in common ended with $code"
    [ ! -s "$scratch/out" ] || fail "no case in common printed $(cat "$scratch/out")"
    one_sentence "$other|expected|old.json"
done
mkdir folder
run "$bench" --compare folder new.json
[ $code = 2 ] || fail "a folder ended with $code"
one_sentence "folder: is a folder; expected a report"

# refuses WORDS OPTIONS...: with 2 and the words.
refuses() {
    local words=$1
    shift
    run "$bench" "$@"
    [ $code = 2 ] || fail "'$*' ended with $code"
    [ ! -s "$scratch/out" ] || fail "'$*' printed $(cat "$scratch/out")"
    grep -qF -- "$words" "$scratch/err" || fail "'$*' says $(cat "$scratch/err")"
}
for bad in "--only nothing" "--N 0" "--N many" "--seconds -1" "--isa mmx" "--speed" "old.json" \
    "--compare" "--compare old.json" "--compare old.json new.json old.json" "--scale --N 49" \
    "--scale --only normal"; do
    refuses 'spikernn-bench: ' $bad
done
refuses "--N is '20.5'; expected a whole number from 10 to 10000" --N 20.5
refuses "--threads is '1.5'; expected a whole number from 0 to 1024" --threads 1.5
refuses "1 file given" --compare old.json
beside_compare="expected two reports, and --json at most"
for beside in "--scale" "--list" "--N 50" "--threads 1" "--isa avx2" "--seconds 0.1" "--only rate"; do
    refuses "${beside%% *} is given with --compare; $beside_compare" --compare old.json new.json $beside
done
for beside in "--json" "--scale" "--N 50" "--threads 1" "--isa avx2" "--seconds 0.1" "--only rate"; do
    refuses "${beside%% *} is given with --list; expected it alone" --list $beside
done

# Whatever is printed, what cannot be written is an error.
few="--N 10 --seconds 0.001"
for printed in "--list" "--help" "--compare old.json new.json" "--json --compare old.json new.json" \
    "$few --only normal" "$few --only normal --json" "--scale --N 50 --seconds 0.001 --only rate"; do
    code=0
    "$bench" $printed >/dev/full 2>"$scratch/err" || code=$?
    [ $code = 2 ] || fail "'$printed' on a full device ended with $code"
    one_sentence "standard output"
done
