"""The package rate's tasks: the built-in ones, and those of one's own in the library's loops."""
import sys
import unittest

sys.modules["torch"] = None  # as where it is not installed

import numpy as np

from rate import AbstractTask, GoNogoTask, ManteTask, RateNetwork, TaskFactory, XORTask
from rate import model
from rate.tasks import library_task
from spikernn import c, key, lib, long_call, set_threads
from ctypes import byref

GO = {"T": 200, "stim_on": 50, "stim_dur": 25, "DeltaT": 1, "taus": [4, 20], "task": "go-nogo"}
XOR = {"T": 300, "stim_on": 50, "stim_dur": 50, "delay": 10}
MANTE = {"T": 500, "stim_on": 50, "stim_dur": 200}


class BuiltIn(unittest.TestCase):
    def test_go_nogo(self):
        task = TaskFactory.create_task("go-nogo", GO)
        self.assertIs(type(task), GoNogoTask)
        u, label = task.generate_stimulus("go")
        expected = np.zeros((1, 200))
        expected[0, 50:75] = 1
        np.testing.assert_array_equal(u, expected)
        z = task.generate_target(1)
        np.testing.assert_array_equal(z, (np.arange(199) >= 75) * 1.0)
        u, z, label = task.simulate_trial("nogo")
        self.assertEqual((u.any(), z.any(), label), (False, False, 0))
        labels = {model.generate_input_stim_go_nogo(GO)[1] for _ in range(40)}
        self.assertEqual(labels, {0, 1})
        np.testing.assert_array_equal(model.generate_target_continuous_go_nogo(GO, 1)[80:], 1)

    def test_xor(self):
        task = XORTask(XOR)
        for kind, label in (("++", "same"), ("+-", "diff"), ("-+", "diff"), ("--", "same")):
            u, z, got = task.simulate_trial(kind)
            expected = np.zeros((2, 300))
            expected[0, 50:100] = 1 if kind[0] == "+" else -1
            expected[1, 110:160] = 1 if kind[1] == "+" else -1
            np.testing.assert_array_equal(u, expected)
            target = np.zeros(299)
            target[170:270] = 1 if label == "same" else -1
            np.testing.assert_array_equal(z, target)
            np.testing.assert_array_equal(model.generate_target_continuous_xor(XOR, got), target)
            self.assertEqual(got, label)

    def test_mante(self):
        task = ManteTask(MANTE)
        for kind, context in (("color", 0), ("motion", 1)):
            labels = set()
            for _ in range(30):
                u, z, label = task.simulate_trial(kind)
                labels.add(label)
                np.testing.assert_array_equal(u[2 + context], 1)
                np.testing.assert_array_equal(u[3 - context], 0)
                self.assertFalse(u[:2, :50].any() or u[:2, 250:].any())
                self.assertEqual(np.sign(u[context, 50:250].mean()), label)
                np.testing.assert_array_equal(z, (np.arange(499) >= 250) * label)
            self.assertEqual(labels, {1, -1})
        self.assertEqual(model.generate_input_stim_mante(MANTE)[0].shape, (4, 500))
        np.testing.assert_array_equal(model.generate_target_continuous_mante(MANTE, -1)[300:], -1)

    def test_seed(self):
        """A number: one trial. True: the same series of different trials every time."""
        def series(seed):
            task = ManteTask(MANTE)
            return [task.generate_stimulus(seed=seed)[0] for _ in range(4)]
        first, second = series(True), series(True)
        np.testing.assert_array_equal(first, second)
        self.assertFalse(np.array_equal(first[0], first[1]))
        fixed = series(3)
        np.testing.assert_array_equal(fixed[0], fixed[1])
        self.assertFalse(np.array_equal(series(False)[0], series(False)[0]))

    def test_refused(self):
        for act, text in ((lambda: GoNogoTask({"T": 200}), "lack stim_on"),
                          (lambda: XORTask(GO), "lack delay"),
                          (lambda: GoNogoTask({"T": 70, "stim_on": 50, "stim_dur": 25}), "T is 70"),
                          (lambda: GoNogoTask({"T": 2.5, "stim_on": 1, "stim_dur": 1}), "whole"),
                          (lambda: GoNogoTask(dict(GO, stim_on="soon")), "expected a number"),
                          (lambda: GoNogoTask(GO).generate_stimulus("stop"), "stop"),
                          (lambda: XORTask(XOR).generate_target("even"), "even"),
                          (lambda: TaskFactory.create_task("gonogo", GO), "unknown"),
                          (lambda: TaskFactory.register_task("x", int), "AbstractTask")):
            with self.assertRaisesRegex(ValueError, text):
                act()
        with self.assertRaises(TypeError):
            AbstractTask({})

    def test_settings(self):
        """The caller's dict stays, and a change of it counts."""
        settings = dict(GO)
        task = GoNogoTask(settings)
        task.generate_stimulus()
        self.assertEqual(settings, GO)
        settings["stim_on"] = 60
        self.assertEqual(task.generate_stimulus("go")[0][0].argmax(), 60)
        self.assertEqual(GoNogoTask().generate_stimulus()[0].shape, (1, 200))
        self.assertEqual(TaskFactory.create_task("dms").simulate_trial()[1].ndim, 1)
        self.assertEqual(TaskFactory.list_available_tasks()[:3], ["go_nogo", "xor", "mante"])


class Where(AbstractTask):
    """The target is the sign of a pulse of random size, on one of two channels."""
    trial_types = ["left", "right"]

    def validate_settings(self):
        if "T" not in self.settings:
            raise ValueError("no T")

    def generate_stimulus(self, trial_type=None, seed=False):
        trial_type = trial_type or self.trial_types[np.random.randint(2)]
        u = np.zeros((2, self.settings["T"]))
        u[self.trial_types.index(trial_type), 10:20] = 1 + 0.2 * np.random.randn()
        return u, 1 if trial_type == "right" else -1

    def generate_target(self, label, seed=False):
        z = np.zeros(self.settings["T"] - 1)
        z[20:] = label
        return z


class Own(unittest.TestCase):
    settings = {"T": 60, "stim_on": 10, "stim_dur": 10}

    def test_trains_is_evaluated_and_searched(self):
        task = Where(self.settings)
        net = RateNetwork(60, w_in=np.random.RandomState(1).randn(60, 2), gain=1, seed=3)
        record = net.train(task, n_trials=600, loss_threshold=3, lr=0.02)
        self.assertTrue(record["reached"], record["eval_perf_mean"])
        result = net.eval(task, n_trials=40, balanced=True)
        self.assertGreater(result["accuracy"], 0.8)  # chance: 0.5
        self.assertEqual(set(result["types"]), {"left", "right"})
        again = RateNetwork(60, w_in=np.random.RandomState(1).randn(60, 2), gain=1, seed=3)
        np.testing.assert_array_equal(again.train(task, n_trials=600, loss_threshold=3, lr=0.02)["losses"],
                                      record["losses"])
        options = lib.srnn_search_options_default()
        options.n_trials, options.test_trials = 10, 0
        found = c.srnn_search_result()
        long_call(lib.srnn_search, net._model, task._library_task(), byref(options), byref(found))
        self.assertEqual((found.n, found.n_trials), (12, 10))
        lib.srnn_search_result_free(byref(found))

    def test_its_names_and_parameters_reach_the_library(self):
        class Named(Where):
            input_names, input_units = ["left", "right"], ["%", "%"]
            output_names = ["choice"]
        task = Named(dict(self.settings, cost=0.5, note="none"))._library_task()
        self.assertEqual((task.input_names, task.input_units), (["left", "right"], ["%", "%"]))
        self.assertEqual((task.output_names, task.parameters), (["choice"], {"cost": 0.5}))
        self.assertEqual(Where(self.settings)._library_task().input_names, ["input 1", "input 2"])

    def test_its_score_sees_what_both_networks_answer(self):
        """Columns, windows, clocks: an output that is the target is correct in both."""
        task = Where(self.settings)._library_task()
        trial_key = key(1, c.SRNN_DOMAIN_USER, 4)
        trial = task.trial(trial_key, columns=61)
        z = trial.z[:, :59].T.astype(float)
        self.assertTrue(task.score(trial_key, trial.type, z).correct)
        self.assertFalse(task.score(trial_key, trial.type, -z).correct)
        self.assertAlmostEqual(task.score(trial_key, trial.type, 0.5 * z).margin, -0.2)
        spiking = np.repeat(np.vstack([z, z[-1:]]), 100, axis=0)
        late = np.zeros_like(spiking)
        late[2099] = z[20]  # the last sample of step 21 is o_20, the first of the window
        for out, correct in ((spiking, True), (late, True), (np.roll(late, -100, 0), False)):
            self.assertEqual(task.score(trial_key, trial.type, out, c.SRNN_SPIKING, 100.0).correct, correct)

    def test_a_subclass_of_a_built_in_task_is_its_own(self):
        class Weak(GoNogoTask):
            def generate_stimulus(self, trial_type=None, seed=False):
                u, label = super().generate_stimulus(trial_type, seed)
                return u / 2, label
        weak = library_task(Weak(GO))
        trials = [weak.trial(key(1, 5, k)).u.max() for k in range(20)]
        self.assertEqual(set(trials), {0, 0.5})
        again = [weak.trial(key(1, 5, k)).u.max() for k in range(20)]
        self.assertEqual(trials, again)

    def test_registered(self):
        TaskFactory.register_task("where", Where)
        record = RateNetwork(20, n_in=2).train("where", {"T": 40}, n_trials=3)
        self.assertEqual(record["n_losses"], 3)
        with self.assertRaisesRegex(ValueError, "no T"):
            RateNetwork(20, n_in=2).train("where", {"stim_on": 40})

    def test_what_it_raises_comes_out(self):
        class Broken(Where):
            count = 0

            def generate_target(self, label, seed=False):
                Broken.count += 1
                if Broken.count > 30:
                    raise ZeroDivisionError("after 30 trials")
                return super().generate_target(label, seed)
        for batch in (1, 9):  # whose parts threads share
            Broken.count = 0
            with self.assertRaisesRegex(ZeroDivisionError, "after 30 trials"):
                RateNetwork(20, n_in=2).train(Broken(self.settings), batch=batch)

    def test_threads_share_a_batch(self):
        weights = []
        for threads in (1, 3):
            set_threads(threads)
            net = RateNetwork(20, n_in=2, seed=4)
            net.train(Where(self.settings), n_trials=8, batch=9, seed=2)
            weights.append(np.array(net.w))
        set_threads(0)
        np.testing.assert_array_equal(*weights)

    def test_what_does_not_fit_is_refused(self):
        with self.assertRaisesRegex(ValueError, "channels|inputs"):
            RateNetwork(20, n_in=1).train(Where(self.settings))


unittest.main()
