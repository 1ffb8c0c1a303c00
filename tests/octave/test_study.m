% A study from Octave is that of the program, in the same folder.
function failure = refused (words, varargin)
  try
    spikernn_study (varargin{:});
  catch failure
    if (isempty (strfind (failure.message, words)))
      error ('"%s"; expected "%s"', failure.message, words)
    end
    return
  end
  error ('accepted; expected "%s"', words)
end
function write (name, text)
  file = fopen (name, 'w');
  fputs (file, text);
  fclose (file);
end

study = ['{ "study": "tiny", "about": "what a test needs", "task": "go-nogo",\n' ...
         '"options": {"N": 12, "T": 60, "stim_on": 10, "stim_dur": 10, "n_trials": 40, "eval_trials": 4,\n' ...
         '"eval_freq": 10, "min_trials": 0, "loss_threshold": 1000, "perf_threshold": 0, "search_trials": 3,\n' ...
         '"scaling_factors": [30, 50], "test_trials": 2, "conversion": "scaling-factor"},\n' ...
         '"grid": {"tref_ms": [0, 2]}, "seeds": "1:3" }'];
study = sprintf (study);
write ('study.json', study)

% nothing is run: what is there is read
s = spikernn_study ('study.json', 'ours', 'run', false);
assert (exist ('ours', 'dir'), 0)
assert ({s.networks.state}, repmat ({'left'}, 1, 6))
assert (s.networks(1).measures, struct ())

% in two calls the table of the program in one; progress is for a terminal, sentences for those that fail
s = spikernn_study ('study.json', 'ours', 'seeds', [1 3], 'threads', 2, 'quiet', true);
assert (s.table.state, {'finished'; 'left'; 'finished'; 'finished'; 'left'; 'finished'})
assert (isnan (s.table.evaluation_spiking_accuracy), logical ([0; 1; 0; 0; 1; 0]))
s = spikernn_study ('study.json', 'ours', 'seeds', '2', 'quiet', true);
spikernn_program ('study run study.json --dir theirs --quiet >/dev/null');
spikernn_program ('study table theirs --json > table.json');
spikernn_program ('study status theirs --json > record.json');
rows = jsondecode (fileread ('table.json')).networks;
record = jsondecode (fileread ('record.json'));
assert (fieldnames (s.table), fieldnames (rows))
assert (s.table.condition, {rows.condition}')
assert (s.table.seed, [rows.seed]')
assert (s.table.tref_ms, [0; 0; 0; 2; 2; 2])
assert (s.table.evaluation_spiking_accuracy, [rows.evaluation_spiking_accuracy]')
assert (s.table.training_trials, [rows.training_trials]')
assert (s.table.sentence, repmat ({''}, 6, 1))
assert (s.table.key, {rows.key}')
assert (s.conditions, record.conditions)
assert (s.conditions(2).measures.training_trials.n, 3)
assert (size (s.networks), [6 1])
assert ({s.networks.condition}, {rows.condition})
assert ([s.networks.seed], [rows.seed])
assert (s.networks(4).measures.evaluation_spiking_mean_rate_hz, rows(4).evaluation_spiking_mean_rate_hz)
assert (s.study, 'tiny')
assert (s.about, 'what a test needs')

% by the folder alone; what is recorded is not computed again
before = dir ('ours/records');
again = spikernn_study ([], 'ours');
assert (again, s)
assert (numel (dir ('ours/records')), numel (before))
a = spikernn_study ('study.json', 'shared', 'shard', [1 2], 'quiet', true);
b = spikernn_study ('study.json', 'shared', 'shard', [2 2], 'quiet', true);
assert (sum (strcmp (a.table.state, 'left')) > 0)
assert (b.table, s.table)
late = spikernn_study ('study.json', 'late', 'max_hours', 1e-12, 'quiet', true);
assert (numel (late.networks), 6)

% networks that fail are rows with their sentence, and are run again only where that is wanted
write ('failing.json', ['{"study": "failing", "task": "go-nogo", "seeds": 1, "options": {"N": 12, ' ...
                        '"n_trials": 10, "eval_trials": 2, "lr": 1e38}}'])
f = spikernn_study ('failing.json', 'failing', 'quiet', true);
assert (f.table.state, {'failed'})
assert (~isempty (strfind (f.networks.sentence, 'not finite')))
assert (f.conditions.failed, 1)
f = spikernn_study ('failing.json', 'failing', 'retry', true, 'quiet', true);
assert (f.table.state, {'failed'})

refused ('the study file is missing; expected a study file and a folder');
refused ('the folder is missing', 'study.json');
refused ('folder is a 1 x 1 double', 'study.json', 3);
failure = refused ('no-such.json cannot be opened', 'no-such.json', 'nobody');
assert (failure.identifier, 'spikernn:file')
write ('wrong.json', strrep (study, '"N"', '"M"'))
failure = refused ('wrong.json:2: option ''M'' is unknown', 'wrong.json', 'nobody');
assert (failure.identifier, 'spikernn:format')
failure = refused ('ours holds the study ''tiny'', not ''failing''', 'failing.json', 'ours');
assert (failure.identifier, 'spikernn:argument')
refused ('the option ''N'' of spikernn_study is unknown; expected one of threads, quiet, run', 'study.json', 'nobody', 'N', 5);
refused ('seeds has 9, which is no seed of the study ''tiny''', 'study.json', 'nobody', 'seeds', 9);
refused ('seeds is a 1 x 1 cell; expected numbers, or a text', 'study.json', 'nobody', 'seeds', {1});
refused ('seeds', 'study.json', 'nobody', 'seeds', 1.5);
refused ('shard is no [K N]', 'study.json', 'nobody', 'shard', [3 2]);
refused ('max_hours is -1; expected a number, 0 or above', 'study.json', 'nobody', 'max_hours', -1);
refused ('run is 2; expected true or false', 'study.json', 'nobody', 'run', 2);
refused ('threads is 5000', 'study.json', 'nobody', 'threads', 5000);
assert (exist ('nobody', 'dir'), 0)
