"""A network from a dict of variables, as scipy.io.loadmat gives it."""
import numbers
import os
import tempfile

import numpy as np

from . import _declarations as c
from ._arrays import pointer, text_of, to_numpy
from ._call import call
from ._checks import encoded
from ._handles import Model
from ._library import lib

#: what the library's reader takes of a training, which the network does not need
_RECORDS = ("losses", "eval_os", "eval_labels", "eval_tr", "eval_perf_curve", "eval_loss_curve",
            "x0", "r0", "x", "r", "u", "target", "o")
#: what else it takes; anything else that a dict holds has no effect, whatever it is
_OF_NETWORK = (
    "N", "w", "w0", "w_in", "w_in0", "w_out", "b_out", "m", "inh", "exc", "som", "som_m", "w_fixed",
    "som_N", "taus", "taus_gaus", "taus_gaus0", "activation", "apply_dale", "P_inh", "P_rec", "gain",
    "w_dist", "balanced", "taus_gaus_mean", "DeltaT", "seed", "task", "task_json", "T", "stim_on",
    "stim_dur", "delay", "eval_amp_thresh", "offset", "constant", "two_sided", "tr", "reached", "eval_perf_mean",
    "eval_loss_mean", "eval_two_sided_mean", "loss_threshold", "perf_threshold",
    "opt_scaling_factor", "all_perfs", "all_two_sided_perfs",
    "scaling_factors", "search_n_trials", "all_n_trials", "search_correct", "search_margins",
    "search_losses", "search_rates_hz", "search_other_sides", "search_settings", "search_test_perf",
    "search_test_two_sided_perf",
    "search_test_trials", "op_gain", "op_bias_mv", "op_scale", "op_offset", "op_widening",
    "op_shot_noise_cost", "op_perf", "op_two_sided_perf", "op_n_trials", "op_settings", "readout_w_out",
    "readout_b_out", "readout_scaling_factor", "readout_perf", "readout_two_sided_perf", "readout_n_trials",
    "readout_settings")


def model_of(variables):
    """The network of a dict, through a file, so that the library's reader says what the variables
    mean. A value is a number, a text, or an array of numpy, scipy.sparse, torch or pandas; None: not
    there. Raises ValueError, also on a variable of the network that is something else."""
    held = []
    for name, value in variables.items():
        if value is None or name in _RECORDS or str(name).startswith("__"):
            continue
        try:
            held.append((str(name), _variable(value)))
        except ValueError as error:
            if name in _OF_NETWORK:
                raise ValueError("the model: variable '%s' %s; expected numbers or a text"
                                 % (name, error)) from None
    arrays = (c.srnn_array * max(len(held), 1))()
    for one, (name, value) in zip(arrays, held):
        one.name = name.encode()
        if isinstance(value, bytes):
            one.text = value
        else:
            one.rank, one.doubles = value.ndim, pointer(value.T)
            one.dims[:value.ndim] = value.shape
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.mat")
        call(lib.srnn_arrays_save, encoded(path), arrays, len(held))
        try:
            return Model.load(path)
        except ValueError as error:
            raise ValueError(str(error).replace(path, "the model")) from None


def _variable(value):
    """Bytes of a text, or doubles of 2 to 4 axes in the order of .mat files (a vector is a column).
    Raises ValueError, whose text goes on after the variable's name."""
    try:
        values = np.asarray(to_numpy(value))
    except Exception as error:  # rows of different lengths, masked elements, any object
        raise ValueError("cannot be read as an array (%s)" % error) from None
    if values.dtype == object:
        values = _unwrapped(values)
    text = text_of(values)
    if isinstance(text, str):
        try:
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise ValueError("is a text that is no UTF-8") from None
    if values.dtype.kind not in "biuf":
        raise ValueError("holds %s" % {"c": "complex numbers", "U": "several texts",
                                       "S": "several texts"}.get(values.dtype.kind, values.dtype))
    if values.ndim > c.SRNN_AXES_MAX:
        raise ValueError("has %d axes" % values.ndim)
    return np.asarray(values if values.ndim > 1 else values.reshape(-1, 1), np.float64, "F")


def _unwrapped(values):
    """Of objects: a cell of one element is that element; real numbers are numbers."""
    if values.size == 1 and not isinstance(values.reshape(-1)[0], (dict, set)):
        inside = np.asarray(to_numpy(values.reshape(-1)[0]))
        return _unwrapped(inside) if inside.dtype == object and inside.ndim else inside
    if all(isinstance(one, (numbers.Real, np.bool_)) for one in values.flat):
        return values.astype(np.float64)
    raise ValueError("holds objects of Python")
