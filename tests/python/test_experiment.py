"""An experiment from Python is that of the program: the same record, in the same folder."""
import json
import os
import signal
import subprocess
import unittest

import numpy as np

from rate import AbstractTask
from spikernn import Experiment, Task, set_threads

SMALL = {"N": 20, "seed": 5, "n_trials": 40, "eval_trials": 4, "search_trials": 3, "test_trials": 2}


class Sides(AbstractTask):
    """A noisy input to either side; the output is to go there."""
    trial_types = ["left", "right"]
    count, when, then = 0, 0, None  # `then` is called in the trial number `when`

    def validate_settings(self):
        pass

    def generate_stimulus(self, trial_type=None, seed=False):
        self.count += 1
        if self.then and self.count == self.when:
            self.then()
        sign = -1 if trial_type == "left" else 1
        u = np.zeros((1, self.settings["T"]))
        u[0, 5:15] = sign + 0.1 * np.random.randn(10)
        return u, sign

    def generate_target(self, label, seed=False):
        return label * (np.arange(self.settings["T"] - 1) >= 15.0)


SIDES = {"T": 40, "stim_on": 5, "stim_dur": 10}


def results(record):
    """But for times and the folder's name."""
    left = {name: value for name, value in record.items() if name not in ("date", "model", "seconds")}
    del left["training"]["seconds"]
    return left


class TaskInPython(unittest.TestCase):
    options = dict(SMALL, search_anyway=True, diagnose="never")

    def test_runs_to_the_same_on_any_number_of_threads(self):
        records = []
        for threads in (1, 3):
            set_threads(threads)
            records.append(results(Experiment(Sides(SIDES), "sides_%d" % threads, **self.options).run()))
        set_threads(0)
        self.assertEqual(*records)
        self.assertEqual(records[0]["task"], dict(
            SIDES, name="Sides", n_in=1, n_out=1, inputs=[{"name": "input", "unit": ""}],
            outputs=[{"name": "output", "unit": ""}], types=["left", "right"], parameters={}))

    def test_goes_on_after_an_interrupt_and_an_exception(self):
        straight = results(Experiment(Sides(SIDES), "whole", **self.options).run())

        def interrupt():
            os.kill(os.getpid(), signal.SIGINT)

        def fail():
            raise ZeroDivisionError("in the task")
        for then, expected in ((interrupt, KeyboardInterrupt), (fail, ZeroDivisionError)):
            for when in (35, 90):  # in the training, in the search
                task, folder = Sides(SIDES), "parts_%s_%d" % (then.__name__, when)
                task.when, task.then = when, then
                experiment = Experiment(task, folder, checkpoint_every=5, **self.options)
                with self.assertRaises(expected):
                    experiment.run()
                self.assertTrue(experiment.record["interrupted"], folder)
                self.assertGreaterEqual(experiment.record["training"]["trials"], 10)
                again = Experiment(Sides(SIDES), folder)
                record = results(again.run())
                for name in ("training", "evaluation", "options"):
                    self.assertEqual(record[name], straight[name])

    def test_what_it_raises_when_opened_comes_out(self):
        task = Sides(SIDES)
        task.generate_target = lambda label, seed=False: [][label]
        with self.assertRaises(IndexError):
            Experiment(task, "opened", **SMALL)
        self.assertFalse(os.path.exists("opened"))

    def test_identity(self):
        Experiment(Sides(SIDES), "identity", **dict(SMALL, n_trials=2)).run()
        for task, sentence in (
                (None, "identity holds a run of the task 'Sides', but not the task itself"),
                ("go-nogo", "identity holds a run of the task \"Sides\", not \"go-nogo\""),
                (Task.named("go-nogo"), "identity holds a run of the task \"Sides\", not"),
                (Sides(dict(SIDES, T=50)), "identity holds a run of the task .*\"T\": 40")):
            with self.assertRaisesRegex(ValueError, sentence):
                Experiment(task, "identity")
        with self.assertRaisesRegex(ValueError, "T is given besides the task 'Sides'"):
            Experiment(Sides(SIDES), "identity", T=40)


class TestExperiment(unittest.TestCase):
    def test_is_that_of_the_program(self):
        experiment = Experiment("go-nogo", "python", scaling_factors=np.array([30, 40, 50]),
                                search_anyway=True, decay_taus=(4, 20), **SMALL)
        events = []
        record = experiment.run(on_event=events.append)
        with open("python/summary.json", encoding="utf-8") as file:
            saved = file.read()
        numbers = []
        json.loads(saved, parse_float=numbers.append)
        self.assertEqual([n for n in numbers if len(n) > len(repr(float(n)))], [])
        for event in events:
            if event.kind == "done":
                self.assertEqual(event.result, record[event.stage])
        self.assertEqual([e.stage for e in events if e.kind == "done"],
                         ["training", "search", "evaluation", "diagnosis"])
        decided = [e for e in events if e.kind == "decided"]
        self.assertEqual([e.code for e in decided], ["not_learned"])
        self.assertIn("Try `preset robust` or `n_trials 80`.", decided[0].sentence)
        self.assertFalse(experiment.learned)
        words = [word for name, value in SMALL.items() for word in ("--" + name, str(value))]
        ended = subprocess.run(
            [os.environ["SPIKERNN"], "run", "go-nogo", "--scaling_factors", "30:50:10", "--search_anyway",
             "--decay_taus", "4", "20", "--figures", "none", "--output_dir", "program", "--json"] + words,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertEqual(ended.returncode, 3)
        of_program = json.loads(ended.stdout)
        for name in ("task", "seed", "options", "given", "search", "evaluation", "diagnosis"):
            if name == "diagnosis":  # sentences write options as the program does
                self.assertEqual([f["code"] for f in record[name]], [f["code"] for f in of_program[name]])
            else:
                self.assertEqual(record[name], of_program[name], name)
        self.assertEqual(events[1].result["trials"], 40)
        self.assertEqual(experiment.model.search()["opt_scaling_factor"],
                         record["search"]["opt_scaling_factor"])

        again = []
        Experiment(None, "python").run(on_event=again.append)
        self.assertEqual({e.kind for e in again}, {"kept", "decided"})

    def test_goes_on_where_it_was_stopped(self):
        straight = Experiment("xor", "straight", search_anyway=True, **SMALL).run()
        stopped = Experiment("xor", "stopped", search_anyway=True, checkpoint_every=10, **SMALL)
        self.assertIsNone(stopped.run(progress=lambda p: p.phase == "train" and p.done >= 15))
        self.assertTrue(stopped.record["interrupted"])
        record = Experiment(None, "stopped").run()
        self.assertEqual(record["evaluation"], straight["evaluation"])

    def test_what_a_callback_raises_comes_out(self):
        def fail(event):
            raise KeyError(event.stage)
        with self.assertRaises(KeyError):
            Experiment("go-nogo", "raised", **SMALL).run(on_event=fail)

    def test_wrong_options(self):
        for task, options, sentence in (
                ("go-nogo", {"gian": 2}, "option 'gian' is unknown; did you mean 'gain'"),
                ("go-nogo", {"N": 0}, "N is 0; expected 1 or more"),
                ("go-nogo", {"N": object()}, "is no value of an option"),
                ("go-nogoo", {}, "did you mean 'go-nogo'"),
                (None, {}, "task is missing")):
            with self.assertRaisesRegex(ValueError, sentence):
                Experiment(task, "wrong", **options)
        self.assertFalse(os.path.exists("wrong"))


if __name__ == "__main__":
    unittest.main()
