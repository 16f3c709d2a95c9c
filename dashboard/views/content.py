"""What a page is made of: plain frozen data that compares by value, without markup and without looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.views.choices import Choices
from dashboard.views.tables import FRACTION, Badge, Interval, Number, Table

if TYPE_CHECKING:
    from analysis.market.prices import Provenance


@dataclass(frozen=True, slots=True)
class Credit:
    """Who published the series shown, the snapshot of the prices and their last day."""

    publishers: str
    snapshot: str
    as_of: dt.date

    @classmethod
    def of(cls, origin: Provenance) -> Credit:
        """That of all prices of a snapshot."""
        return cls(origin.source, origin.snapshot, origin.as_of)


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn as one thing: every point of it.

    Parameters
    ----------
    name : str
        What its values are.
    role : str
        Which part it has in the drawing, such as ``path`` or ``reported``.
    at : tuple
        Where each point stands: a session from day 0, a date, a time, or the number of a row.
    symbol, of : str
        Whom it is about, by symbol and by name, where its panel or its row does not say so.
    across : tuple of float
        Horizontal values, where they are measured too (a scatter).
    whom : tuple of (symbol, name)
        Whom each point is about, where neither its series nor its row is about one.
    dates : tuple of date
        Per point: of sessions, where `at` counts them, and of rows that have none.
    look : int, optional
        Which firm's look it has: its position in the study.
    sources, times, labels, verdicts, events : tuple
        Per point: who said it, when, in which words, what prices say about it, and of which event it is.
    links : tuple of Choices
        Per point: the choices under which *Reaction* shows it; None where there are none.
    decoration : bool
        A guide to the eye, made of points that other series hold.
    """

    name: str
    role: str
    at: tuple[Any, ...]
    values: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    across: tuple[float | None, ...] = ()
    symbol: str = ""
    of: str = ""
    unit: str = FRACTION
    whom: tuple[tuple[str, str], ...] = ()
    dates: tuple[dt.date, ...] = ()
    look: int | None = None
    sources: tuple[str, ...] = ()
    times: tuple[dt.datetime | None, ...] = ()
    labels: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    links: tuple[Choices | None, ...] = ()
    decoration: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a chart: its title and what it comes to, both empty where there is but one."""

    series: tuple[Series, ...]
    title: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart that has rows: who, what is said of it, and the day or the window of it."""

    label: str
    detail: str = ""
    symbol: str = ""
    date: dt.date | None = None
    window: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A date or a time to point out; others than the event are drawn lighter."""

    date: dt.date
    label: str
    event: bool = False


@dataclass(frozen=True, slots=True)
class Ticks:
    """A choice, and for each of its values the places (from 1) of the specifications that make it."""

    choice: str
    values: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart shows, by which method, and whose data it is."""

    shows: str
    method: str
    credit: Credit


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its caption, and the table that a reader gets behind it.

    Parameters
    ----------
    key : str
        Stable name: in addresses, and of files made from it.
    kind : str
        How it is drawn: a key of `dashboard.render.figures.DRAWINGS`.
    summary : str
        What it shows, in a sentence, for those who cannot see it.
    marks : tuple of (kind of mark, what it stands for)
    across : str
        Of what the horizontal values of a scatter are returns, such as ``of the benchmark``.
    grouped : str
        What rows are that are about nobody, such as ``basis``.
    rows, dates, ticks : tuple
        What some kinds have besides: rows, marked dates, the choices of specifications.
    """

    key: str
    kind: str
    summary: str
    panels: tuple[Panel, ...]
    caption: Caption
    table: Table
    marks: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    dates: tuple[Mark, ...] = ()
    ticks: tuple[Ticks, ...] = ()
    across: str = ""
    grouped: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The same page under other choices."""

    words: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph: `dek` introduces, `small` stands below; empty ones keep a place."""

    text: str
    style: str = "dek"
    key: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is the matter and what to do next; without a title it is an empty place."""

    title: str
    lines: tuple[str, ...] = ()
    kind: str = "note"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A firm's day in three numbers."""

    name: str
    close: Number
    abnormal: Number
    interval: Interval


@dataclass(frozen=True, slots=True)
class Cards:
    """A card per firm."""

    key: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event in a few words, with the path of its firms and how long half of the move lasted.

    `path` has no values where nothing could be measured; `finding` then says why.
    """

    slug: str
    name: str
    date: dt.date
    finding: str
    path: Series
    lasted: str
    counts: tuple[tuple[Badge, int], ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventCards:
    """A card per event, their paths on one scale."""

    key: str
    cards: tuple[EventCard, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of each judgement, and of which they were counted."""

    key: str
    counts: tuple[tuple[Badge, int], ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text in Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is, or what comes next if `total` is 0; `about` tells what it is of."""

    key: str
    words: str
    done: int = 0
    total: int = 0
    about: str = ""


Block = Chart | Table | Note | Message | Cards | EventCards | Tally | Prose | Progress


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, with a heading that a link can point to.

    `later`: what takes long and comes after the page; its blocks say so until then.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    later: bool = False


class Exhibit(NamedTuple):
    """A chart or a table that can be taken away, with the heading that it stands under."""

    title: str
    content: Chart | Table


@dataclass(frozen=True, slots=True)
class View:
    """A page.

    Parameters
    ----------
    event : str
        Name of the event; empty where the page is not about it.
    title, words : str
        What was found in one sentence, and what to make of it.
    lead : tuple of Block
        What stands before the first heading.
    credit : Credit
        Whose data it is, where a chart does not say more precisely.
    design : tuple of (name, value)
        The choices that repeat it.
    caution : Message
        What can decide the result; it stands before all else.
    cover : Chart, optional
        What stands for it where it is shared, if that is none of its charts.
    """

    event: str
    title: str
    words: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    credit: Credit
    design: tuple[tuple[str, str], ...] = ()
    caution: Message = Message("")
    cover: Chart | None = None

    @property
    def parts(self) -> Iterator[tuple[str, tuple[Block, ...]]]:
        """Headings with what stands under them, the title of the page first."""
        yield self.title, self.lead
        yield from ((section.title, section.blocks) for section in self.sections)

    @property
    def exhibits(self) -> dict[str, Exhibit]:
        """Charts, and tables with a key, in the order of the page."""
        return {
            block.key: Exhibit(title, block)
            for title, blocks in self.parts
            for block in blocks
            if isinstance(block, (Chart, Table)) and block.key
        }
