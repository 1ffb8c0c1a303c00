% LIF_network_fnc against stored results of an independent implementation in double precision: the
% cases of tests/golden/golden_lif.mat, with its start voltages, its noise and its coin.
golden = load ([getenv('SOURCE_DIR') '/tests/golden/golden_lif.mat']);

function near (name, got, expected, tolerance)
  assert (size (got), size (expected))
  difference = max (abs (got(:) - expected(:)));
  if (~(difference <= tolerance))
    error ('%s is off by %g; expected at most %g', name, difference, tolerance)
  end
end

checked = 0;
for k = 1:12
  prefix = sprintf ('l%02d_', k);
  g = struct ();
  for name = fieldnames(golden)'
    if (strncmp (name{1}, prefix, numel (prefix)))
      g.(name{1}(numel (prefix) + 1:end)) = golden.(name{1});
    end
  end

  model = struct ('w', g.w, 'w0', g.w, 'N', g.N, 'm', g.m, 'som_m', g.som_m, 'w_in', g.w_in, ...
                  'w_out', g.w_out, 'inh', g.inh, 'exc', 1 - g.inh, 'taus_gaus', g.taus_gaus, ...
                  'taus_gaus0', g.taus_gaus, 'taus', g.taus, 'som_N', g.som_N);
  path = [prefix 'model.mat'];
  save ('-v7', path, '-struct', 'model')

  modes = {'none', 'exc', 'inh'};
  neurons = {'lif', 'qif'};
  stims = struct ('mode', modes{g.stim_mode + 1}, 'dur', g.stim_dur, 'units', g.stim_units);
  options = struct ('neuron', neurons{g.qif + 1}, 'tref_ms', 1e3 * g.tref, 'tm_ms', 1e3 * g.tm, ...
                    'tr_ms', 1e3 * g.tr, 'v_reset_mv', g.vreset, 'v_peak_mv', g.vpeak, ...
                    'bias_mv', g.bias, 'v0', g.v0, 'noise', g.noise);
  if (g.stim_mode > 0)
    options.coin = g.stim_bern;
  end

  for precision = {'float', 'double'}
    % in float as close as tests/golden/test_golden_lif.c says
    exact = strcmp (precision{1}, 'double');
    mv = 1e-9 * exact + (5e-3 + 0.095 * g.qif) * ~exact;
    relative = 1e-11 * exact + 3e-4 * ~exact;
    options.precision = precision{1};
    [W, REC, spk, rs, all_fr, out, params] = ...
        LIF_network_fnc (path, g.lambda, g.u, stims, g.downsample, false, options);
    columns = g.sample_cols;
    near ('W', W, g.W, 1e-15)
    assert (spk, double (g.spk))
    near ('REC', REC(:, columns), g.REC_s, mv)
    near ('rs', rs(:, columns), g.rs_s, relative * max (abs (g.rs_s(:))))
    near ('IPSCs', params.IPSCs(:, columns), g.IPSC_s, relative * max (abs (g.IPSC_s(:))))
    near ('all_fr', all_fr, g.all_fr, 1e-12)
    near ('out', out, g.out, relative * max (abs (g.out(:))))
    near ('dt', params.dt, g.dt, 1e-15)
    near ('T', params.T, g.T, 1e-12)
    near ('td', params.td, g.td, 1e-7) % taus_gaus is kept in float
    near ('td0', params.td0, g.td, 1e-7)
    near ('w_out', params.w_out, g.w_out, 0)
    assert (params.nt, g.nt)
    checked++;
  end
end
assert (checked, 24)
