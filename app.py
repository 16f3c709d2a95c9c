"""Aftershock: what a market did around a piece of news, next to what the news said it did.

The composition root: here the data package meets the pages and the commands. `server` is the WSGI
application (``gunicorn app:server``); it is built when first asked for.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from typer.exceptions import TyperException

from analysis.errors import DesignError, EventStudyError, UnknownNameError
from commands.cli import READ_ONLY, REFRESH_EVERY, cli, wsgi
from commands.console import say
from commands.subjects import DEFAULT_EVENT

if TYPE_CHECKING:
    from analysis.market import Market
    from analysis.reported import Dossier
    from data.live import Live, Status
    from data.store import Store


FRESH = 1.0  # seconds for which the newest snapshot is taken to be the newest


class Source:
    """What the pages and the commands need from outside, brought by the data package.

    Parameters
    ----------
    refresh_every : str
        When the serving process fetches prices; see `data.schedule.Schedule`.
    """

    def __init__(self, refresh_every: str = "off") -> None:
        self.refresh_every = refresh_every
        self._newest: dict[str, tuple[float, Market]] = {}

    def events(self) -> Iterable[str]:
        """Slugs of the catalogue, the default first."""
        from data import catalogue

        return sorted(catalogue.events(), key=lambda slug: slug != DEFAULT_EVENT)

    def dossier(self, slug: str) -> Dossier:
        """What was written about an event."""
        from data import catalogue

        return catalogue.dossier(slug)

    def snapshots(self) -> Iterable[str]:
        """Names of the price snapshots that can be shown, newest first."""
        return [snapshot.id for snapshot in self.store.snapshots()]

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """Prices around an event, as the newest snapshot has them or a named one.

        Which snapshot is the newest is asked once a second: a page asks several times for one click.
        """
        if snapshot:
            return self._market(slug, snapshot)
        asked, market = self._newest.get(slug, (-FRESH, None))
        if market is None or time.monotonic() - asked >= FRESH:
            market = self._market(slug, None)
            self._newest[slug] = time.monotonic(), market
        return market

    def _market(self, slug: str, snapshot: str | None) -> Market:
        instruments = {instrument.symbol: instrument for instrument in self.dossier(slug).instruments}
        if "store" not in vars(self):  # who only looks at bundled prices need not open it
            from data.untouched import untouched_market

            if market := untouched_market(instruments.values(), snapshot):
                return market
        return self.store.market(instruments, snapshot)

    @cached_property
    def store(self) -> Store:
        """The price store; made from the bundled prices when there is none."""
        from data.store import Store

        return Store()

    @cached_property
    def live(self) -> Live:
        """The store with its refreshes; none is scheduled before it starts."""
        from data.live import Live

        return Live(self.store, self.refresh_every)

    def status(self, snapshot: str | None = None) -> Status:
        """How things stand with a snapshot, its refreshes and what the checks found."""
        return self.live.status(snapshot)

    def notice(self) -> str | None:
        """What every page has to say about the state of the prices."""
        return self.live.notice()

    def refresh_now(self) -> None:
        """Begin a refresh in the background."""
        self.live.refresh_now()

    def ready(self) -> tuple[bool, str]:
        """Whether prices can be read."""
        from data import health

        return health.ready(lambda: self.store)


@cache
def _server() -> Any:
    return wsgi(Source(os.environ.get(REFRESH_EVERY, "off")), READ_ONLY in os.environ)


def __getattr__(name: str) -> Any:
    if name == "server":
        return _server()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; an error is one line on stderr."""
    given = _spelled_out(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = cli(args=given, obj=Source(), standalone_mode=False) or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has stopped: say no more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except (DesignError, UnknownNameError) as error:
        return _fail(str(error), 2)
    except EventStudyError as error:
        return _fail(str(error), 1)
    except OSError as error:
        return _fail(f"{error.filename or 'a file'}: {error.strerror or error}", 1)
    except Exception as error:
        if os.environ.get("AFTERSHOCK_DEBUG"):
            raise
        return _fail(f"{type(error).__name__}: {error} (AFTERSHOCK_DEBUG=1 shows where)", 1)


def _spelled_out(arguments: Sequence[str]) -> list[str]:
    """Arguments with ``serve`` where no command is named, and ``--symbols`` before each of its values."""
    named = arguments and (not arguments[0].startswith("-") or arguments[0] == "--help")
    out: list[str] = [] if named else ["serve"]
    several = False
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            several = argument == "--symbols"
        elif several and arguments[position - 1] != "--symbols":
            out.append("--symbols")
        out.append(argument)
    return out


def _fail(message: str, code: int) -> int:
    say(f"error: {' '.join(message.split())}")
    return code


if __name__ == "__main__":
    gc.set_threshold(200_000)  # most commands end before looking for garbage pays; `serve` sets it back
    sys.exit(main())
