"""Finds and loads the C library, once, and gives its functions their prototypes."""
import ctypes
import os

from . import _declarations as c


def _path():
    """That of the environment, for work on the library; else the one inside this package."""
    inside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libspikernn.so")
    return os.environ.get("SPIKERNN_LIBRARY") or inside


def _load():
    path = _path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError("the library %s cannot be loaded (%s); expected it inside the installed "
                          "package, or named by SPIKERNN_LIBRARY" % (path, error)) from None
    for name, (result, parameters) in c.FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError("%s has no function %s; expected version %s of the library"
                              % (path, name, c.SRNN_VERSION)) from None
        function.restype, function.argtypes = result, parameters
    version = library.srnn_version().decode()
    if version != c.SRNN_VERSION:
        raise ImportError("%s is version %s; expected %s, that of this package"
                          % (path, version, c.SRNN_VERSION))
    return library


lib = _load()

free = ctypes.CDLL(None).free  # what the library says the caller frees
free.restype, free.argtypes = None, [ctypes.c_void_p]
