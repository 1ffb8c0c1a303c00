# A .pth file of a network that a wrapper of torch held: its keys are read without what the wrapper
# put before them, and info and convert say so.
. "$SOURCE_DIR/tests/cli/expect.bash"

accepted train --task go-nogo --N 10 --som_N 0 --n_trials 2 --eval_trials 2 --T 60 --stim_on 10 --stim_dur 10 --seed 3 --output_dir m --quiet
pth=$(find m -name "*.pth")
"$PYTHON" - "$pth" wrapped.pth <<'END'
import struct, sys, zipfile
text = lambda word: b"X" + struct.pack("<I", len(word)) + word.encode()
with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_STORED) as new:
    for name in old.namelist():
        data = old.read(name)
        if name.endswith("data.pkl"):
            start = data.index(text("model_state_dict")) + len(text("model_state_dict"))
            end = data.index(text("settings"))
            state, rest = data[start:end], data[end:]
            if text("optimizer_state_dict") in state:
                at = state.index(text("optimizer_state_dict"))
                state, rest = state[:at], state[at:] + rest
            for key in ("w", "w_out", "b_out", "taus_gaus", "w_in", "mask", "som_mask"):
                assert state.count(text(key)) == 1, key
                state = state.replace(text(key), text("_orig_mod.module." + key))
            data = data[:start] + state + rest
        new.writestr(name, data)
END
accepted info wrapped.pth
printed "read without '_orig_mod.module.', which all of them begin with"
accepted info wrapped.pth --json
in_json 'j["models"][0]["key_prefix"] == "_orig_mod.module."'
accepted convert wrapped.pth plain.mat
printed "keys read without '_orig_mod.module.'"
accepted convert "$pth" same.mat
"$PYTHON" "$SOURCE_DIR/tests/cli/same_arrays.py" plain.mat same.mat
accepted info plain.mat --json
in_json 'j["models"][0]["key_prefix"] == ""'
