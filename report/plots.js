/* The plots of the page that can be looked into: outputs, spikes, voltages, and the curves of a run
   that is going on. */
"use strict";

const plots = (function () {
  const common = { exc: "#D55E00", pv: "#0072B2", som: "#8B5FBF", spiking: "#C2185B" };
  const inputColours = ["#117733", "#AA7700", "#00909A", "#882255", "#6F7F00", "#8B4513", "#2B3F9E", "#B0573B"];
  const light = {
    ...common, rate: "#000000", target: "#6B6B6B", ink: "#1b1f24", grid: "#eaeef2", line: "#57606a",
    stimulus: "#E6E6E6", inputs: inputColours,
  };
  const dark = {
    ...common, pv: "#3D9BD6", som: "#A98AD6", spiking: "#F0609A", rate: "#FFFFFF", target: "#A3ADB8", ink: "#e6e9ec",
    grid: "#262d35", line: "#a3adb8", stimulus: "#333B44",
    inputs: ["#4CB57A", "#D9A92E", "#2FC1CC", "#D3709F", "#A9BB22", "#C98A5B", "#A3ADB8", "#FFFFFF"],
  };
  const night = matchMedia("(prefers-color-scheme: dark)");
  let printing = false;
  let colours = light;
  const drawn = []; /* what draws each figure */

  function drawAll() {
    colours = night.matches && !printing ? dark : light;
    for (const draw of drawn) draw();
  }
  night.addEventListener("change", drawAll);
  for (const [event, on] of [["beforeprint", true], ["afterprint", false]])
    addEventListener(event, () => {
      printing = on;
      drawAll();
    });

  const shortNumber = (v) => String(Number(v.toFixed(6))).replace("-", "−");
  const axis = () => ({
    stroke: colours.ink, grid: { stroke: colours.grid }, ticks: { stroke: colours.line },
    values: (u, splits) => splits.map((v) => (v === null ? "" : shortNumber(v))),
  });

  /* ---- the clock of a trial ---- */

  /* Milliseconds count from the onset of the first stimulus; without one from the trial's start. */
  function clockOf(trials) {
    const [on, off] = trials.stimulus_ms;
    const stimulated = off > on, start = stimulated ? on : 0;
    return {
      start, stimulated, T_ms: trials.T_ms, step: trials.step_ms, on, off,
      label: stimulated ? "time from stimulus onset (ms)" : "time from the start of the trial (ms)",
      whole: { min: -start, max: trials.T_ms - start },
    };
  }

  /* [from, to] of the stimuli of one trial: where some input differs from what it is outside the
     window of stimulation, where a context, say, may be on. */
  function stimuliOf(trial, clock) {
    if (!clock.stimulated) return [];
    if (!trial.inputs) return [[0, clock.off - clock.on]];
    const first = Math.round(clock.on / clock.step) - 1, end = Math.round(clock.off / clock.step) - 1;
    const outside = first > 0 ? first - 1 : end;
    const at = (t) => trial.inputs.some((channel) => channel[t] !== (channel[outside] ?? 0));
    const found = [];
    for (let t = Math.max(first, 0), from = null; t <= end; t++) {
      const now = t < end && t < trial.inputs[0].length && at(t);
      if (now && from === null) from = t;
      if (!now && from !== null) {
        found.push([(from + 1) * clock.step - clock.start, (t + 1) * clock.step - clock.start]);
        from = null;
      }
    }
    return found;
  }

  function drawStimuli(u, stimuli) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    u.ctx.fillStyle = colours.stimulus;
    for (const [from, to] of stimuli) {
      const left = u.valToPos(from, "x", true);
      u.ctx.fillRect(left, u.bbox.top, u.valToPos(to, "x", true) - left, u.bbox.height);
    }
    u.ctx.restore();
  }

  /* ---- plots over time ---- */

  /* group: plots that share their time; rows: the whole range of their y, null: it does not zoom. */
  function showTime(group, range) {
    for (const u of group.plots) u.setScale("x", range);
  }

  function showWhole(group) {
    showTime(group, group.clock.whole);
    if (group.rows) for (const u of group.plots) u.setScale("y", group.rows);
  }

  function onKey(group, event) {
    const scale = group.plots[0].scales.x, whole = group.clock.whole;
    const width = scale.max - scale.min, middle = (scale.max + scale.min) / 2;
    const clamp = (min, size) => {
      const from = Math.max(whole.min, Math.min(min, whole.max - size));
      return { min: from, max: from + size };
    };
    const act = {
      "+": () => showTime(group, clamp(middle - width / 4, width / 2)),
      "=": () => showTime(group, clamp(middle - width / 4, width / 2)),
      "-": () => showTime(group, clamp(middle - width, Math.min(2 * width, group.clock.T_ms))),
      ArrowLeft: () => showTime(group, clamp(scale.min - width / 4, width)),
      ArrowRight: () => showTime(group, clamp(scale.min + width / 4, width)),
      0: () => showWhole(group),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  function followTime(group) {
    return (u, key) => {
      if (key !== "x" || group.following) return;
      group.following = true;
      for (const other of group.plots)
        if (other !== u) other.setScale("x", { min: u.scales.x.min, max: u.scales.x.max });
      group.following = false;
    };
  }

  function addPanel(group, options, series) {
    if (options.title) group.place.append(make("p", { class: "panel-title" }, options.title));
    const plot = new uPlot(
      {
        width: group.place.clientWidth,
        height: options.height,
        scales: { x: { time: false, ...group.clock.whole }, y: options.y },
        axes: [
          { ...axis(), label: options.label, size: 40, labelSize: options.label ? 20 : 0 },
          { ...axis(), labelSize: 20, size: 48, ...options.yAxis },
        ],
        cursor: {
          sync: group.rows ? undefined : { key: group.id, scales: ["x", null] },
          drag: { x: true, y: Boolean(group.rows), uni: 20, setScale: true },
          bind: { dblclick: () => () => showWhole(group) },
        },
        hooks: {
          drawClear: [(u) => drawStimuli(u, group.stimuli)],
          draw: options.draw ? [options.draw] : [],
          setScale: [followTime(group)],
        },
        legend: { show: Boolean(options.legend) },
        series: [{ label: "time (ms)", value: (u, v) => (v === null ? "–" : v.toFixed(1)) }, ...series],
      },
      options.data,
      group.place
    );
    group.plots.push(plot);
  }

  const zoomHint =
    "Drag to zoom, double click to see the whole trial again; with the keyboard + and − zoom, ← and → move, " +
    "0 shows the whole trial.";

  /* A figure with a choice; draw(group, i) adds the panels of choice i. */
  function figure(id, title, what, choices, caption, clock, draw) {
    const select = make("select", {}, choices.map((choice, i) => make("option", { value: i }, choice)));
    const button = make("button", { type: "button" }, "whole trial");
    const place = make("div", { class: "canvas", tabindex: 0, role: "img" });
    const group = { id, place, plots: [], clock, stimuli: [], rows: null };
    const show = () => {
      for (const plot of group.plots.splice(0)) plot.destroy();
      place.replaceChildren();
      place.setAttribute("aria-label", title + ": " + choices[select.selectedIndex]);
      draw(group, select.selectedIndex);
    };
    select.addEventListener("change", show);
    button.addEventListener("click", () => showWhole(group));
    place.addEventListener("keydown", (event) => onKey(group, event));
    new ResizeObserver(() => {
      const width = place.clientWidth;
      for (const plot of group.plots)
        if (width && plot.width !== width) plot.setSize({ width, height: plot.height });
    }).observe(place);
    drawn.push(show);
    return make("figure", { class: "plot", id }, make("h3", {}, title),
      make("div", { class: "controls" }, make("label", {}, what + " ", select), button), place,
      make("figcaption", {}, caption, make("span", { class: "hint" }, " " + zoomHint)));
  }

  const rangeOf = (columns) => {
    const values = columns.flat().filter((v) => v !== null);
    const low = Math.min(...values), high = Math.max(...values), room = 0.05 * (high - low) || 1;
    return { range: [low - room, high + room] };
  };
  const points = { show: false };
  const shown3 = (u, v) => (v === null ? "–" : v.toFixed(3));
  const verdict = (correct) => (correct ? "correct" : "wrong");
  const trialName = (trials, trial) => trials.types[trial.type] + ", trial " + trial.number;
  const verdicts = (trial) =>
    "rate " + verdict(trial.rate_correct) +
    ("spiking_correct" in trial ? ", spiking " + verdict(trial.spiking_correct) : "");

  /* Trials by type, with one of each type first where `first` is asked for. */
  const byType = (trials, keep) =>
    trials.trials.filter(keep).sort((a, b) => a.type - b.type || a.number - b.number);

  /* ---- outputs ---- */

  function inputPanel(group, trial, names, time) {
    addPanel(group, {
      title: "inputs", height: 120, label: "", data: [time, ...trial.inputs], legend: true,
      y: rangeOf(trial.inputs), yAxis: { label: "input" },
    }, trial.inputs.map((_, i) => ({
      label: names.inputs[i], stroke: colours.inputs[i % 8], width: 1.25, value: shown3, points,
    })));
  }

  function outputPanel(group, trial, names, time, c, last) {
    const columns = [trial.targets[c], trial.rate[c]];
    const series = [
      { label: "target (dotted)", stroke: colours.target, width: 2, dash: [2, 4], value: shown3, points },
      { label: "rate network (dashed)", stroke: colours.rate, width: 2, dash: [8, 4], value: shown3, points },
    ];
    if (trial.spiking) {
      columns.push(trial.spiking[c]);
      series.push({ label: "spiking network (solid)", stroke: colours.spiking, width: 1.5, value: shown3, points });
    }
    addPanel(group, {
      title: names.outputs[c], height: trial.rate.length > 1 ? 180 : 260, label: last ? group.clock.label : "",
      data: [time, ...columns], legend: true, y: rangeOf(columns), yAxis: { label: "output" },
    }, series);
  }

  function outputs(trials, names) {
    const shown = byType(trials, (trial) => trial.rate), clock = clockOf(trials);
    if (!shown.length) return null;
    const choices = shown.map((trial) => trialName(trials, trial) + " (" + verdicts(trial) + ")");
    return figure("plot-outputs", "Outputs, trial by trial", "trial", choices,
      "Inputs, target and the outputs of both networks; shaded: stimuli of the trial.", clock, (group, i) => {
        const trial = shown[i], n = trial.rate.length;
        const time = trial.rate[0].map((_, t) => (t + 1) * clock.step - clock.start);
        group.stimuli = stimuliOf(trial, clock);
        inputPanel(group, trial, names, time);
        for (let c = 0; c < n; c++) outputPanel(group, trial, names, time, c, c === n - 1);
      });
  }

  /* ---- spikes ---- */

  const populations = ["exc", "pv", "som"]; /* from the top down */
  const populationNames = { exc: "exc", pv: "PV", som: "SOM" };

  /* The height of each unit's row, the first excitatory one on top, and where populations end. */
  function rowsOf(population) {
    const row = [], bands = [];
    let left = population.length;
    for (const name of populations) {
      const top = left;
      population.forEach((of, unit) => {
        if (of === name) row[unit] = --left;
      });
      bands.push({ name, from: left, to: top });
    }
    return { row, bands: bands.filter((band) => band.to > band.from) };
  }

  function drawSpikes(trials, trial, rows, clock) {
    return (u) => {
      const ctx = u.ctx, box = u.bbox;
      const height = Math.max(2 * uPlot.pxRatio, (0.8 * box.height) / (u.scales.y.max - u.scales.y.min));
      const width = Math.max(1, Math.round(1.5 * uPlot.pxRatio));
      ctx.save();
      ctx.beginPath();
      ctx.rect(box.left, box.top, box.width, box.height);
      ctx.clip();
      for (let i = 0; i < trial.time_ms.length; i++) {
        const unit = trial.unit[i];
        ctx.fillStyle = colours[trials.population[unit]];
        const x = u.valToPos(trial.time_ms[i] - clock.start, "x", true);
        const y = u.valToPos(rows.row[unit] + 0.5, "y", true);
        ctx.fillRect(Math.round(x - width / 2), y - height / 2, width, height);
      }
      ctx.fillStyle = colours.line;
      for (const band of rows.bands.slice(0, -1))
        ctx.fillRect(box.left, Math.round(u.valToPos(band.from, "y", true)), box.width, uPlot.pxRatio);
      ctx.restore();
      nameBands(u, rows);
    };
  }

  /* Names of populations at their rows, so that colours alone need not say it. */
  function nameBands(u, rows) {
    const ctx = u.ctx;
    ctx.save();
    ctx.font = "600 " + 12 * uPlot.pxRatio + "px system-ui, sans-serif";
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    ctx.fillStyle = colours.ink;
    for (const band of rows.bands) {
      const from = Math.max(band.from, u.scales.y.min), to = Math.min(band.to, u.scales.y.max);
      if (to > from)
        ctx.fillText(populationNames[band.name], u.bbox.left - 6 * uPlot.pxRatio, u.valToPos((from + to) / 2, "y", true));
    }
    ctx.restore();
  }

  function raster(trials) {
    const shown = byType(trials, (trial) => trial.time_ms), clock = clockOf(trials), n = trials.population.length;
    if (!shown.length) return null;
    const some = trials.every > 1 ? " of every " + trials.every + "th unit" : "";
    const choices = shown.map((trial) => trialName(trials, trial) + " (" + verdict(trial.spiking_correct) + ", " +
      trial.time_ms.length + " spikes" + some + ")");
    const rows = rowsOf(trials.population);
    return figure("plot-raster", "Spikes of a trial", "trial", choices,
      "A tick is a spike; units are sorted by population, excitatory ones on top; lines separate the populations; " +
      "shaded: stimuli of the trial.", clock, (group, i) => {
        group.rows = { min: 0, max: n };
        group.stimuli = stimuliOf(shown[i], clock);
        addPanel(group, {
          height: 420, label: clock.label, data: [[clock.whole.min, clock.whole.max], [0, n]],
          draw: drawSpikes(trials, shown[i], rows, clock), y: { min: 0, max: n },
          yAxis: { label: "unit", size: 64, grid: { show: false }, values: () => [], ticks: { show: false } },
        }, [{ label: "unit", paths: () => null, points }]);
      });
  }

  /* ---- voltages ---- */

  function voltages(trials) {
    const shown = byType(trials, (trial) => trial.voltages), clock = clockOf(trials);
    if (!shown.length) return null;
    const longNames = { exc: "excitatory", pv: "PV", som: "SOM" };
    return figure("plot-voltages", "Membrane voltages", "trial", shown.map((trial) => trialName(trials, trial)),
      "Membrane voltage of some units; shown are the lowest and the highest value of every " +
      shortNumber(Number((2 * trials.voltage_step_ms).toPrecision(2))) + " ms.", clock, (group, i) => {
        const trial = shown[i];
        group.stimuli = stimuliOf(trial, clock);
        trial.voltages.forEach((trace, k) => {
          const unit = trials.voltage_units[k], name = trials.population[unit];
          const last = k === trial.voltages.length - 1;
          addPanel(group, {
            title: "unit " + (unit + 1) + ", " + longNames[name], height: last ? 165 : 130,
            label: last ? clock.label : "",
            data: [trace.map((_, j) => (j + 0.5) * trials.voltage_step_ms - clock.start), trace],
            y: { range: (u, low, high) => [Math.min(low, -66), Math.max(high, -38)] },
            yAxis: { label: "mV", size: 40 },
          }, [{ label: "mV", stroke: colours[name], width: 1, points }]);
        });
      });
  }

  /* ---- curves of a run that is going on ---- */

  /* y: one series over x. log: a logarithmic axis, where all values allow it. */
  function curve(title, xLabel, yLabel, x, y, options) {
    const place = make("div", { class: "canvas" });
    const log = options.log && y.every((v) => v > 0);
    let plot = null;
    drawn.push(() => {
      if (plot) plot.destroy();
      plot = new uPlot({
        width: place.clientWidth, height: 220, cursor: { drag: { x: false, y: false } }, legend: { show: false },
        scales: { x: { time: false }, y: log ? { distr: 3 } : options.unit ? { range: [0, 1.02] } : {} },
        axes: [{ ...axis(), label: xLabel, labelSize: 20, size: 40 }, { ...axis(), label: yLabel, labelSize: 20, size: 48 }],
        series: [{}, { stroke: colours[options.network], width: 1.5, points: { show: true, size: 5 } }],
      }, [x, y], place);
    });
    return make("figure", { class: "plot" }, make("h3", {}, title), place);
  }

  return { drawAll, outputs, raster, voltages, curve };
})();
