% Model files and Octave.
%
% print FILE: every variable with its class, shape and numbers.
% save FILE AS OPTION: the variables, and some of Octave's own, into a file of another level.
% indexed FILE: the masks of units are logical, as the original author's scripts index with them.
% searched BEFORE AFTER: a search changed its own variables only.
1;

function print_variables(file)
  v = load(file);
  names = sort(fieldnames(v));
  for k = 1:numel(names)
    a = v.(names{k});
    printf("%s %s %d %d", names{k}, class(a), size(a));
    if ischar(a)
      printf(" %s\n", a);
    else
      printf("\n");
      printf("%.17g\n", double(a));
    end
  end
end

function a = numbers_or_text(a)
  if ! ischar(a)
    a = double(a);
  end
end

function save_as(file, as, option)
  v = load(file);
  v.mine = [1 2; 3 4];
  if ! strcmp(option, "-v4") % level 4 has matrices and text only
    v.counts = int16([1 -2 3]);
    v.flags = [true false];
    v.half = single(0.5);
    v.list = {"a", [1 2 3]; "bc", {}};
    v.tree = struct("name", "x", "value", 1 + 2i);
    v.cube = rand(2, 3, 4);
  else % what Octave writes of a logical matrix there nobody reads, itself included
    v = structfun(@numbers_or_text, v, "UniformOutput", false);
  end
  save(option, as, "-struct", "v");
end

function check_indexed(file)
  d = load(file);
  assert(size(d.w(:, d.inh)), [double(d.N), sum(d.inh)]);
  assert(d.w(:, d.inh), d.w(:, find(d.inh)));
  assert(all(all((d.w * d.m)(:, d.inh) <= 0)) && all(all((d.w * d.m)(:, d.exc) >= 0)));
  assert(sum(d.som), double(d.som_N));
  assert(isa(d.N, "int64") && isa(d.som_N, "int64"));
end

function check_searched(before, after)
  old = load(before);
  new = load(after);
  added = {"opt_scaling_factor", "all_perfs", "scaling_factors", "search_n_trials", ...
           "search_test_perf", "search_test_trials", "all_n_trials", "search_correct", ...
           "search_margins", "search_losses", "search_rates_hz", "search_settings", ...
           "search_other_sides", "all_two_sided_perfs", "search_test_two_sided_perf"};
  names = setdiff(fieldnames(old), added);
  for k = 1:numel(names)
    a = old.(names{k});
    b = new.(names{k});
    if ! (strcmp(class(a), class(b)) && isequal(size(a), size(b)) && isequaln(a, b))
      error("%s is not as it was", names{k});
    end
  end
  assert(isempty(setxor(fieldnames(new), [names; added'])));
  assert(new.scaling_factors, [35 45]);
  assert(new.search_n_trials, 3);
  assert(size(new.all_perfs), [2 1]);
  assert(mean(new.search_correct, 2), new.all_perfs);
  assert(mean(new.search_correct & ! (new.search_other_sides > 0), 2), new.all_two_sided_perfs);
  assert(ischar(new.search_settings) && new.search_settings(1) == "{");
  [~, best] = max(new.all_perfs);
  assert(new.opt_scaling_factor, new.scaling_factors(best));
end

words = argv();
switch words{1}
  case "print"
    print_variables(words{2});
  case "save"
    save_as(words{2:4});
  case "indexed"
    check_indexed(words{2});
  case "searched"
    check_searched(words{2:3});
end
