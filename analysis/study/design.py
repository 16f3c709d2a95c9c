"""The design of a study: everything that a reader can choose."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from analysis.market.errors import DesignError, UnknownNameError
from analysis.market.events import DAY_ZERO, Event, Window
from analysis.market.reactions import OWN_MEAN, REACTIONS
from analysis.market.trades import BETWEEN_TRADES, MISSING, Gaps
from analysis.models.normal_returns import NORMAL_RETURNS

CAR_WINDOWS = (DAY_ZERO, Window(0, 1), Window(-1, 1), Window(-5, 5), Window(-10, 10))
EVENT_WINDOW = Window(-10, 10)
ESTIMATION_WINDOW = Window(-260, -11)


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """Everything a reader can choose: the state of a page, the caption and the cache key in one.

    `benchmark` None means each instrument's own default; `reaction` is what is studied, a key of
    `REACTIONS`. Reactions other than the return are measured against their own mean. `gaps` says what
    becomes of returns beside a session without a bar: they are missing, or run from trade to trade.
    `donors` are those of a synthetic control; none means the default ones (`study.donors`).
    With `shorten`, too few bars shorten the windows of all firms: the estimation window, and the event
    window where it is the usual one (`study.shorter`).

    Raises
    ------
    DesignError
        If the windows overlap, the event window leaves out day 0, no symbol is named, or the
        reaction does not go with the model, or trade-to-trade returns do not go with either.
    UnknownNameError
        If the model is not in `NORMAL_RETURNS`, the reaction not in `REACTIONS`, or `gaps` is unknown.
    """

    event: Event
    symbols: tuple[str, ...]
    benchmark: str | None = None
    model: str = "market_model"
    event_window: Window = EVENT_WINDOW
    estimation_window: Window = ESTIMATION_WINDOW
    reaction: str = "return"
    gaps: Gaps = MISSING
    shorten: bool = False
    donors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.model not in NORMAL_RETURNS:
            raise UnknownNameError("model", self.model, NORMAL_RETURNS)
        if self.reaction not in REACTIONS:
            raise UnknownNameError("reaction", self.reaction, REACTIONS)
        if self.reaction != "return" and self.model != OWN_MEAN:
            raise DesignError(
                f"the {self.reaction} is measured against its own mean: choose the model {OWN_MEAN!r}"
            )
        self._check_gaps()
        if self.donors and "donors" not in self.needs:
            able = [key for key, model in NORMAL_RETURNS.items() if "donors" in model.needs]
            raise DesignError(f"the model {self.model!r} has no donors; they go with {', '.join(able)}")
        if not self.symbols:
            raise DesignError("a study needs at least one symbol")
        if repeated := [symbol for symbol, count in Counter(self.symbols).items() if count > 1]:
            raise DesignError(f"symbol {', '.join(sorted(repeated))} is named twice")
        if 0 not in self.event_window:
            raise DesignError(f"event window {self.event_window} must contain day 0")
        if self.event_window.overlaps(self.estimation_window):
            raise DesignError(
                f"estimation window {self.estimation_window} overlaps event window {self.event_window}; "
                f"end it at {self.event_window.start - 1:+d} or before"
            )

    def _check_gaps(self) -> None:
        if self.gaps not in get_args(Gaps):
            raise UnknownNameError("way with gaps", self.gaps, get_args(Gaps))
        if self.gaps == BETWEEN_TRADES and self.reaction != "return":
            raise DesignError(f"the {self.reaction} does not run from trade to trade: only returns do")
        if self.gaps == BETWEEN_TRADES and not NORMAL_RETURNS[self.model].between_trades:
            able = [key for key, model in NORMAL_RETURNS.items() if model.between_trades]
            raise DesignError(
                f"the model {self.model!r} needs returns of single sessions; trade-to-trade returns go "
                f"with {', '.join(able)}"
            )

    @property
    def needs(self) -> tuple[str, ...]:
        """What its model reads besides the share."""
        return NORMAL_RETURNS[self.model].needs

    @property
    def car_windows(self) -> tuple[Window, ...]:
        """The standard CAR windows that fit into the event window, and the event window itself."""
        fitting = tuple(window for window in CAR_WINDOWS if self.event_window.covers(window))
        return fitting if self.event_window in fitting else (*fitting, self.event_window)
