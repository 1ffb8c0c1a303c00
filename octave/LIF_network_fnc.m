function varargout = LIF_network_fnc (varargin)
  % [W, REC, spk, rs, all_fr, out, params] = LIF_network_fnc (model_path, ...
  %     scaling_factor, u, stims, downsample, use_initial_weights, OPTIONS...)
  %
  % One trial of the spiking network of a trained rate network: the function of
  % Kim, Li & Sejnowski (PNAS 2019), with its arguments and its outputs. Only
  % what is asked for is recorded: fewer outputs take less memory.
  %
  % INPUT
  %   model_path           trained model, a .mat (or .pth) file
  %   scaling_factor       lambda, by which the weights are divided, > 0;
  %                        []: the network that the file holds: its
  %                        opt_scaling_factor, or its operating point where that
  %                        was better on fresh trials
  %   u                    input, n_in x C, a column every 5 ms
  %   stims                struct of a stimulation, counted from 1 all of it:
  %                          mode   'none', 'exc' (raises v), 'inh' (lowers it)
  %                          dur    [on off]: steps on ... off - 1 of the simulation
  %                          units  vector of units, or N truths: logical, or 0 and 1
  %                        and, as an addition, probability (of a stimulus at a
  %                        step, default 0.5) and amplitude_mv (default 0.5).
  %                        [] or left out: none
  %   downsample           every downsample-th column of u, in steps of
  %                        0.05 ms x downsample; [] or left out: 1
  %   use_initial_weights  true: w0, the weights before training; [] or left out:
  %                        false
  %
  % OUTPUT (N units; nt = (C - 1) * 100 steps where downsample is 1)
  %   W       N x N     weights / lambda, W(post, pre)
  %   REC     N x nt    membrane voltage, mV; 30 where spiking
  %   spk     N x nt    1 where spiking, else 0
  %   rs      N x nt    filtered spike trains
  %   all_fr  N x 1     spikes from the 10th step on / T, Hz
  %   out     n_out x nt  output
  %   params  struct: dt, T (s), nt, w_out (n_out x N, undivided), td, td0
  %           (N x 1, s: synaptic decay after and before training), IPSCs
  %           (N x nt); and, as additions, w_in, bias (mV), b_out, conversion,
  %           scaling_factor, seed and trial
  %
  % OPTIONS after the six arguments, as names and values or as a struct:
  %   seed         whole number, 0 to 2^53; the same seed, the same trial, bit by
  %                bit, as in `spikernn simulate`. Left out: drawn from Octave's
  %                own rand, so that each call differs, and rand ('twister', s)
  %                before a script repeats it all. params.seed has it
  %   trial        which trial of that seed, from 1 (default 1)
  %   conversion   'scaling-factor' or 'operating-point' (scaling_factor is [])
  %   readout      'trained' or 'ridge', the refitted output weights
  %   neuron       'lif' or 'qif'
  %   tref_ms, tm_ms, tr_ms, v_reset_mv, v_peak_mv, bias_mv, noise_mv
  %   v0           'uniform', 'reset', 'rest', or N x 1 voltages
  %   dt_ms        step of the simulation, 0.05 x downsample; downsample and
  %                use_initial_weights can be given by name, too
  %   add_b_out    true: b_out is added to out
  %   precision    'float' (default) or 'double'
  %   noise        N x nt, mV, added at every step instead of the drawn one
  %   coin         1 x nt, 1 where stims acts, instead of the drawn one
  %   threads, quiet
  % docs/simulation.md has the equations, docs/options.md ranges and defaults.
  %
  % EXAMPLE
  %   u = zeros (1, 201);  u(51:75) = 1;            % a Go trial
  %   stims = struct ('mode', 'none');
  %   [W, REC, spk, rs, all_fr, out, params] = ...
  %       LIF_network_fnc ('model.mat', 50, u, stims, 1, false, 'seed', 1);
  %   plot ((1:params.nt) * params.dt, out)
  %
  % See also: spikernn_experiment, spikernn_train, spikernn_search, spikernn_eval
  varargout = spikernn_call ('LIF_network_fnc', nargout, varargin);
end
