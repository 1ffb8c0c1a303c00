"""The package rate without torch: networks, runs, lesions, files, settings."""
import argparse
import contextlib
import copy
import io
import pickle
import sys
import unittest

sys.modules["torch"] = None  # as where it is not installed

import numpy as np
import scipy.io

import rate
from rate import (FR_RNN_dale, create_default_config, eval_rnn, loss_op, set_gpu,
                  set_seed)
from rate.model import generate_input_stim_go_nogo

SETTINGS = {"T": 150, "stim_on": 50, "stim_dur": 25, "DeltaT": 1, "taus": [4, 20], "task": "go-nogo"}
PARAMS = {"activation": "sigmoid", "loss_fn": "l2"}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def network(N=60, **named):
    return FR_RNN_dale(N, 0.2, 0.2, np.linspace(-1, 1, N).reshape(N, 1), 0, "gaus", 1.5, True,
                       np.linspace(-1, 1, N).reshape(1, N) / 100, "cpu", **named)


class Networks(unittest.TestCase):
    def test_attributes(self):
        net = network(200, seed=4)
        self.assertIs(type(net), rate.RateNetwork)
        self.assertEqual((net.NI + net.NE, net.inh.shape, net.exc.shape), (200, (200, 1), (200, 1)))
        self.assertTrue(20 < net.NI < 60)
        np.testing.assert_array_equal(net.exc, ~net.inh)
        np.testing.assert_array_equal(np.diag(net.mask), np.where(net.inh[:, 0], -1, 1))
        self.assertIs(net.m, net.mask)
        self.assertIs(net.som_m, net.som_mask)
        self.assertTrue((net.som_mask == 1).all())
        self.assertEqual(net.som_inh, 0)
        self.assertTrue((net.w >= 0).all())
        self.assertAlmostEqual((net.w > 0).mean(), 0.2, delta=0.02)
        np.testing.assert_array_equal(net.w, net.w0)
        np.testing.assert_allclose(net.w_in[:, 0], np.linspace(-1, 1, 200), atol=1e-6)
        self.assertEqual((net.w_out.shape, net.b_out.shape, net.taus_gaus.shape),
                         ((1, 200), (1, 1), (200, 1)))

    def test_som_units_receive_no_inhibition(self):
        net = FR_RNN_dale(100, 0.3, 0.2, np.ones((100, 2)), 4, "gamma", 1.5, True,
                          np.ones((3, 100)), "cpu", seed=1)
        inh = np.flatnonzero(net.inh)
        np.testing.assert_array_equal(net.som_inh, inh[:4])
        expected = np.ones((100, 100))
        for i in net.som_inh:
            expected[i, inh] = 0
        np.testing.assert_array_equal(net.som_mask, expected)
        self.assertEqual(net.b_out.shape, (3, 1))

    def test_bad_values(self):
        w_in, w_out = np.ones((20, 1)), np.ones((1, 20))
        good = dict(N=20, P_inh=0.2, P_rec=0.2, w_in=w_in, som_N=0, w_dist="gaus", gain=1.5,
                    apply_dale=True, w_out=w_out, device="cpu")
        FR_RNN_dale(**good)
        for name, value, text in (("N", 0, "N is 0"), ("P_inh", 2, "P_inh is 2"),
                                  ("P_rec", 0, "P_rec is 0"), ("w_in", w_in.T, "w_in is 1 x 20"),
                                  ("w_in", w_in * np.nan, "nan"), ("som_N", 19, "som_N is 19"),
                                  ("w_in", "text", "expected numbers"), ("w_out", w_out * 1e60, "inf|1e"),
                                  ("w_dist", "normal", "w_dist is 'normal'"),
                                  ("gain", -1, "gain is -1"), ("w_out", w_in, "w_out is 20 x 1"),
                                  ("N", 2.5, "N is 2.5"), ("N", None, "N is None"),
                                  ("N", 2 ** 32 + 20, "N is 4294967316; expected -2147483648 to")):
            with self.assertRaisesRegex(ValueError, text):
                FR_RNN_dale(**dict(good, **{name: value}))

    def test_weights_changed_in_place_or_replaced_count(self):
        net, u = network(seed=1), np.zeros((1, 50))
        net.w[...] = 0
        net.w_out = np.zeros((1, 60))
        net.b_out[...] = 0.25
        o = net.forward(u, [4], PARAMS, {"T": 50})[3]
        np.testing.assert_array_equal(np.ravel(o), 0.25)
        net.w = net.w * np.nan
        with self.assertRaisesRegex(ValueError, "nan"):
            net.forward(u, [4], PARAMS, {"T": 50})
        net.w = np.ones((60, 59))
        with self.assertRaisesRegex(ValueError, "w is 60 x 59|w is 59 x 60"):
            net.forward(u, [4], PARAMS, {"T": 50})


class Runs(unittest.TestCase):
    def test_forward_follows_the_equations(self):
        """SPEC: what is left of x_t without the noise is N(0, 1)/10."""
        for taus, activation, act in (([4, 20], "sigmoid", sigmoid), ([7], "clipped_relu",
                                      lambda x: np.clip(x, 0, 20)), ([4, 20], "softplus",
                                      lambda x: np.clip(np.logaddexp(0, x), 0, 20))):
            net = network(seed=3)
            u = np.random.randn(1, 150)
            got = net.forward(u, taus, dict(PARAMS, activation=activation), dict(SETTINGS, DeltaT=0.5))
            stim, x, r, o, w, w_in, mask, som_mask, w_out, b_out, taus_gaus = got
            self.assertIs(stim, u)
            self.assertEqual((len(x), len(r), len(o)), (150, 150, 149))
            self.assertEqual((x[0].shape, r[0].shape, o[0].shape), ((60, 1), (60, 1), (1, 1)))
            x, r, o = (np.array(a)[:, :, 0].astype(float) for a in (x, r, o))
            np.testing.assert_allclose(r, act(x), atol=1e-6)
            np.testing.assert_allclose(o, r[1:] @ w_out.T + b_out[:, 0], atol=1e-5)
            w_eff = np.maximum(w, 0) @ mask * som_mask
            tau = taus[0] if len(taus) == 1 else sigmoid(taus_gaus[:, 0]) * 16 + 4
            a = 0.5 / tau
            noise = x[1:] - ((1 - a) * x[:-1] + a * (r[:-1] @ w_eff.T + u[:, :149].T @ w_in.T))
            self.assertAlmostEqual(noise.std(), 0.1, delta=0.005)
            self.assertAlmostEqual(noise.mean(), 0, delta=0.005)
            self.assertAlmostEqual(x[0].std(), 0.01, delta=0.005)
            again = net.forward(u, taus, dict(PARAMS, activation=activation, noise=0), SETTINGS)
            self.assertFalse(np.array_equal(again[1][0], got[1][0]))

    def test_seeds(self):
        def script():
            net = network(30)
            u, label = generate_input_stim_go_nogo(SETTINGS)
            return net.w, label, np.array(net(u, [4, 20], PARAMS, SETTINGS)[3])
        for start in (lambda: np.random.seed(5), lambda: set_seed(5)):
            start()
            first = script()
            start()
            second = script()
            other = script()
            set_seed(None)
            for a, b, d in zip(first, second, other):
                np.testing.assert_array_equal(a, b)
            self.assertFalse(np.array_equal(first[2], other[2]))
        with self.assertRaisesRegex(ValueError, "seed is -1"):
            set_seed(-1)

    def test_bad_runs(self):
        net = network()
        for stim, settings, text in ((np.zeros((2, 50)), {"T": 50}, "stim is 2 x 50; expected 1 x any"),
                                     (np.zeros((1, 40)), {"T": 50}, "T is 50; expected 2 to the 40"),
                                     (np.zeros(50), {"T": 50}, "stim is 50 numbers"),
                                     (np.full((1, 50), np.inf), {"T": 50}, "inf"),
                                     (np.zeros((1, 50)), {"T": 2 ** 40}, "T is 1099511627776"),
                                     (np.zeros((1, 50)), {"T": 9.5}, "T is 9.5"),
                                     (np.zeros((1, 50)), {"T": "a"}, "T is 'a'"),
                                     (np.zeros((1, 50)), {"T": 50, "DeltaT": 0}, "DeltaT is 0")):
            with self.assertRaisesRegex(ValueError, text):
                net.forward(stim, [4, 20], PARAMS, settings)
        self.assertEqual((net.taus, net.DeltaT, net.activation), ((4, 20), 1, "sigmoid"))
        with self.assertRaisesRegex(ValueError, "activation is 'tanh'"):
            net.forward(np.zeros((1, 50)), [4, 20], {"activation": "tanh"}, {"T": 50})
        for taus in ([], [1, 2, 3], [20, 4], [-1]):
            with self.assertRaisesRegex(ValueError, "taus"):
                network().forward(np.zeros((1, 50)), taus, PARAMS, {"T": 50})

    def test_eval_rnn_uses_the_models_own_activation_and_taus(self):
        net = network(seed=1)
        net.train("go-nogo", dict(SETTINGS, taus=[5]), {"activation": "softplus"}, n_trials=2)
        net.save("softplus.mat")
        loaded = network(10).load_net("softplus.mat")
        set_seed(1)
        self.addCleanup(set_seed, None)
        o, r, x = eval_rnn(loaded, {"T": 150, "DeltaT": 1}, np.zeros((1, 150)), "cpu")
        self.assertEqual((len(o), len(r), r[0].shape, type(o[0])), (149, 150, (60, 1), float))
        x, r = np.array(x)[:, :, 0], np.array(r)[:, :, 0]
        np.testing.assert_allclose(r, np.clip(np.logaddexp(0, x), 0, 20), rtol=1e-4)
        a = 1 / 5
        w_eff = np.maximum(loaded.w, 0) @ loaded.mask
        noise = x[1:] - ((1 - a) * x[:-1] + a * (r[:-1] @ w_eff.T))
        self.assertAlmostEqual(noise.std(), 0.1, delta=0.005)

    def test_loss(self):
        o = [np.array([[v]]) for v in (1.0, 2.0, 4.0)]
        z = np.array([0.0, 0.0, 1.0])
        self.assertAlmostEqual(loss_op(o, z, {"loss_fn": "l2"}), 14 ** 0.5)
        self.assertAlmostEqual(loss_op(o, np.append(z, 9)[None], {"loss_fn": "L1"}), 6)
        with self.assertRaisesRegex(ValueError, "z is of shape"):
            loss_op(o, np.zeros(7), {"loss_fn": "l2"})
        with self.assertRaisesRegex(ValueError, "loss_fn is 'l3'"):
            loss_op(o, z, {"loss_fn": "l3"})


class Training(unittest.TestCase):
    def test_train_and_eval(self):
        net, seen = network(seed=1), []
        self.assertIs(net.train(), net)
        self.assertIs(net.eval(), net)
        record = net.train("go_nogo", SETTINGS, dict(PARAMS, learning_rate=0.02, eval_tr=10,
                                                     eval_freq=20, eval_amp_threh=0.3),
                           n_trials=120, progress=seen.append)
        self.assertEqual(record["losses"].shape, (120,))
        self.assertLess(record["losses"][-40:].mean(), record["losses"][:20].mean())
        self.assertEqual(list(record["eval_tr"]), [1, 21, 41, 61, 81, 101])
        self.assertEqual(record["eval_os"].shape, (10, 149, 1))
        self.assertEqual((record["x"].shape, record["u"].shape, record["target"].shape,
                          record["o"].shape), ((60, 150), (1, 150), (1, 150), (1, 149)))
        self.assertEqual(seen[-1].total, 120)
        self.assertFalse(np.array_equal(net.w, net.w0))
        self.assertFalse(np.array_equal(net.taus_gaus, net.taus_gaus0))
        result = net.eval("go-nogo", SETTINGS, n_trials=20, balanced=True)
        self.assertEqual((result["n_trials"], set(result["types"])), (40, {"go", "nogo"}))
        self.assertAlmostEqual(result["accuracy"], np.mean(list(result["types"].values())))
        small = {"n_trials": 2, "seed": 3}
        plain = network(seed=1).train("go-nogo", **small)["losses"]
        for options in ({"loss": "l1"}, {"batch": 3}, {"noise": 0}, {"w_gradient": "straight"},
                        {"adam": "tensorflow"}, {"penalties": {"L2_rec": 50}}):
            other = network(seed=1).train("go-nogo", **dict(small, **options))["losses"]
            self.assertFalse(np.array_equal(other, plain) and options != {"w_gradient": "straight"},
                             options)
        for wrong in ({"n_trials": 0}, {"batch": 100}, {"loss": "l7"}, {"nonsense": 1},
                      {"penalties": {"L3": 1}}, {"adam": "sgd"}):
            with self.assertRaises(ValueError):
                net.train("go-nogo", **wrong)
        with self.assertRaisesRegex(ValueError, "task"):
            net.train(3)

    def test_a_stop_keeps_what_was_reached(self):
        def interrupt(p):
            if p.done > 20:
                raise KeyboardInterrupt
        net = network(seed=1)
        with self.assertRaises(KeyboardInterrupt):
            net.train("go-nogo", progress=interrupt)
        self.assertFalse(np.array_equal(net.w, net.w0))
        record = net.train("go-nogo", progress=lambda p: p.done > 20)
        self.assertLess(record["n_losses"], 6000)


class Files(unittest.TestCase):
    def test_mat(self):
        net = network(seed=7)
        net.train("go-nogo", SETTINGS, n_trials=3)
        net.save("net.mat")
        file = scipy.io.loadmat("net.mat")
        np.testing.assert_allclose(file["w"], np.maximum(net.w, 0))
        for name in ("w_in", "w_out", "b_out", "taus_gaus", "w0", "taus_gaus0"):
            np.testing.assert_array_equal(file[name], getattr(net, name))
        np.testing.assert_array_equal(file["w_in0"], net.w_in)
        np.testing.assert_array_equal(file["m"], net.mask)
        np.testing.assert_array_equal(file["inh"], net.inh)
        other = network(5).load_net("net.mat")
        self.assertEqual((other.N, other.seed, other.P_rec, other.taus), (60, 7, 0.2, (4, 20)))
        np.testing.assert_array_equal(other.w, np.maximum(net.w, 0))
        np.testing.assert_array_equal(other.inh, net.inh)
        net.save("net.pth")
        np.testing.assert_array_equal(network(5).load_net("net.pth").w, net.w)
        for path, kind in (("none.mat", FileNotFoundError), (__file__, ValueError),
                           ("none.pth", FileNotFoundError), ("net.mat\0", ValueError)):
            with self.assertRaises(kind):
                network(5).load_net(path)

    def test_copies(self):
        net = network(seed=7)
        net.train("go-nogo", SETTINGS, n_trials=3)
        for made in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
            np.testing.assert_array_equal(made.w, net.w)
            made.w[...] = 0
            self.assertTrue(net.w.any())
            made.train("go-nogo", SETTINGS, n_trials=2)

    def test_resumed_training_has_the_same_bits(self):
        whole, parts = network(seed=2), network(seed=2)
        whole.train("go-nogo", SETTINGS, n_trials=40)
        parts.train("go-nogo", SETTINGS, n_trials=40, pause_at=25)
        parts.save("part.pth")
        parts = network(5).load_net("part.pth")
        parts.train("go-nogo", SETTINGS, n_trials=0, resume=True)
        np.testing.assert_array_equal(whole.w, parts.w)


class Lesions(unittest.TestCase):
    def test_a_share_of_what_is_there(self):
        for by_type in (False, True):
            net = network(100, seed=2)
            net.w[net.w > 1] = -1  # gone: not a connection any more
            w_eff, before = np.maximum(net.w, 0), (net.w > 0).sum()
            lesion = net.lesion_w_by_type if by_type else net.lesion_w
            removed = lesion(0.25, seed=1)
            self.assertAlmostEqual(sum(removed.values()), 0.25 * before, delta=2)
            after = np.maximum(net.w, 0)
            self.assertEqual((w_eff > 0).sum() - (after > 0).sum(), sum(removed.values()))
            inh = net.inh[:, 0]
            kinds = {"E->E": (~inh, ~inh), "E->I": (inh, ~inh), "I->E": (~inh, inh),
                     "I->I": (inh, inh)}
            for kind, (post, pre) in kinds.items():
                block = np.ix_(post, pre)
                there = (w_eff[block] > 0).sum()
                self.assertEqual(there - (after[block] > 0).sum(), removed[kind])
                if by_type:
                    self.assertAlmostEqual(removed[kind], 0.25 * there, delta=0.51)
        for share in (-0.1, 1.1, np.nan, "x"):
            with self.assertRaisesRegex(ValueError, "share"):
                net.lesion_w(share)

    def test_display(self):
        net, out = network(seed=1), io.StringIO()
        net.w[...] = 1
        with contextlib.redirect_stdout(out):
            net.display()
        self.assertIn("Negative Weights: %2.2f %%" % (net.NI / 60 * 100), out.getvalue())

    def test_new_draws_leave_the_network_alone(self):
        net = network(100, seed=2)
        before = net.w.copy()
        inh, exc, NI, NE, som = net.assign_exc_inh()
        w, mask, som_mask = net.initialize_W()
        self.assertEqual((inh.shape, NI + NE, som), ((100, 1), 100, 0))
        self.assertFalse(np.array_equal(w, net.w))
        np.testing.assert_array_equal(net.w, before)


class Settings(unittest.TestCase):
    def test_config(self):
        config = create_default_config(N=50, gain=2)
        self.assertEqual((config.N, config.P_inh, config.P_rec, config.som_N, config.gain,
                          config.apply_dale, config.w_dist, config.device),
                         (50, 0.2, 0.2, 0, 2, True, "gaus", "cpu"))
        for wrong in ({"N": 0}, {"P_inh": -1}, {"som_N": 300}, {"som_N": -1}, {"w_dist": "x"},
                      {"gain": 0}, {"units": 3}):
            with self.assertRaises(ValueError):
                create_default_config(**wrong)
        net = rate.RateRNNFactory.create("FR_RNN_dale", config, w_in=np.ones((50, 1)))
        self.assertEqual(net.N, 50)
        rate.RateRNNFactory.register("mine", lambda config: config)
        self.assertIs(rate.RateRNNFactory.create("mine", config), config)
        with self.assertRaisesRegex(ValueError, "unknown"):
            rate.RateRNNFactory.create("other", config)

    def test_utils(self):
        self.assertEqual((set_gpu("1", 0.4), rate.restricted_float("0.3"), rate.str2bool("No")),
                         ("cpu", 0.3, False))
        with self.assertRaises(ValueError):
            set_gpu("0", 4)
        for act in (lambda: rate.restricted_float("1.1"), lambda: rate.restricted_float("x"),
                    lambda: rate.str2bool("maybe")):
            with self.assertRaises(argparse.ArgumentTypeError):
                act()

    def test_both_names(self):
        from spikeRNN import RateNetwork, TaskFactory
        self.assertIs(RateNetwork, rate.RateNetwork)
        self.assertIs(TaskFactory, rate.TaskFactory)

    def test_every_name_is_there(self):
        for name in rate.__all__:
            self.assertTrue(getattr(rate, name).__doc__, name)
        for name in ("model", "tasks", "utils", "abstract"):
            __import__("rate." + name)


unittest.main()
