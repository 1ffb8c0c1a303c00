# spikernn report --follow: the page of a run that goes on, and what the run leaves for it.
. "$SOURCE_DIR/tests/cli/expect.bash"

# of PAGE EXPRESSION: a Python expression is true of `p`, the page, whose lines are `lines`.
of() {
    PYTHONPATH="$SOURCE_DIR/tests/cli" "$PYTHON" - "$1" "$2" <<'END'
import json, sys
from report_page import read
p = read(sys.argv[1])
lines = []
for line in p.page.get("progress", "").splitlines():
    try:
        lines.append(json.loads(line))
    except ValueError:
        lines.append(None)
trials = [l["trial"] for l in lines if l and "trial" in l]
sys.exit(not eval(sys.argv[2]))
END
}
is_so() { of "$@" || fail "not so in $1: $2"; }

options="go-nogo --N 60 --eval_trials 4 --loss_threshold 1e-9 --scaling_factors 30,50 --test_trials 2 --seed 1 --quiet"

# A run that stands still while its page is looked at, then goes on to its end.
"$SPIKERNN" run $options --n_trials 3000 --eval_freq 25 --search_trials 20 --search_anyway --figures none \
    --output_dir live >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"trial":26' live/progress.jsonl 2>"$scratch/err"
kill -STOP $run
"$SPIKERNN" report live --follow --n_trials 2 --figures none --quiet >"$scratch/out" 2>"$scratch/follow.err" &
follow=$!
await test -s live/report.html
is_so live/report.html 'p.well_formed and not p.loads and p.page["running"] and lines[0]["record"]["seed"] == 1'
is_so live/report.html 'p.page["followed"] and p.page["written"] and "task" not in p.page'
# The page and every line follow their schemas.
mkdir documents
follows_schemas() { # PAGE LINES
    rm -f documents/*
    PYTHONPATH="$SOURCE_DIR/tests/cli" "$PYTHON" - "$1" "$2" <<'END'
import sys, report_page
open("documents/page.live", "w", encoding="utf-8").write(report_page.read(sys.argv[1]).texts["page"])
for i, line in enumerate(open(sys.argv[2], encoding="utf-8")):
    open("documents/progress.%d" % i, "w", encoding="utf-8").write(line)
END
    "$PYTHON" "$SOURCE_DIR/tests/cli/follow_schema.py" documents/* || fail "$1 or $2 does not follow its schema"
}
follows_schemas live/report.html live/progress.jsonl
is_so live/report.html 'trials[:2] == [1, 26] and trials[-1] < 2976'
cp live/report.html early.html
"$PYTHON" - early.html >count <<'END'
import sys
print(open(sys.argv[1], encoding="utf-8").read().count('\\"trial\\"'))
END
kill -CONT $run
grown() { of live/report.html "'analysis' in p.page or len(trials) > $(cat count)" 2>"$scratch/err"; }
await grown
ended $run
[ $code = 3 ] || fail "the run that was followed ended with $code: $(cat "$scratch/run.out")"
ended $follow
[ $code = 0 ] || fail "following ended with $code: $(cat "$scratch/follow.err")"
printed "following the run: live/report.html"
printed "report: live/report.html"
is_so live/report.html '"progress" not in p.page and p.page["analysis"] and not p.summary["interrupted"]'
[ ! -e live/progress.jsonl ] || fail "the run that ended leaves progress.jsonl"

# A run that draws and writes its page itself is not drawn a second time.
"$SPIKERNN" run $options --n_trials 300 --eval_freq 25 --search_trials 20 --search_anyway --figures training --formats svg \
    --output_dir own >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"record"' own/progress.jsonl 2>"$scratch/err"
kill -STOP $run
"$SPIKERNN" report own --follow --quiet >"$scratch/out" 2>"$scratch/follow.err" &
follow=$!
await test -s own/report.html
kill -CONT $run
ended $run
ended $follow
[ $code = 0 ] || fail "following ended with $code: $(cat "$scratch/follow.err")"
printed "report: own/report.html"
is_so own/report.html 'p.figures() == ["training"] and "progress" not in p.page'

# Followed or not, it is the same run.
experiment $options --n_trials 3000 --eval_freq 25 --search_trials 20 --figures none --output_dir alone
same_arrays alone/model.mat live/model.mat

# One that was interrupted: a line that was cut spoils no other, and the run goes on after it.
endless="$options --n_trials 50000000 --eval_freq 20 --checkpoint_every 50 --figures none --output_dir cut"
"$SPIKERNN" run $endless >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"trial":121' cut/progress.jsonl 2>"$scratch/err"
interrupt $run
ended $run
[ $code = 130 ] || fail "an interrupted run ended with $code"
printf '{"stage":"trai' >>cut/progress.jsonl
"$SPIKERNN" report cut --follow --quiet >"$scratch/out" 2>"$scratch/err" &
follow=$!
await test -s cut/report.html
is_so cut/report.html 'not p.page["running"] and p.summary["interrupted"] and lines[-1] is None'
interrupt $follow
ended $follow
[ $code = 130 ] || fail "interrupted following ended with $code"
is_so cut/report.html 'p.page["followed"] is False and p.page["written"] and "progress" in p.page'
one_sentence "interrupted; cut/report.html is of the run so far"
records() { [ "$(grep -c '"record"' cut/progress.jsonl)" = 2 ]; }
"$SPIKERNN" run $endless >"$scratch/run.out" 2>&1 &
run=$!
await records
interrupt $run
ended $run
[ "$("$PYTHON" -c '
import json
bad = 0
for line in open("cut/progress.jsonl", encoding="utf-8"):
    try:
        json.loads(line)
    except ValueError:
        bad += 1
print(bad)')" = 1 ] || fail "progress.jsonl has more than one line that was cut"

# A search leaves what each scaling factor has reached, in steps.
"$SPIKERNN" run --search_anyway go-nogo --N 20 --n_trials 5 --eval_trials 2 --search_trials 1000000 \
    --scaling_factors 30,50 --seed 1 --figures none --output_dir search --quiet >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"stage":"search","done"' search/progress.jsonl 2>"$scratch/err"
interrupt $run
ended $run
rm -r search
"$SPIKERNN" run --search_anyway go-nogo --N 20 --n_trials 5 --eval_trials 2 --search_trials 30 --fresh_trials 1000000 \
    --scaling_factors 30,50 --seed 1 --figures none --output_dir search --quiet >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"scaling_factor":50.*"n":30' search/progress.jsonl 2>"$scratch/err"
interrupt $run
ended $run
"$PYTHON" - <<'END' || fail "the lines of the search are others: $(cat search/progress.jsonl)"
import json
lines = [json.loads(line) for line in open("search/progress.jsonl", encoding="utf-8")]
for factor in (30, 50):
    assert sorted(l["n"] for l in lines if l.get("scaling_factor") == factor) == list(range(3, 31, 3)), factor
    assert all(l["correct"] <= l["n"] for l in lines if l.get("scaling_factor") == factor)
END

follows_schemas own/report.html search/progress.jsonl

# A run that has no record yet has no page.
mkdir begun
: >begun/progress.jsonl
flock begun "$SPIKERNN" report begun --follow --quiet >"$scratch/out" 2>"$scratch/err" &
sleep 0.5
kill -INT "$(pgrep -P $! spikernn)"
wait $! || true
[ ! -e begun/report.html ] || fail "a page of a run that has no record"
one_sentence "interrupted; begun has nothing to show yet"

# Nothing to follow; a run that fails leaves nothing.
mkdir empty
refused "empty holds no run" report empty --follow
refused "missing" report missing --follow
refused "not finite" run go-nogo --N 20 --n_trials 500 --eval_freq 5 --eval_trials 2 --lr 1e38 --figures none \
    --output_dir failed --quiet
