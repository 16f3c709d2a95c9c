"""What Yahoo answers: a cookie, a crumb, a chart, or a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.standin.listings import TAMPERED, Listing, chart

HOURLY_DAYS = 730
COOKIE = "A3=stand-in; Domain=.yahoo.com; Path=/; Max-Age=31536000; Secure"


@dataclass(frozen=True)
class Request:
    """A request as it arrived: `route` is cookie, crumb, time_zone, daily, hourly, search or other."""

    route: str
    host: str
    symbol: str
    parameters: Mapping[str, str]


def answer(
    listings: Mapping[str, Listing], now: float, request: Request, tampered: str | None = None
) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers as Yahoo sends them at `now`, in seconds since 1970."""
    if request.route == "cookie":  # Yahoo answers with an error page that sets the cookie
        return 404, "<html>Not Found</html>", {"Set-Cookie": COOKIE, "Content-Type": "text/html"}
    if request.route == "crumb":
        return 200, "stand.in.crumb", {"Content-Type": "text/plain"}
    if request.route == "search":
        return 200, json.dumps({"quotes": [quote(one) for one in listings if found(one, request)]}), {}
    listing = listings.get(request.symbol)
    if listing is None:
        return 404, refusal("Not Found", "No data found, symbol may be delisted"), {}
    if tampered:
        listing = TAMPERED[tampered](listing)
    start = float(request.parameters.get("period1", now - 86400))
    if request.route == "hourly" and start < now - HOURLY_DAYS * 86400:
        reason = (
            f"1h data not available for startTime={start:.0f}. The requested range must be within the last"
        )
        return 422, refusal("Unprocessable Entity", f"{reason} {HOURLY_DAYS} days."), {}
    end = float(request.parameters.get("period2", now))
    return 200, json.dumps(chart(listing, request.parameters["interval"], start, end)), {}


def found(symbol: str, request: Request) -> bool:
    """Whether a search finds a listing: by its symbol or its name."""
    return request.parameters["q"].lower() in f"{symbol} {name_of(symbol)}".lower()


def name_of(symbol: str) -> str:
    """What the stand-in calls a listing."""
    return f"{symbol.partition('.')[0].title()} Works"


def quote(symbol: str) -> dict[str, object]:
    """A search's answer about one listing."""
    return {"symbol": symbol, "longname": name_of(symbol), "quoteType": "EQUITY", "isYahooFinance": True}


def refusal(code: str, description: str) -> str:
    """The JSON with which Yahoo says no."""
    return json.dumps({"chart": {"result": None, "error": {"code": code, "description": description}}})
