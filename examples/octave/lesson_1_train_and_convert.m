% Lesson 1: train a rate network on the Go-NoGo task, find the scaling factor of its spiking twin,
% and look at one trial of each type: the workflow of Kim, Li & Sejnowski (2019) in one script.
% `make octave` builds the functions; addpath build/octave makes them known.
if (~exist ('n_trials', 'var'))
  n_trials = 6000; % at most
end
[model_path, training] = spikernn_train ('go-nogo', 'N', 100, 'n_trials', n_trials, 'seed', 1);
fprintf ('%s\n%d trials, accuracy %.2f\n', model_path, training.trials, training.eval_perf_mean);

search = spikernn_search (model_path, 'scaling_factors', 20:10:60, 'n_trials', 20);
fprintf ('lambda %g: accuracy %.2f\n', [search.scaling_factors; search.all_perfs]);

evaluation = spikernn_eval (model_path, 'n_trials', 20);
fprintf ('rate network %.2f, spiking network %.2f correct, %.1f Hz\n', evaluation.rate.accuracy, ...
         evaluation.spiking.accuracy, evaluation.spiking.mean_rate_hz);

stims = struct ('mode', 'none');
types = {'nogo', 'go'};
outs = cell (1, 2);
rasters = cell (1, 2);
for k = 1:2
  u = zeros (1, 201);
  u(51:75) = k - 1; % 1: Go
  [W, REC, spk, rs, all_fr, out, params] = ...
      LIF_network_fnc (model_path, search.opt_scaling_factor, u, stims, 1, false, 'seed', 1);
  fprintf ('%s: %d spikes, highest output %.3f\n', types{k}, sum (spk(:)), max (out(10000:end)));
  outs{k} = out;
  rasters{k} = spk;
end

% the figure, where there is a display
if (~isempty (getenv ('DISPLAY')) || ispc () || ismac ())
  t = (1:params.nt) * params.dt;
  for k = 1:2
    subplot (2, 2, k)
    [unit, step] = find (rasters{k});
    plot (t(step), unit, 'k.', 'markersize', 3)
    title (types{k})
    ylabel ('unit')
    subplot (2, 2, 2 + k)
    plot (t, outs{k})
    xlabel ('time (s)')
    ylabel ('output')
  end
end
