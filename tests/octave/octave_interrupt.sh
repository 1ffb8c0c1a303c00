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

# ... and a search, which keeps what has been reached
SPIKERNN=$BUILD_DIR/spikernn small_model model.mat --search_trials 1
cat >search.m <<'END2'
spikernn_search ('model.mat', 'scaling_factors', 35, 'n_trials', 1000000, 'threads', 1)
disp ('not interrupted')
END2
"$OCTAVE" --norc --no-history --quiet --path "$BUILD_DIR/octave" search.m >out 2>err &
pid=$!
await grep -q '^search [1-9]' err # its first line of progress
interrupt $pid
ended $pid
[ $code != 0 ] || fail "the search ended as if nothing had been"
grep -q '^interrupted after [1-9][0-9]* of 1000000 trials for each scaling factor; model.mat keeps these' out ||
    fail "$(cat out err)"
! grep -q 'not interrupted' out || fail "the script went on"
"$BUILD_DIR/spikernn" info --json model.mat >"$scratch/out"
in_json '1 < j["models"][0]["search"]["n_trials"] < 1000000'

# ... and an experiment, in its training
cat >experiment.m <<'END'
spikernn_experiment ('go-nogo', 'stopped', 'N', 60, 'n_trials', 1000000, 'loss_threshold', 1e-9, ...
                     'eval_trials', 1, 'seed', 1, 'checkpoint_every', 50, 'threads', 1)
disp ('not interrupted')
END
"$OCTAVE" --norc --no-history --quiet --path "$BUILD_DIR/octave" experiment.m >out 2>err &
pid=$!
await test -e stopped/model.pth
interrupt $pid
ended $pid
[ $code != 0 ] || fail "the experiment ended as if nothing had been"
grep -q '^interrupted in the training; what was reached is in stopped$' out || fail "$(cat out err)"
! grep -q 'not interrupted' out || fail "the script went on"
cp stopped/summary.json "$scratch/out"
in_json 'j["interrupted"] and 50 <= j["training"]["trials"] < 1000000'

# ... and a study, which keeps its trainings
cat >study.json <<'END'
{"study": "long", "task": "go-nogo", "seeds": "1:4", "options": {"N": 60, "n_trials": 1000000, "loss_threshold": 1e-9}}
END
cat >study.m <<'END'
spikernn_study ('study.json', 'long', 'threads', 2)
disp ('not interrupted')
END
"$OCTAVE" --norc --no-history --quiet --path "$BUILD_DIR/octave" study.m >out 2>err &
pid=$!
await test -e long/study.json
interrupt $pid
ended $pid
[ $code != 0 ] || fail "the study ended as if nothing had been"
grep -q '^interrupted; 4 networks are left in long$' out || fail "$(cat out err)"
! grep -q 'not interrupted' out || fail "the script went on"
[ "$("$BUILD_DIR/spikernn" study status long | grep -c '4 left')" = 1 ] || fail "the study cannot be read"

# ... and in a callback, from which it goes on
cat >callback.m <<'END'
1;
function hit (event)
  if (strcmp (event.kind, 'done'))
    kill (getpid (), 2)
    for k = 1:1000 % until the signal is there
      pause (0.01)
    end
    disp ('not interrupted')
  end
end
small = {'n_trials', 20, 'eval_trials', 4, 'test_trials', 2, 'quiet', true};
unwind_protect
  spikernn_experiment ('go-nogo', 'callback', 'N', 20, small{:}, 'on_event', @hit);
unwind_protect_cleanup
  record = spikernn_experiment ([], 'callback', 'quiet', true);
  printf ('%s ', record.done{:})
end_unwind_protect
END
"$OCTAVE" --norc --no-history --quiet --path "$BUILD_DIR/octave" callback.m >out 2>err &
ended $!
[ "$(cat out)" = "training evaluation " ] || fail "$(cat out err)"
