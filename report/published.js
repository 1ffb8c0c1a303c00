/* What is expected, mostly published, beside what is measured: a row for each number, and its verdict. */
"use strict";

const published = (function () {
  const { isNumber, fixed, short, spread, range, minusInText, wide, heading } = pieces;
  const marks = { agrees: "✓ agrees", differs: "✗ differs", "cannot be told": "? cannot be told", "not yet": "… not yet", "see the figure": "see the figure" };
  const networks = (n) => "(n\u00a0=\u00a0" + n + ")";
  const percent = (share) => fixed(100 * share, 0) + " %";

  /* "≈740 ± 20 (n = 100)" */
  function expectedWords(e, measure, than) {
    const about = e.read_off === null ? "" : "≈", n = e.n ? " " + networks(e.n) : "";
    const number = {
      mean: () => about + spread(e.mean, e.sd, measure.digits) + n,
      share: () => about + percent(e.share) + " reach " + short(e.at_least) + n,
      comparison: () => (e.differs ? "differs from " : "no significant difference from ") + than,
      words: () => "",
    }[e.kind]();
    return [number, e.about].filter((part) => part).join("; ");
  }

  function measuredWords(e, measure) {
    const { n, value, sd, interval } = e.measured;
    if (!isNumber(value)) return "–";
    const limits = interval ? (e.kind === "share" ? range(100 * interval[0], 100 * interval[1], 0) + " %" : range(...interval, measure.digits)) : "";
    return [e.kind === "share" ? percent(value) : spread(value, sd, measure.digits), n ? " " + networks(n) : "",
      limits ? make("span", { class: "interval" }, "(" + limits + ")") : null];
  }

  function differenceWords(e, measure) {
    if (!e.difference_interval) return "–";
    const [unit, digits, after] = e.kind === "share" ? [100, 0, " %"] : [1, measure.digits, ""];
    return [fixed(unit * e.difference, digits) + after, isNumber(e.p) ? ", p = " + pieces.probability(e.p) : null,
      make("span", { class: "interval" }, "(" + range(...e.difference_interval.map((x) => unit * x), digits) + ")")];
  }

  const verdict = ({ verdict: name, sentence }) =>
    make("span", { class: "verdict " + name.replaceAll(" ", "-"), title: minusInText(sentence) }, marks[name] || name);

  /* rows: [{ source, condition, measure, than, e, more: cells }]; heads of what is more. */
  function table(caption, rows, more) {
    if (!rows.length) return null;
    const heads = ["figure", "verdict", "condition", "measure", "published", "measured (95 % interval)", "difference (95 % interval)", ...(more || [])];
    const cells = ({ source, condition, measure, than, e, more: last }) => [source || "–", verdict(e), condition || "–", measure ? pieces.withUnit(measure) : "–", expectedWords(e, measure, than),
      measuredWords(e, measure), differenceWords(e, measure), ...(last || [])];
    return [heading(caption), make("div", { class: "table long" }, wide(make("table", { "aria-label": caption, class: "top published" },
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col", class: "words" }, head)))),
      make("tbody", {}, rows.map((row) => make("tr", {}, cells(row).map((cell, k) =>
        make(k ? "td" : "th", k ? { class: "words short" } : { scope: "row", class: "words" }, ...[cell].flat())))))))),
    make("p", { class: "hint" }, "A number agrees where the 95 % interval of the difference holds 0, differs where it does not, and cannot be told where it holds 0 but is wider than the difference that matters; " +
      "a comparison by the p of its rank test. Of numbers that agree in truth one in twenty differs by chance.")];
  }

  /* "12 agree, 3 differ" */
  function counts(verdicts) {
    const words = [["agrees", "agree"], ["differs", "differ"], ["cannot be told", "cannot be told"], ["not yet", "not yet known"], ["see the figure", "to be seen in figures"]];
    return words.filter(([name]) => verdicts[name]).map(([name, text]) => verdicts[name] + " " + text).join(", ");
  }

  return { table, counts };
})();
