% The help texts have every option that the functions take, and no other's.
path = small_model ();
calls = {'LIF_network_fnc', {path, 40, go_input(), [], 1, false}; 'spikernn_train', {'go-nogo'};
         'spikernn_search', {path}; 'spikernn_eval', {path}; 'spikernn_experiment', {'xor', 'new'};
         'spikernn_study', {'study.json', 'new'}};
for k = 1:rows (calls)
  try
    feval (calls{k, 1}, calls{k, 2}{:}, 'no_option', 1);
  catch failure
    list = regexp (failure.message, 'expected one of (.*)', 'tokens'){1}{1};
  end
  taken{k} = strsplit (list, ', ');
  section = regexp (get_help_text (calls{k, 1}), "\n *OPTIONS .*EXAMPLE", 'match'){1};
  words{k} = regexp (section, '\w+', 'match');
  missing = setdiff (taken{k}, words{k});
  assert (isempty (missing), '%s lacks %s', calls{k, 1}, strjoin (missing, ', '))
end
all = unique ([taken{:}]);
prose = {{'N', 'T', 'network', 'scaling_factor', 'stims'}, {'network'}, {'network'}, {}, {'network'}, {'N', 'network'}}; % words of sentences
for k = 1:rows (calls)
  others = intersect (setdiff (all, taken{k}), words{k});
  others = setdiff (others, prose{k});
  assert (isempty (others), '%s has %s', calls{k, 1}, strjoin (others, ', '))
end
