"""Since then: where prices went after the event, and when they were back."""

from __future__ import annotations

import numpy as np

from analysis.study.course import Course, course
from dashboard.views import captions, columns, words
from dashboard.views.case import Case
from dashboard.views.content import Caption, Chart, Mark, Note, Panel, Section, Series, View
from dashboard.views.tables import FILE, INDEX, Column, Table, days, floats
from dashboard.views.words import count, day, percent, period, size

PATH = "/since"
TITLE = "Since then"
CONTROLS: tuple[str, ...] = ("symbols",)

STALE = np.timedelta64(10, "D")


def view(case: Case) -> View:
    """Who is back, the paths since, and how deep they fell."""
    courses = [course_of(case, symbol) for symbol in case.study.symbols]
    since = (captions.others(case, captions.MOST_LINES), since_chart(case, courses))
    credit = words.credit(captions.credit(case, case.study.symbols))
    recovery = (recovery_table(case, courses), Note(credit, "small", "recovery-source"))
    sections = (
        Section("paths-since", "Prices since", since),
        Section("depth", "Below the highest close so far", (drawdown_chart(case, courses),)),
        Section("recovery", "How long it took", recovery),
    )
    return captions.page(case, PATH, finding(case, courses), sections)


def course_of(case: Case, symbol: str) -> Course:
    """The course of one share, on its own bars."""
    return course(symbol, case.market.histories[symbol], case.study.event_sessions[symbol])


def finding(case: Case, courses: list[Course]) -> tuple[str, str]:
    """How many shares stand above the close before the event."""
    if len(courses) == 1:
        return _of_one(case, courses[0])
    above = sum(bool(c.index[-1] >= 1) for c in courses)
    last = max(c.dates[-1] for c in courses)
    stood = f"{above or 'none'} of {len(courses)} firms stood above their last close before the event"
    return f"By {day(last)}, {stood}", f"{_back(courses)} {ended(case, courses)}"


def _back(courses: list[Course]) -> str:
    """How many shares were back at that close since, and how long the slowest took."""
    waited = [back for c in courses if (back := c.undone(1)) is not None]
    if not waited:
        return "None has been back at it since."
    most = count(max(waited), "session")
    if len(waited) == 1:
        return f"1 of {len(courses)} was back at it at least once, after {most}."
    return f"{len(waited)} of {len(courses)} were back at it at least once, the slowest after {most}."


def _of_one(case: Case, alone: Course) -> tuple[str, str]:
    stands = "above" if alone.index[-1] >= 1 else "below"
    name, back = case.name(alone.symbol), alone.undone(1)
    return (
        f"By {day(alone.dates[-1])}, {name} stood {size(float(alone.index[-1]) - 1)} {stands} its last close "
        "before the event",
        "It has not been back at it since."
        if back is None
        else f"It was back at it for the first time {count(back, 'session')} after day 0.",
    )


def ended(case: Case, courses: list[Course]) -> str:
    """The shares whose bars stop well before the others', in a sentence each."""
    last = max(c.dates[-1] for c in courses)
    early = (c for c in courses if last - c.dates[-1] > STALE)
    return " ".join(f"The bars of {case.name(c.symbol)} end on {day(c.dates[-1])}." for c in early)


def since_chart(case: Case, courses: list[Course]) -> Chart:
    """Indexed prices to the last bar."""
    zero = case.study.event_sessions[courses[0].symbol]
    lines = tuple(
        Series(
            "Index, last close before the event = 100",
            "line",
            days(c.dates),
            floats(100 * c.index),
            symbol=c.symbol,
            of=case.name(c.symbol),
            unit=INDEX,
            look=case.look(c.symbol),
        )
        for c in courses[: captions.MOST_LINES]
    )
    return Chart(
        "prices-since",
        "lines",
        "Prices since the event, last close before it set to 100.",
        (Panel(lines),),
        _caption(
            case,
            f"The last close before the event is 100. {captions.few(case, captions.MOST_LINES)}",
            [day for c in courses for day in (c.dates[0], c.dates[-1])],
        ),
        month_table(case, courses),
        dates=(Mark(zero, day(zero), event=True),),
    )


def drawdown_chart(case: Case, courses: list[Course]) -> Chart:
    """Drawdown from the highest close since the one before the event."""
    panels = tuple(
        Panel(
            (
                Series(
                    "Below the highest close so far",
                    "area",
                    days(c.dates[c.base :]),
                    floats(c.drawdown),
                    symbol=c.symbol,
                    look=case.look(c.symbol),
                ),
            ),
            case.name(c.symbol),
            f"{percent(float(c.drawdown.min()))} at the deepest",
        )
        for c in courses[: captions.MOST_PANELS]
    )
    table = Table(
        "Deepest drawdown",
        (
            columns.texts("Firm", (case.name(c.symbol) for c in courses)),
            columns.percents("Deepest", (c.drawdown.min() for c in courses)),
            columns.dates("Deepest on", (c.dates[c.deepest] for c in courses), right=True),
        ),
    )
    return Chart(
        "drawdown",
        "areas",
        "Drawdown of each firm since the last close before the event.",
        panels,
        _caption(
            case,
            "How far each close lies below the highest one since the last close before the event. "
            f"{captions.few(case)}",
            [day for c in courses for day in (c.dates[c.base], c.dates[-1])],
        ),
        table,
    )


def _caption(case: Case, shows: str, spanned: list[np.datetime64]) -> Caption:
    return captions.caption(
        f"{shows} {case.stand_ins}",
        captions.unmodelled("adjusted closes in local currency", period(spanned)),
        captions.credit(case, case.study.symbols),
    )


def month_table(case: Case, courses: list[Course]) -> Table:
    """The last close of each month, as an index."""
    months = np.unique(np.concatenate([c.dates.astype("datetime64[M]") for c in courses]))
    by_month = [dict(zip(c.dates.astype("datetime64[M]"), 100 * c.index, strict=True)) for c in courses]
    firms = (
        columns.numbers(case.name(c.symbol), (values.get(month) for month in months), 1)
        for c, values in zip(courses, by_month, strict=True)
    )
    ends = columns.texts("Last close of", (f"{month.item():%b %Y}" for month in months))
    return Table("Indexed prices at the end of each month", (ends, *firms))


def recovery_table(case: Case, courses: list[Course]) -> Table:
    """Lowest close, sessions until the price was back, and where the share stands now."""
    back = [c.undone(1) for c in courses]
    back_on = (None if b is None else c.dates[c.base + 1 + b] for c, b in zip(courses, back, strict=True))
    number = Column("Sessions until back", floats(back), style=FILE)
    said = ("not yet" if b is None else count(b, "session") for b in back)
    waited = columns.texts("Back after", said, below=(number,))
    return Table(
        "Against the last close before the event; sessions counted from day 0",
        (
            columns.texts("Firm", (case.name(c.symbol) for c in courses)),
            columns.percents("Lowest close", (c.index[c.lowest] - 1 for c in courses)),
            columns.dates("Lowest on", (c.dates[c.lowest] for c in courses), right=True),
            columns.right(waited),
            columns.dates("Back on", back_on, right=True),
            columns.percents("Last close", (c.index[-1] - 1 for c in courses)),
            columns.dates("Last close on", (c.dates[-1] for c in courses), right=True),
        ),
        "recovery-by-firm",
    )
