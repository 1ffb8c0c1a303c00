# The page of a comparison in a browser: it shows its data, sorts by mouse and keyboard, fits a phone; names
# and sentences are no markup.
. "$SOURCE_DIR/tests/cli/expect.bash"

"$PYTHON" - <<'END'
import json, os
for N in (50, 100, 200):
    for seed in range(1, 21):
        correct = 60 + N // 10 + (7 * seed + N) % 17
        run = {"spikernn": "0", "verb": "run", "schema": 1, "seed": seed, "task": {"name": "<b>task</b>", "T": 300},
               "options": {"N": N, "lr": 0.01}, "training": {"trials": 500 + seed, "criterion_reached": seed != 20},
               "evaluation": None if seed == 20 else {"spiking": {"correct": correct, "n": 100, "accuracy": correct / 100}}}
        folder = "runs/N%d_%d" % (N, seed)
        os.makedirs(folder)
        json.dump(run, open(folder + "/summary.json", "w"))
os.makedirs("runs/<img src=x onerror=alert(1)>")
open("runs/<img src=x onerror=alert(1)>/summary.json", "w").write("{")
END
accepted compare runs --report many.html
accepted compare runs/N50_1 runs/N100_1 runs/N200_1 --report three.html

chromium=$(command -v chromium) || fail "there is no chromium: tools/install-deps --tests"
driver=$(command -v chromedriver) || fail "there is no chromedriver: tools/install-deps --tests"
HOME=$scratch /usr/bin/python3 "$SOURCE_DIR/tests/frame/compare_browser.py" \
    "$PWD/many.html" "$PWD/three.html" "$chromium" "$driver"
