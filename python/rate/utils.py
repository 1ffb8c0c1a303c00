"""Devices, and types for command lines."""
import argparse
import os
from typing import Union

from spikernn import context, encoded, lib, share, shown, text_of


def set_gpu(gpu: str, frac: float) -> str:
    """The device to compute on: always 'cpu', where the library's kernels run. Tensors go there
    with .to(device), as with any device of torch.

    gpu: label such as '0'; frac: share of its memory, 0 to 1. Both are accepted for older scripts.
    Raises ValueError on a frac outside its range."""
    if not isinstance(text_of(gpu), (str, int)):
        raise ValueError("gpu is %s; expected a label such as '0'" % shown(gpu))
    share(frac, "frac")
    return "cpu"


def restricted_float(x: Union[str, float]) -> float:
    """A number from 0 to 1, for argparse. Raises argparse.ArgumentTypeError."""
    try:
        value = float(x)
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError("%r is no number; expected 0 to 1" % (x,)) from None
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("%r is not in range [0.0, 1.0]" % (x,))
    return value


def str2bool(v: Union[str, bool]) -> bool:
    """yes, true, t, y, 1 or no, false, f, n, 0, for argparse. Raises argparse.ArgumentTypeError."""
    if isinstance(v, bool):
        return v
    word = str(v).lower()
    if word in ("yes", "true", "t", "y", "1"):
        return True
    if word in ("no", "false", "f", "n", "0"):
        return False
    raise argparse.ArgumentTypeError("%r is no truth value; expected yes or no" % (v,))


def models_in(path: str) -> list:
    """The .mat files with a network of a folder and its subfolders, sorted; a file is itself. Raises
    FileNotFoundError where there is none."""
    if os.path.isfile(path):
        return [path]
    found = sorted(os.path.join(folder, name) for folder, _, names in os.walk(path)
                   for name in names if name.lower().endswith(".mat"))
    if not found:
        raise FileNotFoundError("%s holds no .mat file" % path if os.path.isdir(path) else
                                "%s: no such file or folder" % path)
    with context() as ctx:
        models = [file for file in found if not lib.srnn_results_file(ctx, encoded(file))]
    if not models:
        raise FileNotFoundError("%s holds no .mat file with a network" % path)
    return models
