"""Views as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard.views import cells, words
from dashboard.views.content import (
    Block,
    Cards,
    Chart,
    EventCard,
    EventCards,
    Message,
    Note,
    Progress,
    Prose,
    Tally,
    View,
)
from dashboard.views.tables import Column, Interval, Table

if TYPE_CHECKING:
    from rich.table import Table as Grid

SENTENCE = 24  # letters of a cell beyond which it may be broken
WIDEST = 1000
KEPT = "\ue000"  # in place of a space at which no line may break, which rich breaks at all the same


def text(view: View, width: int) -> str:
    """A page as wide as the terminal; a table that needs more takes it, no number is cut."""
    return "\n\n".join(part for part in _parts(view, width) if part) + "\n"


def _parts(view: View, width: int) -> Iterator[str]:
    yield block_text(view.caution, width)
    yield f"{view.event}\n{view.title}" if view.event else view.title
    yield wrapped(view.words, width)
    for block in view.lead:
        yield block_text(block, width)
    for section in (section for section in view.sections if section.blocks):
        yield section.title.upper()
        for block in section.blocks:
            yield block_text(block, width)
    yield wrapped(words.credit(view.credit), width)


def wrapped(paragraph: str, width: int) -> str:
    """A paragraph, broken into lines."""
    import textwrap

    return "\n".join(textwrap.wrap(words.typeset(paragraph), width)).replace(words.SPACE, " ")


def block_text(block: Block, width: int) -> str:
    """One block; a chart is its table and its caption."""
    match block:
        case Chart():
            told = f"{block.caption.shows} {block.caption.method}"
            return f"{table_text(block.table, width)}\n{wrapped(told, width)}"
        case Table():
            return table_text(block, width)
        case Note() | Progress():
            return wrapped(getattr(block, "text", "") or getattr(block, "words", ""), width)
        case Message():
            title = f"{block.title.rstrip('.')}:" if block.title and block.lines else block.title
            return wrapped(" ".join((title, *block.lines)), width)
        case Cards():
            return "\n".join(
                f"{card.name}: {cells.text(card.close)}, {cells.text(card.abnormal)} abnormal "
                f"(95 %: {cells.text(card.interval)})".replace(words.SPACE, " ")
                for card in block.cards
            )
        case EventCards():
            return "\n\n".join(_event_card(card, width) for card in block.cards)
        case Tally():
            counts = ", ".join(f"{number} {badge.word.lower()}" for badge, number in block.counts)
            return f"{counts}; {block.of}" if block.of else counts
        case Prose():
            return block.text


def _event_card(card: EventCard, width: int) -> str:
    counts = ", ".join(f"{n} {badge.word.lower()}" for badge, n in card.counts)
    lines = (f"{words.day(card.date)}  {card.name}", card.finding, card.lasted, counts, card.slug)
    return "\n  ".join(wrapped(line, width - 2).replace("\n", "\n  ") for line in lines if line)


def table_text(table: Table, width: int) -> str:
    """A table as lines of text."""
    import io

    from rich.console import Console

    grid, out = _grid(table), io.StringIO()
    needed = Console(width=WIDEST).measure(_grid(table, narrow=True)).maximum
    console = Console(file=out, width=max(width, needed), markup=False, highlight=False, color_system=None)
    console.print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines()).replace(KEPT, " ")


def _grid(table: Table, narrow: bool = False) -> Grid:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    grid.min_width, grid.padding = (0 if narrow else min(len(table.title), WIDEST)), (0, 1, 0, 0)
    cells = [[cell(column, row) for row in range(len(column.values))] for column in table.columns]
    for column, lines in zip(table.columns, cells, strict=True):
        long = not column.aligned_right and max(map(len, lines), default=0) > SENTENCE
        grid.add_column(
            column.name,
            justify="right" if column.aligned_right else "left",
            no_wrap=not long,
            max_width=SENTENCE if narrow and long else None,
        )
    for line in zip(*cells, strict=True):
        grid.add_row(*line)
    return grid


def cell(column: Column, row: int) -> str:
    """A value and the lines below it."""
    said = cells.text(column.values[row], column.unit, column.digits, column.signed)
    for below in column.lines:
        value = below.values[row]
        if value not in (None, "", Interval(None, None)):
            between = ", " if below.style == "after" else "\n"
            said += between + cells.text(value, below.unit, below.digits, below.signed)
    return said.replace(words.SPACE, KEPT)
