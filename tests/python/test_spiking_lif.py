"""LIF_network_fnc, the settings, utils and plots of the package spiking."""
import inspect
import os
import pickle
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import scipy.io

import rate
import spikernn
from spiking import (AbstractSpikingConverter, AbstractSpikingRNN, LIF_network_fnc, LIFConverter, LIFEvaluator, LIFNetwork, SpikingConfig,
                     SpikingRNNFactory, check_gpu_availability, create_connectivity_masks,
                     create_default_spiking_config, format_spike_data, generate_lif_params,
                     load_rate_model, plot, set_random_seed, validate_scaling_factor,
                     validate_stimulus)
from spiking._network import run, spiking_params

NONE = {"mode": "none"}
N = 20


def setUpModule():
    net = rate.RateNetwork(N, 0.4, som_N=3, seed=2, n_in=1)
    net.train("go-nogo", {"T": 60, "stim_on": 10, "stim_dur": 10}, n_trials=20, taus=[4, 20])
    net.save("model.mat")
    two = rate.RateNetwork(N, seed=3, n_in=2, n_out=2)
    two.save("two.mat")


def pulse(n_in=1, columns=31):
    u = np.zeros((n_in, columns))
    u[:, 5:15] = 1
    return u


def same(test, a, b):
    for one, other in zip(a[:6], b[:6]):
        np.testing.assert_array_equal(one, other)
    test.assertEqual(set(a[6]), set(b[6]))
    for name in a[6]:
        np.testing.assert_array_equal(a[6][name], b[6][name], err_msg=name)


class SameBits(unittest.TestCase):
    def check(self, options, stims=NONE, factor=40, downsample=1, initial=False, **named):
        subprocess.check_call(
            [os.environ["SPIKERNN"], "simulate", "model.mat", "--seed", "7", "--trial", "go",
             "--n_trials", "2", "--record", "all", "--quiet", "--out", "trials.mat",
             "--scaling_factor", str(factor)] + options.split(), stdout=subprocess.DEVNULL)
        file = scipy.io.loadmat("trials.mat")
        os.remove("trials.mat")
        params = {name: file["params"][name][0, 0] for name in file["params"].dtype.names}
        for k in range(2):
            W, REC, spk, rs, all_fr, out, told = LIF_network_fnc(
                "model.mat", factor, file["u"][:, :, k], stims, downsample, initial, seed=7,
                trial=k, **named)
            np.testing.assert_array_equal(W, file["W"])
            np.testing.assert_array_equal(REC, file["REC"][:, :, k])
            np.testing.assert_array_equal(spk, file["spk"][:, :, k])
            np.testing.assert_array_equal(rs, file["rs"][:, :, k])
            np.testing.assert_array_equal(all_fr, file["all_fr"][:, k])
            np.testing.assert_array_equal(out, file["out"][0, :, k])
            np.testing.assert_array_equal(told["IPSCs"], params["IPSCs"][:, :, k])
            for name in set(params) - {"IPSCs"}:
                np.testing.assert_array_equal(np.ravel(told[name]), params[name].ravel(), name)
            self.assertTrue(spk.any())

    def test_as_published(self):
        self.check("")

    def test_double_downsampled(self):
        self.check("--precision double --downsample 2", downsample=2, precision="double")

    def test_initial_weights_and_b_out(self):
        self.check("--use_initial_weights --add_b_out", initial=True, add_b_out=True)

    def test_qif(self):
        self.check("--neuron qif --tref_ms 1 --tr_ms 0 --v0 rest", neuron="qif", tref_ms=1,
                   tr_ms=0, v0="rest")

    def test_stimulation_whose_units_count_from_0(self):
        stims = {"mode": "EXC", "dur": [2000, 4000], "units": [1, 4, 5, 6], "amplitude_mv": 2}
        options = "--stim_mode exc --stim_window 2000:4000 --stim_units 2,5:7 --stim_mv 2"
        self.check(options, stims)
        self.check(options, dict(stims, units=np.isin(np.arange(N), stims["units"])))
        self.check(options, dict(stims, units=np.array([[1.], [4], [5], [6]])))
        truths = np.isin(np.arange(N), stims["units"])   # scipy.io.loadmat gives them as numbers
        for given in (truths.astype(np.uint8), truths[:, None].astype(np.uint8), truths * 1.0,
                      (truths * 1).tolist()):
            self.check(options, dict(stims, units=given))


class Golden(unittest.TestCase):
    """Against stored results of an independent implementation in double precision, as close as
    tests/golden/test_golden_lif.c says."""

    def near(self, name, got, expected, tolerance):
        expected = np.squeeze(expected)
        self.assertEqual(np.squeeze(got).shape, expected.shape, name)
        self.assertLessEqual(abs(np.squeeze(got) - expected).max(), tolerance, name)

    def test_cases(self):
        golden = scipy.io.loadmat(os.environ["SOURCE_DIR"] + "/tests/golden/golden_lif.mat")
        for k in range(1, 13):
            prefix = "l%02d_" % k
            g = {name[len(prefix):]: value for name, value in golden.items()
                 if name.startswith(prefix)}
            for precision in ("float", "double"):
                with self.subTest(case=k, precision=precision):
                    self.check(g, precision)

    def check(self, g, precision):
        n = {name: value.item() for name, value in g.items() if value.size == 1}
        model = {name: g[name] for name in
                 ("w", "N", "m", "som_m", "w_in", "w_out", "inh", "taus_gaus", "taus", "som_N")}
        mode = ("none", "exc", "inh")[int(n["stim_mode"])]
        stims = {"mode": mode}
        injected = {"v0": g["v0"].ravel(), "noise": g["noise"]}
        if mode != "none":
            stims.update(dur=g["stim_dur"], units=g["stim_units"] - 1.)
            injected["coin"] = g["stim_bern"].ravel()
        W, REC, spk, rs, all_fr, out, params = LIF_network_fnc(
            model, n["lambda"], g["u"], stims, n["downsample"], False, precision=precision,
            neuron=("lif", "qif")[int(n["qif"])], tref_ms=1e3 * n["tref"], tm_ms=1e3 * n["tm"],
            tr_ms=1e3 * n["tr"], v_reset_mv=n["vreset"], v_peak_mv=n["vpeak"], bias_mv=n["bias"],
            _injected=injected)
        exact = precision == "double"
        mv = 1e-9 if exact else 0.1 if n["qif"] else 5e-3
        relative = 1e-11 if exact else 3e-4
        at = g["sample_cols"].ravel().astype(int) - 1
        self.near("W", W, g["W"], 1e-15)
        np.testing.assert_array_equal(spk, g["spk"])
        self.near("REC", REC[:, at], g["REC_s"], mv)
        self.near("rs", rs[:, at], g["rs_s"], relative * abs(g["rs_s"]).max())
        self.near("IPSCs", params["IPSCs"][:, at], g["IPSC_s"], relative * abs(g["IPSC_s"]).max())
        self.near("all_fr", all_fr, g["all_fr"], 1e-12)
        self.near("out", out, g["out"], relative * abs(g["out"]).max())
        self.near("dt", params["dt"], g["dt"], 1e-15)
        self.near("T", params["T"], g["T"], 1e-12)
        self.near("td", params["td"], g["td"], 1e-7)  # taus_gaus is kept in float
        self.near("w_out", params["w_out"], g["w_out"], 0)
        self.assertEqual(params["nt"], n["nt"])


class Calls(unittest.TestCase):
    def test_shapes(self):
        for path, n_in, out in (("model.mat", 1, (3000,)), ("two.mat", 2, (2, 3000))):
            result = LIF_network_fnc(path, 50, pulse(n_in), NONE, 1, False)
            self.assertEqual([a.shape for a in result[:6]],
                             [(N, N), (N, 3000), (N, 3000), (N, 3000), (N,), out])
            self.assertTrue(all(a.dtype == np.float64 for a in result[:6]))
            self.assertEqual(result[6]["w_in"].shape, (N, n_in))
            self.assertTrue((result[1][result[2] == 1] == 30).all())
            late = result[2][:, spikernn.c.SRNN_FIRST_COUNTED_STEP - 1:].sum(1)
            np.testing.assert_allclose(result[4], late / result[6]["T"], rtol=1e-12)
            np.testing.assert_allclose(np.atleast_2d(result[5]),
                                       result[6]["w_out"] / 50 @ result[3], rtol=1e-4, atol=1e-6)

    def test_every_kind_of_model(self):
        first = LIF_network_fnc("model.mat", 50, pulse(), NONE, 1, False, seed=1)
        net = rate.RateNetwork(N, 0.4, som_N=3, seed=2).load_net("model.mat")
        read = scipy.io.loadmat("model.mat")
        before = {name: np.copy(value) for name, value in read.items()}
        for model in (net, spikernn.Model.load("model.mat"), read,
                      scipy.io.loadmat("model.mat", squeeze_me=True), load_rate_model("model.mat")):
            same(self, LIF_network_fnc(model, 50, pulse()[0], NONE, seed=1), first)
        for name in before:
            np.testing.assert_array_equal(before[name], read[name])
        net.w[:] = 0
        self.assertFalse(LIF_network_fnc(net, 50, pulse(), NONE)[0].any())

    def test_seeds(self):
        def call(**named):
            return LIF_network_fnc("model.mat", 50, pulse(), NONE, 1, False, **named)
        np.random.seed(4)
        one, two = call(), call()
        self.assertNotEqual(one[6]["seed"], two[6]["seed"])
        self.assertTrue((one[1] != two[1]).any())
        same(self, call(seed=one[6]["seed"]), one)
        set_random_seed(4)
        same(self, call(), one)
        self.assertTrue((call(seed=1)[1] != call(seed=1, trial=1)[1]).any())

    def test_the_files_scaling_factor(self):
        with self.assertRaisesRegex(ValueError, "the model holds no opt_scaling_factor"):
            LIF_network_fnc("model.mat", None, pulse(), NONE)
        model = dict(load_rate_model("model.mat"), opt_scaling_factor=35)
        found = LIF_network_fnc(model, None, pulse(), NONE, seed=1)
        self.assertEqual(found[6]["scaling_factor"], 35)
        same(self, found, LIF_network_fnc("model.mat", 35, pulse(), NONE, seed=1))

    def test_several_at_once(self):
        factors = np.arange(30, 65, 5)
        all_ = LIF_network_fnc("model.mat", factors, pulse(), NONE, seed=5, trial=3)
        self.assertEqual(len(all_), len(factors))
        for factor, one in zip(factors, all_):
            same(self, one, LIF_network_fnc("model.mat", factor, pulse(), NONE, seed=5, trial=3))
        u = np.stack([k * pulse() for k in range(5)])
        for k, one in enumerate(LIF_network_fnc("model.mat", 50, u, NONE, seed=5, trial=3)):
            same(self, one, LIF_network_fnc("model.mat", 50, u[k], NONE, seed=5, trial=3 + k))
        with self.assertRaisesRegex(ValueError, "u\\[0, 2\\] is nan"):
            u[3, 0, 2] = np.nan
            LIF_network_fnc("model.mat", 50, u, NONE)
        with self.assertRaisesRegex(ValueError, "both of several trials"):
            LIF_network_fnc("model.mat", [50, 60], u, NONE)

    def test_record(self):
        whole = LIF_network_fnc("model.mat", 50, pulse(), NONE, seed=5)
        for names, kept in (((), set()), (("spikes",), {2}), ("v", {1}), (["r", "ipsc"], {3, 7})):
            part = LIF_network_fnc("model.mat", 50, pulse(), NONE, seed=5, record=names)
            traces = {1: part[1], 2: part[2], 3: part[3], 7: part[6]["IPSCs"]}
            whole_traces = {1: whole[1], 2: whole[2], 3: whole[3], 7: whole[6]["IPSCs"]}
            self.assertEqual({i for i in traces if traces[i] is not None}, kept)
            for i in kept:
                np.testing.assert_array_equal(traces[i], whole_traces[i])
            for i in (0, 4, 5):
                np.testing.assert_array_equal(part[i], whole[i])

    def test_arrays_outlive_everything(self):
        out = LIF_network_fnc("model.mat", 50, pulse(), NONE, seed=5)[5]
        LIF_network_fnc("model.mat", 50, pulse(), NONE, seed=6)
        np.testing.assert_array_equal(out, LIF_network_fnc("model.mat", 50, pulse(), seed=5)[5])
        out[:] = 0

    def test_wrong(self):
        stims = {"mode": "exc", "dur": [1, 100], "units": [0]}
        with open("no.mat", "w") as file:
            file.write("no model")
        for wrong, error, sentence in (
                ({"model_or_path": "none.mat"}, FileNotFoundError, "none.mat cannot be opened"),
                ({"model_or_path": "no.mat"}, ValueError, "no.mat"),
                ({"model_or_path": {"w": np.eye(2)}}, ValueError, "^the model has no variable"),
                ({"model_or_path": 3}, ValueError, "the model is a int"),
                ({"scaling_factor": 0}, ValueError, "scaling_factor is 0; expected a number above"),
                ({"scaling_factor": "a"}, ValueError, "scaling_factor is 'a'"),
                ({"u": pulse(2)}, ValueError, "u is 2 x 31; expected 1 x any"),
                ({"u": [[1, 2], [3]]}, ValueError, "u cannot be read as an array"),
                ({"u": pulse()[:, :1]}, ValueError, "the input has 1 columns"),
                ({"u": pulse() + np.inf}, ValueError, "expected a finite number"),
                ({"stims": "exc"}, ValueError, "stims is 'exc'; expected a dict"),
                ({"stims": {"mode": "on"}}, ValueError, "'mode'\\] is 'on'; expected none, exc or inh"),
                ({"stims": {"mode": "exc", "dur": [1, 2]}}, ValueError, "stims has no 'units'"),
                ({"stims": dict(stims, units=[N])}, ValueError, "unit 20 is one of the units"),
                ({"stims": dict(stims, units=[-1])}, ValueError, "expected units from 0 to 19"),
                ({"stims": dict(stims, dur=[5, 2])}, ValueError, "stimulation.on is 5"),
                ({"stims": dict(stims, dur=[1, 2, 3])}, ValueError, "'dur'\\] is 3 numbers"),
                ({"downsample": 0}, ValueError, "downsample is 0; expected 1 to 20"),
                ({"downsample": 20, "u": np.eye(1, 201, 50)}, ValueError,
                 "channel 1 in step 50 lies between"),
                ({"downsample": 1.5}, ValueError, "downsample is 1.5"),
                ({"tref": 2}, ValueError, "the option 'tref' is unknown"),
                ({"tref_ms": -1}, ValueError, "tref_ms is -1"),
                ({"neuron": "hh"}, ValueError, "neuron is 'hh'; expected lif or qif"),
                ({"precision": "half"}, ValueError, "precision is 'half'"),
                ({"v0": "low"}, ValueError, "v0 is 'low'"),
                ({"seed": -1}, ValueError, "seed is -1; expected 0 to 2\\^53"),
                ({"trial": -1}, ValueError, "trial is -1"),
                ({"record": "x"}, ValueError, "record has 'x'"),
                ({"conversion": "operating-point"}, ValueError, "but an operating point has none"),
                ({"conversion": "operating-point", "scaling_factor": None}, ValueError,
                 "the network has no operating point")):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(error, sentence):
                LIF_network_fnc(**dict(dict(model_or_path="model.mat", scaling_factor=50,
                                            u=pulse()), **wrong))


class Imports(unittest.TestCase):
    def test_every_order(self):
        ways = ("from spiking import LIF_network_fnc as a",
                "from spiking.LIF_network_fnc import LIF_network_fnc as b",
                "import spiking.LIF_network_fnc as m; b = m.LIF_network_fnc",
                "import spiking; a = spiking.LIF_network_fnc")
        for first in range(len(ways)):
            lines = ways[first:] + ways[:first] + (
                "assert callable(a) and callable(b) and callable(m) and a is m",)
            subprocess.check_call([sys.executable, "-c", "\n".join(lines)])

    def test_the_module_is_as_good_as_the_function(self):
        self.assertIs(pickle.loads(pickle.dumps(LIF_network_fnc)), LIF_network_fnc)
        self.assertEqual(list(inspect.signature(LIF_network_fnc).parameters)[:6],
                         ["model_or_path", "scaling_factor", "u", "stims", "downsample",
                          "use_initial_weights"])


class Utils(unittest.TestCase):
    def test_load_rate_model(self):
        ours, file = load_rate_model("model.mat"), scipy.io.loadmat("model.mat")
        for name in ("w", "w0", "w_in", "w_out", "b_out", "m", "som_m", "inh", "exc", "taus_gaus",
                     "taus_gaus0"):
            np.testing.assert_array_equal(ours[name], file[name], err_msg=name)
        for name in ("taus", "N", "som_N", "apply_dale", "DeltaT", "activation", "task"):
            np.testing.assert_array_equal(ours[name], file[name], err_msg=name)
            self.assertEqual(ours[name].shape, file[name].shape, name)
        self.assertEqual((ours["N"].item(), int(ours["som_N"].item()), ours["task"].item()),
                         (N, 3, "go-nogo"))
        with self.assertRaises(FileNotFoundError):
            load_rate_model("none.mat")

    def test_masks(self):
        inh, exc, m, som_m = create_connectivity_masks(50, 0.4, 4, True, seed=1)
        np.testing.assert_array_equal(m, np.diag(np.where(inh, -1, 1)))
        np.testing.assert_array_equal(exc, ~inh)
        som = np.flatnonzero(~som_m.all(axis=1))
        self.assertEqual((len(som), inh[som].all()), (4, True))
        expected = np.ones((50, 50))
        expected[np.ix_(som, inh)] = 0
        np.testing.assert_array_equal(som_m, expected)
        for one, again in zip((inh, exc, m, som_m),
                              create_connectivity_masks(50, 0.4, 4, True, seed=1)):
            np.testing.assert_array_equal(one, again)
        self.assertFalse(create_connectivity_masks(20, apply_dale=False)[0].any())
        with self.assertRaisesRegex(ValueError, "P_inh is 2"):
            create_connectivity_masks(20, 2)

    def test_lif_params(self):
        values = generate_lif_params(downsample=2)
        self.assertEqual(values, {"dt": 1e-4, "downsample": 2, "tref": 0.002, "tm": 0.01,
                                  "tr": 0.002, "vreset": -65, "vpeak": -40, "bias": -40})
        for wrong in ({"dt": 0}, {"downsample": 0}):
            with self.assertRaisesRegex(ValueError, "is 0; expected"):
                generate_lif_params(**wrong)

    def test_stimulus(self):
        self.assertTrue(validate_stimulus(pulse(2), "xor"))
        self.assertTrue(validate_stimulus(pulse()))  # of go-nogo
        for u, task, sentence in ((pulse(2), "go-nogo", "u is 2 x 31; expected 1 x 2"),
                                  (pulse()[0], "go-nogo", "of shape"),
                                  (pulse() * np.nan, "go-nogo", "not finite"),
                                  (pulse(), "gonogo-2", "unknown")):
            with self.assertRaisesRegex(ValueError, sentence):
                validate_stimulus(u, task)

    def test_spike_data(self):
        spk = np.zeros((3, 10))
        spk[2, 0] = spk[0, 4] = spk[2, 4] = 1
        data = format_spike_data(spk, 0.1)
        np.testing.assert_allclose(data["spike_times"], [0.1, 0.5, 0.5])
        np.testing.assert_array_equal(data["spike_neurons"], [2, 0, 2])
        np.testing.assert_allclose(data["firing_rates"], [1, 0, 2])
        self.assertEqual(data["total_spikes"], 3)
        active = data["active_neurons"]
        np.testing.assert_array_equal(active, [0, 2])
        self.assertEqual((int(active), len(active), "%d" % active, "{:d}".format(active)),
                         (2, 2, "2", "2"))
        self.assertEqual(int(format_spike_data(np.zeros((3, 10)), 0.1)["active_neurons"]), 0)
        for wrong in ((spk[0], 0.1), (spk, 0), (np.array([["a"]]), 0.1)):
            with self.assertRaises(ValueError):
                format_spike_data(*wrong)

    def test_the_rest(self):
        self.assertEqual(check_gpu_availability(), (False, "cpu"))
        self.assertTrue(validate_scaling_factor(1) and validate_scaling_factor(9, (5, 9)))
        for limits in (np.array([[5, 9]]), np.array([[5], [9]]), np.array([5, 9]), [5, 9]):
            self.assertTrue(validate_scaling_factor(9, limits))
            with self.assertRaisesRegex(ValueError, "expected 5 to 9"):
                validate_scaling_factor(10, valid_range=limits)
        for wrong in (0.5, 1001, float("nan"), "x", None):
            with self.assertRaisesRegex(ValueError, "expected 1 to 1000"):
                validate_scaling_factor(wrong)
        for wrong in (-1, 1.5, "x"):
            with self.assertRaises(ValueError):
                set_random_seed(wrong)


class Networks(unittest.TestCase):
    def test_config(self):
        self.assertEqual(create_default_spiking_config(), SpikingConfig(
            200, 5e-5, 1, 50, 0.002, 0.010, -65, -40, 0.002, False, "cpu"))
        for wrong, sentence in (({"N": 0}, "N is 0"), ({"dt": 1e-3}, "dt is 0.001"),
                                ({"downsample": 21}, "downsample is 21"),
                                ({"scaling_factor": 0}, "scaling_factor is 0"),
                                ({"tref": -1}, "tref_ms is -1000"), ({"tm": 0}, "tm_ms is 0"),
                                ({"vpeak": -70}, "v_reset_mv is -65"), ({"tr": -1}, "tr_ms"),
                                ({"lambda_": 1}, "the setting 'lambda_' is unknown")):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(ValueError, sentence):
                create_default_spiking_config(**wrong)

    def test_lif(self):
        config = create_default_spiking_config(scaling_factor=40, tref=0.004, downsample=2)
        network = SpikingRNNFactory.create("LIF", "model.mat", config)
        self.assertEqual((network.N, network.config.N, config.N), (N, N, 200))
        expected = LIF_network_fnc("model.mat", 40, pulse(), NONE, 2, seed=1, tref_ms=4)
        same(self, network.simulate_trial(pulse(), seed=1), expected)
        same(self, LIFConverter().convert("model.mat", config).run(pulse(), seed=1), expected)
        np.testing.assert_array_equal(LIFConverter().weights("model.mat", 40), expected[0])
        with self.assertRaisesRegex(ValueError, "the network 'QIF' is unknown"):
            SpikingRNNFactory.create("QIF")

    def test_by_the_older_names(self):
        class Own(AbstractSpikingRNN):
            def load_rate_weights(self, model_path):
                self.weights = load_rate_model(model_path)["w"]

            def initialize_lif_params(self):
                self.lif_params = {"dt": self.config.dt}

            def simulate(self, stimulus, stims):
                nt = 20000
                return np.zeros((N, nt)), np.zeros((N, nt)), np.ones(nt), {"dt": 5e-5, "nt": nt}

            def compute_firing_rates(self, spikes):
                return np.mean(spikes, axis=1) / self.config.dt

        class Converter(AbstractSpikingConverter):
            def convert(self, rate_model_path, config):
                own = Own(config)
                own.load_rate_weights(rate_model_path)
                return own

        SpikingRNNFactory.register("own", Own)
        own = SpikingRNNFactory.create("own", create_default_spiking_config(N=N))
        own.initialize_lif_params()
        self.assertEqual(own.compute_firing_rates(np.ones((2, 5)))[1], 2e4)
        self.assertEqual(Converter().convert("model.mat", SpikingConfig(N)).weights.shape, (N, N))
        told = LIFEvaluator().evaluate_task_performance(own, "go-nogo", 3)
        self.assertEqual((told["go_accuracy"], told["nogo_accuracy"]), (1, 0))

    def test_calls_by_the_older_names(self):
        config = SpikingConfig(scaling_factor=40, downsample=2)
        network = LIFNetwork("model.mat", config)
        network.initialize_lif_params()
        expected = LIF_network_fnc("model.mat", 40, pulse(), NONE, 2, seed=1)
        spikes, voltages, output, params = network.simulate(pulse(), NONE, seed=1)
        for one, other in ((spikes, expected[2]), (voltages, expected[1]), (output, expected[5])):
            np.testing.assert_array_equal(one, other)
        np.testing.assert_allclose(network.compute_firing_rates(spikes),
                                   spikes.sum(1) / (params["nt"] * params["dt"]))
        before = load_rate_model("model.mat")
        best = LIFConverter().optimize_scaling_factor("model.mat", "go-nogo", 4)
        self.assertIn(best, range(20, 76, 5))
        self.assertEqual(set(load_rate_model("model.mat")), set(before))  # nothing is stored
        evaluator = LIFEvaluator()
        told = evaluator.evaluate_task_performance(network, None, 3)
        self.assertEqual(told["mean_rate_hz"], network.evaluate(
            "go-nogo", 3, balanced=True)["mean_rate_hz"])  # of lambda 40, steps of 0.1 ms
        compared = evaluator.compare_with_rate_model(network, "model.mat", n_trials=3)
        self.assertEqual(compared["rate_accuracy"], rate.RateNetwork(1).load_net("model.mat").eval(
            network.model.task(), n_trials=3, balanced=True)["accuracy"])
        self.assertEqual(evaluator.analyze_spike_dynamics(spikes, 1e-4)["total_spikes"],
                         spikes.sum())

    def test_evaluate(self):
        network = LIFNetwork("model.mat", SpikingConfig(scaling_factor=40))
        found = LIFEvaluator().evaluate(network, n_trials=3, balanced=True, seed=2)
        self.assertEqual(found["n_trials"], 6)
        task, trials = network.model.task(), []
        for k in range(6):  # once more, a trial at a time
            key = spikernn.key(2, spikernn.c.SRNN_DOMAIN_EVAL, k)
            trial = task.trial(key, k % 2, task.T + 1)
            values = spikernn.c.srnn_spiking_input(C=task.T + 1, key=key)
            u = np.ascontiguousarray(trial.u.T)
            values.u = spikernn.pointer(u)
            owner = run(network.model, spiking_params(network.model, 40), values, 0, None)
            out = spikernn.copy(owner.struct.out, (owner.struct.nt, 1))
            trials.append(task.score(key, k % 2, out, spikernn.c.SRNN_SPIKING, 100).correct)
        self.assertEqual(found["overall_accuracy"], np.mean(trials))
        self.assertEqual(found["types"],
                         {"go": np.mean(trials[::2]), "nogo": np.mean(trials[1::2])})
        self.assertTrue(found["mean_rate_hz"] > 0)


class Figures(unittest.TestCase):
    def test_the_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            names = plot.figures("model.mat", folder, formats=(), scaling_factor=40, n_trials=1)
            self.assertTrue({"raster", "outputs", "voltages"} <= set(names))
            longer = plot.figures("model.mat", folder, ["raster"], scaling_factor=40, n_trials=1,
                                  formats=(), task="go-nogo", task_settings={"T": 230})
            self.assertEqual(longer, ["raster"])
            self.assertEqual(plot.figures("model.mat", folder, ["raster"], scaling_factor=40,
                                          n_trials=1), ["raster"])
            for name in names:
                for ending in (".png", ".svg", ".gp") if name == "raster" else (".gp", ".dat"):
                    self.assertTrue(os.path.getsize(os.path.join(folder, name + ending)))
            for wrong, sentence in (({"names": ["x"]}, "the figure 'x' is unknown"),
                                    ({"names": "pca"}, "'pca' cannot be drawn: it needs"),
                                    ({"formats": "gif"}, "formats is 'gif'; expected png, svg or pdf"),
                                    ({"units": [N]}, "unit 20 is one of the units"),
                                    ({"n_trials": 0}, "n_trials is 0")):
                with self.assertRaisesRegex(ValueError, sentence):
                    plot.figures("model.mat", folder, scaling_factor=40,
                                 **dict({"n_trials": 1}, **wrong))
            path = os.environ["PATH"]
            os.environ["PATH"] = folder
            try:
                with self.assertRaisesRegex(RuntimeError, "gnuplot is not there"):
                    plot.figures("model.mat", folder + "/f", ["raster"], scaling_factor=40)
            finally:
                os.environ["PATH"] = path
            self.assertTrue(os.path.exists(folder + "/f/raster.gp"))

    def test_matplotlib(self):
        import matplotlib
        matplotlib.use("Agg")
        result = LIF_network_fnc("model.mat", 40, pulse(), NONE, seed=1)
        units, steps = np.nonzero(result[2])
        for spikes in (result, result[2]):
            x, y = plot.raster(spikes).lines[0].get_data()
            np.testing.assert_allclose(x, 0.05 * (steps + 1))
            np.testing.assert_array_equal(y, units)
        ax = plot.output(result)
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), result[5])
        self.assertAlmostEqual(ax.lines[0].get_xdata()[-1], 150)
        self.assertIs(plot.voltage(result, [3, 4], ax), ax)
        np.testing.assert_array_equal(ax.lines[2].get_ydata(), result[1][4])
        lines = plot.voltage(result, np.isin(np.arange(N), [3, 5]).astype(np.uint8)).lines
        self.assertEqual([line.get_label() for line in lines], ["unit 3", "unit 5"])
        with self.assertRaisesRegex(ValueError, "units has 20; expected units from 0 to 19"):
            plot.voltage(result, [N])
        part = LIF_network_fnc("model.mat", 40, pulse(), NONE, record=())
        with self.assertRaisesRegex(ValueError, "no REC"):
            plot.voltage(part, [0])
        with self.assertRaisesRegex(ValueError, "no spk"):
            plot.raster(part)

    def test_without_matplotlib(self):
        code = ("import sys; sys.modules['matplotlib'] = None\nfrom spiking import plot\n"
                "try: plot.raster([[0, 1]])\nexcept ImportError as error: print(error)")
        said = subprocess.check_output([sys.executable, "-c", code], text=True)
        self.assertIn("python3-matplotlib", said)


if __name__ == "__main__":
    unittest.main()
