/* The page: summary.json, the analysis, figures and commands, as tables and text. */
"use strict";
(function () {
  const { at, linesOf, isNumber, minusInText, fixed, short, spread, range, plural, duration, valueText, sentence, accuracy, twoSided, wide, table,
    filled, facts, paragraph, heading, figureOf, commandLine, method } = pieces;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const page = read("page");
  const lines = linesOf(page.progress || "");
  const summary = read("summary") || (lines.findLast((line) => line.record) || {}).record || {};

  const sectionOfFigure = {
    task: "trained", training: "trained", taus: "trained", weights: "trained", search: "converted",
    conversion: "converted", noise: "converted", outputs: "does", confusion: "does", psychometric: "does",
    raster: "does", psth: "does", voltages: "does",
  };

  const figures = (section) =>
    make("div", { class: "figures" },
      (page.figures || []).filter(({ name }) => (sectionOfFigure[name] || "inside") === section).map(figureOf));

  /* ---- what the record says ---- */

  const task = summary.task || {};
  const spiking = at(summary, "evaluation.spiking"), rate = at(summary, "evaluation.rate");
  const lambda = at(summary, "evaluation.scaling_factor");

  /* "name (unit)"; of a run whose record does not name its channels, those of the page's trials. */
  const channelNames = (key) =>
    (task[key] || at(page, "trials." + key) || []).map(({ name, unit }) => (unit ? name + " (" + unit + ")" : name));
  const names = { inputs: channelNames("inputs"), outputs: channelNames("outputs") };
  const units = at(page, "analysis.spike_trains.populations");
  const title = task.name ? task.name + ", " + at(summary, "options.N") + " units, seed " + summary.seed : "A run that has just begun";
  const written = page.written ? make("time", {}, "written " + page.written.slice(0, 19).replace("T", " ")) : null;
  const interrupted = summary.interrupted === true;

  function keys() {
    const list = [];
    const add = (term, value, more) =>
      list.push(make("div", {}, make("dt", {}, term), make("dd", {}, make("b", {}, value), more ? [" ", make("span", {}, more)] : null)));
    const share = (term, of) =>
      of && add(term, fixed(of.accuracy, 3), of.interval &&
        "95 % interval " + range(...of.interval, 3) + (twoSided(of) && "; two-sided " + twoSided(of)));
    share("spiking accuracy", spiking);
    share("rate accuracy", rate);
    if (summary.search && summary.evaluation)
      add("conversion", isNumber(lambda) ? "λ = " + short(lambda) : "operating point",
        isNumber(lambda) ? "scaling factor" : "a gain and a bias for every unit");
    if (spiking) add("mean rate", fixed(spiking.mean_rate_hz, 1), "Hz");
    if (units) add("silent units", String(units.all.silent), "of " + units.all.units);
    if (summary.training)
      add("training", String(summary.training.trials),
        isNumber(summary.training.seconds) ? "trials in " + duration(summary.training.seconds) : "trials");
    return make("dl", { class: "keys" }, list);
  }

  /* ---- what was trained ---- */

  const networkOptions = [
    ["probability of an inhibitory unit", "P_inh"], ["probability of a recurrent connection", "P_rec"],
    ["Dale’s principle", "apply_dale"], ["distribution of initial weights", "w_dist"],
    ["gain of initial weights", "gain"], ["inhibition balanced at the start", "balanced"],
    ["no autapses", "no_autapses"], ["synaptic decay times, steps of 5 ms", "decay_taus"],
    ["mean of initial decay parameters", "taus_gaus_mean"], ["activation", "act"],
    ["connectivity from", "connectivity"],
  ];
  const trainingOptions = [
    ["", "preset"], ["learning rate", "lr"], ["trials in an update", "batch"], ["what learns", "learn"],
    ["noise of the rate network", "noise"], ["loss", "loss_fn"], ["Adam", "adam"],
    ["largest norm of the gradient", "grad_clip"], ["criterion: mean loss below", "loss_threshold"],
    ["criterion: accuracy above", "perf_threshold"], ["criterion: trial above", "min_trials"],
  ];
  const optionFacts = (list) =>
    list.map(([term, name]) => {
      const value = at(summary, "options." + name);
      return [term, name, value === undefined ? undefined : valueText(value)];
    });

  /* In one sentence, or the rules of each type. */
  function criterionText() {
    const of = page.task || {}, rulesOf = (rules) => rules.map(({ rule, networks }) =>
      minusInText(rule) + (networks.length === 1 ? " (" + networks[0] + ")" : "")).join("; ");
    return of.criterion || (of.types || []).filter(({ rules }) => rules.length)
      .map(({ type, rules }) => type + ": " + rulesOf(rules)).join(" · ");
  }

  function taskFacts() {
    const steps = ["T", "stim_on", "stim_dur", "delay"];
    const shown = ["name", "n_in", "n_out", "inputs", "outputs", "types"];
    const settings = Object.entries({ ...task, ...task.parameters }).filter(([name, value]) => !shown.includes(name) && isNumber(value));
    return [
      ["name", "", task.name],
      ["trial types", "", at(page, "trials.types") && page.trials.types.join(", ")],
      ["correct", "", criterionText()],
      ["inputs", "", names.inputs.join(", ") || task.n_in], ["outputs", "", names.outputs.join(", ") || task.n_out],
      ...settings.map(([name, value]) =>
        ["", name, steps.includes(name) ? 5 * value + " ms (" + plural(value, "step") + ")" : valueText(value)]),
    ];
  }

  function populationsText() {
    const n = at(summary, "options.N");
    return units ? n + ": " + units.exc.units + " excitatory, " + units.pv.units + " PV, " + units.som.units + " SOM" : n;
  }

  function trainingResult() {
    const t = summary.training;
    if (!t || t.criterion_reached === undefined) return null;
    return paragraph("The criterion was ", make("b", {}, t.criterion_reached ? "reached" : "not reached"),
      " after " + t.trials + " of at most " + t.trials_at_most + " trials" +
      (isNumber(t.seconds) ? ", in " + duration(t.seconds) : "") +
      ". Last evaluation: accuracy " + fixed(t.accuracy, 3) +
      (twoSided(t) && " (two-sided " + twoSided(t) + ")") + ", loss " + short(t.loss) + ".");
  }

  const trained = () => [
    make("div", { class: "columns" },
      make("div", {}, heading("Network"), facts([["units", "N", populationsText()], ...optionFacts(networkOptions)])),
      make("div", {}, heading("Task"), facts(taskFacts())),
      make("div", {}, heading("Training"), trainingResult(), facts(optionFacts(trainingOptions)))),
    figures("trained"),
  ];

  /* ---- how it was converted ---- */

  const byPoint = (search) => search.conversion === "operating-point";

  /* "Chosen" is what the run uses. */
  function bestWords(search) {
    if (!summary.evaluation) return "best so far";
    return byPoint(search) !== isNumber(lambda) ? "chosen" : byPoint(search) ? "best candidate" : "best λ";
  }

  function candidates(search) {
    const point = byPoint(search), rows = search.table || [];
    const best = (i) => (point ? search.best === i : rows[i].scaling_factor === search.opt_scaling_factor);
    const chosen = (i) => (best(i) ? bestWords(search) : "");
    return point
      ? table("Candidates for the operating points",
          ["widening", "noise cost", "visits", "trials", "accuracy (95 % interval)", "two-sided", "score", "mean rate (Hz)", ""],
          rows.map((r, i) => [short(r.widening), short(r.shot_noise_cost), fixed(r.visit_trials, 0), fixed(r.n, 0),
            accuracy(r), twoSided(r), fixed(r.score, 3), fixed(r.mean_rate_hz, 1), chosen(i)]), best)
      : table("Search for the scaling factor",
          ["λ", "trials", "accuracy (95 % interval)", "two-sided", "score", "loss", "mean rate (Hz)", ""],
          rows.map((r, i) => [short(r.scaling_factor), fixed(r.n, 0), accuracy(r), twoSided(r), fixed(r.score, 3), fixed(r.loss, 2),
            fixed(r.mean_rate_hz, 1), chosen(i)]), best);
  }

  const searched = (search) => [
    candidates(search),
    search.fresh &&
      paragraph("The best one, on " + search.fresh.n + " fresh trials: accuracy ", accuracy(search.fresh),
        twoSided(search.fresh) && ", two-sided " + twoSided(search.fresh), "."),
  ];

  const aboutPoints =
    "Each unit gets a gain and a bias, its operating point. The candidates differ in how much the samples are widened, " +
    "in what the noise of spike trains costs, and in the spiking trials whose samples are added.";

  /* What the run decided, in its words. */
  const decision = (code) => {
    const found = (summary.decisions || []).findLast((one) => one.code === code);
    return found ? paragraph(sentence(found.sentence)) : null;
  };

  function whyPoint() {
    const scaled = summary.evaluation_by_scaling_factor;
    return [decision("converts_badly"), scaled ? paragraph("With λ: rate network ", accuracy(scaled.rate), ", spiking network ",
      accuracy(scaled.spiking), ". On fresh trials the operating point does better and is used.") : decision("factor_stays")];
  }

  function readout() {
    const rows = Object.entries(summary.readout || {}).filter(([, value]) => isNumber(value));
    return rows.length ? [heading("Refitted readout"), facts(rows.map(([name, value]) => ["", name, short(value)]))] : [];
  }

  const findings = (list) =>
    list && list.length
      ? [heading("Why it may fail"), make("ul", { class: "findings" }, list.map((one) => make("li", {}, sentence(one.sentence))))]
      : [];

  function converted() {
    const { search, operating_point: point } = summary;
    if (!search)
      return [(interrupted ? null : decision("not_learned")) || paragraph("The run has no spiking network: it " +
        (interrupted ? "was interrupted" : "ended") + " before the search.")];
    return [
      paragraph(byPoint(search) ? aboutPoints
        : "For every scaling factor λ the rate network’s weights were divided by it; each λ was tried on the same trials."),
      figures("converted"), searched(search),
      point ? [heading("Operating point"), whyPoint(), paragraph(aboutPoints), searched(point)] : [],
      readout(), findings(summary.diagnosis),
    ];
  }

  /* ---- performance ---- */

  function performance() {
    const rateTypes = at(rate, "types") || [], spikingTypes = at(spiking, "types") || [];
    const types = rateTypes.length > spikingTypes.length ? rateTypes : spikingTypes;
    const name = (i) => types[i].type;
    const shares = (of) => [accuracy(of), twoSided(of)];
    const accuracies = types.map((type, i) => [name(i), fixed(type.n, 0), ...shares(rateTypes[i]), ...shares(spikingTypes[i])]);
    if (types.length) accuracies.push(["all", fixed(at(rate || spiking, "n"), 0), ...shares(rate), ...shares(spiking)]);
    /* With several rules, a mean over a different rule in each trial has no meaning. */
    const rulesOf = (of) => at(of, "rules") || [];
    const output = (of) => (rulesOf(of).length > 1 ? "–" : spread(at(of, "value_mean"), at(of, "value_sd"), 3));
    const ruleRows = (of) => rulesOf(of).map((rule) => [spread(rule.value_mean, rule.value_sd, 3), rule.met + " of " + rule.n]);
    const rules = types.flatMap((type, i) => {
      const r = ruleRows(rateTypes[i]), s = ruleRows(spikingTypes[i]), none = ["–", "–"];
      const same = rulesOf(rateTypes[i]).every((rule, k) => at(rulesOf(spikingTypes[i])[k], "rule") === rule.rule);
      if (rulesOf(type).length < 2) return [];
      const row = (k, rule, ...cells) => [k ? "" : name(i), minusInText(rule), ...cells.flat()];
      if (same) return rulesOf(type).map(({ rule }, k) => row(k, rule, r[k] || none, s[k] || none));
      return [...rulesOf(rateTypes[i]).map(({ rule }, k) => row(k, rule, r[k], none)),
        ...rulesOf(spikingTypes[i]).map(({ rule }, k) => row(k + 1, rule, none, s[k]))];
    });
    const responses = types.map((_, i) => {
      const r = rateTypes[i], s = spikingTypes[i];
      return [name(i), output(r), output(s),
        fixed(at(r, "response_times.median_ms"), 1), fixed(at(s, "response_times.median_ms"), 1),
        fixed(at(s, "exc_hz"), 1), fixed(at(s, "pv_hz"), 1), fixed(at(s, "som_hz"), 1)];
    });
    const anyOutput = responses.some(([, ofRate, ofSpiking]) => ofRate !== "–" || ofSpiking !== "–");
    const rmse = at(summary, "evaluation.comparison.rmse"), trials = page.trials;
    return [
      table("Accuracy on the same fresh trials",
        ["type", "trials", "rate network (95 % interval)", "two-sided", "spiking network (95 % interval)", "two-sided"], accuracies,
        (i) => i === types.length),
      types.length
        ? paragraph("Two-sided: the share of trials that are correct and whose output is at no time of the response window beyond the threshold of the other side.")
        : null,
      table((anyOutput ? "Output that the criterion looks at (mean ± SD), median" : "Median") + " response time from stimulus onset, rates",
        ...filled(["type", "output, rate", "output, spiking", "response, rate (ms)", "response, spiking (ms)", "exc (Hz)", "PV (Hz)", "SOM (Hz)"],
          responses)),
      table("What each rule of the types looks at (mean ± SD over all trials), and trials in which it is met",
        ["type", "rule", "output, rate", "met", "output, spiking", "met"], rules, null, "rules"),
      isNumber(rmse)
        ? paragraph("The outputs of the two networks differ by " + fixed(rmse, 3) + " (root of the mean square, all trials and steps).")
        : null,
      trials ? [plots.outputs(trials, names), plots.raster(trials), plots.voltages(trials)] : [],
      figures("does"),
    ];
  }

  /* ---- activity and dynamics ---- */

  const analysis = page.analysis || {};
  const onset = at(page, "trials.stimulus_ms") && page.trials.stimulus_ms[1] > page.trials.stimulus_ms[0]
    ? page.trials.stimulus_ms[0] : 0;
  const fromOnset = onset > 0 ? "ms from stimulus onset" : "ms from the start of the trial";
  const populationsShown = ["all", "exc", "pv", "som"], populationHeads = ["", "all", "exc", "PV", "SOM"];
  const measures = {
    mean_firing_rate: ["mean firing rate (Hz)", 1], mean_isi: ["mean interval (ms)", 1], n_isi: ["intervals", 1],
    correlation: ["correlation of pairs", 4], noise_correlation: ["noise correlation", 4],
  };
  const networks = ["rate", "spiking"];

  function trains() {
    const s = analysis.spike_trains;
    if (!s) return [];
    const all = s.populations.all, cells = (show) => populationsShown.map((name) => show(s.populations[name]));
    const rows = [["units", ...cells((p) => p.units)], ["silent", ...cells((p) => p.silent)]];
    for (const [key, value] of Object.entries(all)) {
      if (value === null || typeof value !== "object" || Array.isArray(value)) continue;
      const [words, digits] = measures[key] || [key.replaceAll("_", " "), 3];
      rows.push([words, ...cells((p) => spread(p[key].mean, p[key].sd, digits))]);
    }
    rows.push(["synchrony", ...cells((p) => fixed(p.synchrony, 3))]);
    if (s.types.length > 1)
      s.types.forEach((type, i) =>
        rows.push(["rate in " + type + " (Hz)", ...cells((p) => spread(p.rates_by_type[i].mean, p.rates_by_type[i].sd, 1))]));
    return [heading("Spike trains"),
      table(s.trials + " trials, " + range(s.from_ms - onset, s.from_ms + s.duration_ms - onset, 0) + " " + fromOnset +
        ": mean ± SD over the units, or pairs, where it is defined", populationHeads, rows)];
  }

  function components() {
    const found = networks.filter((name) => at(analysis.pca, name));
    if (!found.length) return [];
    const space = analysis.in_rate_space || [], held = space.slice(0, 3);
    return [heading("Population dynamics"),
      table("Principal components of the types’ mean activity, bins of " + short(analysis.bin_ms) +
        " ms: share of variance, components that hold so much of it, participation ratio",
        ["network", "PC1", "PC2", "PC3", "PC1–3", "for 90 %", "for 99 %", "dimensionality"],
        found.map((name) => {
          const p = analysis.pca[name], three = p.explained.slice(0, 3);
          return [name, ...[0, 1, 2].map((i) => fixed(three[i], 3)), fixed(three.reduce((sum, x) => sum + x, 0), 3),
            fixed(p.components_for_90, 0), fixed(p.components_for_99, 0), fixed(p.dimensionality, 2)];
        })),
      held.length === 3 && held.every(isNumber)
        ? paragraph("Along the rate network’s first three components lies " + fixed(held.reduce((sum, x) => sum + x, 0), 3) +
            " of the variance of the spiking activity.")
        : null];
  }

  /* The longest run of bins at or above the accuracy that chance rarely reaches; null: none. */
  function longestAbove({ accuracy, above }) {
    let longest = null, run = 0;
    accuracy.forEach((value, bin) => {
      run = isNumber(value) && value >= above ? run + 1 : 0;
      if (run > (longest ? longest.last - longest.first + 1 : 0)) longest = { first: bin - run + 1, last: bin };
    });
    return longest;
  }

  function decoding() {
    const found = networks.filter((name) => at(analysis.decoding, name)), width = analysis.bin_ms;
    return [table("Decoding of the trial’s type from the units, cross-validated; times in " + fromOnset,
      ["network", "chance", "best", "at (ms)", "longest above chance (ms)"],
      found.map((name) => {
        const d = analysis.decoding[name], run = longestAbove(d), best = Math.max(...d.accuracy.filter(isNumber));
        return [name, fixed(d.chance, 3), fixed(best, 3), fixed((d.accuracy.indexOf(best) + 0.5) * width - onset, 0),
          run ? range(run.first * width - onset, (run.last + 1) * width - onset, 0) : "–"];
      }))];
  }

  function quartiles(values) {
    const sorted = values.filter(isNumber).sort((a, b) => a - b);
    return [0.25, 0.5, 0.75].map((share) => {
      const place = share * (sorted.length - 1), low = Math.floor(place), high = Math.min(low + 1, sorted.length - 1);
      return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    });
  }

  function likeness() {
    const c = analysis.comparison;
    if (!c) return [];
    const [low, middle, high] = quartiles(c.unit_correlation);
    return [table("Correlation of the rate network with the spiking one", ["type", "across units", "output over time"],
      c.types.map((type, i) => [type, fixed(c.across_units[i], 3), fixed(c.output_correlation[i], 3)])),
    isNumber(middle)
      ? paragraph("Of a unit’s rate over time and types: median " + fixed(middle, 3) + " (quartiles " + range(low, high, 3) + ").")
      : null];
  }

  const inside = () => [
    analysis.trials_of_each_type
      ? paragraph("From " + plural(analysis.trials_of_each_type, "trial") + " of each type, seed " + analysis.seed + ".")
      : null,
    trains(), components(), decoding(), likeness(), figures("inside"),
  ];

  /* ---- reproduce ---- */

  const commandTexts = {
    run: "The run:", evaluation: "In the folder of the run, its evaluation:",
    analysis: "Statistics and population dynamics of this page:", page: "Figures and this page:",
  };
  const bytes = (n) => (n < 1e4 ? n + " bytes" : n < 1e7 ? fixed(n / 1e3, 0) + " kB" : fixed(n / 1e6, 1) + " MB");

  function declaration() {
    if (typeof summary.declaration !== "string") return null;
    let text = summary.declaration;
    try {
      text = JSON.stringify(JSON.parse(text), null, 1);
    } catch { /* shown as it is */ }
    return make("details", {}, make("summary", {}, "The task’s declaration, " + task.name + ".json"), make("pre", {}, make("code", {}, text)));
  }

  function build() {
    const b = summary.build || {};
    return facts([
      ["version of the run", "", summary.spikernn], ["version of this page", "", page.spikernn], ["commit", "", b.commit],
      ["compiler", "", b.compiler], ["instruction set", "", b.isa], ["LAPACK", "", b.lapack], ["processor and system", "", b.host],
      ["date", "", summary.date],
    ]);
  }

  function reproduce() {
    const { commands, files } = page.reproduce || { commands: [], files: [] };
    return [
      heading("Commands"),
      paragraph("The same version and seed give the same numbers, on any processor and number of threads."),
      commands.map(({ what, words }) => [
        make("div", { class: "repeat" }, paragraph(commandTexts[what] || what), commandLine(words)),
        what === "run" ? declaration() : null,
      ]),
      heading("Made with"), build(), heading("Files"),
      table("Other files in the folder of the run", ["file", "size"],
        files.map(({ name, bytes: n, files: count }) => [name + (count !== 1 ? "/ (" + plural(count, "file") + ")" : ""), bytes(n)])),
      heading("Method"), method(),
    ];
  }

  /* ---- all of it ---- */

  const sections = [
    ["trained", "What was trained", trained], ["converted", "How it was converted", converted],
    ["does", "Performance", performance], ["inside", "Activity and dynamics", inside], ["reproduce", "Reproduce", reproduce],
  ];

  function show() {
    const date = summary.date ? summary.date.slice(0, 16).replace("T", " ") : "";
    document.title = title;
    document.querySelector("header").append(make("h1", {}, title),
      make("p", { class: "origin" }, "A rate network trained on a cognitive task" +
        (summary.search ? " and converted to a spiking network" : "") + " · spikernn " +
        summary.spikernn, date ? [" · ", make("time", {}, date)] : null, written ? [" · page ", written] : null),
      interrupted ? make("p", { class: "note" }, "This run was interrupted; the same command goes on.") : null, keys());
    document.querySelector("nav").append(make("ul", {}, sections.map(([id, words]) => make("li", {}, make("a", { href: "#" + id }, words)))));
    const main = document.querySelector("main");
    for (const [id, words, content] of sections)
      main.append(make("section", { id, "aria-labelledby": id + "-title" }, make("h2", { id: id + "-title" }, words),
        ...content().flat(9).filter((piece) => piece)));
    main.classList.toggle("drawn", page.figures.length > 0);
    if (!page.figures.length) main.append(make("p", { class: "note" }, "There are no figures to show: gnuplot draws them."));
    plots.drawAll();
    if (location.hash) location.replace(location.hash); /* its place is there only now */
  }

  /* ---- a run that goes on ---- */

  const reloadEvery_ms = 2000;
  const followed = page.followed !== false, running = page.running && followed;
  /* The record is complete before the run draws. */
  const draws = running && summary.interrupted === false;
  const stages = ["training", "search", "operating point", "readout", "evaluation", "diagnosis", "noise curve", "observation", "components"];

  /* The line of each key that comes last, or has the most trials; in the order of the keys. */
  function latest(key) {
    const found = new Map();
    for (const line of lines)
      if (key in line && !(line.n < (found.get(line[key]) || {}).n)) found.set(line[key], line);
    return [...found.values()].sort((a, b) => a[key] - b[key]);
  }

  function timeLeft(at) {
    const done = at && at.done - at.before;
    return done > 0 && at.seconds > 0 ? duration((at.seconds / done) * (at.total - at.done)) : null;
  }

  function liveKeys(stage, now, evaluations) {
    const add = (term, value, more) =>
      make("div", {}, make("dt", {}, term), make("dd", {}, make("b", {}, value), more ? [" ", make("span", {}, more)] : null));
    const last = evaluations[evaluations.length - 1];
    return make("dl", { class: "keys" },
      add("stage", stage || "–", running ? "running" : page.running ? "was running" : "interrupted: the same command goes on from here"),
      now ? add("trials", String(now.done), "of at most " + now.total) : null,
      running && timeLeft(now) ? add("time left", timeLeft(now), "at most, in this stage") : null,
      last ? [add("loss", short(last.loss), "of the rate network"), add("accuracy", fixed(last.accuracy, 3), "of the rate network")] : null);
  }

  const stageRows = (stage) =>
    stages.map((name) => {
      const of = lines.filter((line) => line.stage === name), last = of.filter((line) => line.event).pop();
      if (!last) return null;
      const state = name === stage && last.event === "begun" ? (running ? "running" : page.running ? "was running" : "interrupted") : { begun: "begun", done: "done", kept: "done before" }[last.event];
      return [name, state];
    }).filter((row) => row);

  function liveCurves(evaluations) {
    const factors = latest("scaling_factor"), candidates = latest("candidate");
    const trial = evaluations.map((line) => line.trial), share = (list) => list.map((line) => line.correct / line.n);
    const fewest = Math.min(...factors.map((line) => line.n));
    return [
      trial.length ? [
        plots.curve("Loss of the rate network", "trial", "loss", trial, evaluations.map((line) => line.loss), { log: true, network: "rate" }),
        plots.curve("Accuracy of the rate network", "trial", "accuracy", trial, evaluations.map((line) => line.accuracy), { unit: true, network: "rate" }),
      ] : null,
      factors.length ? plots.curve("Search: accuracy of the spiking network, " + fewest + " trials or more", "λ", "accuracy",
        factors.map((line) => line.scaling_factor), share(factors), { unit: true, network: "spiking" }) : null,
      candidates.length ? plots.curve("Candidates for the operating point: accuracy of the spiking network", "candidate", "accuracy",
        candidates.map((line) => line.candidate), share(candidates), { unit: true, network: "spiking" }) : null,
    ];
  }

  function liveWords() {
    if (!followed) return (page.running ? "A run that went on when" : "An interrupted run, as it was when") + " this page was written last";
    return page.running ? "A run that goes on; this page reloads itself"
      : "An interrupted run; this page reloads itself until the run goes on";
  }

  function showLive() {
    const stage = draws ? "figures" : (lines.findLast((line) => line.stage) || {}).stage;
    const now = lines.findLast((line) => line.stage === stage && "done" in line);
    const evaluations = latest("trial");
    document.title = title;
    document.querySelector("header").append(make("h1", {}, title),
      make("p", { class: "origin" }, liveWords() + " · spikernn " + page.spikernn, written ? [" · ", written] : null),
      liveKeys(stage, now, evaluations));
    const sentences = lines.filter((line) => line.sentence).map((line) => paragraph(line.sentence));
    document.querySelector("main").append(...[
      now ? make("progress", { max: now.total, value: now.done, "aria-label": stage }) : null, sentences,
      table("Stages", ["stage", "state"], stageRows(stage)), liveCurves(evaluations),
      make("section", { id: "trained" }, make("h2", {}, "What is trained"), trained().flat(9)),
    ].flat(9).filter((piece) => piece));
    plots.drawAll();
    keepPlace();
  }

  /* The page is where it was after it has reloaded itself. */
  function keepPlace() {
    const place = "scroll " + location.pathname;
    try {
      scrollTo(0, Number(sessionStorage.getItem(place)) || 0);
      addEventListener("pagehide", () => sessionStorage.setItem(place, String(scrollY)));
    } catch { /* the browser keeps nothing for files */ }
    if (followed) setTimeout(() => location.reload(), reloadEvery_ms);
  }

  if (page.progress === undefined) show();
  else showLive();
})();
