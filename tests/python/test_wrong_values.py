"""Whatever users give instead of what is expected is a ValueError that names it."""
import ast
import glob
import os
import subprocess
import sys
import unittest
import warnings

import numpy as np

import rate
import spikernn
import spiking
from rate import FR_RNN_dale, GoNogoTask, RateNetwork, TaskFactory, loss_op
from spiking import LIF_network_fnc, lambda_grid_search
from spiking.lambda_grid_search import _values

GO = {"T": 60, "stim_on": 10, "stim_dur": 10}
SOURCE = os.environ["SOURCE_DIR"]


class WrongValues(unittest.TestCase):
    def test_name_what_they_are_of(self):
        net, u = RateNetwork(5, seed=1), np.zeros((1, 11))
        net.save("model.mat")
        for text, call in (
                ("N is 'abc'", lambda: rate.create_default_config(N="abc")),
                ("som_N is None", lambda: rate.create_default_config(som_N=None)),
                ("apply_dale is 'no'", lambda: rate.create_default_config(apply_dale="no")),
                ("apply_dale is 'no'", lambda: RateNetwork(5, apply_dale="no")),
                ("w_in is 5 numbers; expected a matrix", lambda: RateNetwork(5, w_in=np.ones(5))),
                ("device is 'gpu0'", lambda: rate.create_default_config(device="gpu0")),
                ("device is 'nonsense'", lambda: RateNetwork(5, device="nonsense")),
                ("tref is 'x'", lambda: spiking.create_default_spiking_config(tref="x")),
                ("dt is None", lambda: spiking.create_default_spiking_config(dt=None)),
                ("use_initial_weights is 'no'",
                 lambda: spiking.create_default_spiking_config(use_initial_weights="no")),
                ("dt is 'x'", lambda: spiking.generate_lif_params(dt="x")),
                ("dt is None", lambda: spiking.format_spike_data(np.ones((2, 2)), None)),
                ("valid_range", lambda: spiking.validate_scaling_factor(5, 3)),
                ("record has '3'", lambda: LIF_network_fnc("model.mat", 50, u, record=3)),
                ("scaling_factors is 'abc'",
                 lambda: lambda_grid_search(model_path="model.mat", scaling_factors="abc")),
                ("store is 'no'", lambda: lambda_grid_search(model_path="model.mat", store="no")),
                ("path is", lambda: spiking.evaluate_task("go-nogo", model_path=net)),
                ("the task is None", lambda: TaskFactory.create_task(None)),
                ("dms, oscillation", lambda: TaskFactory.create_task("nothing")),
                (r"settings is \[1\]", lambda: GoNogoTask([1])),
                ("lack T", lambda: GoNogoTask({})),
                (r"settings is \[1\]", lambda: net.forward(u, [4], {}, [1])),
                ("training_params is 3", lambda: net.train("go-nogo", None, 3)),
                ("frac is None", lambda: rate.set_gpu("0", None)),
                ("gpu is None", lambda: rate.set_gpu(None, 0.4)),
                ("z is 'z'", lambda: loss_op([np.ones((1, 1))], "z", {"loss_fn": "l2"})),
                ("lacks loss_fn", lambda: loss_op([np.ones((1, 1))], [1], {})),
                ("path is None", lambda: net.load_net(None)),
                ("threads is 'x'", lambda: rate.set_threads("x"))):
            with self.subTest(text=text), self.assertRaisesRegex(ValueError, text):
                call()

    def test_two_names_of_one_argument(self):
        net = RateNetwork(5, seed=1)
        for text, call in (
                (r"create_task\(\) has name and task_name, two names of one argument",
                 lambda: TaskFactory.create_task(name="xor", task_name="go_nogo")),
                (r"load_net\(\) has path and model_dir, two",
                 lambda: net.load_net(path="a.mat", model_dir="b.mat"))):
            with self.subTest(text=text), self.assertRaisesRegex(TypeError, text):
                call()

    def test_sentences_are_short(self):
        """Of what is long they say what kind of thing it is."""
        net, big, o = RateNetwork(5, seed=1), np.zeros((60, 60)), [np.ones((1, 1))] * 60
        values = {"an array of complex128": big + 1j,
                  "an array of float64 with masked elements": np.ma.array(big, mask=True),
                  "of type list": ["long"] * 60, "of type dict": {k: k for k in range(60)},
                  "of type str": "long" * 60}
        for name, taken, call in (
                ("z", None, lambda value: loss_op(o, value, {"loss_fn": "l2"})),
                ("taus", None, lambda value: net.forward(np.zeros((1, 9)), value)),
                ("N", None, RateNetwork),
                ("apply_dale", None, lambda value: RateNetwork(5, apply_dale=value)),
                ("device", None, lambda value: RateNetwork(5, device=value)),
                ("loss_fn", None, lambda value: loss_op(o, [0], {"loss_fn": value})),
                ("the path", str, net.save), ("the task", str, TaskFactory.create_task),
                ("the label", None, GoNogoTask(GO).generate_target),
                ("penalties", dict, lambda value: net.train("go-nogo", penalties=value)),
                ("settings", dict, GoNogoTask)):
            for kind, value in values.items():
                if taken and isinstance(value, taken):
                    continue
                with self.subTest(name=name, kind=kind):
                    with self.assertRaises(ValueError) as raised:
                        call(value)
                    self.assertRegex(str(raised.exception), "^%s is %s; " % (name, kind))
                    self.assertLess(len(str(raised.exception)), 120)
        with self.assertRaisesRegex(ValueError, "^penalties is 3; expected a dict"):
            net.train("go-nogo", penalties=3)
        with self.assertRaisesRegex(ValueError, "'activation' is a text that is no UTF-8; expected"):
            spikernn.model_of({"activation": "\ud800"})

    def test_misspelt_names(self):
        for text, call in (
                ("'DelatT' is unknown; did you mean 'DeltaT'",
                 lambda: GoNogoTask(dict(GO, DelatT=2))),
                ("'eval_amp_threh' is unknown; did you mean 'eval_amp_thresh'",
                 lambda: spiking.GoNogoSpikingTask({"eval_amp_threh": 2})),
                ("'learning_rat' is unknown",
                 lambda: RateNetwork(5).train("go-nogo", GO, {"learning_rat": 1})),
                ("stims: 'unit' is unknown", lambda: LIF_network_fnc(
                    "model.mat", 50, np.zeros((1, 11)),
                    {"mode": "exc", "dur": [1, 2], "units": [0], "unit": 3}))):
            RateNetwork(5, seed=1).save("model.mat")
            with self.subTest(text=text), self.assertRaisesRegex(ValueError, text):
                call()
        with self.assertWarnsRegex(UserWarning, "'subject' is unknown and has no effect"):
            GoNogoTask(dict(GO, subject=3))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            GoNogoTask(dict(GO, DeltaT=1, taus=[4, 20], task="go-nogo", delay=1))


class Scripts(unittest.TestCase):
    def test_a_gpu_that_is_not_there(self):
        code = ("import warnings, rate\n"
                "with warnings.catch_warnings(record=True) as told:\n"
                "    warnings.simplefilter('always')\n"
                "    nets = [rate.RateNetwork(5, device='cuda') for _ in range(2)]\n"
                "assert len(told) == 1 and 'on the processor' in str(told[0].message), told\n"
                "assert nets[0].device == 'cpu'\n")
        subprocess.check_call([sys.executable, "-c", code])

    def test_scaling_factors(self):
        for given, expected in (((20, 76, 5), range(20, 76, 5)), ([20, 76, 5], [20, 76, 5]),
                                ((20, 75, 5), range(20, 76, 5)), ((30, 40, 50), [30, 40, 50]),
                                (50, [50]), (range(20, 30, 5), [20, 25])):
            np.testing.assert_array_equal(_values(given), list(expected))

    def test_a_broken_torch(self):
        os.makedirs("broken/torch", exist_ok=True)
        with open("broken/torch/__init__.py", "w") as file:
            file.write("raise OSError('libtorch.so is not there')\n")
        code = ("import warnings, rate\n"
                "with warnings.catch_warnings(record=True) as told:\n"
                "    warnings.simplefilter('always')\n"
                "    assert rate.FR_RNN_dale is rate.RateNetwork\n"
                "assert 'libtorch.so' in str(told[0].message)\n")
        path = os.pathsep.join(["broken", os.environ["PYTHONPATH"]])
        subprocess.check_call([sys.executable, "-c", code], env=dict(os.environ, PYTHONPATH=path))

    def test_read_by_python_3_7(self):
        files = glob.glob(SOURCE + "/python/*/*.py") + glob.glob(SOURCE + "/examples/python/*.py")
        self.assertGreater(len(files), 20)
        for path in files:
            with open(path, encoding="utf-8") as file:
                ast.parse(file.read(), path, feature_version=(3, 7))


unittest.main()
