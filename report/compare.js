/* The page of a comparison: any networks in one table, groups of them, and tests between these. */
"use strict";
(function () {
  const { isNumber, fixed, spread, range, plural, table, filled, facts, paragraph, heading, commandLine,
    stateWords, withUnit, probability } = pieces;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { measures, options, networks, groups, tests, notes, command } = read("compare"), page = read("page");
  const valueOf = (network, of) => network.values[of.name].value;

  /* ---- networks ---- */

  function cell(network, of) {
    const { value, interval } = network.values[of.name];
    return [fixed(value, of.digits), interval ? make("span", { class: "interval" }, " (" + range(...interval, of.digits) + ")") : null];
  }

  function allNetworks() {
    const column = (head, of, left) => ({ head, of, show: (n) => (of(n) === null ? "–" : String(of(n))), left });
    const optionOf = (name) => (n) => groups[n.group].options[name];
    const columns = [
      { head: "network", of: (n) => n.network, show: (n) => make("span", { title: n.path }, n.network) },
      ...options.map((name) => column(name, optionOf(name), groups.some((of) => typeof of.options[name] === "string"))),
      column("seed", (n) => n.seed),
      ...measures.map((of) => ({ head: withUnit(of), of: (n) => valueOf(n, of), show: (n) => cell(n, of) })),
    ];
    if (networks.some(({ state }) => state !== "finished"))
      columns.push({ head: "state", of: (n) => stateWords[n.state], show: (n) => make("span", { title: n.sentence }, stateWords[n.state]), left: true });
    const { element, show } = sortableTable("Networks", columns, { chosen: (network) => {
      showOne(network);
      one.scrollIntoView({ block: "nearest" });
    } });
    show(networks);
    return [element, make("p", { class: "hint" }, "A click on a head, or Enter on it, sorts; again the other way. A click on a row shows the network below."), one];
  }

  const one = make("div", { class: "one", hidden: true, "aria-live": "polite" });

  function showOne(network) {
    one.hidden = false;
    one.replaceChildren(heading(network.network + (network.seed === null ? "" : ", seed " + network.seed)),
      ...(network.sentence ? [paragraph(network.sentence)] : []),
      facts([["state", "", stateWords[network.state]], ["group", "", groups[network.group].group],
        ...measures.map((of) => [withUnit(of), "", isNumber(valueOf(network, of)) ? make("span", {}, ...cell(network, of).filter((part) => part)) : null]),
        ["path", "", network.path]]));
  }

  /* Networks that ended with the same sentence, in one line. */
  function sentences() {
    const named = new Map();
    for (const { sentence, network } of networks)
      if (sentence) named.set(sentence, [...(named.get(sentence) || []), network]);
    if (!named.size) return null;
    const list = (names) => names.slice(0, 12).join(", ") + (names.length > 12 ? " and " + (names.length - 12) + " more" : "");
    return [heading("Failed, or did not train"), make("ul", { class: "findings" },
      [...named].slice(0, 100).map(([sentence, names]) => make("li", {}, plural(names.length, "network") + ": " + sentence + " (" + list(names) + ")"))),
    named.size > 100 ? paragraph("And " + (named.size - 100) + " more sentences.") : null];
  }

  /* ---- groups ---- */

  function groupTable(of) {
    const count = (n) => (n ? String(n) : "–");
    return table(withUnit(of) + ", by group", ...filled(
      ["group", "networks", "n", "mean ± SD", "95 % interval of the mean", "median", "did not train", "failed", "not finished"],
      groups.map((group) => {
        const s = group.measures[of.name];
        return [group.group, String(group.networks), String(s.n), spread(s.mean, s.sd, of.digits),
          s.interval ? range(...s.interval, of.digits) : "–", fixed(s.median, of.digits), count(group.not_trained), count(group.failed), count(group.left)];
      })));
  }

  function testTable(of) {
    return table("Tests between groups: " + of.title, ["groups", "test", "n", "difference", "effect size", "p", "p, Holm"],
      tests.filter(({ measure, p }) => measure === of.name && isNumber(p)).map((t) => [t.a + " – " + t.b, t.test,
        t.test === "rank-sum" ? t.n + " and " + t.m : plural(t.n, "pair"), fixed(t.difference, of.digits), fixed(t.effect, 2),
        probability(t.p), probability(t.p_holm)]), null, "rules");
  }

  /* As the page of a study draws its conditions. */
  function plotOf() {
    if (groups.length > 30) return null;
    return networksPlot.plot({
      conditions: groups.map(({ group }) => ({ name: group })), measures, expectations: [],
      networks: networks.map((n) => ({ network: n, condition: n.group, seed: n.seed, state: n.state, values: measures.map((of) => valueOf(n, of)) })),
    }, ({ network }) => showOne(network));
  }

  function byGroup(afterwards) {
    if (groups.length === networks.length || !measures.length) return [];
    const plot = plotOf(), place = make("div", {}), tested = make("div", {});
    const select = make("select", {}, measures.map((of, k) => make("option", { value: k }, withUnit(of))));
    const show = () => {
      const of = measures[Number(select.value)];
      place.replaceChildren(groupTable(of));
      tested.replaceChildren(...[testTable(of)].filter((piece) => piece));
      if (plot) plot.show(Number(select.value));
    };
    select.addEventListener("change", show);
    afterwards.push(show);
    return [make("div", { class: "controls" }, make("label", {}, "measure ", select)), place, plot && plot.element, tested];
  }

  /* ---- all of it ---- */

  function show() {
    const afterwards = []; /* what needs the page in its place */
    const differ = options.length ? "they differ in " + options.join(", ") : "with the same options";
    document.title = plural(networks.length, "network") + " compared";
    document.querySelector("header").append(make("h1", {}, document.title),
      make("p", { class: "origin" }, plural(groups.length, "group") + " · " + differ + " · spikernn " + page.spikernn + " · ",
        make("time", {}, "page written " + page.written.slice(0, 19).replace("T", " "))));
    const sections = [["groups", "Groups", byGroup(afterwards)], ["networks", "Networks", [allNetworks(), sentences()]],
      ["notes", "Notes", [notes.map((note) => paragraph(note)), heading("The command"), commandLine(command)]]];
    for (const [id, words, content] of sections) {
      const list = content.flat(9).filter((piece) => piece);
      if (list.length)
        document.querySelector("main").append(make("section", { id, "aria-labelledby": id + "-title" }, make("h2", { id: id + "-title" }, words), ...list));
    }
    for (const then of afterwards) then();
  }

  show();
})();
