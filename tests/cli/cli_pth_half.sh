# A .pth file whose weights were converted to half precision or bfloat16, as in {k: v.half() for k, v in ...}:
# the network is that of the rounded weights, also where the file has weights before the rectification.
. "$SOURCE_DIR/tests/cli/expect.bash"

accepted train --task go-nogo --N 20 --n_trials 40 --eval_trials 2 --T 60 --stim_on 10 --stim_dur 10 --seed 3 --output_dir m --quiet
pth=$(find m -name "*.pth")
cat >convert.py <<'END'
# convert.py FROM TO TYPE VARIABLE[=FACTOR]...: rounds the variables, multiplied by the factors.
import re, struct, sys, zipfile
import numpy as np
text = lambda word: b"X" + struct.pack("<I", len(word)) + word.encode()
to_bits = {"Half": lambda x: x.astype("<f2").tobytes(),
           "BFloat16": lambda x: ((x.view("<u4") + 0x7fff + (x.view("<u4") >> 16 & 1)) >> 16).astype("<u2").tobytes(),
           "Float": lambda x: x.tobytes()}
with zipfile.ZipFile(sys.argv[1]) as old:
    files = {name: old.read(name) for name in old.namelist()}
pickle_name = next(name for name in files if name.endswith("data.pkl"))
data = files[pickle_name]
for word in sys.argv[4:]:
    variable, _, factor = word.partition("=")
    assert data.count(text(variable)) == 1, variable
    at = data.index(b"ctorch\nFloatStorage\n", data.index(text(variable)))
    key = re.compile(rb"X....(\d+)", re.S).search(data, at).group(1).decode()
    data = data[:at] + data[at:].replace(b"FloatStorage", sys.argv[3].encode() + b"Storage", 1)
    entry = pickle_name.replace("data.pkl", "data/" + key)
    values = np.frombuffer(files[entry], "<f4") * np.float32(factor or 1)
    files[entry] = to_bits[sys.argv[3]](values)
files[pickle_name] = data
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_STORED) as new:
    for name, content in files.items():
        new.writestr(name, content)
END
state="w w_out b_out taus_gaus w_in"
accepted convert "$pth" whole.mat
for type in Half BFloat16; do
    "$PYTHON" convert.py "$pth" $type.pth $type $state
    accepted convert $type.pth $type.mat
    "$PYTHON" - whole.mat $type.mat $type <<'END'
import sys, numpy as np, scipy.io
a, b = (scipy.io.loadmat(f) for f in sys.argv[1:3])
unit = 2.0 ** (-11 if sys.argv[3] == "Half" else -8)
for name in ("w", "w_out", "w_in", "taus_gaus"):
    x, y = a[name], b[name]
    assert np.any(x != y), name
    assert np.all(np.abs(x - y) <= unit * np.abs(x) + 2.0 ** -25), name
    if sys.argv[3] == "Half":
        rectified = (x > 0) if name == "w" else np.isfinite(x)
        assert np.array_equal(y[rectified], x[rectified].astype("f2").astype("f8")), name
END
    # the weights below zero are still there
    accepted convert $type.pth again.pth
    "$PYTHON" convert.py again.pth ignored.pth Float w_unrectified
    rm again.pth
    # all of the file's weights
    "$PYTHON" convert.py "$pth" all.pth $type $state w_unrectified
    accepted info all.pth
    accepted train --resume $type.pth --n_trials 45 --output_dir resumed_$type --quiet
done
# more than the rounding
"$PYTHON" convert.py "$pth" other.pth Half w=1.002
refused "other.pth|variable 'w_unrectified' is not 'w' where it is above 0" info other.pth
"$PYTHON" convert.py "$pth" other.pth Float w=1.0001
refused "other.pth|variable 'w_unrectified' is not 'w' where it is above 0" info other.pth
