"""Whether a whole curve is unusual: the same curve on earlier dates (Simonsohn, Simmons & Nelson 2020)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.choices.curve import Choices, SpecificationCurve, specification_curve
from analysis.inference.familywise import rank_pvalue
from analysis.inference.placebo import PRESENT
from analysis.market.errors import DesignError
from analysis.market.events import Event, day_zero
from analysis.market.prices import Market

DATES, STEP = 99, 5  # earlier dates, and sessions from one to the next: two years
STATISTICS = ("median", "share_significant", "mean_t")


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """What a curve came to on the event and on D earlier dates.

    Parameters
    ----------
    event : DataFrame, target x (specifications, median, share_significant, mean_t)
    draws : DataFrame, (date, target) x the same
    """

    event: pd.DataFrame
    draws: pd.DataFrame

    def known(self, target: str) -> pd.DataFrame:
        """The draws of a target on which four fifths of its specifications could be computed."""
        found = self.draws[self.draws.index.get_level_values("target") == target].droplevel("target")
        event: Any = self.event.loc[target]
        least = PRESENT * float(event["specifications"])
        return found[found["specifications"] >= least]

    def summary(self, target: str) -> pd.DataFrame:
        """Per statistic: `event`, `usual` (the median size of the draws), `pvalue` (two-sided), `dates`."""
        event: Any = self.event.loc[target]
        draws = self.known(target)
        rows = {
            name: {
                "event": event[name],
                "usual": draws[name].abs().median(),
                "pvalue": rank_pvalue(draws[name].to_numpy(), float(event[name])),
                "dates": len(draws),
            }
            for name in STATISTICS
        }
        return pd.DataFrame.from_dict(rows, orient="index")


def permutation_test(
    choices: Choices, market: Market, step: Callable[[int, int], None] = lambda done, of: None
) -> PermutationTest:
    """Repeat a curve as if the news had come on earlier dates, every fifth session of two years.

    The first of `days_zero` is the event. The windows of earlier dates end before the event window begins.
    `step` is told how many dates are done, and of how many.

    Raises
    ------
    DesignError
        If there is no earlier date.
    """
    choices = replace(choices, days_zero=choices.days_zero[:1])
    events = list(earlier(choices, market))
    if not events:
        raise DesignError("no earlier date to compare the curve with")
    draws = {}
    for done, (day, event) in enumerate(events):
        step(done, len(events))
        draws[day] = figures(specification_curve(replace(choices, event=event, days_zero=(None,)), market))
    step(len(events), len(events))
    drawn = pd.concat(draws, names=["date", "target"])
    return PermutationTest(figures(specification_curve(choices, market)), drawn)


def figures(curve: SpecificationCurve) -> pd.DataFrame:
    """What a curve comes to per target: specifications, median effect, share significant, mean t."""
    found = curve.summary.droplevel("day_zero")[["specifications", "median", "share_significant"]]
    return found.assign(mean_t=curve.distinct.groupby("target", observed=False)["statistic"].mean())


def earlier(choices: Choices, market: Market) -> Iterator[tuple[dt.date, Event]]:
    """Earlier dates, the latest first, each with the event as if its news had come then.

    News with a time keeps its hour, so that every exchange learns of it as it learnt of the event's.
    """
    event = choices.event_on(choices.days_zero[0])
    sessions = market.sessions_for(next(s for s in map(market.traded, choices.symbols) if market.has_bars(s)))
    dates, zero = sessions.dates, day_zero(event, sessions)
    longest = max(choices.lengths) + max(choices.gaps) - choices.event_window.start
    for place in range(zero - len(choices.event_window), longest, -STEP)[:DATES]:
        date = dates[place].item()
        if event.information_time is None:
            yield date, choices.event_on(date)
        else:
            yield date, replace(event, information_time=event.information_time - (dates[zero].item() - date))
