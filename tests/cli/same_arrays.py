"""same_arrays.py A.mat B.mat [NAME...]: both files hold the same variables with the same bits;
those named do not count."""
import sys

import numpy as np
import scipy.io


def content(path):
    variables = scipy.io.loadmat(path)
    return {name: value for name, value in variables.items() if not name.startswith("__") and name not in sys.argv[3:]}


a, b = content(sys.argv[1]), content(sys.argv[2])
if a.keys() != b.keys():
    sys.exit("only in one of them: %s" % sorted(a.keys() ^ b.keys()))
for name in a:
    same_kind = a[name].dtype == b[name].dtype and a[name].shape == b[name].shape
    if not same_kind or a[name].tobytes() != b[name].tobytes():
        sys.exit("%s differs between %s and %s" % (name, *sys.argv[1:3]))
if not np.any(a["w"]):
    sys.exit("%s: w is all zero" % sys.argv[1])
