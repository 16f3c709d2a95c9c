"""Rows of an event file that are well formed one by one and cannot be true together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.claims.bases import BASES
from analysis.claims.periods import begins_after, understood
from analysis.market.prices import kind_of
from data.bundled.calendars import calendar_of, has_sessions

if TYPE_CHECKING:
    from data.catalogue.event_file import EventFile, MoveRow

YEARS = range(1900, 2101)  # calendars count days within them
SPANNING = ("period", "superlative")  # bases that need a period
PERIODS = "week, month, quarter, ytd, year, N-day, N-week, N-month, N-year, since 2020-03-16 or 2020, ever"

Problem = tuple[str, object, str]


def contradictions(content: EventFile) -> Iterator[Problem]:
    """Rows that are well formed one by one and cannot be true together."""
    event = content.event
    if (event.information_time is None) == (event.session is None):
        found = "neither" if event.session is None else "both"
        yield "event", found, "either information_time or session"
    news = event.information_time or event.session
    if news is not None and news.year not in YEARS:
        yield "event", str(news), f"a day from {YEARS[0]} to {YEARS[-1]}"
    if not any(row.group == "articles" for row in content.instruments):
        yield "instruments", "no firm", "at least one with group 'articles': the firms to study"
    yield from _duplicates("instruments", "symbol", [row.symbol for row in content.instruments])
    yield from _duplicates("articles", "id", [row.id for row in content.articles])
    yield from _duplicates("moves", "id", [row.id for row in content.moves])
    yield from _unknown_symbols(content)
    yield from _unknown_exchanges(content)
    yield from _unknown_articles(content)
    for i, move in enumerate(content.moves):
        yield from _unclear_move(f"moves[{i}]", move)
    yield from _wrong_bases(content)


def _duplicates(table: str, key: str, values: Sequence[str]) -> Iterator[Problem]:
    for i, value in enumerate(values):
        if value in values[:i]:
            yield (
                f"{table}[{i}].{key}",
                value,
                f"each {key} once; {table}[{values.index(value)}] has it already",
            )


def _unknown_symbols(content: EventFile) -> Iterator[Problem]:
    symbols = {row.symbol for row in content.instruments}
    named: list[tuple[str, str | None]] = []
    for i, row in enumerate(content.instruments):
        named += [
            (f"instruments[{i}].benchmark", row.benchmark),
            (f"instruments[{i}].stand_in", row.stand_in),
        ]
    named += [(f"moves[{i}].symbol", move.symbol) for i, move in enumerate(content.moves)]
    for i, entry in enumerate(content.timeline):
        named += [(f"timeline[{i}].symbols[{j}]", symbol) for j, symbol in enumerate(entry.symbols)]
    for key, symbol in named:
        if symbol is not None and symbol not in symbols:
            yield key, symbol, f"a symbol of [instruments]: {', '.join(sorted(symbols))}"


def _unknown_exchanges(content: EventFile) -> Iterator[Problem]:
    for i, row in enumerate(content.instruments):
        key, code = ("calendar", row.calendar) if row.calendar else ("exchange", row.exchange)
        if not has_sessions(calendar_of(code)):
            yield (
                f"instruments[{i}].{key}",
                code,
                "a code with a calendar, as XNYS or XLON; where the exchange has none, "
                "calendar names another's",
            )


def _unknown_articles(content: EventFile) -> Iterator[Problem]:
    known = [row.id for row in content.articles]
    named = [(f"moves[{i}].source", move.source) for i, move in enumerate(content.moves) if move.featured]
    for i, fact in enumerate(content.facts):
        named += [(f"facts[{i}].by_article.{article}", article) for article in fact.by_article]
    for key, article in named:
        if article not in known:
            yield key, article, f"an id of [articles]: {', '.join(known) or 'there is none yet'}"


def _unclear_move(key: str, move: MoveRow) -> Iterator[Problem]:
    """A claim needs what its basis is checked with."""
    basis, of = BASES[move.basis], f"as basis is {move.basis!r}"
    if basis.figure == "none":
        if move.reported is not None:
            yield f"{key}.reported", move.reported, f"no figure where basis is {move.basis!r}"
        if not move.statement:
            yield f"{key}.statement", move.statement, f"the claim in words, {of}"
    elif move.reported is None:
        yield f"{key}.reported", None, f"a percentage as printed, {of}"
    if move.symbol is None and move.basis != "none":
        yield f"{key}.symbol", None, f"a symbol of [instruments], {of}"
    if (move.weeks is None) == (move.basis == "level"):
        yield f"{key}.weeks", move.weeks, "the span of the low or high in weeks, for basis 'level' alone"
    if (move.unit is None) == (basis.figure == "money"):
        yield f"{key}.unit", move.unit, "money as 'billion USD', for basis 'market_value' alone"
    if move.shares_outstanding is not None and basis.figure != "money":
        yield f"{key}.shares_outstanding", move.shares_outstanding, "shares for basis 'market_value' alone"
    if move.reported_high is not None and (move.reported or "+")[0] != move.reported_high[0]:
        yield (
            f"{key}.reported_high",
            move.reported_high,
            "the far end of a range, with the sign of `reported`",
        )
    yield from _unclear_span(key, move)
    if move.time is not None and move.time.astimezone(dt.timezone.utc).date() != move.date:
        yield f"{key}.time", move.time, f"a time on {move.date} (UTC)"


def _unclear_span(key: str, move: MoveRow) -> Iterator[Problem]:
    """Periods, and the direction of a record."""
    if (move.period is None) == (move.basis in SPANNING):
        yield f"{key}.period", move.period, f"for bases 'period' and 'superlative' alone: {PERIODS}"
    if move.period is not None and not understood(move.period):
        yield f"{key}.period", move.period, PERIODS
    elif move.period is not None and begins_after(move.period, move.date):
        yield f"{key}.period", move.period, f"a span that begins before {move.date}"
    if (move.sign is None) == (move.basis == "superlative") and move.basis != "level":
        yield (
            f"{key}.sign",
            move.sign,
            "-1 (the largest fall, a low) or 1 (the largest rise, a high), for 'superlative' and 'level'",
        )


def _wrong_bases(content: EventFile) -> Iterator[Problem]:
    """A basis that cannot be said of an instrument of that kind: no future trades under a share's symbol."""
    kinds = {row.symbol: kind_of(row.symbol, row.sector) for row in content.instruments}
    for i, move in enumerate(content.moves):
        reason = BASES[move.basis].refused.get(kinds.get(move.symbol or "", ""))
        if reason is not None:
            kind = kinds[move.symbol or ""]
            yield f"moves[{i}].basis", move.basis, f"another basis for the {kind} {move.symbol}: {reason}"
