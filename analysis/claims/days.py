"""Days that words fix, and what is known of when a figure was taken."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from analysis.claims.calendar_words import DAY, DAYS, MONTH_NUMBERS, MONTHS

DATES = re.compile(
    rf"\b(?:on |for |of |in )?(?P<weekday>{DAY})(?:'s(?: (?:session|trading|"
    rf"trade))?)?(?P<part>\s(?:morning|afternoon|evening|night))?"
    rf"(?:,?\s?\(?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m1>{MONTHS})\)?|"
    rf",?\s\(?(?P<m2>{MONTHS})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\)?)?(?:,?\s(?P<y1>(?:19|"
    rf"20)\d\d))?\b"
    rf"|\b(?:on |of )?(?P<m3>{MONTHS})\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y3>(?:19|20)\d\d))?\b"
    rf"|\b(?:on |of )?(?:the )?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of "
    rf")?(?P<m4>{MONTHS})(?:,?\s(?P<y4>(?:19|20)\d\d))?\b"
    r"|\b(?P<before>yesterday|(?:in |on |during |from )?the (?:previous|prior|preceding) "
    r"(?:session|day|trading day|trading session)(?:'s)?|(?:a|the|one) (?:day|session) (?:earlier|ago)|"
    r"(?:a|the|one) (?:day|session) (?:before|prior)(?=\s?[.,;:)]|\s?$| (?:in|on|at|to|by|and|but|as|with) )|"
    r"(?:in )?the last session)(?!\w)"
    r"|\b(?P<after>(?:on |in )?the (?:next|following) (?:trading )?(?:day|session)|(?:a|the|one) "
    r"(?:day|session) (?:later|after)(?=\s?[.,;:)]|\s?$| (?:in|on|at|to|by|and|but|as|with) ))(?!\w)"
    r"|\b(?P<today>today|(?:on )?the day(?! (?:before|after|earlier)))\b"
    r"|\b(?:at )?(?:around |about )?(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Basis, period and day of a move, and the words that said so."""

    basis: str
    period: str
    date: dt.date | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The days beside which words for days are read.

    `article` is that of its weekdays ("Monday"), `today` that of spans ("last year"); `is_dated` says whether
    the text was written on it, so that it is what "today" means.
    """

    article: dt.date | None
    today: dt.date | None
    is_dated: bool


def weekday_beside(day: dt.date, step: int) -> dt.date:
    """The weekday before or after a day."""
    found = day + dt.timedelta(days=step)
    while found.weekday() > 4:
        found += dt.timedelta(days=step)
    return found


def day_of(printed: str, article: dt.date | None) -> dt.date | None:
    """The day of words like "Monday", "27 January 2025" or "today", read beside an article's date.

    >>> day_of("on Monday", dt.date(2025, 1, 29)), day_of("27 January 2025", None), day_of("Monday", None)
    (datetime.date(2025, 1, 27), datetime.date(2025, 1, 27), None)
    """
    match = DATES.search(printed)
    if match is None:
        return None
    if match["iso"]:
        return _iso(match["iso"])
    for number in "1234":
        if match[f"m{number}"]:
            return _calendar_day(
                match[f"d{number}"],
                match[f"m{number}"],
                match["y1" if number == "2" else f"y{number}"],
                article,
            )
    if article is None:
        return None
    if match["weekday"]:
        back = (article.weekday() - DAYS.index(match["weekday"].lower())) % 7
        return article - dt.timedelta(days=back)
    return article if match["today"] else None


def _iso(printed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(printed)
    except ValueError:
        return None


def _calendar_day(day: str, month: str, year: str | None, article: dt.date | None) -> dt.date | None:
    if year is None and article is None:
        return None
    number = MONTH_NUMBERS[month.lower()[:3]]
    try:
        found = dt.date(int(year) if year else article.year, number, int(day))  # type: ignore[union-attr]  # one is given
    except ValueError:
        return None
    if year is None and article is not None and (found - article).days > 7:
        return dt.date(article.year - 1, number, int(day)) if (number, int(day)) != (2, 29) else None
    return found


def dateline(text: str) -> dt.date | None:
    """The article's date, where its first lines print one in full."""
    for match in DATES.finditer(text[:600]):
        found = day_of(match[0], None)
        if found is not None:
            return found
    return None
