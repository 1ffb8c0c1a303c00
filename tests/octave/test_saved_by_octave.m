% Variables that a script appends to a model's file with Octave's own save.
u = go_input ();
none = struct ('mode', 'none');
path = spikernn_train ('go-nogo', 'N', 20, 'n_trials', 20, 'eval_trials', 2, 'seed', 1, ...
                       'output_dir', 'trained', 'quiet', true);
copyfile (path, 'text.mat')

% docs/octave.md: in level 7 it is read as the file's own
old = save_default_options ('-v7');
scaling_factors = [20 45];
all_perfs = [0.25; 0.75];
opt_scaling_factor = 45;
save (path, 'opt_scaling_factor', 'all_perfs', 'scaling_factors', '-append')
[~, ~, ~, ~, ~, ~, params] = LIF_network_fnc (path, [], u, none, 1, false);
assert (params.scaling_factor, 45)
d = load (path);
assert (d.opt_scaling_factor, 45)
assert (isequal (spikernn_eval (path, 'n_trials', 2).spiking.scaling_factor, 45))

% in Octave's text format, its default, it is an error and not half a file
save_default_options ('-text');
copyfile ('text.mat', 'before.mat')
save ('text.mat', 'opt_scaling_factor', '-append')
try
  LIF_network_fnc ('text.mat', 45, u, none, 1, false);
  failed = 'no';
catch failure
  failed = failure.identifier;
end
assert (failed, 'spikernn:format')

% ... whose repair is in docs/octave.md, too
[code, repaired] = system (['head -c "$(grep -abo ''# name: '' text.mat | head -1 | cut -d: -f1)" ' ...
                            'text.mat > repaired.mat']);
assert (code, 0)
assert (fileread ('repaired.mat'), fileread ('before.mat'))
save_default_options (old);
