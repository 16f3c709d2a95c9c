"""What holds for every test: no foreign host, nothing left running."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as app.py, before NumPy is imported

import pytest

from data.store.store import Store
from tests.standin.fixtures import yahoo, yahoo_server  # noqa: F401  (fixtures for every test)

NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing answers


class ForeignHostError(AssertionError):
    """A test tried to reach a host other than this machine."""


def _is_here(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    return host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback


@pytest.fixture(autouse=True, scope="session")
def no_foreign_host() -> Iterator[None]:
    """Refuse connections to other hosts, here and (by a dead proxy) in child processes and C libraries."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, NOWHERE)
            patch.setenv(name.lower(), NOWHERE)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost,::1")
        yield


@pytest.fixture(autouse=True, scope="session")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A price store for the tests alone, here and in child processes; nobody refreshes it unasked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('store')}/prices.db")
        patch.setenv("AFTERSHOCK_REFRESH_EVERY", "off")
        yield


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Put a store with the bundled prices at a path, and give its address: filled once, then copied."""
    filled = tmp_path_factory.mktemp("filled") / "prices.db"
    with closing(Store(f"sqlite:///{filled}")):
        return lambda file: f"sqlite:///{shutil.copy(filled, file)}"


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if not _is_here(self.family, address):
            raise ForeignHostError(f"a test tried to reach {address}")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread which would keep the interpreter alive.

    The event loop of the browser, which serves many tests, keeps threads of its own.
    """
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon]
    left = [name for name in left if not name.startswith("asyncio_")]
    assert not left, f"threads left running: {', '.join(left)}"


@pytest.fixture
def environment() -> dict[str, str]:
    """Environment of a child process: this one's, without what would change the output."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
