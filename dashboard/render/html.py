"""Views as HTML: every text and attribute is escaped here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from html import escape
from typing import Any

from dashboard.render import spark, theme
from dashboard.render.prose import markdown
from dashboard.render.terms import Write, prose
from dashboard.views import cells, words
from dashboard.views.choices import Choices, address
from dashboard.views.content import (
    Block,
    Caption,
    Card,
    Cards,
    Chart,
    EventCard,
    EventCards,
    Message,
    Note,
    Progress,
    Prose,
    Section,
    Tally,
    View,
)
from dashboard.views.tables import Badge, Column, Interval, Number, Table, To, Value

Draw = Callable[[str, Chart], str]  # draws a chart under a heading

NOTES = {"small": "soft small"}  # classes of notes, where they differ from the style
LINES = {"soft": "soft small"}  # and of lines in a cell


def tag(name: str, *inside: str, **attributes: Any) -> str:
    """An element around finished HTML; ``class_`` and ``aria_label`` are written as HTML has them."""
    given = {
        key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None
    }
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in given.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>"


# ---- tables --------------------------------------------------------------------------------------


def table(given: Table, write: Write = prose) -> str:
    """A table that a screen reader can walk and a phone can show, in a frame that scrolls or stacks."""
    title = tag("caption", tag("span", write(given.title)))
    kinds = ["number" if column.aligned_right else None for column in given.columns]
    named = zip(given.columns, kinds, strict=True)
    heads = (tag("th", write(column.name), scope="col", class_=kind) for column, kind in named)
    head = tag("thead", tag("tr", *heads))
    rows = len(given.columns[0].values)
    body = tag("tbody", *(tag("tr", *_cells(given, row, kinds)) for row in range(rows)))
    if given.stacked:
        return tag("table", title, head, body, class_="table stacked", id=given.key or None)
    inside = tag("table", title, head, body, class_="table", id=given.key or None)
    return tag("div", inside, class_="scroll", tabindex=0, role="region", aria_label=given.title)


def _cells(given: Table, row: int, kinds: Sequence[str | None]) -> Iterable[str]:
    """Cells of a row; on a phone those of a stacked table name their column."""
    for place, (column, kind) in enumerate(zip(given.columns, kinds, strict=True)):
        inside, at = cell(column, row), sorted_by(column, row)
        if place:
            label = column.name if given.stacked else None
            yield tag("td", inside, class_=kind, data_label=label, data_value=at)
        else:
            yield tag("th", inside, scope="row", class_=kind, data_value=at)


def sorted_by(column: Column, row: int) -> str | None:
    """What a cell is sorted by, where that is not its text: numbers and dates; empty where there is none."""
    match column.values[row]:
        case Number(value) | Interval(value) | (float() | int() as value):
            return "" if value is None else f"{value:.10g}"
        case dt.date() as day:
            return day.isoformat()
        case Badge(word):
            return word
        case None:
            return ""
    return None


def cell(column: Column, row: int) -> str:
    """What stands in a cell: a value, and the lines below it."""
    inside = written(column, column.values[row])
    return (tag("strong", inside) if column.style == "strong" else inside) + "".join(
        _line(below, row) for below in column.lines
    )


def _line(column: Column, row: int) -> str:
    value = column.values[row]
    if value is None or value == "" or value == Interval(None, None):
        return ""
    inside = written(column, value)
    if column.style == "after":
        return tag("span", ", ", inside, class_="soft")
    if column.style == "details":
        return tag("details", tag("summary", escape(column.name)), inside)
    return tag("div", inside, class_=LINES.get(column.style, column.style))


def written(column: Column, value: Value) -> str:
    """A value as its column writes it."""
    if isinstance(value, Badge):
        return badge(value)
    if isinstance(value, To):
        return link(value)
    if isinstance(value, str):
        return prose(value)
    text = escape(cells.text(value, column.unit, column.digits, column.signed))
    # page.js adds the reader's own time
    return tag("time", text, datetime=value.isoformat()) if isinstance(value, dt.datetime) else text


def link(given: To) -> str:
    """Words that lead to the pages of an event, or out of here."""
    if given.event:
        return tag("a", prose(given.words), href=address("/", Choices(given.event)))
    return tag("a", prose(given.words), href=given.address, rel="noopener noreferrer")


def badge(given: Badge) -> str:
    """A judgement: an icon and its word, so that colour is never alone."""
    icon = tag("span", escape(given.icon), class_="icon", aria_hidden="true")
    return tag("span", icon, escape(given.word), class_=f"badge {given.tone}")


# ---- charts --------------------------------------------------------------------------------------


def caption(given: Caption, write: Write = prose) -> str:
    """What is shown, by which method and from which source: a line each."""
    lines = {"shows": given.shows, "method": given.method, "source": words.credit(given.credit)}
    return "".join(tag("span", write(text), class_=name) for name, text in lines.items())


def key(marks: Iterable[tuple[str, str]], write: Write = prose) -> str:
    """How to read the marks of a chart: glyph and word."""
    glyphs = ((tag("span", class_=f"glyph {glyph(mark)}", aria_hidden="true"), word) for mark, word in marks)
    return "".join(tag("li", drawn, tag("span", write(word))) for drawn, word in glyphs)


def glyph(mark: str) -> str:
    """Class of a mark; ``line-1`` is the line of the second firm."""
    kind, _, position = mark.partition("-")
    if kind != "line":
        return mark
    return f"line {theme.look(int(position) if position.isdigit() else None).colour}"


# ---- other blocks --------------------------------------------------------------------------------


@singledispatch
def inside(block: Block, write: Write = prose) -> str:
    """The HTML inside the element of a block; `write` makes plain text HTML."""
    raise TypeError(f"no HTML for {type(block).__name__}")


@inside.register
def _table(block: Table, write: Write = prose) -> str:
    return table(block, write)


@inside.register
def _note(block: Note, write: Write = prose) -> str:
    return write(block.text)


@inside.register
def _message(block: Message, write: Write = prose) -> str:
    if not block.title:
        return ""
    lines = (tag("p", write(line)) for line in block.lines)
    return tag("div", tag("p", tag("strong", prose(block.title))), *lines, class_=f"message {block.kind}")


@inside.register
def _cards(block: Cards, write: Write = prose) -> str:
    return "".join(tag("li", *_card(card, write)) for card in block.cards)


def _card(card: Card, write: Write) -> Iterable[str]:
    yield tag("p", prose(card.name), class_="name")
    yield tag("p", cells.text(card.close), class_="figure")
    yield tag("p", tag("strong", cells.text(card.abnormal)), " ", write("abnormal"), class_="abnormal")
    yield tag("p", f"95{words.SPACE}%: ", cells.text(card.interval), class_="interval")


@inside.register
def _event_cards(block: EventCards, write: Write = prose) -> str:
    ends = spark.scale(card.path.values for card in block.cards)
    return "".join(tag("li", *_event_card(card, ends), class_="event") for card in block.cards)


def _event_card(card: EventCard, ends: spark.Ends) -> Iterable[str]:
    about = " · ".join((words.day(card.date), *card.tags))
    yield tag("p", escape(about), class_="eyebrow")
    yield tag("h2", tag("a", escape(card.name), href=address("/", Choices(card.slug))))
    yield tag("p", escape(card.finding), class_="told")
    yield spark.drawn(card.path, ends)
    yield tag("p", escape(card.lasted), class_="lasted")
    counts = ((tag("strong", str(n)), badge(given)) for given, n in card.counts)
    yield tag("p", *(tag("span", number, " ", word) for number, word in counts), class_="counts")


@inside.register
def _tally(block: Tally, write: Write = prose) -> str:
    counts = (tag("li", tag("strong", str(number)), " ", badge(given)) for given, number in block.counts)
    return "".join(counts) + (tag("li", write(block.of), class_="soft small") if block.of else "")


@inside.register
def _prose(block: Prose, write: Write = prose) -> str:
    return markdown(block.text)


@inside.register
def _progress(block: Progress, write: Write = prose) -> str:
    if not block.total:
        return tag("p", escape(block.words), class_="soft small")
    bar = tag("progress", value=block.done, max=block.total, aria_label=block.words)
    return tag("div", bar, tag("span", escape(block.words), class_="soft small"), class_="progress")


# ---- pages ---------------------------------------------------------------------------------------


def finding(view: View, write: Write = prose) -> str:
    """The head of a page: the event, what was found in one sentence, and what to make of it."""
    event = tag("p", prose(view.event), class_="eyebrow", id="event-name") if view.event else ""
    told = tag("p", write(view.words), class_="dek", id="finding-dek") if view.words else ""
    return event + tag("h1", prose(view.title), id="finding-title") + told


ELEMENTS = {
    Cards: ("ul", "cards"),
    EventCards: ("ul", "gallery"),
    Tally: ("ul", "tally"),
    Table: ("div", "frame"),
    Prose: ("div", "prose"),
}


def page(view: View, chart: Draw) -> str:
    """A page for paper or for a file of its own."""
    head = inside(view.caution) + tag("div", finding(view), class_="finding")
    lead = (element(block, "", chart) for block in view.lead)
    return head + "".join((*lead, *(section(part, chart) for part in view.sections)))


def section(given: Section, chart: Draw) -> str:
    """A part of a page; on paper it keeps to its first chart."""
    if not given.blocks:
        return ""
    parts = [tag("h2", escape(given.title)), *(element(b, given.title, chart) for b in given.blocks)]
    kept = together(given)
    held = [tag("div", *parts[:kept], class_="keep")] if kept else []
    return tag("section", *held, *parts[kept:])


def together(given: Section) -> int:
    """How much of a part paper keeps together: its heading and all blocks up to its first chart, if any."""
    return next((i for i, block in enumerate(given.blocks, 2) if isinstance(block, Chart)), 0)


def element(block: Block, heading: str, chart: Draw | None = None, write: Write = prose) -> str:
    """A block in its element; `chart` draws one under the heading that it is given."""
    if isinstance(block, Chart):
        return chart(heading, block) if chart else ""
    if isinstance(block, Note):
        return (
            tag("p", inside(block, write), class_=NOTES.get(block.style, block.style)) if block.text else ""
        )
    name, kind = ELEMENTS.get(type(block), ("div", None))
    return tag(name, inside(block, write), class_=kind)
