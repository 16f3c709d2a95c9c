"""Reported figures as fractions of the move at the close."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analysis.claims.bases import BASES
from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import Basis
from dashboard.views import columns, words
from dashboard.views.brief import Brief, BriefClaim
from dashboard.views.content import Block, Caption, Chart, Credit, Note, Panel, Row, Series
from dashboard.views.tables import Column, Table, floats
from dashboard.views.words import count, percent

FLAT = 0.01  # a close nearer to zero is nothing to be a fraction of
FARTHEST = 2.5  # fractions beyond it, or below its negative, stand at the edge of the chart
QUARTERS = 4  # figures, from which there are quartiles
BEYOND = 1.05  # of the close, in its direction: farther than rounding explains
ORDER: tuple[Basis, ...] = (
    "premarket", "open", "unknown", "intraday", "low", "high", "late", "close", "afterhours", "futures",
)  # fmt: skip
HOURS = ((0, 3), (3, 6), (6, 12), (12, 24), (24, 72))


class Told(NamedTuple):
    """A claim and the event that it is about."""

    event: Brief
    claim: BriefClaim

    @property
    def fraction(self) -> float | None:
        """The reported move as a multiple of that at the close; None where the close hardly moved."""
        said, close = self.claim.reported, self.claim.close
        return None if said is None or close is None or abs(close) < FLAT else said / close


def beyond(found: Iterable[float | None]) -> int:
    """How many fractions lie beyond the close, in its direction and farther than by rounding."""
    return sum(one is not None and one > BEYOND for one in found)


FARTHER = percent(BEYOND - 1, 0, signed=False)
RULE = f"Beyond means the same way and more than {FARTHER} farther, which rounding does not explain."


def blocks(every: Sequence[Told], credit: Credit) -> Iterator[Block]:
    """How to read fractions, all of them by what they measure, and by hours since the news."""
    yield _intro(every)
    if by_basis(every):
        yield chart(every, credit)
    if (hours := by_hours(every)).columns[0].values:
        yield hours


def _intro(every: Sequence[Told]) -> Note:
    flat = sum(
        one.claim.reported is not None and one.claim.close is not None and abs(one.claim.close) < FLAT
        for one in every
    )
    left = f" {count(flat, 'claim')} about closes within 1 % of zero have no fraction." if flat else ""
    return Note(
        "Each mark is a printed figure, as a fraction of the move at the close of the session that it speaks "
        f"of: 100 % is the close itself.{left}"
    )


def chart(every: Sequence[Told], credit: Credit) -> Chart:
    """A row per basis: each figure as a fraction of the close, and the middle of them."""
    groups = by_basis(every)
    rows = tuple(Row(label(key), _middle(found)) for key, found in groups)
    placed = [(row, one) for row, (_, found) in enumerate(groups) for one in found]
    values = [one.fraction or 0.0 for _, one in placed]
    outside = sum(abs(value) > FARTHEST for value in values)
    edge = (
        f"{count(outside, 'figure')} beyond {words.percent(FARTHEST, 0, False)} stand at the edge. "
        if outside
        else ""
    )
    drawn = Series(
        "Reported, as a fraction of the close",
        "reported",
        tuple(row for row, _ in placed),
        floats(values),
        whom=tuple((one.claim.symbol, one.claim.name) for _, one in placed),
        dates=tuple(dt.date.fromisoformat(one.claim.date) for _, one in placed),
        sources=tuple(one.claim.outlet for _, one in placed),
        labels=tuple(one.claim.figure for _, one in placed),
        verdicts=tuple(VERDICTS[one.claim.verdict].label for _, one in placed),
        events=tuple(one.event.name for _, one in placed),
        times=(None,) * len(placed),
    )
    middles = Series("Median", "close", tuple(range(len(rows))), floats(_median(f) for _, f in groups))
    return Chart(
        "fractions-of-the-close",
        "fractions",
        f"{len(placed):,} reported figures as fractions of the close, a row for each basis.",
        (Panel((middles, drawn)),),
        Caption(
            f"{edge}Below zero the close went the other way, or the text means another day.".strip(),
            "No model, no benchmark: figures as printed over moves at the close, prices as traded.",
            credit,
        ),
        _fractions_table(groups),
        marks=(("diamond", "reported"), ("dot", "median of the row")),
        rows=rows,
        grouped="basis",
    )


def by_basis(every: Sequence[Told]) -> list[tuple[Basis, list[Told]]]:
    """Claims with a fraction, by what they measure, in the order of a day."""
    groups: dict[Basis, list[Told]] = defaultdict(list)
    for one in every:
        if one.fraction is not None:
            groups[one.claim.basis].append(one)
    return [(key, groups[key]) for key in ORDER if groups.get(key)]


def _median(found: Sequence[Told]) -> float:
    return float(np.median([one.fraction or 0.0 for one in found]))


def label(basis: Basis) -> str:
    """What a basis is called where it stands alone."""
    said = BASES[basis].label
    return "Futures" if basis == "futures" else said[:1].upper() + said[1:]


def _middle(found: Sequence[Told]) -> str:
    return f"{count(len(found), 'figure')}, median {words.percent(_median(found), 0, False)}"


def _fractions_table(groups: Sequence[tuple[Basis, Sequence[Told]]]) -> Table:
    return Table(
        "Reported figures as fractions of the close, by what they measure",
        (
            columns.texts("Basis", (label(key) for key, _ in groups)),
            *_spread([found for _, found in groups]),
        ),
    )


def _spread(groups: Sequence[Sequence[Told]]) -> Iterator[Column]:
    """How many figures there are, and the quartiles of their fractions."""
    fractions = [[one.fraction or 0.0 for one in found] for found in groups]
    yield columns.numbers("Figures", map(len, groups), 0)
    for name, share, least in (
        ("Lower quartile", 25, QUARTERS),
        ("Median", 50, 1),
        ("Upper quartile", 75, QUARTERS),
    ):
        values = (np.percentile(found, share) if len(found) >= least else None for found in fractions)
        yield columns.percents(name, values, 0, signed=False)
    yield columns.numbers("Beyond the close", map(beyond, fractions), 0)


def by_hours(every: Sequence[Told]) -> Table:
    """The same by hours since the news, where both moments are known."""
    known = [one for one in every if one.fraction is not None and one.claim.hours is not None]
    groups = [[one for one in known if low <= (one.claim.hours or 0) < high] for low, high in HOURS]
    kept = [(ends, found) for ends, found in zip(HOURS, groups, strict=True) if found]
    return Table(
        f"By hours since the news: {count(len(known), 'figure')} of which both moments are known",
        (
            columns.texts("Hours since the news", (f"{low} to {high}" for (low, high), _ in kept)),
            *_spread([found for _, found in kept]),
        ),
        "by-hours",
    )
