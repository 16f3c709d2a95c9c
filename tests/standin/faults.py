"""What can go wrong on the way: one entry of `FAULTS` per kind."""

from __future__ import annotations

import contextlib
import json
import socket
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.standin.answers import Request, refusal

if TYPE_CHECKING:
    from tests.standin.server import Proxy


def rate_limited(proxy: Proxy, request: Request, retry_after: str | None = None) -> None:
    """429, with the header Retry-After if given."""
    proxy.reply(429, "Edge: Too Many Requests", {"Retry-After": retry_after} if retry_after else None)


def malformed_json(proxy: Proxy, request: Request) -> None:
    """A whole answer whose JSON ends in the middle."""
    body = proxy.sound(request)[1]
    proxy.reply(200, body[: len(body) // 2])


def truncated(proxy: Proxy, request: Request) -> None:
    """An answer that breaks off before its announced length."""
    body = proxy.sound(request)[1].encode()
    proxy.send_response(200)
    proxy.send_header("Content-Length", str(len(body)))
    proxy.end_headers()
    proxy.wfile.write(body[: len(body) // 2])
    dropped(proxy, request)


def no_rows(proxy: Proxy, request: Request) -> None:
    """An answer about the symbol without a single bar."""
    body = json.loads(proxy.sound(request)[1])
    body["chart"]["result"][0].pop("timestamp", None)
    body["chart"]["result"][0]["indicators"] = {"quote": [{}], "adjclose": [{}]}
    proxy.reply(200, json.dumps(body))


def time_out(proxy: Proxy, request: Request) -> None:
    """No answer while the client waits."""
    proxy.standin.closing.wait(20)
    proxy.close_connection = True


def dropped(proxy: Proxy, request: Request) -> None:
    """The connection ends without an answer."""
    proxy.close_connection = True
    with contextlib.suppress(OSError):
        proxy.connection.shutdown(socket.SHUT_RDWR)


def slow_drip(proxy: Proxy, request: Request) -> None:
    """An answer that comes byte by byte and would take minutes."""
    body = proxy.sound(request)[1].encode()
    proxy.send_response(200)
    proxy.send_header("Content-Length", str(len(body)))
    proxy.end_headers()
    for position in range(len(body)):
        if proxy.standin.closing.wait(0.02):
            break
        proxy.wfile.write(body[position : position + 1])


def gzip_bomb(proxy: Proxy, request: Request) -> None:
    """A small answer that unpacks to a large one."""
    proxy.reply(200, _bomb(), {"Content-Encoding": "gzip"})


@cache
def _bomb(megabytes: int = 64) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return b"".join([*(packer.compress(b" " * 2**20) for _ in range(megabytes)), packer.flush()])


def changed(change: Callable[[Any], None]) -> Callable[[Proxy, Request], None]:
    """A fault that changes the JSON of a sound answer."""

    def reply(proxy: Proxy, request: Request) -> None:
        body = json.loads(proxy.sound(request)[1])
        change(body["chart"]["result"][0])
        proxy.reply(200, json.dumps(body))

    return reply


def _zero_in_a_ratio(result: Any) -> None:
    at = result["timestamp"][2]
    result["events"] = {"splits": {str(at): {"date": at, "numerator": 2, "denominator": 0}}}


def _split_without_a_date(result: Any) -> None:
    result["events"] = {"splits": {"1": {"numerator": 2, "denominator": 1}}}


def _bar_without_a_date(result: Any) -> None:
    result["timestamp"][2] = None


def page(status: int, text: str) -> Callable[[Proxy, Request], None]:
    """A fault that answers with a page for people."""
    html = f"<!DOCTYPE html><html><body><h1>{text}</h1></body></html>"
    return lambda proxy, request: proxy.reply(status, html, {"Content-Type": "text/html"})


FAULTS: Mapping[str, Callable[..., None]] = {
    "rate_limited": rate_limited,
    "server_error": page(500, "Internal Server Error"),
    "bad_gateway": page(502, "Bad Gateway"),
    "maintenance": page(200, "Will be right back"),
    "forbidden": page(401, "Unauthorized"),
    "malformed_json": malformed_json,
    "truncated": truncated,
    "empty_result": lambda proxy, request: proxy.reply(200, '{"chart": {"result": [], "error": null}}'),
    "no_rows": no_rows,
    "unknown_symbol": lambda proxy, request: proxy.reply(404, refusal("Not Found", "No data found")),
    "time_out": time_out,
    "dropped": dropped,
    "slow_drip": slow_drip,
    "gzip_bomb": gzip_bomb,
    "zero_in_a_ratio": changed(_zero_in_a_ratio),
    "split_without_a_date": changed(_split_without_a_date),
    "bar_without_a_date": changed(_bar_without_a_date),
}
