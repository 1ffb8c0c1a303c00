% Lesson 4: three networks with a refractory period and without. Run it again, and nothing is computed again.
if ~exist ('n_trials', 'var')
  n_trials = 6000;
end
study = ['{"study": "pauses", "task": "go-nogo", "seeds": "1:3", "grid": {"tref_ms": [0, 2]},\n' ...
         ' "options": {"N": 100, "n_trials": %d, "conversion": "scaling-factor"}}\n'];
file = fopen ('lesson_4.json', 'w');
fprintf (file, study, n_trials);
fclose (file);
s = spikernn_study ('lesson_4.json', 'lesson_4', 'quiet', true);
for condition = s.conditions'
  fprintf ('%s: %d of %d trained', condition.name, condition.finished, condition.networks);
  if isfield (condition.measures, 'evaluation_spiking_accuracy')
    fprintf (', spiking networks correct in %.2f of the trials (median)', ...
             condition.measures.evaluation_spiking_accuracy.median);
  end
  fprintf ('\n');
end
for network = s.networks'
  fprintf ('  seed %d, %s: %d training trials, %s\n', network.seed, network.condition, ...
           network.measures.training_trials, network.state);
end
