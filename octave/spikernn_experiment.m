function record = spikernn_experiment (varargin)
  % record = spikernn_experiment (task, folder, OPTIONS...)
  %
  % Everything about one network in one folder, as `spikernn run` does it: trains it,
  % finds its spiking network, evaluates both on fresh trials, and says why the spiking
  % network may fail (docs/experiment.md). The folder gets model.mat, model.pth and
  % summary.json; `spikernn report FOLDER` draws figures and a page.
  %
  % The same call goes on where it ended: after Ctrl-C, an error or a crash. Stages that
  % were finished are kept, and an interrupted training gives the same bits as in one go.
  %
  %   task    'go-nogo', 'xor', 'mante', 'dms', 'oscillation', or the path of your own:
  %           my_task.json, ./my_task.so; []: that of the folder
  %   folder  is made; in one that holds an experiment, options left out are those of the
  %           experiment, its seed too
  %   record  struct, as in summary.json: task, seed, options, training (with
  %           criterion_reached), network, search, operating_point, readout,
  %           evaluation, diagnosis, noise_curve, components, model (path); [] where there is none
  %
  % OPTIONS as names and values or as a struct; docs/options.md has units and defaults:
  %   on_event   a function of one struct, in the place of the lines that are printed:
  %                kind      'begun', 'done', 'kept' (done by an earlier call), 'decided'
  %                stage     'training', 'search', 'operating point', 'readout',
  %                          'evaluation', 'diagnosis', 'noise curve',
  %                          'observation', 'components'
  %                code, sentence  of what was decided, and why
  %                result    of a stage that is done or kept, as the record has it
  %              What it raises ends the experiment, which can go on later
  %   network    N, P_inh, inh_N, P_rec, som_N, gain, w_dist, no_autapses,
  %              connectivity, balanced, taus_gaus_mean, apply_dale, decay_taus, act
  %   training   preset, n_trials, batch, lr, learn, w_gradient, L1_in, L1_rec, L1_out,
  %              L2_in, L2_rec, L2_out, L2_firing_rate, grad_clip, noise, loss_fn, adam,
  %              eval_freq, eval_trials, loss_threshold, perf_threshold, min_trials,
  %              checkpoint_every
  %   task       T, stim_on, stim_dur, delay, eval_amp_thresh, offset, constant,
  %              two_sided
  %   search     scaling_factors, search_trials, fresh_trials, criterion, refine,
  %              racing, conversion, readout, search_anyway (convert a network that
  %              did not reach its criterion, too)
  %   spiking    neuron, tref_ms, tm_ms, tr_ms, v_reset_mv, v_peak_mv, bias_mv,
  %              noise_mv, v0, downsample, dt_ms, use_initial_weights, add_b_out,
  %              precision
  %   evaluation test_trials (of each type), diagnose, noise_curve, analyses
  %   seed       whole number, 0 to 2^53; left out: drawn from Octave's own rand
  %   threads, quiet (no progress, and no events printed)
  %
  % EXAMPLE
  %   record = spikernn_experiment ('go-nogo', 'runs/first', 'N', 200, 'seed', 1);
  %   record.evaluation.spiking.accuracy
  %
  % See also: spikernn_train, spikernn_search, spikernn_eval, LIF_network_fnc
  if (~exist ('jsondecode'))
    error ('spikernn:argument', 'spikernn_experiment needs jsondecode, which Octave 7 and MATLAB R2016b have')
  end
  text = spikernn_call ('spikernn_experiment', 1, [{@receive} varargin]);
  record = jsondecode (text{1});
end

% An event for the user's function, or to print; what goes wrong becomes the result, since no error
% may pass through the library.
function failure = receive (on_event, event)
  failure = [];
  try
    if (~isempty (event.result))
      event.result = jsondecode (event.result);
    end
    if (isempty (on_event))
      show (event)
    else
      on_event (event);
    end
  catch wrong
    failure = struct ('identifier', wrong.identifier, 'message', wrong.message);
  end
end

function show (event)
  switch event.kind
    case 'decided'
      fprintf ('%s\n', event.sentence)
    case {'done', 'kept'}
      fprintf ('%s: %s%s\n', event.stage, event.kind, accuracies (event.result))
      if (strcmp (event.stage, 'diagnosis'))
        show_reasons (event.result)
      end
  end
end

function show_reasons (reasons)
  if (isstruct (reasons))
    reasons = num2cell (reasons);
  end
  for k = 1:numel (reasons)
    fprintf ('  %s\n', reasons{k}.sentence)
  end
end

function text = accuracies (result)
  text = '';
  if (isfield (result, 'accuracy') && isscalar (result))
    text = sprintf ('%s, accuracy %.2f', text, result.accuracy);
  end
  for name = {'fresh', 'rate', 'spiking'}
    if (isfield (result, name{1}) && isfield (result.(name{1}), 'accuracy'))
      text = sprintf ('%s, %s %.2f', text, name{1}, result.(name{1}).accuracy);
    end
  end
end
