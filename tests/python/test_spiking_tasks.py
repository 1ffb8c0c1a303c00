"""The package spiking's tasks: the built-in ones, and those of one's own."""
import sys
import unittest
import warnings

sys.modules["torch"] = None  # as where it is not installed

import numpy as np

from rate import AbstractTask, GoNogoTask, TaskFactory, set_seed
from spiking.abstract import LIFNetwork
from spiking.lambda_grid_search import lambda_grid_search
from spiking.eval_tasks import evaluate_task
from spiking.tasks import (AbstractSpikingTask, GoNogoSpikingTask, LibrarySpikingTask,
                           ManteSpikingTask, SpikingTaskFactory, XORSpikingTask)
from spikernn import Model, c, key
from trained import model_in


class Says:
    """A network whose output is what it is told to be."""

    def __init__(self, output, dt=5e-5):
        self.output, self.dt = output, dt

    def simulate(self, stimulus, stims):
        assert stims == {"mode": "none"}
        nt = len(np.atleast_2d(self.output)[0])
        return np.zeros((3, nt)), np.zeros((3, nt)), self.output, {"dt": self.dt, "nt": nt}


def step(height, on=10000, nt=20000):
    return np.where(np.arange(nt) >= on, height, 0.0)


class BuiltIn(unittest.TestCase):
    def test_go_nogo(self):
        task = GoNogoSpikingTask()
        self.assertEqual(task.settings["T"], 200)
        self.assertEqual(task.get_sample_trial_types(), ["go", "nogo"])
        u, label = task.generate_stimulus("go")
        expected = np.zeros((1, 201))  # as the spiking network needs it
        expected[0, 50:75] = 1
        np.testing.assert_array_equal(u, expected)
        self.assertEqual(label, "go")
        self.assertEqual({task.generate_stimulus()[1] for _ in range(40)}, {"go", "nogo"})
        np.testing.assert_array_equal(task.generate_target("go"), (np.arange(199) >= 75) * 1.0)

        both = task.evaluate_trial(Says(step(0.71) - step(1.5, 15000, 20000)), u, "go")
        self.assertTrue(both["correct"])
        self.assertAlmostEqual(both["other_side"], 0.09)
        for label, height, correct in (("go", 0.71, True), ("go", 0.69, False),
                                       ("nogo", 0.29, True), ("nogo", 0.31, False)):
            for network in (Says(step(height)), Says(step(height, 1000, 2000), 5e-4)):
                result = task.evaluate_trial(network, u, label)
                self.assertEqual(result["correct"], correct)
                self.assertAlmostEqual(result["value"], height)
                self.assertEqual(result["spikes"].shape[0], 3)
        # early output is no answer
        self.assertFalse(task.evaluate_trial(Says(1 - step(1, 9000)), u, "go")["correct"])

    def test_settings_win_over_the_defaults(self):
        task = XORSpikingTask({"stim_on": 20, "T": 250})
        self.assertEqual((task.settings["stim_dur"], task.settings["stim_on"]), (50, 20))
        u, label = task.generate_stimulus("+-")
        self.assertEqual((u.shape, label), ((2, 251), "diff"))
        np.testing.assert_array_equal(u[0, 20:70], 1)
        np.testing.assert_array_equal(u[1, 80:130], -1)

    def test_xor_and_mante(self):
        xor = XORSpikingTask()
        out = step(-0.8, 20500, 30000)
        self.assertTrue(xor.evaluate_trial(Says(out), None, "diff")["correct"])
        self.assertFalse(xor.evaluate_trial(Says(out), None, "same")["correct"])
        mante = ManteSpikingTask()
        for context, row in (("color", 2), ("motion", 3)):
            u, label = mante.generate_stimulus(context)
            self.assertEqual(u.shape, (4, 501))
            np.testing.assert_array_equal(u[row], 1)
            self.assertEqual(np.sign(u[row - 2, 50:250].mean()), label)
        self.assertTrue(mante.evaluate_trial(Says(step(0.8, 30000, 50000)), u, 1)["correct"])

    def test_the_same_trials_as_the_rate_network(self):
        set_seed(3)
        ours = [XORSpikingTask().generate_stimulus() for _ in range(5)]
        from rate import XORTask
        set_seed(3)
        theirs = [XORTask().generate_stimulus() for _ in range(5)]
        set_seed(None)
        for (u, label), (v, other) in zip(ours, theirs):
            np.testing.assert_array_equal(u[:, :-1], v)
            self.assertEqual(label, other)

    def test_performance_of_a_network_of_ones_own(self):
        network = LIFNetwork(model_in("own"))
        result = GoNogoSpikingTask().evaluate_performance(network, 2)
        self.assertEqual((result["n_trials"], result["go_trials"]), (4, 2))
        result = GoNogoSpikingTask().evaluate_performance(Says(step(0.9)), 3)
        self.assertEqual(result, {"overall_accuracy": 0.5, "two_sided_accuracy": 0.5,
                                  "n_trials": 6, "total_trials": 6,
                                  "Correct trials": 3, "Incorrect trials": 3, "Total trials": 6,
                                  "go_accuracy": 1.0, "go_trials": 3, "nogo_accuracy": 0.0,
                                  "nogo_trials": 3})

    def test_wrong_values(self):
        task = GoNogoSpikingTask()
        for call, text in (
                (lambda: GoNogoSpikingTask({"T": 0}), "T is 0"),
                (lambda: task.generate_stimulus("stop"), "trial type is 'stop'"),
                (lambda: task.evaluate_trial(Says(step(1)), None, "stop"), "label is 'stop'"),
                (lambda: task.evaluate_performance(3), "the model is a int"),
                (lambda: task.evaluate_performance(Says(step(1)), 0), "n_trials is 0"),
                (lambda: SpikingTaskFactory.create_task("gonogo2"), "task 'gonogo2' is unknown"),
                (lambda: SpikingTaskFactory.register_task("a", GoNogoTask), "no task")):
            with self.assertRaisesRegex(ValueError, text):
                call()


class Factory(unittest.TestCase):
    def test_names(self):
        for name, kind in (("go-nogo", GoNogoSpikingTask), ("GO_NOGO", GoNogoSpikingTask),
                           ("xor", XORSpikingTask), ("mante", ManteSpikingTask),
                           ("dms", LibrarySpikingTask)):
            self.assertIs(type(SpikingTaskFactory.create_task(name)), kind)
        self.assertEqual(SpikingTaskFactory.list_available_tasks()[:3], ["go_nogo", "xor", "mante"])
        self.assertEqual(SpikingTaskFactory.create_task("xor", {"T": 280}).settings["T"], 280)


class Loud(AbstractSpikingTask):
    """Correct where the output's last value is above that of the trial, which is drawn."""

    seen = set()

    def get_default_settings(self):
        return {"T": 200, "stim_on": 50, "stim_dur": 25}

    def get_sample_trial_types(self):
        return ["in", "out"]

    def generate_stimulus(self, trial_type=None):
        level = np.random.uniform(0, 0.4)
        u = np.zeros((1, self.settings["T"]))
        u[0, 50:75] = trial_type == "in"
        return u, (trial_type, level)

    def evaluate_trial(self, spiking_rnn, stimulus, label):
        _, _, output, params = spiking_rnn.simulate(stimulus, {"mode": "none"})
        self.seen.add((len(output), params["dt"]))
        margin = output[-1] - label[1]
        return {"correct": margin > 0, "value": output[-1], "margin": margin}


class OwnTask(unittest.TestCase):
    def setUp(self):
        self.path = model_in("own")

    def test_is_searched(self):
        task = Loud()
        first = lambda_grid_search(None, task, 8, [30, 50], model_path=self.path, verbose=False)
        search = Model.load(self.path).search()
        self.assertEqual(search["opt_scaling_factor"], first)
        self.assertEqual(search["n_trials"], 8)
        self.assertTrue(0 < search["all_perfs"].max() < 1)  # drawn levels: some right, some wrong
        np.random.seed(7)  # the user's own numbers are not those of the trials
        lambda_grid_search(None, task, 8, [30, 50], model_path=self.path, verbose=False)
        np.testing.assert_array_equal(Model.load(self.path).search()["all_perfs"],
                                      search["all_perfs"])

    def test_is_evaluated(self):
        SpikingTaskFactory.register_task("loud", Loud)
        result = evaluate_task("loud", None, 50, save_plots=False, n_trials=5,
                               model_path=self.path, verbose=False)
        again = Loud().evaluate_performance(self.path, 5)
        self.assertEqual(result["in_trials"], 5)
        self.assertEqual(result["task"], "Loud")
        self.assertEqual(again["total_trials"], 10)
        drawn = evaluate_task("loud", None, 50, n_trials=2, model_path=self.path, verbose=False)
        self.assertEqual(len(drawn["plots"]), 4)
        # also of the rate network, which ran for the figures
        self.assertEqual(Loud.seen, {(20000, 5e-5)})
        del SpikingTaskFactory._registry["loud"]

    def test_how_far_from_the_criterion(self):
        class Yes(Loud):
            def evaluate_trial(self, spiking_rnn, stimulus, label):
                return label[0] == "in"
        for task, type_, correct, least, most in ((Loud(), 0, True, 0.6, 1), (Yes(), 0, True, 1, 1),
                                                  (Yes(), 1, False, -1, -1)):
            score = task._library_task().score(key(0, c.SRNN_DOMAIN_USER, 0), type_,
                                               np.ones((20000, 1)), c.SRNN_SPIKING, 100)
            self.assertEqual(score.correct, correct)
            self.assertTrue(least <= score.margin <= most, score.margin)

    def test_beyond_the_other_side(self):
        class Both(Loud):
            def evaluate_trial(self, spiking_rnn, stimulus, label):
                return {"correct": True, "other_side": label[1] - 0.2}  # above 0 in about half
        once = evaluate_task(Both(), None, 50, save_plots=False, n_trials=20, verbose=False,
                             model_path=self.path)
        demanded = evaluate_task(Both({"two_sided": 1}), None, 50, save_plots=False, n_trials=20,
                                 verbose=False, model_path=self.path)
        self.assertEqual(once["overall_accuracy"], 1)
        self.assertTrue(0.2 < once["two_sided_accuracy"] < 0.8)
        self.assertEqual(demanded["overall_accuracy"], once["two_sided_accuracy"])
        of_network = Both().evaluate_performance(Says(step(1)), 50)
        self.assertEqual(of_network["overall_accuracy"], 1)
        self.assertTrue(0.2 < of_network["two_sided_accuracy"] < 0.8)
        lambda_grid_search(None, Both(), 8, [30], model_path=self.path, verbose=False)
        found = Model.load(self.path).search()
        self.assertTrue(0 < found["all_two_sided_perfs"][0] < found["all_perfs"][0] == 1)

    def test_a_task_of_the_rate_network(self):
        class Quiet(AbstractTask):
            def validate_settings(self):
                pass

            def generate_stimulus(self, trial_type=None, seed=False):
                return np.zeros((1, 60)), 0

            def generate_target(self, label, seed=False):
                return np.zeros(59)

            def score_trial(self, out, target, label):
                return True, 0, 1
        TaskFactory.register_task("quiet-one", Quiet)
        for task, settings in ((Quiet({"T": 60}), None), ("quiet_one", {"T": 60})):
            result = evaluate_task(task, None, 50, settings, False, 3, model_path=self.path,
                                   verbose=False)
            self.assertEqual((result["overall_accuracy"], result["task"]), (1, "Quiet"))
        del TaskFactory._registry["quiet-one"]

    def test_what_it_raises_comes_out(self):
        class Broken(Loud):
            def evaluate_trial(self, spiking_rnn, stimulus, label):
                raise KeyError("mine")
        with self.assertRaisesRegex(KeyError, "mine"):
            lambda_grid_search(None, Broken(), 4, [30], model_path=self.path, verbose=False)

        class Wide(Loud):
            def generate_stimulus(self, trial_type=None):
                return np.zeros((1, 300)), (trial_type, 0)
        with self.assertRaisesRegex(ValueError, r"task Wide: the stimulus .*\(1, 300\)"):
            lambda_grid_search(None, Wide(), 4, [30], model_path=self.path, verbose=False)

    def test_a_trial_of_a_model(self):
        task = GoNogoSpikingTask()
        u, label = task.generate_stimulus("nogo")
        result = task.evaluate_trial(self.path, u, label)
        self.assertEqual((result["spikes"].shape, result["output"].shape), ((60, 20000), (20000,)))
        self.assertAlmostEqual(result["value"], result["output"][9999:].max())
        self.assertEqual(result["correct"], result["value"] < 0.3)

    def test_visualization(self):
        task = GoNogoSpikingTask()
        result = evaluate_task("go-nogo", None, 50, save_plots=False, n_trials=2,
                               model_path=self.path, verbose=False)
        files = task.create_visualization(result, "seen")
        self.assertIn("seen/plots/raster.png", files)
        u, label = task.generate_stimulus("go")
        trials = [task.evaluate_trial(Says(step(1)), u, label)]
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            files = task.create_visualization(trials, "seen")
        try:
            import matplotlib
            self.assertEqual(files, ["seen/plots/go.png"])
        except ImportError:
            self.assertIn("matplotlib", str(told[0].message))

    def test_a_picture_for_each_trial_type(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("matplotlib is not installed")
        np.random.seed(1)
        for task, types, names in (
                (ManteSpikingTask(), ["1++", "2++", "1-+", "2+-", "1+-"],
                 ["color_1", "motion_1", "color_-1", "motion_-1"]),
                (XORSpikingTask(), ["++", "--", "+-", "-+", "++"], ["++", "--", "+-", "-+"])):
            trials = [task.evaluate_trial(Says(step(1)), *task.generate_stimulus(type_))
                      for type_ in types]
            self.assertEqual(trials[0]["label"], trials[1]["label"])
            self.assertEqual(task.create_visualization(trials, "types"),
                             ["types/plots/%s.png" % name for name in names])
        del trials[0]["stimulus"]
        self.assertEqual(task.create_visualization(trials[:1], "types"), ["types/plots/same.png"])


unittest.main()
