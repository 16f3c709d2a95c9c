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
    r"|(?P<broken>(?<=[a-z])-[ ]?\n[ ]?(?=[a-z]))"
    r"|(?P<picture>[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]+)"
    r"|(?P<unseen>[\u00ad\u200b-\u200f\u2060\ufeff]+)",
    re.IGNORECASE | re.DOTALL,
)
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
WIDTH_OF_A_COLUMN = range(38, 601)  # lines whose broken words were joined count as one


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


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, one by one; list lines and headlines are sentences too."""
    plain, origin = _plain(text)
    for number, (start, end) in enumerate(_paragraphs(plain)):
        for line_start, line_end in _lines(plain, start, end):
            line = plain[line_start:line_end].replace("\n", " ")
            for first, last in split(line):
                for a, b in _pieces(line, first, last):
                    place = None if origin is None else tuple(origin[line_start + a : line_start + b])
                    yield Sentence(line[a:b], place, line_start + a, number)


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Text without markup and invisible characters, and the place of each character if any were left out."""
    same = text.translate(SAME_LENGTH)
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
    return html.unescape(found[0]).translate(SAME_LENGTH) if found["entity"] else ""


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a paragraph; as one where they were only broken to fit a column."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text[start:end])]
    if not lines:
        return
    if _is_wrapped([text[start + a : start + b].strip() for a, b in lines]):
        lines = [(lines[0][0], lines[-1][1])]
    yield from ((start + a, start + b) for a, b in lines)


def _is_wrapped(lines: list[str]) -> bool:
    full, open_ended = lines[:-1], [line for line in lines[:-1] if line and line[-1] not in ".!?:;|"]
    if not full or not any(line[:1].islower() for line in lines[1:]):
        return False
    return all(len(line) in WIDTH_OF_A_COLUMN for line in full) and 2 * len(open_ended) >= len(full)


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
