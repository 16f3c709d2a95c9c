"""What a reader must know before relying on a study: of its prices, its sessions and its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inference.cautions import group_cautions
from analysis.inference.trust import group_of
from analysis.market.events import DAY_ZERO, Window
from analysis.market.reactions import OWN_MEAN
from dashboard.views.words import count

if TYPE_CHECKING:
    from analysis.study.study import StudyResults


class Cautions(NamedTuple):
    """What can decide a result, what else there is to say, and symbols left out before the study."""

    decisive: Sequence[str] = ()
    others: Sequence[str] = ()
    unread: Mapping[str, str] = {}


NONE = Cautions()


def cautions_of(results: StudyResults, prices: Cautions = NONE, window: Window = DAY_ZERO) -> Cautions:
    """All that must be said of a study and a window of it, with what was said of its prices."""
    group = group_cautions(group_of(results), window)
    shorter = [results.shortening] if results.shortening else []
    decisive = [*halts(results), *shorter, *prices.decisive, *group]
    strays = (f"Not used: {sentence}" for sentence in _strays(results))
    others = [*prices.others, *_without_benchmark(results), *_spans(results), *strays]
    return Cautions(decisive, others, prices.unread)


def _without_benchmark(results: StudyResults) -> Iterator[str]:
    """That returns are held against their own mean, where no firm has a benchmark."""
    design, instruments = results.design, results.panel.market.instruments
    known = design.benchmark or any(instruments[s].benchmark for s in results.symbols if s in instruments)
    if not known and design.reaction == "return" and design.model == OWN_MEAN:
        yield "No benchmark is named for these firms: each return is held against the firm's own mean"


def halts(results: StudyResults) -> list[str]:
    """What the price of each firm without a bar on day 0 or +1 did when it reopened."""
    out = []
    for move in results.reopenings:
        left_out = " is left out" if move.label in results.excluded else ""
        out.append(f"{move.label}{left_out}: {move.text}")
    return out


def held_in_part(results: StudyResults) -> Iterator[str]:
    """Windows that lack sessions, firm by firm."""
    windows = results.design.car_windows
    held = {
        window: dict(zip(results.symbols, results.held(window).tolist(), strict=True)) for window in windows
    }
    for symbol in results.symbols:
        for window in windows:
            if held[window][symbol] < len(window):
                yield f"{symbol}: {window} holds {held[window][symbol]} of {len(window)} sessions"


def _spans(results: StudyResults) -> Iterator[str]:
    """Abnormal returns over several sessions, which a window counts whole."""
    if results.event_gaps is None:
        return
    first = results.design.event_window.start
    for row, column in np.argwhere(results.event_gaps > 1).tolist():
        sessions = f"{results.event_gaps[row, column]:.0f} sessions"
        day = f"day {first + row:+d}" if first + row else "day 0"
        yield f"{results.symbols[column]}: the return of {day} spans {sessions} and counts whole"


def _strays(results: StudyResults) -> Iterator[str]:
    """Per firm, its bars between the first and the last session on days that are no sessions."""
    market = results.panel.market
    for observation in results.panel.observations:
        dates = market.histories[observation.symbol].dates
        sessions = market.sessions_for(observation.symbol, observation.benchmark)
        within = dates[(dates >= sessions.dates[0]) & (dates <= sessions.dates[-1])]
        strays = within[~np.isin(within, sessions.dates)]
        if len(strays):
            yield (
                f"{observation.symbol}: {count(len(strays), 'bar')} on days that are no sessions of "
                f"{sessions.exchange}, the first {strays[0]}"
            )
