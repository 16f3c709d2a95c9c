"""The web server: nobody stops the others, and what was begun is finished."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from queue import Queue
from typing import Any

import pytest
from waitress.trigger import trigger

from commands import listener
from commands.listener import THREADS, Listener
from dashboard.render import pictures
from dashboard.web import kept

PATIENCE = 30
LARGE = b"x" * 5_000_000  # more than sockets hold


class Slow:
    """An application whose answers wait for `gate`, but for ``/health``."""

    def __init__(self) -> None:
        self.gate, self.began = threading.Event(), threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = b"alive"
        if environ["PATH_INFO"] != "/health":
            self.began.release()
            self.gate.wait(PATIENCE)
            body = LARGE
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@contextmanager
def running(application: Any, threads: int = 2) -> Iterator[Listener]:
    """A listener that runs in a thread, stopped afterwards."""
    serving = Listener(application, "127.0.0.1", 0, threads=threads)
    thread = threading.Thread(target=serving.run)
    thread.start()
    try:
        yield serving
    finally:
        serving._stopping.set()
        thread.join(PATIENCE)


def asked(serving: Listener, path: str) -> HTTPConnection:
    """A connection over which a request was sent."""
    line = HTTPConnection("127.0.0.1", serving.port, timeout=PATIENCE)
    line.request("GET", path)
    return line


def answer(line: HTTPConnection) -> bytes:
    """What comes over a connection, which then closes."""
    with line.getresponse() as response:
        content = response.read()
    line.close()
    return content


def test_health_is_answered_while_every_thread_is_busy_and_more_wait() -> None:
    slow = Slow()
    with running(slow) as serving:
        lines = [asked(serving, "/page") for _ in range(6)]
        for _ in range(2):
            assert slow.began.acquire(timeout=PATIENCE)
        assert answer(asked(serving, "/health")) == b"alive"
        slow.gate.set()
        assert [answer(line) for line in lines] == [LARGE] * 6


def test_connections_that_say_nothing_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "CONNECTIONS", 16)
    with running(Slow()) as serving, ExitStack() as stack:
        for _ in range(80):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", serving.port)))
            line.sendall(b"GET /health HTTP/1.1\r\nHo")
        assert answer(asked(serving, "/health")) == b"alive"


def test_what_was_begun_is_finished_and_nothing_new_is_taken() -> None:
    slow = Slow()
    with running(slow, threads=1) as serving:
        lines = [asked(serving, "/page") for _ in range(2)]  # one is worked on, one waits
        assert slow.began.acquire(timeout=PATIENCE)
        answer(asked(serving, "/health"))  # so both have been read
        serving.stop()
        with pytest.raises(KeyboardInterrupt):
            serving.stop()
        slow.gate.set()
        assert [answer(line) for line in lines] == [LARGE] * 2
    with pytest.raises(ConnectionRefusedError):
        asked(serving, "/health")


def test_what_does_not_end_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "GRACE", 0.2)
    slow = Slow()
    with running(slow) as serving:
        asked(serving, "/page").close()
        assert slow.began.acquire(timeout=PATIENCE)
    slow.gate.set()


def test_threads_end_before_what_they_wake_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread wakes the listener when it has answered; here it is late, and nobody is connected any more."""
    gate, woken = threading.Event(), Queue[OSError | None]()
    wake = trigger._physical_pull

    def late(self: Any) -> None:
        gate.wait(PATIENCE)
        try:
            woken.put(wake(self))
        except OSError as error:
            woken.put(error)

    monkeypatch.setattr(trigger, "_physical_pull", late)
    with running(Slow()) as serving:
        answer(asked(serving, "/health"))
        serving.stop()
        wake(serving._server.trigger)
        threading.Timer(0.3, gate.set).start()
    assert woken.get(timeout=PATIENCE) is None


def test_a_thread_that_ends_after_the_listener_wakes_nobody() -> None:
    with running(Slow()) as serving:
        wake = serving._server.pull_trigger
    wake()


def test_what_is_no_request_is_a_line_of_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "aftershock.access")
    with running(Slow()) as serving, socket.create_connection(("127.0.0.1", serving.port)) as line:
        line.sendall(b"this is no request\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.0 400"
    [said] = [record.getMessage() for record in caplog.records if record.name == "aftershock.access"]
    assert said.startswith("127.0.0.1 - - 400 ")


def test_queues_leave_threads_for_what_is_kept() -> None:
    assert kept.AT_ONCE + kept.WAITING + 1 + pictures.QUEUE < THREADS
