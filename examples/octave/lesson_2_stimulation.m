% Lesson 2: does the network need its inhibitory units? The same Go trials, with the same noise,
% without and with light that silences them. model_path: of a model (lesson 1 makes one).
model = load (model_path);
u = zeros (1, 201);
u(51:75) = 1;
control = struct ('mode', 'none');
light = struct ('mode', 'inh', 'dur', [5000 20000], 'units', find (model.inh), 'amplitude_mv', 2);

n = 5;
hz = zeros (n, 2);
highest = zeros (n, 2);
for k = 1:n
  for lit = 0:1
    if (lit), stims = light; else, stims = control; end
    [~, ~, ~, ~, all_fr, out] = LIF_network_fnc (model_path, model.opt_scaling_factor, u, stims, ...
                                                 1, false, 'seed', 1, 'trial', k);
    hz(k, lit + 1) = mean (all_fr(model.inh == 1));
    highest(k, lit + 1) = max (out(10000:end));
  end
end
fprintf ('inhibitory units: %.1f Hz, with light %.1f Hz\n', mean (hz));
fprintf ('highest output: %.2f, with light %.2f\n', mean (highest));
