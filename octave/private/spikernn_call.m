function out = spikernn_call (name, n_out, in)
  % out = spikernn_call (NAME, N_OUT, IN): the function of spikernn_mex with the
  % arguments IN{:} and N_OUT outputs; its failure as an error.
  out = cell (1, max (n_out, 1));
  [failure, out{:}] = spikernn_mex (name, in{:});
  if (~isempty (failure))
    error (failure);
  end
end
