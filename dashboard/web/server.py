"""What makes the server fit for others: compression, headers, size limits, plain errors."""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, redirect, request
from flask_compress import Compress
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as Answer

from analysis.market.errors import BusyError, LaterError, StoreError
from dashboard.render import packed, theme
from dashboard.views.root import rooted

log = logging.getLogger(__name__)

LARGEST_REQUEST = 256 * 1024
MOST_COMPRESSED = 320
NO_STORE = (
    "The price store does not answer. Nothing that was asked is wrong; the server's log says why. "
    "Try again soon."
)
BUSY = "Much is being made at the moment. Nothing that was asked is wrong; try again in some seconds."
LATER = {  # seconds, title, sentence
    StoreError: (20, "Prices cannot be read at the moment", NO_STORE),
    BusyError: (5, "One moment", BUSY),
}
ANY = "/<path:path>"
CALLBACKS, LAYOUT = "/_dash-update-component", "/_dash-layout"
SCRIPTS = "/_dash-component-suites/"  # of packages that Dash knows; it raises for others
PLOTLY = SCRIPTS + "plotly/package_data/plotly.min.js"  # where a chart of Dash looks for it
DRAWING = "/_plotly/"
EMBED = "/embed"
NOBODY = "'none'"
FINGERPRINT = re.compile(
    rf"{SCRIPTS}.*\.v\w+m\d+\.|/assets/.*\?m=[\d.]+$|{DRAWING}"
)  # changes with the content
FOR_EVER = "public, max-age=31536000, immutable"

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def query() -> str:
    """The query of a request, as it was written."""
    return request.query_string.decode("utf-8", "replace")


def is_page() -> bool:
    """Whether a request is for a page: Dash answers for any path that is nothing else."""
    return request.url_rule is not None and request.url_rule.rule in ("/", ANY)


def drawing(server: Flask, files: Mapping[str, bytes]) -> None:
    """Serve Plotly, the smaller one if there is one, under a name that browsers keep for good."""

    @server.get(PLOTLY)
    def found() -> Answer:
        return redirect(rooted(DRAWING + packed.plotly(files).name))

    @server.get(DRAWING + "<name>")
    def script(name: str) -> Response:
        small = packed.plotly(files)
        plotly = small if name == small.name else packed.whole()  # for a page older than the smaller one
        if name != plotly.name:
            abort(404)
        return Response(plotly.script, mimetype="text/javascript")


def lead(server: Flask, moved: Callable[[str, str], str], problem: Callable[[str], str]) -> None:
    """Lead old addresses on, and answer 404 where there is no page, with the page that says so.

    Parameters
    ----------
    moved : callable
        Where what was at a path, under a query, is now; empty if it is there still.
    problem : callable
        Why there is no page at a path; empty if there is one.
    """

    @server.before_request
    def led() -> Answer | None:
        if is_page() and "POST" in server.url_map.bind("").allowed_methods(request.path):
            raise MethodNotAllowed(["OPTIONS", "POST"])  # a page is looked for where data are only sent to
        to = moved(request.path, query())
        return redirect(rooted(to), 302 if request.path == "/" else 308) if to else None

    @server.after_request
    def judged(response: Response) -> Response:
        if is_page() and response.status_code == 200 and problem(request.path):
            response.status_code = 404
        return response


def harden(
    server: Flask, script_hashes: Sequence[str], files: Mapping[str, bytes], framers: str = NOBODY
) -> None:
    """Compress answers, set the security headers and turn every failure into one plain line.

    Parameters
    ----------
    script_hashes : sequence of str
        Of the inline scripts that Dash writes; no other inline script runs.
    files : mapping
        What set-up has compressed, by the key of `Compress`.
    framers : str
        Who may frame a chart, as Content-Security-Policy names them; nothing else may be framed.
    """
    server.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_CACHE_BACKEND=lambda: Compressed(files),
        COMPRESS_CACHE_KEY=_name,
        COMPRESS_MIMETYPES=["text/html", "text/plain", "text/css", "application/json",
                            "application/javascript", "text/javascript", "image/svg+xml"],
    )  # fmt: skip
    Compress(server)
    headers = {**HEADERS, "Content-Security-Policy": _policy(script_hashes, NOBODY)}
    framed = {**headers, "Content-Security-Policy": _policy(script_hashes, framers)}
    framed |= {"Cross-Origin-Resource-Policy": "cross-origin"}
    if framers != NOBODY:
        del framed["X-Frame-Options"]  # which knows no list

    @server.after_request
    def finish(response: Response) -> Response:
        response.headers.update(framed if request.path.startswith(EMBED + "/") else headers)
        if response.status_code == 200 and FINGERPRINT.match(_address(request)):
            response.headers["Cache-Control"] = FOR_EVER
        return response

    server.register_error_handler(Exception, _plain_error)


def hosts(server: Flask, named: Sequence[str]) -> None:
    """Answer requests for these hosts alone, on any port: no page elsewhere passes itself off as this one."""
    known = {name.lower().strip("[]") for name in named}

    @server.before_request
    def judged() -> tuple[str, int, dict[str, str]] | None:
        asked = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
        if asked.rstrip(".") in known:
            return None
        return "400 Bad Request: this server does not go by that name; --hosts adds one\n", 400, PLAIN


def monitors(server: Flask, ready: Callable[[], tuple[bool, str]]) -> None:
    """``/health`` answers while the process lives; ``/ready`` while prices can be read (else 503)."""

    @server.get("/health")
    def health() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @server.get("/ready")
    def readiness() -> Response:
        well, sentence = ready()
        return Response(f"{sentence}\n", 200 if well else 503, mimetype="text/plain")


class Compressed:
    """Compressed answers that are the same for everybody: those of set-up, and the last ones after that."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """What was kept under a key."""
        return self._files.get(key) or self._kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep an answer that has a name instead of the oldest."""
        with self._lock:
            if not key.endswith(";"):
                self._kept[key] = value
            while len(self._kept) > MOST_COMPRESSED:
                self._kept.popitem(last=False)


def _name(request: Request) -> str:
    """The name under which a compressed answer is kept; none if it is not the same for everybody."""
    if request.path.startswith((SCRIPTS, "/assets/", DRAWING)):
        return _address(request)
    return str(g.get("kept", ""))


def _address(request: Request) -> str:
    return request.full_path.removesuffix("?")


def _policy(script_hashes: Sequence[str], framers: str) -> str:
    """Content-Security-Policy. Styles may be inline, because Plotly and React write them."""
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", *script_hashes)),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": framers,
    }
    return "; ".join(f"{key} {value}" for key, value in parts.items())


def answering(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Mark that a callback has begun: what fails from here on is not the sender's mistake."""

    @wraps(answer)
    def marked(*values: Any) -> Any:
        g.answering = True
        return answer(*values)

    return marked


def _plain_error(error: Exception) -> tuple[str, int, dict[str, str]]:
    """One line of text, or a page where a page was asked for and the store fails.

    A callback request that is no callback is the sender's mistake.
    """
    kind = PLAIN
    if isinstance(error, HTTPException):
        told = dict(error.get_headers(request.environ)) | kind  # Allow, Retry-After
        return f"{error.code} {error.name}\n", error.code or 500, told
    if isinstance(error, StoreError):
        log.error("%s %s: %s", request.method, request.path, error)
    if isinstance(error, LaterError):
        return _later(*LATER[type(error)])
    if request.path.startswith(SCRIPTS):
        return "404 Not Found\n", 404, kind
    if request.path == CALLBACKS and not g.get("answering"):
        log.warning("refused a callback request: %s", error)
        return "400 Bad Request: not a request that this page makes\n", 400, kind
    log.error("request %s failed", request.path, exc_info=error)
    return "500 Internal Server Error: the server's log says why\n", 500, kind


def _later(seconds: int, title: str, sentence: str) -> tuple[str, int, dict[str, str]]:
    """That nothing can be answered now, without where prices are; a page tries again by itself."""
    headers = {**PLAIN, "Retry-After": str(seconds), "Cache-Control": "no-store"}
    if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        return f"503 Service Unavailable: {sentence}\n", 503, headers
    page = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Aftershock</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{seconds}"><style>{theme.style_sheet()}</style>'
        f'<link rel="stylesheet" href="{rooted("/assets/page.css")}"></head><body><main class="wide">'
        f"<h1>{title}</h1><p>{sentence}</p></main></body></html>"
    )
    return page, 503, {**headers, "Content-Type": "text/html; charset=utf-8"}
