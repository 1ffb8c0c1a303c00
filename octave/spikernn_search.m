function varargout = spikernn_search (varargin)
  % result = spikernn_search (model_path, OPTIONS...)
  %
  % Finds the scaling factor with which the spiking network of a model does its
  % task best, and stores it in the file (opt_scaling_factor, all_perfs,
  % scaling_factors); or, with 'conversion', 'operating-point', the operating point
  % of every unit (docs/conversion.md).
  %
  %   result  struct: opt_scaling_factor, scaling_factors, all_perfs,
  %           all_two_sided_perfs, score, loss, mean_rate_hz (1 x n), n_trials,
  %           test_perf, test_two_sided_perf and test_trials (fresh trials of the
  %           best one), conversion, task, seed, stored. Of an operating point:
  %           best (from 1), widening, shot_noise_cost, all_perfs,
  %           all_two_sided_perfs, score, mean_rate_hz (1 x candidates) and the
  %           others but those of lambda. With 'readout', 'ridge': readout_perf and
  %           readout_two_sided_perf, too. two_sided: correct trials whose output is
  %           not beyond the threshold of the other side
  %
  % OPTIONS as names and values or as a struct, as of `spikernn search`:
  %   scaling_factors  vector, > 0 (default 20:5:75; 4:2:26 suits softplus and
  %                    clipped_relu)
  %   n_trials         for each (default 100; an operating point: 50)
  %   fresh_trials     of the best one afterwards (default: n_trials)
  %   criterion        'accuracy', 'margin', 'loss'
  %   refine, racing, again   true or false
  %   conversion, readout     as in LIF_network_fnc
  %   store            false: the file stays as it is (default true). Trials of
  %                    other settings than the file's are never stored
  %   task, T, stim_on, stim_dur, delay, eval_amp_thresh, offset, constant,
  %                    two_sided (default: the file's)
  %   neuron, tref_ms, tm_ms, tr_ms, v_reset_mv, v_peak_mv, bias_mv, noise_mv, v0,
  %   downsample, dt_ms, use_initial_weights, add_b_out, precision
  %                    of the spiking network (docs/options.md)
  %   seed (default 0), threads, quiet
  % Ctrl-C stores the trials done so far, unless the file holds a search of more;
  % an operating point that was not found to the end is not stored.
  %
  % EXAMPLE
  %   result = spikernn_search (model_path, 'refine', true);
  %   plot (result.scaling_factors, result.all_perfs, 'o-')
  %
  % See also: spikernn_experiment, spikernn_train, spikernn_eval, LIF_network_fnc
  varargout = spikernn_call ('spikernn_search', nargout, varargin);
end
