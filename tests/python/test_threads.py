"""One network, task or model in several threads: calls wait for each other and nothing is damaged.
Different networks really run side by side."""
import subprocess
import sys
import threading
import unittest
from ctypes import byref

import numpy as np

import spikernn
from rate import AbstractTask, RateNetwork, TaskFactory
from spikernn import (Access, CustomTask, Model, Task, c, key, lib, long_call, set_threads,
                      using)
from spikernn._access import callback
from spiking import LIF_network_fnc


def in_threads(*functions):
    """Runs them side by side; raises what one of them raised."""
    failures = []

    def guarded(function):
        try:
            function()
        except BaseException as failure:
            failures.append(failure)
    threads = [threading.Thread(target=guarded, args=(f,), daemon=True) for f in functions]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    if any(thread.is_alive() for thread in threads):
        raise AssertionError("the threads wait for each other")
    if failures:
        raise failures[0]


class Steps(AbstractTask):
    def validate_settings(self):
        pass

    def generate_stimulus(self, trial_type=None, seed=False):
        return np.random.randn(1, 20), 1

    def generate_target(self, label, seed=False):
        return np.ones(19)


class OneNetwork(unittest.TestCase):
    def test_everything_at_once(self):
        """A process of its own: without locks it ends with a damaged heap."""
        subprocess.run([sys.executable, __file__, "everything"], check=True, timeout=120)

    def test_a_training_is_not_disturbed(self):
        """What others do meanwhile comes before it or after it."""
        alone, shared = RateNetwork(30, seed=1), RateNetwork(30, seed=1)
        expected = alone.train("go-nogo", n_trials=60)
        begun = threading.Event()
        record = {}

        def train():
            record.update(shared.train("go-nogo", n_trials=60,
                                       progress=lambda p: begun.set()))

        def use():
            begun.wait(60)
            for _ in range(10):
                shared.forward(np.zeros((1, 30)), [4, 20], {"activation": "sigmoid"}, {"T": 30})
                shared.eval("go-nogo", n_trials=1)
        in_threads(train, use, use)
        np.testing.assert_array_equal(record["losses"], expected["losses"])
        np.testing.assert_array_equal(shared.w, alone.w)

    def test_in_its_own_callback(self):
        net, seen = RateNetwork(20, seed=1), []

        def progress(p):
            for use in (lambda: net.save("inside.mat"), lambda: net.forward(np.zeros((1, 9))),
                        lambda: net.train("go-nogo", n_trials=1), lambda: net.lesion_w(0.5),
                        lambda: net.load_net("inside.mat"), lambda: LIF_network_fnc(
                            net, 50, np.zeros((1, 9)))):
                with self.assertRaisesRegex(RuntimeError, "the network is being trained"):
                    use()
            RateNetwork(5, seed=2).train("go-nogo", n_trials=1)  # another one is free
            seen.append(p.done)
        net.train("go-nogo", n_trials=3, progress=progress)
        self.assertTrue(seen)
        np.testing.assert_array_equal(net.w, self.trained(3))
        net.forward(np.zeros((1, 9)))

    @staticmethod
    def trained(n_trials):
        net = RateNetwork(20, seed=1)
        net.train("go-nogo", n_trials=n_trials)
        return net.w

    def test_a_task_of_ones_own_may_use_another_network(self):
        """Its callbacks come from threads of the library."""
        helper = RateNetwork(5, seed=2)

        class Closed(Steps):  # its input is what another network does
            def generate_stimulus(self, trial_type=None, seed=False):
                helper.forward(np.zeros((1, 9)))
                return super().generate_stimulus()

        def train():
            net = RateNetwork(10)
            net.train(Closed({"T": 20}), n_trials=4, batch=8)
            net.eval(Closed({"T": 20}), n_trials=16)
        in_threads(train)

        class Itself(Steps):
            def generate_stimulus(self, trial_type=None, seed=False):
                if getattr(self, "net", None):
                    self.net.forward(np.zeros((1, 9)))
                return super().generate_stimulus()

        task, net = Itself({"T": 20}), RateNetwork(10)
        task.net = net
        with self.assertRaisesRegex(RuntimeError, "the network is being trained"):
            in_threads(lambda: net.train(task, n_trials=4, batch=8))

    def test_a_callback_never_waits_for_a_network_in_use(self):
        """Two threads, each of which wants the other's network in its callback, would never end."""
        nets, both = [RateNetwork(10, seed=k) for k in range(2)], threading.Barrier(2, timeout=60)

        def train(k):
            def progress(p):
                if not met[k]:
                    met[k] = True
                    both.wait()
                    nets[1 - k].forward(np.zeros((1, 9)))
            nets[k].train("go-nogo", n_trials=5, progress=progress)
        met = [False, False]
        with self.assertRaisesRegex(RuntimeError, "in use by another thread"):
            in_threads(lambda: train(0), lambda: train(1))


class Models(unittest.TestCase):
    def test_readers_side_by_side_writers_alone(self):
        model, inside = Model.create(N=10, seed=1), threading.Barrier(3, timeout=60)

        def read():
            with model.reading():
                inside.wait()
        in_threads(read, read, read)
        done = []

        def write():
            model.set_weights(w=np.ones((10, 10)), taus=[4, 20], DeltaT=1, activation="sigmoid")
            done.append(True)
        with model.reading():
            writer = threading.Thread(target=write, daemon=True)
            writer.start()
            writer.join(0.05)
            self.assertEqual(done, [])
        writer.join(60)
        self.assertEqual(done, [True])

    def test_threads_that_work_for_a_callback(self):
        """They belong to its call, too: they would wait for what it holds."""
        model, spikes = Model.create(N=10, seed=1), []
        options = spikernn.fill(lib.srnn_train_options_default(), {"n_trials": 1, "eval_trials": 2})

        def progress(p):
            for result in LIF_network_fnc(model, [50, 60], np.zeros((1, 9)), seed=1):
                spikes.append(result[2].sum())
        in_threads(lambda: long_call(lib.srnn_train, model, Task.named("go-nogo"), byref(options),
                                     progress=progress))
        self.assertGreater(sum(spikes), 0)

    def test_one_task_in_python_for_several_calls(self):
        """What its callbacks raise comes out of the call that it belongs to."""
        def generate(type_, seed, columns):
            if threading.get_ident() in failing:
                raise LookupError("mine")
            return np.zeros((1, columns)), np.zeros((1, columns))
        task = CustomTask("shared", 1, 1, 20, lambda seed: 0, generate,
                          lambda type_, seed, response: (True, 0, 1))
        failing, raised = set(), []

        def draw(fails):
            if fails:
                failing.add(threading.get_ident())
            for trial in range(50):
                try:
                    task.trial(key(1, c.SRNN_DOMAIN_USER, trial))
                    raised.append(("nothing", fails))
                except LookupError:
                    raised.append(("mine", fails))
            failing.discard(threading.get_ident())
        in_threads(*[lambda fails=fails: draw(fails) for fails in (True, False, True, False)])
        self.assertEqual(sorted(set(raised)), [("mine", True), ("nothing", False)])

    def test_of_several_exceptions_that_of_the_first_trial(self):
        """Threads come to trials in any order; the first that fails is the same on any number."""
        seeds, failing = [], set()

        def generate(type_, seed, columns):
            if seed in failing:
                raise LookupError(seeds.index(seed))
            if not failing:
                seeds.append(seed)
            return np.zeros((1, columns)), np.zeros((1, columns))

        def score(type_, seed, response):
            if -seed in failing:
                raise LookupError(seeds.index(seed))
            return True, 0, 1
        task = CustomTask("shared", 1, 1, 20, lambda seed: 0, generate, score)
        model, evaluation = Model.create(N=10, seed=1), c.srnn_rate_evaluation()
        options = lib.srnn_rate_eval_options_default()

        def evaluate(threads):
            set_threads(threads)
            long_call(lib.srnn_rate_evaluate, model, task, byref(options), byref(evaluation))
        evaluate(1)
        self.assertEqual(len(set(seeds)), 100)
        for sign in (1, -1):  # in generate, in score
            failing.update(sign * seed for seed in seeds[6:])
            for _ in range(5):
                with self.assertRaises(LookupError) as raised:
                    evaluate(4)
                self.assertEqual(raised.exception.args, (6,))
            failing.clear()
            failing.add(None)
        set_threads(0)


class Turns(unittest.TestCase):
    """Whoever came first has the next turn."""

    def setUp(self):
        self.access, self.turns, self.arrived = Access(), [], threading.Semaphore(0)
        arrived = self.arrived

        class Signalling(threading.Condition):
            def wait(self, timeout=None):  # whoever calls it holds the lock until it waits
                arrived.release()
                return super().wait(timeout)
        self.access._left = Signalling()

    def start(self, name, change):
        """A thread that takes its turn; returns when it waits or had it."""
        def turn():
            with using({self.access: change}):
                self.turns.append(name)
            self.arrived.release()
        thread = threading.Thread(target=turn, daemon=True)
        thread.start()
        self.assertTrue(self.arrived.acquire(timeout=60))
        return thread

    def test_a_loop_lets_others_in(self):
        with using({self.access: True}):
            others = [self.start(k, True) for k in range(4)]
        with using({self.access: True}):
            self.turns.append("again")
        [thread.join(60) for thread in others]
        self.assertEqual(self.turns, [0, 1, 2, 3, "again"])

    def test_readers_let_a_writer_in(self):
        with using({self.access: False}):
            threads = [self.start("reader", False), self.start("writer", True),
                       self.start("late reader", False)]
            self.assertEqual(self.turns, ["reader"])
            with callback({}), using({self.access: False}):  # a callback never waits
                self.turns.append("callback")
        [thread.join(60) for thread in threads]
        self.assertEqual(self.turns, ["reader", "callback", "writer", "late reader"])

    def test_one_that_gives_up_lets_others_in(self):
        class Interrupted(threading.Condition):
            def wait(self, timeout=None):
                raise KeyboardInterrupt
        signalling = self.access._left
        with using({self.access: False}):
            self.access._left = Interrupted()
            with self.assertRaises(KeyboardInterrupt):
                in_threads(lambda: self.access._take(True))
            self.access._left = signalling
            self.start("reader", False)
        self.assertEqual(self.turns, ["reader"])


class ManyNetworks(unittest.TestCase):
    def test_side_by_side(self):
        """Every training waits in its callback for the others to be in theirs."""
        together = threading.Barrier(4, timeout=60)

        def train(seed):
            met = []

            def progress(p):
                if not met:
                    met.append(together.wait())
            net = RateNetwork(20, seed=seed)
            net.train("go-nogo", n_trials=3, progress=progress)
            trained[seed] = net.w
        trained = {}
        in_threads(*[lambda seed=seed: train(seed) for seed in range(4)])
        for seed, w in trained.items():
            net = RateNetwork(20, seed=seed)
            net.train("go-nogo", n_trials=3)
            np.testing.assert_array_equal(net.w, w)

    def test_a_fork_while_another_thread_trains(self):
        import multiprocessing
        net, begun, end = RateNetwork(10, seed=1), threading.Event(), threading.Event()

        def progress(p):
            begun.set()
            end.wait(60)
        trainer = threading.Thread(target=lambda: net.train("go-nogo", n_trials=2,
                                                            progress=progress), daemon=True)
        trainer.start()
        begun.wait(60)
        child = multiprocessing.get_context("fork").Process(
            target=lambda: net.forward(np.zeros((1, 9))))
        child.start()
        child.join(60)
        end.set()
        trainer.join(60)
        self.assertEqual(child.exitcode, 0)


def everything():
    spikernn.set_threads(1)
    net = RateNetwork(40, seed=1)
    net.save("given.mat")
    task = TaskFactory.create_task("go_nogo")
    stim = np.zeros((1, 60))

    def many(use):
        def work():
            for _ in range(25):
                use()
        return work
    in_threads(many(lambda: net.train(task, n_trials=3, eval_trials=2)),
               many(lambda: net.train(task, n_trials=2, eval_trials=2, batch=2)),
               many(lambda: net.eval(task, n_trials=2)), many(lambda: net.forward(stim)),
               many(lambda: net.load_net("given.mat")), many(lambda: net.lesion_w(0.01)),
               many(lambda: net.save("taken.mat")),
               many(lambda: LIF_network_fnc(net, 50, stim, record=())))
    model = net._model
    options = spikernn.fill(lib.srnn_train_options_default(), {"n_trials": 3, "eval_trials": 2})
    in_threads(many(lambda: long_call(lib.srnn_train, model, Task.named("go-nogo"),
                                      byref(options))),
               many(model.training), many(model.arrays), many(model.w_eff), many(model.search),
               many(lambda: model.save("model.mat")))


if sys.argv[1:] == ["everything"]:
    everything()
else:
    unittest.main()
