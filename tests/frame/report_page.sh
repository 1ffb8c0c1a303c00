# The page of a run in a browser: nothing goes wrong, everything is seen, plots react, a phone and
# paper show it whole.
. "$SOURCE_DIR/tests/cli/expect.bash"

experiment go-nogo --N 40 --P_inh 0.3 --som_N 4 --n_trials 60 --eval_trials 4 --scaling_factors 30,50 \
    --search_trials 4 --test_trials 2 --seed 1 --formats svg --output_dir run --quiet --json

# Trial types, a version, a finding and a figure that are markup.
sed -n '/^```json$/,/^```$/p' "$SOURCE_DIR/docs/tasks.md" | sed '1d;$d' |
    sed 's/"left"/"<script>alert(1)<\/script>"/; s/"right"/"<\/svg>\&lt"/' >hostile.json
experiment ./hostile.json --N 30 --n_trials 40 --eval_trials 4 --scaling_factors 30,50 --search_trials 3 \
    --test_trials 2 --formats svg --seed 2 --output_dir hostile --quiet --json
"$PYTHON" - <<'END'
import json
j = json.load(open("hostile/summary.json", encoding="utf-8"))
j["spikernn"] = "<img src=x onerror=alert(1)>"
j["diagnosis"] = [{"sentence": "`</code><script>alert(2)</script>"}]
json.dump(j, open("hostile/summary.json", "w"))
END
accepted report hostile --n_trials 3 --quiet --json
"$PYTHON" - <<'END'
text = open("hostile/report.html", encoding="utf-8").read()
at = text.index("\\u003c/svg>", text.index('"name":"search"'))
script = '\\u003cscript>top.document.title="taken"\\u003c/script>'
open("hostile/report.html", "w", encoding="utf-8").write(text[:at] + script.replace('"taken"', '\\"taken\\"') + text[at:])
END

chromium=$(command -v chromium) || fail "there is no chromium: tools/install-deps --tests"
driver=$(command -v chromedriver) || fail "there is no chromedriver: tools/install-deps --tests"
HOME=$scratch /usr/bin/python3 "$SOURCE_DIR/tests/frame/report_browser.py" \
    "$PWD/run/report.html" "$PWD/hostile/report.html" "$chromium" "$driver"
