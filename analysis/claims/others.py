"""Moves that are no percentage: points, market value, levels, ranks and superlatives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.memory import Memory, Subject
from analysis.claims.proposal import Proposal
from analysis.claims.subjects import Nouns
from analysis.claims.text import Sentence
from analysis.claims.tokens import Tagged

MARKET_VALUE = re.compile(
    r"\b(?P<verb>wip(?:ed|ing)|eras(?:ed|ing)|lost|los(?:es|ing)|shed(?:ding)?|knock(?:ed|"
    r"ing)|add(?:ed|ing)|gain(?:ed|ing)|shav(?:ed|ing))\b"
    r"[^.;%]{0,40}?(?P<money>[$£€¥]\s?[\d.,]+\s?(?:trillion|billion|million|trn|tn|bn|mn|"
    r"m)\b)[^.;%]{0,60}?\b(?:market|stock) (?:value|cap\w*|valuation)\b",
    re.IGNORECASE,
)
LEVEL = re.compile(
    r"\b(?:(?:\w+(?:-|\s)(?:day|week|month|year)|record|all-time|(?:more "
    r"than )?(?:one|two|three|four|five|six|seven|eight|nine|ten)-\w+) (?:low|high|"
    r"peak|trough)s?"
    r"|(?:lowest|highest) (?:level |close |closing level |point )?(?:since|in)\b[^,.;]{2,40})\b",
    re.IGNORECASE,
)
RANK = re.compile(
    r"\b(?:biggest|largest|worst|best|top|heaviest)(?:[- ]performing| percentage)? "
    r"(?:loser|gainer|faller|riser|decliner|performer|drag|weight|advancer|"
    r"laggard)s?\b[^,.;]{0,50}"
    r"|\b(?:bottom|foot|top) of the (?:STOXX|Stoxx|FTSE|DAX|S&P|Nasdaq|Dow|CAC|AEX|index|Nikkei)[^,.;]{0,20}",
    re.IGNORECASE,
)
SUPERLATIVE = re.compile(
    r"\b(?:biggest|largest|worst|best|steepest|sharpest|weakest|strongest|deepest) "
    r"(?:[a-z]+[- ]){0,3}?(?:day|week|month|quarter|drop|fall|decline|slide|loss|"
    r"gain|rise|jump|rally|session|performance|sell-off|selloff|rout|plunge|slump|run|"
    r"advance|tumble)\b[^,.;]{0,12}?\b(?:since|in|ever|on record|for)\b[^,.;]{0,40}",
    re.IGNORECASE,
)
DOWN = ("wip", "eras", "los", "shed", "knock", "shav")
DOWNWARD = frozenset(
    "worst loser faller decliner drag weight laggard drop fall decline slide loss "
    "sell-off selloff rout plunge slump tumble weakest low trough lowest".split()
)
UPWARD = frozenset(
    "best gainer riser advancer gain rise jump rally advance strongest high peak highest top".split()
)


def others(sentence: Sentence, read: Tagged, nouns: Nouns, memory: Memory) -> Iterator[Proposal]:
    """What a sentence says in points, money, levels and ranks."""
    subjects = [(t.start, nouns.subject(t)) for t in read.tokens if t.tag == "NAME" and t.note == "known"]
    moving = bool(subjects) or any(
        t.tag in ("MOVE", "NOUN", "DIR", "SHARE", "INDEX", "STATE") for t in read.tokens
    )
    if not moving:
        return
    yield from _points(sentence, read, subjects, memory)
    for basis, rule in (
        ("market_value", MARKET_VALUE),
        ("level", LEVEL),
        ("rank", RANK),
        ("superlative", SUPERLATIVE),
    ):
        for match in rule.finditer(read.text):
            if basis == "rank":
                subject = _ranked(subjects, match, memory)
            else:
                subject = _nearest(subjects, match.start()) or memory.firm()
            if subject is not None:
                value = match["money"] if basis == "market_value" else None
                yield _other(
                    sentence,
                    match.start(),
                    match.end(),
                    subject,
                    basis,
                    _sign(match, basis),
                    value,
                    memory,
                )


def _points(
    sentence: Sentence, read: Tagged, subjects: list[tuple[int, Subject]], memory: Memory
) -> Iterator[Proposal]:
    for position, token in enumerate(read.tokens):
        if token.tag != "AMOUNT" or token.note != "points":
            continue
        near = [t for t in read.tokens[max(0, position - 2) : position] if t.tag in ("MOVE", "DIR")]
        near += [t for t in read.tokens[position + 1 : position + 4] if t.tag == "DIR"]
        subject = _nearest([s for s in subjects if s[1].kind in ("index", "future")], token.start)
        if near and subject is not None:
            number = token.text.rsplit(maxsplit=1)[0].split("-")[0]
            yield _other(sentence, token.start, token.end, subject, "points", near[0].sign, number, memory)


def _ranked(subjects: list[tuple[int, Subject]], match: re.Match[str], memory: Memory) -> Subject | None:
    """The share that a rank is given to, before the words, behind them or in an earlier sentence."""
    firms = [(start, subject) for start, subject in subjects if subject.is_firm]
    parted = match.string.rfind(";", 0, match.start())
    before = [subject for start, subject in firms if parted < start < match.start()]
    behind = [subject for start, subject in firms if start > match.start()]
    copula = re.match(r"[^;]{0,60}?\b(?:was|were|is|being)\b", match.string[match.start() :])
    if behind and (copula or not before):
        return behind[0]
    return before[-1] if before else memory.firm()


def _nearest(subjects: list[tuple[int, Subject]], position: int) -> Subject | None:
    before = [subject for start, subject in subjects if start < position]
    return before[-1] if before else (subjects[0][1] if subjects else None)


def _sign(match: re.Match[str], basis: str) -> int | None:
    if basis == "market_value":
        return -1 if match["verb"].lower().startswith(DOWN) else 1
    words = set(match[0].lower().replace("-performing", " ").split())
    if words & DOWNWARD:
        return -1
    return 1 if words & UPWARD else None


def _other(
    sentence: Sentence,
    first: int,
    last: int,
    subject: Subject,
    basis: str,
    sign: int | None,
    value: str | None,
    memory: Memory,
) -> Proposal:
    start, end = sentence.span(first, last)
    words = sentence.words(first, last, memory.text[start:end])
    return Proposal(
        text=words,
        start=start,
        end=end,
        subject=subject.name,
        mention=None,
        symbol=memory.symbol_of(subject, sentence.text, sentence.text),
        sign=sign,
        value=value,
        value_high=None,
        value_text=None if basis in ("points", "market_value") else words,
        qualifier="exact",
        basis=basis,  # type: ignore[arg-type]  # the tables hold no other
        period="day",
        date=None,
        confidence=0.7,
        why=f"{basis.replace('_', ' ')}, subject {subject.name}",
    )
