"""A study from Python is that of the program: the same tables, in the same folder."""
import csv
import glob
import json
import os
import re
import signal
import sqlite3
import subprocess
import threading
import unittest

import numpy as np

import spikernn
from spikernn import Study, lib

TINY = {
    "study": "tiny", "about": "λ and what a test needs", "task": "go-nogo",
    "options": {"N": 12, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 40, "eval_trials": 4,
                "eval_freq": 10, "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0,
                "scaling_factors": np.array([30, 50]), "search_trials": 3, "test_trials": 2,
                "conversion": "scaling-factor"},
    "conditions": ({"name": "plain"}, {"name": "no pause", "tref_ms": 0}),
    "seeds": range(1, 4)}


def with_options(name, **options):
    return dict(TINY, study=name, options=dict(TINY["options"], **options))


def program(*words):
    """What `spikernn WORDS... --json` prints."""
    return json.loads(subprocess.check_output([os.environ["SPIKERNN"]] + list(words) + ["--json"]) or "{}")


def repeated(folder):
    """Stages that were computed more than once."""
    keys = []
    for name in glob.glob(folder + "/records/*.jsonl"):
        with open(name) as file:
            keys += re.findall(r'"key":"[0-9a-f]*"', file.read())
    return len(keys) - len(set(keys))


class OfTheProgram(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.events = []
        cls.study = spikernn.study(TINY, "ours", threads=2, on_event=cls.events.append)
        program("study", "run", "ours/study.json", "--dir", "theirs")

    def test_tables(self):
        for name in ("ours", "theirs"):
            table = program("study", "table", name)["networks"]
            self.assertEqual(self.study.table(), table)
            self.assertEqual(Study(name).table(), table)
        rows = self.study.table()
        self.assertEqual([(row["condition"], row["seed"]) for row in rows],
                         [(name, seed) for name in ("plain", "no pause") for seed in (1, 2, 3)])
        self.assertEqual({row["state"] for row in rows}, {"finished"})
        self.assertTrue(all(0 <= row["evaluation.spiking.accuracy"] <= 1 for row in rows))
        self.assertIsNone(rows[0]["sentence"])
        measures = self.study.table("measure")
        self.assertEqual({(row["condition"], row["seed"], row["measure"]): row["value"] for row in measures},
                         {(row["condition"], row["seed"], name): row[name] for row in rows
                          for name in {row["measure"] for row in measures} if row[name] is not None})
        self.assertEqual(self.study.table("condition")[1]["finished"], 3)
        self.assertEqual(self.study.table("version")[0]["spikernn"], spikernn.__version__)

    def test_saved_tables(self):
        for name in ("ours.csv", "ours.sqlite"):
            self.study.save_table(name)
            program("study", "table", "theirs", "--out", name.replace("ours", "theirs"))
            with open(name, "rb") as ours, open(name.replace("ours", "theirs"), "rb") as theirs:
                self.assertEqual(ours.read(), theirs.read())
        with open("ours.csv", newline="", encoding="utf-8") as file:
            self.assertEqual([row["key"] for row in csv.DictReader(file)],
                             [row["key"] for row in self.study.table()])
        base = sqlite3.connect("ours.sqlite")
        self.assertEqual(base.execute("SELECT count(*) FROM network").fetchone(), (6,))
        base.close()

    def test_record(self):
        theirs = program("study", "status", "theirs")
        ours = self.study.record
        self.assertEqual({name: theirs[name] for name in ours}, ours)
        self.assertEqual(ours["about"], TINY["about"])
        self.assertEqual(self.study.conditions, ours["conditions"])
        for network, row in zip(self.study.networks, self.study.table()):
            self.assertEqual((network["condition"], network["seed"], network["key"]),
                             (row["condition"], row["seed"], row["key"]))
            self.assertEqual({name: row[name] for name in network["values"]}, network["values"])
            self.assertEqual(len(network["eval_loss"]), len(network["eval_accuracy"]))

    def test_events(self):
        done = [e for e in self.events if e.kind == "network"]
        self.assertEqual({(e.condition, e.seed) for e in done},
                         {(row["condition"], row["seed"]) for row in self.study.table()})
        self.assertEqual({e.state for e in done}, {"finished"})
        self.assertEqual(done[-1][5:10], (6, 6) + done[-1][7:8] + (0, 0))
        self.assertTrue(done[-1].per_hour > 0)
        self.assertIsNone(next(e.seed for e in self.events if e.kind == "progress"))

    def test_nothing_is_left(self):
        folder = sorted(glob.glob("ours/*/*"))
        again = spikernn.study("ours", on_event=self.fail)
        self.assertEqual(again.table(), self.study.table())
        self.assertEqual(sorted(glob.glob("ours/*/*")), folder)
        self.assertEqual(repeated("ours"), 0)

    def test_models(self):
        plain = self.study.model("plain", 2)
        self.assertEqual(plain.params.N, 12)
        row = self.study.table()[1]
        self.assertEqual(row["seed"], 2)
        self.assertEqual(plain.training()["n_losses"], row["training.trials"])
        for arguments, kind, sentence in (
                (("plain", 4), ValueError, "seed is 4; expected one of the study"),
                (("plane", 1), ValueError, "condition is 'plane'; expected one of plain, no pause"),
                (("plain", 1.5), ValueError, "seed is 1.5; expected a whole number")):
            with self.assertRaisesRegex(kind, sentence):
                self.study.model(*arguments)
        with self.assertRaisesRegex(FileNotFoundError, "nowhere has no file of condition 'plain', seed 1"):
            Study(TINY, "nowhere").model("plain", 1)

    def test_a_model_with_its_operating_point(self):
        def has_point(model):
            return bool(lib.srnn_model_get_operating_point(model).gain)

        both = dict(TINY, study="both", seeds=1,
                    conditions=TINY["conditions"][:1] + ({"name": "point", "conversion": "operating-point"},))
        study = spikernn.study(both, "both")
        plain, point = study.model("plain", 1), study.model("point", 1)
        np.testing.assert_array_equal(plain.arrays()["w"], point.arrays()["w"])
        self.assertEqual((has_point(plain), has_point(point)), (False, True))

    def test_a_model_has_the_search_of_its_condition(self):
        study = spikernn.study(dict(TINY, study="searches", seeds=1, conditions=(
            {"name": "small", "scaling_factors": "20"}, {"name": "large", "scaling_factors": "60"})), "searches")
        self.assertEqual([lib.srnn_model_get_search(study.model(name, 1)).opt_scaling_factor
                          for name in ("small", "large")], [20, 60])

    def test_plan(self):
        larger = dict(TINY, seeds="1:5")
        with open("larger.json", "w") as file:
            file.write(json.dumps(larger, default=lambda value: value.tolist()))
        plan = Study(larger, "ours").plan()
        theirs = program("study", "run", "larger.json", "--dir", "ours", "--dry_run")
        self.assertEqual(plan["left"], theirs["to_compute"])
        self.assertEqual(plan["left"]["train"], 2)
        self.assertEqual((plan["networks"], plan["stages"]), (theirs["networks"], theirs["stages"]))
        self.assertTrue(plan["hours"] > 0 and plan["bytes"] > 0)
        one = Study(larger, "ours").plan(shard="1/5", seeds=[5, 1], timed=False)
        self.assertEqual((one["hours"], one["bytes"]), (None, None))
        self.assertLess(one["networks"], 4)

    def test_compare(self):
        ours = spikernn.compare("ours", measure=["spiking.accuracy", "training.trials"])
        theirs = program("compare", "ours", "--measure", "spiking.accuracy,training.trials")
        self.assertEqual({name: theirs[name] for name in ours}, ours)
        self.assertEqual(ours["options"], ["tref_ms"])
        with self.assertRaisesRegex(ValueError, "did you mean"):
            spikernn.compare("ours", measure="spiking.acuracy")
        with self.assertRaises(FileNotFoundError):
            spikernn.compare("ours", "no-such-folder")


class Page(unittest.TestCase):
    def test_its_lesson(self):
        with open(os.path.join(os.environ["SOURCE_DIR"], "docs/python.md"), encoding="utf-8") as file:
            lesson = file.read().split("## Many networks")[1].split("```python\n")[1].split("```")[0]
        names = {}
        exec(lesson.replace("6000", "20").replace("100", "12"), names)
        self.assertEqual([c["name"] for c in names["study"].conditions], ["tref_ms 0", "tref_ms 2"])
        self.assertEqual(names["model"].params.N, 12)
        self.assertTrue(os.path.exists("pauses.sqlite"))


class Stopped(unittest.TestCase):
    parts = dict(TINY, study="parts")
    long = with_options("long", n_trials=100000, loss_threshold=0.001)

    @classmethod
    def setUpClass(cls):
        cls.whole = spikernn.study(cls.parts, "whole").table()

    def finish(self, study, least):
        """After a stop: what was reached is there, and the same call goes on to the same table."""
        self.assertGreaterEqual(sum(n["state"] == "finished" for n in study.networks), least)
        self.assertTrue(study.run())
        self.assertEqual(study.table(), self.whole)
        self.assertEqual(repeated(study.folder), 0)

    def test_by_its_callback(self):
        study = Study(self.parts, "stopped")
        self.assertFalse(study.run(threads=1, on_event=lambda e: e.done == 2))
        self.finish(study, 2)

    def test_by_what_the_callback_raises(self):
        def fail(event):
            if event.kind == "network":
                raise KeyError(event.condition)

        study = Study(self.parts, "raised")
        with self.assertRaisesRegex(KeyError, "plain"):
            study.run(threads=1, on_event=fail)
        self.finish(study, 1)

    def test_by_ctrl_c(self):
        interrupt = [lambda: os.kill(os.getpid(), signal.SIGINT)]
        study = Study(self.long, "interrupted")
        with self.assertRaises(KeyboardInterrupt):
            study.run(on_event=lambda e: interrupt and interrupt.pop()())
        self.assertEqual({n["state"] for n in study.networks}, {"left"})
        self.assertTrue(glob.glob("interrupted/networks/*/model.pth"))

    def test_in_the_middle_of_a_search(self):
        searched = dict(with_options("searched", n_trials=1, search_trials=1000, search_anyway=True),
                        conditions=TINY["conditions"][:1], seeds=1)
        straight = spikernn.study(searched, "searched").table()
        Study(searched, "halved").run(on_event=lambda e: True)
        self.assertEqual(spikernn.study(searched, "halved").table(), straight)

    def test_by_its_time(self):
        study = Study(self.long, "late")
        self.assertFalse(study.run(max_hours=1e-9))
        self.assertEqual({n["state"] for n in study.networks}, {"left"})

    def test_seeds_and_shards(self):
        study = Study(self.parts, "shares")
        self.assertTrue(study.run(seeds=[2]))
        self.assertEqual({n["seed"] for n in study.networks if n["state"] != "left"}, {2})
        self.assertTrue(study.run(seeds="1:2"))
        other = Study("shares")
        self.assertTrue(study.run(shard=(1, 2)) and study.run(shard="2/2"))
        self.assertEqual([row["state"] for row in other.table()].count("left"), 2)
        other.refresh()
        self.assertEqual(other.table(), self.whole)
        self.assertEqual(repeated("shares"), 0)

    def test_a_shard_of_the_environment(self):
        os.environ.update(OMPI_COMM_WORLD_RANK="0", OMPI_COMM_WORLD_SIZE="3")
        try:
            self.assertEqual(Study(TINY, "nowhere").plan(timed=False)["networks"], 2)
        finally:
            del os.environ["OMPI_COMM_WORLD_RANK"], os.environ["OMPI_COMM_WORLD_SIZE"]

    def test_reads_in_a_callback_and_refuses_the_rest(self):
        study, seen = Study(self.parts, "inside"), []

        def look(event):
            if event.kind != "network" or seen:
                return
            seen.append((study.name, len(study.table()), study.model(event.condition, event.seed).params.N))
            for method in (study.run, study.refresh, study.plan):
                with self.assertRaisesRegex(RuntimeError, "the study is in use by the call"):
                    method()

        study.run(on_event=look)
        self.assertEqual(seen, [("parts", 6, 12)])
        self.assertEqual(study.table(), self.whole)

    def test_another_thread_waits(self):
        study, tables = Study(self.parts, "threads"), []
        reader = threading.Thread(target=lambda: tables.append(study.table()))
        study.run(on_event=lambda e: None if reader.ident else reader.start())
        reader.join()
        self.assertEqual(tables, [self.whole])


class Mistakes(unittest.TestCase):
    def refuse(self, sentence, source, *folder, kind=ValueError):
        with self.assertRaisesRegex(kind, sentence):
            Study(source, *folder)

    def test_of_a_dict(self):
        self.refuse("the study:27: option 'gian' is unknown; did you mean 'gain'",
                    dict(TINY, conditions=[{"name": "a", "gian": 2}]))
        self.refuse("the study:[0-9]*: N is 0", with_options("a", N=0))
        self.refuse("is no value of an option", with_options("a", N=object()))
        self.refuse("NaN", with_options("a", gain=float("nan")))
        self.refuse("no-such.json cannot be opened", dict(TINY, task="no-such.json"))
        self.assertFalse(os.path.exists("runs"))

    def test_of_a_file(self):
        with open("bad.json", "w") as file:
            file.write('{"study": "x", "seeds": 1, "task": "go-nogo",\n "option": {}}')
        self.refuse("bad.json:[12]: a study has no 'option'; did you mean 'options'", "bad.json")
        self.refuse("no-such.json cannot be opened", "no-such.json", kind=FileNotFoundError)
        self.refuse("the path is 3; expected a text", 3)

    def test_of_a_folder(self):
        spikernn.study(dict(TINY, study="one", conditions=TINY["conditions"][:1], seeds=1), "one")
        self.refuse("one holds the study 'one', not 'two'", with_options("two"), "one")
        self.refuse("folder is two, but one is a folder itself", "one", "two")
        os.makedirs("empty", exist_ok=True)
        self.refuse("empty/study.json", "empty", kind=OSError)

    def test_of_arguments(self):
        study = Study(TINY, "nobody")
        for sentence, arguments in (
                ("shard is \\(3, 2\\); expected", {"shard": (3, 2)}),
                ("shard is 'x'; expected", {"shard": "x"}),
                ("max_hours is -1; expected a number, 0 or above", {"max_hours": -1}),
                ("seeds has 9, which is no seed of the study 'tiny'", {"seeds": [1, 9]}),
                ("seeds is 1.5; expected a whole number", {"seeds": 1.5}),
                ("retry is 'no'; expected True or False", {"retry": "no"}),
                ("threads is 5000", {"threads": 5000})):
            with self.assertRaisesRegex(ValueError, sentence):
                study.run(**arguments)
        for sentence, act in (("there is no table 'networks'; expected one of network", lambda: study.table("networks")),
                              ("table.xls has no ending of a table", lambda: study.save_table("table.xls"))):
            with self.assertRaisesRegex(ValueError, sentence):
                act()
        with self.assertRaises(FileNotFoundError):
            study.save_table("no-such-folder/table.csv")
        self.assertFalse(os.path.exists("nobody"))

    def test_failed_networks_are_rows(self):
        failing = {"study": "failing", "task": "go-nogo", "seeds": "1:2",
                   "options": {"N": 12, "n_trials": 10, "eval_trials": 2, "lr": 1e38, "search_anyway": True,
                               "scaling_factors": 30, "search_trials": 2, "test_trials": 1}}
        study = Study(failing, "failing")
        events = []
        self.assertTrue(study.run(seeds=1, on_event=events.append))
        row = study.table()[0]
        self.assertEqual(row["state"], "failed")
        event = next(e for e in events if e.kind == "network")
        self.assertEqual((event.state, event.sentence, event.failed), ("failed", row["sentence"], 1))
        self.assertTrue(study.run(seeds=1, on_event=self.fail))
        again = []
        study.run(seeds=1, retry=True, on_event=again.append)
        self.assertEqual(next(e.state for e in again if e.kind == "network"), "failed")

    def test_files_that_a_dict_names(self):
        os.makedirs("given", exist_ok=True)
        with open(os.path.join(os.environ["SOURCE_DIR"], "tasks/go_nogo.json")) as file:
            text = file.read()
        with open("given/mine.json", "w") as file:
            file.write(text)
        own = {"study": "own", "task": "given/mine.json", "seeds": 1,
               "options": {"N": 12, "n_trials": 10, "eval_trials": 2}}
        table = spikernn.study(own, "own").table()
        os.rename("given", "gone")
        self.assertEqual(spikernn.study("own").table(), table)


if __name__ == "__main__":
    unittest.main()
