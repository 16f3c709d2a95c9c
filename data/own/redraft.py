"""An event file as a draft again, to be changed."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import Any

from analysis.claims.bases import BASES
from data.own.claimed import CURRENCIES
from data.own.draft import UNNAMED
from data.own.instruments import NO_BENCHMARK, OWN_BENCHMARK, benchmarks_of

SYMBOLS = {code: sign for sign, code in CURRENCIES.items()}


def redraft(text: str) -> dict[str, Any]:
    """The draft that gives an event file, as `Draft` reads it."""
    tables = tomllib.loads(text)
    event, firms = tables["event"], [row for row in tables["instruments"] if row["group"] == "articles"]
    articles = tables.get("articles", [])
    place = {row["id"]: number for number, row in enumerate(articles)}
    moves = [row for row in tables.get("moves", []) if row["basis"] != "none" and row["source"] in place]
    return {
        "name": event["name"],
        **_when(event),
        "symbols": [row["symbol"] for row in firms],
        "benchmark": _benchmark(firms),
        "articles": [{"outlet": _outlet(row["publisher"]), "link": row.get("link", "")} for row in articles],
        "claims": [_claim(row, place[row["source"]]) for row in moves],
    }


def _when(event: dict[str, Any]) -> dict[str, str]:
    moment: dt.datetime | None = event.get("information_time")
    if moment is None:
        return {"date": str(event["session"]), "time": "", "zone": "UTC"}
    utc = moment.astimezone(dt.timezone.utc)
    return {
        "date": str(utc.date()),
        "time": f"{utc:%H:%M}" if not utc.second else f"{utc:%H:%M:%S}",
        "zone": "UTC",
    }


def _benchmark(firms: list[dict[str, Any]]) -> str:
    """One for all, none, or each share's own."""
    named = {row.get("benchmark") for row in firms}
    if named == {None}:
        return NO_BENCHMARK
    own = all(row.get("benchmark") in benchmarks_of(row["symbol"])[:1] for row in firms)
    return OWN_BENCHMARK if own or len(named) > 1 else str(named.pop())


def _outlet(publisher: str) -> str:
    return "" if publisher in (UNNAMED, "Unnamed outlet") else publisher  # the second as kept before


def _claim(row: dict[str, Any], article: int) -> dict[str, Any]:
    printed = row.get("reported", "")
    sign = row.get("sign") or ({"+": 1, "-": -1}.get(printed[:1]))
    weeks = f"{row['weeks']}-week" if "weeks" in row else ""
    return {
        "article": article,
        "subject": "",
        "symbol": row.get("symbol", ""),
        "sign": sign,
        "value": _value(printed[1:], row) or None,
        "value_high": row.get("reported_high", "")[1:] or None,
        "qualifier": row.get("qualifier", "exact"),
        "basis": row["basis"],
        "period": row.get("period") or weeks,
        "date": str(row["date"]),
        "text": row.get("statement") or re.sub("^“|”$", "", row.get("note", "")),
    }


def _value(digits: str, row: dict[str, Any]) -> str:
    """The figure as a reader writes it; money with its currency."""
    if not digits or BASES[row["basis"]].figure != "money":
        return digits
    size, _, currency = row["unit"].partition(" ")
    return f"{SYMBOLS[currency]}{digits} {size}" if currency in SYMBOLS else f"{digits} {size} {currency}"
