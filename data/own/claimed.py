"""From a claim that was read or typed to a row of ``moves``; what is missing is said beside its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from analysis.claims.bases import BASES
from analysis.claims.calendar_words import MONTH_NUMBERS, NUMBER_WORDS
from analysis.claims.periods import understood
from analysis.market.prices import kind_of
from data.catalogue.contradictions import PERIODS, SPANNING
from data.own.record import FieldError

LONGEST_QUOTE = 300  # characters: a clause, never a text
SIGNS = {1: "+", -1: "-"}
MONEY = re.compile(
    r"(?P<currency>[$£€¥])?\s?(?P<number>[\d.,]+)\s?(?P<size>trillion|billion|million|trn|tn|bn|mn|m)\b\s?"
    r"(?P<code>[A-Z]{3})?", re.IGNORECASE,
)  # fmt: skip
CURRENCIES = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY"}
SIZES = {"t": "trillion", "b": "billion", "m": "million"}
WEEKS = re.compile(r"(\d+|[a-z]+)[- ](week|month|year)", re.IGNORECASE)
WEEKS_OF = {"week": 1, "month": 52 / 12, "year": 52}
MONTH = rf"(?P<month>{'|'.join(MONTH_NUMBERS)})[a-z]*\b\.?"
SINCE = re.compile(rf"\bsince (?:{MONTH} )?(?P<year>\d{{4}})\b", re.IGNORECASE)
SINCE_MONTH = re.compile(rf"\bsince (?:last )?{MONTH}(?! \d)", re.IGNORECASE)
EVER = re.compile(r"\b(ever|on record)\b", re.IGNORECASE)
WITHIN = re.compile(r"\bin (?:more than |over |nearly |almost )?(\w+) (week|month|year)s?\b", re.IGNORECASE)


def period_of(basis: str, period: str, text: str, day: dt.date | None = None) -> str:
    """The span of a claim in words that an event file takes; empty where the text does not fix it.

    "Since December" is that before `day`, if there is one.

    >>> period_of("superlative", "", "its worst day since December", dt.date(2025, 1, 27))
    'since 2024-12'
    """
    if basis == "period":
        return period if understood(period) and period != "day" else ""
    if basis == "level":
        weeks = _span(WEEKS.search(text))
        return f"{weeks}-week" if weeks else ""
    return _record(text, day) if basis == "superlative" else ""


def _record(text: str, day: dt.date | None) -> str:
    """Since when a move is the largest: ``since 2020-03``, ``ever``, ``2-year``."""
    if since := SINCE.search(text):
        month = f"-{MONTH_NUMBERS[since['month'].lower()]:02d}" if since["month"] else ""
        return f"since {since['year']}{month}"
    if day and (since := SINCE_MONTH.search(text)):
        month_number = MONTH_NUMBERS[since["month"].lower()]
        return f"since {day.year - (month_number >= day.month)}-{month_number:02d}"
    if EVER.search(text):
        return "ever"
    within = WITHIN.search(text)
    number = _number(within[1]) if within else None
    return f"{number}-{within[2].lower()}" if within and number else ""


def _span(match: re.Match[str] | None) -> int | None:
    number = _number(match[1]) if match else None
    return round(number * WEEKS_OF[match[2].lower()]) if match and number else None


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    return 1 if word.lower() == "a" else NUMBER_WORDS.get(word.lower())


def move_row(
    place: int, claim: Mapping[str, Any], source: str, kinds: Mapping[str, str], day: dt.date
) -> dict[str, Any]:
    """One row of ``moves``.

    Parameters
    ----------
    place : int
        Number of the claim in what the reader gave, from 0: errors name it.
    claim : mapping
        As `Draft` has it.
    kinds : mapping of symbol to str
        ``share``, ``index``, ``fund`` or ``future``, of every symbol that is known here.
    day : date
        The session of a claim that names no day.

    Raises
    ------
    FieldError
        If something is missing or wrong; its field is ``claims.PLACE.NAME``.
    """
    entry = BASES[claim["basis"]]

    def wrong(name: str, needed: str) -> FieldError:
        return FieldError(f"claims.{place}.{name}", f"claim {place + 1}: {needed}")

    symbol = claim["symbol"]
    if not symbol:
        raise wrong(
            "symbol", f"which instrument does “{claim['subject'] or claim['text']}” mean? Give its symbol"
        )
    kind = kinds.get(symbol) or kind_of(symbol, "")
    if kind in entry.refused:
        raise wrong("basis", f"{symbol} is no instrument for “{entry.label}”: {entry.refused[kind]}")
    row: dict[str, Any] = {
        "id": str(place + 1), "source": source, "featured": True, "symbol": symbol,
        "date": claim["date"] or day, "basis": claim["basis"], "qualifier": claim["qualifier"],
    }  # fmt: skip
    row |= _figure(claim, entry.figure, wrong) | _spanned(claim, wrong)
    quote = " ".join(claim["text"].split())[:LONGEST_QUOTE]
    if entry.figure == "none":
        return row | {"statement": quote or claim["subject"] or entry.label}
    return row | ({"note": f"“{quote}”"} if quote else {})


def _figure(claim: Mapping[str, Any], figure: str, wrong: Any) -> dict[str, Any]:
    """What was printed, with its sign."""
    if figure == "none":
        return {}
    value, high, sign = (claim[name] for name in ("value", "value_high", "sign"))
    if sign is None:
        raise wrong("sign", "did it rise or fall?")
    if not value:
        raise wrong("value", "give the figure as it was printed, such as 11.5")
    if figure == "money":
        found = MONEY.fullmatch(value.strip())
        if found is None:
            raise wrong("value", f"“{value[:30]}” is no amount of money: write it as $593 billion")
        currency = CURRENCIES.get(found["currency"] or "", (found["code"] or "USD").upper())
        unit = f"{SIZES[found['size'][0].lower()]} {currency}"
        return {"reported": _printed(found["number"], sign, wrong), "unit": unit}
    printed = {"reported": _printed(value, sign, wrong)}
    return printed | ({"reported_high": _printed(high, sign, wrong, "value_high")} if high else {})


def _printed(value: str, sign: int, wrong: Any, name: str = "value") -> str:
    digits = value.replace(",", "").replace("%", "").strip().lstrip("+-−–")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", digits):
        raise wrong(name, f"“{value[:30]}” is no figure: write it as it was printed, such as 11.5")
    return f"{SIGNS[sign]}{digits}"


def _spanned(claim: Mapping[str, Any], wrong: Any) -> dict[str, Any]:
    """Period, weeks and direction, where the basis needs them."""
    basis, period = claim["basis"], claim["period"]
    if basis == "level":
        weeks = re.fullmatch(r"([1-9]\d{0,3})-week", period)
        if weeks is None:
            raise wrong("period", "of how many weeks is this the lowest or highest? Write it as 9-week")
        return {"weeks": int(weeks[1])} | ({"sign": 1} if claim["sign"] == 1 else {})
    if basis not in SPANNING:
        return {}
    if not understood(period) or period == "day":
        raise wrong("period", f"over which time? Allowed: {PERIODS}")
    if basis == "superlative" and claim["sign"] is None:
        raise wrong("sign", "the largest fall, or the largest rise?")
    return {"period": period} | ({"sign": claim["sign"]} if basis == "superlative" else {})
