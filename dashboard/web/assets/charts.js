// How charts are drawn: those in the window first (change.js); for the paper before printing.
(function () {
  "use strict";

  const order = window.aftershock;

  // Dash resizes every chart after its first drawing and after a change of its frame: often to the size it has.
  const fitted = function (Plotly) {
    const resize = Plotly.Plots.resize;
    Plotly.Plots.resize = function (chart) {
      const drawn = chart._fullLayout;
      const fits = drawn && drawn.width === chart.clientWidth && drawn.height === chart.clientHeight;
      return fits ? Promise.resolve(chart) : resize(chart);
    };
    return Plotly;
  };
  // A click on a point that leads somewhere opens that page.
  const opens = function (chart) {
    if (chart.dataset && !chart.dataset.opens) {
      chart.dataset.opens = "yes";
      chart.on("plotly_click", function (event) {
        const address = event.points[0].customdata;
        if (typeof address !== "string" || address.charAt(0) !== "/") return;
        history.pushState({}, "", address);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      });
    }
    return chart;
  };
  // Charts in the window are drawn at once, the others in turn.
  const patient = function (Plotly) {
    const react = Plotly.react;
    const touched = !matchMedia("(hover: hover)").matches; // there a finger on a chart scrolls the page
    Plotly.react = function (chart, figure) {
      const given = arguments;
      if (touched && figure.layout && figure.layout.dragmode) figure.layout.dragmode = false;
      const drawing = function () { return react.apply(Plotly, given).then(opens); };
      return new Promise(function (resolve, reject) {
        const waits = order.inTurn(chart, function () { drawing().then(resolve, reject); });
        if (waits && chart._fullLayout) resolve(chart); // it shows its former figure until then
      });
    };
    return Plotly;
  };
  let drawer = window.Plotly && patient(fitted(window.Plotly));
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: function () { return drawer; },
    set: function (loaded) { drawer = loaded && patient(fitted(loaded)); },
  });

  // What stands on each sheet: the event and the day above, the address and the number below.
  const sheet = document.createElement("style");
  const box = function (place, text) { return "@" + place + " { content: " + JSON.stringify(text) + "; } "; };
  const margins = function () {
    const event = document.getElementById("event-name") || document.getElementById("event");
    const day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
    sheet.textContent = "@page { font: 8pt sans-serif; color: #565d66; " + box("top-left", event ? event.textContent : "Aftershock") +
      box("top-right", "Printed " + day) + box("bottom-left", location.href) +
      '@bottom-right { content: counter(page) " / " counter(pages); } }';
    document.head.append(sheet);
  };

  // Claims stand closer on paper, which is wide enough for what is said of a row at the other end of its line:
  // the chart then shares the first sheet with the finding.
  const CLOSE = 35; // pixels a row
  const closer = function (on) {
    const chart = document.querySelector("#reported-against-measured .js-plotly-plot");
    if (!chart || !chart.layout) return;
    const frame = chart.closest(".plot");
    const notes = chart.layout.annotations;
    if (on) chart.usual = notes.map(function (note) { return { x: note.x, y: note.y, xanchor: note.xanchor }; });
    frame.style.maxHeight = on ? CLOSE * notes.length / 2 + 36 + "px" : "";
    window.Plotly.relayout(chart, { annotations: notes.map(function (note, place) {
      const beside = { x: place % 2, y: 0.3 - Math.floor(place / 2), xanchor: place % 2 ? "right" : "left" };
      return Object.assign({}, note, on ? beside : chart.usual[place]);
    }) });
  };

  // Charts are drawn to the paper before printing, and to the window after.
  const printing = function (on) {
    document.documentElement.classList.toggle("printing", on);
    if (on) margins(); else sheet.remove();
    order.all();
    closer(on);
    document.querySelectorAll(".plot .js-plotly-plot").forEach(function (chart) {
      const frame = chart.closest(".plot");
      const paper = { width: frame.clientWidth, height: frame.clientHeight }; // lower if a sheet has no room
      window.Plotly.relayout(chart, on ? paper : { autosize: true });
    });
  };
  window.addEventListener("beforeprint", function () { printing(true); });
  window.addEventListener("afterprint", function () { printing(false); });

  // Who prints before all is there waits until it is: a print by the menu says of a chart that it is not drawn yet.
  const whole = function () {
    const charts = Array.from(document.querySelectorAll(".dash-graph"));
    return !order.waits() && document.querySelector("#main > *") &&
      charts.every(function (chart) { return chart.querySelector(".main-svg"); }) &&
      !document.querySelector('#main[aria-busy="true"], #main [data-table][aria-busy="true"]');
  };
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "p" || whole()) return;
    event.preventDefault();
    const until = performance.now() + 20000;
    const print = function () {
      if (whole() || performance.now() > until) window.print(); else setTimeout(print, 100);
    };
    print();
  });
})();
