"""An experiment from Python is that of the program: the same record, in the same folder."""
import json
import os
import subprocess
import unittest

import numpy as np

from spikernn import Experiment

SMALL = {"N": 20, "seed": 5, "n_trials": 40, "eval_trials": 4, "search_trials": 3, "test_trials": 2}


class TestExperiment(unittest.TestCase):
    def test_is_that_of_the_program(self):
        experiment = Experiment("go-nogo", "python", scaling_factors=np.array([30, 40, 50]),
                                search_anyway=True, decay_taus=(4, 20), **SMALL)
        events = []
        record = experiment.run(on_event=events.append)
        self.assertEqual([e.stage for e in events if e.kind == "done"],
                         ["training", "search", "evaluation", "diagnosis"])
        decided = [e for e in events if e.kind == "decided"]
        self.assertEqual([e.code for e in decided], ["not_learned"])
        self.assertIn("Try preset robust, or n_trials 80.", decided[0].sentence)
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
