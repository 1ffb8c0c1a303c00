"""Modules that share their name with their function: both `from spiking import lambda_grid_search`
and `from spiking.lambda_grid_search import lambda_grid_search` give what can be called."""
import importlib
import sys
import types
from typing import Any, Callable, Tuple


class _CallableModule(types.ModuleType):
    """inspect.signature() and the like look through __wrapped__."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.__wrapped__(*arguments, **named)

    def __reduce__(self) -> Tuple:
        """So that multiprocessing can send it, as it sends functions."""
        return importlib.import_module, (self.__name__,)


def make_callable(name: str, function: Callable) -> None:
    """The last line of such a module: make_callable(__name__, lambda_grid_search)."""
    module = sys.modules[name]
    module.__wrapped__ = function
    module.__class__ = _CallableModule
