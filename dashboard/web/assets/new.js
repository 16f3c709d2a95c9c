// An event of one's own: each field is answered while it is typed. What is typed stays in this browser.
(function () {
  "use strict";
  const form = document.getElementById("new");
  if (!form) return;
  const at = function (id) { return document.getElementById(id); };
  const DRAFT = "aftershock.draft", OWN = "aftershock.own", TOKEN = "aftershock.token", PAUSE = 350;
  const listed = function (text) {
    return text.split("|").map(function (one) { return one.split(":"); });
  };
  const BASES = listed(form.dataset.bases), HEDGES = listed(form.dataset.hedges);
  const ROOT = form.dataset.root; // the path below which the pages stand
  const isPrivate = form.dataset.private === "true";

  // ---- kept in the browser: the draft in localStorage, dropped files in IndexedDB, secrets of own events
  const stored = function (key, usual) {
    try { return JSON.parse(localStorage.getItem(key)) || usual; } catch (error) { return usual; }
  };
  const store = function (key, value) {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* private window, or full */ }
  };
  const blank = function () {
    return { name: "", date: "", time: "", zone: "UTC", symbols: [], benchmark: "", accepted: [], dates: "", texts: [text()], editing: null };
  };
  const text = function () { return { outlet: "", link: "", text: "", read: "", claims: [] }; };
  let draft = Object.assign(blank(), stored(DRAFT, {}));
  let files = [];
  const database = function (work) {
    const opening = indexedDB.open("aftershock", 1);
    opening.onupgradeneeded = function () { opening.result.createObjectStore("files"); };
    opening.onsuccess = function () { work(opening.result.transaction("files", "readwrite").objectStore("files")); };
  };
  const save = function () { store(DRAFT, draft); };

  // ---- asking the server
  const ask = function (path, body) {
    const headers = { "X-Aftershock": "1" };
    const right = path.match(/own-[0-9a-f]+$/);
    const known = right && stored(OWN, {})[right[0]];
    if (known) headers["X-Edit-Secret"] = known.secret;
    if (at("token")) headers["X-Editors-Token"] = at("token").value;
    const plain = !(body instanceof FormData);
    if (plain) headers["Content-Type"] = "application/json";
    return fetch(ROOT + "/new/" + path, { method: "POST", headers: headers, body: plain ? JSON.stringify(body || {}) : body })
      .catch(function () { throw { said: "The server does not answer. What you typed is kept; try again.", field: "" }; })
      .then(function (answer) {
        return answer.json().catch(function () { return { said: "The server could not answer (" + answer.status + ").", field: "" }; })
          .then(function (found) {
            if (!answer.ok) throw Object.assign({ status: answer.status }, found);
            return found;
          });
      });
  };
  const beside = function (field) { return document.querySelector('[data-field="' + field + '"]'); };
  const wrong = function (error, place) {
    if (!error.said) throw error;
    const parts = (error.field || "").split(".");
    const claim = parts[0] === "claims" && sent[Number(parts[1])];
    const spot = claim ? "claims" : parts[0] === "token" ? "token" : place || parts[0];
    const link = parts[2] === "link" && sentTexts[Number(parts[1])];  // it is told beside the text that it belongs to
    const slot = (link && beside("link-" + draft.texts.indexOf(link))) || beside(spot) || beside(place || "");
    slot.textContent = error.said;
    if (claim) {
      const row = at("claims").tBodies[0].rows[shownClaims.indexOf(claim)];
      const input = row && (row.querySelector('[name="' + parts[2] + '"]') || row.querySelector("input"));
      if (input) { input.setAttribute("aria-invalid", "true"); input.focus(); }
    } else if (at(spot)) { at(spot).setAttribute("aria-invalid", "true"); }
    slot.scrollIntoView({ block: "nearest" });
  };
  const clearWrong = function (names) {
    document.querySelectorAll(".wrong").forEach(function (slot) {
      if (!names || names.includes(slot.dataset.field)) slot.textContent = "";
    });
    form.querySelectorAll('[aria-invalid="true"]').forEach(function (input) {
      if (!names || names.includes(input.id)) input.removeAttribute("aria-invalid");
    });
  };
  const later = function (work) {
    let timer = 0;
    return function () { clearTimeout(timer); timer = setTimeout(work, PAUSE); };
  };
  const make = function (name, attributes, content) {
    const element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), attributes[key]);
      else if (attributes[key] !== null) element.setAttribute(key, attributes[key]);
    });
    (Array.isArray(content) ? content : [content]).forEach(function (part) {
      if (part !== undefined && part !== null) element.append(part);
    });
    return element;
  };
  const button = function (words, work, label) {
    return make("button", { type: "button", class: "quiet", onclick: work, "aria-label": label || null }, words);
  };

  // ---- 1 what: suggestions, chips, peers
  const firmsChanged = function () { save(); chips(); look(); };
  const add = function (symbol) {
    if (symbol && !draft.symbols.includes(symbol)) draft.symbols.push(symbol);
    offer([]);
    firmsChanged();
  };
  let offered = [], active = -1;
  const offer = function (found) {
    offered = found;
    active = -1;
    at("found").replaceChildren(...found.map(function (one, place) {
      return make("li", { role: "option", id: "found-" + place, "aria-selected": "false", onmousedown: function (event) {
        event.preventDefault();
        taken();
        add(one.symbol);
      } }, [make("strong", {}, one.symbol), " " + one.name, make("span", { class: "soft" }, " " + [one.place, one.priced ? "prices here" : ""].filter(Boolean).join(", "))]);
    }));
    at("found").hidden = !found.length;
    at("firm").setAttribute("aria-expanded", String(!!found.length));
    at("firm").removeAttribute("aria-activedescendant");
  };
  let asked = "";
  const taken = function () {  // the field is free at once: what is typed next stays in it
    const words = at("firm").value.trim();
    at("firm").value = asked = "";
    return words;
  };
  const suggest = later(function () {
    const words = at("firm").value.trim();
    asked = words;
    if (!words) { offer([]); return; }
    ask("find", { text: words }).then(function (found) { if (asked === words) offer(found); }, function (e) { wrong(e, "symbols"); });
  });
  at("firm").addEventListener("input", suggest);
  at("firm").addEventListener("blur", function () { offer([]); });
  at("firm").addEventListener("keydown", function (event) {
    if (event.key === "Enter") {
      event.preventDefault();
      const typed = taken(), as = typed.toUpperCase().replace(/\s+/g, "");
      if (active >= 0) add(offered[active].symbol);
      else if (typed) ask("find", { text: typed }).then(function (found) { add(found.length ? found[0].symbol : as); },
        function (e) { add(as); wrong(e, "symbols"); });
    } else if (event.key === "Escape") offer([]);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && offered.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : offered.length)) % offered.length;
      Array.from(at("found").children).forEach(function (option, place) { option.setAttribute("aria-selected", String(place === active)); });
      at("firm").setAttribute("aria-activedescendant", "found-" + active);
    }
  });
  const unknown = { firms: [], peers: [], days: [], news: [], problems: {} };  // of firms and days that nobody was asked about
  let told = unknown;
  const chips = function () {
    at("firms").replaceChildren(...draft.symbols.map(function (symbol) {
      const firm = told.firms.find(function (one) { return one.symbol === symbol; }) || { name: symbol, prices: "" };
      const own = priced[symbol];
      const said = firm.prices;
      const against = firm.benchmark !== undefined && (firm.known || own) ? "; against " + (firm.benchmark_name || "nothing") : "";
      const near = own ? [] : (firm.nearest || []).map(function (one) {
        return button(one.symbol + " " + one.name, function () {
          draft.symbols = Array.from(new Set(draft.symbols.map(function (known) { return known === symbol ? one.symbol : known; })));
          firmsChanged();
        }, "Take " + one.symbol + " instead of " + symbol);
      });
      return make("li", { class: firm.known === false && !own ? "unknown" : null }, [
        make("strong", {}, symbol), " " + (firm.name === symbol ? "" : firm.name), make("span", { class: "soft small" }, [" ", said + against, " "]),
        near.length ? make("span", { class: "small" }, [" Did you mean ", ...near]) : null,
        button("\u00d7", function () {
          draft.symbols = draft.symbols.filter(function (one) { return one !== symbol; });
          firmsChanged();
        }, "Remove " + symbol),
      ]);
    }));
    at("name").placeholder = draft.symbols.length && draft.date ? named() : "";
    namesake();
  };
  const named = function () {
    const first = told.firms[0];
    return (first ? first.name : draft.symbols[0]) + ", " + new Date(draft.date + "T12:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  };

  // ---- price files: checked at once, kept in the browser until they are measured
  let priced = {};
  const drop = function (given) {
    files = given;
    clearWrong(["files"]);
    if (!files.length) { priced = {}; at("dropped").replaceChildren(); chips(); return; }
    const again = function (change) { return function () { change(); save(); drop(files); }; };
    const order = function () {
      return [["dmy", "Day first"], ["mdy", "Month first"]].map(function (one) {
        return button(one[1], again(function () { draft.dates = one[0]; }), one[1] + " in dates such as 03/04/2024");
      });
    };
    ask("prices", packed(new FormData())).then(function (read) {
      priced = {};
      read.prices.forEach(function (one) { priced[one.symbol] = one; });
      if (!draft.symbols.length) {
        draft.symbols = read.prices.map(function (one) { return one.symbol; });
      }
      withoutBenchmark();
      const said = Object.values(read.unread).concat(read.assumed);
      read.prices.forEach(function (one) { said.push(...one.said); });
      const names = files.map(function (file) { return file.name; }).join(", ");
      at("dropped").replaceChildren(
        make("p", {}, [names + ": " + (read.prices.length ? "prices of " + read.prices.map(function (one) { return one.symbol; }).join(", ") + ", for this event alone. " : "no prices were taken. "),
          button("Take away", function () { at("files").value = ""; keepFiles([]); })]),
        make("ul", {}, said.map(function (sentence) { return make("li", {}, sentence); }).concat(Object.keys(read.refused).map(function (symbol) {
          return make("li", {}, [make("strong", {}, "Left out: "), symbol + ": " + read.refused[symbol] + " ",
            button("Take " + symbol + " all the same", again(function () { draft.accepted.push(symbol); }))]);
        }))),
        read.undecided ? make("p", {}, order()) : "");
      firmsChanged();
    }, function (error) {  // a file that cannot be used stands in nobody's way
      if (error.field === "dates") { at("dropped").replaceChildren(make("p", {}, order())); wrong(error, "files"); return; }
      if (error.status === 422) { at("files").value = ""; keepFiles([]); }
      wrong(error, "files");
    });
  };
  const packed = function (body) {
    files.forEach(function (file) { body.append("file", file, file.name); });
    draft.accepted.forEach(function (symbol) { body.append("accept", symbol); });
    body.append("dates", draft.dates);
    return body;
  };
  const withoutBenchmark = function () {  // what all are measured against is no firm of the files
    draft.symbols = draft.symbols.filter(function (symbol) { return !priced[symbol] || symbol !== draft.benchmark; });
  };
  at("benchmark").addEventListener("change", function () { withoutBenchmark(); firmsChanged(); });
  const keepFiles = function (given) {
    draft.accepted = [];
    draft.dates = "";
    save();
    database(function (kept) { kept.put(given, "dropped"); });
    drop(given);
  };
  at("files").addEventListener("change", function () { keepFiles(Array.from(at("files").files)); });
  form.addEventListener("dragover", function (event) { event.preventDefault(); });
  form.addEventListener("drop", function (event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    keepFiles(Array.from(event.dataTransfer.files));
  });

  // ---- 2 when
  let looked = 0;
  const look = function () {
    const now = ++looked;
    const unpriced = { date: draft.date, time: draft.time, zone: draft.zone, symbols: draft.symbols, benchmark: draft.benchmark,
      own: Object.fromEntries(Object.values(priced).map(function (one) { return [one.symbol, one.ends]; })) };
    ask("look", unpriced).then(function (answer) {
      if (now !== looked) return;
      told = answer;
      clearWrong(["date", "time", "zone", "symbols", "benchmark"]);
      Object.keys(told.problems).forEach(function (key) {
        const slot = beside(key.split(".")[0]);
        if (slot) slot.textContent = told.problems[key];
      });
      if (told.short && !told.problems.date) beside("date").textContent = told.short;
      chips();
      at("peers").replaceChildren(...told.peers.length ? ["Peers: "].concat(told.peers.map(function (one) {
        return button("+ " + one.symbol, function () { add(one.symbol); }, "Add " + one.name);
      })) : []);
      at("days").textContent = told.days.length ? "Day 0: " + told.days.map(function (one) {
        return one.place + " " + one.day + (one.closed ? " (" + one.closed + ")" : "");
      }).join(" · ") : "";
      at("news").replaceChildren(...told.news.map(function (one) { return make("li", {}, one.day + ": " + one.label); }));
    }, function (error) { wrong(error, "symbols"); });
  };
  const lookLater = later(look);
  ["date", "time", "zone", "benchmark", "name"].forEach(function (key) {
    at(key).addEventListener("input", function () {
      draft[key] = at(key).value.trim();
      clearWrong([key]);
      save();
      if (key === "name") namesake(); else lookLater();
      if (key === "date") readAgain();
    });
  });

  // ---- 3 said: texts with their marks, and the claims
  const everyClaim = function () {
    return draft.texts.reduce(function (all, one) { return all.concat(one.claims); }, []).filter(function (claim) { return claim.state !== "dismissed"; });
  };
  const readAgain = later(function () {  // "since December" depends on the day
    draft.texts.forEach(function (one) { one.read = ""; });
    texts();
  });
  const readText = function (one, shown, slot) {
    if (!one.text.trim() || one.text === one.read) return;
    const words = one.text;
    ask("read", { text: words, date: draft.date, symbols: draft.symbols }).then(function (found) {
      if (one.text !== words) return;
      slot.textContent = "";
      const before = one.claims;
      one.claims = found.map(function (claim) {
        const same = before.find(function (known) { return known.text === claim.text && known.start !== undefined && (known.edited || known.value === claim.value); });
        const places = { start: claim.start, end: claim.end };  // what the reader has corrected stays
        return same && same.edited ? Object.assign(same, places) : Object.assign(claim, { state: same ? same.state : "proposed" });
      }).concat(before.filter(function (claim) { return claim.byHand; }));
      one.read = words;
      save(); mark(one, shown); table();
    }, function (error) { slot.textContent = error.said || String(error); });
  };
  const mark = function (one, shown) {
    const parts = [];
    let last = 0;
    const placed = one.claims.filter(function (claim) { return claim.start !== undefined && one.read === one.text; });
    placed.sort(function (a, b) { return a.start - b.start; }).forEach(function (claim) {
      const start = Math.max(claim.start, last);  // of two proposals in one clause, the second marks what is left
      if (claim.end <= start) return;
      parts.push(one.text.slice(last, start), make("mark", { class: claim.state, title: claim.why }, one.text.slice(start, claim.end)));
      last = claim.end;
    });
    shown.hidden = !parts.length;
    shown.replaceChildren(...parts.length ? parts.concat(one.text.slice(last)) : []);
  };
  const texts = function () {
    at("texts").replaceChildren(...draft.texts.map(function (one, place) {
      const shown = make("div", { class: "marked", hidden: "" }), slot = make("p", { class: "wrong", role: "alert" });
      const read = later(function () { readText(one, shown, slot); });
      const input = function (key, label, type) {
        return make("div", { class: "field" }, [make("label", { for: key + "-" + place }, label),
          Object.assign(make("input", { id: key + "-" + place, type: type, oninput: function (event) { one[key] = event.target.value.trim(); save(); } }), { value: one[key] })]);
      };
      const area = make("textarea", { id: "text-" + place, rows: "5", oninput: function (event) { one.text = event.target.value; save(); read(); } });
      area.value = one.text;
      mark(one, shown);
      if (one.text !== one.read) read();
      return make("fieldset", {}, [make("legend", { class: "small" }, "Text " + (place + 1)),
        make("div", { class: "fields" }, [input("outlet", "Outlet", "text"), input("link", "Link", "url")]),
        make("p", { class: "wrong", "data-field": "link-" + place, role: "alert" }),
        make("label", { for: "text-" + place }, "Paste the text"), area, slot, shown,
        draft.texts.length > 1 ? button("Remove this text", function () { draft.texts.splice(place, 1); save(); texts(); table(); }) : null]);
    }));
  };
  const choices = function (name, options, chosen, label, change) {
    const list = make("select", { name: name, "aria-label": label, onchange: change }, options.map(function (one) {
      return make("option", { value: one[0] }, one[1]);
    }));
    list.value = chosen;
    return list;
  };
  const row = function (claim) {
    const what = claim.subject || claim.symbol || "claim";
    const set = function (name) {
      return function (event) {
        const value = event.target.value.trim();
        claim[name] = name === "sign" ? (value ? Number(value) : null) : name.startsWith("value") || name === "date" ? value || null : value;
        claim.edited = true;
        event.target.removeAttribute("aria-invalid");
        event.target.classList.toggle("empty", !value);
        clearWrong(["claims"]);
        save();
        judge();
      };
    };
    const input = function (name, label, size) {
      return Object.assign(make("input", { name: name, class: claim[name] ? null : "empty", type: name === "date" ? "date" : "text", "aria-label": label + " of " + what, size: size, oninput: set(name), autocomplete: "off" }), { value: claim[name] || "" });
    };
    const state = function (to) { return function () { claim.state = to; save(); table(); texts(); focusRow(claim); }; };
    const cell = function (label, content) { return make("td", { "data-label": label }, content); };
    const kept = claim.state === "kept";
    const judge = later(function () {
      ask("lacks", { claims: [given(claim)] }).then(function (said) { claim.lacks = said[0]; save(); lacking(); count(); }, function () { /* Measure says it */ });
    });
    const keep = make("button", { type: "button", class: "quiet keep", "aria-pressed": String(kept), onclick: state(kept ? "proposed" : "kept") }, kept ? "Kept" : "Keep");
    const why = make("p", { class: "lacks small" });
    const lacking = function () {
      keep.disabled = !kept && !!claim.lacks;
      why.textContent = claim.lacks ? (kept ? "" : "Left out: ") + claim.lacks : "";
    };
    lacking();
    return make("tr", { class: claim.state }, [
      cell("Instrument", [input("symbol", "Symbol", 9), make("span", { class: "soft small" }, " " + (claim.subject || ""))]),
      cell("Move", choices("sign", [["", "?"], ["-1", "fell"], ["1", "rose"]], claim.sign === null ? "" : String(claim.sign), "Move of " + what, set("sign"))),
      cell("Figure", [input("value", "Figure", 7), claim.value_high ? make("span", { class: "soft small" }, " to ") : null, claim.value_high ? input("value_high", "Far end of the figure", 7) : null]),
      cell("Hedge", choices("qualifier", HEDGES, claim.qualifier, "Hedge of " + what, set("qualifier"))),
      cell("Of", choices("basis", BASES, claim.basis, "What the figure of " + what + " measures", set("basis"))),
      cell("Period, day", [input("period", "Period", 8), input("date", "Day", 8)]),
      cell("From the text", [make("span", { class: "small" }, claim.text), why]),
      cell("Yours?", [keep, button("Dismiss", state("dismissed"), "Dismiss the claim on " + what)]),
    ]);
  };
  const focusRow = function (claim, what) {
    const place = shownClaims.indexOf(claim);
    const rows = at("claims").tBodies[0].rows;
    const target = rows[Math.min(place < 0 ? 0 : place, rows.length - 1)];
    if (target) target.querySelector(what || "button:not(:disabled)").focus();
  };
  const table = function () {
    const claims = everyClaim(), body = at("claims").tBodies[0];
    const field = body.contains(document.activeElement) ? document.activeElement : null;  // a text that is read meanwhile moves nobody
    const place = field && [Array.from(body.rows).indexOf(field.closest("tr")), field.name];
    const whose = place && shownClaims[place[0]];
    shownClaims = claims.filter(function (claim) { return !apart(claim); }).concat(claims.filter(apart));
    at("claims").hidden = !claims.length;
    body.replaceChildren(...shownClaims.map(row));
    if (place && place[1] && claims.includes(whose)) body.rows[shownClaims.indexOf(whose)].querySelector('[name="' + place[1] + '"]').focus();
    count();
  };
  let shownClaims = [];
  const apart = function (claim) { return claim.state === "proposed" && !!claim.lacks; };
  const open = function (claim) { return claim.state === "proposed" && !claim.lacks; };
  const count = function () {
    const claims = everyClaim(), kept = claims.filter(function (claim) { return claim.state === "kept"; }).length;
    const out = claims.filter(apart).length;
    at("keep-all").hidden = !claims.some(open);
    const silent = draft.texts.some(function (one) { return one.read && one.read === one.text && !one.claims.length; });
    at("counted").textContent = claims.length ? claims.length + " found, " + kept + " kept. Only what you keep is measured." +
      (out ? " " + out + (out === 1 ? " lacks" : " lack") + " something: each says what." : "")
      : silent ? "No market move was found in the text. You can add claims by hand." : "";
  };
  at("keep-all").addEventListener("click", function () { everyClaim().filter(open).forEach(function (claim) { claim.state = "kept"; }); save(); texts(); table(); });
  at("add-claim").addEventListener("click", function () {
    draft.texts[draft.texts.length - 1].claims.push({ subject: "", symbol: draft.symbols[0] || "", sign: -1, value: "", value_high: null, qualifier: "exact", basis: "unknown", period: "", date: null, text: "", state: "kept", byHand: true });
    save(); table();
    focusRow(everyClaim().filter(function (claim) { return claim.byHand; }).pop(), "input");
  });
  at("add-text").addEventListener("click", function () { draft.texts.push(text()); save(); texts(); at("texts").lastElementChild.querySelector("input").focus(); });

  // ---- measure
  let sent = [], sentTexts = [];
  const FIELDS = ["subject", "symbol", "sign", "value", "value_high", "qualifier", "basis", "period", "date", "text"];
  const given = function (claim) {
    return Object.fromEntries(FIELDS.map(function (key) { return [key, claim[key] === undefined ? null : claim[key]]; }));
  };
  const whole = function () {
    sent = [];
    const used = draft.texts.filter(function (one) { return one.text.trim() || one.outlet || one.claims.length; });
    const claims = [];
    sentTexts = used;
    used.forEach(function (one, place) {
      one.claims.filter(function (claim) { return claim.state === "kept"; }).forEach(function (claim) {
        sent.push(claim);
        claims.push(Object.assign({ article: place }, given(claim)));
      });
    });
    return { name: draft.name || at("name").placeholder, date: draft.date, time: draft.time, zone: draft.zone || "UTC", symbols: draft.symbols, benchmark: draft.benchmark,
      articles: used.map(function (one) { return { outlet: one.outlet, link: one.link }; }), claims: claims };
  };
  const remember = function (event) {
    const own = stored(OWN, {});
    own[event.id] = { secret: event.secret || (own[event.id] || {}).secret || "", name: event.name };
    store(OWN, own);
  };
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    clearWrong();
    const body = packed(new FormData());
    body.append("draft", JSON.stringify(whole()));
    if (draft.editing) body.append("version", draft.editing.version);
    at("go").disabled = true;
    ask(draft.editing ? "change/" + draft.editing.id : "keep", body).then(function (made) {
      remember(made);
      reset();
      yours();
      if (made.missing.length) fetchMissing(made); else show(made);
    }, function (error) {
      wrong(error);
      if (!draft.editing || ![403, 404, 409].includes(error.status)) return;
      beside("").append(" ", button("Keep mine as a new event", function () {
        draft.editing = null;
        clearWrong();
        save(); fill();
        at("go").focus();
      }));
    }).finally(function () { at("go").disabled = false; });
  });
  const show = function (made) {  // prices that a claim alone needs come in the background
    const fetched = made.beside.length ? ask("fetch/" + made.id).catch(function () { /* its page says what has no prices */ }) : Promise.resolve();
    fetched.then(function () { location.href = ROOT + "/e/" + made.id + "/"; });
  };
  const fetchMissing = function (made) {
    const link = make("a", { href: ROOT + "/e/" + made.id + "/" }, "Open the event");
    const words = make("span", {}, "");
    const tell = function (sentence) { words.textContent = made.name + " is kept. " + sentence + " "; };
    const failed = function (error) { tell(error.said); };
    let asked = 0;
    tell("Prices of " + made.missing.join(", ") + " are being fetched.");
    at("progress").replaceChildren(words, link);
    link.focus();
    const watch = function () {
      ask("progress/" + made.id).then(function (run) {
        const open = run.missing.filter(function (symbol) { return !run.reasons[symbol]; });
        if (!run.missing.length) show(made);
        else if (run.running) { tell("Fetching prices: " + run.done + " of " + run.total + ". " + run.message); setTimeout(watch, 1000); }
        else if (open.length && asked < 3) begin();  // another refresh was running
        else tell("No prices yet. " + run.missing.map(function (symbol) { return run.reasons[symbol] || symbol + " could not be fetched."; }).join(" ") + " They stay out until a refresh brings them.");
      }, failed);
    };
    const begin = function () {
      asked += 1;
      ask("fetch/" + made.id).then(function () { setTimeout(watch, 500); }, failed);
    };
    begin();
  };
  const reset = function () {
    draft = blank();
    told = unknown;
    at("files").value = "";
    keepFiles([]);
    save();
    fill();
  };
  at("clear").addEventListener("click", function () { clearWrong(); reset(); at("firm").focus(); });
  const fill = function () {
    ["date", "time", "zone", "benchmark", "name"].forEach(function (key) { at(key).value = draft[key]; });
    at("go").textContent = draft.editing ? "Measure the changed event" : "Measure";
    texts(); table(); chips(); look();
  };

  // ---- yours
  let mine = [];
  const yours = function () {
    ask("own", { ids: Object.keys(stored(OWN, {})) }).then(function (found) {
      mine = found.kept;
      at("yours").hidden = false;
      at("own").replaceChildren(...mine.length ? mine.map(entry) : [make("li", { class: "soft" }, "No event yet.")]);
      at("deleted").replaceChildren(...found.deleted.filter(function (event) { return isMine(event.id); }).map(gone));
      namesake();
    }, function () { /* the form above says what is wrong */ });
  };
  const isMine = function (id) { return isPrivate || !!(stored(OWN, {})[id] || {}).secret; };
  const gone = function (event) {
    return make("li", {}, [event.name + ", deleted on " + event.deleted + ", can be brought back until " + event.until + ". ",
      button("Bring back", function () { ask("restore/" + event.id).then(yours, function (error) { wrong(error, "open"); }); }, "Bring back " + event.name)]);
  };
  const namesake = function () {
    const name = draft.name || at("name").placeholder, editing = draft.editing && draft.editing.id;
    const same = name && mine.some(function (event) { return event.name === name && event.id !== editing; });
    at("name-said").textContent = same ? "Another event of yours has this name. Both are kept, each with a page of its own." : "";
  };
  const entry = function (event) {
    const may = isMine(event.id);
    const later = function (path, work) { return function () { ask(path + "/" + event.id).then(work, function (error) { wrong(error, "open"); }); }; };
    return make("li", {}, [make("a", { href: ROOT + "/e/" + event.id + "/" }, event.name), make("span", { class: "soft small" }, event.name.includes(event.day.replace(/\u00a0/g, " ")) ? " " : " " + event.day + " "),
      may ? button("Edit", later("draft", edit(event)), "Edit " + event.name) : null,
      button("Duplicate", later("copy", function (made) { remember(made); yours(); }), "Duplicate " + event.name),
      make("a", { class: "small", href: ROOT + "/new/event/" + event.id + ".toml" }, "TOML"), " ",
      make("a", { class: "small", href: ROOT + "/new/event/" + event.id + ".zip" }, "with prices"), " ",
      may ? button("Delete", later("delete", function () {
        at("undo").replaceChildren(event.name + " is deleted. ", button("Undo", later("restore", function () { at("undo").replaceChildren(); yours(); })));
        at("undo").querySelector("button").focus();
        yours();
      }), "Delete " + event.name) : null]);
  };
  const edit = function (event) {
    return function (found) {
      const given = found.draft;
      draft = Object.assign(blank(), given, { editing: { id: event.id, version: found.version },
        texts: given.articles.map(function (one, place) {
          return Object.assign(text(), one, { claims: given.claims.filter(function (claim) { return claim.article === place; }).map(function (claim) {
            return Object.assign(claim, { state: "kept", byHand: true });
          }) });
        }) });
      if (!draft.texts.length) draft.texts = [text()];
      delete draft.articles; delete draft.claims;
      save(); fill();
      at("firm").focus();
    };
  };
  at("open").addEventListener("change", function () {
    const body = new FormData();
    Array.from(at("open").files).forEach(function (file) { body.append("file", file, file.name); });
    clearWrong(["open"]);
    ask("open", body).then(function (made) { remember(made); at("open").value = ""; location.href = ROOT + "/e/" + made.id + "/"; },
      function (error) { at("open").value = ""; wrong(error, "open"); });
  });

  if (at("token")) {
    at("token").value = sessionStorage.getItem(TOKEN) || "";
    at("token").addEventListener("change", function () { sessionStorage.setItem(TOKEN, at("token").value); clearWrong(["token"]); look(); yours(); });
  }
  at("yours").hidden = true;
  fill();
  yours();
  database(function (kept) {
    const held = kept.get("dropped");
    held.onsuccess = function () { if (held.result && held.result.length) drop(held.result); };
  });
})();
