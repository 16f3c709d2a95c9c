"""Choices above a page: plain HTML controls whose values the browser writes into the address.

Each control carries the key of `dashboard.views.choices.FIELDS` that it sets; `assets/page.js` turns a
change into a new query string, and the address makes the page. No control has a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any, NamedTuple

import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from analysis.claims.judgements import VERDICTS
from analysis.market.errors import EventStudyError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import EVENT_WINDOW
from dashboard.render.html import tag
from dashboard.views import words
from dashboard.views.case import Case
from dashboard.views.choices import (
    FIELDS,
    TEST_CHOICES,
    Choices,
    Field,
    benchmarks,
    reads_benchmark,
    write_window,
)
from dashboard.views.pages import place
from dashboard.views.words import count
from dashboard.web import checks, donors
from dashboard.web.components import aria, finished


class Option(NamedTuple):
    """A choice of a list: how the address writes it, how people read it, and why it cannot be made here."""

    value: str
    text: str
    forbidden: str = ""


Options = Iterable[Option]

WINDOWS = {f.key: f for f in FIELDS if f.attribute.endswith("_window")}
EVENT_WINDOWS = (Window(-1, 1), Window(-5, 5), Window(-10, 10), Window(-20, 20), Window(-5, 60))
ESTIMATION_WINDOWS = (Window(-130, -11), Window(-260, -11), Window(-260, -31), Window(-500, -11))
CAR_WINDOWS = (Window(0, 0), Window(0, 1), Window(-1, 1), Window(-5, 5), Window(-10, 10))


def select(key: str, label: str, options: Options, chosen: str) -> Component:
    """A labelled list of choices; the first option is the default."""
    listed = list(options)
    if chosen not in {option.value for option in listed}:
        listed.append(Option(chosen, chosen))
    items = (_option(option, option.value == chosen) for option in listed)
    data: dict[str, Any] = {"data-control": key, "data-default": listed[0].value}
    listing = finished("".join(items), html.Select, id=f"control-{key}", **data)
    return html.Div([html.Label(label, htmlFor=f"control-{key}"), listing], className="control")


def _option(option: Option, chosen: bool) -> str:
    """An item of a list; one that cannot be chosen says why."""
    text = f"{option.text} ({option.forbidden})" if option.forbidden else option.text
    disabled = "" if option.forbidden and not chosen else None
    return tag("option", escape(text), value=option.value, selected="" if chosen else None, disabled=disabled)


def _window(key: str, presets: tuple[Window, ...]) -> Callable[[Case], Component]:
    """A list of windows: the default first, then the presets by size, and what a link asked for."""
    field = WINDOWS[key]

    def control(case: Case) -> Component:
        chosen = getattr(case.choices, field.attribute)
        default = getattr(Choices(case.choices.event), field.attribute)
        listed = dict.fromkeys((default, *presets, chosen))
        options = (Option(write_window(w), words.window(w), _why_not(case, key, w)) for w in listed)
        return select(key, _label(field), options, write_window(chosen))

    return control


def _label(window: Field) -> str:
    return window.name[:1].upper() + window.name[1:]


def _why_not(case: Case, key: str, asked: Window) -> str:
    """Why a window cannot be chosen; the usual event window can: it ends with the bars by itself."""
    if key == "window" and case.design.shorten and asked == EVENT_WINDOW:
        return ""
    if key == "car" and _studied(case):
        within = case.study.design.event_window
        if within != case.design.event_window and asked.end > within.end:
            return f"the event window ends at {words.number(within.end, 0, True)}"
    return beyond(case, asked)


def beyond(case: Case, asked: Window) -> str:
    """Why no firm has the sessions of a window; empty if one has them."""
    days = case.study.event_sessions if _studied(case) else {}
    bars = [(case.market.histories[symbol].dates, np.datetime64(day)) for symbol, day in days.items()]
    if not bars:
        return ""
    before = max(int((dates < day).sum()) for dates, day in bars)
    after = max(int((dates > day).sum()) for dates, day in bars)
    if -asked.start > before:
        return f"{are(before)} before day 0"
    return f"{are(after)} after day 0" if asked.end > after else ""


def are(sessions: int) -> str:
    """How many sessions there are."""
    return f"{count(sessions, 'session')} {'is' if sessions == 1 else 'are'} there"


def _model(case: Case) -> Component:
    default = Choices(case.choices.event).model
    keys = dict.fromkeys((default, *NORMAL_RETURNS))
    options = (Option(key, NORMAL_RETURNS[key].label, lacking(case, key)) for key in keys)
    return select("model", "Model", options, case.choices.model)


def lacking(case: Case, model: str) -> str:
    """What a model reads that is not there; empty if all is."""
    for need in NORMAL_RETURNS[model].needs:
        if need == "factors" and not case.market.factors:
            return "no factor returns here"
        if need == "donors":
            return "" if case.market.pool else "no shares beside these"
        if need not in ("factors", "benchmark") and not case.market.has_bars(need):
            return f"no prices of {case.name(need) if need in case.market.instruments else need}"
    return ""


def _benchmark(case: Case) -> Component:
    unread = "" if reads_benchmark(case.choices) else "this model reads none"
    listed = (
        Option(symbol, case.name(symbol), unread or ("" if case.market.has_bars(symbol) else "no prices"))
        for symbol in benchmarks(case.dossier)
    )
    options = (Option("", "Each share's own"), *listed)
    return select("benchmark", "Benchmark", options, case.choices.benchmark)


def _source(case: Case) -> Component:
    sources = dict.fromkeys(move.source for move in case.dossier.moves)
    names = {article.id: article.publisher for article in case.dossier.articles}
    listed = (Option(source, names.get(source, source)) for source in sources)
    return select("source", "Source", (Option("", "All sources"), *listed), case.choices.source)


def _verdict(case: Case) -> Component:
    """Verdicts; those that no claim of the chosen source has cannot be chosen."""
    try:
        checked = case.studies.checks
    except EventStudyError:  # the page says why
        checked = ()
    of_source = {c.verdict for c in checked if case.choices.source in ("", c.reported.source)}
    listed = (Option(key, v.label, "" if key in of_source else "no claim") for key, v in VERDICTS.items())
    return select("verdict", "Verdict", (Option("", "All verdicts"), *listed), case.choices.verdict)


def _target(case: Case) -> Component:
    studied, chosen = _studied(case), case.choices.target and case.market.traded(case.choices.target)
    listed = (Option(symbol, case.name(symbol)) for symbol in studied)
    return select(
        "target", "Answer for", (Option("", "The group"), *listed), chosen if chosen in studied else ""
    )


def _studied(case: Case) -> tuple[str, ...]:
    """The firms of the study; none where it cannot be made, for its page says why."""
    try:
        return tuple(case.study.symbols)
    except EventStudyError:
        return ()


def _tests(case: Case) -> Component:
    return select("tests", "Tests", (Option(*one) for one in TEST_CHOICES.items()), case.choices.tests)


def _symbols(case: Case) -> Component:
    """Firms by sector, each a button that is pressed or not."""
    shown = case.design.symbols
    sectors: dict[str, list[str]] = {}
    for instrument in case.dossier.instruments:
        if instrument.symbol in studyable(case):
            button = chip("firm", instrument.symbol, instrument.name, instrument.symbol in shown)
            sectors.setdefault(instrument.sector or "Firms", []).append(button)
    groups = (
        tag("div", tag("p", escape(sector), class_="soft small"), *chips) for sector, chips in sectors.items()
    )
    default: dict[str, Any] = {"data-control": "symbols", "data-default": ",".join(case.dossier.firms)}
    summary = html.Summary(f"Firms: {len(shown)} chosen", id="control-symbols-summary")
    return html.Details(
        [summary, finished("".join(groups), id="control-symbols", className="chips", **default)],
        className="control firms",
    )


def chip(kind: str, key: str, name: str, pressed: bool) -> str:
    """A button that is pressed or not, for one of many that can be chosen."""
    identifier = f"{kind}-" + "".join(c if c.isalnum() else "-" for c in key)
    state = str(pressed).lower()
    return tag(
        "button",
        escape(name),
        id=identifier,
        type="button",
        class_="chip",
        data_symbol=key,
        aria_pressed=state,
    )


def studyable(case: Case) -> set[str]:
    """Symbols that can be chosen as firms: those of the articles and of the wider cross-section."""
    groups = (*case.dossier.group("articles"), *case.dossier.group("wider"))
    return {symbol for symbol in groups if case.market.traded(symbol) in case.market.histories}


def _other_windows(case: Case, keys: Sequence[str]) -> list[Component]:
    """Fields for windows that are no preset: two numbers each, which the server checks first."""
    fields = [_window_field(WINDOWS[key], case.choices) for key in keys if key in WINDOWS]
    if not fields:
        return []
    inside = checks.form(case.choices.event, "windows", fields)
    return [
        html.Details(
            [html.Summary("Other windows"), inside], className="control wide-control", id="other-windows"
        )
    ]


def _window_field(field: Field, choices: Choices) -> Component:
    chosen, place = getattr(choices, field.attribute), f"other-{field.key}"
    first, last = (words.number(end, 0, True) for end in (chosen.start, chosen.end))
    written = dcc.Input(id=place, type="text", value=f"{first} to {last}", autoComplete="off", maxLength=20)
    kind = _label(field).removesuffix(" window")
    label = html.Label(f"{kind}: first to last session", htmlFor=place)
    return html.Div([label, written], className="control")


def _snapshot(case: Case) -> Component:
    known = (Option(snapshot, snapshot) for snapshot in case.snapshots)
    options = (Option("", "Newest snapshot"), *known)
    return select("snapshot", "Prices as of", options, case.choices.snapshot)


CONTROLS: dict[str, Callable[[Case], Component | None]] = {
    "symbols": _symbols,
    "model": _model,
    "benchmark": _benchmark,
    "window": _window("window", EVENT_WINDOWS),
    "estimation": _window("estimation", ESTIMATION_WINDOWS),
    "car": _window("car", CAR_WINDOWS),
    "snapshot": _snapshot,
    "target": _target,
    "tests": _tests,
    "source": _source,
    "verdict": _verdict,
}


def _general(case: Case, path: str) -> list[Component]:
    """The event, on every page, where there is more than one: its values are addresses."""
    names = dict(case.events)
    if len(names) < 2:
        return []
    names.setdefault(case.choices.event, case.dossier.event.name)  # one that only its reader knows
    usual = case.events[0][0]
    events = {slug: Option(place(path, Choices(slug), usual), name) for slug, name in names.items()}
    return [select("event", "Event", events.values(), events[case.choices.event].value)]


def bar(case: Case, keys: Sequence[str], path: str) -> Component:
    """The controls of a page with a reset and a link to copy; nothing for a page without."""
    known = CONTROLS | {"donors": partial(donors.control, path=path)}
    made = [one for key in keys if (one := known[key](case)) is not None]
    chosen = [*_general(case, path), *made, *_other_windows(case, keys)]
    if not chosen:
        return html.Div(id="controls")
    default = replace(Choices(case.choices.event), snapshot=case.choices.snapshot)
    usual = case.events[0][0] if case.events else ""
    reset = dcc.Link("Reset", href=place(path, default, usual), id="reset", className="quiet")
    address: dict[str, Any] = {"data-copy": ""}
    copy = html.Button("Copy link", id="copy-link", type="button", className="quiet", **address)
    actions = html.Div([reset, copy], className="actions")
    return html.Div(
        [*chosen, actions], id="controls", className="controls", role="group", **aria(label="Choices")
    )
