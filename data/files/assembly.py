"""Rows of many tables become one `Bars`; a symbol whose rows cannot be is left out with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.market.bars import BAR_COLUMNS, Bars
from data.files.columns import Flags
from data.files.crsp import adjusted_by_returns
from data.files.rows import Floats, Ints, Rows, firsts

MANY_ROWS, RETURNS = 20, 0.2  # of so many prices more are not above zero: no fault of some cells
NO_BARS = Bars((), np.zeros(1, np.int64), np.empty(0, "datetime64[D]"), {"adj_close": np.empty(0)})


@dataclass(frozen=True, eq=False)
class _Ordered:
    """Rows by symbol and day; `order` are their places before, None if nothing moved."""

    rows: Rows
    names: list[str]
    codes: Ints
    days: Ints
    order: Ints | None

    def moved(self, values: Floats) -> Floats:
        """Values of a column in the new order."""
        return values if self.order is None else values[self.order]

    def line(self, place: int) -> str:
        """Where a row stands in its file."""
        return self.rows.line(place if self.order is None else int(self.order[place]))


def bars_from(rows: Rows | None) -> tuple[Bars, dict[str, str]]:
    """Bars, and the symbols that are left out."""
    if rows is None or not len(rows.codes):
        return NO_BARS, {} if rows is None else dict(rows.broken)
    found = _ordered(rows)
    columns = {role: found.moved(values) for role, values in rows.columns.items()}
    broken = dict(rows.broken)
    for symbol, reason in (*_twice(found), *_impossible(found, columns)):
        broken.setdefault(symbol, reason)
    starts = np.searchsorted(found.codes, np.arange(len(found.names) + 1))
    if rows.by_return:
        columns["adj_close"] = _rebuilt(found, starts, columns)
    history, days = _history(starts, columns), found.days
    if not history.all():
        starts = np.concatenate([[0], np.cumsum(history)])[starts]
        days, columns = days[history], {role: values[history] for role, values in columns.items()}
    present = np.diff(starts) > 0
    bars = Bars(
        tuple(name for name, there in zip(found.names, present, strict=True) if there),
        np.concatenate([starts[:-1][present], starts[-1:]]),
        days.view("datetime64[D]"),
        {role: columns[role] for role in BAR_COLUMNS if role in columns},
    )
    return bars.without(broken.keys()), broken


def _history(starts: Ints, columns: dict[str, Floats]) -> Flags:
    """Rows that are not before the first price of their symbol, where it has one, shape (R,)."""
    priced = np.isfinite(columns["adj_close"])
    if "close" in columns:
        priced |= np.isfinite(columns["close"])
    kept = np.ones(len(priced), bool)
    if priced[starts[:-1][np.diff(starts) > 0]].all():  # as almost always
        return kept
    places = np.append(np.flatnonzero(priced), len(priced))
    for start, end, first in zip(
        starts[:-1], starts[1:], places[np.searchsorted(places, starts[:-1])], strict=True
    ):
        if first < end:
            kept[start:first] = False
    return kept


def _ordered(rows: Rows) -> _Ordered:
    names = sorted(rows.names)
    codes, days = rows.codes, rows.days
    if names != list(rows.names):
        place = {name: k for k, name in enumerate(names)}
        codes = np.array([place[name] for name in rows.names], np.int64)[codes]
    if ((codes[1:] > codes[:-1]) | ((codes[1:] == codes[:-1]) & (days[1:] >= days[:-1]))).all():
        return _Ordered(rows, names, codes, days, None)
    order = _order(codes, days)
    return _Ordered(rows, names, codes[order], days[order], order)


def _order(codes: Ints, days: Ints) -> Ints:
    """Places of rows by symbol and day, equal ones as they come: often those of a symbol stand in order."""
    same = codes[1:] == codes[:-1]
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    if (~same | (days[1:] >= days[:-1])).all() and len(np.unique(codes[starts])) == len(starts):
        ends = np.append(starts[1:], len(codes))
        return np.concatenate([np.arange(starts[k], ends[k]) for k in np.argsort(codes[starts])])
    by_day = _sorted(days - days.min())
    return by_day[_sorted(codes[by_day])]


def _sorted(values: Ints) -> Ints:
    """Places of numbers in order; those that fit into two bytes are sorted ten times as fast."""
    return np.argsort(values.astype(np.uint16) if values.max() < 2**16 else values, kind="stable")


def _twice(found: _Ordered) -> Iterator[tuple[str, str]]:
    """Symbols with two rows for one day."""
    codes, days = found.codes, found.days
    same = (days[1:] == days[:-1]) & (codes[1:] == codes[:-1])
    for code, k in firsts(codes[:-1], same) if same.any() else ():
        symbol = found.names[code]
        first, day = found.line(k), days[k].astype("datetime64[D]")
        yield symbol, f"{found.line(k + 1)}: {symbol} has {day} twice, first in {first}; keep one of them"


def _impossible(found: _Ordered, columns: dict[str, Floats]) -> Iterator[tuple[str, str]]:
    """Symbols with an infinite number, a price that is not above zero or a volume below it."""
    for role in sorted(BAR_COLUMNS, key=lambda role: "close" not in role):  # closes tell prices from returns
        if role not in columns:
            continue
        values = columns[role]
        bad = ((values < 0) if role == "volume" else (values <= 0)) | (values == np.inf)
        needed = "zero or above" if role == "volume" else "above zero"
        for code, k in firsts(found.codes, bad) if bad.any() else ():
            symbol = found.names[code]
            own = bad[found.codes == code]
            if role in ("close", "adj_close") and len(own) >= MANY_ROWS and own.mean() > RETURNS:
                why = f"its prices look like returns, for {own.mean():.0%} of them are not above zero"
                yield symbol, f"{found.line(k)}: {symbol}: {why}; prices are needed"
                continue
            what = f"{role.replace('_', ' ')} {values[k]:g} of {symbol} cannot be"
            yield symbol, f"{found.line(k)}: {what}; needed: a number {needed}, or nothing"


def _rebuilt(found: _Ordered, starts: Ints, columns: dict[str, Floats]) -> Floats:
    """Adjusted closes, where some symbols have returns instead."""
    nothing = np.full(len(found.codes), np.nan)
    adjusted, close = columns.get("adj_close", nothing).copy(), columns.get("close", nothing)
    for k, name in enumerate(found.names):
        if name in found.rows.by_return:
            own = slice(starts[k], starts[k + 1])
            adjusted[own] = adjusted_by_returns(columns["ret"][own], columns["level"][own], close[own])
    return adjusted
