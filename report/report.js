/* The plots of the page that can be looked into: outputs, spikes, voltages. */
"use strict";
(function () {
  const holder = document.getElementById("data");
  if (!holder) return;
  const data = JSON.parse(holder.textContent);

  const colours = { exc: "#D55E00", pv: "#0072B2", som: "#E69F00" };
  const axis = {
    stroke: "#1b1f24", grid: { stroke: "#eaeef2" }, ticks: { stroke: "#d8dee4" },
    values: (u, splits) => splits.map((v) => String(Number(v.toFixed(6))).replace("-", "−")),
  };
  const stimulated = data.stim_off_ms > data.stim_on_ms;
  const start = stimulated ? data.stim_on_ms : 0; /* time counts from here, as in the figures */
  const whole = { min: -start, max: data.T_ms - start };
  const timeLabel = stimulated ? "time from stimulus onset (ms)" : "time (ms)";

  const populationOf = (row) => {
    let end = 0;
    return data.populations.find((population) => row < (end += population.n)).name;
  };
  const words = (correct) => (correct ? "correct" : "wrong");
  const shared = (values) => values.map((_, i) => (i + 1) * data.step_ms - start);

  /* ---- a plot over time ---- */

  function drawStimulation(u) {
    if (!stimulated) return;
    const left = u.valToPos(data.stim_on_ms - start, "x", true);
    const right = u.valToPos(data.stim_off_ms - start, "x", true);
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    u.ctx.fillStyle = "#eef1f4";
    u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    u.ctx.restore();
  }

  /* group: plots whose time is the same; rows: the whole range of their y, null: it does not zoom. */
  function showTime(group, range) {
    for (const u of group.plots) u.setScale("x", range);
  }

  function showWhole(group) {
    showTime(group, whole);
    if (group.rows) for (const u of group.plots) u.setScale("y", group.rows);
  }

  function onKey(group, event) {
    const scale = group.plots[0].scales.x;
    const width = scale.max - scale.min, middle = (scale.max + scale.min) / 2;
    const clamp = (min, size) => {
      const from = Math.max(whole.min, Math.min(min, whole.max - size));
      return { min: from, max: from + size };
    };
    const act = {
      "+": () => showTime(group, clamp(middle - width / 4, width / 2)),
      "=": () => showTime(group, clamp(middle - width / 4, width / 2)),
      "-": () => showTime(group, clamp(middle - width, Math.min(2 * width, data.T_ms))),
      ArrowLeft: () => showTime(group, clamp(scale.min - width / 4, width)),
      ArrowRight: () => showTime(group, clamp(scale.min + width / 4, width)),
      0: () => showWhole(group),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  function makePlot(group, options, series) {
    const plot = new uPlot(
      {
        width: group.place.clientWidth,
        scales: { x: { time: false, ...whole }, y: options.y },
        axes: [
          { ...axis, label: options.label, size: 40, labelSize: options.label ? 20 : 0 },
          { ...axis, size: 56, ...options.yAxis },
        ],
        cursor: {
          sync: group.sync ? { key: group.sync, scales: ["x", null] } : undefined,
          drag: { x: true, y: Boolean(group.rows), uni: 20, setScale: true },
          bind: { dblclick: () => () => showWhole(group) },
        },
        hooks: {
          drawClear: [drawStimulation],
          draw: options.draw ? [options.draw] : [],
          setScale: [
            (u, key) => {
              if (key !== "x" || group.following) return;
              group.following = true;
              for (const other of group.plots)
                if (other !== u) other.setScale("x", { min: u.scales.x.min, max: u.scales.x.max });
              group.following = false;
            },
          ],
        },
        legend: options.legend || { show: false },
        height: options.height,
        series: [{ label: "time (ms)", value: (u, v) => (v === null ? "–" : v.toFixed(1)) }, ...series],
      },
      options.data,
      options.at || group.place
    );
    group.plots.push(plot);
    return plot;
  }

  /* One figure: a choice, and plots that are drawn anew for each. */
  function figure(id, choices, sync, draw) {
    const element = document.getElementById(id);
    if (!element || !choices.length) return;
    element.hidden = false;
    const select = element.querySelector("select");
    choices.forEach((choice, i) => select.add(new Option(choice, String(i))));
    const place = element.querySelector(".canvas");
    const group = { place, plots: [], sync, rows: null };
    const title = element.querySelector("h3").textContent;
    place.tabIndex = 0;
    place.setAttribute("role", "img");
    const show = () => {
      for (const plot of group.plots.splice(0)) plot.destroy();
      place.replaceChildren();
      place.setAttribute("aria-label", title + ": " + choices[select.selectedIndex]);
      draw(group, select.selectedIndex);
    };
    select.addEventListener("change", show);
    element.querySelector("button").addEventListener("click", () => showWhole(group));
    place.addEventListener("keydown", (event) => onKey(group, event));
    new ResizeObserver(() => {
      const width = place.clientWidth;
      for (const plot of group.plots)
        if (width && plot.width !== width) plot.setSize({ width, height: plot.height });
    }).observe(place);
    show();
  }

  /* ---- outputs ---- */

  function outputs() {
    const all = data.outputs || [];
    const choices = [];
    all.forEach((channels, type) =>
      channels.forEach((one) => {
        const channel = channels.length > 1 ? ", output " + one.channel : "";
        const score =
          "rate " + words(one.rate_correct) +
          (one.spiking ? ", spiking " + words(one.spiking_correct) : "");
        choices.push({ text: data.types[type] + channel + " (" + score + ")", one });
      })
    );
    figure("plot-outputs", choices.map((choice) => choice.text), null, (group, i) => {
      const one = choices[i].one;
      const value = (u, v) => (v === null ? "–" : v.toFixed(3));
      const columns = [shared(one.rate), one.target, one.rate];
      const series = [
        { label: "target (dotted)", stroke: "#57606a", width: 2, dash: [2, 4], value, points: { show: false } },
        { label: "rate network (dashed)", stroke: "#0b5cad", width: 2, dash: [8, 4], value, points: { show: false } },
      ];
      if (one.spiking) {
        columns.push(one.spiking);
        series.push({ label: "spiking network (solid)", stroke: "#b3261e", width: 1.5, value, points: { show: false } });
      }
      const values = columns.slice(1).flat().filter((v) => v !== null);
      const low = Math.min(...values), high = Math.max(...values);
      const room = 0.05 * (high - low) || 1;
      makePlot(group, {
        height: 300, label: timeLabel, data: columns, legend: { show: true, live: true },
        y: { range: [low - room, high + room] }, yAxis: { label: "output", labelSize: 20, size: 48 },
      }, series);
    });
  }

  /* ---- spikes ---- */

  function drawSpikes(trial) {
    return (u) => {
      const ctx = u.ctx, box = u.bbox, n = data.units.length;
      const height = Math.max(2 * uPlot.pxRatio, (0.8 * box.height) / (u.scales.y.max - u.scales.y.min));
      const width = Math.max(1, Math.round(1.5 * uPlot.pxRatio));
      ctx.save();
      ctx.beginPath();
      ctx.rect(box.left, box.top, box.width, box.height);
      ctx.clip();
      for (let i = 0; i < trial.t.length; i++) {
        ctx.fillStyle = colours[populationOf(trial.u[i])];
        const x = u.valToPos(trial.t[i] - start, "x", true), y = u.valToPos(trial.u[i] + 0.5, "y", true);
        ctx.fillRect(Math.round(x - width / 2), y - height / 2, width, height);
      }
      ctx.strokeStyle = "#57606a";
      ctx.lineWidth = uPlot.pxRatio;
      let end = 0;
      for (const population of data.populations) {
        end += population.n;
        if (end === n || population.n === 0) continue;
        const y = Math.round(u.valToPos(end, "y", true)) + 0.5;
        ctx.beginPath();
        ctx.moveTo(box.left, y);
        ctx.lineTo(box.left + box.width, y);
        ctx.stroke();
      }
      ctx.restore();
      nameBands(u);
    };
  }

  /* The populations' names stand beside their bands, so that colours need not be told apart. */
  function nameBands(u) {
    const ctx = u.ctx, box = u.bbox;
    ctx.save();
    ctx.font = 600 + " " + 12 * uPlot.pxRatio + "px system-ui, sans-serif";
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    let start = 0;
    for (const population of data.populations) {
      const from = Math.max(start, u.scales.y.min), to = Math.min(start + population.n, u.scales.y.max);
      start += population.n;
      if (to <= from) continue;
      ctx.fillStyle = "#1b1f24";
      const name = { exc: "exc", pv: "PV", som: "SOM" }[population.name];
      ctx.fillText(name, box.left - 6 * uPlot.pxRatio, u.valToPos((from + to) / 2, "y", true));
    }
    ctx.restore();
  }

  function raster() {
    if (!data.raster) return;
    const { trials, every } = data.raster;
    const order = trials.map((_, i) => i).sort((a, b) => trials[a].type - trials[b].type || a - b);
    const choices = order.map((i) => {
      const trial = trials[i];
      return data.types[trial.type] + ", trial " + trial.trial + " (" + words(trial.correct) + ", " +
        trial.t.length + " spikes" + (every > 1 ? " of every " + every + "th unit" : "") + ")";
    });
    const n = data.units.length;
    figure("plot-raster", choices, null, (group, i) => {
      group.rows = { min: 0, max: n };
      makePlot(group, {
        height: 420, label: timeLabel, data: [[whole.min, whole.max], [0, n]], draw: drawSpikes(trials[order[i]]),
        y: { min: 0, max: n },
        yAxis: {
          label: "unit, by population", labelSize: 20, size: 48, grid: { show: false },
          values: () => [], ticks: { show: false },
        },
      }, [{ label: "unit", paths: () => null, points: { show: false } }]);
    });
  }

  /* ---- voltages ---- */

  function voltages() {
    const all = data.voltages;
    if (!all) return;
    figure("plot-voltages", data.types.slice(0, all.types.length), "voltages", (group, type) => {
      all.types[type].forEach((trace, i) => {
        const unit = all.units[i], name = populationOf(unit.row);
        const title = document.createElement("p");
        title.className = "panel-title";
        title.textContent = "unit " + unit.unit + ", " + { exc: "excitatory", pv: "PV", som: "SOM" }[name];
        group.place.append(title);
        const last = i === all.units.length - 1;
        makePlot(group, {
          height: last ? 165 : 130, label: last ? timeLabel : "",
          data: [trace.map((_, k) => (k + 0.5) * all.step_ms - start), trace],
          y: { range: (u, low, high) => [Math.min(low, -66), Math.max(high, -38)] },
          yAxis: { label: "mV", labelSize: 20, size: 40 },
        }, [{ label: "mV", stroke: colours[name], width: 1, points: { show: false } }]);
      });
    });
  }

  outputs();
  raster();
  voltages();
})();
