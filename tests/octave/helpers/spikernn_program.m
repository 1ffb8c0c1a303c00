function printed = spikernn_program (varargin)
  % What the program prints, given its arguments.
  [code, printed] = system ([getenv('SPIKERNN') ' ' strjoin(varargin, ' ')]);
  assert (code, 0)
end
