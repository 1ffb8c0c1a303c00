function path = small_model (varargin)
  % A network of 20 units, trained for 60 trials and searched.
  spikernn_program ('run go-nogo --N 20 --n_trials 60 --eval_trials 5 --scaling_factors 30,50', ...
                    '--search_trials 4 --test_trials 2 --seed 1 --output_dir small --quiet', ...
                    '--search_anyway --figures none', varargin{:}, '2>/dev/null || [ $? = 3 ]'); % 3: it did not learn
  path = 'model.mat';
  rename ('small/model.mat', path);
end
