"""From pasted text to sentences whose characters can be traced back to the input."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

SAME_LENGTH = str.maketrans(
    {
        "\u00a0": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u200a": " ",
        "\t": " ",
        "\r": " ",
        "\x0b": " ",
        "\x0c": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "\ufe63": "-",
        "\uff0d": "-",
        "\u2012": "\u2013",
        "\u2015": "\u2014",
        "\uff05": "%",
        "\ufe6a": "%",
    }
)
BLOCKS = "p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|section|article|header|footer|blockquote|figcaption|figure"
MARKUP = re.compile(
    r"(?P<hidden><(script|style)\b[^>]{0,500}>.*?</\2\s*>|<!--.*?-->)"
    rf"|(?P<block></?(?:{BLOCKS})\b[^<>]{{0,2000}}>)"
    r"|(?P<inline></?[a-z][a-z0-9-]{0,20}(?:\s[^<>]{0,2000})?/?>)"
    r"|(?P<entity>&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});)"
    r"|(?P<broken>(?<=\w)-[ ]*\v[ ]*(?=\w))"
    r"|(?P<blank>\v[ \v]*|[ ][ \v]+|[ ](?=\n)|(?<=\n)[ ])"
    r"|(?P<picture>[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+)"
    r"|(?P<unseen>[\u00ad\u200b-\u200f\u2060\ufeff]+)",
    re.IGNORECASE | re.DOTALL,
)
TAGGED = re.compile(r"</?[a-z!]|&#?\w+;|<!--", re.IGNORECASE)
BLANK_LINE = re.compile(r"\n[ ]*\n\s*")
ABBREVIATED = (
    "inc|corp|co|ltd|plc|mr|mrs|ms|dr|st|no|nos|vs|jan|feb|mar|apr|jun|jul|aug|sept?|oct|"
    "nov|dec|bros|est|approx|cos|"
    "gov|sen|rep|prof|gen|rs|u\\.s|u\\.k|e\\.u|a\\.m|p\\.m|n\\.v|s\\.a|s\\.p|l\\.p|jr|ser|p|e\\.g|i\\.e|[a-z]"
)
END = re.compile(
    r"(?<![\s(])(?P<stop>[.!?]+[\"')\]]*)\s+(?=[\"'(\[]?[A-Z0-9\u00c0-\u00de$£€+\u2013-])|\s[•·▪]\s"
    r"|(?<=[a-z]{3})(?P<glued>\.)(?!Com|Net|Org)(?=[A-Z][a-z]+[ ,'])"
)
ABBREVIATION = re.compile(rf"(?:^|[\s(\"'])(?:{ABBREVIATED})$", re.IGNORECASE)
BULLET = re.compile(r"^[\s*•·▪●■▶–—>-]+(?=\s)")
LONGEST_SENTENCE = 900  # characters
COLUMN = 120  # characters: wider lines are paragraphs of their own
ITEM = re.compile(r"%\)?$|[:|]$")  # how lines of lists end
RAGGED = 0.8  # of the widest line: what a line that was broken to fit a column reaches with its next word
BULLETED = re.compile(r"[*\u2022\u00b7\u25aa\u25cf\u25a0\u25b6>]|[\u2013\u2014-] ?[A-Z]")
ENDED = re.compile(r"[.!?][\"')\]]*$")
GOES_ON = re.compile(  # at the end of a line that is not the last of its sentence
    r"(?:,|\w-|\b(?:the|an?|of|in|on|at|by|to|for|from|and|or|but|with|as|while|after|its|their|than|"
    r"was|were|is|are|about|nearly|almost|over|more|per))$",
    re.IGNORECASE,
)
# Compounds keep the hyphen at which a line was broken; "chip-/maker" loses it.
COMPOUND = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|day|week|month|year|record|after|mid|early|"
    r"late|long|short|all|blue|double|single|third|second|first|half|full|tech|low|high|pre|post|\d+)-$"
    r"|-(?:day|week|month|year|quarter|session|high|low|time|listed|traded|based|hours|share|heavy|chip|care|"
    r"cap|largest|biggest|owned|related|wide)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in plain characters, and where each of them stands in the input."""

    text: str
    origin: tuple[int, ...] | None
    first: int
    paragraph: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the input, half open, for characters of the sentence."""
        if self.origin is None:
            return self.first + start, self.first + end
        return self.origin[start], self.origin[end - 1] + 1

    def words(self, start: int, end: int, printed: str) -> str:
        """Characters of the sentence as the input has them (`printed`), or without its markup."""
        return " ".join(self.text[start:end].split()) if TAGGED.search(printed) else printed


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, one by one; list lines and headlines are sentences too."""
    plain, origin = _plain(text)
    for number, (start, end) in enumerate(_paragraphs(plain)):
        for line_start, line_end in _lines(plain, start, end):
            line = plain[line_start:line_end]
            for first, last in split(line):
                for a, b in _pieces(line, first, last):
                    place = None if origin is None else tuple(origin[line_start + a : line_start + b])
                    yield Sentence(line[a:b], place, line_start + a, number)


def plain(text: str) -> str:
    """A text without markup, invisible characters and the line breaks of a column."""
    return _plain(text)[0]


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Text without markup and invisible characters, and the place of each character if any were left out."""
    same = _unwrapped(text.translate(SAME_LENGTH))
    if not MARKUP.search(same):
        return same, None
    parts: list[str] = []
    origin: list[int] = []
    last = 0
    for found in MARKUP.finditer(same):
        parts.append(same[last : found.start()])
        origin.extend(range(last, found.start()))
        instead = _instead(found)
        parts.append(instead)
        origin.extend([found.start()] * len(instead))
        last = found.end()
    parts.append(same[last:])
    origin.extend(range(last, len(same)))
    return "".join(parts), origin


def _instead(found: re.Match[str]) -> str:
    if found["block"]:
        return "\n\n"
    if found["picture"]:
        return " "
    if found["blank"]:
        return "" if "\n" in found.string[max(0, found.start() - 1) : found.end() + 1] else " "
    if found["broken"]:
        return _hyphened(found)
    return html.unescape(found[0]).translate(SAME_LENGTH) if found["entity"] else ""


def _hyphened(found: re.Match[str]) -> str:
    """What stands for a hyphen at the end of a line: nothing within a word, itself in a compound."""
    text = found.string
    left = text[max(0, found.start() - 30) : found.start()].split()[-1]
    right = text[found.end() : found.end() + 30].split()[0]
    whole = left[-1].islower() and right[0].islower()
    return "-" if not whole or COMPOUND.search(f"{left}-") or COMPOUND.search(f"-{right}") else ""


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    yield from (
        (start + found.start(), start + found.end()) for found in re.finditer(r"[^\n]+", text[start:end])
    )


def _unwrapped(text: str) -> str:
    """The text with a vertical tab for every line break that only fits a paragraph into a column."""
    out = list(text)
    for start, end in _paragraphs(text):
        if "\n" not in text[start:end]:
            continue
        breaks = [start + found.start() for found in re.finditer("\n", text[start:end])]
        lines = [line.strip() for line in text[start:end].split("\n")]
        width, prose = max(map(len, lines)), _is_prose(lines)
        for place, at in enumerate(breaks):
            if _is_wrapped(lines[place], lines[place + 1], width, prose, place == 0):
                out[at] = "\v"
    return "".join(out)


def _is_prose(lines: list[str]) -> bool:
    """Whether the lines are parts of sentences, no list: one begins small, or ends where none can."""
    if 2 * sum(bool(ITEM.search(line)) for line in lines) > len(lines) > 2:
        return False
    inner = any(line[:1].islower() for line in lines[1:]) or any(GOES_ON.search(x) for x in lines[:-1])
    return inner or bool(ENDED.search(lines[-1]))


def _is_wrapped(line: str, following: str, width: int, prose: bool, first: bool) -> bool:
    """Whether a sentence goes on in the following line; a first line that does not may be a headline."""
    if not line or not following or BULLETED.match(following):
        return False
    if following[0].islower() or following[0] in "%),;." or GOES_ON.search(line):
        return True
    full = len(line) + 1 + len(following.split()[0]) > RAGGED * width
    headline = first and following[0].isupper() and line.count(" ") > 2
    return prose and (full or (width <= COLUMN and not headline))


def _pieces(line: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A sentence, or parts of it where it is longer than any that a person writes (a table, noise)."""
    while first < last:
        end = (
            last if last - first <= LONGEST_SENTENCE else line.rfind(" ", first + 1, first + LONGEST_SENTENCE)
        )
        end = end if end > first else first + LONGEST_SENTENCE
        if line[first:end].strip():
            yield first, end
        first = end


def split(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of one line begin and end."""
    bullet = BULLET.match(text)
    start = bullet.end() if bullet else 0
    for stop in END.finditer(text, start):
        if stop["stop"] == "." and ABBREVIATION.search(text[max(start, stop.start() - 8) : stop.start()]):
            continue
        yield start, stop.start("stop") + len(stop["stop"]) if stop["stop"] else stop.start()
        start = stop.end()
    yield start, len(text)
