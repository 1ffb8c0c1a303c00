# Ctrl-C in Octave ends a training, keeps what has been reached, and says where.
. "$SOURCE_DIR/tests/cli/expect.bash"
SPIKERNN=$(readlink -f "$OCTAVE") # the program that is to take the interrupt

cat >train.m <<'END'
spikernn_train ('go-nogo', 'N', 100, 'n_trials', 20000, 'loss_threshold', 1e-9, 'eval_trials', 1, ...
                'seed', 1, 'output_dir', 'models', 'threads', 1)
disp ('not interrupted')
END
begun() { [ -d models/go-nogo ] || [ -d models/models/go-nogo ]; }
"$OCTAVE" --norc --no-history --quiet --path "$BUILD_DIR/octave" train.m >out 2>err &
pid=$!
await begun
sleep 0.5
interrupt $pid
ended $pid
[ $code != 0 ] || fail "it ended as if nothing had been"
grep -q '^interrupted after [1-9][0-9]* trials; the network so far is in ' out || fail "$(cat out err)"
! grep -q 'not interrupted' out || fail "the script went on"
model=$(sed -n 's/.* is in //p' out)
"$BUILD_DIR/spikernn" info --json "$model" >"$scratch/out"
in_json 'j["models"][0]["N"] == 100'
