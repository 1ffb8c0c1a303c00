"""Classes that are a torch.nn.Module where torch is installed, which is imported when one of them is
first used."""
import importlib
import importlib.util
import warnings


def module_class(name: str, plain: type) -> type:
    """The class of this name in _torch.py; without torch the plain one."""
    if importlib.util.find_spec("torch") is None:
        return plain
    try:
        return getattr(importlib.import_module("._torch", __package__), name)
    except (ImportError, OSError, AttributeError) as error:  # what is left of an installation
        warnings.warn("torch is installed, but cannot be imported (%s); %s is the one in numpy"
                      % (error, name), stacklevel=3)
        return plain
