"""The registry of bases: what a reported figure can measure, and how each kind is held against prices.

A new basis is one entry here, its key in `Basis` (`analysis.claims.reported`), and a test:
CONTRIBUTING.md has the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.claims import comparisons, rules
from analysis.claims.measured import (
    Evidence,
    MeasuredMoves,
    moves_of_its_session,
    moves_of_the_next_session,
    moves_over_its_period,
)
from analysis.claims.reported import Basis, ReportedMove
from analysis.market.prices import Market

Measure = Callable[[ReportedMove, Market, str], MeasuredMoves]
Figure = Literal["percent", "points", "money", "none"]

OUTSIDE = {"index": "an index has no price outside the session; name its future, or say intraday"}
NO_FUTURE = "it is no future; name the future's symbol (NQ=F, ES=F, YM=F), or say what the figure measures"


@dataclass(frozen=True, slots=True)
class BasisRule:
    """An entry of `BASES`.

    Parameters
    ----------
    label : str
        How people read it behind a figure: "-17 % at the close".
    icon : str
        One character that stands beside the label.
    explanation : str
        What the claim is compared with.
    rule : callable
        Gives the verdict and the reason.
    figure : str
        What is printed: ``percent``, ``points``, ``money`` or ``none``.
    measure : callable
        The moves that stand beside the claim, and that the rule reads.
    refused : mapping of kind to str
        Kinds of instruments of which the basis cannot be said, each with the reason.
    """

    key: Basis
    label: str
    icon: str
    explanation: str
    rule: Callable[[Evidence], rules.Ruling]
    figure: Figure = "percent"
    measure: Measure = moves_of_its_session
    refused: Mapping[str, str] = field(default_factory=dict)


BASES: dict[Basis, BasisRule] = {
    entry.key: entry
    for entry in (
        BasisRule("close", "at the close", "■", "The close against the close before.", rules.on_close),
        BasisRule("open", "at the open", "◧", "The session's first price.", rules.at_the_open),
        BasisRule("high", "at the day's high", "▲", "The session's high.", rules.at_the_high),
        BasisRule("low", "at the day's low", "▼", "The session's low.", rules.at_the_low),
        BasisRule(
            "intraday",
            "during the day",
            "◔",
            "The session's range, or the hour where the claim has a time and hourly bars cover it.",
            rules.during_session,
        ),
        BasisRule("late", "late in the session", "◕", "The session's range.", rules.during_session),
        BasisRule(
            "premarket",
            "before the opening",
            "◁",
            "Hourly bars at the time of the claim; otherwise the opening is told.",
            rules.before_the_open,
            refused=OUTSIDE,
        ),
        BasisRule(
            "afterhours",
            "after hours",
            "▷",
            "No bars are at hand; what the next session made of it is told.",
            rules.after_hours,
            measure=moves_of_the_next_session,
            refused=OUTSIDE,
        ),
        BasisRule(
            "futures",
            "in trading",
            "◇",
            "The future's range, and the hours in which it stood there.",
            rules.on_futures,
            refused=dict.fromkeys(("share", "index", "fund"), NO_FUTURE),
        ),
        BasisRule(
            "period",
            "over a period",
            "↔",
            "The close against the close before the period.",
            comparisons.over_a_period,
            measure=moves_over_its_period,
        ),
        BasisRule(
            "unknown",
            "at a time not told",
            "○",
            "The close and the session's range; both are said.",
            rules.at_some_time,
        ),
        BasisRule(
            "points",
            "in points",
            "#",
            "The change of the level, at the close and during the session.",
            comparisons.in_points,
            figure="points",
            refused={"share": "a share has a price, no points; give the percentage"},
        ),
        BasisRule(
            "market_value",
            "of market value",
            "Σ",
            "The change of the price times the number of shares, where that is given.",
            comparisons.in_market_value,
            figure="money",
            refused=dict.fromkeys(
                ("index", "fund", "future"), "only a share has shares outstanding; name the share"
            ),
        ),
        BasisRule(
            "level",
            "price level",
            "―",
            "The lowest low of the weeks before, or the highest high.",
            comparisons.at_a_level,
            "none",
        ),
        BasisRule(
            "rank",
            "ranking",
            "№",
            "Nothing: a ranking needs every member; the rank among the shares at hand is told.",
            comparisons.by_rank,
            "none",
        ),
        BasisRule(
            "superlative",
            "record",
            "★",
            "Every earlier move from close to close, back to the first bar and never further: the close, and "
            "where it falls short how far the session had gone.",
            comparisons.as_a_record,
            "none",
        ),
        BasisRule(
            "none", "no figure", "–", "Nothing: the text reports no move.", rules.without_figure, "none"
        ),
    )
}
