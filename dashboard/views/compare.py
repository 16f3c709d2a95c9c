"""Events side by side: their paths, their days 0, what they say together, and how rare each was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from analysis.inference.significance import TESTS, mean_interval
from analysis.many.result import ManyEvents
from analysis.market.events import DAY_ZERO
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.standing import Standing
from dashboard.views import captions, columns, gallery, words
from dashboard.views.brief import Brief, shelf
from dashboard.views.compared import FEWEST, Compared, compared, events_in
from dashboard.views.content import Block, Chart, Message, Note, Panel, Row, Section, Series, View
from dashboard.views.inference import group_tests
from dashboard.views.source import Collection
from dashboard.views.tables import Column, Table, To, floats
from dashboard.views.words import count, percent, sentence

PATH = "/compare"
TITLE = "Compare"
KEYS = ("events",)

IN_COLOUR = 4
APART = (
    "Their prices are of different snapshots or sources, or have no sessions in common. "
    "Choose events on the same prices."
)
USUAL = 4  # events that are compared where none is named
LABEL = re.compile(r"(\S+)@(\d{4}-\d\d-\d\d)")


def view(source: Collection, asked: Mapping[str, str]) -> View:
    """The events that are asked for, or the first of the gallery."""
    found = compared(source, named(source, asked))
    lead = tuple(_left_out(found))
    if len(found.cases) < FEWEST:
        beside = f" beside {found.told[0].short}" if found.told else ""
        what_to_do = Message(
            "Choose at least two events",
            (f"Nothing that can be measured is chosen{beside}. The list of events is above.",),
            key="too-few",
        )
        return View("", "Nothing to compare yet", "", (*lead, what_to_do), (), gallery.credit(source))
    return View("", *finding(found), lead, tuple(_sections(found)), found.credit)


def named(source: Collection, asked: Mapping[str, str]) -> list[str]:
    """The events of a query; where it names none, the first of the gallery that have a finding."""
    if slugs := [slug for slug in asked.get("events", "").split(",") if slug]:
        return slugs
    return [one.slug for one in gallery.chosen(shelf(source).briefs, {}) if not one.problem][:USUAL]


def _left_out(found: Compared) -> Iterator[Message]:
    if found.left:
        lines = tuple(f"{slug[:40]}: {reason}" for slug, reason in found.left.items())
        yield Message("Not everything could be shown", lines, "warning", "left-out")


def finding(found: Compared) -> tuple[str, str]:
    """Which event moved its firms farthest, and how long half of the moves lasted."""
    most = max(found.told, key=lambda one: abs(one.move or 0.0))
    back = sorted(one.half for one in found.told if one.half is not None)
    title = f"{most.short}: {most.moved}, the most of {len(found.told)} events"
    return title, (
        f"Half of the move of day 0 was undone in {len(back)} of {len(found.told)} events so far."
        f"{_middle(back)} "
        "All numbers are means of an event's firms."
    )


def _middle(waits: Sequence[int]) -> str:
    """How long the event in the middle took, or the two of an even number, which are no one event's."""
    if not waits:
        return ""
    if len(waits) == 1:
        return f" That took {count(waits[0], 'session')}."
    first, second = waits[(len(waits) - 1) // 2], waits[len(waits) // 2]
    if len(waits) % 2 or first == second:
        return f" Where it was, the middle event took {count(first, 'session')}."
    return f" Where it was, the two events in the middle took {first} and {count(second, 'session')}."


def _sections(found: Compared) -> Iterator[Section]:
    yield Section("paths", "Before and after", (path_chart(found),))
    yield Section("days", "Day 0 on one axis", (day_chart(found),))
    how = Note(
        "Means of each event's firms; sessions count from day 0. Intervals and p values are those of the "
        "portfolio t, which allows for firms that move together; Inference of each event has the other "
        "tests. Claims: confirmed, of those that prices could decide.",
        "small",
    )
    yield Section("side-by-side", "Side by side", (table(found), how))
    yield Section("rank", "How rare was that day?", (rank_table(found), _rank_note()))
    yield Section("together", "What they say together", tuple(_together(found)))


# ---- charts ----------------------------------------------------------------------------------------


def path_chart(found: Compared) -> Chart:
    """Mean abnormal returns in event time, added up; the first events in colour."""
    lines = tuple(
        Series(
            "Mean abnormal return, added up",
            "path",
            tuple(range(one.start, one.start + len(one.path))),
            one.path,
            symbol=one.slug,
            of=one.short,
            look=place if place < IN_COLOUR else None,
        )
        for place, one in enumerate(found.told)
    )
    times = sorted({at for line in lines for at in line.at})
    others = len(lines) - IN_COLOUR
    grey = f" The first {IN_COLOUR} are in colour, {count(others, 'other')} grey." if others > 0 else ""
    return Chart(
        "event-paths",
        "event-paths",
        f"Mean abnormal returns of {len(lines)} events, added up over the event window.",
        (Panel(lines),),
        captions.caption(
            f"Mean abnormal return of each event's firms, added up.{grey}",
            _method(found),
            found.credit,
        ),
        Table(
            "Mean abnormal returns, added up",
            (columns.sessions(times), *(_by_time(line, times) for line in lines)),
        ),
    )


def _by_time(line: Series, times: Sequence[int]) -> Column:
    values = dict(zip(line.at, line.values, strict=True))
    return columns.percents(line.of, map(values.get, times))


def _method(found: Compared) -> str:
    """Model and windows, which all events share; benchmarks are each event's own."""
    design = max((case.study.design for case in found.cases), key=lambda one: len(one.event_window))
    both = zip(found.told, found.cases, strict=True)
    shorter = (f" {one.short}: {case.study.shortening}" for one, case in both if case.study.shortening)
    return (
        f"Model: {NORMAL_RETURNS[design.model].label}, each share against its own benchmark. "
        f"Windows in sessions from each event's day 0: event {words.unbroken(design.event_window)}, "
        f"estimation {words.unbroken(design.estimation_window)}.{''.join(shorter)}"
    )


def day_chart(found: Compared) -> Chart:
    """A row per event, the largest fall first."""
    told = sorted(found.told, key=lambda one: one.abnormal or 0.0)
    at = tuple(range(len(told)))
    abnormal = Series(
        "Mean abnormal return", "abnormal", at, floats(one.abnormal for one in told),
        floats(one.low for one in told), floats(one.high for one in told),
    )  # fmt: skip
    close = Series("Mean move at the close", "close", at, floats(one.move for one in told))
    return Chart(
        "event-days",
        "event-days",
        f"Day 0 of {len(told)} events: mean abnormal return with its interval, and mean move at the close.",
        (Panel((abnormal, close)),),
        captions.caption("Means of each event's firms on day 0.", _method(found), found.credit),
        Table(
            "Day 0 of each event",
            (
                columns.texts("Event", (one.short for one in told)),
                columns.percents("Mean abnormal return", abnormal.values),
                columns.intervals("95 % interval", abnormal.low, abnormal.high),
                columns.percents("Mean move at the close", close.values),
            ),
        ),
        marks=(("square", "abnormal, 95 % interval"), ("dot", "move at the close")),
        rows=tuple(Row(one.short, percent(one.abnormal, 1), one.slug, one.day) for one in told),
    )


# ---- tables ----------------------------------------------------------------------------------------


def table(found: Compared) -> Table:
    """Events side by side."""
    told = found.told
    return Table(
        "Day 0, how long it lasted, and what was confirmed",
        (
            columns.texts("Event", (To(one.short, event=one.slug) for one in told)),
            columns.dates("Day 0", (one.day for one in told)),
            columns.numbers("Firms", (len(one.firms) for one in told), 0),
            columns.percents("Move", (one.move for one in told)),
            gallery.abnormal(told),
            columns.pvalues("p", (one.pvalue for one in told)),
            columns.numbers("Half undone after", (one.half for one in told), 0),
            columns.numbers("All undone after", (one.whole for one in told), 0),
            columns.right(columns.texts("Claims confirmed", map(_confirmed, told))),
        ),
        "side-by-side-table",
    )


def _confirmed(one: Brief) -> str:
    decided = sum(one.verdicts[key] for key in ("confirmed", "seen_intraday", "contradicted"))
    return f"{one.verdicts['confirmed']} of {decided}"


def rank_table(found: Compared) -> Table:
    """Where each day 0 stands among all days of the same firms."""
    ranks = found.standings
    return Table(
        "Day 0 among all days of the same firms since their first bar",
        (
            columns.texts("Event", (To(one.short, event=one.slug) for one in found.told)),
            columns.percents("Move", (None if raw is None else raw.value for raw, _ in ranks)),
            columns.right(columns.texts("Rank", (_rank(raw) for raw, _ in ranks))),
            columns.percents("Less the benchmark", (None if net is None else net.value for _, net in ranks)),
            columns.right(columns.texts("Rank of that", (_rank(net) for _, net in ranks))),
            columns.dates("Since", (None if raw is None else raw.first for raw, _ in ranks), right=True),
        ),
        "ranks",
    )


def _rank(found: Standing | None) -> str:
    return words.DASH if found is None else f"{found.rank:,} of {found.days:,}"


def _rank_note() -> Note:
    return Note(
        "Rank 1 is the farthest move in the direction of day 0, by the mean return of the event's firms. "
        "Days count on which four in five of them have a return.",
        "small",
    )


# ---- together --------------------------------------------------------------------------------------


def _together(found: Compared) -> Iterable[Block]:
    """The mean over all firms and events, and the tests that can be trusted for so many dates."""
    many = found.pooled
    if many is None:
        yield Message("No tests over all of them", (APART,))
        return
    told = (sentence(_named(found, caution)) for caution in many.cautions)
    yield Note(" ".join((*_mean(many), *_against(found), *told)))
    if many.lost.count:
        lines = tuple(f"{_named(found, event)}: {reason}" for event, reason in many.lost.first)
        yield Message(f"{count(many.lost.count, many.noun)} left out of the mean", lines, key="lost")
    yield from group_tests(many.group, DAY_ZERO)


def _named(found: Compared, told: str) -> str:
    """A text in which labels of firm-events (``NVDA@2025-01-27``) are names and dates."""
    names = {symbol: case.name(symbol) for case in found.cases for symbol in case.study.symbols}
    return LABEL.sub(lambda one: f"{names.get(one[1], one[1])} on {one[2]}", told)


def _mean(many: ManyEvents) -> Iterator[str]:
    """The mean, and its interval where the test that makes it does not mislead."""
    firms, events = count(len(many.columns.events), many.noun), count(events_in(many), "event")
    mean = percent(float(many.group.evidence(DAY_ZERO).caar))
    start = f"Over {firms} of {events} the mean abnormal return on day 0 is {mean}"
    if TESTS["portfolio"].doubt(many.group, DAY_ZERO):
        yield f"{start}. No interval is given: the portfolio t, which would make it, misleads here."
    else:
        interval = words.interval(*mean_interval(many.group, DAY_ZERO))
        yield f"{start}, its 95 % interval {interval} by the portfolio t."


def _against(found: Compared) -> Iterator[str]:
    if len({np.sign(one.move or 0.0) for one in found.told}) > 1:
        yield "Some of these events rose and some fell: in a mean they cancel."
