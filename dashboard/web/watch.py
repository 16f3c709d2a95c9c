"""What an operator sees of the server: a line in the log and a count per request, and figures for Prometheus.

Figures are written here, in Prometheus' text form: a dozen lines, where its client would be one more package
and, with several workers, files that they share. Each worker counts for itself.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from analysis.market.errors import StoreError
from dashboard.web.addresses import place
from dashboard.web.server import is_page

if TYPE_CHECKING:
    from dashboard.render.turns import Turns
    from dashboard.views.source import DataSource, PriceStatus

log = logging.getLogger("aftershock.access")

ADDRESS = "/metrics"
STATM = Path("/proc/self/statm")
PAGE_BYTES = 4096
CAME = ("fresh", "partly")  # runs that brought prices

HELP = {
    "aftershock_requests_total": "Requests by route and status.",
    "aftershock_request_seconds_total": "Seconds that requests took, by route.",
    "aftershock_working": "Views and pictures that are being made.",
    "aftershock_waiting": "Views and pictures that wait for their turn.",
    "process_resident_memory_bytes": "Resident memory in bytes.",
    "aftershock_store_up": "Whether the store can be read.",
    "aftershock_refresh_age_seconds": "Seconds since a refresh brought prices.",
    "aftershock_refresh_failed": "Whether the last refresh brought nothing.",
    "aftershock_prices_age_days": "Days since the newest bar of a symbol.",
    "aftershock_objections": "Findings about the bars of a symbol, by severity.",
    "aftershock_not_fresh": "Symbols whose bars the last refresh did not renew.",
}

Sample = tuple[str, dict[str, object], float]  # name, labels, value


class Requests:
    """How many requests there were by route and status, and how many seconds a route took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[str, float] = {}

    def count(self, route: str, status: int, seconds: float) -> None:
        """Take one more request into account."""
        with self._lock:
            self._counts[route, status] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def samples(self) -> Iterator[Sample]:
        """The counts so far."""
        with self._lock:
            counts, seconds = dict(self._counts), dict(self._seconds)
        for (route, status), number in counts.items():
            yield "aftershock_requests_total", {"route": route, "status": status}, number
        for route, taken in seconds.items():
            yield "aftershock_request_seconds_total", {"route": route}, taken


class Logged:
    """A WSGI application with a line of the log for each request, whoever answers it and wherever."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        began = time.monotonic()
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")  # before others change it

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            size = next((value for name, value in headers if name.lower() == "content-length"), "0")
            written_down(environ.get("REMOTE_ADDR"), environ["REQUEST_METHOD"], path, status, size, began)
            return start_response(status, headers, *rest)

        answer: Iterable[bytes] = self._application(environ, start)
        return answer


def written_down(who: str | None, method: str, path: str, status: str, size: str, began: float) -> None:
    """Write the line of a request that began at a moment of ``time.monotonic``."""
    asked = f"{quote(method[:20])} {quote(path[:200].encode('latin-1', 'replace'))}"
    log.info("%s %s %s %s %.3f", who, asked, status[:3], size, time.monotonic() - began)


def register(server: Flask, source: DataSource, metrics: bool, queues: Mapping[str, Turns]) -> None:
    """Count every request from here on; serve ``/metrics`` where that is switched on."""
    requests = Requests()

    @server.before_request
    def begin() -> None:
        g.began = time.monotonic()

    @server.after_request
    def end(response: Response) -> Response:
        taken = time.monotonic() - g.get("began", time.monotonic())
        requests.count(route(), response.status_code, taken)
        return response

    if metrics:

        @server.get(ADDRESS)
        def figures() -> Response:
            now = dt.datetime.now(dt.timezone.utc)
            samples = [*requests.samples(), *_process(queues), *_store(source, now)]
            return Response(written(samples), content_type="text/plain; version=0.0.4; charset=utf-8")


def route() -> str:
    """What was asked for, without names of events: pages by their path, all else by its rule."""
    if not is_page():
        return request.url_rule.rule if request.url_rule else "none"
    found = place(request.path)
    return f"{'/e/<event>' if found.event else ''}{found.path}" if found else "none"


def written(samples: Iterable[Sample]) -> str:
    """Samples in the text form of Prometheus, those of a name together."""
    families: dict[str, list[str]] = {}
    for name, labels, value in samples:
        families.setdefault(name, []).append(f"{name}{_labels(labels)} {value:.10g}\n")
    return "".join(f"{_head(name)}{''.join(lines)}" for name, lines in families.items())


def _head(name: str) -> str:
    kind = "counter" if name.endswith("_total") else "gauge"
    return f"# HELP {name} {HELP[name]}\n# TYPE {name} {kind}\n"


def _labels(labels: dict[str, object]) -> str:
    def escaped(value: object) -> str:
        return str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

    inside = ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _process(queues: Mapping[str, Turns]) -> Iterator[Sample]:
    for name, turns in queues.items():
        yield "aftershock_working", {"queue": name}, turns.working
        yield "aftershock_waiting", {"queue": name}, turns.waiting
    if STATM.exists():  # Linux
        yield "process_resident_memory_bytes", {}, int(STATM.read_text().split()[1]) * PAGE_BYTES


def _store(source: DataSource, now: dt.datetime) -> Iterator[Sample]:
    """Figures of the prices; while the store fails, that it does."""
    try:
        status = source.status()
    except StoreError:
        yield "aftershock_store_up", {}, 0
    else:
        yield "aftershock_store_up", {}, 1
        yield from _prices(status, now)


def _prices(status: PriceStatus, now: dt.datetime) -> Iterator[Sample]:
    ended = [run for run in status.runs if run.finished]
    good = next((run for run in ended if run.status in CAME), None)
    if good and good.finished:
        yield "aftershock_refresh_age_seconds", {}, (now - good.finished).total_seconds()
    if ended:
        yield "aftershock_refresh_failed", {}, ended[0].status not in CAME
    for held in status.holdings:
        if held.kind == "daily":
            yield "aftershock_prices_age_days", {"symbol": held.symbol}, (now.date() - held.last).days
    objections = Counter((finding.symbol, finding.severity) for finding in status.findings)
    for (symbol, severity), number in objections.items():
        yield "aftershock_objections", {"symbol": symbol, "severity": severity}, number
    for symbol in status.reasons:
        yield "aftershock_not_fresh", {"symbol": symbol}, 1
