"""From a sentence to tagged tokens: names, movers, figures and the small words between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.claims.adjuncts import Adjunct, adjuncts
from analysis.claims.directory import Directory
from analysis.claims.figures import MONEY, POINTS, Figure, figures
from analysis.claims.names import named
from analysis.claims.tags import phrases, settled
from analysis.claims.tokens import Tagged, Token

TOKEN = re.compile(
    r"(?<!\w)\d{4,6}\.[A-Z]{1,2}\b|"  # Reuters' "7261.T"
    r"\d(?:[\d,]*\d)?(?:\.\d+)?(?![\w])|(?:[A-Z]\.){2,}|[A-Z]\.(?=\s[A-Z][a-z])|(?<=\w)'s\b|"
    r"(?:[^\W\d_]|[\d])(?:[\w]|[&.+/-](?=\w)|'(?!s\b)(?=\w))*|[&%$]|\n|[^\w\s]"
)
TICKER = re.compile(
    r"\s?<\.?[A-Z0-9]{1,8}(?:[.=][A-Z0-9]{1,4})?>|\(\.[A-Z0-9]{1,8}\)|\s\.[A-Z]{1,4}[0-9]{0,4}[A-Z0-9]{1,6}(?:\.[A-Z]{1,2})?\b|"
    r"\(\s*(?:(?P<exchange>[A-Za-z][A-Za-z "
    r"]{1,12}?)\s?[:\-]\s?)?(?P<ticker>\^?[A-Z0-9]{1,10}(?:[.\-][A-Z]{1,3})?)(?:\s(?P<country>[A-Z]{2}))?(?:\s?[;,/|"
    r"][^()]{0,60})?\s*\)|\s(?P<at>LON|LSE|AIM|ASX|NYSE|NASDAQ|TSX|NSE|BSE|SGX):\s?(?P<code>[A-Z0-9]{1,6})\b"
)
WIDGET = re.compile(
    r"(?<= )[A-Z][A-Z0-9.]{0,7}, [+\u2013-]\d{1,3}\.\d\d%(?= )"
)  # a quote that a page put behind a name


def tagged(text: str, directory: Directory) -> Tagged:
    """Tokens of a sentence without its phrases of time."""
    widgets = list(WIDGET.finditer(text))
    numbers = [f for f in figures(text) if not any(m.start() <= f.start < m.end() for m in widgets)]
    times = tuple(a for a in adjuncts(text) if not any(a.start < f.end and f.start < a.end for f in numbers))
    fixed = _fixed(text, numbers, times, [(m.start(), m.end()) for m in widgets])
    raw = list(_with_codes(_raw(text, fixed)))
    names = named(text, raw, directory)
    phrased = list(phrases(names))
    return Tagged(text, tuple(settled(phrased)), times)


def _fixed(
    text: str, numbers: Sequence[Figure], times: Sequence[Adjunct], widgets: Sequence[tuple[int, int]]
) -> list[Token]:
    """Stretches that are one token each: figures, times, tickers in brackets, amounts and points."""
    fixed = [Token(text[f.start : f.end], "", f.start, f.end, "FIG", figure=f) for f in numbers]
    fixed += [Token(text[a:b], "", a, b, "TICKER") for a, b in widgets]
    stretches = [(a.start, a.end, "TIME", "") for a in times]
    stretches += [(m.start(), m.end(), "TICKER", _ticker(m)) for m in TICKER.finditer(text)]
    stretches += [(m.start(), m.end(), "AMOUNT", "points") for m in POINTS.finditer(text)]
    stretches += [(m.start(), m.end(), "AMOUNT", "money") for m in MONEY.finditer(text)]
    for start, end, tag, note in stretches:
        if not any(start < t.end and t.start < end for t in fixed):
            fixed.append(Token(text[start:end], "", start, end, tag, note=note))
    return sorted(fixed, key=lambda token: token.start)


CODE = re.compile(r"[A-Z0-9]{1,6}\.[A-Z]{1,2}|[A-Z]{1,4}[cv]\d")  # Reuters': "TD.TO", "CLc1"


def _with_codes(raw: Iterator[Token]) -> Iterator[Token]:
    """Codes that stand bare behind a name or a commodity: "Toronto-Dominion Bank TD.TO", "oil CLc1"."""
    before: Token | None = None
    for token in raw:
        named = before is not None and (before.text[0].isupper() or "c" in token.text)
        if token.tag == "WORD" and named and CODE.fullmatch(token.text) and before is not None:
            token = replace(token, tag="TICKER") if before.end + 1 == token.start else token
        yield token
        before = token


def _ticker(match: re.Match[str]) -> str:
    where = match["exchange"] or match["country"] or match["at"] or ""
    ticker = match["ticker"] or match["code"]
    return f"{where.strip().lower()}:{ticker}" if ticker else ""


def _raw(text: str, fixed: Sequence[Token]) -> Iterator[Token]:
    position = 0
    for token in [*fixed, None]:
        end = len(text) if token is None else token.start
        for match in TOKEN.finditer(text, position, end):
            yield Token(match[0], match[0].lower(), match.start(), match.end(), "WORD")
        if token is not None:
            if token.tag != "TIME":
                yield token
            position = token.end
