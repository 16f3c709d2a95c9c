"""A market of three firms, and studies of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from analysis.market.events import Window
from analysis.market.prices import Market
from analysis.study.study import StudyDesign, StudyResults, event_study
from tests.analysis.markets import history, session_event

SIZE, DAY_ZERO = 120, 100


ESTIMATION, EVENT = Window(-80, -11), Window(-10, 10)


def drawn(seed: int = 1, firms: str = "ABC") -> dict[str, npt.NDArray[np.float64]]:
    """Returns of MKT and of firms that follow it with betas 0.5, 1.0, 1.5, ..."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.01, SIZE)
    own = {f: 0.5 * (j + 1) * market + rng.normal(0, 0.02, SIZE) for j, f in enumerate(firms)}
    return {"MKT": market} | own


def study(market: Market, *symbols: str, **choices: object) -> StudyResults:
    design = {"event_window": EVENT, "estimation_window": ESTIMATION} | choices
    return event_study(
        StudyDesign(session_event(market, DAY_ZERO), symbols or ("A", "B", "C"), **design), market
    )  # type: ignore[arg-type]


def with_history(market: Market, symbol: str, closes: npt.NDArray[np.float64]) -> Market:
    dates = market.sessions["XTST"].dates
    return dataclasses.replace(market, histories={**market.histories, symbol: history(symbol, dates, closes)})
