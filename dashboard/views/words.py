"""Numbers, dates and claims as people read them: each is written here and nowhere else."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.claims.proposal import HEDGES
from analysis.market.events import Window

if TYPE_CHECKING:  # a command that prints a few numbers does not pay for what pages are made of
    from analysis.claims.reported import Article, ReportedMove
    from dashboard.views.content import Caption, Credit

Scalar = Any  # a float, a NumPy or pandas scalar, or None

MINUS = "\u2212"
SPACE = "\u00a0"
DASH = "\u2013"


def missing(value: Scalar) -> bool:
    """Whether there is no number to print."""
    return value is None or not math.isfinite(value)


def number(value: Scalar, decimals: int = 2, signed: bool = False) -> str:
    """A number with a true minus sign; a dash where there is none.

    >>> number(-1.5), number(1.5, signed=True), number(None)
    ('−1.50', '+1.50', '–')
    """
    if missing(value):
        return DASH
    text = f"{value:+,.{decimals}f}" if signed else f"{value:,.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")  # zero has no sign
    return text.replace("-", MINUS)


def percent(value: Scalar, decimals: int = 2, signed: bool = True) -> str:
    """A decimal fraction as percent, signed.

    >>> percent(-0.16971).replace("\u00a0", " "), percent(0.0).replace("\u00a0", " ")
    ('−16.97 %', '0.00 %')
    """
    return DASH if missing(value) else f"{number(100 * value, decimals, signed)}{SPACE}%"


def multiple(value: Scalar) -> str:
    """A multiple of what is usual.

    >>> multiple(2.5), multiple(0.5)
    ('×2.5', '×0.50')
    """
    if missing(value):
        return DASH
    return f"×{value:.2f}" if value < 1 else f"×{value:.1f}"


def moved(value: Scalar) -> str:
    """A move as a headline says it: ``fell 17.0 %``, ``rose 3.1 %``."""
    if missing(value):
        return "moved by an unknown amount"
    return f"{'fell' if value < 0 else 'rose'} {size(value)}"


def size(value: Scalar, decimals: int = 1) -> str:
    """How far a move went, whichever way."""
    return percent(None if missing(value) else abs(value), decimals, signed=False)


def points(value: Scalar, decimals: int = 2) -> str:
    """A difference of percentages, in percentage points."""
    return DASH if missing(value) else f"{number(100 * value, decimals)} percentage points"


def interval(low: Scalar, high: Scalar, decimals: int = 2) -> str:
    """Two percentages as an interval."""
    if missing(low) or missing(high):
        return DASH
    return f"{percent(low, decimals)} to {percent(high, decimals)}"


def p(value: Scalar) -> str:
    """A p-value with its letter: ``p = 0.011``, ``p < 0.001``."""
    written = pvalue(value)
    return f"p{SPACE}{written}" if written.startswith("<") else f"p{SPACE}={SPACE}{written}"


def pvalue(value: Scalar) -> str:
    """A p-value as printed in papers: three decimals, never a bare zero."""
    if missing(value):
        return DASH
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


@lru_cache(4096)
def day(value: dt.date | np.datetime64) -> str:
    """A date as ``27 Jan 2025``."""
    date = value if isinstance(value, dt.date) else value.astype("datetime64[D]").item()
    return f"{date.day}{SPACE}{date:%b}{SPACE}{date.year}"


def period(dates: Iterable[dt.date | np.datetime64]) -> str:
    """The first and the last of some dates, in words."""
    ordered = sorted(dates)
    first, last = day(ordered[0]), day(ordered[-1])
    return first if first == last else f"{first} to {last}"


def _written_day(found: re.Match[str]) -> str:
    return day(dt.date.fromisoformat(found[0]))


PRINTED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (
        re.compile(r"(?<![\w.@-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])"),
        _written_day,
    ),
    (re.compile(r"(?<![\w)])-(?=\d)"), MINUS),
    (re.compile(r"(?<=\d) %"), f"{SPACE}%"),
    (re.compile(r"\bp ([<=]) (?=\d)"), rf"p{SPACE}\1{SPACE}"),
    (re.compile(r"(?<=\d,) (?=[+−]?\d+\])"), SPACE),  # a window
)


def moment(value: dt.datetime) -> str:
    """A time of day in UTC."""
    return f"{value.astimezone(dt.timezone.utc):%H:%M} UTC"


def instant(value: dt.datetime) -> str:
    """A date and a time in UTC."""
    return f"{day(value.astimezone(dt.timezone.utc).date())}, {moment(value)}"


def window(value: Window) -> str:
    """A window of event time, with true minus signs."""
    return str(value).replace("-", MINUS)


def unbroken(value: Window) -> str:
    """A window of event time that no line break cuts in two."""
    return window(value).replace(" ", SPACE)


def span(value: Window) -> str:
    """A window as people say it: ``on day 0``, or ``over sessions −1 to +1``."""
    first, last = (number(end, 0, True) for end in (value.start, value.end))
    if len(value) == 1:
        return "on day 0" if 0 in value else f"on session {first}"
    return f"over sessions {first} to {last}"


@lru_cache(4096)
def typeset(text: str) -> str:
    """Plain text as it is printed: true minus signs, dates in words, numbers that no line break cuts.

    The date in the label of an event (``NVDA@2025-01-27``) is part of its name.

    >>> typeset("fell -3.07 % on 2025-01-27 (p < 0.001)").replace("\u00a0", " ")
    'fell −3.07 % on 27 Jan 2025 (p < 0.001)'
    """
    for form, written in PRINTED:
        text = form.sub(written, text)
    return text


def sentence(text: str) -> str:
    """Plain text of the analysis as a sentence: as it is printed, with a capital and a full stop.

    >>> sentence("the close moved -3.07 %").replace("\u00a0", " ")
    'The close moved −3.07 %.'
    """
    text = typeset(text.strip())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def anchor(heading: str) -> str:
    """The place that a link to a heading names, as GitHub makes it.

    >>> anchor("Market model (`market_model`)")
    'market-model-market_model'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def count(how_many: int, what: str) -> str:
    """A number of things: ``1 claim``, ``2 claims``."""
    return f"{how_many:,} {what}" if how_many == 1 else f"{how_many:,} {what}s"


def alternatives(values: Sequence[Any]) -> str:
    """``1, 2 or 3``."""
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last


def short(name: str) -> str:
    """A name without what stands in brackets, for the end of a line."""
    return re.sub(r" \([^)]*\)", "", name)


def credit(given: Credit) -> str:
    """Whose data it is, in a sentence."""
    return f"Source: {given.publishers}; snapshot {given.snapshot}, prices to {day(given.as_of)}."


def caption(given: Caption) -> str:
    """What stands under a chart, in one paragraph."""
    return f"{given.shows} {given.method} {credit(given.credit)}"


def brief_caption(given: Caption) -> str:
    """Whose data it is, after what an asterisk in a picture means."""
    _, asterisk, meaning = given.shows.partition(" * ")
    return f"* {meaning} {credit(given.credit)}" if asterisk else credit(given.credit)


# ---- claims ------------------------------------------------------------------------------------


def reported(move: ReportedMove) -> str:
    """The figure as it was printed, with its hedge: ``nearly −17 %``."""
    if move.reported is None or move.printed_high:
        return typeset(move.figure or move.statement or DASH)
    return HEDGES[move.qualifier] + percent(move.reported, move.decimals)


def publisher(article: Article) -> str:
    """Name of the paper without its authors."""
    return outlet(article.publisher)


def outlet(name: str) -> str:
    """An outlet without its authors and without who carried its text.

    >>> outlet("AP (in the Richmond Sentinel)"), outlet("Newser, with AP")
    ('AP', 'Newser')
    """
    return name.split(",")[0].split(" (")[0]


def held(sessions: int, length: int) -> str:
    """What is added to a sum over a window of which sessions are missing; nothing if none is.

    >>> held(19, 21), held(21, 21)
    ('; it holds 19 of 21 sessions', '')
    """
    return "" if sessions == length else f"; it holds {sessions:,} of {length:,} sessions"
