"""Every attribute of a rate network that a script can set or write into counts, or is refused."""
import unittest

import numpy as np
import scipy.io

from rate import AbstractTask, FR_RNN_dale, RateNetwork
from spiking import LIF_network_fnc

N, T = 30, 40
SETTINGS = {"T": T, "DeltaT": 1}
SHORT = {"T": 40, "stim_on": 5, "stim_dur": 5}
QUIET = {"activation": "sigmoid", "noise": 0}
CLASSES = {RateNetwork, FR_RNN_dale}  # the same one without torch


def network(kind, **named):
    rng = np.random.RandomState(1)
    return kind(N, 0.4, 0.5, rng.randn(N, 1), w_out=rng.randn(1, N), seed=3, **named)


def values(array):
    return array.detach().numpy().copy() if hasattr(array, "detach") else np.array(array)


def same_kind(net, array):
    """As the network's arrays are: numpy, or torch."""
    if isinstance(net, RateNetwork) and type(net) is RateNetwork:
        return np.array(array, np.float32)
    import torch
    return torch.tensor(array, dtype=torch.float32)


class Attributes(unittest.TestCase):
    def each(self, **named):
        return [network(kind, **named) for kind in sorted(CLASSES, key=lambda kind: kind.__name__)]

    def follows(self, net, taus=(10,)):
        """SPEC: W_eff = (relu(w) if Dale else w) . m o som_m, in a run and in the spiking network."""
        w = values(net.w)
        w_eff = (np.maximum(w, 0) if net.apply_dale else w) @ values(net.mask) * values(net.som_mask)
        u = np.ones((1, T))
        x, r, o = (np.array([values(one)[:, 0] for one in list_]) for list_ in
                   net.forward(u, list(taus), QUIET, SETTINGS)[1:4])
        step = r[:-1] @ w_eff.T + values(net.w_in)[:, 0]
        np.testing.assert_allclose(x[1:], 0.9 * x[:-1] + 0.1 * step, atol=1e-5)
        np.testing.assert_allclose(net._model.w_eff(), w_eff, atol=1e-7)
        np.testing.assert_allclose(LIF_network_fnc(net, 50, u, seed=1)[0], w_eff / 50, atol=1e-7)
        return w_eff, o

    def test_masks_changed_in_place(self):
        for net in self.each(som_N=3):
            before, out = self.follows(net)
            self.assertGreater(np.count_nonzero(before), 300)
            net.som_mask[:, 4] = 0
            net.mask[7, 7] *= -1
            after, other = self.follows(net)
            expected = before.copy()
            expected[:, 4] = 0
            expected[:, 7] = -np.maximum(values(net.w)[:, 7], 0) * np.sign(-values(net.mask)[7, 7])
            np.testing.assert_allclose(after[:, :7], expected[:, :7], atol=1e-7)
            self.assertFalse(np.allclose(out, other))
            self.assertEqual(net.inh[7, 0], values(net.mask)[7, 7] < 0)
            self.assertEqual((net.NI, net.NE), (net.inh.sum(), net.exc.sum()))
            np.testing.assert_array_equal(net.exc, ~net.inh)

    def test_masks_of_zeros(self):
        for net in self.each():
            inh = net.inh.copy()
            net.mask[:] = 0
            self.assertFalse(self.follows(net)[0].any())
            np.testing.assert_array_equal(net.inh, inh)  # a population is not known otherwise
        for net in self.each():
            net.som_mask[:] = 0
            self.assertFalse(self.follows(net)[0].any())
            net.som_mask[:] = 1
            self.assertTrue(self.follows(net)[0].any())

    def test_masks_replaced_also_under_their_other_names(self):
        for net in self.each():
            signs = np.where(np.arange(N) < 5, -1.0, 1.0)
            for mask, som_mask in (("mask", "som_mask"), ("m", "som_m")):
                allowed = (np.random.RandomState(2).rand(N, N) < 0.5).astype(float)
                setattr(net, mask, same_kind(net, np.diag(signs)))
                setattr(net, som_mask, same_kind(net, allowed))
                w_eff, _ = self.follows(net)
                self.assertFalse(w_eff[allowed == 0].any())
                self.assertEqual(np.flatnonzero(net.inh).tolist(), np.flatnonzero(signs < 0).tolist())
                self.assertIs(net.m, net.mask)
                self.assertIs(net.som_m, net.som_mask)
                signs = -signs

    def test_masks_that_mean_nothing(self):
        for net in self.each():
            good = values(net.mask), values(net.som_mask)
            for name, at, value, text in (("mask", (0, 1), 1, r"mask\[0, 1\] is 1; expected"),
                                          ("mask", (2, 2), 2, r"mask\[2, 2\] is 2; expected"),
                                          ("mask", (2, 2), np.nan, "nan"),
                                          ("som_mask", (3, 4), 0.5, r"som_mask\[3, 4\] is 0.5"),
                                          ("som_mask", (3, 4), -1, r"som_mask\[3, 4\] is -1"),
                                          ("som_mask", (3, 4), np.inf, "inf")):
                getattr(net, name)[at] = value
                with self.assertRaisesRegex(ValueError, text):
                    net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)
                net.mask, net.som_mask = (same_kind(net, one) for one in good)
            net.mask = same_kind(net, np.ones((N, N - 1)))
            with self.assertRaisesRegex(ValueError, "mask is 30 x 29; expected 30 x 30"):
                net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)

    def test_a_wrong_array_is_named(self):
        """The one that was set, not another that does not fit it."""
        wrong = {"w": (np.ones((4, 4)), "4 x 4; expected 30 x 30"),
                 "w_in": (np.ones((N, 2)), "30 x 2; expected 30 x 1"),
                 "w_out": (np.ones((2, N)), "2 x 30; expected 1 x 30"),
                 "b_out": (np.ones(2), "2 numbers; expected 1 number$"),
                 "taus_gaus": (np.ones(4), "4 numbers; expected 30 numbers"),
                 "w0": (np.ones((4, 4)), "4 x 4; expected 30 x 30"),
                 "w_in0": (np.ones((N, 2)), "30 x 2; expected 30 x 1"),
                 "taus_gaus0": (np.ones(4), "4 numbers; expected 30 numbers"),
                 "mask": (np.ones((4, 4)), "4 x 4; expected 30 x 30"),
                 "som_mask": (np.ones((4, 4)), "4 x 4; expected 30 x 30")}
        for name, (array, text) in wrong.items():
            for value, says in ((array, text), (None, "None; expected numbers"),
                                (np.ones((2, 3, 4)), "2 x 3 x 4; expected" if name not in (
                                    "b_out", "taus_gaus", "taus_gaus0") else "24 numbers; expected"),
                                (np.ones(5), "5 numbers; expected")):
                masked = np.ma.array(array, mask=array > 0)
                for net in self.each():
                    with self.assertRaisesRegex(ValueError, "^%s cannot be read as .*masked" % name):
                        setattr(net, name, masked)
                        net.forward(np.ones((1, T)))
                for net in self.each():
                    setattr(net, name, value)
                    for act in (lambda: net.forward(np.ones((1, T))), lambda: net.save("no.mat"),
                                lambda: net.train("go-nogo", n_trials=1)):
                        with self.assertRaisesRegex(ValueError, "^%s is %s" % (name, says)):
                            act()

    def test_arrays_of_numpy_replace_any(self):
        for net in self.each():
            parameters = [id(one) for one in getattr(net, "parameters", list)()]
            signs = np.diag(np.where(np.arange(N) < 5, -1.0, 1.0))
            for name, value in (("w", np.full((N, N), 0.1)), ("w_in", np.ones((N, 1))),
                                ("w_out", np.full((1, N), 0.5)), ("b_out", 0.25), ("mask", signs),
                                ("som_mask", np.eye(N) < 1), ("taus_gaus", [0.5] * N),
                                ("m", scipy.sparse.csr_matrix(signs)), ("som_m", np.eye(N))):
                setattr(net, name, value)
                net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)
            np.testing.assert_allclose(net._model.w_eff(), np.diag(np.diag(signs)) * 0.1, atol=1e-7)
            self.assertEqual(net._model.arrays()["b_out"], 0.25)
            self.assertEqual(parameters, [id(one) for one in getattr(net, "parameters", list)()])
            for name in ("w", "mask"):
                with self.assertRaisesRegex(ValueError, "^%s is 'x'; expected numbers" % name):
                    setattr(net, name, "x")
                    net.forward(np.ones((1, T)))
                setattr(net, name, None)
                setattr(net, name, np.zeros((N, N)))
            net.forward(np.ones((1, T)))

    def test_without_dales_principle(self):
        """Set later, it decides on negative weights in the next call."""
        for net in self.each():
            weights = net.w.detach() if hasattr(net.w, "detach") else net.w
            weights[:, 3] = -1
            self.assertFalse(self.follows(net)[0][:, 3].any())
            net.apply_dale = False
            for act in (lambda: net.forward(np.ones((1, T)), [10], QUIET, SETTINGS),
                        lambda: net.save("no_dale.mat"), lambda: net.train("go-nogo", n_trials=1)):
                with self.assertRaisesRegex(ValueError, "apply_dale is off, but unit .* is "
                                                        "inhibitory; expected"):
                    act()
            net.mask = same_kind(net, np.eye(N))
            self.assertTrue(self.follows(net)[0][:, 3].all())
            net.mask[4, 4] = -1
            with self.assertRaisesRegex(ValueError, "apply_dale is off, but unit 4 is inhibitory"):
                net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)
            net.mask[4, 4] = 1
            net.apply_dale = "no"
            with self.assertRaisesRegex(ValueError, "apply_dale is 'no'"):
                net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)

    def test_every_state_survives_a_file(self):
        """Whatever a script sets is refused, or is what load_net() gives back."""
        def signs(net, which, value):
            which = which(values(net.inh)[:, 0]) if callable(which) else which
            for unit in np.arange(N)[which]:
                net.mask[unit, unit] = value

        def soms(net, value):
            for unit in np.atleast_1d(net.som_inh):
                net.mask[unit, unit] = value
        changes = {
            "nothing": lambda net: None,
            "no Dale": lambda net: (signs(net, slice(0, N), 1), setattr(net, "apply_dale", False)),
            "no Dale, silent units": lambda net: (signs(net, slice(0, N), 1), signs(net, [1, 2], 0),
                                                  setattr(net, "apply_dale", False)),
            "all excitatory": lambda net: signs(net, slice(0, N), 1),
            "all inhibitory": lambda net: signs(net, slice(0, N), -1),
            "one of each kind": lambda net: (signs(net, lambda inh: np.flatnonzero(inh)[:1], 1),
                                             signs(net, lambda inh: np.flatnonzero(~inh)[:1], -1)),
            "silent units": lambda net: signs(net, slice(0, 5), 0),
            "all silent": lambda net: signs(net, slice(0, N), 0),
            "SOM to excitatory": lambda net: soms(net, 1),
            "SOM silent": lambda net: soms(net, 0),
            "no SOM mask": lambda net: net.som_mask.__setitem__(slice(0, N), 1),
            "nothing allowed": lambda net: net.som_mask.__setitem__(slice(0, N), 0)}
        for name, change in changes.items():
            for net in self.each(som_N=3):
                change(net)
                w_eff, _ = self.follows(net)
                net.taus, net.activation, net.DeltaT = [5, 9], "softplus", 2
                for path in ("state.mat", "state.pth"):
                    net.save(path)
                    other = type(net)(3).load_net(path)
                    np.testing.assert_array_equal(other._model.w_eff(), w_eff, name)
                    for attribute in ("inh", "exc", "som_inh"):
                        np.testing.assert_array_equal(getattr(other, attribute),
                                                      getattr(net, attribute), name)
                    for attribute in ("apply_dale", "taus", "activation", "DeltaT", "NI", "NE"):
                        self.assertEqual(getattr(other, attribute), getattr(net, attribute), name)
                    for attribute in ("w_in", "w_out", "b_out", "taus_gaus", "w0", "w_in0"):
                        np.testing.assert_array_equal(values(getattr(other, attribute)),
                                                      values(getattr(net, attribute)), name)
        for net in self.each():
            net.apply_dale = False
            for path in ("state.mat", "state.pth"):
                with self.assertRaisesRegex(ValueError, "apply_dale is off"):
                    net.save(path)

    def test_weights_before_training(self):
        for net in self.each():
            for name in ("w0", "w_in0", "taus_gaus0"):
                getattr(net, name)[:] = 0.25
            net.save("before.mat")
            file = scipy.io.loadmat("before.mat")
            for name in ("w0", "w_in0", "taus_gaus0"):
                self.assertTrue((file[name] == 0.25).all(), name)
            np.testing.assert_array_equal(LIF_network_fnc(net, 50, np.ones((1, T)), None, 1, True)[0],
                                          LIF_network_fnc("before.mat", 50, np.ones((1, T)), None, 1,
                                                          True)[0])
            net.w0 = same_kind(net, np.full((N, N), 0.5))
            net.save("before.mat")
            self.assertTrue((scipy.io.loadmat("before.mat")["w0"] == 0.5).all())

    def test_dynamics(self):
        for net in self.each():
            net.taus, net.activation, net.DeltaT = [7], "softplus", 0.5
            x, r = (np.array([values(one)[:, 0] for one in list_])
                    for list_ in net.forward(np.zeros((1, T)), None, {"noise": 0})[1:3])
            np.testing.assert_allclose(r, np.logaddexp(0, x), atol=1e-5)
            w_eff = net._model.w_eff()
            np.testing.assert_allclose(x[1:], x[:-1] + (r[:-1] @ w_eff.T - x[:-1]) / 14, atol=1e-4)
            self.assertEqual((net.taus, net.activation, net.DeltaT), ((7,), "softplus", 0.5))
            with self.assertRaises(TypeError):
                net.taus[0] = 3
            for name, value in (("taus", [20, 4]), ("activation", "tanh"), ("DeltaT", 0)):
                with self.assertRaisesRegex(ValueError, name):
                    setattr(net, name, value)

    def test_what_follows_from_others(self):
        for net in self.each(som_N=2):
            for name in ("N", "inh", "exc", "NI", "NE", "som_inh"):
                with self.assertRaisesRegex(AttributeError, "^%s cannot be set; " % name):
                    setattr(net, name, 3)
            for name in ("inh", "exc", "som_inh"):
                with self.assertRaises(ValueError):
                    getattr(net, name)[0] = 1
            with self.assertRaisesRegex(ValueError, "device is 'tpu'"):
                net.device = "tpu"
            net.device = "cpu"
            for name in ("P_inh", "P_rec", "gain"):  # of the next draw
                setattr(net, name, 1.0)
            self.assertTrue(net.assign_exc_inh()[0].all())
            self.assertTrue((values(net.initialize_W()[0]) != 0).all())

    def test_the_record_stays(self):
        for net in self.each():
            net.train("go-nogo", n_trials=3)
            net.som_mask[:, :10] = 0
            net.mask[12, 12] *= -1
            w_eff = self.follows(net, (10,))[0]
            net.save("masked.mat")
            file = scipy.io.loadmat("masked.mat")
            self.assertEqual(file["losses"].size, 3)
            np.testing.assert_allclose(np.maximum(file["w"], 0) @ file["m"] * file["som_m"], w_eff,
                                       atol=1e-7)
            other = network(type(net)).load_net("masked.mat")
            np.testing.assert_array_equal(values(other.mask), values(net.mask))
            np.testing.assert_array_equal(values(other.som_mask), values(net.som_mask))
            self.assertEqual(net.train("go-nogo", n_trials=2)["n_losses"], 2)

    def test_nothing_is_written_during_training(self):
        """It would be lost in part: training has its own copy."""
        def in_place(name):
            def write(net):
                array = getattr(net, name)
                (array.data if hasattr(array, "data") and hasattr(array, "detach") else array)[:] = 0
            return write

        def replaced(name, value):
            return lambda net: setattr(net, name, value)
        names = ("w", "w_in", "w_out", "taus_gaus", "w0", "mask", "som_mask")
        writes = [(name, in_place(name)) for name in names]
        writes += [("apply_dale", replaced("apply_dale", False))]

        class Writing(AbstractTask):
            def validate_settings(self):
                pass

            def generate_stimulus(self, trial_type=None, seed=False):
                self.calls = getattr(self, "calls", 0) + 1
                if self.calls == 3:  # the first one is before training
                    self.write()
                return np.zeros((1, 20)), 1

            def generate_target(self, label, seed=False):
                return np.ones(19)
        for name, write in writes:
            for net in self.each(som_N=3):
                task = Writing({"T": 20})
                task.write = lambda net=net: write(net)
                for act in (lambda: net.train("go-nogo", SHORT, n_trials=2, eval_trials=2,
                                              progress=lambda p: write(net)),
                            lambda: net.train(task, n_trials=2, eval_trials=2)):
                    masks = values(net.mask), values(net.som_mask)
                    with self.assertRaisesRegex(RuntimeError, "^%s was changed while the network "
                                                "was being trained; expected" % name):
                        act()
                    self.assertTrue(values(net.w).any() and values(net.w_out).any(), name)
                    np.testing.assert_array_equal(values(net.mask), masks[0])
                    np.testing.assert_array_equal(values(net.som_mask), masks[1])
                    self.assertIs(net.apply_dale, True)
                    net.save("after.mat")
        for net in self.each():
            net.train("go-nogo", SHORT, n_trials=2, progress=lambda p: net.w.sum())

    def test_gradients_know_the_masks(self):
        if FR_RNN_dale is RateNetwork:
            self.skipTest("without torch")
        import torch
        net = network(FR_RNN_dale)

        def gradient():
            net.w.grad = None
            o = net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)[3]
            torch.cat(o).sum().backward()
            return values(net.w.grad)
        there = values(net.w) > 0
        self.assertTrue((gradient()[there] != 0).all())
        net.som_mask[:, 5] = 0
        self.assertFalse(gradient()[:, 5].any())
        self.assertTrue(gradient()[:, 6][there[:, 6]].all())
        o = net.forward(np.ones((1, T)), [10], QUIET, SETTINGS)[3]
        net.mask[0, 0] *= -1
        with self.assertRaisesRegex(RuntimeError, "modified by an inplace operation"):
            torch.cat(o).sum().backward()

    def test_lesions_that_weaken(self):
        for net in self.each():
            before = values(net.w)
            for lesion in (net.lesion_w, net.lesion_w_by_type):
                removed = lesion(0.5, 0.25, seed=1)
                now = values(net.w)
                changed = now != before
                self.assertEqual(changed.sum(), sum(removed.values()))
                np.testing.assert_allclose(now[changed], before[changed] / 4)
                before = now
            with self.assertRaisesRegex(ValueError, "lesion_scale is 2"):
                net.lesion_w(lesion_percentage=0.5, lesion_scale=2)


unittest.main()
