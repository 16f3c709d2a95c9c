"""Many files of text with the same header are parsed together, a few megabytes at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError, to_be_told
from data.files.cells import numbers
from data.files.days import NO_DAY, days_of
from data.files.found import File
from data.files.headers import Meaning, meaning
from data.files.layouts import LAYOUTS, DateOrder, called
from data.files.rows import Line, Rows, merged
from data.files.table_rows import as_bars, rows_of
from data.files.text_table import Form, Kind, TextTable, content, form_of, in_threes, parsed, types_of

BATCH_BYTES = 16_000_000
_ISO_ROW = re.compile(rb"\d{4}-\d\d-\d\d[,;\t|]")
_NAMED = [layout.named for layout in LAYOUTS if layout.named]


@dataclass(frozen=True)
class _Plan:
    """How files with one header are read."""

    form: Form
    means: Meaning

    def symbol(self, file: File) -> str:
        return self.means.layout.symbol_of(file.name)


@dataclass
class _Batch:
    """Files of one plan that wait to be parsed together: their rows, and how many they are."""

    plan: _Plan
    files: list[File] = field(default_factory=list)
    bodies: list[bytes | memoryview] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, file: File, data: bytes) -> None:
        ended = data.endswith(b"\n")
        self.files.append(file)
        self.bodies += [memoryview(data)[data.index(b"\n") + 1 :], b"" if ended else b"\n"]
        self.rows.append(data.count(b"\n") - ended)
        self.size += len(data)


def read_texts(
    files: Sequence[File],
    wanted: Collection[str] | None,
    dates: DateOrder | None,
    unread: dict[str, DataError],
) -> Iterator[Rows]:
    """Rows of files of text; a broken one is told in `unread`."""
    batches: dict[int, _Batch] = {}
    for file in files:
        try:
            data = content(file.path)
            plan = plan_of(data, file)
        except DataError as error:
            unread[called(file.name, wanted)] = to_be_told(error)
            continue
        if plan is None:
            yield from _alone(file, data, wanted, dates, unread)
            continue
        if wanted is not None and plan.symbol(file) not in wanted:
            continue
        batch = batches.setdefault(id(plan), _Batch(plan))
        batch.add(file, data)
        if batch.size > BATCH_BYTES:
            yield from _read(batches.pop(id(plan)), wanted, dates, unread)
    for batch in batches.values():
        yield from _read(batch, wanted, dates, unread)


def _alone(
    file: File,
    data: bytes,
    wanted: Collection[str] | None,
    dates: DateOrder | None,
    unread: dict[str, DataError],
) -> Iterator[Rows]:
    """Rows of a file by itself; a broken one is told by its symbol."""
    name = called(file.name, wanted)
    try:
        table = TextTable(file.path, file.name, data)
        means = meaning(table.header, table.sample, file.name, table.where)
        name = means.layout.symbol_of(file.name) if means.single else name
        if (rows := rows_of(table, means, wanted, dates)) is not None:
            yield rows
    except DataError as error:
        unread[name] = to_be_told(error)


def plan_of(data: bytes, file: File) -> _Plan | None:
    """The plan of a file of one instrument whose dates are plain, from its first lines; None for others."""
    end = data.find(b"\n")
    if end < 0 or not _ISO_ROW.match(data, end + 1) or in_threes(data):
        return None
    named = any(re.search(pattern, file.name) for pattern in _NAMED)
    return _plan(data[: end + 1], file.name if named else "")


@lru_cache(maxsize=1000)
def _plan(header: bytes, name: str) -> _Plan | None:
    form = form_of(header + b"2000-01-03\n")
    try:
        means = meaning(form.header, form.sample, name, "")
    except DataError:
        return None
    return _Plan(form, means) if means.single and means.date == 0 and form.skipped == 1 else None


def _read(
    batch: _Batch, wanted: Collection[str] | None, dates: DateOrder | None, unread: dict[str, DataError]
) -> Iterator[Rows]:
    """Rows of a batch at once; of its files one by one, if any is not as plain as it looks."""
    if (rows := _together(batch)) is not None:
        yield rows
        return
    for file in batch.files:
        yield from _alone(file, content(file.path), wanted, dates, unread)


def _together(batch: _Batch) -> Rows | None:
    """Rows of all files of a batch; None where a cell is no number, or a line no row."""
    import pyarrow

    plan, part = batch.plan, batch.plan.means.parts[0]
    kinds: dict[int, Kind] = {plan.means.date: "date"}
    kinds |= dict.fromkeys(part.fields.values(), "number")
    types = types_of(kinds, plan.form.sample)
    sizes = batch.rows
    try:
        read = parsed(b"".join(batch.bodies), plan.form.separator, 0, len(plan.form.header[-1]), types)
    except pyarrow.ArrowInvalid:
        return None
    days = days_of(read[0], "", None, None).days
    if len(days) != sum(sizes) or 0 in sizes or (days == NO_DAY).any():
        return None
    place = {column: k for k, column in enumerate(kinds)}
    columns = {role: numbers(read[place[column]])[0] for role, column in part.fields.items()}
    names, codes = merged(
        tuple(plan.symbol(file) for file in batch.files), np.repeat(np.arange(len(sizes)), sizes)
    )
    rows = Rows(names, codes, days, columns, _line_in(batch.files, np.cumsum([0, *sizes])))
    return as_bars(rows, plan.means, plan.means.layout.said)


def _line_in(files: Sequence[File], starts: npt.NDArray[np.int64]) -> Line:
    def line(row: int) -> str:
        place = int(np.searchsorted(starts, row, side="right")) - 1
        file = files[place]
        return TextTable(file.path, file.name).line(row - int(starts[place]))

    return line
