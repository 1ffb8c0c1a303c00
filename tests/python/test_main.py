"""python -m rate.main, and that a seed gives the same bits as the program."""
import glob
import os
import signal
import subprocess
import sys
import unittest

import numpy as np
import scipy.io

from rate import RateNetwork
from trained import interruptible

OPTIONS = ["--task", "go-nogo", "--N", "40", "--n_trials", "30", "--som_N", "2", "--act", "softplus",
           "--loss_fn", "l1", "--decay_taus", "4", "10", "--P_inh", "0.3", "--gain", "1.2"]


def main(*arguments, **named):
    return subprocess.run([sys.executable, "-m", "rate.main"] + list(arguments), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **named)


def only(folder, suffix):
    found, = glob.glob(folder + "/models/**/*" + suffix, recursive=True)
    return found


class Main(unittest.TestCase):
    def test_the_same_bits_as_the_program(self):
        done = main(*OPTIONS, "--seed", "5", "--output_dir", "python", "--mode", "Train",
                    "--apply_dale", "True", "--gpu", "0", "--gpu_frac", "0.4")
        self.assertEqual(done.returncode, 0, done.stderr)
        subprocess.check_call([os.environ["SPIKERNN"], "train", "--preset", "published",
                               "--seed", "5", "--output_dir", "program"] + OPTIONS,
                              stdout=subprocess.DEVNULL)
        ours, theirs = only("python", ".mat"), only("program", ".mat")
        self.assertEqual(ours.split("/")[1:-1], theirs.split("/")[1:-1])
        self.assertEqual(os.path.basename(ours)[:-22], os.path.basename(theirs)[:-22])
        a, b = scipy.io.loadmat(ours), scipy.io.loadmat(theirs)
        self.assertEqual(set(a), set(b))
        for name in set(a) - {"__header__"}:
            self.assertEqual(str(a[name]), str(b[name])) if name.startswith("__") else \
                np.testing.assert_array_equal(a[name], b[name], err_msg=name)
        with open(only("python", ".pth"), "rb") as one, open(only("program", ".pth"), "rb") as two:
            self.assertEqual(len(one.read()), len(two.read()))

        net = RateNetwork(40, 0.3, som_N=2, gain=1.2, seed=5)
        net.train("go-nogo", None, {"activation": "softplus", "loss_fn": "l1"}, n_trials=30,
                  taus=[4, 10])
        net.save("api.mat")
        c = scipy.io.loadmat("api.mat")
        for name in set(b) - {"__header__", "__globals__", "__version__"}:
            np.testing.assert_array_equal(c[name], b[name], err_msg=name)

        done = main("--task", "go-nogo", "--mode", "eval", "--output_dir", "python")
        self.assertRegex(done.stdout, r"\.mat: Perf: [01]\.\d\d, Loss: \d")

    def test_a_task_that_suits_other_taus(self):
        folders = []
        for start, out in (([sys.executable, "-m", "rate.main"], "ours"),
                           ([os.environ["SPIKERNN"], "train", "--preset", "published"],
                            "theirs")):
            subprocess.check_call(start + ["--task", "dms", "--N", "10", "--n_trials", "1", "--seed",
                                           "1", "--output_dir", out], stdout=subprocess.DEVNULL)
            folders.append(only(out, ".mat").split("/")[1:-1])
        self.assertEqual(*folders)

    def test_bad_options(self):
        for options, text in ((["--task", "gonogo"], "task 'gonogo' is unknown"),
                              (["--task", "xor", "--N", "0"], "N is 0"),
                              (["--task", "xor", "--mode", "test"], "--mode is 'test'"),
                              (["--task", "xor", "--act", "tanh"], "activation is 'tanh'"),
                              (["--task", "xor", "--decay_taus", "1", "2", "3"], "taus are 3"),
                              (["--task", "xor", "--mode", "eval", "--output_dir", "none"], "none"),
                              (["--task", "xor", "--P_inh", "2"], "not in range"),
                              ([], "--task")):
            done = main(*options)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(text, done.stderr)
            self.assertNotIn("Traceback", done.stderr)
        self.assertFalse(os.path.exists("models"))

    def test_ctrl_c_saves_what_has_been_reached(self):
        process = subprocess.Popen([sys.executable, "-m", "rate.main", "--task", "mante", "--N",
                                    "50", "--n_trials", "10000000", "--output_dir", "stopped"],
                                   stdout=subprocess.PIPE, text=True, preexec_fn=interruptible)
        for line in process.stdout:
            if line.startswith("Trial"):
                break
        process.send_signal(signal.SIGINT)
        text = process.communicate()[0]
        self.assertEqual(process.returncode, 130)
        self.assertIn("criterion not reached", text)
        self.assertGreater(scipy.io.loadmat(only("stopped", ".mat"))["losses"].size, 0)


unittest.main()
