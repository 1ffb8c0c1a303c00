# A search is stored in files of every level, whoever wrote them; every other variable stays.
. "$SOURCE_DIR/tests/cli/expect.bash"
script="$SOURCE_DIR/tests/cli/mat_kept.py"

small_model model.mat --N 10 --P_inh 0.4 --som_N 1
for writer in scipy4 scipy5 scipy5_packed h5py h5py_latest; do
    "$PYTHON" "$script" write $writer model.mat
    cp $writer.mat before.mat
    accepted search $writer.mat --task go-nogo --n_trials 2 --scaling_factors 35,45 --quiet
    "$PYTHON" "$script" kept before.mat $writer.mat 35,45
    accepted info --json $writer.mat
    in_json 'j["models"][0]["N"] == 10 and j["models"][0]["search"]["n_trials"] == 2'
done
