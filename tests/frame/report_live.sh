# The page of a run that goes on, in a browser: it reloads itself, grows, and becomes the whole one.
. "$SOURCE_DIR/tests/cli/expect.bash"

chromium=$(command -v chromium) || fail "there is no chromium: tools/install-deps --tests"
driver=$(command -v chromedriver) || fail "there is no chromedriver: tools/install-deps --tests"
"$SPIKERNN" run go-nogo --N 60 --eval_trials 4 --loss_threshold 1e-9 --scaling_factors 30,50 --test_trials 2 --seed 1 \
    --n_trials 3000 --eval_freq 25 --search_trials 20 --search_anyway --figures none --output_dir live --quiet \
    >"$scratch/run.out" 2>&1 &
run=$!
await grep -q '"trial":26' live/progress.jsonl 2>"$scratch/err"
kill -STOP $run
"$SPIKERNN" report live --follow --n_trials 2 --figures none --quiet >"$scratch/out" 2>&1 &
follow=$!
await test -s live/report.html
HOME=$scratch /usr/bin/python3 "$SOURCE_DIR/tests/frame/report_live.py" \
    "$PWD/live/report.html" "$chromium" "$driver" $run
ended $run
[ $code = 3 ] || fail "the run ended with $code: $(cat "$scratch/run.out")"
ended $follow
[ $code = 0 ] || fail "following ended with $code: $(cat "$scratch/out")"
