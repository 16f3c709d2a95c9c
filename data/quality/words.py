"""Dates, numbers and moves as the sentences about bars write them."""

from __future__ import annotations

import datetime as dt

from analysis.market.events import Dates


def day(date: dt.date) -> str:
    return f"{date.day} {date:%b %Y}"


def listed(dates: Dates, most: int = 3) -> str:
    days = [*map(day, dates[:most].astype("datetime64[D]").tolist())]
    rest = [f"{len(dates) - most} more"] if len(dates) > most else []
    *first, last = days + rest
    return f"{', '.join(first)} and {last}" if first else last


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def move(value: float) -> str:
    return f"{'rose' if value >= 0 else 'fell'} by {percent(abs(value))}"


def percent(value: float) -> str:
    return f"{100 * value:,.2f} %"
