"""Files of the older PyTorch port that lack part of a network."""
import os
import pickle
import pickletools
import re
import tempfile
import zipfile

#: variable -> the names under which a file may hold it
_NAMES = {"w_in": ("w_in",), "inh": ("m", "mask", "inh", "exc"), "som_m": ("som_m", "som_mask"),
          "taus_gaus": ("taus_gaus",)}
_WRAPPERS = re.compile(r"(module\.|_orig_mod\.)+")  # before the names, of torch's wrappers


def _pickle_of(archive):
    return next(name for name in archive.namelist() if name.split("/")[-1] == "data.pkl")


def missing(path):
    """The variables that a .pth file lacks; a file of another kind: none."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        try:
            held = {_WRAPPERS.sub("", text, 1)
                    for _, text, _ in pickletools.genops(archive.read(_pickle_of(archive)))
                    if isinstance(text, str)}
        except Exception:  # no pickle: the library's reader says so
            return []
    return [name for name, names in _NAMES.items() if not held.intersection(names)]


def load(path, arrays, read):
    """read(a copy of the file at path that has the arrays, too, {name: array}).

    The pickle is not run: what is added goes behind its last instruction but the stop, as more
    entries of the dict that it makes."""
    added = b"".join(pickle.dumps(one, 2)[2:-1] for entry in arrays.items() for one in entry)
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "model.pth")
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
            for entry in old.infolist():
                data = old.read(entry)
                if entry.filename == _pickle_of(old):
                    data = data[:-1] + b"(" + added + b"u."
                new.writestr(entry, data)
        try:
            return read(whole)
        except ValueError as error:
            raise ValueError(str(error).replace(whole, str(path))) from None
