"""A file of text as a table: CSV and its relatives, whatever the separator, encoding and decimal mark."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from analysis.market.errors import DataError
from data.files.cells import missing_words
from data.files.days import looks_like_date
from data.files.found import checked
from data.files.headers import HEAD_ROWS, header_rows

HEAD_BYTES = 65_536
MOST_BYTES = 1_500_000_000
Kind = Literal["date", "number", "text"]
_CONTROLS = bytes([*range(9), *range(14, 32)])  # no text has many of them
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DECIMALS = re.compile(rb"""[;,\t|]\s*"?[-+]?(?:0?\.\d+|\d+\.(?:\d\d?|\d{4,}))"?\s*[;,\t|\r\n]""")
_THREES = re.compile(rb"""[;,\t|]\s*"?[-+]?\d{1,3}\.\d{3}"?\s*[;,\t|\r\n]""")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def content(path: Path) -> bytes:
    """A file of text in UTF-8.

    Raises
    ------
    DataError
        If it cannot be read, is empty, larger than `MOST_BYTES`, or no text.
    """
    try:
        size = checked(path).stat().st_size
        if size > MOST_BYTES:
            raise DataError(
                f"{path.name}: {size / 1e9:.1f} GB of text; at most {MOST_BYTES / 1e9:.1f} GB: "
                "save it as Parquet"
            )
        with path.open("rb") as stream:
            if _noise(stream.read(4096)):
                raise no_text(path)
            stream.seek(0)
            data = stream.read()
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    if not data[:4096].strip() and not data.strip():
        raise DataError(f"{path.name}: the file is empty; needed: a header and rows")
    return utf8(data, path)


def utf8(data: bytes, path: Path) -> bytes:
    """The same text in UTF-8 without a mark; an error if it is no text."""
    encoding = _encoding(data[:4096])
    if encoding == "utf-8-sig":
        return data[3:]
    try:
        text = data.decode(encoding).encode() if encoding else data
    except (UnicodeDecodeError, LookupError):
        raise no_text(path) from None
    if _controlled(text[:4096]):
        raise no_text(path)
    return text


def _encoding(head: bytes) -> str:
    """How a text is written, as its first bytes tell: empty for UTF-8, ``none`` for no text."""
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")
    if not encoding and b"\0" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        return "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else "none"
    return encoding


def _noise(head: bytes) -> bool:
    """Whether the first bytes are those of no text, so that the rest need not be read."""
    encoding = _encoding(head)
    return encoding == "none" or (not encoding and _controlled(head))


def _controlled(start: bytes) -> bool:
    return len(start) - len(start.translate(None, _CONTROLS)) > len(start) // 100


def no_text(path: Path) -> DataError:
    """What a reader is told of a file that holds no text."""
    return DataError(
        f"{path.name}: no table of text; needed: a CSV file, or .xlsx and .parquet for their kinds"
    )


@dataclass(frozen=True)
class Form:
    """How lines are cut: what is before the data, the separator, and the rows of the head."""

    separator: str
    skipped: int
    header: tuple[tuple[str, ...], ...]
    sample: tuple[str, ...]


def form_of(data: bytes) -> Form:
    """How a text is cut into cells, from its first lines."""
    lines = data[:HEAD_BYTES].decode("utf-8", errors="replace").splitlines()
    preface = 1 if lines and lines[0].lower().startswith("sep=") else 0
    start = lines[preface : preface + HEAD_ROWS]
    separator = lines[0][4:5] if preface else _separator(start)
    rows = _cut(start, separator)
    headers = header_rows(rows)
    sample = next((row for row in rows[headers:] if any(row)), ())
    return Form(separator, preface + headers, tuple(row for row in rows[:headers] if any(row)), sample)


def _cut(lines: Sequence[str], separator: str) -> list[tuple[str, ...]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    return [tuple(cell.strip() for cell in row) for row in reader]


def _separator(lines: Sequence[str]) -> str:
    """Whichever of comma, semicolon, tab and bar stands most often outside quotes in the fullest line.

    One that the header has comes before one that it lacks: commas may be marks of thousands.
    """
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    counts = {mark: max((line.count(mark) for line in bare[:4]), default=0) for mark in ";\t|,"}
    return max(counts, key=lambda mark: (counts[mark] > 0 and _in_header(lines, mark), counts[mark]))


def _in_header(lines: Sequence[str], separator: str) -> bool:
    """Whether a separator cuts the last line above the data."""
    rows = _cut(lines, separator)
    return len(next((row for row in reversed(rows[: header_rows(rows)]) if any(row)), ())) > 1


class TextTable:
    """A file of text whose head has been read."""

    columnar = False

    def __init__(self, path: Path, name: str, data: bytes | None = None, form: Form | None = None) -> None:
        self.where, self.name, self.path = path.name, name, path
        self.data = content(path) if data is None else data
        self.form = form or form_of(self.data)
        self.header, self.sample, self.separator = self.form.header, self.form.sample, self.form.separator

    def columns(self, kinds: Mapping[int, Kind]) -> list[Any]:
        """Columns in order of `kinds`: typed where all cells allow it, else as text.

        Raises
        ------
        DataError
            If a row has more or fewer cells than the header.
        """
        import pyarrow

        width = next((len(row) for row in reversed(self.header) if sum(map(bool, row)) > 1), 1)
        if max(kinds) >= width:
            self._complain(width)
            raise DataError(
                f"{self.where}: the header has rows of different lengths; give each column one name"
            )
        types = types_of(kinds, self.sample)
        prices = "number" in kinds.values()
        if not (prices and in_threes(self.data)):
            try:
                return parsed(self.data, self.separator, self.form.skipped, width, types)
            except pyarrow.ArrowInvalid:
                pass
        if prices:
            self._widen_foot(width, dated_first=kinds.get(0) == "date")
        as_text = dict.fromkeys(types, pyarrow.string())
        try:
            return parsed(self.data, self.separator, self.form.skipped, width, as_text, spanning=True)
        except pyarrow.ArrowInvalid as error:
            self._complain(width)
            if "UTF8" not in str(error):
                raise DataError(f"{self.where}: {str(error).splitlines()[0]}") from None
            data = self.data.decode("cp1252", errors="replace").encode()
            return parsed(data, self.separator, self.form.skipped, width, as_text, spanning=True)

    def _widen_foot(self, width: int, dated_first: bool) -> None:
        """Give a foot of words (a source, a note) as many cells as the header has, its words in the first."""
        lines = self.data.split(b"\n")
        end = len(lines)
        while end > self.form.skipped + 1:
            text = lines[end - 1].decode("utf-8", errors="replace").strip()
            cells = next(iter(_cut([text], self.separator)), ())
            words = text.strip('"')[:1].isalpha() and (len(cells) == 1 or dated_first)
            if text and (not words or looks_like_date(cells[0])):
                break
            end -= 1
            if text and len(cells) != width:
                bare = text.replace('"', "").replace(self.separator, " ")
                lines[end] = f"{bare}{self.separator * (width - 1)}".encode()
        self.data = b"\n".join(lines)

    def _complain(self, width: int) -> None:
        """Name the first row of another width than the header."""
        text = self.data.decode("utf-8", errors="replace").splitlines()
        rows = csv.reader(text, delimiter=self.separator, skipinitialspace=True)
        for row in rows:
            if row and rows.line_num > self.form.skipped and len(row) != width:
                raise DataError(
                    f"{self.where}, line {rows.line_num}: {len(row)} values, but the header has {width}; "
                    "one file holds one table"
                )

    def line(self, row: int) -> str:
        """Where a row of the data stands."""
        numbers = self.numbers()
        return f"{self.where}, line {numbers[row]}" if row < len(numbers) else self.where

    def numbers(self) -> npt.NDArray[np.int64]:
        """Line of each row in the file."""
        return self._numbers

    @cached_property
    def _numbers(self) -> npt.NDArray[np.int64]:
        """Line of each row; blank lines are no rows, and a cell between quotes may span lines."""
        skipped = self.form.skipped
        if b'"' not in self.data:
            lines = self.data.rstrip(b"\r\n").split(b"\n")
            if b"\n\n" not in self.data and b"\n\r\n" not in self.data:
                return np.arange(skipped, len(lines)) + 1
            return np.array([k for k, line in enumerate(lines, 1) if k > skipped and line.strip()], np.int64)
        text = self.data.decode("utf-8", errors="replace")
        reader = csv.reader(text.splitlines(keepends=True), delimiter=self.separator, skipinitialspace=True)
        before, numbers = 0, []
        for row in reader:
            if row and before >= skipped:
                numbers.append(before + 1)
            before = reader.line_num
        return np.array(numbers, np.int64)


def in_threes(data: bytes) -> bool:
    """Whether a point may be one of thousands: all that are seen have three digits behind them."""
    return not _DECIMALS.search(data) and _THREES.search(data) is not None


def types_of(kinds: Mapping[int, Kind], sample: Sequence[str]) -> dict[str, Any]:
    """What columns are parsed as, by place."""
    return {f"{k}": _type(kind, sample[k] if k < len(sample) else "") for k, kind in kinds.items()}


def _type(kind: Kind, sample: str) -> Any:
    import pyarrow

    if kind == "text":
        return pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    if kind == "date":
        return pyarrow.date32() if _ISO_DAY.fullmatch(sample) else pyarrow.string()
    return pyarrow.float64()


def parsed(
    data: Any, separator: str, skipped: int, width: int, types: Mapping[str, Any], spanning: bool = False
) -> list[Any]:
    """Columns of a text, in the order of `types`; the keys are places.

    `spanning`: a cell between quotes may hold line ends, which costs the second thread.
    """
    import pyarrow
    from pyarrow import csv as arrow

    table = arrow.read_csv(
        pyarrow.BufferReader(pyarrow.py_buffer(data)),
        read_options=arrow.ReadOptions(
            column_names=[f"{k}" for k in range(width)], skip_rows=skipped, block_size=1 << 20
        ),
        parse_options=arrow.ParseOptions(delimiter=separator, newlines_in_values=spanning),
        convert_options=arrow.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=missing_words(),
            strings_can_be_null=False,
        ),
    )
    return list(table.combine_chunks().columns)
