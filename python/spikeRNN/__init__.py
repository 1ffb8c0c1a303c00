"""Both packages under one name: from spikeRNN import FR_RNN_dale, LIF_network_fnc, ..."""
import importlib
from typing import Any, List

import rate

__version__ = rate.__version__


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    for package in ("rate", "spiking"):
        if name.startswith("__"):
            break
        module = importlib.import_module(package)
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))


def __dir__() -> List[str]:
    return sorted(set(rate.__all__) | set(importlib.import_module("spiking").__all__))
