"""Serve the dashboard: for a reader at this machine, or as a WSGI application."""

from __future__ import annotations

import datetime as dt
import gc
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from analysis.market.errors import DesignError, EventStudyError
from commands.console import say
from commands.lean import pandas_alone
from dashboard.views.root import PREFIX

if TYPE_CHECKING:
    from commands.source import Source
    from dashboard.web import Rights

REFRESH_EVERY = "AFTERSHOCK_REFRESH_EVERY"
READ_ONLY = "AFTERSHOCK_READ_ONLY"
OWN_EVENTS, EDITORS_TOKEN = "AFTERSHOCK_OWN_EVENTS", "AFTERSHOCK_EDITORS_TOKEN"
METRICS, ACCESS_LOG, OLDEST = "AFTERSHOCK_METRICS", "AFTERSHOCK_ACCESS_LOG", "AFTERSHOCK_OLDEST_PRICES"
HOSTS, PROXIES = "AFTERSHOCK_HOSTS", "AFTERSHOCK_PROXIES"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PUBLIC, FRAMERS = "AFTERSHOCK_URL", "AFTERSHOCK_EMBED"
MOST_READ = 32 * 1024 * 1024  # of a request that the pages then refuse; beyond it the line is cut
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # of mallopt(3)
LARGE = 128 * 1024  # bytes of an array that goes back to the system when it is done with
PAUSE = 0.5  # seconds


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8050,
    refresh_every: Annotated[
        str, typer.Option(envvar=REFRESH_EVERY, help="When to fetch prices: close (of New York), 24h, off.")
    ] = "close",
    read_only: Annotated[
        bool, typer.Option("--read-only", envvar=READ_ONLY, help="Readers cannot start a refresh.")
    ] = False,
    hosts: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", envvar=HOSTS, help="A name the server goes by; may be repeated."),
    ] = None,
    prefix: Annotated[
        str,
        typer.Option(metavar="PATH", envvar=PREFIX, help="Path below which the pages stand, /aftershock."),
    ] = "",
    browser: Annotated[bool, typer.Option(help="Open the page, when started on a desktop.")] = True,
) -> None:
    """Serve the dashboard (what happens when no command is named)."""
    import logging

    from commands.listener import Listener

    _settle()
    os.environ[PREFIX] = prefix
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line per waiting request otherwise
    context.obj.refresh_every = refresh_every
    listener = Listener(
        lambda *request: pages(*request),  # made below: what may fail, fails before
        host,
        port,
        express=("/health", f"{below(os.environ)}/health"),
        max_request_body_size=MOST_READ,
        clear_untrusted_proxy_headers=not proxies(os.environ),
    )
    with closing(listener):
        pages: Any = wsgi(context.obj, read_only, host in LOOPBACK, hosts or ())
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listener.port}{os.environ[PREFIX]}"
        say(f"Aftershock is on {address} (Ctrl+C stops it)")
        threading.Thread(target=_look, args=(context.obj,), name="findings", daemon=True).start()
        if browser and _on_a_desktop():
            import webbrowser

            webbrowser.open(address)
        listener.stop_on_signals()
        listener.run()


def _look(source: Source) -> None:
    """Find what the first page says of every event, while a browser still fetches scripts."""
    from dashboard.views.brief import shelf

    with suppress(EventStudyError):  # the page says what is wrong
        shelf(source)


def asked_read_only(environment: Mapping[str, str]) -> bool:
    """Whether the environment asks for it, in the words that ``--read-only`` takes."""
    return _on(environment, READ_ONLY)


def _on(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").strip().lower() not in ("", "0", "f", "false", "n", "no", "off")


def oldest_prices(environment: Mapping[str, str]) -> dt.timedelta | None:
    """How old the newest bar may be while the server counts as ready; None for any age.

    Raises
    ------
    DesignError
        If it is no number of days such as ``5d``.
    """
    asked = environment.get(OLDEST, "").strip()
    if asked and not re.fullmatch(r"[1-9]\d{0,3}d", asked):
        raise DesignError(f"{OLDEST} {asked[:40]!r} is no number of days, such as 5d")
    return dt.timedelta(days=int(asked[:-1])) if asked else None


def proxies(environment: Mapping[str, str]) -> int:
    """How many proxies stand before the server, whose ``X-Forwarded-`` headers are believed; 0 for none.

    Raises
    ------
    DesignError
        If it is no number from 0 to 9.
    """
    asked = environment.get(PROXIES, "").strip() or "0"
    if not re.fullmatch(r"[0-9]", asked):
        raise DesignError(f"{PROXIES} {asked[:40]!r} is no number of proxies, from 0 to 9")
    return int(asked)


def log_requests(environment: Mapping[str, str], loopback: bool) -> None:
    """Write a line per request to stderr: where others read the pages, unless it is switched on or off."""
    import logging

    access = logging.getLogger("aftershock.access")
    if _on(environment, ACCESS_LOG) or (not loopback and not environment.get(ACCESS_LOG, "").strip()):
        access.setLevel(logging.INFO)
        if not access.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
            access.addHandler(handler)
            access.propagate = False


def answered_hosts(named: Sequence[str], public: str, loopback: bool) -> Sequence[str]:
    """Names under which the server answers: any, unless some are named or only this machine reaches it."""
    known = [name for text in named for name in re.split(r"[\s,]+", text) if name]
    if not (known or loopback):
        return ()
    own = [urlsplit(public).hostname or ""] if public else []
    return [*known, *own, *LOOPBACK]


def public_address(environment: Mapping[str, str]) -> str:
    """The address of the server as others know it; empty where it has none.

    Raises
    ------
    DesignError
        If it is no address of a server.
    """
    address = environment.get(PUBLIC, "").strip().rstrip("/")
    if address and not re.fullmatch(r"https?://[\w.\-\[\]:]+", address):
        raise DesignError(
            f"{PUBLIC} {address[:60]!r} is no address of a server, such as https://news.example"
        )
    return address


def below(environment: Mapping[str, str]) -> str:
    """The path of the server below which the pages stand; empty at its root.

    Raises
    ------
    DesignError
        If it is no path.
    """
    path = environment.get(PREFIX, "").strip().rstrip("/")
    if path and not re.fullmatch(r"(/[\w.~-]+)+", path, re.ASCII):
        raise DesignError(f"{PREFIX} {path[:60]!r} is no path, such as /aftershock")
    return path


def framers(environment: Mapping[str, str]) -> str:
    """Who may frame a chart, as Content-Security-Policy has it: anybody, unless origins are listed.

    Raises
    ------
    DesignError
        If one is no origin.
    """
    origins = re.split(r"[\s,]+", environment.get(FRAMERS, "").strip() or "*")
    if origins in (["none"], ["*"]):
        return "*" if origins == ["*"] else "'none'"
    for origin in origins:
        if not re.fullmatch(r"https?://(\*\.)?[\w.\-]+(:\d+)?", origin):
            raise DesignError(
                f"{FRAMERS} {origin[:60]!r} is no origin; allowed: none, *, or such as https://news.example"
            )
    return " ".join(origins)


def rights(environment: Mapping[str, str], loopback: bool, read_only: bool) -> Rights:
    """Who may make events of their own: on this machine its reader, elsewhere nobody unless it is opened.

    Raises
    ------
    DesignError
        If the environment asks for something else than ``open`` or ``off``.
    """
    from dashboard.web import Rights

    asked = environment.get(OWN_EVENTS, "").strip().lower()
    if asked not in ("", "open", "off"):
        raise DesignError(f"{OWN_EVENTS} {asked[:40]!r} is not known; allowed: open, off")
    if read_only or asked == "off" or not (loopback or asked == "open"):
        return Rights()
    return Rights("private" if loopback else "open", environment.get(EDITORS_TOKEN, "").strip())


def wsgi(source: Source, read_only: bool = False, loopback: bool = False, hosts: Sequence[str] = ()) -> Any:
    """The pages as a WSGI application, for `hosts`; `loopback` where this machine alone can reach it."""
    _settle()
    pandas_alone()
    from dashboard.web import create_app

    if source.refresh_every != "off":
        source.live.start()
    public, allowed, before = public_address(os.environ), framers(os.environ), proxies(os.environ)
    os.environ[PREFIX] = below(os.environ)
    alone = loopback and not (public or before)  # whoever comes through a proxy comes from this machine too
    source.private, source.patient = alone, False
    own = rights(os.environ, alone, read_only)
    source.oldest = oldest_prices(os.environ)
    log_requests(os.environ, alone)
    server = create_app(
        source,
        read_only=read_only,
        public=public,
        framers=allowed,
        rights=own,
        metrics=_on(os.environ, METRICS),
        hosts=answered_hosts(hosts, public, loopback),
    ).server
    if before:
        from werkzeug.middleware.proxy_fix import ProxyFix

        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=before, x_proto=before, x_host=before)
    server.teardown_request(_gives_back())
    gc.freeze()  # what is loaded stays: nobody need look at it again
    gc.set_threshold(700, 10, 10)  # as Python does it by itself; `app.py` begins with another
    gc.enable()
    return server


def _settle() -> None:
    """Make ready for long, before the first thread: threads share one heap of glibc. With a heap each, what
    pages leave free is kept several times. Large arrays stand apart from the heap: left to itself, glibc
    takes them in after the first one. No garbage is looked for before all is loaded.
    """
    import ctypes

    gc.disable()
    with suppress(AttributeError, OSError, TypeError):  # another C library, which has no such setting
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def _gives_back() -> Callable[[object], None]:
    """What gives memory that pages left free back to the system, after a request and at most once in `PAUSE`.

    Views are made of many small arrays; glibc keeps the places between those that stay.
    """
    import ctypes

    last = -PAUSE

    def give_back(error: object) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            with suppress(AttributeError, OSError, TypeError):  # another C library
                ctypes.CDLL(None).malloc_trim(0)

    return give_back


def _on_a_desktop() -> bool:
    """Whether somebody sits in front: a terminal, a screen, no CI."""
    screen = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return screen and sys.stderr.isatty() and "CI" not in os.environ
