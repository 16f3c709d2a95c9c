"""Days on which firms have prices and their benchmark has no row, where no calendar says what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from analysis.market.prices import Market
from data.files.pairs import places
from data.files.sessions import on_a_calendar
from data.quality.caution import Caution


@dataclass(frozen=True, eq=False)
class NoRows:
    """Days that are no session of a benchmark, though firms have prices.

    Parameters
    ----------
    following : mapping of day to session
        The first session after each day, whose return spans the day.
    firms : counter of days
        How many firms have a price on it.
    studied : int
        Firms that are held against the benchmark.
    """

    benchmark: str
    following: dict[np.datetime64, np.datetime64]
    firms: Counter[np.datetime64]
    studied: int

    def __add__(self, other: NoRows) -> NoRows:
        """Those of other firms beside them."""
        following = self.following | other.following
        return NoRows(self.benchmark, following, self.firms + other.firms, self.studied + other.studied)

    @property
    def caution(self) -> Caution:
        """What a reader is told of them."""
        days = sorted(self.firms)
        which, taken = str(days[0]), "the day is taken as no session"
        if len(days) > 1:
            which, taken = f"{len(days):,} days, the first {days[0]}", "they are taken as no sessions"
        has = "firm has" if self.studied == 1 else "firms have"
        said = (
            f"{self.benchmark} has no row for {which}, on which {self.firms[days[0]]:,} of {self.studied:,} "
            f"{has} prices: {taken}, and returns there span two."
        )
        return Caution(self.benchmark, "no_row", said, days[0], spanning=tuple(self.following.values()))


def no_rows(market: Market, pairs: Collection[tuple[str, str]]) -> Iterator[NoRows]:
    """Of each benchmark that follows no calendar.

    Parameters
    ----------
    pairs : collection of (firm, benchmark)
    """
    for benchmark in sorted({one for _, one in pairs if market.has_bars(one) and one in market.sessions}):
        history, sessions = market.histories[benchmark], market.sessions[benchmark].dates
        if not len(sessions) or on_a_calendar(history):
            continue
        own = [firm for firm, one in pairs if one == benchmark != firm and market.has_bars(firm)]
        firms: Counter[np.datetime64] = Counter()
        for firm in own:
            held = market.histories[firm]
            odd = places(held.dates, sessions) < 0
            if odd.any():
                odd &= np.isfinite(held.column("adj_close"))
                odd &= (held.dates > sessions[0]) & (held.dates < sessions[-1])
                firms.update(list(held.dates[odd]))
        days = sorted(firms)
        after = np.searchsorted(sessions, np.array(days, "datetime64[D]"))
        yield NoRows(benchmark, dict(zip(days, list(sessions[after]), strict=True)), firms, len(own))


def cautions_of(found: Iterable[NoRows]) -> list[Caution]:
    """One for each benchmark; `found` may be of several parts of the firms."""
    known: dict[str, NoRows] = {}
    for one in found:
        known[one.benchmark] = known[one.benchmark] + one if one.benchmark in known else one
    return [one.caution for one in known.values() if one.firms]
