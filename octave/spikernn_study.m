function s = spikernn_study (varargin)
  % s = spikernn_study (file, folder, OPTIONS...)
  %
  % Many networks as one thing, as `spikernn study run` has it: trains, converts and
  % evaluates all networks of a study file, conditions each with all seeds. What is in
  % the folder is not computed again: the same call goes on after Ctrl-C, an error or a
  % crash, and computes what a changed file adds.
  %
  %   file     a study file (JSON); []: that of the folder
  %   folder   of the results; is made
  %   s        struct:
  %     study, about, task, folder
  %     conditions  struct array: name, options (those in which conditions differ),
  %                 networks, n (finished or failed), finished, not_trained, failed,
  %                 left, measures (n, mean, sd, median, interval; reached, share,
  %                 share_interval where networks of at least a value are counted)
  %     networks    struct array: condition, seed, state ('finished', 'not_trained',
  %                 'failed', 'left'), sentence (why), key (its folder in networks/),
  %                 measures
  %     table       struct of columns, one row a network: vectors, and cells of texts;
  %                 struct2table (s.table) in MATLAB
  %   In names of measures '_' stands for '.': s.table.evaluation_spiking_accuracy.
  %   Where a network has no value it is NaN, in summaries []
  %
  % OPTIONS as names and values or as a struct:
  %   run        false: nothing is run, what is in the folder is read (default true)
  %   seeds      only these of the study: [1 2 5] or '1:5'
  %   threads    networks at a time, each on one core (default: all processors)
  %   shard      [K N]: every N-th network from the K-th on (default: from SLURM or mpirun
  %              where they started Octave, else all)
  %   max_hours  stops after so long, with trainings saved; 0: only reads what is recorded
  %   retry      true: networks that failed are tried once more
  %   quiet      no progress, and no sentences of networks that fail
  %
  % EXAMPLE
  %   s = spikernn_study ('study.json', 'runs/pauses', 'threads', 2);
  %   plot (s.table.tref_ms, s.table.evaluation_spiking_accuracy, 'o')
  %
  % See also: spikernn_experiment, spikernn_train, spikernn_eval
  if (~exist ('jsondecode'))
    error ('spikernn:argument', 'spikernn_study needs jsondecode, which Octave 7 and MATLAB R2016b have')
  end
  text = spikernn_call ('spikernn_study', 2, varargin);
  record = jsondecode (text{1});
  s = struct ('study', record.study, 'about', record.about, 'task', record.task, ...
              'folder', varargin{2});
  s.conditions = record.conditions;
  table = columns_of (jsondecode (text{2}));
  s.networks = networks_of (record, table);
  s.table = table;
end

% The measures are those columns of the table whose names the conditions have.
function list = networks_of (record, table)
  measures = fieldnames (record.conditions(1).measures);
  values = zeros (numel (table.seed), numel (measures));
  for k = 1:numel (measures)
    values(:, k) = table.(measures{k});
  end
  list = cell (numel (table.seed), 1);
  for k = 1:numel (list)
    list{k} = struct ('condition', table.condition{k}, 'seed', table.seed(k), 'state', table.state{k}, ...
                      'sentence', table.sentence{k}, 'key', table.key{k}, ...
                      'measures', cell2struct (num2cell (values(k, :))', measures, 1));
  end
  list = vertcat (list{:});
end

function table = columns_of (rows)
  table = struct ();
  names = fieldnames (rows);
  texts = {'condition', 'state', 'key', 'sentence'};
  for k = 1:numel (names)
    column = {rows.(names{k})}';
    empty = cellfun ('isempty', column);
    if (any (strcmp (names{k}, texts)) || any (cellfun ('isclass', column, 'char')))
      column(empty) = {''};
      table.(names{k}) = column;
    else
      column(empty) = {NaN};
      table.(names{k}) = vertcat (column{:});
    end
  end
end
