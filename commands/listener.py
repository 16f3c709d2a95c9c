"""The web server: waitress, with a lane of its own for ``/health``, and an end that finishes what it began.

Why waitress, and what it was measured by: docs/decisions/server.md.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from analysis.market.errors import DesignError

THREADS = 32  # few work at a time (`dashboard.web.kept`): most wait, and some are left for what is kept
CONNECTIONS = 400  # `select` on Windows knows 512
IDLE = 30  # seconds that a connection may be silent
GRACE = 20.0  # seconds to finish in what was begun
LARGEST_HEADER = 32 * 1024  # bytes
KEPT_IN_MEMORY = 128 * 1024  # bytes of a connection; what is more waits on the disk


class Lanes(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads for requests, and one for paths that answer however many others wait."""

    def __init__(self, threads: int, express: Sequence[str]) -> None:
        super().__init__()
        self.set_thread_count(threads)
        self._express, self._lane = express, ThreadedTaskDispatcher()
        self._lane.set_thread_count(1)

    def add_task(self, task: HTTPChannel) -> None:
        """Put a connection with a request into its lane."""
        if getattr(task.requests[0], "path", "") in self._express:
            self._lane.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Let threads end with what they have in hand, for up to `timeout` seconds."""
        self._lane.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request, which no application sees; a line of the log like any other."""

    def execute(self) -> None:
        """Send it."""
        super().execute()
        line = f"{self.channel.addr[0]} - - {self.status[:3]} {self.content_length} 0.000"
        logging.getLogger("aftershock.access").info(line)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    error_task_class = Refusal


class Listener:
    """Listens on an address, and answers from `run` to `stop`.

    When no more connections fit, those that have been silent for the longest give way.

    Raises
    ------
    DesignError
        If it cannot listen there.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        host: str,
        port: int,
        *,
        express: Sequence[str] = ("/health",),
        threads: int = THREADS,
        **settings: Any,
    ) -> None:
        self._map: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._waking, self._closed = threading.Lock(), False
        try:
            self._server = create_server(
                application,
                map=self._map,
                _dispatcher=Lanes(threads, express),
                host=host,
                port=port,
                connection_limit=CONNECTIONS + 50,
                channel_timeout=IDLE,
                asyncore_use_poll=True,
                max_request_header_size=LARGEST_HEADER,
                inbuf_overflow=KEPT_IN_MEMORY,
                outbuf_overflow=KEPT_IN_MEMORY,
                **settings,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DesignError(
                f"cannot listen on {host}:{port} ({reason}); choose another --port or --host"
            ) from None
        for each in self._listening():
            each.pull_trigger, each.channel_class = partial(self._wake, each.pull_trigger), Channel

    @property
    def port(self) -> int:
        """The port that it listens on."""
        listening = getattr(self._server, "effective_listen", None)
        return int(listening[0][1] if listening else self._server.effective_port)

    def run(self) -> None:
        """Answer until `stop`; then take no more, finish what was begun, and close."""
        while not self._stopping.is_set():
            self._make_room()
            self._once(1.0)
        for each in self._listening():
            wasyncore.dispatcher.close(each)
        until = time.monotonic() + GRACE
        while any(self._channels()) and time.monotonic() < until:
            for channel in self._channels():
                channel.will_close |= not _begun(channel)
            self._once(0.1)
        self._server.task_dispatcher.shutdown(timeout=until - time.monotonic())
        self.close()

    def stop(self, *_: object) -> None:
        """End `run` soon; it can be the handler of a signal, whose second coming ends at once."""
        if self._stopping.is_set():
            raise KeyboardInterrupt
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """Stop where a terminal or an operator says so."""
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last is Windows'
            if number := getattr(signal, name, None):
                signal.signal(number, self.stop)

    def close(self) -> None:
        """Close what is open, whatever threads still do."""
        with self._waking:
            self._closed = True
        wasyncore.close_all(self._map)

    def _once(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _wake(self, pull: Callable[[], None]) -> None:
        """Have `run` look again: a thread says so when it has answered, and may say so too late."""
        with self._waking:
            if not self._closed:
                pull()

    def _listening(self) -> list[Any]:
        return [each for each in self._map.values() if each.accepting]

    def _channels(self) -> Iterator[HTTPChannel]:
        return (each for each in list(self._map.values()) if isinstance(each, HTTPChannel))

    def _make_room(self) -> None:
        if len(self._map) < CONNECTIONS:
            return
        silent = [channel for channel in self._channels() if not _begun(channel)]
        for channel in sorted(silent, key=lambda channel: channel.last_activity)[: CONNECTIONS // 8]:
            channel.will_close = True


def _begun(channel: HTTPChannel) -> bool:
    """Whether a whole request has come over a connection, and its answer has not gone."""
    return bool(channel.requests or channel.total_outbufs_len)
