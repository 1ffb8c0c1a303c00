"""The layer: exceptions, contexts, Ctrl-C, arrays."""
import gc
import os
import signal
import threading
import unittest
import warnings
from ctypes import byref

import numpy as np

import spikernn
from spikernn import CustomTask, Model, Stopped, Task, c, call, floats, key, lib, long_call, view


def options(**values):
    return spikernn.fill(lib.srnn_train_options_default(), dict({"n_trials": 500, "seed": 1}, **values))


def silent_task(generate=None, draw_type=lambda seed: 0, score=None, T=20, **named):
    def zeros(type_, seed, columns):
        return np.zeros((1, columns)), np.zeros((1, columns))
    return CustomTask("silent", 1, 1, T, draw_type, generate or zeros,
                      score or (lambda type_, seed, response: (True, 0, 1)), **named)


class Presets(unittest.TestCase):
    def test_of_a_task(self):
        self.assertEqual([silent_task().preset, silent_task(preset="robust").preset,
                          Task.named("dms").preset], ["standard", "robust", "robust"])
        with self.assertRaisesRegex(ValueError, "preset is 'paper'; expected standard, published"):
            silent_task(preset="paper")


class Errors(unittest.TestCase):
    def test_each_status_has_its_exception_and_the_sentence(self):
        with open("no_model.mat", "w") as file:
            file.write("nothing of a model" * 20)
        os.mkdir("folder.mat")
        for kind, text, act in (
                (ValueError, "N is -1; expected 1 to 16000", lambda: Model.create(N=-1)),
                (ValueError, "did you mean 'xor'", lambda: Task.named("xur")),
                (FileNotFoundError, "nix.mat cannot be opened", lambda: Model.load("nix.mat")),
                (ValueError, "no_model.mat is not a MAT file", lambda: Model.load("no_model.mat")),
                (FileNotFoundError, "no/x.mat", lambda: Model.create(N=2).save("no/x.mat")),
                (OSError, "folder.mat", lambda: Model.create(N=2).save("folder.mat")),
                (ValueError, "is unknown; expected one of N, n_in", lambda: Model.create(n=2)),
                (ValueError, "N is 'a'; expected a number", lambda: Model.create(N="a")),
                (ValueError, "seed is -1", lambda: key(-1, 1, 0)),
                (ValueError, "trial type is 'gone'", lambda: Task.named("xor").type_index("gone"))):
            with self.assertRaises(kind) as caught:
                act()
            self.assertIn(text, str(caught.exception))

    def test_infinite_numbers_are_floating_point_errors(self):
        model = Model.create(N=20, apply_dale=False, taus=[1], activation="clipped_relu")
        weights = np.full((20, 20), 3e38, np.float32)
        model.set_weights(w=weights, taus=[1], activation="clipped_relu")
        u = np.ones((10, 1), np.float32)
        values = lib.srnn_rate_input_default()
        values.T, values.u = 10, spikernn.pointer(u)
        with self.assertRaisesRegex(FloatingPointError, "not finite at step"):
            call(lib.srnn_rate_run, model, byref(values), byref(c.srnn_rate_output()))


class Guesses(unittest.TestCase):
    def test_a_task_that_is_guessed_is_warned_of(self):
        Model.create(N=2).save("Task_go_nogo_N_2.mat")
        model = Model.load("Task_go_nogo_N_2.mat")
        with self.assertWarnsRegex(UserWarning, "guessed from the file's name: go-nogo"):
            self.assertEqual(model.task().name, "go-nogo")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.task("go-nogo")


class Names(unittest.TestCase):
    def test_of_values_are_those_of_the_options(self):
        search = spikernn.fill(lib.srnn_search_options_default(), {
            "criterion": "Margin", "spiking": {"neuron": "qif", "precision": np.array(["double"])}})
        self.assertEqual(search.criterion, c.SRNN_BY_MARGIN)
        self.assertEqual((search.spiking.neuron.model, search.spiking.precision),
                         (c.SRNN_QIF, c.SRNN_DOUBLE))
        self.assertEqual(options(loss=c.SRNN_L1).loss, c.SRNN_L1)
        self.assertEqual(Model.create(N=2, activation="Softplus").activation, "softplus")
        with self.assertRaisesRegex(ValueError, "^w_gradient is 'maskd'; expected masked, straight or initial"):
            options(w_gradient="maskd")


class Calls(unittest.TestCase):
    def test_progress_and_stop(self):
        seen = []

        def progress(p):
            seen.append(p)
            return p.done >= 100

        model = Model.create(N=20)
        task = silent_task(T=5, score=lambda type_, seed, response: (False, 0, -1))
        stopped = long_call(lib.srnn_train, model, task, byref(options(n_trials=100000)),
                            progress=progress, partial=True)
        self.assertTrue(stopped)
        self.assertEqual(seen[0].phase, "train")
        self.assertGreaterEqual(model.training()["n_losses"], 100)
        self.assertLess(model.training()["n_losses"], 100000)
        with self.assertRaises(Stopped):
            long_call(lib.srnn_rate_evaluate, model, silent_task(), byref(
                lib.srnn_rate_eval_options_default()), byref(c.srnn_rate_evaluation()),
                progress=lambda p: True)

    def test_what_progress_raises_comes_out(self):
        def progress(p):
            raise KeyError("mine")
        with self.assertRaisesRegex(KeyError, "mine"):
            long_call(lib.srnn_train, Model.create(N=20), silent_task(), byref(options()),
                      progress=progress, partial=True)

    def test_ctrl_c(self):
        """With and without a callback of the user's own; the handler is the old one afterwards."""
        never_right = silent_task(score=lambda type_, seed, response: (False, 0, -1))
        for progress in (None, lambda p: None):
            model = Model.create(N=100)
            timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
            before = signal.getsignal(signal.SIGINT)
            timer.start()
            with self.assertRaises(KeyboardInterrupt):
                long_call(lib.srnn_train, model, never_right, byref(options(n_trials=1000000)),
                          progress=progress, partial=True)
            timer.join()
            self.assertIs(signal.getsignal(signal.SIGINT), before)
            self.assertGreater(model.training()["n_losses"], 0)

    def test_a_call_inside_a_callback_and_other_threads(self):
        def progress(p):
            Model.create(N=5).save("inside.mat")
            with self.assertRaises(ValueError):
                Model.create(N=-5)
        long_call(lib.srnn_train, Model.create(N=20), silent_task(), byref(options(n_trials=3)),
                  progress=progress, partial=True)
        failures = []

        def work():
            try:
                for _ in range(20):
                    with self.assertRaisesRegex(ValueError, "N is -3"):
                        Model.create(N=-3)
            except BaseException as failure:
                failures.append(failure)
        threads = [threading.Thread(target=work) for _ in range(4)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        self.assertEqual(failures, [])

    def test_contexts(self):
        with spikernn.context() as outer:
            with spikernn.context() as inner:
                self.assertIsNot(outer, inner)
        with spikernn.context() as again:
            self.assertIs(again, outer)

    def test_threads(self):
        with self.assertRaisesRegex(ValueError, "threads"):
            spikernn.set_threads(-1)
        spikernn.set_threads(1)
        with spikernn.context() as ctx:
            self.assertEqual(lib.srnn_ctx_threads(ctx), 1)
        spikernn.set_threads(0)


class Arrays(unittest.TestCase):
    def test_no_copy_where_none_is_needed(self):
        given = np.zeros((3, 2), np.float32)
        self.assertTrue(np.shares_memory(floats(given, (3, 2), "a"), given))
        given.flags.writeable = False
        self.assertTrue(np.shares_memory(floats(given, (None, 2), "a"), given))

    def test_every_kind_that_means_the_same(self):
        expected = np.arange(6, dtype=np.float32).reshape(2, 3)
        wide = np.zeros((4, 6))
        wide[::2, ::2] = expected
        for given in (expected.astype(float), expected.astype(np.int64), expected.tolist(),
                      np.asfortranarray(expected), wide[::2, ::2], expected.astype(">f8"),
                      expected[::-1, ::-1].copy()[::-1, ::-1]):
            got = floats(given, (2, 3), "a")
            self.assertTrue(got.flags.c_contiguous and got.dtype == np.float32)
            np.testing.assert_array_equal(got, expected)

    def test_refused(self):
        for given, text in ((np.zeros(3), "a is 3 numbers; expected 2 x 3"),
                            (np.zeros((2, 4)), "a is 2 x 4; expected 2 x 3"),
                            ([["x"] * 3] * 2, "expected numbers"),
                            (np.zeros((2, 3), complex), "expected numbers"),
                            (None, "expected numbers"),
                            ([[1, 2], [3]], "a "),
                            (np.full((2, 3), 1e60), "is 1e\\+60; expected a finite"),
                            ([[0, 0, 0], [0, np.nan, 0]], r"a\[1, 1\] is nan")):
            with self.assertRaisesRegex(ValueError, text):
                floats(given, (2, 3), "a")

    def test_views_keep_their_memory(self):
        model = Model.create(N=50, seed=1)
        expected = model.arrays()["w"]
        seen = view(model.view.w, (50, 50), model).T
        del model
        gc.collect()
        [np.full(2500, 7, np.float32) for _ in range(50)]
        np.testing.assert_array_equal(seen, expected)

    def test_order(self):
        """w[post, pre], for every way in and out."""
        w = np.arange(9, dtype=np.float32).reshape(3, 3)
        for given in (w, np.asfortranarray(w), w.astype(float)):
            model = Model.from_arrays(w=given, w_in=np.ones((3, 2)), w_out=np.ones((1, 3)),
                                      b_out=np.zeros(1), inh=[0, 1, 0], taus_gaus=np.zeros(3))
            np.testing.assert_array_equal(model.arrays()["w"], w)
            np.testing.assert_array_equal(model.w_eff(), w * [1, -1, 1])
        self.assertEqual(model.view.w[1], 3)  # from unit 0 to unit 1


class Custom(unittest.TestCase):
    def test_trials_repeat_themselves_on_any_number_of_threads(self):
        def noisy(type_, seed, columns):
            u = np.random.randn(2, columns)
            return u, u[:1]

        def run(threads):
            spikernn.set_threads(threads)
            task = CustomTask("noisy", 2, 1, 15, lambda seed: np.random.randint(3), noisy,
                              lambda type_, seed, response: (
                                  np.random.rand() < 0.5, np.random.rand(), np.random.randn()),
                              type_names="abc")
            model = Model.create(N=20, n_in=2)
            result = c.srnn_rate_evaluation()
            long_call(lib.srnn_train, model, task, byref(options(n_trials=30, eval_trials=20)))
            long_call(lib.srnn_rate_evaluate, model, task,
                      byref(lib.srnn_rate_eval_options_default()), byref(result))
            return model.training()["losses"], result.correct, result.types[1].value_mean

        np.random.seed(3)
        state = np.random.get_state()[1].tolist()
        first, second = run(1), run(3)
        spikernn.set_threads(0)
        np.testing.assert_array_equal(first[0], second[0])
        self.assertEqual(first[1:], second[1:])
        self.assertTrue(20 < first[1] < 80)
        self.assertEqual(np.random.get_state()[1].tolist(), state)  # the user's own numbers stay

    def test_the_score_sees_the_output(self):
        seen = []

        def score(type_, seed, response):
            seen.append((type_, response))
            return response.out.max() > 0.5, response.out.max(), response.out.max() - 0.5
        task = silent_task(score=score)
        out = np.zeros((19, 1))
        out[7] = 0.75
        got = task.score(key(1, 1, 1), 0, out)
        self.assertEqual((got.correct, got.value, got.margin), (True, 0.75, 0.25))
        self.assertEqual(seen[0][0], 0)
        self.assertEqual(seen[0][1].network, c.SRNN_RATE)

    def test_names_units_and_parameters(self):
        named = silent_task(input_names=["coherence"], input_units=["%"], output_names=["speed"],
                            parameters={"cost": 0.5, "limit": 3})
        self.assertEqual((named.input_names, named.input_units), (["coherence"], ["%"]))
        self.assertEqual((named.output_names, named.output_units), (["speed"], [""]))
        self.assertEqual(named.parameters, {"cost": 0.5, "limit": 3})
        self.assertEqual((silent_task().input_names, silent_task().output_names),
                         (["input"], ["output"]))
        self.assertEqual(Task.named("xor").input_names, ["first", "second"])
        self.assertEqual(Task.named("oscillation").parameters, {"period": 100})
        with self.assertRaisesRegex(ValueError, "input_names has 2 names; expected 1"):
            silent_task(input_names=["a", "b"])
        with self.assertRaisesRegex(ValueError, "the output 'a, b'"):
            silent_task(output_names=["a, b"])

    def test_what_a_task_raises_comes_out(self):
        def fails(*_, **__):
            raise LookupError("in the task")
        for place in ({"generate": fails}, {"draw_type": fails}, {"score": fails}):
            task = silent_task(**place)
            with self.assertRaisesRegex(LookupError, "in the task"):
                long_call(lib.srnn_train, Model.create(N=20), task, byref(options()), partial=True)
        with self.assertRaisesRegex(LookupError, "in the task"):
            silent_task(generate=fails).trial(key(1, 1, 1))
        for wrong, text in ((lambda *a: (np.zeros((2, 20)), np.zeros((1, 20))), "u is 2 x 20"),
                            (lambda *a: (np.zeros((1, 20)), np.zeros(20)), "z is 20 numbers"),
                            (lambda *a: None, "unpack"),
                            (lambda *a: (np.full((1, 20), np.nan), np.zeros((1, 20))), "finite")):
            task = silent_task(generate=lambda t, s, columns, w=wrong: w(t, s, columns))
            with self.assertRaisesRegex((ValueError, TypeError), text):
                task.trial(key(1, 1, 1))
        with self.assertRaisesRegex(ValueError, "draw_type gave 4"):
            silent_task(draw_type=lambda seed: 4).trial(key(1, 1, 1))


def trained(seed):
    from rate.model import RateNetwork
    net = RateNetwork(20, seed=seed)
    net.train("go-nogo", n_trials=3)  # an evaluation is of 100 trials, on all threads
    return np.array(net.w)


class Fork(unittest.TestCase):
    """The library's threads do not live on in the child of a fork, which must not wait for them."""

    def test_pool(self):
        import multiprocessing
        here = [trained(seed) for seed in range(3)]  # with the parent's threads
        with multiprocessing.get_context("fork").Pool(2) as pool:
            there = pool.map_async(trained, range(3)).get(120)
        for mine, its in zip(here, there):
            self.assertTrue(np.array_equal(mine, its))


unittest.main()
