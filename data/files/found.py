"""Which files of a path hold tables, and that they are files at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from analysis.market.errors import DataError
from data.files.layouts import SYMBOLS, nameless, plain

TEXT = (".csv", ".txt", ".tsv", ".tab", ".asc", ".psv")
WORKBOOKS = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
KNOWN = (*TEXT, *WORKBOOKS, *PARQUET, ".xls")
NEEDED = "needed: CSV, Excel (.xlsx) or Parquet"


@dataclass(frozen=True, order=True)
class File:
    """A file of prices.

    `name` is what it is called: its name without the ending, the symbol of its partition
    (``symbol=NVDA/part-0.parquet``), or its folder where the name says nothing
    (``NVDA/HistoricalData_1738000000000.csv``).
    """

    path: Path
    name: str

    @property
    def kind(self) -> str:
        """``parquet``, ``workbook`` or ``text``."""
        ending = self.path.suffix.lower()
        if ending in PARQUET:
            return "parquet"
        return "workbook" if ending in (*WORKBOOKS, ".xls") else "text"


def files_of(path: Path) -> tuple[File, ...]:
    """The file, or those of a folder and the folders in it, in order of their paths.

    Raises
    ------
    DataError
        If there is no such path, it is no file or folder, or a folder holds no table.
    """
    mode = _mode(path)
    if not stat.S_ISDIR(mode):
        return (File(checked(path), path.stem),)
    found = sorted(_below(path, set(), partitions_only=True)) or sorted(_below(path, set()))
    if not found:
        raise DataError(f"{path}: no file of prices in this folder; {NEEDED} files")
    return tuple(File(file, _partition(file.relative_to(path)) or _called(file, path)) for file in found)


def checked(path: Path) -> Path:
    """The path, if it is a file.

    Raises
    ------
    DataError
        If it is a folder, a pipe, a device, or nothing that can be read.
    """
    mode = _mode(path)
    if stat.S_ISREG(mode):
        return path
    what = "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
    raise DataError(f"{path.name or path}: {what} is no file; {NEEDED}")


def modified(path: Path) -> float:
    """When a file was last written, in seconds since 1970; 0 if it cannot be told."""
    about = _about(path)
    return about.st_mtime if about else 0.0


def size_of(path: Path) -> int:
    """Bytes of a file; 0 if it cannot be told."""
    about = _about(path)
    return about.st_size if about else 0


def _about(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _below(folder: Path, seen: set[tuple[int, int]], partitions_only: bool = False) -> Iterator[Path]:
    """Files with a known ending; links are followed, each folder once.

    Folders inside are partitions (``year=2024``), or are read where there is nothing else.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        here = folder.stat()
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror}") from None
    if (here.st_dev, here.st_ino) in seen:
        return
    seen.add((here.st_dev, here.st_ino))
    for entry in entries:
        if entry.name.startswith((".", "_", "~$")):
            continue
        if os.path.splitext(entry.name)[1].lower() in KNOWN and not _is_folder(entry):
            yield folder / entry.name
        elif _is_folder(entry) and ("=" in entry.name or not partitions_only):
            yield from _below(folder / entry.name, seen, partitions_only)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _called(file: Path, folder: Path) -> str:
    return file.parent.name if nameless(file.stem) and file.parent != folder else file.stem


def _partition(path: Path) -> str:
    """The symbol that a folder names, as in ``symbol=NVDA/part-0.parquet``."""
    for part in path.parts[:-1]:
        label, found, value = part.partition("=")
        if found and plain(label) in SYMBOLS:
            return unquote(value)
    return ""
