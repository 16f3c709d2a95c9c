"""Spans that figures are measured over, as words, and the days on which those of the past ended."""

from __future__ import annotations

import datetime as dt
import re

from analysis.claims.calendar_words import DAY, MONTH_NUMBERS, MONTHS, NUMBER_WORDS, NUMBERS
from analysis.claims.days import weekday_beside

UNITS = "(?:week|month|quarter|year)"
DATE = rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{MONTHS})|(?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?"
NAMED = (
    rf"(?:{MONTHS})(?:,? (?:19|20)\d\d)?(?! \d)|(?:19|20)\d\d|"
    r"the (?:first|second|third|fourth|final) (?:quarter|half)(?: of (?:the year|(?:19|20)\d\d|last year))?"
)
# Kind, what it says, and the words, in the order in which they are tried.
SPANS: tuple[tuple[str, str], ...] = (
    ("ytd", r"\b(?:since|from) (?:the )?(?:start|beginning|turn) of (?:the|this|20\d\d)(?: year)?\b"),
    (
        "between",
        rf"\bbetween (?:{DATE}) and (?:{DATE})(?:,? \d{{4}})?|\bfrom (?:{DATE}) to (?:{DATE})(?:,? \d{{4}})?",
    ),
    (
        "since high",
        r"(?:\b(?:from|since|than|versus|against) |(?<=\bbelow )|(?<=\boff )|(?<=\bunder "
        r"))(?:(?:its|their|the|a|an|this|that|last|december|january|february|march|april|may|"
        r"june|july|august|september|october|november|\d{4}|year's|month's|recent|all-time|"
        r"record|historic|52-week|\w+-week|\w+-year|\w+-month|closing|post-ipo|pandemic|"
        r"pandemic-era|intraday|lifetime|year|2021's|'s) ?)*(?:peaks?|highs?|record(?: "
        r"highs?| close| level)?|highest(?: level| point| close)?|top)\b(?: of "
        r"[$£€]?\d[\d.,]*)?(?: (?:reached |hit |set |touched |seen |made )?(?:in|on|of|from|"
        r"at) (?:early |late |mid-)?(?:[A-Z][a-z]+\.?(?: \d{1,2})?(?:,? \d{4})?|\d{4}|[a-z]+)|"
        r" (?:reached|hit|set|touched) (?:earlier )?(?:this|last) (?:year|month|week)| a "
        r"(?:year|month|week) ago| (?:this|last) (?:year|month|week|spring|summer|autumn|winter)| "
        r"last (?:spring|summer|autumn|winter))?",
    ),
    (
        "since low",
        r"(?:\b(?:from|since|than)(?: hitting| reaching| touching| setting)? "
        r"|(?<=\babove )|(?<=\boff ))(?:(?:its|their|the|a|an|this|that|"
        r"last|january|february|march|april|may|june|july|august|september|october|november|"
        r"december|'s|\d{4}|year's|recent|all-time|record|historic|52-week|\w+-week|\w+-year|"
        r"\w+-month|closing|pandemic|intraday) ?)*(?:lows?|troughs?|lowest(?: level| point| "
        r"close)?|bottom)\b(?: of [$£€]?\d[\d.,]*)?(?: (?:reached |hit |set |touched |seen "
        r")?(?:in|on|of|from) (?:early |late |mid-)?(?:[A-Z][a-z]+\.?(?: \d{1,2})?(?:,? "
        r"\d{4})?|\d{4}|[a-z]+)| (?:reached|hit|set) (?:this|last) (?:year|month|week|spring|summer|"
        r"autumn|winter)| last (?:spring|summer|autumn|winter))?",
    ),
    (
        "since event",
        rf"\bsince(?=[.,;]|$)|\bon (?:the|its|their) (?:offer|issue|listing|float|flotation|IPO) price\b|"
        rf"\b(?<!not )(?:since|from) (?:(?:the|its|their|last|late|early|mid-?|that|then|his|her|this|a|"
        rf"an) ?)*(?:[a-z]+'s )?(?:{MONTHS}|{DAY}(?:'s)?|then|start|beginning|end|outbreak|"
        rf"launch|report|results|debut|listing|ipo|flotation|election|invasion|announcement|"
        rf"split|close|takeover|merger|offer|crisis|news|publication|disclosure|statement|day|"
        rf"weekend|onset|eve|release|unveiling|vote|referendum|inauguration|pandemic|war|"
        rf"\d{{4}})\b(?:'s)?(?: (?:of|in) (?:(?:the|its|last|this|early|late) "
        rf")?(?:[A-Za-z]+)(?: \d{{1,2}})?)?(?: \d{{1,2}}\b)?(?:,? \d{{4}})?(?: (?:close|report|"
        rf"results))?|\bsince (?:he|she|it|they|the company|the firm) (?!dropped|tumbled|plunged|"
        rf"slumped|gained|jumped|surged|"
        rf"rallied|climbed|declined|lost|slid|shed|crashed|soared|collapsed|slipped|sank)[a-z]+(?:ed|t|d)\b|"
        rf"\bsince (?:[A-Z]\w+ ){{1,4}}(?:published|reported|announced|released|took|said|"
        rf"launched|listed|invaded|began|was|won)\b(?: (?:its|the|his|her|office) ?(?:report|"
        rf"results|[a-z]+)?)?|\bsince going public\b|\bsince listing\b|\bafter going public\b|"
        r"\bsince (?:the|its|his|her) (?:[\w'-]+ ){1,9}?(?:began|started|kicked off|broke out)\b|"
        r"\bsince (?:the|its|his|her|their) (?:[a-z][\w'-]* ){0,3}[a-z][\w'-]*"
        r"(?= (?:to|last|in|on|as|while|after)\b|[.,;]|$)|"
        r"\bcompared (?:to|with) where\b|"
        r"\bthan (?:at|in|when|before|a (?:week|month|year) ago|on the day|it was|where)\b(?: the time of)?",
    ),
    ("same", r"\b(?:over|in|during|for) (?:the same|that) (?:period|time|stretch|span)\b"),
    (
        "1-month",
        r"\b(?:over|in|during|within) (?:the )?(?:(?:past|last) one|past|last|a|one) month\b|\bpast month\b|"
        r"\bfrom a month (?:ago|earlier)\b|\bone-month\b(?! high| low| peak)",
    ),
    (
        "1-week",
        r"\b(?:over|in|during|within) (?:the (?:past|last)|a|one) week\b|\bpast week\b|"
        r"\bweek-on-week\b|\bfrom a week (?:ago|earlier)\b|\bone-week\b(?! high| low| peak)",
    ),
    ("12-month", r"\b(?:over|in|during|within|for) (?:the (?:past|last)|(?:the )?(?:past|last) one) year\b"),
    (
        "last",
        rf"\b(?:(?:in|during|for|over) )?(?:the )?(?:last|previous|prior|preceding) {UNITS}\b(?!'s)|"
        rf"\b(?:in |during )?the {UNITS} (?:before|earlier)\b",
    ),
    (
        "named",
        rf"\b(?:in|during|for|over|throughout) (?:all of |the whole of |calendar |the month of )?"
        rf"(?:{NAMED})\b(?! from)|\b(?:{NAMED})'s(?= (?:\d|more|about|nearly|almost))",
    ),
    (
        "day",
        r"\bon the day\b|\b(?:one|single)-day\b|\bin (?:a|one) (?:single )?(?:day|session|"
        r"trading (?:day|session))\b|\bsingle-session\b|\bone-session\b|\bdaily\b|"
        r"\bday-over-day\b|\bovernight\b",
    ),
    (
        "ytd",
        r"\b(?:so far )?(?:this|in the current) (?:calendar )?year(?: so far| to date| "
        r"alone)?\b|\byear[- ]to[- ]date\b|\bytd\b|\b(?:for|on) the year\b|"
        r"\bsince (?:the )?new year\b|\bso far in 20\d\d\b|\bthus far this year\b|"
        r"\bin the year to date\b|\bfrom where it (?:started|began) the year\b",
    ),
    (
        "week",
        r"\b(?:so far )?(?:for|on|over|in|during) (?:the|this)(?: current)? week\b|\bthis week\b|"
        r"\bweekly\b(?! (?:[A-Z&]+ |options? |futures )?(?:expiry|report|data))|"
        r"\b(?:end(?:ed|ing)?|"
        r"finish(?:ed|ing)?|clos(?:ed|ing)) the week\b|\bfor "
        r"the holiday-shortened week\b",
    ),
    (
        "month",
        r"\b(?:so far )?(?:for|on|over|in|during) (?:the|this) month\b|\bthis month\b|"
        rf"\bmonthly\b|\bmonth[- ]to[- ]date\b|\bso far in (?:{MONTHS})\b",
    ),
    (
        "quarter",
        r"\b(?:for|over|in|during|on) (?:the|this) (?:current )?quarter\b|\bthis quarter\b|"
        r"\bquarterly\b(?= (?:gain|loss|drop|rise|fall|decline|advance|slide|performance))|"
        r"\bquarter to date\b|\bin the (?:past|last) three months of\b",
    ),
    (
        "12-month",
        r"\b(?:over|in|during|within|for|across) the (?:past|last|previous|preceding|latest) "
        r"(?:12|twelve) months\b|\b(?:past|last) (?:12|twelve) months\b|\b12-month\b(?! range)|"
        r"\b(?:over|in|during|within|for) (?:the )?(?:past|last|a|one) year\b|\bpast year\b|"
        r"\b(?:from|on) a year (?:ago|earlier)\b|\byear-on-year\b|\bin the year to [A-Z][a-z]+\b|"
        r"\bone-year\b(?! high| low| peak)",
    ),
    (
        "year",
        r"\bannual\b(?= (?:gain|loss|drop|rise|fall|decline|advance))",
    ),
    (
        "n-month",
        rf"\bbetween (?:{MONTHS}) and (?:{MONTHS})\b|\b(?:over|in|during|within|for|across) "
        rf"(?:the )?(?:(?:past|last|previous|preceding|space of|roughly|about|just|some|a "
        rf"matter of|course of|less than|more than|under|barely|nearly|almost) )*(?:the "
        rf")?(?:past )?(?:{NUMBERS}|few|several) months\b|\b(?:{NUMBERS})-month\b(?! (?:low|"
        rf"high|peak|trough))|\bin (?:recent|a matter of) months\b|\bin months\b|\b(?:past|"
        rf"last) (?:{NUMBERS}|few|several) months\b|"
        rf"\bhalf[- ]year\b|\b(?:in|during|over) (?:early|late|mid-?) ?20\d\d\b",
    ),
    (
        "n-year",
        rf"\b(?:over|in|during|within) (?:the )?(?:(?:past|last|previous) )?(?:{NUMBERS}|few|"
        rf"several) years\b(?! low| high)|\b(?:over|in) the (?:past|last) decade\b",
    ),
    (
        "n-week",
        rf"\b(?:over|in|during|within|for) (?:the )?(?:(?:past|last|previous|just|space of|"
        rf"less than|more than|under|about|barely|only|nearly|almost|the) )*(?:{NUMBERS}|few|"
        rf"several|a matter of) weeks\b|\b(?:{NUMBERS})-week\b(?! (?:low|high|peak|trough))|"
        rf"\bin recent weeks\b|\bin a (?:matter|couple) of weeks\b|\bin (?:a )?fortnight\b|"
        rf"\b(?:in|during) (?:early |late |mid-?)(?:{MONTHS})\b",
    ),
    (
        "n-day",
        rf"\b(?:over|in|during|within|for|across) (?:the )?(?:(?:past|last|previous|preceding|"
        rf"just|only|as many as|space of|course of|a span of|less than|more than|under|about|"
        rf"barely|nearly|almost) )*(?:the )?(?:{NUMBERS}|few|several|a couple of) (?:straight |"
        rf"consecutive |trading |successive )*(?:days|sessions)\b|\b(?:two|three|four|five|six|"
        rf"seven|eight|nine|ten|\d{{1,2}})-(?:day|session)\b(?! (?:low|high|average|moving))|"
        rf"\bin (?:recent|a matter of|as many) (?:days|sessions)\b|\b(?:past|last) "
        rf"(?:{NUMBERS}|few|several) (?:trading |straight |consecutive )?(?:days|sessions)\b|"
        rf"\bin days\b|\bwithin days\b|"
        rf"\b(?:in|over) the (?:{NUMBERS}) (?:trading )?(?:days|sessions) (?:before|to|up to)\b",
    ),
)

COUNTED = {word: str(n) for word, n in NUMBER_WORDS.items() if n > 1}
COUNTED |= {"couple": "2", "fortnight": "2", "decade": "10", "half": "6"}
PARTS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
OWN = ("last", "named")  # kinds that name a span of the calendar


def counted(kind: str, printed: str) -> str:
    """``n-day`` with the number that is printed, if one is.

    >>> counted("n-day", "over five sessions"), counted("n-week", "in recent weeks")
    ('5-day', 'n-week')
    """
    if not kind.startswith("n-"):
        return kind
    words = re.findall(r"\d+|[a-z]+", printed.lower())
    number = next((w if w.isdigit() else COUNTED[w] for w in words if w.isdigit() or w in COUNTED), "n")
    return kind.replace("n", number, 1)


def of_the_calendar(printed: str, today: dt.date | None) -> tuple[str, dt.date | None]:
    """A week, month, quarter or year that words name, and its last weekday, where it is past.

    "Last year" and "in January" are read beside a day; without one they stay as they are.

    >>> of_the_calendar("in 2023", None), of_the_calendar("last month", dt.date(2025, 1, 28))
    (('year', datetime.date(2023, 12, 29)), ('month', datetime.date(2024, 12, 31)))
    """
    words = printed.lower()
    year = re.search(r"(?:19|20)\d\d", words)
    number = int(year[0]) if year else None
    if part := re.search(r"(first|second|third|fourth|final) (quarter|half)", words):
        return _part(part[1], part[2], number, today, "last year" in words)
    if unit := re.search(rf"{UNITS}(?! of )", words):  # not "the month of May"
        return _last(unit[0], today) if today else (f"last {unit[0]}", None)
    if month := re.search(rf"\b({MONTHS})", words):
        return _month(MONTH_NUMBERS[month[1][:3]], number, today, month[1].title())
    return ("ytd", None) if today and number == today.year else ("year", _end(number or 1, 12))


def _last(unit: str, today: dt.date) -> tuple[str, dt.date]:
    if unit == "week":  # on a weekend the one that has just ended
        first = today if today.weekday() > 4 else today - dt.timedelta(days=today.weekday())
    else:
        month = {"month": today.month, "quarter": today.month - (today.month - 1) % 3, "year": 1}[unit]
        first = today.replace(month=month, day=1)
    return unit, weekday_beside(first, -1)


def _month(month: int, year: int | None, today: dt.date | None, printed: str) -> tuple[str, dt.date | None]:
    if year is None and today is None:
        return printed, None
    year = year or today.year - (month > today.month)  # type: ignore[union-attr]  # one is given
    if today and (year, month) == (today.year, today.month):
        return "month", None
    return "month", _end(year, month)


def _part(
    part: str, unit: str, year: int | None, today: dt.date | None, before: bool
) -> tuple[str, dt.date | None]:
    if year is None and today is None:
        return f"{part} {unit}", None
    length, span = (3, "quarter") if unit == "quarter" else (6, "6-month")
    last = min(PARTS[part] * length, 12)
    year = year or today.year - (before or last - length >= today.month)  # type: ignore[union-attr]  # one is given
    end = _end(year, last)
    return span, end if today is None or end < today else None


def _end(year: int, month: int) -> dt.date:
    """The last weekday of a month."""
    return weekday_beside(dt.date(year + month // 12, month % 12 + 1, 1), -1)
