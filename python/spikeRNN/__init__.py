"""Both packages under one name: from spikeRNN import FR_RNN_dale, LIF_network_fnc, ..., and
spikeRNN.rate, from spikeRNN.spiking import ..., spikeRNN.rate.model: the same modules by two names."""
import importlib
import importlib.abc
import importlib.util
import sys
from typing import Any, List, Optional

import rate

__version__ = rate.__version__

_PACKAGES = ("rate", "spiking")
_OWN = {"create_rate_config": ("rate", "create_default_config"),
        "create_spiking_config": ("spiking", "create_default_spiking_config")}


class _SameModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """spikeRNN.rate.model is rate.model, not a copy of it: its classes are one and the same."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[Any]:
        package, _, real = name.partition(".")
        if package != __name__ or real.split(".")[0] not in _PACKAGES:
            return None
        own = importlib.util.find_spec(real)
        if own is None:
            return None
        is_package = own.submodule_search_locations is not None
        return importlib.util.spec_from_loader(name, self, is_package=is_package)

    def create_module(self, spec: Any) -> Any:
        module = importlib.import_module(spec.name.partition(".")[2])
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: Any) -> None:
        """It has run; only its own spec comes back in place of that of the other name."""
        module.__spec__ = module.__spec__.loader_state

    def get_code(self, name: str) -> Any:
        """For python -m spikeRNN.rate.main."""
        real = name.partition(".")[2]
        return importlib.util.find_spec(real).loader.get_code(real)


sys.meta_path.insert(0, _SameModule())


def check_packages() -> bool:
    """Prints the version of both packages, and whether torch is used; True."""
    for package in _PACKAGES:
        importlib.import_module(package)
        print("%s: version %s" % (package, __version__))
    print("torch: %s" % ("used" if importlib.util.find_spec("torch") else "not installed"))
    return True


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    if name in _PACKAGES:
        return importlib.import_module("%s.%s" % (__name__, name))
    if name in _OWN:
        package, own = _OWN[name]
        return getattr(importlib.import_module(package), own)
    for package in _PACKAGES:
        if name.startswith("__"):
            break
        module = importlib.import_module(package)
        if name in module.__all__:
            return getattr(module, name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))


def __dir__() -> List[str]:
    return sorted({"check_packages", *_PACKAGES, *_OWN, *rate.__all__,
                   *importlib.import_module("spiking").__all__})
