"""The stand-in's server: an HTTPS proxy that is Yahoo behind a throw-away certificate, and its faults."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import trustme

from tests.standin.answers import Request, answer
from tests.standin.faults import FAULTS
from tests.standin.listings import TAMPERED, Listing

HOSTS = ("*.yahoo.com", "*.finance.yahoo.com")


@dataclass
class Fault:
    """What goes wrong, where, and how often it still will (None: until healed)."""

    kind: str
    symbol: str | None
    routes: tuple[str, ...]
    left: int | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def strikes(self, request: Request) -> bool:
        """Whether this fault applies to a request."""
        return request.route in self.routes and self.symbol in (None, request.symbol) and self.left != 0


class StandIn:
    """Yahoo on 127.0.0.1: use it as a context manager and give `environment` to the program under test.

    Parameters
    ----------
    listings : mapping of symbol to Listing
        What it knows; may be changed at any time. Other symbols are answered as Yahoo does.
    now : datetime
        The present as the server sees it: hourly bars reach back 730 days from here.
    delay : float
        Seconds before each answer; may be changed at any time.
    """

    def __init__(
        self,
        listings: Mapping[str, Listing] | None = None,
        now: dt.datetime = dt.datetime(2025, 4, 1, tzinfo=dt.timezone.utc),
        delay: float = 0.0,
    ) -> None:
        self.listings = dict(listings or {})
        self.now = now
        self.delay = delay
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.closing = threading.Event()
        self._guard = threading.Lock()
        self._connections: set[socket.socket] = set()

    def __enter__(self) -> StandIn:
        self._folder = tempfile.TemporaryDirectory()
        authority, stranger = trustme.CA(), trustme.CA()
        self.bundle = Path(self._folder.name) / "authority.pem"
        authority.cert_pem.write_to_path(str(self.bundle))
        self.trusted, self.untrusted = certificate(authority), certificate(stranger)
        self.port = 0
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead a program's requests here."""
        proxy, bundle = f"http://127.0.0.1:{self.port}", str(self.bundle)
        names = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
        return dict.fromkeys(names, proxy) | {
            "CURL_CA_BUNDLE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def plug(self) -> None:
        """Listen, on the same port as before."""
        self.closing.clear()
        self._server = Server(("127.0.0.1", self.port), self)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def unplug(self) -> None:
        """No network at all: nothing listens any more and open connections are gone."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self.hang_up()

    @contextlib.contextmanager
    def unplugged(self) -> Iterator[None]:
        """A while without a network."""
        self.unplug()
        try:
            yield
        finally:
            self.plug()

    def hang_up(self) -> None:
        """Close every open connection, so that the next request begins with a handshake."""
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def fail(
        self,
        kind: str,
        *,
        symbol: str | None = None,
        times: int | None = None,
        routes: tuple[str, ...] = ("daily", "hourly"),
        **options: Any,
    ) -> None:
        """Let requests fail from now on: `kind` from `FAULTS` or `TAMPERED`.

        `rate_limited` takes ``retry_after``, the header's text. Without `symbol` every symbol fails, without
        `times` every request until `heal`; by default the calls for bars fail, not those for cookie, crumb
        and time zone.
        """
        if kind not in {**FAULTS, **TAMPERED, "tls": None}:
            raise KeyError(kind)
        self.faults.append(Fault(kind, symbol, routes, times, options))
        if kind == "tls":
            self.hang_up()

    def heal(self) -> None:
        """Nothing fails any more."""
        tls = any(fault.kind == "tls" for fault in self.faults)
        self.faults.clear()
        if tls:
            self.hang_up()

    def count(self, route: str | None = None, symbol: str | None = None) -> int:
        """How many requests came, of one route and symbol if given."""
        with self._guard:
            seen = list(self.requests)
        return sum(route in (None, r.route) and symbol in (None, r.symbol) for r in seen)

    def taken(self, request: Request) -> Fault | None:
        """The fault that strikes a request, counted down."""
        with self._guard:
            self.requests.append(request)
            fault = next((fault for fault in self.faults if fault.strikes(request)), None)
            if fault and fault.left is not None:
                fault.left -= 1
        return fault

    def remember(self, connection: socket.socket) -> None:
        """Keep an open connection, to be able to cut it."""
        with self._guard:
            self._connections.add(connection)

    def forget(self, connection: socket.socket) -> None:
        """The connection is over."""
        with self._guard:
            self._connections.discard(connection)


def certificate(authority: trustme.CA) -> ssl.SSLContext:
    """A server's side of TLS for Yahoo's names, signed by `authority`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context


class Server(ThreadingHTTPServer):
    """One thread per connection; what clients break off is no error here."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], standin: StandIn) -> None:
        self.standin = standin
        super().__init__(address, Proxy)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that time out or refuse a certificate are what is tested."""


class Proxy(BaseHTTPRequestHandler):
    """CONNECT, then TLS on the same connection, then Yahoo's answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server
    host = ""

    @property
    def standin(self) -> StandIn:
        return self.server.standin

    def do_CONNECT(self) -> None:
        """Become the host that was asked for."""
        self.host = self.path.partition(":")[0]
        self.send_response(200, "Connection established")
        self.end_headers()
        tls = any(fault.kind == "tls" for fault in self.standin.faults)
        context = self.standin.untrusted if tls else self.standin.trusted
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.standin.remember(self.connection)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        """Close what `do_CONNECT` opened."""
        with contextlib.suppress(OSError):
            super().finish()
        self.standin.forget(self.connection)
        self.connection.close()

    def do_GET(self) -> None:
        """Answer as Yahoo, or as the fault that strikes says."""
        request = self.understood()
        fault = self.standin.taken(request)
        time.sleep(self.standin.delay)
        if fault and fault.kind in FAULTS:
            FAULTS[fault.kind](self, request, **fault.options)
        else:
            self.reply(*self.sound(request, fault.kind if fault else None))

    def sound(self, request: Request, tampered: str | None = None) -> tuple[int, str, dict[str, str]]:
        """What Yahoo says, with data that are wrong if `tampered` names how."""
        return answer(self.standin.listings, self.standin.now.timestamp(), request, tampered)

    def understood(self) -> Request:
        """The request in the stand-in's words."""
        parts = urlsplit(self.path)
        parameters = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        symbol = ""
        if self.host == "fc.yahoo.com":
            route = "cookie"
        elif parts.path.endswith("/getcrumb"):
            route = "crumb"
        elif parts.path.startswith("/v8/finance/chart/"):
            symbol = unquote(parts.path.rpartition("/")[2])
            route = {"1d": "daily", "1h": "hourly"}.get(parameters["interval"], "other")
            route = route if "period1" in parameters else "time_zone"
        elif parts.path == "/v1/finance/search":
            route = "search"
        else:
            route = "other"
        return Request(route, self.host, symbol, parameters)

    def reply(self, status: int, body: str | bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer."""
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | dict(headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: `StandIn.requests` is the record."""
