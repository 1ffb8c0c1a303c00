function u = go_input ()
  u = zeros (1, 201);
  u(51:75) = 1;
end
