"""With torch: gradients against torch's own autograd, the loop of older scripts, modules' habits."""
import copy
import subprocess
import sys
import unittest
import warnings

import numpy as np
import torch

from rate import FR_RNN_dale, RateNetwork, loss_op, set_seed
from rate.model import generate_input_stim_go_nogo, generate_target_continuous_go_nogo

SETTINGS = {"T": 110, "stim_on": 20, "stim_dur": 10, "DeltaT": 1, "taus": [4, 20]}
T = SETTINGS["T"]


def network(N=40, n_in=1, n_out=1, dale=True, som_N=0, seed=1):
    rng = np.random.RandomState(seed)
    return FR_RNN_dale(N, 0.3, 0.3, rng.randn(N, n_in), som_N, "gaus", 1.5, dale,
                       rng.randn(n_out, N) / 5, "cpu", seed=seed)


def dynamics(p, u, noise, x0, taus, activation, net):
    """The equations in torch, double; p: leaves named as the network's parameters."""
    act = {"sigmoid": torch.sigmoid, "clipped_relu": lambda x: torch.clamp(x, 0, 20),
           "softplus": lambda x: torch.clamp(torch.nn.functional.softplus(x), 0, 20)}[activation]
    w = torch.relu(p["w"]) if net.apply_dale else p["w"]
    w_eff = (w @ net.mask.double()) * net.som_mask.double()
    tau = torch.sigmoid(p["taus_gaus"]) * (taus[1] - taus[0]) + taus[0] if len(taus) > 1 else taus[0]
    x, r, o = [x0], [act(x0)], []
    for t in range(1, T):
        x.append((1 - 1 / tau) * x[-1] + (w_eff @ r[-1] + p["w_in"] @ u[:, t - 1:t]) / tau
                 + noise[t - 1])
        r.append(act(x[-1]))
        o.append(p["w_out"] @ r[-1] + p["b_out"])
    return x, r, o


def noise_of(x, r, u, taus, net):
    """What is left of a run of ours: it makes torch's run follow it."""
    x, r = (torch.stack(a)[:, :, 0].double() for a in (x, r))
    w = net.w.double()
    w_eff = ((torch.relu(w) if net.apply_dale else w) @ net.mask.double()) * net.som_mask.double()
    tau = taus[0]
    if len(taus) > 1:
        tau = (torch.sigmoid(net.taus_gaus.double()) * (taus[1] - taus[0]) + taus[0])[:, 0]
    step = r[:-1] @ w_eff.T + u.T[:T - 1] @ net.w_in.double().T
    return (x[1:] - (1 - 1 / tau) * x[:-1] - step / tau).detach()[:, :, None]


class Gradients(unittest.TestCase):
    def compare(self, loss_of, n_in=1, n_out=1, dale=True, som_N=0, taus=(4, 20),
                activation="sigmoid"):
        net = network(n_in=n_in, n_out=n_out, dale=dale, som_N=som_N)
        net.w_in.requires_grad_()
        with torch.no_grad():
            net.w[net.w > 1.2 * net.w.mean() + 0.3] *= -1  # under Dale's principle: gone
        u = torch.from_numpy(np.random.RandomState(2).randn(n_in, T))
        _, x, r, o = net.forward(u, taus, {"activation": activation}, SETTINGS)[:4]
        loss = loss_of(x, r, o)
        loss.backward()
        p = {name: getattr(net, name).detach().double().requires_grad_() for name in
             ("w", "w_in", "w_out", "b_out", "taus_gaus")}
        theirs = dynamics(p, u, noise_of(x, r, u, taus, net), x[0].detach().double(), taus,
                          activation, net)
        for ours, other in zip((x, r, o), theirs):
            np.testing.assert_allclose(torch.stack(ours).detach(), torch.stack(other).detach(),
                                       rtol=1e-4, atol=1e-5)
        expected = loss_of(*theirs)
        self.assertAlmostEqual(loss.item() / expected.item(), 1, places=4)
        expected.backward()
        for name, leaf in p.items():
            mine = getattr(net, name).grad
            if leaf.grad is None:  # one tau: taus_gaus has no part
                self.assertEqual(mine.abs().sum().item(), 0)
                continue
            scale = leaf.grad.abs().max().item()
            self.assertGreater(scale, 0, name)
            np.testing.assert_allclose(mine, leaf.grad, atol=2e-4 * scale, err_msg=name)

    def test_of_both_losses(self):
        z = np.random.RandomState(3).randn(T - 1)
        for loss in ("l2", "l1"):
            o = [torch.tensor([[v]]) for v in np.linspace(-1, 2, T - 1)]
            self.assertAlmostEqual(loss_op(o, z, {"loss_fn": loss}).item(),
                                   loss_op([v.numpy() for v in o], z, {"loss_fn": loss}), places=5)
            self.compare(lambda x, r, o: loss_op(o, z, {"loss_fn": loss}))

    def test_of_what_are_no_outputs(self):
        everything = network()(torch.zeros(1, T), SETTINGS["taus"], None, SETTINGS)
        ragged = [torch.zeros(1, 1), torch.zeros(2, 1)]
        for wrong in (everything, ragged, [torch.zeros(1, 1), 0.5]):
            with self.assertRaisesRegex(ValueError, "o is no list of outputs .*; expected T-1"):
                loss_op(wrong, np.zeros(T - 1), {"loss_fn": "l1"})

    def test_of_every_kind_of_network(self):
        z = np.random.RandomState(3).randn(3, T - 1)
        loss = lambda x, r, o: loss_op(o, z, {"loss_fn": "l2"})
        self.compare(loss, n_in=2, n_out=3)
        self.compare(loss, n_out=3, dale=False)
        self.compare(loss, n_out=3, som_N=3, taus=[7])
        self.compare(loss, n_out=3, activation="softplus")
        self.compare(loss, n_out=3, activation="clipped_relu")

    def test_of_a_loss_of_ones_own(self):
        """Of x, r and o, some steps and units only."""
        self.compare(lambda x, r, o: (sum((a ** 2).mean() for a in r[3:90]) + (x[40][5] * x[80]).sum()
                                      + torch.cat(o)[60:].max()))
        self.compare(lambda x, r, o: (torch.stack(r)[-1] ** 2).sum())

    def test_of_one_step_alone(self):
        self.compare(lambda x, r, o: (o[-1] - 1).abs().sum())

    def test_weights_changed_between_forward_and_backward(self):
        """torch's rule: an error, not another gradient."""
        net = network()
        o = net.forward(np.zeros((1, T)), [4, 20], {"activation": "sigmoid"}, SETTINGS)[3]
        with torch.no_grad():
            net.w.mul_(2)
        with self.assertRaisesRegex(RuntimeError, "modified by an inplace operation"):
            torch.stack(o).sum().backward()

    def test_what_is_replaced_between_forward_and_backward(self):
        """The gradient is that of the network that ran."""
        def run(net):
            set_seed(5)
            return torch.stack(net.forward(np.ones((1, T)), [4, 20], {"activation": "sigmoid"},
                                           SETTINGS)[3]).pow(2).sum()

        def gradients(change):
            net = network(som_N=2)
            run(net).backward(retain_graph=True)
            expected = [p.grad.clone() for p in net.parameters()]
            net.zero_grad()
            loss = run(net)
            change(net)
            loss.backward()
            return expected, [p.grad for p in net.parameters()], net
        half = torch.ones(40, 40)
        half[:, :20] = 0
        self.addCleanup(set_seed, None)
        for name, value in (("som_mask", half), ("mask", -torch.eye(40)), ("apply_dale", False),
                            ("w_in", torch.ones(40, 1)), ("taus", [9]), ("activation", "softplus"),
                            ("DeltaT", 2)):
            expected, found, net = gradients(lambda net: setattr(net, name, value))
            for one, other in zip(expected, found):
                self.assertTrue(torch.equal(one, other), name)
            now = getattr(net, name)
            self.assertTrue(torch.equal(now, value) if torch.is_tensor(value) else
                            list(now) == value if name == "taus" else now == value, name)
        for name in ("w", "w_out", "b_out", "taus_gaus"):
            for change in (lambda p: setattr(p, "data", torch.zeros_like(p)),
                           lambda p: p.data.mul_(0.5)):
                expected, found, _ = gradients(lambda net: change(getattr(net, name)))
                for one, other in zip(expected, found):
                    self.assertTrue(torch.equal(one, other), name)

    def test_two_masks_before_one_backward(self):
        def loss(net, columns):
            net.som_mask = torch.ones(40, 40)
            net.som_mask[:, :columns] = 0
            set_seed(columns)
            return torch.stack(net.forward(np.ones((1, T)), [9], {"activation": "sigmoid"},
                                           SETTINGS)[3]).abs().sum()
        self.addCleanup(set_seed, None)
        net = network()
        single = [torch.autograd.grad(loss(net, k), net.w)[0] for k in (0, 20)]
        self.assertGreater((single[0] - single[1]).abs().max().item(), 1)
        (loss(net, 0) + loss(net, 20)).backward()
        np.testing.assert_allclose(net.w.grad, sum(single), rtol=1e-6, atol=1e-6)

    def test_two_runs_before_one_backward(self):
        """Each has its own noise and settings."""
        net = network()
        total, single = 0, []
        for taus in ([4, 20], [9], [4, 20]):
            set_seed(len(single))
            o = net.forward(np.ones((1, T)), taus, {"activation": "sigmoid"}, SETTINGS)[3]
            total = total + torch.stack(o).pow(2).sum()
            set_seed(len(single))
            again = net.forward(np.ones((1, T)), taus, {"activation": "sigmoid"}, SETTINGS)[3]
            single.append(torch.autograd.grad(torch.stack(again).pow(2).sum(), net.w)[0])
        set_seed(None)
        total.backward()
        np.testing.assert_allclose(net.w.grad, sum(single), rtol=1e-5, atol=1e-5)


class OlderScripts(unittest.TestCase):
    def test_the_loop(self):
        set_seed(3)
        self.addCleanup(set_seed, None)
        net = network(60)
        params = {"learning_rate": 0.01, "activation": "sigmoid", "loss_fn": "l2"}
        optimizer = torch.optim.Adam(net.parameters(), lr=params["learning_rate"])
        losses = []
        before = {name: value.clone() for name, value in net.named_parameters()}
        for _ in range(100):
            optimizer.zero_grad()
            u, label = generate_input_stim_go_nogo(SETTINGS)
            target = generate_target_continuous_go_nogo(SETTINGS, 1)  # quickly learnt
            u = torch.tensor(u, dtype=torch.float32, device=net.device)
            stim, x, r, o, w, w_in, m, som_m, w_out, b_out, taus_gaus = net.forward(
                u, SETTINGS["taus"], params, SETTINGS)
            loss = loss_op(o, target, params)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        self.assertLess(np.mean(losses[-40:]), 0.7 * np.mean(losses[:10]))
        self.assertEqual((len(x), len(r), len(o)), (T, T, T - 1))
        self.assertEqual((x[0].shape, o[0].shape), ((60, 1), (1, 1)))
        for name, value in net.named_parameters():
            self.assertFalse(torch.equal(before[name], value), name)
        self.assertIs(w, net.w)
        absent = before["w"] == 0
        self.assertTrue((net.w[absent] == 0).all())  # sparsity stays
        with torch.no_grad():
            o = net(u, SETTINGS["taus"], params, SETTINGS)[3]
        self.assertFalse(o[0].requires_grad)

    def test_the_same_as_our_own_training(self):
        """Two updates by torch's Adam and the library's gradient, on the trainer's own trial."""
        ours, theirs = network(50, seed=5), network(50, seed=5)
        record = ours.train("go-nogo", SETTINGS, n_trials=1, seed=5)
        optimizer = torch.optim.Adam(theirs.parameters(), lr=0.01)
        u, z = record["u"], record["target"][0]
        from spikernn import c, key
        values, held = theirs._input(u, None, SETTINGS)
        values.key = key(5, c.SRNN_DOMAIN_TRAIN, 0)
        x, r, o = theirs._trial(theirs._dynamics(), values, held)
        loss = loss_op(list(o), z, {"loss_fn": "l2"})
        self.assertAlmostEqual(loss.item(), record["losses"][0], places=5)
        loss.backward()
        optimizer.step()
        for name, value in theirs.named_parameters():
            np.testing.assert_allclose(value.detach(), getattr(ours, name).detach(), atol=1e-6,
                                       err_msg=name)


class Modules(unittest.TestCase):
    def test_is_one(self):
        net = network()
        self.assertIsInstance(net, torch.nn.Module)
        self.assertIsInstance(net, RateNetwork)
        self.assertEqual([name for name, _ in net.named_parameters()],
                         ["w", "w_out", "b_out", "taus_gaus"])
        self.assertEqual([name for name, _ in net.named_buffers()], ["mask", "som_mask", "w_in"])
        self.assertTrue(net.training)
        self.assertIs(net.eval(), net)
        self.assertFalse(net.training)
        self.assertIs(net.train(), net)
        self.assertTrue(net.training)

    def test_every_array_goes_to_numpy_as_a_tensor_does(self):
        """The older port's quick start saves a network so."""
        net = network(som_N=2)
        for name in ("w", "w_in", "w_out", "w0", "taus_gaus", "taus_gaus0", "b_out", "w_in0"):
            self.assertIs(type(getattr(net, name).detach().cpu().numpy()), np.ndarray, name)
        for name in ("m", "som_m", "inh", "exc"):
            self.assertIs(type(getattr(net, name).cpu().numpy()), np.ndarray, name)
        np.testing.assert_array_equal(net.exc.cpu().numpy(), np.diag(net.mask)[:, None] > 0)

    def test_the_librarys_loop_trains_the_parameters(self):
        net = network()
        parameter = net.w
        before = parameter.detach().clone()
        record = net.train("go-nogo", n_trials=10)
        self.assertIs(net.w, parameter)
        self.assertFalse(torch.equal(before, net.w))
        self.assertEqual(record["n_losses"], 10)
        self.assertEqual(net.eval("go-nogo", n_trials=5)["n_trials"], 5)
        self.assertGreater(sum(net.lesion_w(0.5, seed=1).values()), 0)
        self.assertLess((net.w > 0).sum(), (before > 0).sum())

    def test_files_of_both_sides(self):
        net = network(som_N=2)
        net.train("go-nogo", n_trials=10)
        net.save("net.pth")
        file = torch.load("net.pth")
        other = network(seed=9)
        other.load_state_dict(file["model_state_dict"])
        for name, value in net.state_dict().items():
            value = value.relu() if name == "w" else value  # a file has it rectified
            self.assertTrue(torch.equal(value, other.state_dict()[name]), name)
        np.testing.assert_array_equal(other.inh, net.inh)
        np.testing.assert_array_equal(other.som_inh, net.som_inh)
        np.testing.assert_array_equal(other._model.w_eff(), net._model.w_eff())
        optimizer = torch.optim.Adam(other.parameters())
        optimizer.load_state_dict(file["optimizer_state_dict"])
        loaded = network(7).load_net("net.pth")
        self.assertEqual((loaded.N, loaded.w.shape), (40, (40, 40)))
        self.assertTrue(torch.equal(loaded.w, net.w))
        older = {"w": net.w.detach(), "w_out": net.w_out.detach(), "b_out": torch.tensor(0.5)}
        other.load_state_dict(older)
        self.assertEqual(other.b_out.item(), 0.5)
        with self.assertRaises(RuntimeError):
            network(30).load_state_dict(older)

    def test_older_files_that_lack_part_of_a_network(self):
        trained, net = network(seed=4), network(seed=9)
        torch.save({"model_state_dict": {"w": trained.w.detach(), "w_out": trained.w_out.detach(),
                                         "b_out": torch.tensor(0.5)}, "losses": [1.5, 0.5],
                    "settings": {"T": 60, "taus": [4, 20], "DeltaT": 1}}, "older.pth")
        kept = {name: getattr(net, name).detach().clone() for name in ("w_in", "mask", "taus_gaus")}
        with self.assertWarnsRegex(UserWarning, "older.pth lacks w_in, inh, som_m, taus_gaus"):
            net.load_net("older.pth")
        for name, value in kept.items():
            self.assertTrue(torch.equal(getattr(net, name), value), name)
        self.assertTrue(torch.equal(net.w, trained.w.detach().relu()))
        self.assertEqual(net.b_out.item(), 0.5)
        with self.assertRaisesRegex(ValueError, "^older.pth: "):
            network(7).load_net("older.pth")

    def test_older_files_of_a_wrapped_module(self):
        """Their keys have a prefix, and lack no less or more."""
        trained, net = network(som_N=3, seed=4), network(seed=9)
        for prefix in ("module.", "_orig_mod.", "module._orig_mod."):
            state = {prefix + name: value for name, value in trained.state_dict().items()}
            torch.save({"model_state_dict": state, "settings": SETTINGS}, "wrapped.pth")
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                net.load_net("wrapped.pth")
            for name in ("w", "w_in", "w_out", "mask", "som_mask", "taus_gaus"):
                expected = getattr(trained, name).detach()
                self.assertTrue(torch.equal(getattr(net, name), expected.relu() if name == "w"
                                            else expected), name)
            np.testing.assert_array_equal(net.som_inh, trained.som_inh)
            for name in ("w_in", "mask", "som_mask"):
                del state[prefix + name]
            torch.save({"model_state_dict": state, "settings": SETTINGS}, "wrapped.pth")
            other = network(seed=9)
            kept = other.w_in.clone()
            with self.assertWarnsRegex(UserWarning, "wrapped.pth lacks w_in, inh, som_m, which"):
                other.load_net("wrapped.pth")
            self.assertTrue(torch.equal(other.w_in, kept))
            self.assertTrue(torch.equal(other.taus_gaus, trained.taus_gaus))

    def test_copies_are_independent(self):
        net = network()
        for made in (copy.deepcopy(net),):
            with torch.no_grad():
                made.w.zero_()
            self.assertTrue(net.w.abs().sum() > 0)
            made.forward(np.zeros((1, T)), [4, 20], {"activation": "sigmoid"}, SETTINGS)
        torch.save(net, "whole.pt")
        self.assertTrue(torch.equal(torch.load("whole.pt").w, net.w))

    def test_torch_is_imported_late(self):
        script = ("import sys, rate, rate.main, spikernn\n"
                  "rate.RateNetwork(5).train('go-nogo', n_trials=1)\n"
                  "assert 'torch' not in sys.modules and 'scipy' not in sys.modules\n"
                  "from rate import FR_RNN_dale\n"
                  "assert 'torch' in sys.modules")
        subprocess.check_call([sys.executable, "-c", script])


unittest.main()
