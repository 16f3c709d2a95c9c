"""Locks between processes that the operating system or PostgreSQL frees when their holder dies."""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from analysis.market.errors import StoreError


class Lock(ABC):
    """At most one holder at a time, across threads and processes."""

    @abstractmethod
    def acquire(self, wait: float = 0.0) -> bool:
        """Try for `wait` seconds; whether it is now held."""

    @abstractmethod
    def release(self) -> None:
        """Let go; no harm if not held."""

    @abstractmethod
    def held(self) -> bool:
        """Whether this very object holds it still."""

    @abstractmethod
    def holder(self) -> str:
        """Who took it last, in words."""

    @contextmanager
    def attempt(self, wait: float = 0.0) -> Iterator[bool]:
        """``with lock.attempt() as mine``: `mine` tells whether it was free; freed at the end."""
        mine = self.acquire(wait)
        try:
            yield mine
        finally:
            if mine:
                self.release()


class FileLock(Lock):
    """An operating-system lock on a file; the holder writes its name beside it."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock as OsLock

        self._lock = OsLock(path, thread_local=False)
        self._note = path.with_name(path.name + ".holder")

    def acquire(self, wait: float = 0.0) -> bool:
        """Try for `wait` seconds; whether it is now held."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=wait, poll_interval=0.02)
        except Timeout:
            return False
        except OSError as error:
            raise StoreError(f"lock {self._lock.lock_file} cannot be written: {error.strerror}") from error
        with suppress(OSError):  # a full disk must not keep a lock from being taken
            self._note.write_text(_self_description())
        return True

    def release(self) -> None:
        """Let go; no harm if not held."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._note.unlink(missing_ok=True)
            self._lock.release()

    def held(self) -> bool:
        """Whether this very object holds it still."""
        return self._lock.is_locked

    def holder(self) -> str:
        """Who took it last, in words."""
        for _ in range(20):  # the holder may be about to write its note
            with suppress(OSError):
                if note := self._note.read_text():
                    return note
            time.sleep(0.01)
        return "another process"


class AdvisoryLock(Lock):
    """A PostgreSQL session lock: freed when the connection of its holder ends."""

    def __init__(self, url: sa.URL, name: str) -> None:
        self._engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        self._key = zlib.crc32(f"aftershock {name}".encode()) >> 1
        self._connection: sa.Connection | None = None

    def acquire(self, wait: float = 0.0) -> bool:
        """Try for `wait` seconds; whether it is now held."""
        settings = {"application_name": _self_description()[:63], "lock_timeout": f"{1 + int(wait * 1000)}ms"}
        connection = self._connect()
        try:
            for setting, value in settings.items():
                connection.execute(sa.select(sa.func.set_config(setting, value, False)))
            connection.execute(sa.select(sa.func.pg_advisory_lock(self._key)))
        except sa.exc.OperationalError:
            connection.close()
            return False
        self._connection = connection
        return True

    def release(self) -> None:
        """Let go; no harm if not held."""
        if self._connection is not None:
            with suppress(sa.exc.DBAPIError):  # the server frees it with the connection, if a little later
                self._connection.execute(sa.select(sa.func.pg_advisory_unlock(self._key)))
            self._connection.close()
            self._connection = None

    def held(self) -> bool:
        """Whether the connection that holds the lock is still alive."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(sa.select(1))
        except sa.exc.DBAPIError:
            self.release()
            return False
        return True

    def holder(self) -> str:
        """Who took it last, in words."""
        query = sa.text(
            "select application_name from pg_locks join pg_stat_activity using (pid)"
            " where locktype = 'advisory' and granted and objid = :key and datname = current_database()"
        )
        with self._connect() as connection:
            return connection.scalar(query, {"key": self._key}) or "another process"

    def _connect(self) -> sa.Connection:
        try:
            return self._engine.connect()
        except sa.exc.DBAPIError as error:
            raise StoreError(f"lock in {self._engine.url}: {' '.join(str(error.orig).split())}") from error


def _self_description() -> str:
    now = dt.datetime.now(dt.timezone.utc)
    return f"pid {os.getpid()} on {socket.gethostname()} since {now:%H:%M:%S} UTC"
