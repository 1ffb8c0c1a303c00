# Model files that cannot be: each verb says one sentence with the file and what is
# wrong in it, ends with 2 and leaves the file as it was.
. "$SOURCE_DIR/tests/cli/expect.bash"

small_model good.mat
small_model trained_only.mat
accepted info good.mat

"$PYTHON" - <<'END'
import copy
import numpy as np, scipy.io

good = {k: v for k, v in scipy.io.loadmat("good.mat").items() if not k.startswith("__")}

def write(name, **changes):
    m = copy.deepcopy(good)
    for key, value in changes.items():
        if value is None:
            m.pop(key, None)
        else:
            m[key] = value
    scipy.io.savemat(name, m)

def replaced(key, value):
    array = good[key].astype(float).copy()
    array.flat[array.size // 2] = value
    return array

write("no_w.mat", w=None)
write("no_w_in.mat", w_in=None)
write("no_w_out.mat", w_out=None)
write("no_taus.mat", taus=None)
write("no_taus_gaus.mat", taus_gaus=None)
write("no_signs.mat", m=None, inh=None, exc=None)
write("wide_w.mat", w=np.ones((20, 21)))
write("small_w.mat", w=np.ones((19, 19)))
write("long_inh.mat", inh=np.ones((21, 1)), m=None)
write("deep_w_in.mat", w_in=np.ones((20, 1, 3)))
write("short_w_out.mat", w_out=np.ones((1, 19)))
write("short_taus_gaus.mat", taus_gaus=np.ones((3, 1)))
write("text_w.mat", w="weights")
write("nan_w.mat", w=replaced("w", np.nan))
write("inf_w.mat", w=replaced("w", np.inf))
write("nan_w_in.mat", w_in=replaced("w_in", np.nan))
write("nan_w_out.mat", w_out=replaced("w_out", np.nan))
write("nan_taus_gaus.mat", taus_gaus=replaced("taus_gaus", np.nan))
write("zero_taus.mat", taus=np.array([[0.0, 20.0]]))
write("negative_taus.mat", taus=np.array([[-4.0, 20.0]]))
write("swapped_taus.mat", taus=np.array([[20.0, 4.0]]))
write("three_taus.mat", taus=np.array([[4.0, 8.0, 20.0]]))
write("many_som.mat", som_N=np.array([[20.0]]), som_m=None)
write("some_som.mat", som_N=np.array([[20.0]]))
write("P_inh.mat", P_inh=np.array([[1.5]]))
write("act.mat", activation="tanh")
write("no_search.mat", opt_scaling_factor=None, all_perfs=None, scaling_factors=None)
write("two_inputs.mat", w_in=np.ones((20, 2)), w_in0=None)
END

# damaged FILE WORDS: all verbs refuse it.
damaged() {
    refused "$1|$2" info "$1"
    refused "$1|$2" eval --n_trials 2 "$1"
    refused "$1|$2" search --n_trials 2 --scaling_factors 30 "$1"
}
damaged missing.mat ""
damaged no/folder.mat ""
mkdir folder.mat
refused "folder.mat" info folder.mat
refused "folder.mat" eval folder.mat
refused "folder.mat|no .mat file" search folder.mat
if [ "$(id -u)" = 0 ]; then
    damaged /proc/self/mem ""
else
    cp good.mat closed.mat
    chmod a-r closed.mat
    damaged closed.mat ""
fi
: >empty.mat
damaged empty.mat ""
echo "this is no model" >text.mat
damaged text.mat ""
head -c 200 good.mat >truncated1.mat
damaged truncated1.mat ""
head -c $(($(stat -c %s good.mat) / 2)) good.mat >truncated2.mat
damaged truncated2.mat ""
head -c 20000 /dev/zero >zeros.mat
damaged zeros.mat ""

damaged no_w.mat "w"
damaged no_w_in.mat "w_in"
damaged no_w_out.mat "w_out"
damaged no_taus.mat "taus"
damaged no_taus_gaus.mat "taus_gaus"
damaged no_signs.mat "inh"
damaged wide_w.mat "w|20|21"
damaged small_w.mat "19|20"
damaged long_inh.mat "inh|21|20"
damaged deep_w_in.mat "w_in"
damaged short_w_out.mat "w_out|19|20"
damaged short_taus_gaus.mat "taus_gaus|3|20"
damaged text_w.mat "w"
damaged nan_w.mat "w|nan"
damaged inf_w.mat "w|inf"
damaged nan_w_in.mat "w_in|nan"
damaged nan_w_out.mat "w_out|nan"
damaged nan_taus_gaus.mat "taus_gaus|nan"
damaged zero_taus.mat "taus|0"
damaged negative_taus.mat "taus|-4"
damaged swapped_taus.mat "taus|20"
damaged three_taus.mat "taus|3"
damaged many_som.mat "som_N|20"
damaged some_som.mat "som_N|20"
damaged P_inh.mat "P_inh|1.5"
damaged act.mat "activation|tanh"

refused "no_search.mat|opt_scaling_factor|--scaling_factor" eval no_search.mat
refused "two_inputs.mat|go-nogo|1|2" eval two_inputs.mat
refused "two_inputs.mat|go-nogo|1|2" search two_inputs.mat
refused "good.mat|'chess'" eval good.mat --task chess
refused "good.mat|stim_on|241" eval good.mat --stim_on 190
refused "good.mat|T|60" search good.mat --T 60
