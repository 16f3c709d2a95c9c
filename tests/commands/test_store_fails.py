"""A store that fails under the pages: 503 and a sentence, a line in the log, well again without a restart."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from commands.serve import wsgi
from commands.source import DEFAULT_EVENT, Source
from tests.dashboard.web.test_server import ask

PAGE = f"/e/{DEFAULT_EVENT}/"
HTML = {"Accept": "text/html"}


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _deleted(file: Path) -> None:
    file.unlink()


def _replaced(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("update schema_version set version = 99")
        connection.commit()


FAULTS = [_truncated, _emptied, _deleted, _replaced, _newer]


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, stored: Callable[[Path], str]
) -> Iterator[tuple[Any, Source, Path]]:
    """A serving process that has shown its page, and its store."""
    file = tmp_path_factory.mktemp("served") / "prices.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHOCK_DATABASE_URL", stored(file))
        source = Source()
        client = wsgi(source).test_client()
        assert client.get(PAGE, headers=HTML).status_code == 200
        assert source.store.latest()
        yield client, source, file


@pytest.fixture
def served(made: tuple[Any, Source, Path], tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """The same, whole again afterwards."""
    client, source, file = made
    whole = shutil.copy(file, tmp_path / "whole.db")
    yield client, file
    _again(file, Path(whole))
    _forget(source)


def _again(file: Path, whole: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copy(whole, file)


def _forget(source: Source) -> None:
    """What is asked once a second is asked anew."""
    source._asked.clear()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("address", [PAGE, "/", "/data"])
def test_a_page_says_that_the_store_fails_and_comes_back(
    made: tuple[Any, Source, Path],
    served: tuple[Any, Path],
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[Path], None],
    address: str,
) -> None:
    (client, file), source = served, made[1]
    whole = file.read_bytes()
    fault(file)
    _forget(source)
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 503
    assert "The price store does not answer." in answer.text
    assert str(file) not in answer.text
    assert answer.headers["Retry-After"]
    assert [record for record in caplog.records if record.levelno == logging.ERROR and not record.exc_info]
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 503
    assert not file.exists() or file.stat().st_size < len(whole) or fault in (_newer, _replaced)
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.write_bytes(whole)
    _forget(source)
    assert client.get(address, headers=HTML).status_code == 200
    assert client.get("/ready").status_code == 200


def test_a_choice_on_an_open_page_is_answered_in_one_line(
    made: tuple[Any, Source, Path], served: tuple[Any, Path]
) -> None:
    client, file = served
    _truncated(file)
    _forget(made[1])
    answer = ask(client, PAGE, "?car=0..1")
    assert answer.status_code == 503
    assert answer.text.startswith("503 ")
    assert len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("address", [f"/check/{DEFAULT_EVENT}", f"/download/{DEFAULT_EVENT}/reaction/x.csv"])
def test_what_is_asked_for_is_not_said_to_be_wrong(
    made: tuple[Any, Source, Path], served: tuple[Any, Path], address: str
) -> None:
    client, file = served
    _truncated(file)
    _forget(made[1])
    assert client.get(address).status_code == 503


def test_a_damaged_run_spoils_itself_alone(served: tuple[Any, Path]) -> None:
    client, file = served
    with closing(sqlite3.connect(file)) as connection:
        for results in ("{}", "{no json", "{}"):
            connection.execute(
                "insert into runs (started_by, started, finished, status, done, total, message, results)"
                " values ('test', '2026-01-05T10:00:00Z', '2026-01-05T10:01:00Z', 'fresh', 1, 1, 'well', ?)",
                [results],
            )
        connection.commit()
    answer = ask(client, "/data", "")
    assert answer.status_code == 200
    assert "Its record is damaged" in answer.text
    assert client.get(PAGE, headers=HTML).status_code == 200
