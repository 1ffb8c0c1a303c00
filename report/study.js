/* The page of a study: its conditions, every network, what was expected, tests, how to make it again. */
"use strict";
(function () {
  const { isNumber, minusInText, fixed, short, spread, range, plural, valueText, table, filled, facts, paragraph, heading, figureOf, commandLine,
    method, stateWords, withUnit, probability } = pieces;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const study = read("study"), page = read("page");
  const { conditions, networks, measures, expectations } = study;
  const main = Math.max(0, measures.findIndex(({ name }) => name === study.main_measure));
  const total = (key) => conditions.reduce((sum, of) => sum + of[key], 0);
  const figures = (...names) => make("div", { class: "figures" }, page.figures.filter(({ name }) => names.includes(name)).map(figureOf));
  const fileOf = ({ key }) => "networks/" + key + "/model.mat";

  /* ---- how far it is ---- */

  function progress() {
    const left = total("left"), all = total("networks");
    if (!left) return null;
    return [
      make("p", { class: "note" }, left === all ? "No network is finished yet."
        : all - left + " of " + plural(all, "network") + " are finished so far; what follows is about these. The same command goes on."),
      make("progress", { max: all, value: all - left, "aria-label": "networks finished" }),
    ];
  }

  /* ", 2 did not train, 1 failed" */
  const amiss = (condition) => ["not_trained", "failed"].filter((state) => condition[state]).map((state) => ", " + condition[state] + " " + stateWords[state]).join("");

  function keys() {
    const of = measures[main], each = of && conditions.length <= 6;
    const card = (term, value, more) =>
      make("div", {}, make("dt", {}, term), make("dd", {}, make("b", {}, value), more ? [" ", make("span", {}, more)] : null));
    const shared = conditions.every(({ networks: n }) => n === study.seeds.length);
    return make("dl", { class: "keys" },
      card("networks", String(networks.length), shared ? plural(conditions.length, "condition") + " × " + plural(study.seeds.length, "seed") : null),
      each ? conditions.map((condition) => {
        const s = condition.measures[of.name];
        if (!condition.n) return card(condition.name, "–", "none finished");
        return isNumber(of.at_least) ? card(condition.name, s.reached + " of " + condition.n, "reach " + short(of.at_least) + amiss(condition))
          : card(condition.name, fixed(s.mean, of.digits), (of.unit || "mean") + amiss(condition));
      }) : ["not_trained", "failed"].map((state) => (total(state) ? card(stateWords[state], String(total(state))) : null)),
      total("left") ? card("not finished", String(total("left"))) : null);
  }

  /* ---- conditions ---- */

  const interval = (limits, digits) => (limits ? make("span", { class: "interval" }, " (" + range(...limits, digits) + ")") : null);

  /* "94 of 100 = 0.94 (0.88 – 0.97)" */
  function reached(condition, s) {
    return [s.reached + " of " + condition.n + " = " + fixed(s.share, 2), interval(s.share_interval, 2)];
  }

  function conditionTable(measure) {
    const of = measures[measure], goal = isNumber(of.at_least);
    const count = (n) => (n ? String(n) : "–");
    const rows = conditions.map((condition) => {
      const s = condition.measures[of.name];
      return [condition.name, String(condition.n), [spread(s.mean, s.sd, of.digits)].flat(),
        s.interval ? range(...s.interval, of.digits) : "–", fixed(s.median, of.digits),
        goal && condition.n ? reached(condition, s) : "–", count(condition.not_trained), count(condition.failed), count(condition.left)];
    });
    return table(withUnit(of) + ", by condition", ...filled(
      ["condition", "networks", "mean ± SD", "95 % interval of the mean", "median", goal ? "at least " + short(of.at_least) + " (95 % interval)" : "",
        "did not train", "failed", "not finished"], rows));
  }

  /* A table whose cells from `from` on are sentences. */
  const wordTable = (caption, heads, rows, from) => [heading(caption), make("div", { class: "table long" }, pieces.wide(
    make("table", { "aria-label": caption, class: "top" },
      make("thead", {}, make("tr", {}, heads.map((head, k) => make("th", { scope: "col", class: k >= from ? "words" : null }, head)))),
      make("tbody", {}, rows.map((cells) => make("tr", {}, cells.map((cell, k) =>
        make(k ? "td" : "th", k ? { class: k >= from ? "words" + (k < cells.length - 1 ? " short" : "") : null } : { scope: "row" }, cell))))))))];

  const expected = () => published.table("Published and measured, by condition", expectations.map((e) => ({
    source: e.source, condition: e.condition === null ? "" : conditions[e.condition].name, e,
    measure: measures.find(({ name }) => name === e.measure), than: e.than === null ? "" : conditions[e.than].name })));

  /* The figures that the study file lists come first. */
  const listed = () => (page.listed.length ? [make("div", { class: "figures" }, page.listed.map((of) =>
    (of.svg ? figureOf(of) : make("p", { class: "note" }, of.title + ": " + of.missing))))] : []);

  /* ---- one network ---- */

  const one = make("div", { class: "one", hidden: true, "aria-live": "polite" });

  function showOne(network) {
    const trials = (network.eval_loss || []).map((_, i) => network.eval_first + i * network.eval_every);
    one.hidden = false;
    one.replaceChildren(
      heading(conditions[network.condition].name + ", seed " + network.seed),
      ...(network.sentence ? [paragraph(network.sentence)] : []),
      make("div", { class: "columns" }, facts([["state", "", stateWords[network.state]],
        ...measures.map((of, k) => [withUnit(of), "", isNumber(network.values[k]) ? fixed(network.values[k], of.digits) : null]),
        ["file, where it is kept", "", fileOf(network)]]),
      make("div", {},
        trials.length > 1 ? networksPlot.curve("Correct trials while it trained", trials, network.eval_accuracy, "trial", "share") : null,
        (network.scaling_factors || []).length > 1
          ? networksPlot.curve("Accuracy of the spiking network by λ", network.scaling_factors, network.factor_accuracy, "λ", "share") : null)));
  }

  /* ---- results ---- */

  function results() {
    if (!measures.length || !conditions.length) return [paragraph("No network is finished yet.")];
    const plot = networksPlot.plot(study, showOne), place = make("div", {});
    const select = make("select", {}, measures.map((of, k) => make("option", { value: k, selected: k === main }, withUnit(of))));
    const show = () => {
      place.replaceChildren(conditionTable(Number(select.value)));
      plot.show(Number(select.value));
    };
    select.addEventListener("change", show);
    afterwards.push(show);
    return [make("div", { class: "controls" }, make("label", {}, "measure ", select)), place, plot.element, one, figures("study-points")];
  }

  const afterwards = []; /* what needs the page in its place */

  const byOption = () => (page.figures.some(({ name }) => name === "study-option") ? [figures("study-option", "study-share")] : []);
  const curves = () =>
    (page.figures.some(({ name }) => ["study-learning", "study-lambda"].includes(name)) ? [figures("study-learning", "study-lambda")] : []);

  /* ---- networks ---- */

  const shownMeasures = 6; /* in the table; a network that is chosen shows all */

  /* Networks of a condition that ended alike, in one line: their sentences may differ in numbers. */
  function sentences() {
    const groups = new Map();
    for (const network of networks) {
      if (!network.sentence) continue;
      const key = network.condition + " " + network.state + " " + network.sentence.replace(/\d+/g, "0");
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(network);
    }
    const lines = [...groups.values()];
    if (!lines.length) return null;
    const seeds = (of) => of.slice(0, 12).map(({ seed }) => seed).join(", ") + (of.length > 12 ? " and " + (of.length - 12) + " more" : "");
    const why = (of) => (of.every(({ sentence }) => sentence === of[0].sentence) ? "" : "for example, seed " + of[0].seed + ": ") + of[0].sentence;
    return [...wordTable("Failed, or did not train", ["condition", "networks", "state", "seeds", "why"],
      lines.slice(0, 200).map((of) => [conditions[of[0].condition].name, String(of.length), stateWords[of[0].state], seeds(of), minusInText(why(of))]), 2),
    lines.length > 200 ? paragraph("And " + (lines.length - 200) + " more.") : null];
  }

  function all() {
    const choice = (what, list) => make("select", { "aria-label": what }, [["", "all"], ...list].map(([value, words]) => make("option", { value }, words)));
    const states = Object.keys(stateWords).filter((state) => networks.some((network) => network.state === state));
    const condition = choice("condition", conditions.map(({ name }, i) => [i, name])), state = choice("state", states.map((s) => [s, stateWords[s]]));
    const columns = [
      { head: "condition", of: (n) => n.condition, show: (n) => conditions[n.condition].name },
      { head: "seed", of: (n) => n.seed, show: (n) => String(n.seed) },
      { head: "state", of: (n) => stateWords[n.state], show: (n) => stateWords[n.state], left: true },
      ...measures.slice(0, shownMeasures).map((of, k) => ({ head: withUnit(of), of: (n) => n.values[k], show: (n) => fixed(n.values[k], of.digits) })),
      { head: "key", of: (n) => n.key, show: (n) => make("code", { title: fileOf(n) }, n.key.slice(0, 12)) },
    ];
    const sortable = sortableTable("Networks", columns, { chosen: (network) => {
      showOne(network);
      one.scrollIntoView({ block: "nearest" });
    } });
    const filter = () => sortable.show(networks.filter((n) =>
      (condition.value === "" || n.condition === Number(condition.value)) && (state.value === "" || n.state === state.value)));
    condition.addEventListener("change", filter);
    state.addEventListener("change", filter);
    filter();
    return [sentences(), heading("All networks"),
      make("div", { class: "controls" }, make("label", {}, "condition ", condition), make("label", {}, "state ", state)), sortable.element,
      make("p", { class: "hint" }, "A click on a head sorts by it; a click on a row shows the network above, with its file.")];
  }

  /* ---- tests ---- */

  const testNames = { "signed-rank": "Wilcoxon signed-rank, pairs of equal seeds", "rank-sum": "Wilcoxon rank-sum" };

  function tests() {
    const made = study.tests.filter(({ p }) => isNumber(p));
    if (!made.length) return [];
    const sections = [...new Set(made.map(({ measure }) => measure))].map((name) => {
      const of = measures.find((measure) => measure.name === name), list = made.filter(({ measure }) => measure === name);
      const rows = list.map((t) => [t.a + " – " + t.b, testNames[t.test], t.test === "rank-sum" ? t.n + " and " + t.m : String(t.n),
        fixed(t.difference, of.digits), fixed(t.effect, 2), probability(t.p), probability(t.p_holm)]);
      const content = table(withUnit(of), ["conditions", "test", "n", "difference", "effect size", "p", "p, Holm"], rows, null, "rules");
      return rows.length > 30 ? make("details", {}, make("summary", {}, plural(rows.length, "test") + " of " + of.title), content) : content;
    });
    return [paragraph("Two-sided tests of " + (conditions.length > 8 ? "each condition against the first" : "each pair of conditions") +
      "; p is corrected by Holm over the pairs of a measure. Networks without a value are left out, in pairs with their pair, and n of a signed-rank test counts the pairs that differ. " +
      "The difference is the median of the first minus the second, of pairs, or of all differences; the effect size is the rank-biserial correlation, from −1 to 1."), sections];
  }

  /* ---- make it again ---- */

  const versions = () => table("What computed the results", ...filled(["version", "commit"], study.versions.map((v) => [v.spikernn, v.commit || "–"])));

  function varied() {
    if (!study.varied.length) return null;
    return table("Options in which the conditions differ", ["condition", ...study.varied],
      conditions.map((condition) => [condition.name, ...study.varied.map((name) => {
        const value = condition.options[name];
        return value === undefined || value === null ? "–" : valueText(value);
      })]));
  }

  const reproduce = () => [
    paragraph("The same version and seeds give the same numbers, on any processor and number of threads, in any order."),
    page.commands.map(({ what, words }) => make("div", { class: "repeat" }, paragraph(what), commandLine(words))),
    page.file ? make("details", {}, make("summary", {}, "The study file, study.json"), make("pre", {}, make("code", {}, page.file))) : null,
    varied(), versions(), heading("Method"), method(),
  ];

  /* ---- all of it ---- */

  const sections = [
    ["published", "Published and measured", () => [listed(), expected()]], ["results", "Results", results], ["option", "Against an option", byOption], ["curves", "Training and conversion", curves],
    ["networks", "Networks", all], ["tests", "Tests between conditions", tests], ["reproduce", "Reproduce", reproduce],
  ];

  function show() {
    const made = sections.map(([id, words, content]) => [id, words, content().flat(9).filter((piece) => piece)]).filter(([, , list]) => list.length);
    document.title = study.study;
    document.querySelector("header").append(make("h1", {}, study.study),
      make("p", { class: "origin" }, (study.task ? "A study of " + study.task + " · " : "") + plural(conditions.length, "condition") + " · spikernn " + page.spikernn +
        " · ", make("time", {}, "page written " + page.written.slice(0, 19).replace("T", " "))),
      ...[study.about ? make("p", { class: "about" }, study.about) : null, progress(), keys()].flat().filter((piece) => piece));
    document.querySelector("nav").append(make("ul", {}, made.map(([id, words]) => make("li", {}, make("a", { href: "#" + id }, words)))));
    for (const [id, words, list] of made)
      document.querySelector("main").append(make("section", { id, "aria-labelledby": id + "-title" }, make("h2", { id: id + "-title" }, words), ...list));
    if (!page.figures.length) document.querySelector("main").append(make("p", { class: "note" }, "There are no figures to show: gnuplot draws them."));
    for (const then of afterwards) then();
    if (location.hash) location.replace(location.hash); /* its place is there only now */
  }

  show();
})();
