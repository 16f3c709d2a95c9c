"""Figures of a sentence: percentages, ranges of them, words for one, and amounts that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.claims.calendar_words import NUMBER_WORDS
from analysis.claims.words import DIRECTIONS, MOVES, STATE_PHASES

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,3},\d{1,2}(?![\d,])|\d{1,9}(?:\.\d{1,6})?|\.\d{1,6})"
UNIT = (
    r"(?:\s?%|\s?-?(?:per[\s-]?cent(?:age)?(?![a-z])|pct(?![a-z])|pc(?![a-z])|"
    r"per\s(?:sent|ent)(?![a-z]))|\s?p\.c\.)"
)
POINTS_BEHIND = r"(?!\s?-?(?:age|points?|pts?)\b)"
SIGN = r"(?:(?<![\w.,%])[+\u2013-]|(?<![\w-])(?:minus|plus)\s)"
WORDS_FOR_NUMBERS = {
    "half a": "0.5",
    "a": "1",
    **{word: str(n) for word, n in NUMBER_WORDS.items()},
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
}
SPELLED = "|".join(sorted(WORDS_FOR_NUMBERS, key=len, reverse=True))
PERCENT = re.compile(
    rf"(?P<near>~\s?)?(?P<sign>{SIGN})?(?P<low>{NUMBER})(?P<plus>\+)?(?P<unit>{UNIT})(?P<behind>-?plus\b|\+)?{POINTS_BEHIND}"
    rf"|(?<![\w-])(?P<word>{SPELLED})(?:\s|-)(?:per[\s-]?cent|pct|percent)(?![a-z]){POINTS_BEHIND}",
    re.IGNORECASE,
)
LOWER_END = re.compile(
    rf"(?P<sign>{SIGN})?(?<![\w.,$£€¥])(?P<low>{NUMBER})(?P<unit>{UNIT})?\s?(?P<to>-|"
    rf"\u2013|\u2014|to|and|or)\s?[+\u2013-]?$",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d")  # "24% in 2023 and 23% in 2024"
REACH = 24  # characters before a figure in which a range's lower end stands
FRACTIONS = {
    "half": "50",
    "third": "33",
    "quarter": "25",
    "fifth": "20",
    "sixth": "17",
    "tenth": "10",
    "two-thirds": "67",
    "two thirds": "67",
    "three-quarters": "75",
    "three quarters": "75",
    "two-fifths": "40",
    "two fifths": "40",
    "three-fifths": "60",
    "three fifths": "60",
    "four-fifths": "80",
    "four fifths": "80",
    "nine-tenths": "90",
    "nine tenths": "90",
}
FRACTION = re.compile(
    r"(?<![\w-])(?<!first )(?<!second )(?<!and )"
    r"(?:(?:a|an|one)[\s-](?P<one>half|third|quarter|fifth|sixth|tenth)|(?P<half>half)|"
    r"(?P<more>(?:two|three|four|nine)[\s-](?:thirds|quarters|fifths|tenths)))\b(?! of (?:a|one|1) per)"
    r"(?=\s(?:of|was|were|in|from|on|after|since|when|lower|higher|and|within|to|over|during|this|last|so|"
    r"by|but|while|before|as|with|at)\b|\s?[.,;)]|\s?$|\sthe\b|\sits\b)"
)
OF_ONE = {part: int(FRACTIONS[part]) / 100 for part in ("half", "third", "quarter", "fifth", "tenth")}
COUNTS = {word: n for word, n in NUMBER_WORDS.items() if n < 10}
OF_A_PERCENT = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>0?\.\d+)|(?:(?P<count>{'|'.join(COUNTS)}|an?)[\s-])?"
    rf"(?P<part>(?:{'|'.join(OF_ONE)})s?)) of (?:a|one|1) (?:percent|per cent|pct)\b(?!\s?-?points?)",
    re.IGNORECASE,
)
SCALE = r"(?:\s?-?(?:trillion|billion|million|trn|tn|bn|mn|m|lakh crore|crore|lakh)\b)?"
MONEY = re.compile(
    rf"(?:(?:US|AU|A|C|HK|NZ|S|NT|R)?[$£€¥₹₱]|\bP(?=\d)|\b(?:R|RM|Rp|Dh|SR|SAR|AED|QAR|ZAR|BRL|NOK|SEK|DKK|CHF|PLN|HKD|SGD)(?=\s?\d)|\bRs\.?|\bINR|\bUSD|\bEUR|"
    rf"\bGBP)\s?\d(?:[\d,]*\d)?(?:\.\d+)?{SCALE}"
    r"|\b\d[\d,]*(?:\.\d+)?(?:\s?-?(?:trillion|billion|million|trn|tn|bn|mn|lakh crore|crore|lakh))?"
    r"\s(?:euros?|dollars?|pounds?|yen|won|yuan|rupees?|crowns|kronor|kroner|francs|pence|"
    r"(?:(?:US|Singapore|Hong Kong|Australian|Canadian) )?cents?|sen|rand|reais|Swiss francs|"
    r"dirhams?|riyals?|dinars?|fils|baht|ringgit|rupiah|lira|pesos?|zlotys?|kr|öre|ore)\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?:points?|cents?|pence|penny|dollars?|euros?|pounds?|francs?)\b"
    r"|\b\d[\d,]*(?:\.\d+)?(?:[pc]\b|¢)"
)
POINTS = re.compile(r"\b(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s|-)(?:points?|pts)\b", re.IGNORECASE)
PLAIN = re.compile(NUMBER)
WITHOUT_A_SIGN = re.compile(
    r"(?<![\w.,$£€¥])(?P<low>\d{1,2}(?:\.\d{1,2})?)"
    r"(?:, | and |, and )(?:(?:the )?(?:[A-Z][\w&.'/-]*\s){1,4})?$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A percentage as printed: its digits, the upper end of a range, a sign printed with it."""

    start: int
    end: int
    value: str
    high: str | None = None
    sign: int | None = None
    words: str | None = None
    hedge: str | None = None


def figures(text: str) -> list[Figure]:
    """The percentages of a sentence and the words for one, in order."""
    parts = list(_of_a_percent(text))
    found: list[Figure] = []
    for match in PERCENT.finditer(text):
        if not any(part.start < match.end() and match.start() < part.end for part in parts):
            _join(text, match, found)
    found.extend(parts)
    for figure in [*found]:
        found.extend(_sharing_a_sign(text, figure, found))
    taken = [(figure.start, figure.end) for figure in found]
    found.extend(f for f in _fractions(text) if not any(a <= f.start < b for a, b in taken))
    return sorted(found, key=lambda figure: figure.start)


def _sharing_a_sign(text: str, figure: Figure, found: list[Figure]) -> Iterator[Figure]:
    """ "Fell 4.4, 3.9 and 2.8 per cent", "A fell 5.5 and B 4.2 percent": those without an own sign."""
    bare: list[re.Match[str]] = []
    end = figure.start
    while match := WITHOUT_A_SIGN.search(text[:end]):
        bare.append(match)
        end = match.start("low")
    before = text[:end].split()[-2:]
    verbal = any(word.lower() in table for word in before for table in (MOVES, STATE_PHASES, DIRECTIONS))
    for match in bare if verbal else ():
        start, stop = match.span("low")
        if not any(f.start < stop and start < f.end for f in found):
            yield Figure(start, stop, _digits(match["low"]))


def _of_a_percent(text: str) -> Iterator[Figure]:
    """ "0.4 of a percent", "three-tenths of one per cent"."""
    for match in OF_A_PERCENT.finditer(text):
        if match["digits"]:
            yield Figure(match.start(), match.end(), match["digits"])
        else:
            share = OF_ONE[match["part"].lower().rstrip("s")] * COUNTS.get((match["count"] or "").lower(), 1)
            yield Figure(match.start(), match.end(), f"{share:g}", words=match[0])


def _join(text: str, match: re.Match[str], found: list[Figure]) -> None:
    """Add a figure, as the upper end of a range where one begins before it."""
    figure = _single(match)
    begin = max(0, match.start() - REACH)
    lower = None if match["word"] else LOWER_END.search(text[begin : match.start()])
    if lower is None or (not lower["unit"] and YEAR.fullmatch(lower["low"])):
        found.append(figure)
        return
    start = begin + lower.start()
    earlier = found.pop() if found and found[-1].end > start else None
    sign = _sign(lower["sign"]) or (earlier.sign if earlier else None)
    if earlier is not None and earlier.high is not None:
        found += [earlier, figure]
    elif _are_points(lower, figure):
        found.append(figure)
    elif _is_range(text[max(0, start - REACH) : start], lower["to"].lower()):
        found.append(
            replace(
                figure,
                start=earlier.start if earlier else start,
                value=_digits(lower["low"]),
                high=figure.value,
                sign=sign,
            )
        )
    else:
        first = earlier or Figure(start, begin + lower.end("low"), _digits(lower["low"]), sign=sign)
        found += [first, figure] if earlier or lower["to"].lower() in ("and", "or") else [figure]


def _single(match: re.Match[str]) -> Figure:
    if match["word"]:
        return Figure(match.start(), match.end(), WORDS_FOR_NUMBERS[match["word"].lower()], words=match[0])
    hedge = "over" if match["plus"] or match["behind"] else "about" if match["near"] else None
    return Figure(match.start(), match.end(), _digits(match["low"]), sign=_sign(match["sign"]), hedge=hedge)


def _are_points(lower: re.Match[str], figure: Figure) -> bool:
    """ "Down 22.19 or 1.5%": a larger number without a sign of percent is one of points."""
    larger = float(_digits(lower["low"])) > float(figure.value)
    return lower["to"].lower() == "or" and not lower["unit"] and larger


def _is_range(before: str, to: str) -> bool:
    """ "4% and 5%" are two figures unless "between" stands before them."""
    return "between" in before.lower() if to in ("and", "or") else True


def _sign(printed: str | None) -> int | None:
    if not printed:
        return None
    return 1 if printed.strip().lower() in ("+", "plus") else -1


def _digits(printed: str) -> str:
    """The digits with a decimal point.

    >>> _digits("1,250"), _digits("3,4")
    ('1250', '3.4')
    """
    if re.fullmatch(r"\d+,\d{1,2}", printed):
        return printed.replace(",", ".")
    return printed.replace(",", "")


def _fractions(text: str) -> Iterator[Figure]:
    for match in FRACTION.finditer(text):
        key = (match["one"] or match["half"] or match["more"]).lower()
        if key in FRACTIONS:
            yield Figure(match.start(), match.end(), FRACTIONS[key], words=match[0])
