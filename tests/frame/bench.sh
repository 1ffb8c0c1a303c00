# spikernn-bench names its cases, measures on a small network, and refuses bad options.
set -eu
bench=$BUILD_DIR/spikernn-bench
fail() {
    echo "FAILED: $*" >&2
    exit 1
}

"$bench" --list | grep -q '^lif_float ' || fail "--list does not name lif_float"
"$bench" --N 10 --threads 1 --seconds 0.001 --json >report.json
"$PYTHON" - <<'END' || fail "the report is $(cat report.json)"
import json
report = json.load(open("report.json"))
assert report["N"] == 10 and report["threads"] == 1 and report["search_memory_mb"] > 0
assert [case["name"] for case in report["cases"]] == [
    "train", "rate", "lif_float", "lif_double", "search", "search_threads", "normal"]
for case in report["cases"]:
    assert 0 < case["best"] <= case["median"] <= case["worst"] and case["repetitions"] >= 3
END

for bad in "--only nothing" "--N 0" "--N many" "--seconds -1" "--isa mmx" "--speed"; do
    code=0
    "$bench" $bad >out 2>err || code=$?
    [ $code = 2 ] || fail "'$bad' ended with $code"
    [ ! -s out ] && [ -s err ] || fail "'$bad' printed $(cat out) $(cat err)"
done
