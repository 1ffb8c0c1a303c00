# .pth files and torch itself: what we write it reads, with its safe loader too, and goes on
# from; what it writes in the older port's layout we read; what could run code is refused.
. "$SOURCE_DIR/tests/cli/expect.bash"
script="$SOURCE_DIR/tests/cli/pth_torch.py"
torch_python=
for python in /usr/bin/python3 "$PYTHON"; do
    if "$python" -c 'import torch' 2>/dev/null; then torch_python=$python; fi
done
[ -n "$torch_python" ] || fail "no python3 has torch: run tools/install-deps --tests"

# trained NAME OPTION...: NAME.mat and NAME.pth of one training.
trained() {
    local name=$1
    shift
    accepted train --task xor --N 20 --n_trials 12 --eval_trials 5 --seed 3 --output_dir trained \
        --quiet "$@"
    printed .pth
    mv "$(find trained -name '*.mat')" "$name.mat"
    mv "$(find trained -name '*.pth')" "$name.pth"
}
trained two --P_inh 0.4 --som_N 2 --decay_taus 4 20
trained one --apply_dale False --decay_taus 12.5 --act clipped_relu
trained fed --decay_taus 9 --learn w,w_out,b_out,w_in
"$torch_python" "$script" ours two.pth two.mat 2 -- ours one.pth one.mat 1 -- ours fed.pth fed.mat 1 -- port two.mat -- \
    incomplete two.mat -- hostile two.pth

# There and back
for name in two one fed; do
    accepted convert $name.mat $name.a.pth
    accepted convert $name.pth $name.b.mat
    accepted convert $name.b.mat $name.c.pth
    accepted convert $name.c.pth $name.d.mat --json
    in_json 'j["verb"] == "convert" and j["to"].endswith(".d.mat") and j["rectified_weights"] == 0'
    cmp $name.b.mat $name.d.mat || fail "$name.mat is another after two conversions"
    "$PYTHON" - $name.mat $name.b.mat <<'END'
import sys
import scipy.io
a, b = (scipy.io.loadmat(f) for f in sys.argv[1:])
left_out = set("x r u target o".split())
assert a.keys() - b.keys() == left_out and not b.keys() - a.keys(), a.keys() ^ b.keys()
for name in b:
    if not name.startswith("__"):
        assert a[name].dtype == b[name].dtype and a[name].tobytes() == b[name].tobytes(), name
END
    accepted eval $name.mat --scaling_factor 40 --n_trials 2 --seed 1 --json
    cp "$scratch/out" eval.json
    accepted eval $name.pth --scaling_factor 40 --n_trials 2 --seed 1 --json
    "$PYTHON" -c 'import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
assert a["rate"] == b["rate"] and a["spiking"] == b["spiking"]' "$scratch/out" eval.json
done
refused "two.b.mat exists already" convert two.pth two.b.mat
refused "two.pth exists already" convert two.mat two.pth
refused ".mat or .pth" convert two.pth two.txt
refused "none/new.mat" convert two.pth none/new.mat
refused "convert|FILE NEW" convert two.pth
refused "two.pth is a .pth file|convert" search two.pth
(
    ulimit -f 8 # as on a full disk
    refused "full.pth cannot be written completely" convert two.mat full.pth
)
cp two.pth two.zip.mat # what the file is counts, not its name
accepted info two.zip.mat
refused "two.zip.mat is a .pth file" search two.zip.mat --n_trials 2 --scaling_factors 30 --quiet

# The older port's files
for file in port*.pth; do
    accepted info --json $file
    in_json 'j["models"][0]["N"] == 20 and j["models"][0]["populations"]["som"] == 2'
    in_json 'j["models"][0]["task"]["name"] == "xor" and j["models"][0]["dale"]["rectified_weights"] > 0'
    in_json 'j["models"][0]["training"]["last_trial"] == 11'
    accepted convert $file "${file%.pth}.mat"
    "$PYTHON" - two.mat "${file%.pth}.mat" <<'END'
import sys
import numpy as np, scipy.io
a, b = (scipy.io.loadmat(f) for f in sys.argv[1:])
for name in "w w_in w_out b_out taus_gaus m som_m taus losses T stim_on delay".split():
    assert np.array_equal(a[name], b[name]), name
END
done
refused "no_w_in.pth|w_in" info no_w_in.pth
refused "no_masks.pth|'m'" info no_masks.pth
refused "no_taus_gaus.pth|taus_gaus" info no_taus_gaus.pth
refused "no_taus.pth|'taus'" info no_taus.pth
refused "whole_module.pth|FR_RNN" info whole_module.pth
refused "older.pth|PyTorch 1.6" info older.pth
refused "tensor.pth|model_state_dict" info tensor.pth

# Pickles that are programs, archives that are traps
for file in hostile/*.pth; do
    refused "$file" convert "$file" hostile/new.mat
done
[ ! -e owned ] || fail "a pickle has been executed"
refused "names 'posix.system'" info hostile/system.pth
refused "names 'builtins.eval'" info hostile/eval.pth
refused "nested more than" info hostile/deep.pth
refused "is there twice" info hostile/twice.pth
refused "expected one folder" info hostile/path.pth
refused "is packed or encrypted" info hostile/packed.pth
refused "claims more bytes than the file has" info hostile/claims_size.pth
refused "claims more bytes than the file has" info hostile/overlap.pth
refused "'w' is larger than its storage" info hostile/huge.pth
refused "'w' is larger than its storage" info hostile/wide.pth
refused "is truncated or damaged" info hostile/claims_crc.pth
