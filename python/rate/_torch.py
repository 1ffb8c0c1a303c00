"""The rate network as a torch.nn.Module: forward and gradient run in the library."""
from ctypes import byref
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np
import torch

from spikernn import alone, c, call, floats, lib, pointer, raw, to_numpy
from ._network import RateNetwork, _derived
from .abstract import PlainRateRNN

_PARAMETERS = ("w", "w_out", "b_out", "taus_gaus")
_BUFFERS = ("w_in", "mask", "som_mask")


class _Trial(torch.autograd.Function):
    """x, r (T, N) and o (T-1, n_out) of one trial as functions of the parameters."""

    @staticmethod
    def forward(ctx, net, dynamics, values, held, *arrays):
        net._give_weights(dynamics)
        ctx.values, ctx.held = values, held
        if any(ctx.needs_input_grad):
            ctx.model = net._model.copy()  # everything of net may be another at backward
        ctx.save_for_backward(*arrays)
        ctx.set_materialize_grads(False)
        return tuple(torch.from_numpy(a).to(arrays[0].device) for a in net._run(values))

    @staticmethod
    def backward(ctx, *slopes):
        T = ctx.values.T
        w, w_out, b_out, taus_gaus, w_in, _, _ = ctx.saved_tensors  # raises what torch does
        n_in, n_out, N = w_in.shape[1], w_out.shape[0], w.shape[0]
        shapes = ((T, N), (T, N), (T - 1, n_out))
        given = [None if slope is None else floats(slope, shape, "the gradient")
                 for slope, shape in zip(slopes, shapes)]
        dw, dw_out, db_out = (np.empty(s, np.float32) for s in ((N, N), (N, n_out), (n_out,)))
        dtaus, dw_in = (np.empty(s, np.float32) for s in ((N,), (n_in, N)))
        gradient = c.srnn_rate_gradient(0, *map(pointer, (dw, dw_out, db_out, dtaus, dw_in)))
        call(lib.srnn_rate_gradient_of, ctx.model, byref(ctx.values),
             byref(c.srnn_rate_slopes(*map(pointer, given))), byref(gradient))
        gradients = (dw.T, dw_out.T, db_out.reshape(b_out.shape), dtaus.reshape(taus_gaus.shape),
                     dw_in.T)
        return ((None,) * 4 + tuple(torch.from_numpy(g).to(w.device) for g in gradients)
                + (None,) * 2)


class _Truths(np.ndarray):
    """An array that older scripts also take for a tensor: net.inh.cpu().numpy()."""

    def cpu(self) -> "_Truths":
        return self

    def numpy(self) -> np.ndarray:
        return self.view(np.ndarray)


class AbstractRateRNN(PlainRateRNN, torch.nn.Module):
    __doc__ = PlainRateRNN.__doc__


class FR_RNN_dale(RateNetwork, torch.nn.Module):
    __doc__ = RateNetwork.__doc__ + """

    A torch.nn.Module: w, w_out, b_out and taus_gaus are its parameters, w_in, mask and som_mask
    buffers. Gradients reach what a loss makes of x, r and o; none go to stim."""

    inh = _derived("inh", lambda self: RateNetwork.inh.fget(self).view(_Truths), "set mask")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        torch.nn.Module.__init__(self)
        RateNetwork.__init__(self, *arguments, **named)

    def __setattr__(self, name: str, value: Any) -> None:
        """An array of numpy or the like replaces what a tensor holds."""
        if name in _PARAMETERS + _BUFFERS and value is not None and not torch.is_tensor(value):
            values = raw(value, name)
            value = torch.from_numpy(np.array(floats(values, values.shape, name))).to(self.device)
            if self._parameters.get(name) is not None:  # optimizers keep hold of it
                self._parameters[name].data = value
                return
            if name in _PARAMETERS:
                value = torch.nn.Parameter(value)
        torch.nn.Module.__setattr__(self, name, value)

    def _set_array(self, name: str, values: np.ndarray) -> None:
        """In place where the size is the same: optimizers keep hold of parameters."""
        tensor = torch.from_numpy(values).to(self.device)
        known = self._parameters.get(name) if name in _PARAMETERS else self._buffers.get(name)
        if known is not None and known.shape == tensor.shape:
            with torch.no_grad():
                known.copy_(tensor)
        elif name in _BUFFERS:
            self.register_buffer(name, tensor)
        elif name not in _PARAMETERS:
            setattr(self, name, tensor)
        elif known is not None:
            known.data = tensor
        else:
            self.register_parameter(name, torch.nn.Parameter(tensor))

    def _trial(self, dynamics: Any, values: Any, held: Any) -> Tuple:
        """x, r (T, N), o (T-1, n_out)."""
        return _Trial.apply(self, dynamics, values, held, *(
            getattr(self, name) for name in _PARAMETERS + _BUFFERS))

    @alone
    def forward(self, stim: Any, taus: Optional[Sequence[float]] = None,
                training_params: Optional[Dict[str, Any]] = None,
                settings: Optional[Dict[str, Any]] = None) -> Tuple:
        values, held = self._input(stim, training_params, settings)
        x, r, o = self._trial(self._dynamics(taus, training_params, settings), values, held)
        x, r, o = (list(a.unsqueeze(-1).unbind(0)) for a in (x, r, o))
        return (stim, x, r, o, self.w, self.w_in, self.mask, self.som_mask, self.w_out, self.b_out,
                self.taus_gaus)

    forward.__doc__ = RateNetwork.forward.__doc__ + """
        The arrays are tensors."""
    __call__ = torch.nn.Module.__call__

    def train(self, task: Any = True, *arguments: Any, **named: Any) -> Any:
        task = named.pop("mode", task)
        if isinstance(task, bool):
            return torch.nn.Module.train(self, task)
        return RateNetwork.train(self, task, *arguments, **named)

    train.__doc__ = RateNetwork.train.__doc__

    def eval(self, task: Any = None, *arguments: Any, **named: Any) -> Any:
        if task is None:
            return torch.nn.Module.eval(self)
        return RateNetwork.eval(self, task, *arguments, **named)

    eval.__doc__ = RateNetwork.eval.__doc__

    @alone
    def load_state_dict(self, state_dict: Any, strict: bool = True) -> Any:
        """As torch's; what older files lack (taus_gaus, w_in, masks) stays as it is, and a b_out
        without its axes fits."""
        state = dict(state_dict)
        for name in ("taus_gaus",) + _BUFFERS:
            state.setdefault(name, getattr(self, name))
        if "b_out" in state and state["b_out"].numel() == self.b_out.numel():
            state["b_out"] = state["b_out"].reshape(self.b_out.shape)
        result = torch.nn.Module.load_state_dict(self, state, strict)
        inh, som_m = self._signs_inh(), to_numpy(self.som_mask) != 0
        self._give_masks(som=inh & ~som_m[:, inh].any(axis=1) if inh.any() else inh)
        self._give_weights()
        return result
