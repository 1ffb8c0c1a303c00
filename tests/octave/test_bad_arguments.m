% Whatever is wrong becomes one sentence, and the session goes on as if nothing had been.
path = small_model ();
u = go_input ();
none = struct ('mode', 'none');
first = cell (1, 7);
[first{:}] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);

function refused (identifier, words, fn, varargin)
  try
    fn (varargin{:});
  catch failure
    if (~strcmp (failure.identifier, ['spikernn:' identifier]) || ...
        isempty (strfind (failure.message, words)))
      error ('"%s" (%s); expected "%s"', failure.message, failure.identifier, words)
    end
    return
  end
  error ('accepted; expected "%s"', words)
end
lif = @(varargin) refused (varargin{1:2}, @LIF_network_fnc, varargin{3:end});
stim = @(words, stims) refused ('argument', words, @LIF_network_fnc, path, 40, u, stims, 1, false);
option = @(words, varargin) refused ('argument', words, @LIF_network_fnc, path, 40, u, none, 1, ...
                                     false, varargin{:});

lif ('argument', 'LIF_network_fnc has 0 arguments')
lif ('argument', 'LIF_network_fnc has 2 arguments', path, 40)
lif ('argument', 'model_path is a 1 x 1 double; expected a row of text', 3, 40, u)
lif ('argument', 'model_path is empty', '', 40, u)
lif ('argument', 'model_path is a 1 x 1 cell', {path}, 40, u)
lif ('argument', 'model_path is a 2 x 3 char', ['abc'; 'def'], 40, u)
lif ('argument', 'model_path holds a character that is no text', ['a' char(0) 'b'], 40, u)
lif ('file', 'nowhere.mat cannot be opened', 'nowhere.mat', 40, u)
lif ('format', [getenv('SOURCE_DIR') '/README.md'], [getenv('SOURCE_DIR') '/README.md'], 40, u)
lif ('argument', 'scaling_factor is -1; expected a number above 0', path, -1, u)
lif ('argument', 'scaling_factor is NaN; expected a number above 0', path, NaN, u)
lif ('argument', 'scaling_factor is inf', path, Inf, u)
lif ('argument', 'scaling_factor is a 1 x 2 double; expected one number', path, [40 50], u)
lif ('argument', 'scaling_factor is complex', path, 40 + 1i, u)
lif ('argument', 'u is empty', path, 40, [])
lif ('argument', 'u is a 201 x 1 double; expected 1 x C', path, 40, u')
lif ('argument', 'u is a 2 x 201 double; expected 1 x C', path, 40, [u; u])
lif ('argument', 'u is a double with 3 dimensions', path, 40, zeros (1, 201, 2))
lif ('argument', 'u is sparse', path, 40, sparse (u))
lif ('argument', 'u is complex', path, 40, u * 1i)
lif ('argument', 'u is a 1 x 1 cell', path, 40, {u})
lif ('argument', 'u is a 1 x 5 char', path, 40, 'input')
lif ('argument', 'u is a 1 x 1 struct', path, 40, struct ('u', u))
lif ('argument', 'u is a 1 x 1 function_handle', path, 40, @sin)
lif ('argument', 'u has nan in column 7', path, 40, [zeros(1, 6) NaN u])
lif ('argument', 'u has -inf in column 1', path, 40, [-Inf u])
lif ('argument', 'u has 1e+300 in column 2', path, 40, [0 1e300 u])
lif ('argument', 'the input has 1 columns; expected downsample + 1 = 2', path, 40, 1)
lif ('argument', 'downsample is 0; expected 1 or more', path, 40, u, none, 0)
lif ('argument', 'downsample is ''1.5''; expected a whole number', path, 40, u, none, 1.5)
short = [zeros(1, 50) ones(1, 10) zeros(1, 141)];
lif ('argument', 'the stimulus of input channel 1 in steps 50 to 59 lies between', path, 40, short, none, 20)
lif ('argument', 'use_initial_weights is 2; expected true or false', path, 40, u, none, 1, 2)
lif ('argument', 'use_initial_weights is a 1 x 4 char', path, 40, u, none, 1, 'true')
lif ('argument', 'an operating point has none', path, 40, u, none, 1, false, ...
     'conversion', 'operating-point')
lif ('argument', 'the network has no operating point', path, [], u, none, 1, false, ...
     'conversion', 'operating-point')
lif ('argument', 'the network has no refitted readout', path, 40, u, none, 1, false, ...
     'readout', 'ridge')

stim ('stims is a 1 x 4 char; expected a struct', 'none')
stim ('stims is a 1 x 2 struct', struct ('mode', {'exc', 'inh'}))
stim ('stims has no field mode', struct ())
stim ('stims.mode is ''excite''; expected ''none'', ''exc'' or ''inh''', struct ('mode', 'excite'))
stim ('stims.mode is a 1 x 1 double', struct ('mode', 1))
stim ('stims has no field dur', struct ('mode', 'exc'))
stim ('stims has no field units', struct ('mode', 'exc', 'dur', [1 9]))
stim ('stims.dur is of length 1', struct ('mode', 'exc', 'dur', 1, 'units', 1))
stim ('stims.dur has nan', struct ('mode', 'exc', 'dur', [1 NaN], 'units', 1))
stim ('stims.dur has 1e+300', struct ('mode', 'exc', 'dur', [1 1e300], 'units', 1))
stim ('stimulation.on is 9', struct ('mode', 'exc', 'dur', [9 1], 'units', 1))
stim ('stims.units is empty', struct ('mode', 'exc', 'dur', [1 9], 'units', []))
stim ('stims.units has 0; expected units from 1 to 20', struct ('mode', 'exc', 'dur', [1 9], 'units', 0))
stim ('stims.units has 21', struct ('mode', 'inh', 'dur', [1 9], 'units', [1 21]))
stim ('stims.units has 1.5', struct ('mode', 'inh', 'dur', [1 9], 'units', 1.5))
stim ('stims.units has nan', struct ('mode', 'inh', 'dur', [1 9], 'units', NaN))
stim ('stims.units is a 1 x 2 cell', struct ('mode', 'inh', 'dur', [1 9], 'units', {{1, 2}}))
stim ('there are no units', struct ('mode', 'inh', 'dur', [1 9], 'units', false (20, 1)))
stim ('stims.units has 0', struct ('mode', 'inh', 'dur', [1 9], 'units', false (19, 1)))
stim ('stimulation.probability is 2', ...
      struct ('mode', 'inh', 'dur', [1 9], 'units', 1, 'probability', 2))

option ('the option ''sed'' of LIF_network_fnc is unknown; expected one of seed', 'sed', 1)
option ('the option ''seed'' has no value', 'seed')
option ('an option''s name is a 1 x 1 double', 7)
option ('the struct of options is a 1 x 2 struct', struct ('seed', {1, 2}))
option ('the option ''sed'' of LIF_network_fnc is unknown', struct ('sed', 1))
option ('seed is -1; expected 0 or more', 'seed', -1)
option ('seed is ''0.5''', 'seed', 0.5)
option ('seed is ''1e+17''; expected a whole number', 'seed', 1e17)
option ('trial is 0; expected 1 or more', 'trial', 0)
option ('threads is 5000', 'threads', 5000)
option ('tref_ms is -1; expected 0 or more', 'tref_ms', -1)
option ('tm_ms is empty; expected a number', 'tm_ms', [])
option ('neuron is ''hh''; expected lif or qif', 'neuron', 'hh')
option ('v0 is ''high''; expected uniform, reset or rest', 'v0', 'high')
option ('v0 is a 3 x 1 double; expected 20 x 1', 'v0', zeros (3, 1))
option ('v0 has nan in column 1', 'v0', NaN (20, 1))
option ('noise is a 20 x 3 double; expected 20 x 20000', 'noise', zeros (20, 3))
option ('coin is a 20000 x 1 double; expected 1 x 20000', 'coin', zeros (20000, 1))

train = @(words, varargin) refused ('argument', words, @spikernn_train, varargin{:});
train ('the task is missing')
train ('task is a 1 x 1 double', 1)
train ('go-nogo', 'go-nogoo', 'quiet', true)
train ('N is 0; expected', 'go-nogo', 'N', 0)
train ('N is ''2.5''; expected a whole number', 'go-nogo', 'N', 2.5)
train ('decay_taus is ''1,2,3''; expected at most 2 numbers', 'go-nogo', 'decay_taus', [1 2 3])
train ('act is ''tanh''; expected sigmoid, clipped_relu or softplus', 'go-nogo', 'act', 'tanh')
train ('learn is ''tau''', 'go-nogo', 'learn', {'w', 'tau'})
train ('T is -5; expected 2 or more', 'go-nogo', 'T', -5)
train ('delay is 10, but the task ''go-nogo'' has none', 'go-nogo', 'delay', 10)
train ('lr is 0', 'go-nogo', 'lr', 0)
refused ('file', '/proc/nowhere', @spikernn_train, 'go-nogo', 'output_dir', '/proc/nowhere')
refused ('file', 'nowhere.mat', @spikernn_train, 'go-nogo', 'connectivity', 'nowhere.mat')

search = @(words, varargin) refused ('argument', words, @spikernn_search, varargin{:});
before = load (path);
search ('model_path is missing')
search ('scaling_factors is ''30,-1'', which holds -1; expected numbers above 0', path, 'scaling_factors', [30 -1])
search ('scaling_factors is empty', path, 'scaling_factors', [])
search ('n_trials is 0; expected 1 or more', path, 'n_trials', 0)
search ('criterion is ''best''', path, 'criterion', 'best')
refused ('file', 'nowhere.mat', @spikernn_search, 'nowhere.mat')
other = spikernn_search (path, 'n_trials', 2, 'scaling_factors', 30, 'stim_dur', 30);
assert (other.stored, 0) % not the trials that it was trained on
kept = spikernn_search (path, 'n_trials', 2, 'scaling_factors', 30, 'store', false);
assert (kept.stored, 0)
assert (isequal (load (path), before))

refused ('argument', 'n_trials is 0', @spikernn_eval, path, 'n_trials', 0)
refused ('argument', 'network is ''all''', @spikernn_eval, path, 'network', 'all')
refused ('file', 'nowhere.mat', @spikernn_eval, 'nowhere.mat')
refused ('argument', 'task is empty', @spikernn_eval, path, 'task', '')

% a file's own task is never a path that is opened
untrusted = load (path);
untrusted.task = 'mine.json';
copyfile ([getenv('SOURCE_DIR') '/tasks/go_nogo.json'], 'mine.json');
save ('-v7', 'untrusted.mat', '-struct', 'untrusted');
words = '''mine.json'', which is not a built-in task';
refused ('argument', words, @spikernn_eval, 'untrusted.mat')
refused ('argument', words, @spikernn_search, 'untrusted.mat')

last = cell (1, 7);
[last{:}] = LIF_network_fnc (path, 40, u, none, 1, false, 'seed', 1);
assert (isequal (first, last))

% other classes of numbers are numbers
function out = LIF_out (path, u)
  [~, ~, ~, ~, ~, out] = LIF_network_fnc (path, single (40), u, struct ('mode', 'none'), ...
                                          int32 (1), 0, 'seed', uint64 (1));
end
single_u = LIF_out (path, single (u));
assert (isequal (single_u, first{6}))
assert (isequal (LIF_out (path, logical (u)), first{6}))
assert (isequal (LIF_out (path, int8 (u)), first{6}))
