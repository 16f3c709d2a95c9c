// What happens in the browser alone: choices become the address, and the address makes the page.
(function () {
  "use strict";

  // A server with too much to do, or without its prices, says when to ask again: so it is asked again, some times.
  const ask = window.fetch;
  const patient = function (what, how, tries) {
    return ask.call(window, what, how).then(function (answer) {
      const seconds = Number(answer.headers.get("Retry-After"));
      if (answer.status !== 503 || !seconds || tries >= 5) return answer;
      return new Promise(function (done) { setTimeout(done, 1000 * seconds); })
        .then(function () { return patient(what, how, (tries || 0) + 1); });
    });
  };

  // Of an address that was left meanwhile nothing is taken: what it sets by id would change the page that is shown.
  // Dash would set all that an answer changes before anything is seen: change.js sets what is in the window first.
  let newest = 0;
  window.fetch = function (what, how) {
    if (!how || typeof how.body !== "string" || !how.body.includes('"output":"..main.children.')) return patient(what, how);
    const own = ++newest;
    return patient(what, how).then(function (answer) {
      if (own !== newest) return new Response(null, { status: 204 });
      const read = answer.json.bind(answer);
      answer.json = function () {
        return read().then(function (told) {
          if (told.sideUpdate) window.aftershock.change(told.sideUpdate); else window.aftershock.forget();
          return Object.assign(told, { sideUpdate: undefined });
        });
      };
      return answer;
    });
  };

  // An event of a reader's own that was opened here stands under "Yours" of /new from then on.
  const own = location.pathname.match(/\/e\/(own-[0-9a-f]{24})\//);
  if (own) {
    try {
      const known = JSON.parse(localStorage.getItem("aftershock.own")) || {};
      known[own[1]] = known[own[1]] || { secret: "", name: "" };
      localStorage.setItem("aftershock.own", JSON.stringify(known));
    } catch (error) { /* a private window */ }
  }

  const open = function (address, again) {
    note();
    history[again ? "replaceState" : "pushState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  const written = function (parameters) {
    const search = parameters.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    return search ? "?" + search : "";
  };

  const go = function (parameters, again) { open(location.pathname + written(parameters), again); };

  const choose = function (key, value, usual) {
    if (key === "event") { open(value); return; } // another event, other choices
    const parameters = new URLSearchParams(location.search);
    if (value === usual) parameters.delete(key); else parameters.set(key, value);
    go(parameters);
  };

  // A firm to answer for that gave way to the group leaves the address of what is shown.
  let answered = null; // the choices of the last answer, whose parts may come one after another
  const yielded = function () {
    const target = document.getElementById("control-target");
    const parameters = new URLSearchParams(location.search);
    if (!target || !target.options.length || target.value || answered !== location.search) return;
    if (!parameters.has("target")) return;
    parameters.delete("target");
    history.replaceState(history.state, "", location.pathname + written(parameters) + location.hash);
  };

  const say = function (words) {
    const live = document.getElementById("live");
    if (live) live.textContent = words;
  };

  document.addEventListener("change", function (event) {
    const control = event.target.closest("select[data-control]");
    if (control) choose(control.dataset.control, control.value, control.dataset.default);
  });

  // A search is part of the address too, a moment after the last key: one entry of the history for all of it.
  let typing;
  document.addEventListener("input", function (event) {
    const place = event.target.closest("[data-search]");
    if (!place) return;
    clearTimeout(typing);
    typing = setTimeout(function () {
      const parameters = new URLSearchParams(location.search);
      const words = event.target.value.trim();
      if (words) parameters.set(place.dataset.search, words); else parameters.delete(place.dataset.search);
      go(parameters, true);
    }, 300);
  });

  // Chips say what the address asks for, not what was answered last: who is quicker than the server loses no choice.
  const mark = function (firms) {
    const chips = Array.from(firms.querySelectorAll("[data-symbol]"));
    const among = function (list) { return chips.filter(function (c) { return list.split(",").includes(c.dataset.symbol); }); };
    const asked = among(new URLSearchParams(location.search).get(firms.dataset.control) || "");
    const pressed = asked.length ? asked : among(firms.dataset.default);
    chips.forEach(function (c) { c.setAttribute("aria-pressed", pressed.includes(c)); });
    return chips;
  };

  const press = function (chip) {
    const firms = chip.closest("[data-control]");
    const pressed = function (c) { return (c.getAttribute("aria-pressed") === "true") !== (c === chip); };
    const symbols = mark(firms).filter(pressed).map(function (c) { return c.dataset.symbol; });
    const usual = firms.dataset.default;
    const sorted = function (list) { return list.slice().sort().join(","); };
    const same = !symbols.length || sorted(symbols) === sorted(usual.split(","));
    choose(firms.dataset.control, same ? usual : symbols.join(","), usual);
    mark(firms);
  };

  // Who has gone on meanwhile is not brought back by an answer.
  let moved = 0;
  ["_dashprivate_pushstate", "popstate"].forEach(function (kind) {
    window.addEventListener(kind, function () { moved += 1; });
  });

  // Windows of the reader's own, two numbers each, and donors: the server says what speaks against them before
  // the view changes. Boxes that were left as they came are no choice.
  document.addEventListener("submit", function (event) {
    const form = event.target.closest("[data-check]");
    if (!form) return;
    event.preventDefault();
    const parameters = new URLSearchParams(location.search);
    form.querySelectorAll("input[type=text]").forEach(function (field) {
      const key = field.id.replace("other-", "");
      const ends = field.value.replace(/\u2212/g, "-").match(/[+-]?\d+/g) || [];
      const written = ends.length === 2 ? Number(ends[0]) + ".." + Number(ends[1]) : field.value;
      const usual = document.getElementById("control-" + key).dataset.default;
      if (written === usual) parameters.delete(key); else parameters.set(key, written);
    });
    const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
    if (boxes.some(function (box) { return box.checked !== box.defaultChecked; })) {
      const ticked = boxes.filter(function (box) { return box.checked; });
      parameters.set("donors", ticked.map(function (box) { return box.value; }).join(",") || ",");
    }
    const answer = form.querySelector("[role=alert]");
    const own = ++moved;
    fetch(form.dataset.check + "?" + parameters).then(function (found) { return found.text(); }).then(function (words) {
      if (own !== moved) return;
      answer.textContent = words;
      if (!words) go(parameters);
    });
  });

  // The address that a button carries, with the choices of this view, and with its prices where they are to stay.
  const carried = function (button) {
    const parameters = new URLSearchParams(location.search);
    if (button.dataset.snapshot) parameters.set("snapshot", button.dataset.snapshot);
    if (button.dataset.embed) parameters.delete("event"); // its path has it
    const parts = button.dataset.copy.split("#");
    return location.origin + parts[0] + written(parameters) + (parts[1] ? "#" + parts[1] : "");
  };

  // A frame for another page, which learns from it how high it is.
  const framing = function (address, title) {
    const frame = document.createElement("iframe");
    frame.src = address;
    frame.title = title;
    frame.loading = "lazy";
    frame.style.cssText = "width:100%;height:480px;border:0";
    return frame.outerHTML + "<script>addEventListener('message',function(e){" +
      "document.querySelectorAll('iframe').forEach(function(f){" +
      "if(f.contentWindow===e.source&&e.data&&e.data.aftershock>0)f.style.height=e.data.aftershock+'px'})})</" + "script>";
  };

  // Copies what a button carries, or the address of this view, and says so to everyone.
  const copy = function (button) {
    const label = button.dataset.label || (button.dataset.label = button.textContent);
    const text = button.dataset.copy || location.href;
    const address = text.startsWith("/") ? carried(button) : text;
    const value = button.dataset.embed ? framing(address, button.dataset.embed) : address;
    const done = function () {
      button.textContent = "Copied";
      say("Copied");
      setTimeout(function () { button.textContent = label; }, 1600);
    };
    const show = function () { window.prompt(label, value); };
    if (navigator.clipboard) navigator.clipboard.writeText(value).then(done, show); else show();
  };

  // A link of the menu, or to a section of another page, keeps the reader's choices, and loads nothing anew.
  const jump = function (event, link) {
    const page = link.closest("#pages") ? link : document.querySelector('#pages a[href^="' + link.pathname + '"]');
    const within = link.pathname === location.pathname && link.hash;
    if (event.metaKey || event.ctrlKey || event.shiftKey || !page || within) return;
    event.preventDefault();
    open(page.pathname + page.search + link.hash);
    window.scrollTo(0, 0);
  };

  document.addEventListener("click", function (event) {
    const link = event.target.closest("#pages a, .meaning a");
    if (link) jump(event, link);
    const chip = event.target.closest("[data-symbol]");
    if (chip) press(chip);
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
  });

  // A picture is drawn by a browser of the server, which takes seconds: that, its end and what failed is said.
  const fetched = function (link) {
    const told = link.parentElement.querySelector(".told");
    const tell = function (words) { told.textContent = words; };
    if (link.getAttribute("aria-busy") === "true") return;
    const started = performance.now();
    const seconds = function () { return Math.round((performance.now() - started) / 1000); };
    const drawing = function () { tell("Drawing the " + link.textContent + " … " + (seconds() ? seconds() + " s" : "")); };
    const clock = setInterval(drawing, 1000);
    link.setAttribute("aria-busy", "true");
    drawing();
    let name = link.download;
    fetch(link.href).then(function (answer) {
      const named = /filename="(.+)"/.exec(answer.headers.get("Content-Disposition") || "");
      name = named ? named[1] : name;
      return answer.ok ? answer.blob() : answer.text().then(function (words) { throw words; });
    }).then(function (file) {
      const save = document.createElement("a");
      save.href = URL.createObjectURL(file);
      save.download = name;
      save.click();
      setTimeout(function () { URL.revokeObjectURL(save.href); }, 60000);
      tell("The " + link.textContent + " is ready: " + Math.ceil(file.size / 1000) + " kB.");
    }).catch(function (words) {
      tell(typeof words === "string" ? words.replace(/^\d+ /, "") : "The server could not be reached; try again.");
    }).finally(function () {
      clearInterval(clock);
      link.removeAttribute("aria-busy");
    });
  };

  document.addEventListener("click", function (event) {
    const link = event.target.closest(".take a[data-sized]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    fetched(link);
  });

  // What is taken away is what is shown: its link carries the choices of the address, and the size chosen beside it.
  ["pointerdown", "focusin", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      const link = event.target.closest && event.target.closest(".take a");
      if (!link) return;
      const size = "sized" in link.dataset && link.closest(".take").querySelector("[data-size]");
      const sized = size && size.selectedIndex ? (location.search ? "&" : "?") + "size=" + size.value : "";
      link.search = location.search + sized;
    }, true);
  });

  // The table behind a chart is fetched when it is opened, a part that takes long when the page is there, and both
  // again when the choices change: what they do not change stays as it is.
  const fill = function (place) {
    const behind = place.closest("details");
    const address = place.dataset.table + location.search;
    if (behind && !behind.open || place.dataset.shown === address) return;
    place.dataset.shown = address;
    place.setAttribute("aria-busy", "true");
    fetch(address).then(function (answer) {
      if (!answer.ok) throw answer;
      return answer.text();
    }).catch(function () {
      return behind ? "The table could not be loaded; the CSV file below holds the same numbers."
        : "This part could not be loaded. Load the page again.";
    }).then(function (part) {
      if (place.dataset.shown !== address) return;
      place.removeAttribute("aria-busy");
      if (place.written === part) return;
      place.innerHTML = place.written = part;
      placed(place);
      arrive();
    });
  };
  document.addEventListener("toggle", function (event) {
    if (event.target.matches("details")) event.target.querySelectorAll("[data-table]").forEach(fill);
  }, true);

  // Times are UTC; the reader's own stands beside them.
  const local = function (part) {
    part.querySelectorAll("time[datetime]").forEach(function (time) {
      const when = new Date(time.dateTime);
      if (!when.getTimezoneOffset() || time.querySelector(".local")) return;
      const clock = when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      const other = when.getDate() === when.getUTCDate() ? "" : when.toLocaleDateString("en-GB", { day: "numeric", month: "short" }) + ", ";
      const own = document.createElement("span");
      own.className = "local";
      own.textContent = " (" + other + clock + " your time)";
      time.append(own);
    });
  };

  const placed = function (part) {
    local(part);
    part.dispatchEvent(new CustomEvent("written", { bubbles: true })); // tables.js
  };

  // What the head tells others follows what is shown.
  const describe = function (part) {
    const found = Array.from(part.querySelectorAll("#finding-title, #finding-dek"));
    const sentences = found.map(function (one) { return one.innerText.trim().replace(/[^.!?]$/, "$&."); });
    const told = document.querySelector("meta[name=description]");
    if (told && found.length) told.content = sentences.join(" ");
  };

  // Parts without anything to draw come as finished HTML. Who stood inside one stays there.
  const place = function (part) {
    const focus = part.contains(document.activeElement) && document.activeElement.id;
    part.innerHTML = part.dataset.html;
    placed(part);
    if (part.id === "control-target") yielded();
    describe(part);
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  };
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") { place(change.target); return; }
      change.addedNodes.forEach(function (node) {
        if (!(node instanceof HTMLElement)) return;
        if (node.dataset.html !== undefined) place(node);
        node.querySelectorAll("[data-html]").forEach(place);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-html"] });

  // A link to a chart or a table: it comes into sight, and once it is drawn it shows where it is.
  let arrived = "";
  const arrive = function () {
    const aim = location.pathname + location.hash;
    const part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!part || arrived === aim) return;
    arrived = aim;
    part.scrollIntoView();
    const plots = Array.from(part.querySelectorAll(".plot"));
    const started = performance.now();
    const flash = function () {
      const drawn = plots.every(function (plot) { return plot.querySelector(".main-svg"); });
      if (!drawn && performance.now() - started < 10000) { setTimeout(flash, 50); return; }
      part.scrollIntoView();
      part.classList.add("flash");
      setTimeout(function () { part.classList.remove("flash"); }, 2000);
    };
    flash();
  };
  window.addEventListener("hashchange", arrive);

  // Back restores the place: each entry of the history knows how far its page was scrolled.
  history.scrollRestoration = "manual";
  let back = (history.state || {}).y; // of a page that was left for another site, or loaded again
  let resting = 0;
  const note = function () {
    clearTimeout(resting);
    history.replaceState(Object.assign({}, history.state, { y: window.scrollY }), "");
  };
  if (back === undefined) note();
  window.addEventListener("scroll", function () {
    clearTimeout(resting);
    resting = setTimeout(note, 100);
  }, { passive: true });
  document.addEventListener("click", function (event) { if (event.target.closest("a")) note(); }, true);
  window.addEventListener("popstate", function (event) {
    if (!event.state) return; // a jump within the page, which makes an entry of its own
    clearTimeout(resting); // what is scrolled from now on belongs to the other entry
    back = event.state.y || 0;
    arrived = location.pathname + location.hash;
    if (shown === location.pathname + location.search) restore(); // nothing else comes of it
  });
  // The page may not be high enough yet; who scrolls meanwhile is not pulled away.
  const restore = function () {
    const y = back;
    back = undefined;
    if (y === undefined) return;
    const until = performance.now() + 3000;
    let moved = false;
    const moves = ["wheel", "touchmove", "keydown", "pointerdown"];
    const stop = function () { moved = true; };
    moves.forEach(function (kind) { window.addEventListener(kind, stop, { once: true, passive: true }); });
    const step = function () {
      if (moved) return;
      window.scrollTo(0, y);
      if (Math.abs(window.scrollY - y) > 1 && performance.now() < until) requestAnimationFrame(step);
    };
    step();
  };

  // That something is being made is shown and said after a moment: what is there at once changes no looks twice.
  let waiting = 0;
  new MutationObserver(function () {
    const main = document.getElementById("main");
    const busy = !!main && main.dataset.dashIsLoading === "true";
    if (!main || (main.getAttribute("aria-busy") === "true") === busy) return;
    main.setAttribute("aria-busy", busy);
    clearTimeout(waiting);
    const told = function () { document.body.classList.toggle("waits", busy); };
    if (busy) waiting = setTimeout(function () { told(); say("Working"); }, 300); else told();
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-dash-is-loading"] });

  let path = null, shown = ""; // the page, and it under its choices
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    aftershock: {
      // The window's title; after a change of page the main part takes the focus, as after a load.
      title: function (title, known) {
        if (title) document.title = title;
        const canonical = document.querySelector("link[rel=canonical]");
        if (canonical) canonical.href = new URL(location.pathname + location.search, canonical.href);
        if (path !== null && path !== location.pathname) document.getElementById("main").focus({ preventScroll: true });
        // A choice that was taken back before its answer came has changed nothing but its list.
        document.querySelectorAll("select[data-control] option").forEach(function (one) { one.selected = one.defaultSelected; });
        document.querySelectorAll(".chips[data-control]").forEach(mark);
        answered = known ? known[1] : null;
        yielded();
        path = location.pathname;
        shown = path + location.search;
        document.querySelectorAll("[data-table]").forEach(fill);
        if (back === undefined) setTimeout(arrive, 50); else setTimeout(restore);
        const current = document.querySelector('#nav [aria-current="page"]');
        if (current) current.parentElement.scrollLeft = current.offsetLeft - current.parentElement.offsetLeft - 40;
        return window.dash_clientside.no_update;
      },
    },
  });
})();
