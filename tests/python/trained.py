"""What the tests of the package spiking start from: a small trained model, the program, and the
spiking package's command lines."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

_made = []


def model_in(folder, name="trained_model.mat"):
    """A Go-NoGo network of `spikernn run`, whose search had 5 trials, copied to folder/name."""
    os.makedirs(folder, exist_ok=True)
    if not _made:
        run = tempfile.mkdtemp()
        made = subprocess.run(
            [os.environ["SPIKERNN"], "run", "--preset", "published", "--task", "go-nogo",
             "--N", "60", "--seed", "1", "--n_trials", "800", "--search_trials", "5",
             "--test_trials", "2", "--conversion", "scaling-factor", "--search_anyway",
             "--figures", "none", "--output_dir", run + "/run"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert made.returncode in (0, 3)  # 3: the criterion was not reached
        _made.append(run + "/run/model.mat")
    path = os.path.join(folder, name)
    shutil.copy(_made[0], path)
    return path


def program(*arguments):
    """What the program says with --json, as a dict."""
    return json.loads(subprocess.check_output([os.environ["SPIKERNN"]] + list(arguments)
                                              + ["--json"]))


def main(module, *arguments, **named):
    """python -m spiking.<module>."""
    return subprocess.run([sys.executable, "-m", "spiking." + module] + list(arguments), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **named)


def interruptible():
    """For Popen's preexec_fn: the tests may run where Ctrl-C is ignored, which a child inherits."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
