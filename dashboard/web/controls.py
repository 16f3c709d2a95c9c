"""Choices above a page: plain HTML controls whose values the browser writes into the address.

Each control carries the key of `dashboard.web.state.FIELDS` that it sets; `assets/page.js` turns a
change into a new query string, and the address makes the page. No control has a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analysis.claims.verdicts import VERDICTS
from analysis.market.errors import EventStudyError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render import theme
from dashboard.views.case import Case
from dashboard.web import checks, state
from dashboard.web.tables import aria

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
    items = [html.Option(text, value=value, selected=value == chosen) for value, text in listed]
    data: dict[str, Any] = {"data-control": key, "data-default": listed[0][0]}
    return html.Div(
        [html.Label(label, htmlFor=f"control-{key}"), html.Select(items, id=f"control-{key}", **data)],
        className="control",
    )


def _windows(presets: Iterable[Window], default: Window, chosen: Window) -> Options:
    """The default first, then the presets by size, and what a link asked for."""
    listed = dict.fromkeys((default, *presets, chosen))
    return [(state.write_window(window), str(window).replace("-", "−")) for window in listed]


def _event_window(case: Case) -> Component:
    view, default = case.view, state.View(case.view.event)
    options = _windows(EVENT_WINDOWS, default.event_window, view.event_window)
    return select("window", WINDOWS["window"], options, state.write_window(view.event_window))


def _estimation_window(case: Case) -> Component:
    view, default = case.view, state.View(case.view.event)
    options = _windows(ESTIMATION_WINDOWS, default.estimation_window, view.estimation_window)
    return select("estimation", WINDOWS["estimation"], options, state.write_window(view.estimation_window))


def _car_window(case: Case) -> Component:
    view = case.view
    options = _windows(CAR_WINDOWS, state.DAY_ZERO, view.car_window)
    return select("car", WINDOWS["car"], options, state.write_window(view.car_window))


def _model(case: Case) -> Component:
    default = state.View(case.view.event).model
    labels = {default: NORMAL_RETURNS[default], **NORMAL_RETURNS}
    options = ((key, entry.label) for key, entry in labels.items())
    return select("model", "Model", options, case.view.model)


def _benchmark(case: Case) -> Component:
    listed = ((symbol, case.name(symbol)) for symbol in state.benchmarks(case.dossier))
    return select("benchmark", "Benchmark", (("", "Each share's own"), *listed), case.view.benchmark)


def _source(case: Case) -> Component:
    sources = dict.fromkeys(move.source for move in case.dossier.moves)
    names = {article.id: article.publisher for article in case.dossier.articles}
    listed = ((source, names.get(source, source)) for source in sources)
    return select("source", "Source", (("", "All sources"), *listed), case.view.source)


def _verdict(case: Case) -> Component:
    listed = ((key, entry.label) for key, entry in VERDICTS.items())
    return select("verdict", "Verdict", (("", "All verdicts"), *listed), case.view.verdict)


def _target(case: Case) -> Component:
    listed = ((symbol, case.name(symbol)) for symbol in _studied(case))
    return select("target", "Answer for", (("", "The group"), *listed), case.view.target)


def _studied(case: Case) -> tuple[str, ...]:
    """The firms of the study; none where it cannot be made, for its page says why."""
    try:
        return tuple(case.study.symbols)
    except EventStudyError:
        return ()


def _tests(case: Case) -> Component:
    return select("tests", "Tests", state.TEST_CHOICES.items(), case.view.tests)


def _symbols(case: Case) -> Component:
    """Firms by sector, each a button that is pressed or not."""
    shown = case.design.symbols
    sectors: dict[str, list[Component]] = {}
    for instrument in case.dossier.instruments:
        if instrument.symbol in studyable(case):
            pressed = "true" if instrument.symbol in shown else "false"
            data: dict[str, Any] = {"data-symbol": instrument.symbol, **aria(pressed=pressed)}
            chip = html.Button(
                instrument.name, id=_identifier(instrument.symbol), type="button", className="chip", **data
            )
            sectors.setdefault(instrument.sector or "Firms", []).append(chip)
    groups = [html.Div([html.P(sector, className="soft small"), *chips]) for sector, chips in sectors.items()]
    default: dict[str, Any] = {"data-control": "symbols", "data-default": ",".join(case.dossier.firms)}
    summary = html.Summary(f"Firms: {len(shown)} chosen", id="control-symbols-summary")
    return html.Details(
        [summary, html.Div(groups, id="control-symbols", className="chips", **default)],
        className="control firms",
    )


def _identifier(symbol: str) -> str:
    return "firm-" + "".join(c if c.isalnum() else "-" for c in symbol)


def studyable(case: Case) -> set[str]:
    """Symbols that can be chosen as firms: those of the articles and of the wider cross-section."""
    groups = (*case.dossier.group("articles"), *case.dossier.group("wider"))
    return {symbol for symbol in groups if case.market.traded(symbol) in case.market.histories}


def _other_windows(case: Case, keys: Sequence[str]) -> list[Component]:
    """Fields for windows that are no preset: two numbers each, which the server checks first."""
    view = case.view
    chosen = {"window": view.event_window, "estimation": view.estimation_window, "car": view.car_window}
    fields = [_window_field(key, chosen[key]) for key in keys if key in chosen]
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
    first, last = (theme.number(end, 0, True) for end in (chosen.start, chosen.end))
    field = dcc.Input(
        id=f"other-{key}", type="text", value=f"{first} to {last}", autoComplete="off", maxLength=20
    )
    return html.Div(
        [html.Label(f"{kind}: first to last session", htmlFor=f"other-{key}"), field], className="control"
    )


def _snapshot(case: Case) -> Component:
    known = case.snapshots
    return select(
        "snapshot", "Prices as of", (("", "Newest snapshot"), *((s, s) for s in known)), case.view.snapshot
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
    return [select("event", "Event", case.events, case.view.event)]


def bar(case: Case, keys: Sequence[str], path: str) -> Component:
    """The controls of a page with a reset and a link to copy; nothing for a page without."""
    chosen = [*_general(case), *(CONTROLS[key](case) for key in keys), *_other_windows(case, keys)]
    if not chosen:
        return html.Div(id="controls")
    default = replace(state.View(case.view.event), snapshot=case.view.snapshot)
    usual = case.events[0][0] if case.events else ""
    reset = dcc.Link("Reset", href=path + state.query(default, usual), id="reset", className="quiet")
    address: dict[str, Any] = {"data-copy": ""}
    copy = html.Button("Copy link", id="copy-link", type="button", className="quiet", **address)
    actions = html.Div([reset, copy], className="actions")
    return html.Div(
        [*chosen, actions], id="controls", className="controls", role="group", **aria(label="Choices")
    )
