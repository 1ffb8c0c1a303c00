"""Names, parameters and modules that older scripts use."""
import importlib
import inspect
import os
import subprocess
import sys
import unittest

import numpy as np

import rate
import spikeRNN
from rate import (AbstractTask, FR_RNN_dale, RateNetwork, TaskFactory, eval_tf, set_seed)

try:
    import torch
except ImportError:
    torch = None

SETTINGS = {"T": 90, "stim_on": 10, "stim_dur": 10, "delay": 5, "DeltaT": 1, "taus": [4, 20]}

#: function -> its first parameters
SIGNATURES = {
    "model.FR_RNN_dale": "N P_inh P_rec w_in som_N w_dist gain apply_dale w_out device",
    "model.FR_RNN_dale.forward": "self stim taus training_params settings",
    "model.FR_RNN_dale.load_net": "self model_dir",
    "model.FR_RNN_dale.lesion_w": "self lesion_percentage lesion_scale",
    "model.FR_RNN_dale.lesion_w_by_type": "self lesion_percentage lesion_scale",
    "model.FR_RNN_dale.assign_exc_inh": "self",
    "model.FR_RNN_dale.initialize_W": "self",
    "model.FR_RNN_dale.display": "self",
    "model.FR_RNN_dale.project_weights": "self training_params",
    "model.loss_op": "o z training_params",
    "model.eval_rnn": "net settings u device training_params",
    "model.eval_tf": "model_dir settings u",
    "model.generate_input_stim_go_nogo": "settings seed",
    "model.generate_input_stim_xor": "settings",
    "model.generate_input_stim_mante": "settings",
    "model.generate_target_continuous_go_nogo": "settings label seed",
    "model.generate_target_continuous_xor": "settings label",
    "model.generate_target_continuous_mante": "settings label",
    "utils.set_gpu": "gpu frac",
    "utils.restricted_float": "x",
    "utils.str2bool": "v",
    "tasks.AbstractTask": "settings",
    "tasks.GoNogoTask.generate_stimulus": "self trial_type seed",
    "tasks.XORTask.generate_target": "self label seed",
    "tasks.ManteTask.simulate_trial": "self trial_type seed",
    "tasks.TaskFactory.create_task": "task_name settings",
    "tasks.TaskFactory.register_task": "task_name task_class",
    "tasks.TaskFactory.list_available_tasks": "",
    "abstract.RNNConfig": "N P_inh P_rec som_N gain apply_dale w_dist device",
    "abstract.RateRNNFactory.register": "name rnn_class",
    "abstract.RateRNNFactory.create": "name config",
    "abstract.RateRNNFactory.list_available": "",
    "abstract.validate_config": "config",
    "abstract.AbstractRateRNN": "config",
    "abstract.AbstractRateRNN.forward": "self stim taus training_params settings",
    "abstract.AbstractRateRNN.load_net": "self model_dir",
    "abstract.AbstractTaskGenerator.generate_stimulus": "self settings",
    "abstract.AbstractTargetGenerator.generate_targets": "self settings labels",
    "abstract.AbstractLossFunction.compute_loss": "self outputs targets training_params",
}


def found(path):
    module, *names = path.split(".")
    thing = importlib.import_module("rate." + module)
    for name in names:
        thing = getattr(thing, name)
    return thing


class Parameters(unittest.TestCase):
    def test_have_the_names_of_old(self):
        for path, names in SIGNATURES.items():
            function = found(path)
            if inspect.isclass(function) and torch and issubclass(function, RateNetwork):
                function = RateNetwork  # torch.nn.Module's metaclass hides it
            here = list(inspect.signature(function).parameters)
            self.assertEqual(here[:len(names.split())], names.split(), path)

    def test_both_keywords(self):
        class Mine(rate.GoNogoTask):
            pass
        for keywords in ({"task_name": "mine", "task_class": Mine}, {"name": "mine", "cls": Mine}):
            TaskFactory._registry.pop("mine", None)
            TaskFactory.register_task(**keywords)
            self.assertIs(type(TaskFactory.create_task(task_name="mine", settings=SETTINGS)), Mine)
            self.assertIs(type(TaskFactory.create_task(name="mine", settings=SETTINGS)), Mine)
        TaskFactory._registry.pop("mine")
        with self.assertRaises(TypeError):
            TaskFactory.create_task(task="mine")
        with self.assertRaises(TypeError):
            TaskFactory.create_task("xor", name="mine")
        net = RateNetwork(10, seed=1)
        net.save("ten.mat")
        for keyword in ("model_dir", "path"):
            self.assertEqual(RateNetwork(3).load_net(**{keyword: "ten.mat"}).N, 10)

    def test_seeds_of_the_generators(self):
        for task, label in (("go_nogo", 1), ("xor", "diff"), ("mante", -1)):
            stimulus = getattr(rate, "generate_input_stim_" + task)
            target = getattr(rate, "generate_target_continuous_" + task)
            first, again = stimulus(SETTINGS, seed=3), stimulus(SETTINGS, seed=3)
            np.testing.assert_array_equal(first[0], again[0])
            self.assertEqual(first[1], again[1])
            stimulus(SETTINGS, seed=True)
            np.testing.assert_array_equal(target(SETTINGS, label, seed=True), target(SETTINGS, label))

    def test_a_task_that_does_not_take_the_trial_type(self):
        class Older(AbstractTask):
            def validate_settings(self):
                pass

            def generate_stimulus(self, seed=False):
                return np.zeros((1, 20)), 0

            def generate_target(self, label, seed=False, history=None):
                return np.zeros(19)
        self.assertEqual(RateNetwork(5).train(Older({"T": 20}), n_trials=2)["n_losses"], 2)

    def test_a_trial_of_a_task_gets_what_was_asked_for(self):
        class Older(AbstractTask):
            validate_settings = lambda self: None

            def generate_stimulus(self, **given):
                return "u", given

            def generate_target(self, label, **given):
                return given

        class Seeded(Older):
            def generate_stimulus(self, seed=False):
                return "u", seed

        class Plain(Older):
            def generate_stimulus(self):
                return "u", 1

            def generate_target(self, label):
                return "z"
        task = Older({})
        self.assertEqual(task.simulate_trial(), ("u", {}, {}))
        self.assertEqual(task.simulate_trial(trial_type="go"), ("u", {}, {"trial_type": "go"}))
        self.assertEqual(task.simulate_trial("go", 3),
                         ("u", {"seed": 3}, {"trial_type": "go", "seed": 3}))
        self.assertEqual(Seeded({}).simulate_trial(), ("u", {}, False))
        self.assertEqual(Seeded({}).simulate_trial(seed=True), ("u", {"seed": True}, True))
        self.assertEqual(Plain({}).simulate_trial(seed=False), ("u", "z", 1))

    def test_a_task_gets_what_it_cannot_do_without(self):
        class Strict(AbstractTask):
            validate_settings = lambda self: None

            def generate_stimulus(self, trial_type, seed):
                self.asked = trial_type, seed
                return np.ones(20), 1

            def generate_target(self, label, seed):
                return np.ones(19)
        task = Strict({"T": 20})
        for arguments in ((), ("go",), ("go", 3), (None, True)):
            task.simulate_trial(*arguments)
            self.assertEqual(task.asked, (arguments + (None, False)[len(arguments):]))
        self.assertEqual(RateNetwork(5).train(task, n_trials=2)["n_losses"], 2)
        self.assertEqual(task.asked, (None, False))
        task.trial_types = ["go"]
        self.assertEqual(RateNetwork(5).train(task, n_trials=2)["n_losses"], 2)
        self.assertEqual(task.asked, ("go", False))


class Warnings(unittest.TestCase):
    def test_point_to_the_script(self):
        net = RateNetwork(5, seed=1)
        for act in (lambda: net.train("go-nogo", n_trials=1, training_params={"colour": 3}),
                    lambda: rate.GoNogoTask(dict(SETTINGS, colour=3)),
                    lambda: TaskFactory.create_task("xor", dict(SETTINGS, colour=3))):
            with self.assertWarnsRegex(UserWarning, "'colour' is unknown") as caught:
                act()
            self.assertEqual(caught.filename, __file__)


class EvalTF(unittest.TestCase):
    def test_arrays_of_a_file(self):
        net = RateNetwork(30, seed=4, n_in=2, n_out=1, som_N=2, P_inh=0.5)
        net.activation, net.taus = "softplus", [4, 9]
        for path in ("file.mat", "file.pth"):
            net.save(path)
            u = np.random.RandomState(1).randn(2, 80)
            set_seed(1)
            self.addCleanup(set_seed, None)
            x, r, o = eval_tf(path, {"T": 80, "DeltaT": 1}, u)
            self.assertEqual((x.shape, r.shape, o.shape), ((30, 80), (30, 80), (80,)))
            np.testing.assert_allclose(r, np.clip(np.logaddexp(0, x), 0, 20), atol=1e-5)
            np.testing.assert_allclose(o[:-1], (net.w_out @ r)[0, 1:] + net.b_out[0], atol=1e-4)
            self.assertEqual(o[-1], 0)
            w_eff = np.maximum(net.w, 0) @ net.mask * net.som_mask
            a = 1 / (5 / (1 + np.exp(-net.taus_gaus)) + 4)
            noise = x[:, 1:] - ((1 - a) * x[:, :-1] + a * (w_eff @ r[:, :-1] + net.w_in @ u[:, :-1]))
            self.assertAlmostEqual(noise.std(), 0.1, delta=0.01)
            self.assertEqual(eval_tf(path, None, u)[0].shape, (30, 80))
        with self.assertRaises(FileNotFoundError):
            eval_tf("none.mat", None, u)
        several = RateNetwork(5, n_out=3)
        several.save("several.mat")
        self.assertEqual(eval_tf("several.mat", {"T": 20}, np.zeros((1, 20)))[2].shape, (3, 20))


class OneName(unittest.TestCase):
    def test_modules(self):
        import spikeRNN.rate.tasks
        from spikeRNN.rate import FR_RNN_dale as theirs
        from spikeRNN.rate.model import generate_input_stim_xor
        from spikeRNN.spiking import LIF_network_fnc, lambda_grid_search
        from spikeRNN.spiking.eval_tasks import evaluate_task
        import spiking
        self.assertIs(theirs, FR_RNN_dale)
        self.assertIs(spikeRNN.rate, rate)
        self.assertIs(spikeRNN.rate.tasks, rate.tasks)
        self.assertIs(generate_input_stim_xor, rate.generate_input_stim_xor)
        self.assertIs(spikeRNN.spiking, spiking)
        self.assertIs(evaluate_task, spiking.evaluate_task)
        self.assertTrue(callable(LIF_network_fnc) and callable(lambda_grid_search))
        for module in (rate, rate.tasks, spiking):  # reloads and pickles need its own name
            self.assertEqual(module.__spec__.name, module.__name__)
        with self.assertRaises(ImportError):
            importlib.import_module("spikeRNN.rate.nothing")
        with self.assertRaises(ImportError):
            importlib.import_module("spikeRNN.other")
        with self.assertRaises(AttributeError):
            spikeRNN.other

    def test_in_any_order(self):
        for script in ("from spikeRNN.rate.model import loss_op; import rate.model",
                       "import rate.model; from spikeRNN.rate import model",
                       "import spikeRNN.spiking.utils, spiking.utils",
                       "from spikeRNN import RateNetwork, lambda_grid_search, check_packages"):
            subprocess.check_call([sys.executable, "-W", "error", "-c", script])

    def test_functions(self):
        self.assertEqual(spikeRNN.create_rate_config(N=20), rate.create_default_config(N=20))
        self.assertEqual(spikeRNN.create_spiking_config().dt,
                         spikeRNN.create_default_spiking_config().dt)
        out = subprocess.check_output([sys.executable, "-c", "import spikeRNN\n"
                                       "assert spikeRNN.check_packages() is True"], text=True)
        self.assertIn("spiking: version " + rate.__version__, out)
        self.assertLess({"rate", "spiking", "check_packages", "FR_RNN_dale"}, set(dir(spikeRNN)))

    def test_command_lines(self):
        folder = os.path.dirname(rate.__file__)
        for start, where in ((["-m", "spikeRNN.rate.main"], "."), (["main.py"], folder)):
            out = subprocess.run([sys.executable] + start + ["--help"], text=True, cwd=where,
                                 stdout=subprocess.PIPE, check=True).stdout
            self.assertIn("--decay_taus", out)


@unittest.skipUnless(torch, "without torch")
class Torch(unittest.TestCase):
    def test_a_network_of_your_own_is_a_module(self):
        class Mine(rate.AbstractRateRNN):
            def __init__(self, config):
                super().__init__(config)
                self.w = torch.nn.Parameter(torch.zeros(config.N))

            assign_exc_inh = initialize_W = forward = load_net = None
        net = Mine(rate.create_default_config(N=7))
        self.assertEqual((len(list(net.parameters())), net.N, net.device), (1, 7, "cpu"))
        with self.assertRaises(TypeError):
            rate.AbstractRateRNN(rate.create_default_config())

    def test_a_file_that_lacks_part_of_the_network(self):
        torch.save({"model_state_dict": {"w": torch.rand(9, 9), "w_out": torch.rand(1, 9),
                                         "b_out": torch.tensor(0.0)},
                    "settings": {"T": 20, "taus": [4, 20]}}, "lacks.pth")
        said = "lacks.pth has no variable 'w_in', .*the .mat file that was saved with this one"
        with self.assertRaisesRegex(ValueError, said):
            eval_tf("lacks.pth", None, np.zeros((1, 20)))
        for verb in ("info", "eval"):
            shown = subprocess.run([os.environ["SPIKERNN"], verb, "lacks.pth"], text=True,
                                   stderr=subprocess.PIPE)
            self.assertEqual(shown.returncode, 2)
            self.assertRegex(shown.stderr, said)

    def test_exponentiated_gradient(self):
        from rate.eg_optimizer import ExponentiatedGradient
        w = torch.nn.Parameter(torch.tensor([[1.0, 0.0], [2.0, 1e-12]]))
        optimizer = ExponentiatedGradient([w], lr=0.5, weight_decay=0.1)
        w.grad = torch.tensor([[1.0, -2.0], [0.5, 400.0]])
        optimizer.step()
        expected = [[np.exp(-0.5 * 1.1), 1e-12], [2 * np.exp(-0.5 * 0.7), 1e-12]]
        np.testing.assert_allclose(w.detach(), expected, rtol=1e-6)
        for axis, norms in ((0, [0.5, 1e-12]), (None, 0.5)):
            limited = ExponentiatedGradient([w], max_norm=0.5, norm_axis=axis)
            w.grad = torch.zeros(2, 2)
            limited.step()
            np.testing.assert_allclose(np.linalg.norm(w.detach(), axis=axis), norms, rtol=1e-5,
                                       atol=1e-11)
        w.grad = None
        self.assertEqual(optimizer.step(lambda: 3), 3)


unittest.main()
