/* The page of several studies: what all of them expect, then each with its figures. */
"use strict";
(function () {
  const { plural, paragraph, figureOf, commandLine, method, stateWords } = pieces;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { verdicts, studies, published: expected } = read("studies"), page = read("page");
  const total = (key) => studies.reduce((sum, of) => sum + of[key], 0);
  const link = (to, words) => make("a", { href: to }, words);
  const idOf = (i) => "study-" + (i + 1);

  const row = ({ study, condition, than, measure, expectation }, more) =>
    ({ source: expectation.source, condition, than, measure, e: expectation, more });
  const ofStudy = (i) => expected.filter(({ study }) => study === i);

  /* "studies 20 · networks 3100 · agree 31" */
  function keys() {
    const card = (term, value) => make("div", {}, make("dt", {}, term), make("dd", {}, make("b", {}, String(value))));
    return make("dl", { class: "keys" }, card("studies", studies.length), card("networks", total("networks")),
      total("left") ? card("not finished", total("left")) : null,
      Object.entries(verdicts).map(([name, n]) => (n ? card(name, n) : null)));
  }

  function progress() {
    const left = total("left"), all = total("networks");
    if (!left) return null;
    return [make("p", { class: "note" }, all - left + " of " + plural(all, "network") + " are finished so far. The verdicts are of these."),
      make("progress", { max: all, value: all - left, "aria-label": "networks finished" })];
  }

  const all = () => [published.table("All published numbers", expected.map((of) => row(of, [[link("#" + idOf(of.study), studies[of.study].study), make("span", { class: "by" }, ...commandLine(studies[of.study].command).childNodes)]])), ["computed by"])];

  function one(study, i) {
    const { networks, left, not_trained, failed } = study;
    const amiss = [[not_trained, stateWords.not_trained], [failed, stateWords.failed], [left, stateWords.left]].filter(([n]) => n).map(([n, words]) => n + " " + words);
    const counts = published.counts(study.verdicts);
    return [study.about ? make("p", { class: "about" }, study.about) : null,
      paragraph(plural(networks, "network") + (amiss.length ? " (" + amiss.join(", ") + ")" : "") + (counts ? "; published numbers: " + counts : "") + ". ",
        link(encodeURIComponent(study.folder) + "/report.html", "All of this study")),
      make("div", { class: "figures" }, page.figures[i].map((of) =>
        (of.svg ? figureOf({ ...of, name: idOf(i) + "-" + of.name }) : make("p", { class: "note" }, of.title + ": " + of.missing)))),
      published.table("Published and measured", ofStudy(i).map((of) => row(of))),
      paragraph("What computes it:"), commandLine(study.command)];
  }

  function show() {
    const sections = [["published", "Published and measured", all()],
      ...studies.map((study, i) => [idOf(i), study.study, one(study, i)]), ["method", "Method", [method()]]];
    document.title = plural(studies.length, "study").replace("studys", "studies");
    document.querySelector("header").append(make("h1", {}, document.title),
      make("p", { class: "origin" }, "spikernn " + page.spikernn + " · ", make("time", {}, "page written " + page.written.slice(0, 19).replace("T", " "))),
      ...[progress(), keys()].flat().filter((piece) => piece));
    document.querySelector("nav").append(make("ul", {}, sections.map(([id, words]) => make("li", {}, link("#" + id, words)))));
    for (const [id, words, content] of sections)
      document.querySelector("main").append(make("section", { id, "aria-labelledby": id + "-title" },
        make("h2", { id: id + "-title" }, words), ...content.flat(9).filter((piece) => piece)));
    if (location.hash) location.replace(location.hash); /* its place is there only now */
  }

  show();
})();
