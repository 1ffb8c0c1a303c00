function varargout = spikernn_eval (varargin)
  % result = spikernn_eval (model_path, OPTIONS...)
  %
  % The rate network and the spiking network of a model on the same fresh trials.
  %
  %   result  struct: task, seed, types and outputs (cells of names) and
  %     rate     struct: accuracy, two_sided_accuracy, loss_mean; of each type
  %              (1 x types) n, correct, two_sided (correct trials whose output is
  %              not beyond the threshold of the other side), value_mean, value_sd
  %              (of what the criterion looks at)
  %     spiking  struct: accuracy, two_sided_accuracy, conversion, scaling_factor,
  %              mean_rate_hz; of each type n, correct, two_sided, value_mean,
  %              value_sd, exc_hz, pv_hz, som_hz
  %     In both rules, of each rule that a correct trial keeps: type (index into types),
  %     rule (in words), n, met (trials), value_mean, value_sd
  %
  % OPTIONS as names and values or as a struct, as of `spikernn eval`:
  %   n_trials        of each type (default 100)
  %   scaling_factor  lambda (default: as LIF_network_fnc with [])
  %   network         'both', or 'rate': the rate network alone
  %   conversion, readout, neuron, tref_ms, tm_ms, tr_ms, v_reset_mv, v_peak_mv,
  %   bias_mv, noise_mv, v0, downsample, dt_ms, use_initial_weights, add_b_out,
  %   precision, stims
  %                   of the spiking network, as in LIF_network_fnc
  %   task, T, stim_on, stim_dur, delay, eval_amp_thresh, offset, constant,
  %                   two_sided (default: the file's)
  %   seed (default 0), threads, quiet
  %
  % EXAMPLE
  %   result = spikernn_eval (model_path, 'n_trials', 200);
  %   fprintf ('%.3f of %s\n', result.spiking.accuracy, result.task)
  %
  % See also: spikernn_experiment, spikernn_train, spikernn_search, LIF_network_fnc
  varargout = spikernn_call ('spikernn_eval', nargout, varargin);
end
