// What a choice changes in the window comes first; the rest when the browser has time, when it comes near, or
// before printing.
(function () {
  "use strict";

  const waiting = new Map(); // element -> what is to be done there
  const now = function (element) {
    const job = waiting.get(element);
    waiting.delete(element);
    near.unobserve(element);
    if (job && element.isConnected) job();
  };
  const near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) now(entry.target); });
  }, { rootMargin: "400px" });
  const rest = function () {
    const end = performance.now() + 40; // what a reader does not feel
    while (waiting.size && performance.now() < end) now(waiting.keys().next().value);
    if (waiting.size) soon();
  };
  let due = false;
  const soon = function () {
    if (due) return;
    due = true;
    requestAnimationFrame(function () { setTimeout(function () { due = false; rest(); }); });
  };
  const inSight = function (element) {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  };
  const later = function (element, job) {
    waiting.set(element, job);
    near.observe(element);
    soon();
  };
  const inTurn = function (element, job) { // whether it waits
    if (!inSight(element)) { later(element, job); return true; }
    waiting.delete(element);
    job();
    return false;
  };
  const all = function () { Array.from(waiting.keys()).forEach(now); };
  const waits = function () { return waiting.size > 0; };

  // A change of the page, properties by id: parts in the window are set now, the others in turn. Where they stand
  // is asked before anything is set, or each would be laid out for the next one.
  const pending = new Map(); // id -> properties that are not set yet
  const set = function (id) {
    const properties = pending.get(id);
    pending.delete(id);
    if (properties) window.dash_clientside.set_props(id, properties);
  };
  const change = function (updates) {
    const parts = Object.keys(updates).map(function (id) { return [id, document.getElementById(id)]; });
    const first = parts.filter(function (part) { return !part[1] || inSight(part[1]); });
    // parts may go with those that are written anew: what they still wait for comes before
    if (parts.some(function (part) { return updates[part[0]].children; })) Array.from(pending.keys()).forEach(set);
    parts.forEach(function (part) { pending.set(part[0], Object.assign({}, pending.get(part[0]), updates[part[0]])); });
    first.forEach(function (part) { set(part[0]); });
    parts.forEach(function (part) { if (pending.has(part[0])) later(part[1], function () { set(part[0]); }); });
  };
  const forget = function () { pending.clear(); };

  window.addEventListener("beforeprint", all); // charts.js is after this one, and draws what it has set
  window.aftershock = { inTurn: inTurn, all: all, waits: waits, change: change, forget: forget };
})();
