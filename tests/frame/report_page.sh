# The page of a run in a browser: nothing goes wrong, everything is seen, plots react, a phone and
# paper show it whole.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment go-nogo --N 40 --P_inh 0.3 --som_N 4 --n_trials 60 --eval_trials 4 --scaling_factors 30,50 \
    --search_trials 4 --test_trials 2 --seed 1 --formats svg --output_dir run --quiet --json
chromium=$(command -v chromium) || fail "there is no chromium: tools/install-deps --tests"
driver=$(command -v chromedriver) || fail "there is no chromedriver: tools/install-deps --tests"
HOME=$scratch /usr/bin/python3 "$SOURCE_DIR/tests/frame/report_browser.py" \
    "$PWD/run/report.html" "$chromium" "$driver"
