/* What the page is made of: elements, numbers as text, tables, lists. */
"use strict";

/* An element; every text becomes a text node, so that nothing in the data is markup. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {}))
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const pieces = (function () {
  /* Of a text with a JSON value a line; the last one may have been cut. */
  function linesOf(text) {
    return text.split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }

  /* What is at "key.key": undefined where there is no such thing, or null. */
  const at = (object, path) =>
    path.split(".").reduce((value, key) => (value === null || value === undefined ? undefined : value[key]), object) ??
    undefined;
  const isNumber = (value) => typeof value === "number" && isFinite(value);
  const minus = (text) => text.replace("-", "−");
  const minusInText = (text) => text.replace(/(^|[\s(])-(?=[\d.])/g, "$1−");
  const fixed = (value, digits) => (isNumber(value) ? minus(value.toFixed(digits)) : "–");
  const short = (value) => (isNumber(value) ? minus(String(Number(value.toPrecision(4)))) : "–");
  const spread = (mean, sd, digits) =>
    isNumber(mean) && isNumber(sd) ? fixed(mean, digits) + " ± " + fixed(sd, digits) : fixed(mean, digits);
  const range = (from, to, digits) => fixed(from, digits) + "\u00a0–\u00a0" + fixed(to, digits); /* on one line */
  const plural = (n, word) => n + " " + word + (n === 1 ? "" : "s");

  function duration(seconds) {
    const s = Math.round(seconds), two = (n) => String(n).padStart(2, "0");
    if (seconds < 10) return seconds.toFixed(1) + " s";
    if (s < 60) return s + " s";
    return s < 3600 ? Math.floor(s / 60) + " min " + two(s % 60) + " s"
      : Math.floor(s / 3600) + " h " + two(Math.floor(s / 60) % 60) + " min";
  }

  function valueText(value) {
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (isNumber(value)) return minus(String(Number(value.toPrecision(10))));
    return Array.isArray(value) ? value.map(valueText).join(", ") : String(value);
  }

  /* ---- pieces ---- */

  /* What is between `...` is code. */
  const sentence = (text) =>
    String(text).split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));

  const accuracy = (of) => [
    fixed(at(of, "accuracy"), 3),
    at(of, "interval") ? make("span", { class: "interval" }, " (" + range(...of.interval, 3) + ")") : null,
  ];

  /* "": not known, of an older run. */
  const twoSided = (of) => (isNumber(at(of, "two_sided_accuracy")) ? fixed(of.two_sided_accuracy, 3) : "");

  /* A box that scrolls where the page is too narrow, and shows that it does. */
  function wide(inner) {
    const scroller = make("div", { tabindex: 0 }, inner), box = make("div", { class: "wide" }, scroller);
    const look = () => {
      const more = scroller.scrollWidth - scroller.clientWidth;
      box.classList.toggle("before", scroller.scrollLeft > 2);
      box.classList.toggle("after", more - scroller.scrollLeft > 2);
    };
    scroller.addEventListener("scroll", look);
    new ResizeObserver(look).observe(scroller);
    return [box, make("p", { class: "scrolls", "aria-hidden": "true" }, "scroll sideways for more")];
  }

  /* Heads and rows without the columns in which no row has a value. */
  function filled(heads, rows) {
    const has = heads.map((_, k) => k === 0 || rows.some((row) => row[k] !== "–"));
    const keep = (cells) => cells.filter((_, k) => has[k]);
    return [keep(heads), rows.map(keep)];
  }

  /* rows: [[head, cell, ...], ...]; chosen: which of them are marked; kind: a class for the style. */
  function table(caption, heads, rows, chosen, kind) {
    if (!rows.length) return null;
    const body = rows.map((cells, i) =>
      make("tr", { class: chosen && chosen(i) ? "chosen" : null },
        cells.map((cell, k) => make(k ? "td" : "th", k ? {} : { scope: "row" }, ...[cell].flat()))));
    return make("div", { class: rows.length > 14 ? "table long" : "table" }, make("p", {}, caption),
      wide(make("table", { "aria-label": caption, class: kind },
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, body))));
  }

  /* [[term, option or "", value], ...]; those without a value are left out. */
  const facts = (list) =>
    make("dl", { class: "facts" }, list.filter(([, , value]) => value !== undefined && value !== null && value !== "").map(
      ([term, option, value]) => make("div", {},
        make("dt", {}, term, option ? [term ? " " : "", make("code", {}, option)] : null), make("dd", {}, value))));

  const paragraph = (...words) => make("p", {}, ...words.flat());
  const heading = (text) => make("h3", {}, text);

  /* As images: nothing in them can run or load. A column of a paper is narrow on a screen. */
  function figureOf({ name, title, caption, svg }) {
    const [, width] = /<svg[^>]*\swidth="([\d.]+)/.exec(svg) || [0, 0];
    const image = make("img", { alt: title + ". " + caption, src: "data:image/svg+xml," + encodeURIComponent(svg) });
    const box = make("figure", { id: "figure-" + name }, make("div", { class: "picture" }, wide(image)),
      make("figcaption", {}, make("b", {}, title + "."), " " + caption));
    if (width > 0) {
      box.style.setProperty("--width", width + "px");
      image.style.minWidth = Math.min(width, 520) + "px"; /* smaller, words cannot be read */
    }
    return box;
  }

  const shellWord = (word) => (/^[\w./:,=+-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'");
  const commandLine = (words) => make("pre", { class: "command" }, make("code", {}, ["spikernn", ...words.map(shellWord)].join(" ")));
  const method = () =>
    paragraph("R. Kim, Y. Li and T. J. Sejnowski (2019). Simple framework for constructing functional spiking recurrent neural networks. ",
      make("cite", {}, "Proceedings of the National Academy of Sciences"), " 116 (45), 22811–22820. ",
      make("a", { href: "https://doi.org/10.1073/pnas.1905926116" }, "doi:10.1073/pnas.1905926116"));

  /* ---- of many networks ---- */

  const stateWords = { finished: "finished", not_trained: "did not train", failed: "failed", left: "not finished" };
  const withUnit = ({ title, unit }) => title + (unit ? " (" + unit + ")" : "");
  const superscript = (digits) => [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");

  /* "0.023", "3.3 · 10⁻¹²" */
  function probability(p) {
    if (!isNumber(p) || p >= 0.001 || p === 0) return fixed(p, 3);
    const [digits, power] = p.toExponential(1).split("e-");
    return digits + " · 10⁻" + superscript(power);
  }

  return {
    at, linesOf, isNumber, minusInText, fixed, short, spread, range, plural, duration, valueText, sentence, accuracy, twoSided, wide, table,
    filled, facts, paragraph, heading, figureOf, commandLine, method, stateWords, withUnit, probability,
  };
})();
