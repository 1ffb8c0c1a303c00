"""The packages' command lines: their options are the library's, as its table has them."""
import argparse
import ctypes
import sys
from typing import Any, Callable, Dict, Iterable

from . import _declarations as c
from ._handles import SETTINGS
from ._library import free, lib

_TYPES = {c.SRNN_OPTION_WHOLE: int, c.SRNN_OPTION_LONG: int, c.SRNN_OPTION_REAL: float,
          c.SRNN_OPTION_NUMBERS: float}
_WHOLE_SETTINGS = {name for name, kind in c.srnn_task_settings._fields_ if kind is ctypes.c_int}


def _help(row: Any) -> str:
    function = lib["srnn_option_help"]  # one whose result can be freed
    function.restype = ctypes.c_void_p
    data = function(row)
    try:
        return ctypes.string_at(data).decode().replace("%", "%%")
    finally:
        free(data)


def add_options(parser: argparse.ArgumentParser, *names: str, **types: Callable) -> None:
    """--NAME of each. types: of some, instead of their kind's."""
    for name in names:
        row = lib.srnn_option_named(name.encode())
        kind, several = row.contents.kind, row.contents.kind == c.SRNN_OPTION_NUMBERS
        words = row.contents.value.decode().replace("[", "").replace("]", "").split()
        default = (int if name in _WHOLE_SETTINGS else float) if name in SETTINGS else str
        parser.add_argument("--" + name, type=types.get(name, _TYPES.get(kind, default)),
                            nargs="+" if several else None,
                            metavar=tuple(words) if several else words[0], help=_help(row))


def given(args: argparse.Namespace, names: Iterable[str]) -> Dict[str, Any]:
    """Those of the options that the command line has."""
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def run(name: str, work: Callable[[], Any]) -> int:
    """Of a command line: does the work, whose errors go to stderr. Returns the exit status."""
    try:
        work()
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError, FloatingPointError, MemoryError) as error:
        print("%s: %s" % (name, error), file=sys.stderr)
        return 1
    return 0
