"""A copy of the store in one file, made and taken back while it is read and written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from analysis.market.errors import DataError, StoreError
from data.store.database import Database, next_name
from data.store.place import reading
from data.store.schema import VERSION
from data.store.series import intact
from data.store.store import Store


def backup(out: Path, url: str | None = None) -> int:
    """Copy the store into a new file, as one state of it, and give the number of its snapshots.

    Raises
    ------
    DataError
        If there is such a file, it cannot be written, or the store is damaged or no file.
    """
    held = _file(Database(url), "pg_dump --format=custom --file=FILE")
    if out.exists():
        raise DataError(f"{out} is there already; name a new file")
    if not held.exists():
        Store(url).close()  # of the bundled prices
    _snapshots(held)  # a damaged store makes no backup
    part = out.with_name(out.name + ".part")  # what is cut short has another name
    try:
        part.unlink(missing_ok=True)
        _copy(held, part)
        _in_one_file(part)
        number = _snapshots(part)
        part.rename(out)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise DataError(f"{out} cannot be written: {_words(error)}") from error
    return number


def restore(file: Path, url: str | None = None) -> Path | None:
    """Put a backup in the place of the store, older ones brought up to date; give where that was kept.

    Raises
    ------
    DataError
        If the file is no undamaged store, or a refresh is running; then nothing is changed.
    """
    database = Database(url)
    held = _file(database, "pg_restore --clean --dbname=DATABASE FILE")
    _snapshots(file)
    with database.lock("refresh").attempt() as free:
        if not free:
            raise StoreError("a refresh is running; try again when it is done")
        kept = _set_aside(database, held) if held.exists() else None
        try:
            _copy(file, held)
        except sqlite3.Error as error:
            raise StoreError(f"store {database}: {_words(error)}") from error
    Store(url).close()
    return kept


def _file(database: Database, instead: str) -> Path:
    if database.file is None:
        raise DataError(f"the store is in PostgreSQL: use its own `{instead}` (docs/operations.md)")
    return database.file


def _copy(source: Path, target: Path) -> None:
    """Copy one state of a database over another in one transaction; who reads the other waits for nothing."""
    with reading(source) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


def _in_one_file(copy: Path) -> None:
    """Have no log beside a copy: whoever reads one that has leaves files there."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("pragma journal_mode = delete")


def _snapshots(file: Path) -> int:
    """How many snapshots an undamaged store of a known version holds."""
    if not file.is_file():
        raise DataError(f"{file}: there is no such file")
    try:
        with reading(file) as connection:
            (well,) = connection.execute("pragma quick_check(1)").fetchone()
            (version,) = connection.execute("select version from schema_version").fetchone()
            (number,) = connection.execute("select count(*) from snapshots").fetchone()
            whole = all(map(_whole, connection.execute("select sha256, payload from series")))
    except (sqlite3.Error, TypeError) as error:
        raise DataError(f"{file} is no backup of a store: {_words(error)}") from error
    if well != "ok" or not number or not whole:
        raise DataError(f"{file} is damaged or holds no snapshot")
    if version > VERSION:
        raise DataError(f"{file} was made by a newer version of the program: update this one")
    return int(number)


def _whole(series: sqlite3.Row) -> bool:
    return intact(series["sha256"], series["payload"]) is not None


def _set_aside(database: Database, held: Path) -> Path:
    """Keep what is there now: as a backup beside it, or, if it is damaged, as it is."""
    kept = next_name(held, "before-restore")
    try:
        _snapshots(held)
    except DataError:
        return database.set_aside()
    _copy(held, kept)
    _in_one_file(kept)
    return kept


def _words(error: Exception) -> str:
    return " ".join(str(error).split())
