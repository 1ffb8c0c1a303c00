/* Every network of a study as a point, by condition: an SVG whose colours come from the style sheet. */
"use strict";

const networksPlot = (function () {
  const { isNumber, fixed, heading, short, stateWords } = pieces;
  const bins = 90, axis_px = 44, many = 3000;
  const svg = (tag, properties, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(properties || {}))
      if (value !== undefined && value !== null) element.setAttribute(name, value);
    element.append(...children.flat(9).filter((child) => child));
    return element;
  };
  const colour = (condition) => "c" + (condition % 8 + 1);

  /* 1, 2 or 5 times a power of ten, at least `least`. */
  function step(least) {
    const power = 10 ** Math.floor(Math.log10(least)), digit = least / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  function ticks(low, high, n) {
    const by = step((high - low) / n), list = [];
    for (let k = Math.ceil(low / by - 1e-9); k * by <= high + 1e-9 * by; k++) list.push(Number((k * by).toPrecision(12)));
    return list;
  }

  function quartiles(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return [0.25, 0.5, 0.75].map((share) => {
      const place = share * (sorted.length - 1), low = Math.floor(place);
      return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
    });
  }

  /* With the criterion and what is expected; shares have their natural ends. */
  function rangeOf(values, measure, expectations) {
    const share = !measure.unit && values.every((v) => v >= 0 && v <= 1);
    const expected = expectations.filter((e) => e.measure === measure.name && isNumber(e.mean));
    const known = [...values, measure.at_least, ...expected.flatMap((e) => [e.mean - (e.sd || 0), e.mean + (e.sd || 0)])].filter(isNumber);
    let low = Math.min(...known), high = Math.max(...known);
    if (share) [low, high] = [values.length ? Math.max(0, low) : 0, 1];
    if (!isNumber(low) || !isNumber(high)) return [0, 1];
    if (!(high > low)) [low, high] = [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
    return [low, high];
  }

  /* Points of the same bin stand above each other: places from -0.5 to 0.5, as far apart as the fullest bin allows. */
  function swarms(rows, [low, high]) {
    const bin = ({ value }) => Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    const counted = rows.map((points) => {
      const counts = new Array(bins).fill(0);
      for (const point of points) counts[bin(point)]++;
      return counts;
    });
    const apart = Math.min(0.14, 1 / Math.max(1, ...counted.flat()));
    rows.forEach((points, r) => {
      const placed = new Array(bins).fill(0);
      for (const point of points) {
        const k = bin(point), nth = placed[k]++;
        point.height = apart * ((nth % 2 ? -(nth + 1) / 2 : nth / 2) + (counted[r][k] % 2 ? 0 : 0.5));
      }
    });
  }

  /* study: the JSON; onChoose(network): one was clicked. Returns the figure and show(measure's place). */
  function plot(study, onChoose) {
    const place = make("div", { class: "canvas networks", tabindex: 0, role: "img" });
    const tip = make("div", { class: "tip", hidden: true });
    let measure = 0, points = [], circles = [], chosen = -1, width = 0;

    function pointsOf() {
      const rows = study.conditions.map(() => []);
      for (const network of study.networks) {
        const value = network.values[measure];
        if (network.state !== "left" && isNumber(value)) rows[network.condition].push({ network, value });
      }
      return rows;
    }

    const words = ({ network, value }) => study.conditions[network.condition].name + ", seed " + network.seed + ": " +
      fixed(value, study.measures[measure].digits) + (network.state === "finished" ? "" : ", " + stateWords[network.state]);

    /* The same seed in all conditions stands out. */
    function point(i) {
      const seed = i < 0 ? null : points[i].network.seed;
      circles.forEach((circle, k) => {
        circle.classList.toggle("same", seed !== null && points[k].network.seed === seed);
        circle.classList.toggle("chosen", k === i);
      });
      tip.hidden = i < 0;
      if (i < 0) return;
      tip.textContent = words(points[i]);
      const x = Number(circles[i].getAttribute("cx")), y = Number(circles[i].getAttribute("cy"));
      tip.style.left = Math.max(0, Math.min(x - tip.offsetWidth / 2, width - tip.offsetWidth)) + "px";
      tip.style.top = (y > tip.offsetHeight + 12 ? y - tip.offsetHeight - 8 : y + 10) + "px";
    }

    function choose(i) {
      chosen = i;
      point(i);
      onChoose(points[i].network);
    }

    function rowParts(r, row, x, top, height, labelled, range) {
      const middle = top + height / 2 + (labelled ? 9 : 0), high = 0.78 * (height - (labelled ? 18 : 0));
      const [low, median, up] = row.length > 1 ? quartiles(row.map(({ value }) => value)) : [];
      const name = study.conditions[r].name, most = Math.floor((labelled ? width : x(null) - 12) / 7);
      return [
        r > 0 ? svg("line", { class: "between", x1: labelled ? 0 : x(null), x2: width, y1: top, y2: top }) : null,
        svg("text", labelled ? { x: 0, y: top + 14 } : { x: x(null) - 12, y: middle, class: "name" },
          name.length > most ? name.slice(0, most - 1) + "…" : name, svg("title", {}, name)),
        row.length > 1 ? svg("rect", { class: "box " + colour(r), x: x(low), width: Math.max(1, x(up) - x(low)), y: middle - high / 2, height: high }) : null,
        row.map((one) => {
          const circle = svg("circle", {
            class: colour(r) + (one.network.state === "not_trained" ? " open" : ""),
            cx: x(one.value).toFixed(2), cy: (middle - high * one.height).toFixed(2), r: study.networks.length > many ? 2.2 : 3.2, "data-i": points.length,
          });
          points.push(one);
          circles.push(circle);
          return circle;
        }),
        row.length > 1 ? svg("line", { class: "median", x1: x(median), x2: x(median), y1: middle - 0.56 * high, y2: middle + 0.56 * high }) : null,
        expectedParts(r, x, top + height - 7, range),
      ];
    }

    /* What the study file expects of the condition in this measure, at the lower edge of its row. */
    function expectedParts(r, x, y, [low, high]) {
      const e = study.expectations.find(({ condition, measure: name, mean }) => condition === r && name === study.measures[measure].name && isNumber(mean));
      if (!e) return null;
      const inside = (value) => x(Math.min(high, Math.max(low, value))), at = inside(e.mean);
      return [
        isNumber(e.sd) ? svg("line", { class: "expected", x1: inside(e.mean - e.sd), x2: inside(e.mean + e.sd), y1: y, y2: y }) : null,
        svg("path", { class: "expected", d: "M" + (at - 5) + " " + y + "l5 -5 5 5 -5 5z" }, svg("title", {}, "expected: " + short(e.mean))),
      ];
    }

    function axisParts(range, x, bottom, of) {
      const y = bottom + 1;
      return [
        svg("line", { class: "axis", x1: x(null), x2: width, y1: y, y2: y }),
        ticks(...range, width < 500 ? 4 : 8).map((v) => [
          svg("line", { class: "axis", x1: x(v), x2: x(v), y1: y, y2: y + 5 }),
          svg("text", { x: x(v), y: y + 18, class: "tick" }, short(v))]),
        svg("text", { x: (x(null) + width) / 2, y: y + 37, class: "tick" }, of.title + (of.unit ? " (" + of.unit + ")" : "")),
        isNumber(of.at_least) ? svg("line", { class: "criterion", x1: x(of.at_least), x2: x(of.at_least), y1: 0, y2: bottom }) : null,
      ];
    }

    function draw() {
      width = place.clientWidth;
      if (!width) return;
      const of = study.measures[measure], rows = pointsOf(), labelled = width < 560;
      const range = rangeOf(rows.flat().map(({ value }) => value), of, study.expectations);
      const longest = Math.max(...study.conditions.map(({ name }) => name.length));
      const left = labelled ? 8 : Math.min(0.3 * width, 7.2 * longest + 20), right = 8;
      const x = (value) => (value === null ? left : left + 8 + ((value - range[0]) / (range[1] - range[0])) * (width - left - right - 8));
      const height = (labelled ? 20 : 0) + Math.max(26, Math.min(90, 520 / rows.length)), bottom = height * rows.length;
      swarms(rows, range);
      for (const row of rows) row.sort((a, b) => a.value - b.value); /* for the keys; their places are those of the seeds */
      points = [];
      circles = [];
      const all = svg("svg", { width, height: bottom + axis_px, viewBox: "0 0 " + width + " " + (bottom + axis_px) },
        axisParts(range, x, bottom, of), rows.map((row, r) => rowParts(r, row, x, r * height, height, labelled, range)));
      place.replaceChildren(all, tip);
      place.setAttribute("aria-label", of.title + " of " + points.length + " networks by condition; the table of networks has them all");
      point(-1);
    }

    const at = (event) => (event.target.dataset && event.target.dataset.i !== undefined ? Number(event.target.dataset.i) : -1);
    place.addEventListener("pointerover", (event) => point(at(event) >= 0 ? at(event) : chosen));
    place.addEventListener("pointerleave", () => point(chosen));
    place.addEventListener("click", (event) => {
      if (at(event) >= 0) choose(at(event));
    });
    place.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by || !points.length || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      choose((chosen + by + points.length) % points.length);
    });
    new ResizeObserver(() => {
      if (place.clientWidth && place.clientWidth !== width) draw();
    }).observe(place);

    const show = (which) => {
      measure = which;
      chosen = -1;
      draw();
    };
    const element = make("figure", { class: "plot", id: "plot-networks" }, heading("Every network"), place,
      make("figcaption", {}, "A point is a network, open where its training did not reach its criterion; the box goes from quartile to " +
        "quartile, the tick is the median, the dotted line the criterion" + (study.expectations.length ? ", a diamond the mean ± SD that is expected." : "."),
        make("span", { class: "hint" }, " Point at a network to see its seed, and the same seed in the other conditions; click it, or move with ← and →, to see more below.")));
    return { element, show };
  }

  /* A small plot of one curve. */
  function curve(title, xs, ys, xLabel, kind) {
    const w = 280, h = 130, left = 40, bottom = 30, known = ys.filter(isNumber);
    const low = kind === "share" ? 0 : Math.min(...known), high = kind === "share" ? 1 : Math.max(...known);
    const from = Math.min(...xs), to = Math.max(...xs);
    const x = (v) => left + ((v - from) / (to - from || 1)) * (w - left - 8);
    const y = (v) => 8 + (1 - (v - low) / (high - low || 1)) * (h - bottom - 8);
    return make("figure", { class: "small" }, svg("svg", { width: w, height: h, viewBox: "0 0 " + w + " " + h, role: "img", "aria-label": title },
      svg("line", { class: "axis", x1: left, x2: w - 8, y1: h - bottom, y2: h - bottom }),
      svg("line", { class: "axis", x1: left, x2: left, y1: 8, y2: h - bottom }),
      [low, high].map((v) => svg("text", { x: left - 5, y: y(v) + 4, class: "name" }, short(v))),
      [from, to].map((v) => svg("text", { x: x(v), y: h - bottom + 15, class: v === to ? "name" : "" }, short(v))),
      svg("text", { x: (left + w) / 2, y: h - bottom + 15, class: "tick" }, xLabel),
      svg("polyline", { class: "curve", points: xs.map((v, i) => (isNumber(ys[i]) ? x(v).toFixed(1) + "," + y(ys[i]).toFixed(1) : "")).join(" ") })),
      make("figcaption", {}, title));
  }

  return { plot, curve };
})();
