% An experiment from Octave is that of the program, in the same folder; its events, and what ends it.
small = struct ('N', 20, 'seed', 5, 'n_trials', 40, 'eval_trials', 4, 'search_trials', 3, ...
                'test_trials', 2, 'threads', 1, 'quiet', true);
whole = small;
whole.scaling_factors = [30 40 50];
whole.search_anyway = true;
whole.noise_curve = [0 0.2];
whole.analyses = 'components';

function keep (event)
  global events
  events{end + 1} = event;
end
function burst (event)
  error ('mine:long_identifier_of_a_function_that_draws', 'no %s please', event.stage)
end
function again = look_at (event)
  global looked
  if (strcmp (event.kind, 'done') && strcmp (event.stage, 'training'))
    looked = spikernn_eval ('looked/model.mat', 'network', 'rate', 'n_trials', 2, 'quiet', true);
    try
      spikernn_eval ('nowhere.mat')
    end
  end
end
function failure = refused (words, varargin)
  try
    spikernn_experiment (varargin{:});
  catch failure
    if (isempty (strfind (failure.message, words)))
      error ('"%s"; expected "%s"', failure.message, words)
    end
    return
  end
  error ('accepted; expected "%s"', words)
end

% the program's numbers and decisions, and its events
global events looked
events = {};
record = spikernn_experiment ('go-nogo', 'ours', whole, 'on_event', @keep);
spikernn_program ('run go-nogo --N 20 --seed 5 --n_trials 40 --eval_trials 4 --search_trials 3', ...
                  '--test_trials 2 --scaling_factors 30:50:10 --search_anyway --figures none --noise_curve=0,0.2 --analyses components', ...
                  '--output_dir theirs --quiet >/dev/null 2>&1 || [ $? = 3 ]');
theirs = jsondecode (fileread ('theirs/summary.json'));
assert (record.options, theirs.options)
assert (record.search.table, theirs.search.table, -1e-9)
assert (record.evaluation.spiking.correct, theirs.evaluation.spiking.correct)
assert (record.done, theirs.done)
assert ([record.noise_curve.noise_mv], [0 0.1 0.2])
assert (record.noise_curve, theirs.noise_curve)
assert (record.components, theirs.components)
assert (record.network, theirs.network)
assert (record.training.criterion_reached, false)
assert (isequal (record.readout, []))
model = load ('ours/model.mat');
assert (isequal (model, load ('theirs/model.mat')))
stages = {};
for e = events
  if (strcmp (e{1}.kind, 'done'))
    stages{end + 1} = e{1}.stage;
  end
end
assert (stages, {'training', 'search', 'evaluation', 'diagnosis', 'noise curve', 'observation', 'components'})
assert (events{1}.kind, 'begun')
assert (events{1}.result, '')
assert (events{2}.result.trials, 40)
assert (events{3}.code, 'not_learned')
assert (isempty (strfind (events{3}.sentence, '--')))

% run again, it is kept; by the folder alone, and printed
printed = evalc ('again = spikernn_experiment ([], ''ours'');');
assert (again.evaluation, record.evaluation, -1e-9) % summary.json has 10 digits
assert (again.options.search_anyway, true)
lines = strsplit (strtrim (printed), "\n");
reasons = record.diagnosis;
assert (numel (lines), 7 + numel (reasons))
assert (numel (reasons) > 0 && ~isempty (strfind (lines{6}, '  The rate network did not learn')))
assert (lines(end-1:end), {'noise curve: kept', 'components: kept'})
assert (strncmp (lines{1}, 'training: kept, accuracy 0.', 27))
assert (lines{2}, events{3}.sentence)
assert (~isempty (regexp (lines{4}, '^evaluation: kept, rate [01]\.\d\d, spiking [01]\.\d\d$')))
assert (evalc ('spikernn_experiment ([], ''theirs'', ''quiet'', true);'), '')

% what a callback raises ends the experiment, which goes on
failure = refused ('no training please', 'go-nogo', 'stopped', whole, 'on_event', @burst);
assert (failure.identifier, 'mine:long_identifier_of_a_function_that_draws')
events = {};
after = spikernn_experiment ('go-nogo', 'stopped', whole, 'on_event', @keep);
assert (after.evaluation, record.evaluation)
words = 'not the shape of an event';
refused (words, [], 'ours', 'on_event', @(event) error (words));
refused ('undefined', [], 'ours', 'on_event', @(event) not_a_function_of_anyone (event));

% a callback may make calls; one that fails ends itself alone
record = spikernn_experiment ('go-nogo', 'looked', small, 'on_event', @look_at);
assert (looked.rate.accuracy >= 0)
assert (record.evaluation.spiking, [])
assert (numel (record.options.decay_taus), 2)

% without a seed each is another one; rand repeats them, and the folder has its own
small = rmfield (small, 'seed');
rand ('twister', 3)
first = spikernn_experiment ('go-nogo', 'first', small);
second = spikernn_experiment ('go-nogo', 'second', small);
assert (first.seed ~= second.seed)
rand ('twister', 3)
third = spikernn_experiment ('go-nogo', 'third', small);
assert (third.seed, first.seed)
rand ('twister', 7)
again = spikernn_experiment ('go-nogo', 'second', small);
assert (again.seed, second.seed)

refused ('the task is missing; expected a task and a folder');
refused ('the folder is missing', 'go-nogo');
refused ('folder is a 1 x 1 double', 'go-nogo', 3);
refused ('task is missing', [], 'nobody');
refused ('go-nogoo', 'go-nogoo', 'nobody');
refused ('the task is given twice', 'xor', 'nobody', 'task', 'go-nogo');
refused ('on_event is a 1 x 1 double; expected a function', 'xor', 'nobody', 'on_event', 1);
refused ('N is 0; expected', 'xor', 'nobody', 'N', 0);
refused ('the option ''M'' of spikernn_experiment is unknown; expected one of seed', 'xor', 'nobody', 'M', 1);
failure = refused ('ours holds a run with lr 0.01, not 0.02', [], 'ours', 'lr', 0.02);
assert (failure.identifier, 'spikernn:argument')
assert (~exist ('nobody', 'dir'))
failure = refused ('/proc/nobody', 'xor', '/proc/nobody', small);
assert (failure.identifier, 'spikernn:file')
