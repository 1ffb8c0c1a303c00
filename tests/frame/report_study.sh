# The page of a study in a browser: what the program found is seen, points and tables react, a phone and paper show
# it whole, and text from the study file is no markup.
. "$SOURCE_DIR/tests/cli/expect.bash"

cat >study.json <<'END'
{ "study": "tiny", "about": "</script><script>document.title = \"taken\"</script>", "task": "go-nogo",
  "options": {"preset": "published", "n_trials": 60, "eval_trials": 4, "eval_freq": 20, "scaling_factors": [30, 50], "search_trials": 3,
              "test_trials": 2, "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0},
  "conditions": [
    {"name": "<img src=x onerror=alert(1)>", "N": 12},
    {"name": "larger", "N": 30},
    {"name": "never good, and with a name that is longer than most", "N": 12, "perf_threshold": 0.999, "loss_threshold": 0.001}],
  "seeds": "1:12",
  "expect": [{"condition": "larger", "measure": "evaluation.spiking.accuracy", "mean": 0.5, "sd": 0.2, "source": "a guess"},
             {"condition": "<img src=x onerror=alert(1)>", "about": "<b>works</b>", "source": "fig. <i>2</i>"}],
  "figures": [{"figure": "study-points", "measure": "training.trials", "caption": "<b>As in the paper</b>"}, {"figure": "taus", "condition": "never good, and with a name that is longer than most"}] }
END
run "$SPIKERNN" study run study.json --dir study --seeds 1:5 --quiet --json
accepted study report study --formats svg
mv study/report.html begun.html
run "$SPIKERNN" study run study --quiet --json
accepted study report study --formats svg
mkdir all
cp -r study all/fig1
accepted study report all --formats svg

chromium=$(command -v chromium) || fail "there is no chromium: tools/install-deps --tests"
driver=$(command -v chromedriver) || fail "there is no chromedriver: tools/install-deps --tests"
HOME=$scratch /usr/bin/python3 "$SOURCE_DIR/tests/frame/study_browser.py" "$PWD/study/report.html" "$PWD/begun.html" "$PWD/all/report.html" \
    "$chromium" "$driver"
