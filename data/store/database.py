"""The database under the store: SQLite in WAL mode, or PostgreSQL; errors become one line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from analysis.market.errors import DataError, StoreError
from data.store.lock import AdvisoryLock, FileLock, Lock
from data.store.place import database_url

BUSY_SECONDS = 30.0
ANSWER_SECONDS = 10.0  # of PostgreSQL, for one statement
SPARE_BYTES = 65536  # with less, SQLite fails with any of a dozen errors


class Database:
    """Read and write transactions on one database.

    Parameters
    ----------
    url : str, optional
        ``sqlite:///path`` or ``postgresql://user@host/name``; by default the environment's
        ``AFTERSHOCK_DATABASE_URL``, else a file in ``var/``.

    Raises
    ------
    DataError
        If the address cannot be understood.
    StoreError
        From every method: if the database cannot be used.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = _parse(url or database_url())
        self.file = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        with self._one_line():
            self.read_only = self.file is not None and not _writable(self.file)
            self._engine = _sqlite(self.file, self.read_only) if self.file else _postgresql(self.url)
        self.check: Callable[[sa.Connection], None] | None = None  # what every transaction begins with

    def __str__(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever written here."""
        if self.file and (not self.file.exists() or not self.file.stat().st_size):
            return True
        with self.reading() as connection:
            return not sa.inspect(connection).get_table_names()

    def lock(self, name: str) -> Lock:
        """The lock of that name, shared by every process on this database."""
        if self.file:
            return FileLock(self.file.with_name(f"{self.file.name}.{name}.lock"))
        return AdvisoryLock(self.url, name)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the database and waits for no writer."""
        with self._one_line(), self._connect() as connection, connection.begin():
            if self.check:
                self.check(connection)
            yield connection

    def _connect(self) -> sa.Connection:
        """A connection to read by: on a full disk SQLite has no room for its WAL files, and does without."""
        try:
            return self._engine.connect()
        except sa.exc.OperationalError:
            if self.file is None or not self.file.exists() or _in_use(self.file):
                raise
            return _sqlite(self.file, read_only=True).connect()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that becomes visible as a whole at its end, or never."""
        if self.read_only:
            raise self.not_writable()
        with self._one_line(), self._engine.connect() as connection:
            connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
            with connection.begin():
                if self.check:
                    self.check(connection)
                yield connection

    def make_file(self) -> None:
        """Make the file where there is none; StoreError if it is there and empty."""
        if self.file and self.file.exists() and not self.file.stat().st_size:
            raise StoreError(f"store {self}: the file is empty; {_BACK}")
        if self.file and not self.file.exists():
            with self._one_line(), closing(sqlite3.connect(self.file)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")  # writes a first page

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreError(f"store {self}: {_reason(error, self.file)}") from error
        except sa.exc.TimeoutError as error:
            raise StoreError(f"store {self}: every connection is in use") from error
        except PermissionError as error:
            raise self.not_writable() from error
        except OSError as error:
            raise StoreError(f"store {self}: {error.strerror or error}") from error

    def not_writable(self) -> StoreError:
        """What to raise when the store can only be read."""
        return StoreError(f"the store {self} cannot be written: {_ADVICE}")

    def close(self) -> None:
        """Give back all connections; the next use opens new ones."""
        self._engine.dispose()

    def set_aside(self) -> Path:
        """Move a damaged SQLite file out of the way and return its new name."""
        if self.file is None:
            raise DataError(f"store {self}: restore PostgreSQL from its own backup (docs/operations.md)")
        with self._one_line():
            aside = next_name(self.file, "damaged")
            self.file.rename(aside)
            for suffix in ("-wal", "-shm"):
                _beside(self.file, suffix).unlink(missing_ok=True)
        return aside


def next_name(file: Path, kind: str) -> Path:
    """The name under which a file is kept beside itself: one more than the highest that is there."""
    kept = (other.name.rpartition("-")[2] for other in file.parent.glob(f"{file.name}.{kind}-*"))
    number = max((int(last) for last in kept if last.isdecimal()), default=0) + 1
    return file.with_name(f"{file.name}.{kind}-{number}")


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise DataError(f"AFTERSHOCK_DATABASE_URL {url!r} is no address of a database: {_ALLOWED}") from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise DataError(
            f"AFTERSHOCK_DATABASE_URL names {parsed.drivername!r} and no file or server: {_ALLOWED}"
        )
    if os.path.isdir(parsed.database):
        example = os.path.join(parsed.database, "aftershock.db")
        raise DataError(
            f"AFTERSHOCK_DATABASE_URL names the folder {parsed.database}: "
            f"name a file in it, such as sqlite:///{example}"
        )
    return parsed


_ALLOWED = "use sqlite:////absolute/path.db or postgresql://user:password@host/name"
_BACK = (
    "restore a backup (docs/operations.md), or start anew from the bundled prices: "
    "`python app.py status --restore`"
)
_ADVICE = "check the permissions of its folder, or name another place in AFTERSHOCK_DATABASE_URL"


def _reason(error: sa.exc.DBAPIError, file: Path | None) -> str:
    text = " ".join(str(error.orig).split())
    if file and not file.exists():
        return f"the file is gone; {_BACK}"
    if file and not file.stat().st_size:
        return f"the file is empty; {_BACK}"
    if "full" in text or (file and shutil.disk_usage(file.parent).free < SPARE_BYTES):
        return "the disk is full; nothing was changed"
    if "not a database" in text or "malformed" in text:
        return (
            "the file is damaged; `python app.py status --restore` starts a new one from the bundled prices"
        )
    return text


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _in_use(file: Path) -> bool:
    """Whether the write-ahead log holds something that the file itself does not yet."""
    log = _beside(file, "-wal")
    return log.exists() and log.stat().st_size > 0


def _writable(file: Path) -> bool:
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    return os.access(folder, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"the folder {file.parent} cannot be made ({error.strerror})"
        raise DataError(f"store {file}: {reason}; name another place in AFTERSHOCK_DATABASE_URL") from error


def _sqlite(file: Path, read_only: bool) -> sa.Engine:
    """An engine without a pool: opening a file costs 0.2 ms, and nothing is carried across a fork."""
    if read_only:
        frozen = "&immutable=1" if not _in_use(file) else ""
        url = f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro{frozen}&uri=true"
    else:
        _make_folder(file)
        url = f"sqlite:///file:{quote(str(file.absolute()))}?mode=rw&uri=true"  # no new one where it is gone
    engine = sa.create_engine(
        url, poolclass=sa.NullPool, connect_args={"timeout": BUSY_SECONDS}, json_deserializer=_from_json
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only and file.stat().st_size:  # a page in an empty file would hide that all is lost
            connection.execute("PRAGMA journal_mode = WAL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine


def _from_json(text: str) -> Any:
    """What a JSON column holds; None where it is no JSON, so that one row spoils no other."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _postgresql(url: sa.URL) -> sa.Engine:
    """An engine with a pool; a connection that came through a fork is left to the parent."""
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={
            "connect_timeout": int(ANSWER_SECONDS),
            "options": f"-c statement_timeout={1000 * ANSWER_SECONDS:.0f}",
        },
    )

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, names: Any, parameters: Any) -> Any:
        from data.store.patience import Bounded  # with psycopg

        return Bounded.connect(*names, **parameters)

    @sa.event.listens_for(engine, "connect")
    def opened(connection: Any, record: Any) -> None:
        record.info["pid"] = os.getpid()

    @sa.event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, proxy: Any) -> None:
        if record.info["pid"] != os.getpid():
            record.dbapi_connection = proxy.dbapi_connection = None
            raise sa.exc.DisconnectionError("opened by the parent process")

    return engine
