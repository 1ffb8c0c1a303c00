"""The search for the scaling factor: the numbers of the program, the file, stops, the command line."""
import contextlib
import io
import os
import signal
import subprocess
import sys
import unittest

sys.modules["torch"] = None  # as where it is not installed

import numpy as np
import scipy.io

from rate import GoNogoTask
from spiking.eval_tasks import evaluate_task
from spiking.lambda_grid_search import lambda_grid_search, parse_range
from spikernn import Model
from trained import interruptible, main, model_in, program

GRID = [20, 35, 50, 65]
AS_OPTION = ["--scaling_factors", "20,35,50,65", "--n_trials", "7", "--seed", "4", "--again"]


def told(*arguments, **named):
    """(what lambda_grid_search returned, what it printed)."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        result = lambda_grid_search(*arguments, **named)
    return result, text.getvalue()


class Search(unittest.TestCase):
    def test_the_same_numbers_as_the_program(self):
        ours, theirs = model_in("same", "ours.mat"), model_in("same", "theirs.mat")
        for options, more in (({}, []), ({"refine": True, "criterion": "margin"},
                                         ["--refine", "--criterion", "margin"])):
            best, text = told(None, "go-nogo", 7, GRID, model_path=ours, seed=4, again=True,
                              **options)
            said = program("search", theirs, *AS_OPTION, *more)["models"][0]
            self.assertEqual(best, said["opt_scaling_factor"])
            self.assertIn("Best scaling factor: %g\nSaved results." % best, text)
            for row in said["table"]:
                self.assertIn("Performance for %g: %.3f" % (row["scaling_factor"], row["accuracy"]),
                              text)
            a, b = scipy.io.loadmat(ours), scipy.io.loadmat(theirs)
            self.assertEqual(set(a), set(b))
            for name in ("opt_scaling_factor", "scaling_factors", "all_perfs"):
                np.testing.assert_array_equal(a[name], b[name], err_msg=name)
            for name in set(a) - {"__header__", "__globals__", "__version__"}:
                np.testing.assert_array_equal(a[name], b[name], err_msg=name)

    def test_scaling_factors_as_loadmat_gives_them(self):
        path = model_in("loaded")
        lambda_grid_search(path, None, 2, GRID, verbose=False)
        held = scipy.io.loadmat(path)
        self.assertEqual(held["scaling_factors"].shape, (1, 4))
        one = held["opt_scaling_factor"]
        for given, values in ((held["scaling_factors"], GRID), (held["scaling_factors"].T, GRID),
                              (one, one.ravel()), (one[0, 0], one.ravel()), ([one], one.ravel()),
                              ([[35, 20]], [20, 35]), (np.array(35), [35])):
            lambda_grid_search(path, None, 2, given, verbose=False)
            found = scipy.io.loadmat(path)["scaling_factors"]
            np.testing.assert_array_equal(found.ravel(), values)
        lambda_grid_search(path, None, 2, scaling_range=np.array([[30, 40]]), verbose=False)
        np.testing.assert_array_equal(scipy.io.loadmat(path)["scaling_factors"].ravel(),
                                      [30, 35, 40])
        for wrong in ([[20, 30], [40, 50]], [[20, 30], [40]], [[]]):
            with self.assertRaisesRegex(ValueError, "scaling_factors"):
                lambda_grid_search(path, None, 2, wrong, verbose=False)

    def test_the_file_holds_it_and_the_rest_stays(self):
        path = model_in("file")
        before = scipy.io.loadmat(path)
        best = lambda_grid_search(None, "go_nogo", 6, GRID[::-1], model_path=path, verbose=False)
        after = scipy.io.loadmat(path)
        self.assertEqual(float(after["opt_scaling_factor"].item()), best)
        np.testing.assert_array_equal(after["scaling_factors"].ravel(), GRID)
        self.assertEqual(best, GRID[int(np.argmax(after["all_perfs"]))])
        np.testing.assert_array_equal(after["w"], before["w"])
        self.assertLessEqual(set(before), set(after))

    def test_a_folder(self):
        paths = [model_in("all/go-nogo", "a.mat"), model_in("all/go-nogo/deeper", "b.mat")]
        best, text = told("all/go-nogo", "go-nogo", 4, scaling_range=(40, 57))
        self.assertEqual(sorted(best), paths)
        for path in paths:
            self.assertIn(path, text)
            search = Model.load(path).search()
            self.assertEqual(list(search["scaling_factors"]), [40, 45, 50, 55])
            self.assertEqual((search["n_trials"], search["opt_scaling_factor"]), (4, best[path]))
        self.assertEqual(len(set(best.values())), 1)

    def test_other_trials_are_not_stored(self):
        path = model_in("other")
        before = Model.load(path).search()
        for named in ({"task_settings": {"stim_dur": 30}}, {"store": False},
                      {"task_settings": {"stim_dur": 30}, "store": False}):
            best, text = told(None, "go-nogo", 9, [30], model_path=path, **named)
            self.assertEqual(best, 30)
            self.assertNotIn("Saved results", text)
            self.assertEqual(Model.load(path).search()["n_trials"], before["n_trials"])
        _, text = told(None, "go-nogo", 8, [35], {"stim_dur": 30}, model_path=path, store=True)
        self.assertIn("Saved results", text)
        self.assertEqual(Model.load(path).search()["n_trials"], 8)
        task = GoNogoTask({"T": 200, "stim_on": 50, "stim_dur": 25})
        _, text = told(None, task, 9, [30], model_path=path)
        self.assertIn("Saved results", text)

    def test_other_trials_are_stored_where_the_file_holds_none_of_its_own(self):
        path, other = model_in("others_only"), {"stim_dur": 30}
        names = ("opt_scaling_factor", "scaling_factors", "all_perfs", "search_n_trials")
        file = {name: value for name, value in scipy.io.loadmat(path).items()
                if name not in names and not name.startswith("search_")}
        scipy.io.savemat(path, file)
        for n_trials in (3, 2):  # again: it may replace its like
            best, text = told(None, "go-nogo", n_trials, [30], other, model_path=path)
            self.assertIn("Saved results", text)
            self.assertEqual(Model.load(path).search()["n_trials"], n_trials)
        performance = evaluate_task("go-nogo", path, task_settings=other, n_trials=1,
                                    save_plots=False, verbose=False)
        self.assertEqual(performance["scaling_factor"], best)
        for named, saved in (({}, True), ({"task_settings": other}, False)):
            _, text = told(None, "go-nogo", 4, [30], model_path=path, **named)
            self.assertEqual("Saved results" in text, saved, text)
        self.assertIn("holds a scaling factor of the trials it was trained on", text)
        for made in ({}, {"search_settings": "{"}, {"search_settings": '{"task": 3}'}):
            scipy.io.savemat(path, dict(file, opt_scaling_factor=40.0, scaling_factors=40.0,
                                        all_perfs=1.0, **made))
            self.assertNotIn("Saved", told(None, "go-nogo", 4, [30], other, model_path=path)[1])

    def test_results_in_the_folder_are_no_models(self):
        model_in("with_results")
        os.makedirs("results_alone", exist_ok=True)
        for folder in ("with_results", "results_alone"):
            scipy.io.savemat(folder + "/a_result.mat", {"eval_os": np.ones((2, 3))})
        best = lambda_grid_search("with_results", "go-nogo", 2, [30, 40])
        self.assertIn(best, (30, 40))
        for call in (lambda: lambda_grid_search("results_alone", "go-nogo", 2, [30]),
                     lambda: evaluate_task("go-nogo", "results_alone", n_trials=1)):
            with self.assertRaisesRegex(FileNotFoundError, "no .mat file with a network"):
                call()

    def test_wrong_values(self):
        path = model_in("wrong")
        os.makedirs("wrong/empty", exist_ok=True)
        with open("wrong/text.mat", "w") as file:
            file.write("no model")
        Model.load(path).save("wrong/model.pth")
        for kind, named, text in (
                (FileNotFoundError, {}, "no folder models/go-nogo"),
                (FileNotFoundError, {"task_name": "my_task"}, "no folder models/my-task"),
                (ValueError, {"model_dir": "wrong", "model_path": path}, "expected one of"),
                (FileNotFoundError, {"model_dir": "none"}, "none: no such"),
                (FileNotFoundError, {"model_dir": "wrong/empty"}, "no .mat file"),
                (FileNotFoundError, {"model_path": "wrong/none.mat"}, "none.mat: no such file"),
                (ValueError, {"model_path": "wrong/text.mat"}, "text.mat"),
                (ValueError, {"model_path": "wrong/model.pth"}, "is a .pth file"),
                (ValueError, {"model_path": path, "task_name": "gonogo2"}, "'gonogo2' is unknown"),
                (ValueError, {"model_path": path, "task_name": "xor"}, "input"),
                (ValueError, {"model_path": path, "task_name": 3}, "task is 3"),
                (ValueError, {"model_path": path, "n_trials": 0}, "n_trials is 0"),
                (ValueError, {"model_path": path, "n_trials": 2.5}, "n_trials is 2.5"),
                (ValueError, {"model_path": path, "seed": -1}, "seed"),
                (ValueError, {"model_path": path, "scaling_factors": [20, 0]}, "is 0"),
                (ValueError, {"model_path": path, "scaling_factors": []}, "0"),
                (ValueError, {"model_path": path, "scaling_factors": [float("nan")]}, "nan"),
                (ValueError, {"model_path": path, "scaling_factors": ["a"]}, "scaling_factors"),
                (ValueError, {"model_path": path, "scaling_range": (40, 20)}, "lower one first"),
                (ValueError, {"model_path": path, "criterion": "luck"}, "criterion is 'luck'"),
                (ValueError, {"model_path": path, "colour": 1}, "'colour' is unknown"),
                (ValueError, {"model_path": path, "task_settings": {"T": -3}}, "T is -3")):
            with self.assertRaisesRegex(kind, text, msg=str(named)):
                lambda_grid_search(verbose=False, **named)


class Stops(unittest.TestCase):
    def interrupt_second(self, folder, ending):
        """A search of three models, ended in the second one: (paths, what it returned)."""
        paths = [model_in(folder, name) for name in ("a.mat", "b.mat", "c.mat")]
        state = {"done": 0, "file": 0}

        def watch(p):
            self.assertEqual(p.phase, "search")
            state["file"] += p.done < state["done"]
            state["done"] = p.done
            if state["file"] == 1 and p.done > p.total / 2:
                return ending()
            return None
        try:
            return paths, lambda_grid_search(folder, None, 40, GRID, test_trials=0,
                                             progress=watch, verbose=False)
        except KeyboardInterrupt:
            return paths, None

    def check(self, paths):
        first, second, third = (Model.load(path).search() for path in paths)
        self.assertEqual(first["n_trials"], 40)
        self.assertTrue(5 < second["n_trials"] < 40, second["n_trials"])
        self.assertIn(second["opt_scaling_factor"], GRID)
        self.assertEqual(third["n_trials"], 5)  # as it was

    def test_ctrl_c_keeps_what_each_got(self):
        def ending():
            raise KeyboardInterrupt
        paths, best = self.interrupt_second("ctrl_c", ending)
        self.assertIsNone(best)
        self.check(paths)

    def test_true_stops(self):
        paths, best = self.interrupt_second("stopped", lambda: True)
        self.assertEqual(sorted(best), paths[:2])
        self.check(paths)

    def test_a_search_of_more_trials_stays(self):
        path = model_in("more")
        scipy.io.savemat(path, dict(scipy.io.loadmat(path), search_n_trials=2000.0))
        before = Model.load(path).search()
        self.assertEqual(before["n_trials"], 2000)

        def at_once(p):
            if p.done:
                raise KeyboardInterrupt
        with self.assertRaises(KeyboardInterrupt):
            lambda_grid_search(None, None, 1000, [20, 30], model_path=path, seed=9,
                               progress=at_once, verbose=False)
        after = Model.load(path).search()
        self.assertEqual(after["n_trials"], before["n_trials"])
        np.testing.assert_array_equal(after["all_perfs"], before["all_perfs"])

    def test_what_progress_raises_comes_out(self):
        path = model_in("raises")

        def broken(p):
            raise KeyError("mine")
        with self.assertRaisesRegex(KeyError, "mine"):
            lambda_grid_search(None, None, 40, GRID, model_path=path, progress=broken,
                               verbose=False)
        self.assertEqual(Model.load(path).search()["n_trials"], 5)


class CommandLine(unittest.TestCase):
    def test_options(self):
        path = model_in("cli/go-nogo")
        done = main("lambda_grid_search", "--model_dir", "cli/go-nogo", "--task_name", "go-nogo",
                    "--n_trials", "6", "--scaling_factors", "40:50:5", "--seed", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?s)Performance for 50: .*Best scaling factor: .*Saved")
        self.assertEqual(list(Model.load(path).search()["scaling_factors"]), [40, 45, 50])
        # a pipeline that searches and evaluates with its own settings
        settings = ["--T", "200", "--stim_on", "30", "--stim_dur", "20"]
        done = main("lambda_grid_search", "--model_path", path, "--task_name", "go-nogo",
                    "--n_trials", "3", "--scaling_factors", "41:41:1", *settings,
                    "--eval_amp_thresh", "0.7")
        self.assertIn("Saved results", done.stdout)
        done = main("eval_tasks", "--task", "go_nogo", "--model_path", path, "--n_trials", "2",
                    "--no_plots", *settings)
        self.assertIn("scaling factor 41", done.stdout)

    def test_ranges(self):
        self.assertEqual(parse_range("20:76:5"), list(range(20, 76, 5)))
        self.assertEqual(parse_range("20:75:5"), list(range(20, 76, 5)))
        self.assertEqual(parse_range("3:5"), [3, 4, 5])
        self.assertEqual(parse_range("0.1:0.3:0.1"), [0.1, 0.2, 0.1 + 2 * 0.1])
        self.assertEqual(parse_range("30,20"), [30, 20])

    def test_bad_options(self):
        path = model_in("cli_bad")
        for options, text in ((["--model_dir", "none"], "none: no such"), ([], "model_dir"),
                              (["--model_path", path, "--n_trials", "0"], "n_trials is 0"),
                              (["--model_path", path, "--task_name", "gonogo2"], "is unknown"),
                              (["--model_path", path, "--scaling_factors", "5:1:1"], "'5:1:1'"),
                              (["--model_path", path, "--scaling_factors", "x"], "'x'")):
            done = main("lambda_grid_search", *options)
            self.assertEqual(done.returncode, 1)
            self.assertIn("spiking.lambda_grid_search: ", done.stderr)
            self.assertIn(text, done.stderr)
            self.assertNotIn("Traceback", done.stderr)

    def test_ctrl_c(self):
        paths = [model_in("cli_stop", "a.mat"), model_in("cli_stop", "b.mat")]
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "spiking.lambda_grid_search", "--model_dir", "cli_stop",
             "--n_trials", "100000", "--scaling_factors", "40:50:5"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=interruptible)
        self.assertIn(paths[0], process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        self.assertEqual((process.returncode, said), (130, ""))


unittest.main()
