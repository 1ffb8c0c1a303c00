% Lesson 3: everything about one network in one folder. Run it again, and it goes on where it ended.
if ~exist ('n_trials', 'var')
  n_trials = 6000;
end
options.N = 100;
options.seed = 1;
options.n_trials = n_trials;
options.quiet = true;
options.on_event = @(event) fprintf ('%s: %s %s\n', event.stage, event.kind, event.sentence);
record = spikernn_experiment ('go-nogo', 'lesson_3', options);
if record.training.criterion_reached
  fprintf ('rate network %.2f, spiking network %.2f of the trials, by its %s\n', ...
           record.evaluation.rate.accuracy, record.evaluation.spiking.accuracy, ...
           record.evaluation.conversion)
end
