"""to_v73.py IN OUT: the variables of a .mat file of level 5 as MATLAB writes them at level 7.3."""
import sys

import h5py
import numpy as np
import scipy.io


def put_class(dataset, name):
    kind = h5py.h5t.C_S1.copy()  # ends with a null that has no room, as MATLAB's
    kind.set_size(len(name))
    space = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(dataset.id, b"MATLAB_class", kind, space)
    attribute.write(np.array(name, dtype=f"S{len(name)}"), mtype=kind)


with h5py.File(sys.argv[2], "w", userblock_size=512) as f:
    for name, a in scipy.io.loadmat(sys.argv[1]).items():
        if not name.startswith("__") and a.dtype.kind == "f" and a.size:
            put_class(f.create_dataset(name, data=a.T), b"double")
with open(sys.argv[2], "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
