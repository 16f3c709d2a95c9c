"""A second stand-in for Yahoo, written from Yahoo's answers and not from the first one.

It shares no line with `tests.standin`: raw sockets instead of `http.server`, packed answers in chunks, prices
rounded to 32 bits as Yahoo sends them. What the real client takes both for is no quirk of one.
"""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import json
import math
import socket
import ssl
import tempfile
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import trustme

PLACES = {  # suffix -> currency, zone, first minute of trading
    "": ("USD", "America/New_York", 570),
    "DE": ("EUR", "Europe/Berlin", 540),
    "T": ("JPY", "Asia/Tokyo", 540),
}
CIRCLE = "Location: /again\r\n"
COLUMNS = {"low": "low", "open": "open", "close": "close", "volume": "volume", "high": "high"}


@dataclass
class Answer:
    """What Yahoo says of a symbol: bars by naive date (open high low close adj_close volume), and actions.

    `transport` names how the answer goes wrong on the way (`TRANSPORT`), `spoil` changes its JSON.
    """

    symbol: str
    bars: pd.DataFrame
    dividends: Mapping[dt.date, float] = field(default_factory=dict)
    splits: Mapping[dt.date, tuple[float, float]] = field(default_factory=dict)
    currency: str = ""
    transport: str = ""
    spoil: Callable[[dict[str, Any]], None] | None = None

    def body(self, first: float, last: float) -> dict[str, Any]:
        """The JSON for bars that open between two moments, in seconds since 1970."""
        currency, zone, minute = PLACES[self.symbol.partition(".")[2]]

        def opening(day: dt.date) -> int:
            at = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZoneInfo(zone))
            return int(at.timestamp())

        moments = [opening(day.date()) for day in self.bars.index]
        bars = self.bars[[first <= moment < last for moment in moments]]
        moments = [moment for moment in moments if first <= moment < last]
        result: dict[str, Any] = {
            "meta": {
                "currency": self.currency or currency, "symbol": self.symbol, "exchangeName": "XXX",
                "instrumentType": "EQUITY", "firstTradeDate": 0, "hasPrePostMarketData": False,
                "exchangeTimezoneName": zone, "timezone": zone[:3], "priceHint": 2, "dataGranularity": "1d",
                "range": "", "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "max"],
            },
            "timestamp": moments,
            "events": {
                "dividends": {str(opening(day)): {"amount": amount, "date": opening(day)}
                              for day, amount in self.dividends.items()},
                "splits": {str(opening(day)): {"date": opening(day), "numerator": up, "denominator": down,
                                               "splitRatio": f"{up:g}:{down:g}"}
                           for day, (up, down) in self.splits.items()},
            },
            "indicators": {
                "quote": [{name: _column(bars[column]) for name, column in COLUMNS.items()}],
                "adjclose": [{"adjclose": _column(bars["adj_close"])}],
            },
        }  # fmt: skip
        if self.spoil:
            self.spoil(result)
        return {"chart": {"result": [result], "error": None}}


def _column(values: pd.Series[float]) -> list[float | int | None]:
    """Prices with the 32 bits that Yahoo has of them; volumes whole."""
    if values.name == "volume":
        return [None if math.isnan(value) else int(value) for value in values]
    return [None if math.isnan(value) else float(np.float32(value)) for value in values]


class SecondStandIn:
    """Yahoo at `port` of this machine: `says` gives the answer about a symbol, None where it knows none."""

    def __init__(self, says: Callable[[str], Answer | None]) -> None:
        self.says = says
        self.asked: list[str] = []
        self.over = threading.Event()

    def __enter__(self) -> SecondStandIn:
        self._folder = tempfile.TemporaryDirectory()
        self.bundle = Path(self._folder.name) / "trusted.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.bundle))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(
            "query1.finance.yahoo.com", "query2.finance.yahoo.com", "fc.yahoo.com"
        ).configure_cert(self._tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.close()
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """What leads a program's requests here."""
        here = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), f"http://127.0.0.1:{self.port}")
        trusted = dict.fromkeys(("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"), str(self.bundle))
        return {**here, **trusted, "NO_PROXY": "", "no_proxy": ""}

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            host = _head(client).split()[1].partition(":")[0]
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._tls.wrap_socket(client, server_side=True) as talk:
                while head := _head(talk):
                    self._reply(talk, host, head.split()[1])

    def _reply(self, talk: ssl.SSLSocket, host: str, target: str) -> None:
        parts = urlsplit(target)
        if host == "fc.yahoo.com":
            return _send(
                talk,
                b"",
                "404 Not Found",
                "Set-Cookie: A3=second; Domain=.yahoo.com; Path=/; Max-Age=31536000; Secure\r\n",
            )
        if parts.path == "/again":
            return _send(talk, b"", "302 Found", CIRCLE)
        if not parts.path.startswith("/v8/finance/chart/"):
            return _send(talk, b"a.second.crumb", "200 OK", "")
        symbol, asked = parts.path.rpartition("/")[2], parse_qs(parts.query)
        self.asked.append(symbol)
        answer = self.says(symbol)
        if answer is None or asked["interval"] == ["1h"]:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return _send(
                talk, json.dumps({"chart": {"result": None, "error": error}}).encode(), "404 Not Found"
            )
        first, last = (float(asked[name][0]) if name in asked else 0.0 for name in ("period1", "period2"))
        body = json.dumps(answer.body(first, last)).encode()
        if "period1" not in asked:  # the question for the time zone
            return _send(talk, body)
        return TRANSPORT[answer.transport](self, talk, body)


def _head(client: socket.socket) -> str:
    """A request up to its empty line; empty at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = client.recv(1)
        if not part:
            return ""
        head += part
    return head.decode("latin-1")


def _send(
    talk: socket.socket, body: bytes, status: str = "200 OK", headers: str = "", packed: bool = True
) -> None:
    """An answer in chunks, packed by gzip."""
    headers += "Content-Encoding: gzip\r\n" if packed else ""
    talk.sendall(f"HTTP/1.1 {status}\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode())
    sent = gzip.compress(body, 1) if packed else body
    for start in range(0, len(sent), 1 << 14):
        part = sent[start : start + (1 << 14)]
        talk.sendall(b"%x\r\n%b\r\n" % (len(part), part))
    talk.sendall(b"0\r\n\r\n")


def _torn(standin: SecondStandIn, talk: socket.socket, body: bytes) -> None:
    talk.sendall(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b" % (len(body), body[: len(body) // 2])
    )
    raise ConnectionAbortedError


def _reset(standin: SecondStandIn, talk: socket.socket, body: bytes) -> None:
    raise ConnectionAbortedError


def _mute(standin: SecondStandIn, talk: socket.socket, body: bytes) -> None:
    standin.over.wait(5)
    raise ConnectionAbortedError


def _slow(standin: SecondStandIn, talk: socket.socket, body: bytes) -> None:
    talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
    for place in range(len(body)):
        talk.sendall(body[place : place + 1])
        if standin.over.wait(0.05):
            break


@functools.cache
def _packed_blanks(megabytes: int = 256) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([*(packer.compress(b" " * 2**20) for _ in range(megabytes)), packer.flush()])


def _bomb(standin: SecondStandIn, talk: socket.socket, body: bytes) -> None:
    _send(talk, _packed_blanks(), headers="Content-Encoding: gzip\r\n", packed=False)


def _plain(body: bytes, status: str = "200 OK", headers: str = "") -> Callable[..., None]:
    return lambda standin, talk, sound: _send(talk, body, status, headers)


TRANSPORT: Mapping[str, Callable[[SecondStandIn, Any, bytes], None]] = {
    "": lambda standin, talk, body: _send(talk, body),
    "too many requests": _plain(b"Edge: Too Many Requests", "429 Too Many Requests"),
    "unavailable": _plain(b"<html>Our engineers are working</html>", "503 Service Unavailable"),
    "a page": _plain(b"<!doctype html><title>Yahoo</title>"),
    "nothing": _plain(b""),
    "in a circle": _plain(b"", "302 Found", CIRCLE),
    "half of the JSON": lambda standin, talk, body: _send(talk, body[: len(body) // 2]),
    "torn": _torn,
    "reset": _reset,
    "mute": _mute,
    "slow": _slow,
    "a bomb": _bomb,
    "nested": _plain(b"[" * 200_000),
    "no gzip": lambda standin, talk, body: _send(
        talk, body, headers="Content-Encoding: gzip\r\n", packed=False
    ),
    "long headers": _plain(b"{}", headers="X-Filler: a\r\n" * 60_000),
    "not a text": _plain(bytes(range(256)) * 40),
}
