"""Choices above a page: plain HTML controls whose values the browser writes into the address.

Each control carries the key of `dashboard.views.choices.FIELDS` that it sets; `assets/page.js` turns a
change into a new query string, and the address makes the page. No control has a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analysis.claims.verdicts import VERDICTS
from analysis.market.errors import EventStudyError
from analysis.market.events import Window
from analysis.market.prices import Instrument
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render.html import tag
from dashboard.views import words
from dashboard.views.case import Case
from dashboard.views.choices import DAY_ZERO, TEST_CHOICES, Choices, benchmarks, query, write_window
from dashboard.web import checks
from dashboard.web.components import aria, finished

Options = Iterable[tuple[str, str]]

WINDOWS = {"window": "Event window", "estimation": "Estimation window", "car": "CAR window"}
EVENT_WINDOWS = (Window(-1, 1), Window(-5, 5), Window(-10, 10), Window(-20, 20), Window(-5, 60))
ESTIMATION_WINDOWS = (Window(-130, -11), Window(-260, -11), Window(-260, -31), Window(-500, -11))
CAR_WINDOWS = (Window(0, 0), Window(0, 1), Window(-1, 1), Window(-5, 5), Window(-10, 10))


def select(key: str, label: str, options: Options, chosen: str) -> Component:
    """A labelled list of choices; the first option is the default."""
    listed = list(options)
    if chosen not in {value for value, _ in listed}:
        listed.append((chosen, chosen))
    items = (
        tag("option", escape(text), value=value, selected="" if value == chosen else None)
        for value, text in listed
    )
    data: dict[str, Any] = {"data-control": key, "data-default": listed[0][0]}
    listing = finished("".join(items), html.Select, id=f"control-{key}", **data)
    return html.Div([html.Label(label, htmlFor=f"control-{key}"), listing], className="control")


def _windows(presets: Iterable[Window], default: Window, chosen: Window) -> Options:
    """The default first, then the presets by size, and what a link asked for."""
    listed = dict.fromkeys((default, *presets, chosen))
    return [(write_window(window), str(window).replace("-", "−")) for window in listed]


def _event_window(case: Case) -> Component:
    chosen, default = case.choices, Choices(case.choices.event)
    options = _windows(EVENT_WINDOWS, default.event_window, chosen.event_window)
    return select("window", WINDOWS["window"], options, write_window(chosen.event_window))


def _estimation_window(case: Case) -> Component:
    chosen, default = case.choices, Choices(case.choices.event)
    options = _windows(ESTIMATION_WINDOWS, default.estimation_window, chosen.estimation_window)
    return select("estimation", WINDOWS["estimation"], options, write_window(chosen.estimation_window))


def _car_window(case: Case) -> Component:
    chosen = case.choices
    options = _windows(CAR_WINDOWS, DAY_ZERO, chosen.car_window)
    return select("car", WINDOWS["car"], options, write_window(chosen.car_window))


def _model(case: Case) -> Component:
    default = Choices(case.choices.event).model
    labels = {default: NORMAL_RETURNS[default], **NORMAL_RETURNS}
    options = ((key, entry.label) for key, entry in labels.items())
    return select("model", "Model", options, case.choices.model)


def _benchmark(case: Case) -> Component:
    listed = ((symbol, case.name(symbol)) for symbol in benchmarks(case.dossier))
    return select("benchmark", "Benchmark", (("", "Each share's own"), *listed), case.choices.benchmark)


def _source(case: Case) -> Component:
    sources = dict.fromkeys(move.source for move in case.dossier.moves)
    names = {article.id: article.publisher for article in case.dossier.articles}
    listed = ((source, names.get(source, source)) for source in sources)
    return select("source", "Source", (("", "All sources"), *listed), case.choices.source)


def _verdict(case: Case) -> Component:
    listed = ((key, entry.label) for key, entry in VERDICTS.items())
    return select("verdict", "Verdict", (("", "All verdicts"), *listed), case.choices.verdict)


def _target(case: Case) -> Component:
    listed = ((symbol, case.name(symbol)) for symbol in _studied(case))
    return select("target", "Answer for", (("", "The group"), *listed), case.choices.target)


def _studied(case: Case) -> tuple[str, ...]:
    """The firms of the study; none where it cannot be made, for its page says why."""
    try:
        return tuple(case.study.symbols)
    except EventStudyError:
        return ()


def _tests(case: Case) -> Component:
    return select("tests", "Tests", TEST_CHOICES.items(), case.choices.tests)


def _symbols(case: Case) -> Component:
    """Firms by sector, each a button that is pressed or not."""
    shown = case.design.symbols
    sectors: dict[str, list[str]] = {}
    for instrument in case.dossier.instruments:
        if instrument.symbol in studyable(case):
            chip = _chip(instrument, instrument.symbol in shown)
            sectors.setdefault(instrument.sector or "Firms", []).append(chip)
    groups = (
        tag("div", tag("p", escape(sector), class_="soft small"), *chips) for sector, chips in sectors.items()
    )
    default: dict[str, Any] = {"data-control": "symbols", "data-default": ",".join(case.dossier.firms)}
    summary = html.Summary(f"Firms: {len(shown)} chosen", id="control-symbols-summary")
    return html.Details(
        [summary, finished("".join(groups), id="control-symbols", className="chips", **default)],
        className="control firms",
    )


def _chip(instrument: Instrument, pressed: bool) -> str:
    return tag(
        "button",
        escape(instrument.name),
        id=_identifier(instrument.symbol),
        type="button",
        class_="chip",
        data_symbol=instrument.symbol,
        aria_pressed=str(pressed).lower(),
    )


def _identifier(symbol: str) -> str:
    return "firm-" + "".join(c if c.isalnum() else "-" for c in symbol)


def studyable(case: Case) -> set[str]:
    """Symbols that can be chosen as firms: those of the articles and of the wider cross-section."""
    groups = (*case.dossier.group("articles"), *case.dossier.group("wider"))
    return {symbol for symbol in groups if case.market.traded(symbol) in case.market.histories}


def _other_windows(case: Case, keys: Sequence[str]) -> list[Component]:
    """Fields for windows that are no preset: two numbers each, which the server checks first."""
    chosen = case.choices
    windows = {
        "window": chosen.event_window,
        "estimation": chosen.estimation_window,
        "car": chosen.car_window,
    }
    fields = [_window_field(key, windows[key]) for key in keys if key in windows]
    if not fields:
        return []
    show = html.Button("Show", type="submit", className="quiet")
    answer = html.P(id="windows-answer", role="alert", className="small")
    form: dict[str, Any] = {"data-windows": checks.ADDRESS}
    inside = html.Form([*fields, show, answer], id="windows-form", **form)
    return [
        html.Details(
            [html.Summary("Other windows"), inside], className="control wide-control", id="other-windows"
        )
    ]


def _window_field(key: str, chosen: Window) -> Component:
    kind = WINDOWS[key].removesuffix(" window")
    first, last = (words.number(end, 0, True) for end in (chosen.start, chosen.end))
    field = dcc.Input(
        id=f"other-{key}", type="text", value=f"{first} to {last}", autoComplete="off", maxLength=20
    )
    return html.Div(
        [html.Label(f"{kind}: first to last session", htmlFor=f"other-{key}"), field], className="control"
    )


def _snapshot(case: Case) -> Component:
    known = case.snapshots
    return select(
        "snapshot", "Prices as of", (("", "Newest snapshot"), *((s, s) for s in known)), case.choices.snapshot
    )


CONTROLS: dict[str, Callable[[Case], Component]] = {
    "symbols": _symbols,
    "model": _model,
    "benchmark": _benchmark,
    "window": _event_window,
    "estimation": _estimation_window,
    "car": _car_window,
    "snapshot": _snapshot,
    "target": _target,
    "tests": _tests,
    "source": _source,
    "verdict": _verdict,
}


def _general(case: Case) -> list[Component]:
    """The event, on every page, where there is more than one."""
    if len(case.events) < 2:
        return []
    return [select("event", "Event", case.events, case.choices.event)]


def bar(case: Case, keys: Sequence[str], path: str) -> Component:
    """The controls of a page with a reset and a link to copy; nothing for a page without."""
    chosen = [*_general(case), *(CONTROLS[key](case) for key in keys), *_other_windows(case, keys)]
    if not chosen:
        return html.Div(id="controls")
    default = replace(Choices(case.choices.event), snapshot=case.choices.snapshot)
    usual = case.events[0][0] if case.events else ""
    reset = dcc.Link("Reset", href=path + query(default, usual), id="reset", className="quiet")
    address: dict[str, Any] = {"data-copy": ""}
    copy = html.Button("Copy link", id="copy-link", type="button", className="quiet", **address)
    actions = html.Div([reset, copy], className="actions")
    return html.Div(
        [*chosen, actions], id="controls", className="controls", role="group", **aria(label="Choices")
    )
