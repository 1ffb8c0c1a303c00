% The same seed gives in Octave the bits that the program gives.
path = small_model ('--P_inh 0.4 --som_N 3 --T 110');
lambda = getfield (load (path), 'opt_scaling_factor');

function same_trials (path, lambda, options, stims, downsample, initial, varargin)
  spikernn_program ('simulate', path, '--seed 7 --trial go --n_trials 2 --record all --quiet', ...
                    '--out trials.mat', options);
  file = load ('trials.mat');
  delete ('trials.mat')
  for k = 1:2
    [W, REC, spk, rs, all_fr, out, params] = LIF_network_fnc (path, lambda, file.u(:, :, k), ...
        stims, downsample, initial, 'seed', 7, 'trial', k, varargin{:});
    assert (isequal (W, file.W))
    assert (isequal (REC, file.REC(:, :, k)))
    assert (isequal (spk, file.spk(:, :, k)))
    assert (isequal (rs, file.rs(:, :, k)))
    assert (isequal (all_fr, file.all_fr(:, k)))
    assert (isequal (out, file.out(:, :, k)))
    for name = setdiff(fieldnames (file.params)', {'IPSCs'})
      assert (isequal (params.(name{1}), file.params.(name{1})), name{1})
    end
    assert (isequal (params.IPSCs, file.params.IPSCs(:, :, k)))
    assert (any (spk(:)))
  end
end

none = struct ('mode', 'none');
same_trials (path, lambda, '', none, 1, false)
same_trials (path, [], '', [], [], []) % what the file holds
same_trials (path, 40, '--scaling_factor 40 --precision double --downsample 2', none, 2, false, ...
             'precision', 'double')
same_trials (path, 40, '--scaling_factor 40 --use_initial_weights --add_b_out', none, 1, true, ...
             struct ('add_b_out', true))
same_trials (path, 40, '--scaling_factor 40 --neuron qif --tref_ms 1 --tr_ms 0 --v0 rest', none, ...
             1, false, 'neuron', 'qif', 'tref_ms', 1, 'tr_ms', 0, 'v0', 'rest')
stims = struct ('mode', 'EXC', 'dur', [2000 6000], 'units', [2 5 6 7], 'amplitude_mv', 2);
same_trials (path, 40, ['--scaling_factor 40 --stim_mode exc --stim_window 2000:6000 ' ...
                        '--stim_units 2,5:7 --stim_mv 2'], stims, 1, false)

mask = ismember (1:20, stims.units); % the same units as a mask, in a file of numbers
for given = {mask, double(mask'), uint8(mask)}
  stims.units = given{1};
  same_trials (path, 40, ['--scaling_factor 40 --stim_mode exc --stim_window 2000:6000 ' ...
                          '--stim_units 2,5:7 --stim_mv 2'], stims, 1, false)
end

% fewer outputs are the same ones
all = cell (1, 7);
[all{:}] = LIF_network_fnc (path, 40, go_input (), none, 1, false, 'seed', 7);
for n = 1:7
  some = cell (1, n);
  [some{:}] = LIF_network_fnc (path, 40, go_input (), none, 1, false, 'seed', 7);
  assert (isequal (some, all(1:n)))
end
assert (size (all{7}.IPSCs), [20 20000])

% the same search, with the same mark in the file
copyfile (path, 'other.mat')
spikernn_program ('search other.mat --scaling_factors 25,40,60 --n_trials 5 --seed 3 --quiet --again');
result = spikernn_search (path, 'scaling_factors', [25 40 60], 'n_trials', 5, 'seed', 3, ...
                          'again', true);
ours = load (path);
theirs = load ('other.mat');
assert (isequal (ours, theirs))
assert (result.stored, 1)
assert (isequal (result.all_perfs(:), theirs.all_perfs(:)))
assert (isequal (result.all_two_sided_perfs(:), theirs.all_two_sided_perfs(:)))
assert (result.test_two_sided_perf, theirs.search_test_two_sided_perf)
assert (result.opt_scaling_factor, theirs.opt_scaling_factor)

% the same operating point
copyfile (path, 'other.mat')
spikernn_program ('search other.mat --conversion operating-point --n_trials 4 --seed 2 --quiet');
point = spikernn_search (path, 'conversion', 'operating-point', 'n_trials', 4, 'seed', 2);
ours = load (path);
assert (isequal (ours, load ('other.mat')))
assert (isfield (ours, 'op_gain'))
assert (point.n_trials, 4)
assert (point.test_two_sided_perf, ours.op_two_sided_perf)
assert (~any (point.all_two_sided_perfs > point.all_perfs))
assert (numel (point.mean_rate_hz) >= point.best)
same_trials (path, [], '--conversion operating-point', none, 1, false, ...
             'conversion', 'operating-point')

% the same evaluation
printed = spikernn_program ('eval', path, '--n_trials 6 --seed 5 --json --quiet --scaling_factor 40');
theirs = jsondecode (printed);
ours = spikernn_eval (path, 'n_trials', 6, 'seed', 5, 'scaling_factor', 40);
assert (ours.task, 'go-nogo')
assert (ours.types, {'go', 'nogo'})
assert (ours.outputs, {'response'})
theirs_rules = [theirs.rate.types.rules];
assert (ours.rate.rules.type, [1 2])
assert (ours.rate.rules.rule, {theirs_rules.rule})
assert (ours.rate.rules.rule{1}, 'response goes above 0.7 from 125 ms after onset')
assert (ours.rate.rules.met, [theirs_rules.met])
assert (ours.rate.rules.value_mean, [theirs_rules.value_mean], -1e-9)
tolerance = -1e-9; % relative: the document has 10 digits
assert (ours.rate.accuracy, theirs.rate.accuracy, tolerance)
assert (ours.rate.loss_mean, theirs.rate.loss, tolerance)
assert (ours.spiking.accuracy, theirs.spiking.accuracy, tolerance)
assert (ours.spiking.mean_rate_hz, theirs.spiking.mean_rate_hz, tolerance)
assert (ours.spiking.correct, [theirs.spiking.types.correct])
assert (ours.rate.two_sided_accuracy, theirs.rate.two_sided_accuracy, tolerance)
assert (ours.spiking.two_sided_accuracy, theirs.spiking.two_sided_accuracy, tolerance)
assert (ours.spiking.two_sided ./ ours.spiking.n, [theirs.spiking.types.two_sided_accuracy], ...
        tolerance)
rate_only = spikernn_eval (path, struct ('n_trials', 6, 'network', 'rate'), 'seed', 5);
assert (isequal (rate_only.rate, ours.rate))
assert (~isfield (rate_only, 'spiking'))

% the same training, by names and values or by a struct; the presets, too
function same_training (path, text, task, varargin)
  spikernn_program ('train --quiet --n_trials 30 --eval_trials 4 --N 16 --seed 9', ...
                    '--output_dir theirs --task', task, text);
  [~, found] = system ('find theirs -name "*.mat"');
  theirs = load (strtrim (found));
  confirm_recursive_rmdir (false, 'local');
  rmdir ('theirs', 's');
  [file, record] = spikernn_train (task, varargin{:}, 'n_trials', 30, 'eval_trials', 4, 'N', 16, ...
                                   'seed', 9, 'output_dir', 'ours', 'quiet', true);
  assert (isequal (load (file), theirs))
  assert (record.model_path, file)
  assert (record.trials, 30)
  assert (isequal (record.losses(:), theirs.losses(:)))
  assert (record.seed, 9)
end
same_training (path, '', 'go-nogo')
same_training (path, '--act softplus --decay_taus 4 10 --preset robust --gain 1.2 --T 150', 'go-nogo', ...
               struct ('act', 'softplus', 'decay_taus', [4 10], 'preset', 'robust', 'gain', 1.2), ...
               'T', 150)
same_training (path, '--apply_dale False --decay_taus 7 --learn w,w_out,w_in --lr 0.02', 'xor', ...
               'apply_dale', false, 'decay_taus', 7, 'learn', {'w', 'w_out', 'w_in'}, 'lr', 0.02)
same_training (path, '--preset robust', 'dms', 'preset', 'robust')
same_training (path, '--two_sided 1', 'xor', 'two_sided', 1)
