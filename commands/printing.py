"""How commands print: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Literal

from commands.documents import Document
from dashboard.views.words import SPACE, typeset

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Column, Table

    from dashboard.views.content import Block

Format = Literal["text", "json", "csv"]
StudyFormat = Literal["text", "json", "csv", "latex"]
WIDTH = 100
WIDEST = 1000
SENTENCE = 30  # a column of them is no narrower: it would be taller than anyone reads


def table_of(title: str, words: Iterable[str], numbers: Iterable[str]) -> Table:
    """An empty table: columns of words, then columns of numbers."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False)
    table.min_width = len(title)
    table.padding = (0, 1, 0, 0)
    for word in words:
        table.add_column(word, no_wrap=True)
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def show(*blocks: Table | str) -> None:
    """Tables and paragraphs, as wide as the terminal; a table that needs more takes it, no number is cut."""
    from rich.console import Console

    for block in (block for block in blocks if block):
        console = Console(width=max(width(), _needed(block)), markup=False, highlight=False)
        with console.capture() as printed:
            console.print(block)
        print(printed.get().replace(SPACE, " "))


def tell(sentence: str) -> None:
    """A sentence as pages print it: dates in words, true minus signs."""
    print(typeset(sentence).replace(SPACE, " "))


def show_blocks(blocks: Iterable[Block]) -> None:
    """Parts of a view, as wide as the terminal, with a line between them."""
    from dashboard.render.text import block_text

    for block in blocks:
        print(f"{block_text(block, width())}\n")


def width() -> int:
    """Columns of the terminal, or of the text where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH


def _needed(block: Table | str) -> int:
    """The width in which no column is cut; sentences may wrap."""
    from rich.console import Console

    if isinstance(block, str):
        return 0
    lean = copy(block)
    lean.columns = [column if column.no_wrap else _wrapped(column) for column in block.columns]
    return Console(width=WIDEST).measure(lean).maximum


def _wrapped(column: Column) -> Column:
    narrow = copy(column)
    narrow.max_width = SENTENCE
    return narrow


def print_csv(records: Sequence[Document]) -> None:
    """Records as CSV on stdout, each cell as in every file."""
    from dashboard.render.csv import cell

    writer = csv.DictWriter(sys.stdout, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({key: cell(value) for key, value in record.items()})


def print_table_csv(table: pd.DataFrame) -> None:
    """A table as CSV on stdout, its texts as safe and its numbers as long as those of records."""
    from dashboard.render.csv import DIGITS, safe

    out = table.copy(deep=False)
    for name in table.select_dtypes(exclude="number"):
        formulas = {cell: safe(cell) for cell in table[name].unique() if isinstance(cell, str)}
        if any(cell != held for cell, held in formulas.items()):
            out[name] = [formulas.get(cell, cell) for cell in table[name]]
    out.to_csv(sys.stdout, index=False, float_format=f"%.{DIGITS}g")


def print_json(document: Document | list[Document], indent: int | None = 1) -> None:
    """A number that is not finite would be a bug, so it is refused."""
    print(json.dumps(document, indent=indent, allow_nan=False, ensure_ascii=False))
