"""A network from a dict: every kind of value is understood or refused by its name."""
import os
import re
import unittest

import numpy as np
import scipy.io
import scipy.sparse

import spikernn
from rate import (AbstractTask, RateNetwork, RateRNNFactory, TaskFactory, create_default_config,
                  loss_op, set_gpu)
from spikernn import model_of
from spikernn._variables import _OF_NETWORK, _RECORDS
from spiking import GoNogoSpikingTask, LIF_network_fnc, load_rate_model
from trained import model_in

try:
    import torch
except ImportError:
    torch = None

N = 20


def variables():
    """With som_m, which half of all connections lack."""
    net = RateNetwork(N, 0.3, 0.5, seed=1)
    net.save("variables.mat") if not os.path.exists("variables.mat") else None
    result = scipy.io.loadmat("variables.mat")
    result["som_m"] = (np.random.RandomState(1).rand(N, N) < 0.5).astype(float)
    return result


class Imaginary(AbstractTask):
    def validate_settings(self):
        pass

    def generate_stimulus(self, trial_type=None, seed=False):
        return np.zeros((1, 9)) + 1j, 0

    def generate_target(self, label, seed=False):
        return np.zeros(8)


class Understood(unittest.TestCase):
    def same(self, **changed):
        given = variables()
        np.testing.assert_array_equal(model_of(dict(given, **changed)).w_eff(), self.expected(given))

    @staticmethod
    def expected(given):
        return (np.maximum(given["w"], 0) @ given["m"] * given["som_m"]).astype(np.float32)

    def test_sentence_names_no_file(self):
        with self.assertRaises(ValueError) as caught:
            model_of(dict(variables(), taus=np.ones(3)))
        self.assertRegex(str(caught.exception), "^the model: variable 'taus' has 3 elements")

    def test_sparse_matrices(self):
        given = variables()
        for kind in (scipy.sparse.csr_matrix, scipy.sparse.csc_matrix, scipy.sparse.coo_matrix,
                     scipy.sparse.lil_matrix, scipy.sparse.dok_matrix):
            self.same(w=kind(given["w"]), som_m=kind(given["som_m"]), m=kind(given["m"]))
        self.same(som_m=scipy.sparse.csr_matrix(given["som_m"] > 0))
        few = scipy.sparse.random(N, N, 0.1, random_state=2).tocsr()
        few.data[:] = 1
        W = LIF_network_fnc(dict(given, som_m=few), 50, np.zeros((1, 20)), seed=1)[0]
        self.assertEqual(np.count_nonzero(W), np.count_nonzero((given["w"] > 0) & few.astype(bool).toarray()))

    def test_arrays(self):
        given = variables()
        w, som_m = given["w"], given["som_m"]
        self.same(som_m=som_m > 0, w=w.astype(np.longdouble), inh=given["inh"].ravel().tolist())
        self.same(w=np.asmatrix(w), som_m=som_m.astype(np.int8), N=np.uint16(N))
        self.same(w=np.ma.array(w), som_m=np.ma.array(som_m, mask=np.zeros((N, N), bool)))
        self.same(w=w.astype(object), som_m=som_m.tolist())
        self.same(w=w[:, :, None], som_m=np.asfortranarray(som_m))
        one_cell = np.empty((1, 1), object)
        one_cell[0, 0] = som_m
        self.same(som_m=one_cell, other=None, som=None)

    def test_texts(self):
        for value in ("softplus", b"softplus", np.array("softplus"), np.array(["softplus"]),
                      np.array([b"softplus"]), np.array(["softplus"], object)):
            self.assertEqual(model_of(dict(variables(), activation=value)).activation, "softplus")

    def test_texts_in_single_characters(self):
        """As loadmat(chars_as_strings=False) gives them."""
        self.same()
        read = scipy.io.loadmat("variables.mat", chars_as_strings=False)
        self.assertEqual(read["activation"].shape, (1, 7))
        self.assertEqual(model_of(read).activation, "sigmoid")
        read["activation"] = np.array([list("softplus")], "S1")
        self.assertEqual(model_of(read).activation, "softplus")

    def test_texts_of_a_file_are_taken_wherever_a_text_is(self):
        """loadmat gives arrays of one text."""
        go = {"T": 60, "stim_on": 10, "stim_dur": 10}
        np.random.seed(1)
        expected = TaskFactory.create_task("go_nogo", go).generate_target(1)

        def each(text):
            cell = np.empty((1, 1), object)
            cell[0, 0] = np.array([text])
            return (np.array(text), np.array([text]), np.array([[text.encode()]]), cell,
                    np.array([list(text)]))
        for name in each("go-nogo"):
            np.testing.assert_array_equal(TaskFactory.create_task(name, go).generate_target(1),
                                          expected)
            net = RateNetwork(5, seed=1)
            self.assertEqual(net.train(name, dict(go, task=name), n_trials=2)["n_losses"], 2)
            self.assertEqual(net.eval(name, go, n_trials=2)["n_trials"], 2)
            self.assertEqual(net._model.task(name).name, "go-nogo")
            self.assertIn("go-nogo", net.save_new(".", name))
            self.assertEqual(spikernn.Task.named(name).name, "go-nogo")
        for name in each("softplus"):
            net.activation = name
            self.assertEqual(net.activation, "softplus")
            net.forward(np.zeros((1, 9)), [4], {"activation": name})
        for name in each("L1"):
            self.assertEqual(loss_op([np.ones((1, 1))], [0], {"loss_fn": name}), 1)
            net.train("go-nogo", n_trials=1, loss=name)
        for name in each("gamma"):
            self.assertEqual(RateNetwork(5, w_dist=name).N, 5)
            create_default_config(w_dist=name)
        for name in each("cpu"):
            self.assertEqual(RateNetwork(5, device=name).device, "cpu")
        for name in each("go"):
            self.assertEqual(TaskFactory.create_task("go-nogo", go).simulate_trial(name)[2], 1)
        for name in each("color"):
            TaskFactory.create_task("mante").generate_stimulus(name)
        for name in each("same"):
            TaskFactory.create_task("xor").generate_target(name)
        for name in each("text.pth"):
            net.save(name)
            self.assertEqual(RateNetwork(3).load_net(name).N, 5)
        for name in each("FR_RNN_dale"):
            RateRNNFactory.create(name, create_default_config(N=5))
        for name in each("0"):
            set_gpu(name, 0.4)
        for wrong in (np.array(["go-nogo", "xor"]), np.array([["x", "o"], ["r", "s"]])):
            with self.assertRaisesRegex(ValueError, "^the task is "):
                TaskFactory.create_task(wrong)

    @unittest.skipUnless(torch, "without torch")
    def test_tensors(self):
        given = variables()
        for name in ("w", "som_m"):
            tensor = torch.tensor(given[name])
            self.same(**{name: tensor})
            self.same(**{name: tensor.clone().requires_grad_()})
            self.same(**{name: tensor.to_sparse()})
            self.same(**{name: tensor.to_sparse_csr()})
        self.same(som_m=torch.tensor(given["som_m"]).bfloat16())
        self.same(som_m=torch.tensor(given["som_m"]).bool())
        self.same(som_m=torch.tensor(given["som_m"]).T.contiguous().T)

    def test_what_can_be_an_array(self):
        """As pandas' DataFrame and Series."""
        class Frame:
            def __init__(self, values):
                self.values = values

            def __array__(self, dtype=None):
                return self.values
        given = variables()
        self.same(w=Frame(given["w"]), som_m=Frame(given["som_m"] > 0),
                  taus_gaus=Frame(given["taus_gaus"].ravel()))

    def test_other_networks_take_the_same(self):
        net = RateNetwork(N, 0.3, 0.5, scipy.sparse.csr_matrix(np.ones((N, 1))), seed=1)
        np.testing.assert_array_equal(net.w_in, 1)
        net.som_mask = scipy.sparse.csr_matrix(variables()["som_m"])
        net.w = scipy.sparse.csr_matrix(net.w)
        net.forward(np.zeros((1, 9)))
        np.testing.assert_array_equal(net._model.arrays()["som_m"], variables()["som_m"])
        with self.assertRaisesRegex(ValueError, "stim cannot be read as an array .*masked"):
            net.forward(np.ma.array(np.zeros((1, 9)), mask=np.ones((1, 9), bool)))


class Refused(unittest.TestCase):
    def refused(self, text, **changed):
        with self.assertRaisesRegex(ValueError, text):
            model_of(dict(variables(), **changed))

    def test_values_without_a_meaning(self):
        w = variables()["w"]
        several = np.empty((1, 2), object)
        several[:] = [[w, w]]
        for value, text in ((w + 0j, "holds complex numbers"),
                            (np.ma.array(w, mask=w > 0), "masked"),
                            (several, "holds objects of Python"),
                            (object(), "holds object"),
                            ({"inside": w}, "holds object"),
                            ([[1, 2], [3]], "cannot be read as an array|holds objects"),
                            (np.array(["a", "b"]), "holds several texts"),
                            (np.array([b"a", b"b"]), "holds several texts"),
                            (np.zeros((2, 2), "datetime64[s]"), "holds datetime64"),
                            (np.zeros(2, [("a", float)]), "holds "),
                            (np.zeros((1,) * 5), "has 5 axes"),
                            (np.full((N, N), None), "holds objects of Python")):
            for name in ("som_m", "w", "taus_gaus0"):
                self.refused("^the model: variable '%s' .*(%s).*; expected" % (name, text),
                             **{name: value})
        self.refused("som_m", som_m="text")
        self.refused("som_m", som_m=np.ones((N, N, 2)))
        self.refused("som_m", som_m=np.full((N, N), 0.5))

    def test_of_every_variable_of_the_library(self):
        """The list here is the reader's."""
        with open(os.environ["SOURCE_DIR"] + "/src/io/model_load.c") as file:
            source = file.read()
        listed = re.search(r"known_variables\[\] = \{(.*?)NULL\}", source, re.S)
        self.assertEqual(set(re.findall(r'"(\w+)"', listed[1])), set(_OF_NETWORK) | set(_RECORDS))
        for name in _OF_NETWORK:
            self.refused("variable '%s' holds" % name, **{name: object()})

    def test_what_is_not_of_the_network_has_no_effect(self):
        model_of(dict(variables(), notes={"by": "me"}, losses=object(), cells=np.empty((2, 2), object),
                      **{"__header__": b"x"}))

    def test_numbers_of_scripts(self):
        """An imaginary part, or a mask, was left out."""
        masked = np.ma.array(np.zeros(3), mask=[0, 1, 0])
        o = [np.zeros((1, 1))] * 3
        for act, text in ((lambda: loss_op(o, np.zeros(3) + 1j, {"loss_fn": "l2"}), "z is "),
                          (lambda: loss_op(o, masked, {"loss_fn": "l2"}), "z is "),
                          (lambda: loss_op(o, ["a"] * 3, {"loss_fn": "l2"}), "z is "),
                          (lambda: RateNetwork(5).forward(np.zeros((1, 9)), [4 + 1j, 20]), "taus is"),
                          (lambda: RateNetwork(5).forward(np.zeros((1, 9)) + 1j), "stim is "),
                          (lambda: RateNetwork(5).train(Imaginary({"T": 9}), n_trials=1),
                           "the stimulus is ")):
            with self.assertRaisesRegex(ValueError, text + "[^;]*; expected numbers"):
                act()
        column = np.ma.array(np.ones((1, 1)), mask=True)
        for act, name in ((lambda: loss_op([column] * 3, [0, 0, 0], {"loss_fn": "l2"}), "o is"),
                          (lambda: loss_op(o, [[0, np.ma.masked, 0]], {"loss_fn": "l1"}), "z is"),
                          (lambda: RateNetwork(5).forward([masked]), "stim cannot be read"),
                          (lambda: RateNetwork(5).forward(np.zeros((1, 9)), [4, np.ma.masked]),
                           "taus is"),
                          (lambda: model_of(dict(variables(), taus_gaus=[column] * N)),
                           "variable 'taus_gaus' cannot be read")):
            with self.assertRaisesRegex(ValueError, name):
                act()
        with self.assertRaisesRegex(ValueError, "gain is .*expected a number"):
            RateNetwork(5, gain=[np.ma.masked])
        self.assertEqual(loss_op([np.ma.array([[1.0]])] * 4, [[0, 0, 0, 0]], {"loss_fn": "l2"}), 2)
        self.assertEqual(loss_op(o, scipy.sparse.csr_matrix([[0, 3, 4]]), {"loss_fn": "l2"}), 5)

    def test_bytes_do_not_wrap(self):
        """256 was 0, and 0.5, too."""
        arrays = dict(w=np.ones((3, 3)), w_in=np.ones((3, 1)), w_out=np.ones((1, 3)),
                      b_out=np.zeros(1), taus_gaus=np.zeros(3))
        for name, value, text in (("inh", [0, 256, 1], r"inh\[1\] is 256; expected 0 or 1"),
                                  ("inh", [0, -1, 1], r"inh\[1\] is -1; expected 0 or 1"),
                                  ("som_m", np.full((3, 3), 0.5), r"som_m\[0, 0\] is 0.5")):
            with self.assertRaisesRegex(ValueError, text):
                spikernn.Model.from_arrays(**dict(dict(arrays, inh=[0, 0, 1]), **{name: value}))
        for value in (256, 0.5, -1):
            with self.assertRaisesRegex(ValueError, "a.0. is %g; expected a whole number of 0 to 255"
                                        % value):
                spikernn.array([value], np.uint8, (1,), "a")


class OfAFile(unittest.TestCase):
    # what load_rate_model leaves out of a file
    NOT_GIVEN = {"spikernn_version", "search_correct", "search_margins", "search_losses",
                 "search_rates_hz", "search_other_sides", "__header__", "__globals__", "__version__"}

    def test_of_a_file(self):
        path = model_in("variables")
        ours, file = load_rate_model(path), scipy.io.loadmat(path)
        self.assertEqual(set(ours), set(file) - self.NOT_GIVEN)
        for name, values in ours.items():
            self.assertEqual(values.shape, file[name].shape, name)
            np.testing.assert_array_equal(values, file[name], err_msg=name)

    def test_a_dict_is_converted_as_its_file_is(self):
        path, rng = model_in("converted"), np.random.RandomState(3)
        n_out, N = scipy.io.loadmat(path)["w_out"].shape
        point = {"op_gain": 60 + rng.rand(N, 1), "op_bias_mv": rng.randn(N, 1),
                 "op_scale": rng.rand(N, 1) / 100, "op_offset": rng.randn(N, 1) / 50,
                 "op_widening": 0.5, "op_shot_noise_cost": 1.0, "op_n_trials": 50,
                 "op_settings": '{"seed": 1}', "readout_w_out": rng.randn(n_out, N).astype("f4"),
                 "readout_b_out": np.float32([[0.25]]), "readout_perf": 0.75, "readout_n_trials": 8,
                 "readout_settings": '{"seed": 2}'}
        u, task = np.zeros((1, 20)), GoNogoSpikingTask()
        for better, how in ((1.0, "operating-point"), (0.0, "scaling-factor")):
            scipy.io.savemat(path, dict(scipy.io.loadmat(path), op_perf=better, **point))
            ours, file = load_rate_model(path), scipy.io.loadmat(path)
            self.assertEqual(set(ours), set(file) - self.NOT_GIVEN)
            for name in point:
                np.testing.assert_array_equal(ours[name], file[name], err_msg=name)
            options = {"seed": 1, "record": (), "use_readout": better == 1}
            W, *_, out, told = LIF_network_fnc(path, None, u, **options)
            self.assertEqual(told["conversion"], how)
            self.assertEqual(told["scaling_factor"] is None, how == "operating-point")
            for given in (file, ours, scipy.io.loadmat(path, squeeze_me=True)):
                again = LIF_network_fnc(given, None, u, **options)
                self.assertEqual(again[6]["conversion"], how)
                np.testing.assert_array_equal(again[0], W)
                np.testing.assert_array_equal(again[5], out)
                self.assertEqual(task.evaluate_performance(given, 1),
                                 task.evaluate_performance(path, 1))

    def test_of_a_file_without_them(self):
        path = model_in("variables_less")
        file = {name: value for name, value in scipy.io.loadmat(path).items()
                if name in ("w", "w_in", "w_out", "m", "taus", "taus_gaus")}
        scipy.io.savemat(path, file)
        ours = load_rate_model(path)
        self.assertFalse({"losses", "u", "T", "stim_on", "scaling_factors", "tr", "seed",
                          "opt_scaling_factor", "P_inh", "balanced", "w_dist"} & set(ours), set(ours))


unittest.main()
