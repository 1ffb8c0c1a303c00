"""What users give, checked in one place. Each returns the value as the packages use it, or raises a
ValueError that names it, tells what was given and what was expected."""
import ctypes
import difflib
import functools
import itertools
import os
import sys
import warnings
from collections.abc import Mapping

import numpy as np

from ._arrays import reals, shown, text_of, to_numpy
from ._library import lib

_ALIKE = 0.81  # of difflib: one letter more or less, or two that changed places


def warn(message):
    """A UserWarning that points to the line of the user's script."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in (
            "spikernn", "rate", "spiking"):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, stacklevel=level)


def choices(option):
    """The names of an option's values, in their order; of one without names: none."""
    row = lib.srnn_option_named(option.encode())
    names = row.contents.choices if row else None
    return [name.decode() for name in itertools.takewhile(bool, names or ())]


def choice(value, option, what=None):
    """The number of a name, whatever its case. what: its name here, where it is not the option's."""
    value, names = text_of(value), choices(option)
    name = str(value).lower()
    if name not in names:
        raise ValueError("%s is %s; expected %s or %s"
                         % (what or option, shown(value), ", ".join(names[:-1]), names[-1]))
    return names.index(name)


def encoded(path):
    """A path, or another text, in bytes, for the library."""
    path = text_of(path)
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise ValueError("the path is %s; expected a text" % shown(path))
    data = os.fsencode(os.fspath(path))
    if b"\0" in data:
        raise ValueError("the path %r holds a null character" % (path,))
    return data


def _single(value):
    """The one number of an array or a tensor; None where there is none."""
    try:
        given = np.asarray(to_numpy(value))
    except Exception:  # rows of different lengths, an object of whatever kind
        return None
    return given.reshape(-1)[0] if given.size == 1 and given.dtype.kind in "biuf" else None


def number(value, name):
    """As float."""
    given = _single(value)
    if given is None:
        raise ValueError("%s is %s; expected a number" % (name, shown(value)))
    return float(given)


def whole(value, name, ctype=ctypes.c_int):
    """As int that a C type holds (ctypes cuts off what is too large)."""
    if isinstance(value, int):
        given = int(value)
    else:
        given = number(value, name)
        if given != np.floor(given) or np.isinf(given):
            raise ValueError("%s is %s; expected a whole number" % (name, shown(value)))
        given = int(given)
    if ctype(given).value != given:
        bits, signed = 8 * ctypes.sizeof(ctype), ctype(-1).value < 0
        raise ValueError("%s is %s; expected %d to %d" % (
            name, value, -2 ** (bits - 1) if signed else 0, 2 ** (bits - signed) - 1))
    return given


def share(value, name):
    """As float, 0 to 1."""
    given = number(value, name)
    if not 0 <= given <= 1:
        raise ValueError("%s is %g; expected 0 to 1" % (name, given))
    return given


def truth(value, name):
    """As bool, of True and False, also as numbers: a text such as 'no' would count as true."""
    given = _single(value)
    if given is None or given not in (0, 1):
        raise ValueError("%s is %s; expected True or False" % (name, shown(value)))
    return bool(given)


def mapping(value, name):
    """A dict; None: an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("%s is %s; expected a dict" % (name, shown(value)))
    return value


def known_names(values, names, what):
    """Of the keys of a dict: one that is almost a known name is misspelt, a ValueError; any other
    unknown one has no effect, which a warning says: older scripts keep what they like there."""
    lower = {name.lower(): name for name in names}
    for key in values:
        if key in names:
            continue
        alike = difflib.get_close_matches(str(key).lower(), lower, 1, _ALIKE)
        if alike:
            raise ValueError("%s: '%s' is unknown; did you mean '%s'?"
                             % (what, key, lower[alike[0]]))
        warn("%s: '%s' is unknown and has no effect; known are %s" % (what, key, ", ".join(names)))


def made_of(kind, values):
    """A dataclass with these fields instead of the defaults. Raises ValueError on another name."""
    known = kind.__dataclass_fields__
    for name in values:
        if name not in known:
            raise ValueError("the setting '%s' is unknown; expected one of %s"
                             % (name, ", ".join(known)))
    return kind(**values)


def taus_of(taus):
    """(n_taus, the pair) of one or two time constants, rate steps."""
    values = reals(taus, "taus").ravel()
    if values.size not in (1, 2):
        raise ValueError("taus are %d numbers; expected 1 (fixed) or 2 (trained between them)"
                         % values.size)
    return values.size, (ctypes.c_double * 2)(values[0], values[-1])


def renamed(**names):
    """A decorator: the function also takes these keywords, {other name: parameter}, which older
    versions and their documentation use. Both names at once are a TypeError."""
    def decorate(function):
        @functools.wraps(function)
        def called(*arguments, **named):
            for other, parameter in names.items():
                if other not in named:
                    continue
                if parameter in named:
                    raise TypeError("%s() has %s and %s, two names of one argument"
                                    % (function.__name__, other, parameter))
                named[parameter] = named.pop(other)
            return function(*arguments, **named)
        return called
    return decorate


_warned_of_gpu = False


def device(value):
    """'cpu', or a name of torch's for a GPU that torch finds here. One that it does not find: 'cpu';
    either way one warning says that everything is computed on the processor."""
    global _warned_of_gpu
    value = text_of(value)
    name = str(value).lower()
    kind, _, index = name.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (":" in name and not index.isdigit()):
        raise ValueError("device is %s; expected 'cpu' or 'cuda'" % shown(value))
    if kind == "cpu":
        return "cpu"
    if not _warned_of_gpu:
        _warned_of_gpu = True
        warn("device is '%s', but all computing is on the processor" % name)
    return name if _has_gpu(kind, int(index or 0)) else "cpu"


def _has_gpu(kind, index):
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    if kind == "mps":
        return bool(getattr(torch.backends, "mps", None)) and torch.backends.mps.is_available()
    return index < torch.cuda.device_count()
