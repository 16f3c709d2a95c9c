"""The day hour by hour: a part of the overview, where hourly bars exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from string import ascii_lowercase

import pandas as pd

from analysis.claims.verdicts import MoveCheck
from analysis.market.hours import hourly_moves
from dashboard.views import captions, claims, columns
from dashboard.views.case import Case
from dashboard.views.content import Chart, Mark, Note, Panel, Section, Series
from dashboard.views.tables import Table, floats
from dashboard.views.words import day, percent, reported

FUTURE = "Future"  # the catalogue's sector of what trades through the night

Hours = dict[str, pd.DataFrame]


def section(case: Case) -> Section:
    """The chart of the hours of day 0; an empty place where no instrument has hourly bars."""
    zero = next(iter(case.study.event_sessions.values()))
    found = {symbol: hourly_moves(case.market, symbol, zero) for symbol in drawn(case)}
    known = {symbol: moves for symbol, moves in found.items() if moves is not None}
    if not known:
        return Section("hours", "", ())
    chart = hours_chart(case, zero, known)
    lines = " Dotted lines with letters are the times of the reports." if chart.dates else ""
    intro = Note(f"Bars span each hour's low to high, lines join the ends of the hours.{lines}")
    return Section("hours", "The day hour by hour", (intro, chart))


def drawn(case: Case) -> tuple[str, ...]:
    """The first firm and the futures: more lines than these would tangle, however many hours are kept."""
    kept = case.market.hourly
    futures = [i for i in case.dossier.instruments if i.sector == FUTURE and i.symbol in kept]
    spared = {future.stand_in for future in futures}
    candidates = (case.study.symbols[0], *(future.symbol for future in futures))
    return tuple(symbol for symbol in candidates if symbol in kept and symbol not in spared)


def hours_chart(case: Case, zero: dt.date, known: Hours) -> Chart:
    """Moves of the hours, with the reported figures that carry a time."""
    lines = [_line(case, symbol, moves) for symbol, moves in known.items()]
    timed = [c for c in case.studies.checks if c.reported.time and c.reported.date == zero]
    diamonds = "; diamonds are reported figures about an instrument drawn here" if timed else ""
    return Chart(
        "hour-by-hour",
        "hours",
        f"Hourly moves of {' and '.join(line.of for line in lines)} on {day(zero)}.",
        (Panel((*lines, *_reports(case, timed, known))),),
        captions.caption(
            f"Moves since the last hourly price before the previous close{diamonds}. {_told(case, timed)}",
            captions.unmodelled("hourly bars as traded", _hours_spanned(known)),
            captions.credit(case, list(known)),
        ),
        hours_table(case, known),
        marks=tuple((f"line-{line.look}", f"{line.of}, {percent(line.values[-1], 1)}") for line in lines),
        dates=report_lines(timed),
    )


def _line(case: Case, symbol: str, moves: pd.DataFrame) -> Series:
    return Series(
        "Move to the end of the hour, its low and high",
        "line",
        tuple(start.to_pydatetime() for start in moves.index),
        floats(moves["close"]),
        floats(moves["low"]),
        floats(moves["high"]),
        symbol=symbol,
        of=case.instrument(symbol).name,
        look=case.look(symbol),
    )


def _reports(case: Case, timed: Sequence[MoveCheck], known: Hours) -> Iterator[Series]:
    """Reported figures at their times; of an instrument that is not drawn, the time alone is."""
    for name, role, drawn in (("Reported", "reported", True), ("Reported of others", "others", False)):
        moves = [c.reported for c in timed if covered(case, c.reported.symbol, known) is drawn]
        times = tuple(move.time for move in moves)
        yield Series(
            name,
            role,
            times,
            floats(move.reported for move in moves),
            whom=tuple((claims.priced(move, case), case.name(move.symbol)) for move in moves),
            sources=tuple(claims.outlet(move, case) for move in moves),
            times=times,
            labels=tuple(reported(move) for move in moves),
        )


def report_lines(timed: Sequence[MoveCheck]) -> tuple[Mark, ...]:
    """The times of the reports, the earliest first, with a letter each."""
    times = sorted({check.reported.time for check in timed if check.reported.time})
    return tuple(Mark(time, letter) for time, letter in zip(times, ascii_lowercase, strict=False))


def _told(case: Case, timed: Sequence[MoveCheck]) -> str:
    """What was reported at each line, by whom."""
    said: dict[tuple[str, str], list[str]] = {}
    for line in report_lines(timed):
        for move in (check.reported for check in timed if check.reported.time == line.date):
            figure = f"{case.name(move.symbol)} {reported(move)}"
            said.setdefault((line.label, claims.source(move, case)), []).append(figure)
    told = (f"({letter}) {by}: {', '.join(figures)}" for (letter, by), figures in said.items())
    return f"Reports: {'; '.join(told)}." if said else ""


def _hours_spanned(known: Hours) -> str:
    """From the first to the last hour shown."""
    first = min(moves.index[0] for moves in known.values())
    last = max(moves.index[-1] for moves in known.values()) + pd.Timedelta(hours=1)
    return f"{day(first.date())}, {first:%H:%M}, to {day(last.date())}, {last:%H:%M} UTC"


def covered(case: Case, symbol: str | None, known: Hours) -> bool:
    """Whether an instrument is drawn, itself or through its stand-in."""
    return symbol is not None and (symbol in known or case.instrument(symbol).stand_in in known)


def hours_table(case: Case, known: Hours) -> Table:
    """Low, high and close of each hour."""
    every = pd.concat(known.values())
    names = [case.instrument(symbol).name for symbol, moves in known.items() for _ in moves.index]
    return Table(
        "Moves by the hour",
        (
            columns.texts("Instrument", names),
            columns.texts("Hour from", (hour.to_pydatetime() for hour in every.index)),
            columns.percents("Low", every["low"]),
            columns.percents("High", every["high"]),
            columns.percents("End of the hour", every["close"]),
        ),
    )
