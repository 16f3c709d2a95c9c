"""Phrases that say when: phases of a session, times of day, days, and spans of more than a session."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.claims.calendar_words import MONTHS
from analysis.claims.days import DATES
from analysis.claims.phases import PHASES
from analysis.claims.spans import SPANS

FILLERS = re.compile(
    rf"\b(?:in|since|from|until|of|for|by|through|during) (?:early |late |"
    rf"mid-)?(?:{MONTHS})(?:,? (?:19|20)\d\d)?\b|\b(?:in|of|since|until) (?:19|20)\d\d\b|"
    r"\bon the (?:news|announcement|report|back of|JSE|BSE|NSE|New York Stock Exchange|"
    r"Nasdaq(?: Stock Market)?(?! \d|-\d| [A-Z]| fut)|London Stock Exchange|Stock "
    r"Exchange|Tokyo Stock Exchange|Euronext(?: \w+)?)\b|\bstateside\b|\bin response\b|"
    r"\brespectively,?|,? on average,?|\bapiece\b|\bas a (?:result|whole|group)\b"
    r"|\bin (?:heavy|light|thin) volume\b|\b(?:a|per) share\b|\btogether\b|\bin a row\b|"
    r"\bstraight\b|\bin the wake of\b"
    r"|\bin (?:New York|London|Frankfurt|Paris|Tokyo|Hong Kong|Amsterdam|Milan|Madrid|"
    r"Zurich|Copenhagen|Stockholm|Oslo|Helsinki|Sydney|Seoul|Mumbai|Shanghai|Shenzhen|"
    r"Singapore|Taipei|Toronto|Brussels|Dublin|Lisbon|Vienna)\b,?(?= (?:on|after|at|by|in|"
    r"to|and|as|when|before|while|trading|where)\b|[.;)]|$)",
    re.IGNORECASE,
)
PHASE_RULES = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in PHASES)
SPAN_RULES = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in SPANS)


@dataclass(frozen=True, slots=True)
class Adjunct:
    """A phrase of time: `group` is phase, span, date or filler; `kind` what it says."""

    start: int
    end: int
    group: str
    kind: str


SUPERLATIVE = re.compile(
    r"\b(?:most|worst|best|biggest|largest|steepest|sharpest|lowest|highest|first|longest|"
    r"weakest|strongest|deepest|heaviest|"
    r"fastest|greatest|smallest|slowest|least|poorest|busiest|since at least|bleakest|"
    r"cheapest)\b[^,;:%]{0,70}$",
    re.IGNORECASE,
)
BROKEN = re.compile(r"\b(?:snap|end|halt|break|broke|cap)\w* (?:a|an|its|their|the) $", re.IGNORECASE)
EXTREMES = ("since high", "since low")
LOOK_BACK = 90


def adjuncts(text: str) -> list[Adjunct]:
    """Phrases of time in a sentence, in order, none within another."""
    found: list[Adjunct] = []
    for rules, group in ((SPAN_RULES, "span"), (PHASE_RULES, "phase")):
        for kind, words in rules:
            _take(found, [(m.start(), m.end(), group, _kind(text, m, kind)) for m in words.finditer(text)])
    _take(found, [(m.start(), m.end(), "date", m[0]) for m in DATES.finditer(text)])
    _take(found, [(m.start(), m.end(), "filler", "") for m in FILLERS.finditer(text)])
    return sorted(found, key=lambda adjunct: adjunct.start)


def _kind(text: str, match: re.Match[str], kind: str) -> str:
    """Empty where the span belongs to a superlative ("the worst day since March")."""
    before = text[max(0, match.start() - LOOK_BACK) : match.start()]
    if BROKEN.search(before):
        return ""
    kept = kind in ("day", *EXTREMES) or match[0].lower().startswith("so far")
    return "" if not kept and SUPERLATIVE.search(before) else kind


def _take(found: list[Adjunct], candidates: list[tuple[int, int, str, str]]) -> None:
    for start, end, group, kind in candidates:
        if start < end and not any(start < other.end and other.start < end for other in found):
            found.append(Adjunct(start, end, group, kind))
