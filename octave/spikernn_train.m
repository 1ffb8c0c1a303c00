function varargout = spikernn_train (varargin)
  % model_path = spikernn_train (task, OPTIONS...)
  % [model_path, training] = spikernn_train (task, OPTIONS...)
  %
  % Trains a rate network on a task and saves it as a .mat file, whose name is
  % model_path. Ctrl-C saves what has been reached.
  %
  %   task      'go-nogo', 'xor', 'mante', 'dms', 'oscillation', or the path of
  %             your own: my_task.json, ./my_task.so
  %   training  struct: model_path, task, seed, trials (done), criterion_reached,
  %             eval_perf_mean, eval_loss_mean, eval_two_sided_mean, losses
  %             (1 x trials), eval_tr, eval_perf_curve, eval_loss_curve
  %             (1 x evaluations)
  %
  % OPTIONS as names and values or as a struct; they are those of `spikernn train`
  % and have its defaults (docs/options.md):
  %   network   N, P_inh, inh_N, P_rec, som_N, gain, w_dist, no_autapses,
  %             connectivity, balanced, taus_gaus_mean, apply_dale, decay_taus ([4 20], or one),
  %             act ('sigmoid', 'clipped_relu', 'softplus')
  %   training  preset ('standard', 'published', 'robust'), n_trials, batch, lr, learn (a name or
  %             a cell of them), w_gradient, L1_in, L1_rec, L1_out, L2_in,
  %             L2_rec, L2_out, L2_firing_rate, grad_clip, noise, loss_fn, adam,
  %             eval_freq, eval_trials, loss_threshold, perf_threshold, min_trials
  %   task      T, stim_on, stim_dur, delay, eval_amp_thresh, offset, constant,
  %             two_sided
  %   output_dir  the file goes to output_dir/models/TASK/... (default '.')
  %   seed      whole number, 0 to 2^53; left out: drawn from Octave's own rand
  %   threads   0 (default): all processors
  %   quiet     true: no progress on stderr
  %
  % EXAMPLE
  %   model_path = spikernn_train ('go-nogo', 'N', 200, 'seed', 1);
  %
  % See also: spikernn_experiment, spikernn_search, spikernn_eval, LIF_network_fnc
  varargout = spikernn_call ('spikernn_train', nargout, varargin);
end
