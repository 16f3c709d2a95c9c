"""Captions under charts, in one form: what is shown, by which method, from which source.

A chart under a model names the model, the benchmark and the windows; a chart of prices alone says
that there is no model, and which period it spans.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

import numpy as np
from dash import html
from dash.development.base_component import Component

from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyResults
from dashboard import theme
from dashboard.case import Case

FACTORS = "Kenneth R. French Data Library"
MOST_PANELS = 12
MOST_LINES = len(theme.SERIES)  # more would look like others


def caption(shows: str, method: str, source: str) -> list[Component]:
    """What a chart shows, by which method and from which source: a line each."""
    lines = {"shows": shows, "method": method, "source": source}
    return [
        html.Span(" ".join(filter(None, words.split(" "))), className=name) for name, words in lines.items()
    ]


def modelled(case: Case, study: StudyResults | None = None) -> str:
    """Model, benchmark and windows of a study; by default the one of the page."""
    found = study or case.study
    design = found.design
    model = NORMAL_RETURNS[design.model]
    between = "" if design.gaps == "missing" else " Returns run from trade to trade."
    return (
        f"Model: {model.label}. Benchmark: {_benchmarks(case, found)}. Windows in sessions from "
        f"{day_zero(case)}: event {unbroken(design.event_window)}, estimation "
        f"{unbroken(design.estimation_window)}.{between}"
    )


def unmodelled(prices: str, period: str) -> str:
    """That prices are shown as they were, and over which period."""
    return f"No model, no benchmark: {prices}, {period}."


def period(dates: Iterable[dt.date | np.datetime64]) -> str:
    """The first and the last of some dates, in words."""
    days = sorted(dates)
    first, last = theme.day(days[0]), theme.day(days[-1])
    return first if first == last else f"{first} to {last}"


def source(case: Case, symbols: Sequence[str] = (), models: Sequence[str] = ()) -> str:
    """Who published the series shown, the snapshot and the last price."""
    return _credit(case, publishers(case, symbols, models))


def provenance(case: Case) -> str:
    """Every source of a snapshot, the snapshot and the last price."""
    return _credit(case, case.market.provenance.source)


def publishers(case: Case, symbols: Sequence[str] = (), models: Sequence[str] = ()) -> str:
    """Who published some series, each once.

    Parameters
    ----------
    symbols : sequence of str
        What is drawn; by default the firms of the study with what they are measured against.
    models : sequence of str
        Keys of `NORMAL_RETURNS`, for what they read besides.
    """
    if not symbols:
        symbols, models = studied(case), (case.design.model,)
    market, needs = case.market, [need for model in models for need in NORMAL_RETURNS[model].needs]
    series = (*symbols, *(need for need in needs if need in market.instruments))
    held = [market.histories[s] for s in map(market.traded, series) if s in market.histories]
    names = [name for history in held for name in history.source.split("; ")]
    named = "; ".join(dict.fromkeys([*names, *([FACTORS] if "factors" in needs else [])]))
    return named or market.provenance.source


def credited(words: str) -> str:
    """The publishers that a caption names; empty if it names none."""
    found = re.search(r"Source: (.+?); snapshot ", words)
    return found[1] if found else ""


def studied(case: Case) -> list[str]:
    """The firms, and the benchmarks that their model reads."""
    against = case.study.benchmarks.values() if "benchmark" in NORMAL_RETURNS[case.design.model].needs else ()
    return [*case.study.symbols, *against]


def usual_part(case: Case, symbol: str) -> str:
    """What a model takes off a firm's return, in words."""
    if "benchmark" in NORMAL_RETURNS[case.design.model].needs:
        return f"the part that usually goes with {case.name(case.study.benchmarks[symbol])}"
    return "the part that the model expects"


def day_zero(case: Case) -> str:
    """The date of day 0; the first and the last where exchanges differ."""
    return period(case.study.event_sessions.values())


def span(window: Window) -> str:
    """A window as people say it: ``on day 0``, or ``over sessions −1 to +1``."""
    if len(window) == 1:
        return "on day 0" if 0 in window else f"on session {theme.number(window.start, 0, True)}"
    return f"over sessions {theme.number(window.start, 0, True)} to {theme.number(window.end, 0, True)}"


def short(name: str) -> str:
    """A name without what stands in brackets, for the end of a line."""
    return re.sub(r" \([^)]*\)", "", name)


def few(case: Case, most: int = MOST_PANELS, study: StudyResults | None = None) -> str:
    """That only some firms are drawn; empty where all are."""
    every = len((study or case.study).symbols)
    return f"The first {most} of {every} firms are drawn; the table holds all." if every > most else ""


def _benchmarks(case: Case, study: StudyResults) -> str:
    """What a model reads besides the share, by name."""
    needs = NORMAL_RETURNS[study.design.model].needs
    named = {
        "benchmark": case.names(tuple(dict.fromkeys(study.benchmarks.values()))),
        "factors": ("the factor returns of each share's region",),
    }
    return "; ".join(name for need in needs for name in named.get(need) or (case.name(need),)) or "none"


def unbroken(window: Window) -> str:
    """A window of event time that no line break cuts in two."""
    return theme.window(window).replace(" ", theme.SPACE)


def _credit(case: Case, names: str) -> str:
    origin = case.market.provenance
    return f"Source: {names}; snapshot {origin.snapshot}, prices to {theme.day(origin.as_of)}."
