% A script written for the published function: six arguments, positional, trial after trial.
% On a trained network, its spiking network does the task.
function correct = is_correct (go, highest)
  correct = (go && highest > 0.7) || (~go && highest < 0.3);
end

rand ('twister', 4)
[model_path, training] = spikernn_train ('go-nogo', 'N', 100, 'seed', 1, 'quiet', true);
assert (training.criterion_reached, 1)
assert (training.eval_perf_mean > 0.95)
search = spikernn_search (model_path, 'scaling_factors', 30:10:60, 'n_trials', 10, 'quiet', true);
load (model_path)
assert (opt_scaling_factor, search.opt_scaling_factor)
scaling_factor = opt_scaling_factor;
use_initial_weights = false;
down_sample = 1;

n_trials = 6;
perfs = zeros (n_trials, 2);
rates = zeros (N, n_trials);
for j = 1:n_trials
  for go = 0:1
    u = zeros (1, 201);
    u(51:75) = go;
    stims = struct ();
    stims.mode = 'none';
    [W, REC, spk, rs, all_fr, out, params] = LIF_network_fnc (model_path, scaling_factor, ...
        u, stims, down_sample, use_initial_weights);
    perfs(j, go + 1) = is_correct (go, max (out(10000:end)));
  end
  rates(:, j) = all_fr;
end
assert (mean (perfs(:)) >= 0.9)

% the outputs belong together, as in the published code
t = params.dt:params.dt:params.T;
assert (numel (t), params.nt)
assert (params.nt, 20000)
assert (size (REC), [double(N) 20000])
assert (size (out), [1 20000])
assert (W, w .* som_m * m / scaling_factor, 1e-15)
assert (out, w_out / scaling_factor * rs, 1e-4 * max (abs (out)))
assert (all_fr, sum (spk(:, 10:end) > 0, 2) / params.T, 1e-12)
assert (all (REC(spk == 1) == 30))
assert (max (REC(spk == 0)) < -40)
assert (params.w_out, w_out)
assert (params.td, (1 ./ (1 + exp (-taus_gaus)) * (taus(2) - taus(1)) + taus(1)) * 5 / 1000, 1e-9)

% every call has noise of its own, the same process
assert (~isequal (rates(:, 1), rates(:, 2)))
means = mean (rates);
assert (std (means) < 0.1 * mean (means))
c = corrcoef (rates(:, 1), rates(:, 2));
assert (c(1, 2) > 0.9)

% ... which Octave's generator repeats, and the seed that params tells
rand ('twister', 4)
[~, ~, ~, ~, ~, a, first] = LIF_network_fnc (model_path, scaling_factor, u, stims, 1, false);
[~, ~, ~, ~, ~, b] = LIF_network_fnc (model_path, scaling_factor, u, stims, 1, false);
rand ('twister', 4)
[~, ~, ~, ~, ~, again] = LIF_network_fnc (model_path, scaling_factor, u, stims, 1, false);
[~, ~, ~, ~, ~, seeded] = LIF_network_fnc (model_path, scaling_factor, u, stims, 1, false, ...
                                           'seed', first.seed);
assert (isequal (a, again))
assert (isequal (a, seeded))
assert (~isequal (a, b))

% stimulation moves the rates its way
stims = struct ('mode', 'inh', 'dur', [1 20000], 'units', 1:N);
[~, ~, spk] = LIF_network_fnc (model_path, scaling_factor, u, stims, 1, false);
assert (sum (spk(:)) < 0.8 * sum (rates(:, 1)) * params.T)
