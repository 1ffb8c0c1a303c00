"""Evaluation of spiking networks: the numbers of the program, figures, scripts of users, command
lines, and the lessons in examples/python."""
import contextlib
import glob
import io
import os
import subprocess
import sys
import unittest

import numpy as np
import scipy.io

from rate import FR_RNN_dale, RateNetwork, create_default_config, set_gpu
from spiking import LIFEvaluator, LIFNetwork, SpikingConfig
from spiking.eval_go_nogo import eval_go_nogo
from spiking.eval_tasks import evaluate_task
from spiking.eval_xor import eval_xor
from spiking.tasks import GoNogoSpikingTask
from trained import main, model_in, program

EXAMPLES = os.path.join(os.environ["SOURCE_DIR"], "examples", "python")


class Evaluation(unittest.TestCase):
    def check(self, ours, theirs):
        spiking = theirs["spiking"]
        self.assertEqual(ours["overall_accuracy"], spiking["correct"] / spiking["n"])
        self.assertEqual(ours["total_trials"], spiking["n"])
        self.assertEqual(ours["scaling_factor"], theirs["scaling_factor"])
        self.assertAlmostEqual(ours["mean_rate_hz"], spiking["mean_rate_hz"])
        for row in spiking["types"]:
            self.assertEqual(ours["%s_accuracy" % row["type"]], row["correct"] / row["n"])
            self.assertEqual(ours["%s_trials" % row["type"]], row["n"])

    def test_the_same_numbers_as_the_program(self):
        path = model_in("same")
        ours = evaluate_task("go-nogo", "same", n_trials=9, seed=3, save_plots=False, verbose=False)
        self.check(ours, program("eval", path, "--n_trials", "9", "--seed", "3"))
        self.assertTrue(0 < ours["overall_accuracy"] < 1)
        self.assertEqual((ours["n_trials"], ours["go_trials"], ours["model"], ours["plots"]),
                         (18, 9, path, []))
        self.assertFalse(os.path.exists("same/plots"))

        ours = evaluate_task(None, None, 30, {"stim_dur": 40}, False, 5, model_path=path,
                             verbose=False)
        self.check(ours, program("eval", path, "--n_trials", "5", "--scaling_factor", "30",
                                 "--stim_dur", "40"))

    def test_a_network_object_has_the_settings_of_its_training(self):
        net = RateNetwork(20, seed=1)
        net.train("go-nogo", {"T": 60, "stim_on": 10, "stim_dur": 10}, n_trials=2)
        net.save("short.mat")
        network = LIFNetwork("short.mat", SpikingConfig(scaling_factor=40))
        theirs = program("eval", "short.mat", "--scaling_factor", "40", "--n_trials", "4")
        rate_hz = theirs["spiking"]["mean_rate_hz"]
        self.assertAlmostEqual(net.eval("Go_NoGo", n_trials=4, balanced=True)["loss"],
                               theirs["rate"]["loss"])
        for task in (None, "go_nogo"):
            for told in (network.evaluate(task, 4, balanced=True),
                         LIFEvaluator().evaluate_task_performance(network, task, 4)):
                self.assertAlmostEqual(told["mean_rate_hz"], rate_hz)

    def test_an_operating_point_that_is_better(self):
        path = model_in("point")
        program("search", path, "--conversion", "operating-point")
        ours = evaluate_task("go-nogo", "point", n_trials=5, save_plots=False, verbose=False)
        theirs = program("eval", path, "--n_trials", "5")
        self.assertEqual(ours["scaling_factor"] is None, theirs["conversion"] == "operating-point")
        self.check(ours, theirs)

    def test_plots(self):
        model_in("drawn/models")
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            result = eval_go_nogo("drawn/models", n_trials=3)
        self.assertEqual(result["plots"], ["drawn/models/plots/%s.%s" % (name, ending)
                                           for name in ("outputs", "raster")
                                           for ending in ("png", "svg")])
        for path in result["plots"]:
            self.assertGreater(os.path.getsize(path), 1000)
        self.assertRegex(text.getvalue(), r"Overall accuracy: \d\.\d{3} \(6 trials\), two-sided \d\.\d{3}\n"
                         r"  go: .*\n  nogo: .*\nPlots: drawn/models/plots")

    def without_gnuplot(self, folder, first=""):
        path = model_in(folder)
        code = ("import sys, warnings; warnings.simplefilter('always')\n%s\n"
                "from spiking.eval_go_nogo import eval_go_nogo\n"
                "print(len(eval_go_nogo(model_path=%r, n_trials=2)['plots']))" % (first, path))
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.PIPE, env=dict(os.environ, PATH="/none"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done, sorted(os.path.basename(p) for p in glob.glob(folder + "/plots/*"))

    def test_without_gnuplot_by_matplotlib(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("matplotlib is not installed")
        done, files = self.without_gnuplot("no_gnuplot")
        self.assertRegex(done.stdout, "\n4\n$")
        self.assertNotIn("gnuplot", done.stderr)
        self.assertEqual([name for name in files if name.endswith(("png", "svg"))],
                         ["outputs.png", "outputs.svg", "raster.png", "raster.svg"])
        import matplotlib.image
        picture = matplotlib.image.imread("no_gnuplot/plots/raster.png")
        self.assertGreater(len(np.unique(picture)), 2)

    def test_without_gnuplot_and_matplotlib(self):
        done, files = self.without_gnuplot("bare", "sys.modules['matplotlib'] = None")
        self.assertRegex(done.stdout, "\n0\n$")
        self.assertRegex(done.stderr, "gnuplot.*matplotlib.*not installed either")
        self.assertEqual(done.stderr.count("UserWarning"), 1)
        self.assertEqual(files, ["outputs.dat", "outputs.gp", "outputs.var", "raster.dat", "raster.gp", "raster.var",
                                 "style.gp"])

    def test_several_models(self):
        paths = [model_in("several", name) for name in ("a.mat", "b.mat")]
        result = evaluate_task("go-nogo", "several", n_trials=4, verbose=False)
        self.assertEqual(sorted(result["models"]), paths)
        one = result["models"][paths[0]]
        self.assertEqual(result["total_trials"], 2 * one["total_trials"])
        self.assertEqual(result["overall_accuracy"], one["overall_accuracy"])
        self.assertEqual(result["go_trials"], 8)
        self.assertTrue(os.path.exists("several/plots/b/raster.png"))

    def test_wrong_values(self):
        path = model_in("wrong")
        bare = scipy.io.loadmat(path)
        scipy.io.savemat("wrong_bare.mat", {name: bare[name] for name in bare if name not in (
            "opt_scaling_factor",) and not name.startswith("__")})
        for kind, call, text in (
                (ValueError, lambda: eval_go_nogo("wrong", model_path=path),
                 "model_dir, a folder, and model_path"),
                (FileNotFoundError, lambda: eval_xor(), "no folder models/xor"),
                (FileNotFoundError, lambda: eval_go_nogo("none"), "none: no such"),
                (ValueError, lambda: eval_xor("wrong"), r"wrong.*\.mat: .*input"),
                (ValueError, lambda: eval_go_nogo("wrong", -1), "-1"),
                (ValueError, lambda: eval_go_nogo("wrong", "a"), "scaling_factor is 'a'"),
                (ValueError, lambda: eval_go_nogo("wrong", n_trials=0), "n_trials is 0"),
                (ValueError, lambda: eval_go_nogo("wrong", settings={"T": -1}), "T is -1"),
                (ValueError, lambda: eval_go_nogo(model_path="wrong_bare.mat"),
                 "holds no opt_scaling_factor"),
                (ValueError, lambda: evaluate_task("gonogo2", "wrong"), "'gonogo2' is unknown"),
                (ValueError, lambda: evaluate_task(GoNogoSpikingTask(), "wrong", task_settings={"T": 60}),
                 "settings are given besides a task")):
            with self.assertRaisesRegex(kind, text):
                call()

    def test_ctrl_c(self):
        def at_once(p):
            raise KeyboardInterrupt
        model_in("stopped")
        with self.assertRaises(KeyboardInterrupt):
            eval_go_nogo("stopped", n_trials=1000, progress=at_once)


class CommandLines(unittest.TestCase):
    def test_options(self):
        path = model_in("cli/go-nogo")
        done = main("eval_tasks", "--task", "go-nogo", "--model_dir", "cli/go-nogo",
                    "--scaling_factor", "50", "--n_trials", "3", "--no_plots", "--T", "220",
                    "--stim_on", "40", "--stim_dur", "30")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = program("eval", path, "--scaling_factor", "50", "--n_trials", "3", "--T", "220",
                       "--stim_on", "40", "--stim_dur", "30")["spiking"]
        self.assertIn("Overall accuracy: %.3f (6 trials)" % said["accuracy"], done.stdout)
        self.assertFalse(os.path.exists("cli/go-nogo/plots"))
        done = main("eval_go_nogo", "--model_dir", "cli/go-nogo", "--optimal_scaling_factor", "45",
                    "--n_trials", "2")
        self.assertIn("scaling factor 45", done.stdout)
        self.assertTrue(os.path.exists("cli/go-nogo/plots/raster.png"))

    def test_bad_options(self):
        model_in("cli_bad")
        for module, options, text in (
                ("eval_xor", ["--model_dir", "cli_bad"], "input"),
                ("eval_go_nogo", ["--model_dir", "none"], "none: no such"),
                ("eval_tasks", ["--model_dir", "cli_bad", "--n_trials", "0"], "n_trials is 0"),
                ("eval_tasks", ["--model_dir", "cli_bad", "--task", "gonogo2"], "is unknown")):
            done = main(module, *options)
            self.assertEqual(done.returncode, 1)
            self.assertIn("spiking.%s: " % module, done.stderr)
            self.assertIn(text, done.stderr)
            self.assertNotIn("Traceback", done.stderr)


class Scripts(unittest.TestCase):
    def test_as_users_write_them(self):
        model_in("models/go-nogo")
        w_in, w_out = np.random.randn(200, 1), np.random.randn(1, 200) / 100
        from spiking import LIF_network_fnc, lambda_grid_search, eval_go_nogo
        device = set_gpu('0', 0.4)
        net = FR_RNN_dale(200, 0.2, 0.2, w_in, som_N=0, w_dist='gaus', gain=1.5, apply_dale=True,
                          w_out=w_out, device=device)
        best = lambda_grid_search(model_dir='models/go-nogo', task_name='go-nogo', n_trials=100,
                                  scaling_factors=list(np.arange(25, 76, 5)))
        result = eval_go_nogo(model_path='models/go-nogo/trained_model.mat')
        self.assertEqual(net.N, create_default_config().N)
        self.assertEqual(best, result["scaling_factor"])
        self.assertEqual(result["total_trials"], 200)
        u = np.zeros((1, 201))
        u[0, 50:75] = 1
        W, REC, spk, rs, all_fr, out, params = LIF_network_fnc(
            'models/go-nogo/trained_model.mat', result["scaling_factor"], u, {'mode': 'none'}, 1,
            False)
        self.assertEqual(spk.shape, (60, 20000))


class Lessons(unittest.TestCase):
    """examples/python as they stand, with tiny settings."""

    def lesson(self, name, *arguments):
        os.makedirs("lesson", exist_ok=True)
        done = subprocess.run([sys.executable, os.path.join(EXAMPLES, name)] + list(arguments),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              cwd="lesson")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_workflow(self):
        text = self.lesson("01_workflow.py", "300", "3")
        self.assertIn("Best scaling factor", text)
        self.assertIn("Overall accuracy", text)
        self.assertRegex(text, r"\d+ spikes")

    def test_custom_task(self):
        text = self.lesson("02_custom_task.py", "50", "3")
        self.assertRegex(text, r"spiking network: \d\.\d\d")

    def test_torch_loop(self):
        try:
            import torch
        except ImportError:
            self.assertIn("torch", self.lesson("03_torch_loop.py", "2"))
            return
        text = self.lesson("03_torch_loop.py", "2")
        self.assertIn("saved", text)

    def test_scipy_matplotlib(self):
        path = model_in("lesson_scipy")
        text = self.lesson("04_scipy_matplotlib.py", os.path.abspath(path))
        self.assertIn("60 units", text)

    def test_study(self):
        text = self.lesson("05_study.py", "20")
        self.assertRegex(text, "6 of 6: .*did not reach its criterion in 20 trials")
        self.assertIn("3 trainings", text)
        self.assertIn("100 units, trained in 20 trials", text)
        self.assertTrue(os.path.exists("lesson/refractory.csv"))
        self.assertNotIn("6 of 6", self.lesson("05_study.py", "20"))

    def test_each_has_a_test(self):
        self.assertEqual(len(glob.glob(EXAMPLES + "/*.py")), 5)


unittest.main()
