"""The rate network, its loss, and the functions of older scripts for the tasks."""
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from spikernn import Model, choice, choices, mapping, reals, shown, to_numpy
from ._lazy import module_class
from ._network import RateNetwork
from .tasks import (generate_input_stim_go_nogo, generate_input_stim_mante,
                    generate_input_stim_xor, generate_target_continuous_go_nogo,
                    generate_target_continuous_mante, generate_target_continuous_xor)

__all__ = ["FR_RNN_dale", "RateNetwork", "loss_op", "eval_rnn", "eval_tf", "generate_input_stim_go_nogo",
           "generate_input_stim_mante", "generate_input_stim_xor",
           "generate_target_continuous_go_nogo", "generate_target_continuous_mante",
           "generate_target_continuous_xor"]


def __getattr__(name: str) -> Any:
    """FR_RNN_dale: a torch.nn.Module where torch is installed, which is imported here and not
    before; else the network in numpy."""
    if name != "FR_RNN_dale":
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    global FR_RNN_dale
    FR_RNN_dale = module_class(name, RateNetwork)
    return FR_RNN_dale


def loss_op(o: List[Any], z: Any, training_params: Dict[str, Any]) -> Any:
    """The loss of a trial: training_params['loss_fn'] 'l2' the root of the sum of squares of o - z,
    'l1' the sum of |o - z|.

    o: list of T-1 outputs (n_out, 1), as from forward(); z: target (T-1,), (T,), n_out x (T-1) or
    n_out x T. A tensor with its gradient where o are tensors, else a float. Raises ValueError."""
    training_params = mapping(training_params, "training_params")
    if "loss_fn" not in training_params:
        raise ValueError("training_params lacks loss_fn; expected 'l1' or 'l2'")
    loss = choices("loss_fn")[choice(training_params["loss_fn"], "loss_fn")]
    if not hasattr(o, "__len__"):
        raise ValueError("o is %s; expected a list of outputs" % shown(o))
    if not len(o):
        raise ValueError("o is empty; expected T-1 outputs")
    if hasattr(o[0], "detach"):
        import torch
        try:
            outputs = torch.stack(tuple(o)).reshape(len(o), -1)
        except (TypeError, RuntimeError) as error:
            raise ValueError("o is no list of outputs (%s); expected T-1 of n_out x 1, the fourth "
                             "of what forward() returns" % error) from None
        target = torch.as_tensor(_numbers(z, "z"), dtype=outputs.dtype, device=outputs.device)
        difference = outputs - _matching(target, outputs.shape)
        if loss == "l1":
            return difference.abs().sum()
        return torch.linalg.vector_norm(difference)  # has a slope of 0 at 0, as in the library
    outputs = _numbers(o, "o").reshape(len(o), -1)
    difference = outputs - _matching(np.asarray(to_numpy(_numbers(z, "z")), float), outputs.shape)
    return float(abs(difference).sum() if loss == "l1" else np.sqrt((difference ** 2).sum()))


def _numbers(values: Any, name: str) -> Any:
    """An array of numbers; a tensor as it is."""
    return values if hasattr(values, "detach") else reals(values, name)


def _matching(z: Any, shape: Tuple[int, int]) -> Any:
    """The target as (T-1, n_out)."""
    steps, n_out = shape
    rows = z.reshape(1, -1) if z.ndim < 2 else z
    if rows.ndim == 2 and rows.shape[0] == n_out and rows.shape[1] in (steps, steps + 1):
        return rows[:, :steps].T
    raise ValueError("z is of shape %s; expected %d x %d numbers" % (tuple(z.shape), n_out, steps))


def eval_rnn(net: RateNetwork, settings: Dict[str, Any], u: Any, device: Any = "cpu",
             training_params: Optional[Dict[str, Any]] = None) -> Tuple[List, List, List]:
    """One trial of a trained network, with its own decay times and activation.

    u: n_in x T; settings: T, DeltaT, taus. Returns o, r, x: o a list of T-1 numbers, with several
    outputs of arrays (n_out,); r and x lists of T arrays (N, 1)."""
    x, r, o = net._trial_of(u, None, training_params, settings)
    outputs = [float(row[0]) for row in o] if o.shape[1] == 1 else list(o)
    return outputs, list(r[:, :, None]), list(x[:, :, None])


def eval_tf(model_dir: Any, settings: Optional[Dict[str, Any]], u: Any) -> Tuple[np.ndarray, ...]:
    """One trial of the network in a .mat or .pth file, with its own decay times and activation.

    settings: T, DeltaT (None: all of u, the file's); u: n_in x T. Returns x (N, T) the synaptic
    currents, r (N, T) the firing rates, o (T,), with several outputs n_out x T: o[k] is the output
    after step k + 1; the last column has no output and is 0.
    Raises FileNotFoundError, OSError, ValueError."""
    net = RateNetwork(1)._become(Model.load(model_dir))
    x, r, o = net._trial_of(u, None, None, settings)
    o = np.pad(o.T, ((0, 0), (0, 1)))
    return x.T, r.T, o[0] if len(o) == 1 else o
