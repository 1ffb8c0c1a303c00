% In one session with Octave's own files, HDF5 and linear algebra; again and again without leaks.
path = small_model ();
u = go_input ();
none = struct ('mode', 'none');
[W, ~, spk] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);

% Octave's HDF5 and compression, before and after ours
a = struct ('W', W, 'text', 'abc');
for format = {'-hdf5', '-v7', '-v6', '-text', '-zip'}
  save (format{1}, 'a.dat', 'a')
  b = load ('a.dat');
  assert (isequal (b.a, a))
  [again, ~, raster] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);
  assert (isequal (again, W))
  assert (isequal (raster, spk))
end

% a file of level 7.3 is HDF5 in our hands, too
[code, printed] = system ([getenv('PYTHON') ' "' getenv('SOURCE_DIR') ...
                           '/tests/octave/helpers/to_v73.py" ' path ' v73.mat 2>&1']);
assert (code, 0)
assert (isequal (LIF_network_fnc ('v73.mat', 40, u, none, 1, false, 'seed', 1), W))
b = load ('a.dat');
x = eig (W * W');
assert (isreal (x))

% loaded anew, after threads were at work
spikernn_eval (path, 'n_trials', 4, 'threads', 3);
clear all
spikernn_eval ('model.mat', 'n_trials', 4, 'threads', 3);
path = 'model.mat';
u = go_input ();
none = struct ('mode', 'none');
[W, ~, spk] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);
assert (any (spk(:)))

% ~ is the home, as everywhere in Octave
setenv ('HOME', pwd)
assert (isequal (LIF_network_fnc ('~/model.mat', 40, u, none, 1, false), W))

function kb = resident ()
  kb = str2double (regexp (fileread ('/proc/self/status'), 'VmRSS:\s*(\d+)', 'tokens'){1}{1});
end
% 3 MB for each of the traces of a trial: forty leaks would be 120 MB
function use (path, u, none)
  for k = 1:40
    [~, REC, ~, rs] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);
    try
      LIF_network_fnc (path, 1e-30, u, none, 1, false, 'noise', zeros (20, 20000), 'tref_ms', 0);
    end
    try
      LIF_network_fnc (path, 40, u, none, 1, false, 'noise', zeros (20, 20000), 'tref_ms', -1);
    end
  end
end
use (path, u, none)
before = resident ();
use (path, u, none)
assert (resident () - before < 40000)
