"""Which price a figure speaks of, over which time, on which day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.claims.adjuncts import Adjunct
from analysis.claims.days import DATES, Reference, Timing, day_of, weekday_beside
from analysis.claims.spans import OWN, counted, of_the_calendar
from analysis.claims.tokens import Token

BESIDE = frozenset("NOUN DIR ADV AMOUNT WORD PREP DET RP LP SHARE PRON".split())  # of a figure's own words
STRONG = ("premarket", "afterhours")
TURNING = re.compile(
    r"^[\s,]*(?:on [A-Z]\w+day\s?)?(?:before|and then|but)\s(?:then )?(?:it "
    r")?(?:par(?:ing|ed)|trimm(?:ing|ed)|recover\w*|rebound\w*|eras(?:ing|ed)|"
    r"bounc(?:ing|ed)|revers(?:ing|ed)|eas(?:ing|ed)|retreat\w*|giving|gave|recoup\w*|"
    r"regain\w*|stabilis\w*|stabiliz\w*|clawing|clawed|cutting|narrow\w*|"
    r"clos(?:ing|ed)|settl(?:ing|ed)|end(?:ing|ed)|finish(?:ing|ed)|steadying|falling "
    r"back|climbing back|slipping back|coming back|reducing|edging back)\b",
    re.IGNORECASE,
)

RECORD = re.compile(r"\b(?:since|than) (?:a|an|the|its|it|they)(?: \w+)? $")
UNTIL = re.compile(r"\b(?:before|until|till|through|ahead of) $", re.IGNORECASE)  # Friday, it had gained 34%
LEADING_AWAY = frozenset(
    "after since before from when as following than despite which who whose once until if had already was "
    "last earlier previous".split()
)
UNDOING = re.compile(  # a move that was over by the close, whatever the sentence says of the close
    r"\b(?:eras(?:ed|es|ing)|par(?:ed|es|ing)|trimm(?:ed|ing)|revers(?:ed|es|ing)|wip(?:ed|es|ing) out|"
    r"(?:gave|gives?|giving) (?:back|up))\s(?:[\w-]+\s){0,4}$",
    re.IGNORECASE,
)
A_MOVE = re.compile(
    r"^\W*(?:percent |per cent |pct )?(?:[\w-]+ )?(?:gain|rise|advance|rally|jump|loss|drop|fall|decline)\b"
)


A_MOVE_OF = re.compile(
    r"\b(?:gain|rise|advance|rally|jump|loss|drop|fall|decline|slide) of (?:about |as much as |"
    r"nearly |almost )?$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """The stretch of a sentence that belongs to a figure: from its clause's subject to the next one's."""

    start: int
    figure_start: int
    figure_end: int
    end: int
    before: int  # where the figure before ended


PARTED = frozenset(
    "after when as while since because but before despite which where leaving said that if".split()
)
ONCE = ("at one", "at some", "At one", "At some")  # "at one point": the low of a fall, the high of a rise


class Times:
    """The phrases of time of one sentence."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        adjuncts: Sequence[Adjunct],
        reference: Reference,
        spoken: Timing | None,
    ) -> None:
        self.text, self.tokens, self.adjuncts, self.reference = text, tokens, adjuncts, reference
        self.spoken = spoken  # the span of the last figure that had one

    def of(self, region: Region, state: str, is_future: bool, up_to: bool, sign: int, heading: str) -> Timing:
        """Timing of a figure; `state` is what its verb says (closed), `heading` what the list's says."""
        own = [a for a in self.adjuncts if self._belongs(a, region)]
        fronted = [a for a in self.adjuncts if a not in own and self._is_fronted(a, region)]
        date = self._date(own) or self._date(fronted)
        has_day = any(a.group == "date" for a in own)
        span = self._span(own) or ("" if has_day else self._span(fronted))
        if span and span != "day":
            return self._spanned(span, [a for a in (*own, *fronted) if a.kind == span], date)
        phase = self._phase(own, region) or state or self._phase(fronted, region) or heading
        if phase == "intraday" and (led := self._phase(fronted, region)) in STRONG:
            phase = led  # "in after-hours trading, X was down 10% as of 4:50 PM"
        if phase == "low" and sign > 0 and any(self.text.startswith(ONCE, a.start) for a in own):
            phase = "high"
        if is_future:
            return Timing("futures", "day", date, "a future")
        if up_to and phase not in STRONG:
            phase = "low" if sign < 0 else "high"
        if phase in ("", "close") and self._is_undone(region):
            phase = "intraday"
        if phase in ("", "intraday") and self._turns(region):
            phase = "low" if sign < 0 else "high"
        return Timing(phase or "unknown", "day", date, phase)

    def carried(self, region: Region, before: Timing | None) -> dt.date | None:
        """The day that the sentence has named, where no "after" or "since" leads away from it."""
        if before is not None:
            day, start = (before.date if before.period == "day" else None), region.before
        else:
            led = [a for a in self.adjuncts if a.group == "date" and a.end <= region.start]
            led = [a for a in led if self.text[a.end :].lstrip(", ").startswith("with ")]
            day, start = self._date(led), max((a.end for a in led), default=0)
        between = {t.lower for t in self._between(start, region.figure_start)}
        return None if between & LEADING_AWAY else day

    def _between(self, start: int, end: int) -> list[Token]:
        """The tokens that begin between two characters."""
        return [t for t in self.tokens if start <= t.start < end]

    def _spanned(self, span: str, adjuncts: Sequence[Adjunct], date: dt.date | None) -> Timing:
        """The timing of a figure over a span; "the same period" is that of the figure before."""
        printed = self.text[adjuncts[0].start : adjuncts[0].end]
        if span == "same":
            return self.spoken or Timing("period", printed, date, printed)
        if span in OWN:
            period, end = of_the_calendar(printed, self.reference.today)
            return Timing("period", period, end, printed)
        if span == "between":
            opening, closing = (m[0] for m in list(DATES.finditer(printed))[:2])
            until = self.day(closing)
            since = day_of(opening, until)
            return Timing("period", f"since {since}" if since else "since event", until, printed)
        return Timing("period", counted(span, printed), date, span)

    def _turns(self, region: Region) -> bool:
        return bool(TURNING.match(self.text[region.figure_end : region.figure_end + 60]))

    def _is_undone(self, region: Region) -> bool:
        """ "... erased a 5% gain to close flat"."""
        before, after = self.text[region.start : region.figure_start], self.text[region.figure_end :]
        return bool(UNDOING.search(before) and (A_MOVE.match(after) or A_MOVE_OF.search(before)))

    def _belongs(self, adjunct: Adjunct, region: Region) -> bool:
        if region.before <= adjunct.start < region.figure_start and self._is_of_the_figure_before(
            adjunct, region
        ):
            return False
        if adjunct.kind in OWN and not self._is_attached(adjunct, region):
            return False
        if adjunct.kind in (*OWN, "since event") and RECORD.search(self.text[: region.figure_start]):
            return False  # "the most since a 12% gain in June 2016"
        if region.start <= adjunct.start < region.end:
            return not self._is_parted(adjunct, region)
        return (
            region.before <= adjunct.start < region.start
            and region.before > 0
            and self._leads_in(adjunct, region)
        )

    def _is_of_the_figure_before(self, adjunct: Adjunct, region: Region) -> bool:
        """ "Its 171% gain in 2024 was followed by a 17% fall": no comma or "and" parts phrase and figure."""
        between = self._between(region.before, adjunct.start)
        return region.before > 0 and all(t.tag in BESIDE for t in between)

    def _is_attached(self, adjunct: Adjunct, region: Region) -> bool:
        """Whether a span of the calendar is that of the move, not of another word of the clause."""
        after = region.figure_end <= adjunct.start
        parted = (region.figure_end, adjunct.start) if after else (adjunct.end, region.figure_start)
        between = self._between(*parted)
        return len(between) < 7 and all(
            t.tag in BESIDE or t.tag == "HEDGE" or t.lower == "to" for t in between
        )

    def _is_parted(self, adjunct: Adjunct, region: Region) -> bool:
        """Whether a clause of another verb stands between figure and phrase."""
        if adjunct.end <= region.figure_start:
            return False
        between = self._between(region.figure_end, adjunct.start)
        if any(t.lower in PARTED for t in between):
            return True
        return (
            any(t.tag == "COMMA" for t in between)
            and adjunct.group == "span"
            and sum(t.tag not in ("COMMA", "ADV", "CONJ", "DIR", "PREP", "PRON", "DET") for t in between) > 1
        )

    def _leads_in(self, adjunct: Adjunct, region: Region) -> bool:
        """Whether a phrase between two figures opens the second one's clause ("..., by noon BP was")."""
        before = self.text[region.before : adjunct.start].rstrip().lower()
        return (
            before.endswith((",", "and", "but", ";", "while", "\u2014", "\u2013", "then"))
            and len(before) < 60
        )

    def _is_fronted(self, adjunct: Adjunct, region: Region) -> bool:
        if adjunct.start >= region.start:
            return False
        if adjunct.kind in OWN and any(
            t.tag not in ("COMMA", "DET") and t.lower != "alone"
            for t in self._between(adjunct.end, region.start)
        ):
            return False
        return self._leads_the_sentence(adjunct) or self._frames(adjunct, region)

    def _frames(self, adjunct: Adjunct, region: Region) -> bool:
        """ "Markets were lower at the open, the Dax giving up 1.1%": the sentence begins with the phase."""
        framing = adjunct.kind in ("open", *STRONG) and adjunct.group == "phase"
        tags = {t.tag for t in self._between(adjunct.end, region.start)}
        if framing and "COLON" in tags and "STOP" not in tags:
            return True  # "Trading higher after hours: A +9.4%, B +3.1%"
        return framing and region.before == 0 and self.text[adjunct.end : adjunct.end + 1] == ","

    def _leads_the_sentence(self, adjunct: Adjunct) -> bool:
        before = [t for t in self.tokens if t.end <= adjunct.start]
        return len(before) <= 2 and not any(t.tag in ("MOVE", "STATE", "NAME", "FIG") for t in before)

    def _span(self, adjuncts: Sequence[Adjunct]) -> str:
        kinds = [a.kind for a in adjuncts if a.group == "span" and a.kind]
        return next((kind for kind in kinds if kind != "day"), "day" if kinds else "")

    def _phase(self, adjuncts: Sequence[Adjunct], region: Region) -> str:
        phases = [a for a in adjuncts if a.group == "phase"]
        for kinds in (STRONG, ("low", "high")):
            found = next((a.kind for a in phases if a.kind in kinds), "")
            if found:
                return found
        if not phases:
            return ""
        return min(
            phases, key=lambda a: min(abs(a.start - region.figure_end), abs(region.figure_start - a.end))
        ).kind

    # ------------------------------------------------------------------ the day
    def _date(self, adjuncts: Sequence[Adjunct]) -> dt.date | None:
        dates = [a for a in adjuncts if a.group == "date" and not UNTIL.search(self.text[: a.start])]
        days = (self._day_of(a) for a in dates)
        return next((day for day in days if day is not None), None)

    def _day_of(self, adjunct: Adjunct) -> dt.date | None:
        """The day of a phrase; "the day before" is that before another day of the sentence, or the text's."""
        match = DATES.search(adjunct.kind)
        if match is None or not (match["before"] or match["after"]):
            return self.day(adjunct.kind)
        others = [a for a in self.adjuncts if a.group == "date" and a != adjunct]
        earlier = [a for a in others if a.start < adjunct.start]
        beside = next((day for a in [*reversed(earlier), *others] if (day := self.day(a.kind))), None)
        if match["after"]:
            return beside and weekday_beside(beside, 1)
        anchor = beside or self.reference.today
        return anchor and weekday_beside(anchor, -1)

    def day(self, printed: str) -> dt.date | None:
        """The day that printed words fix; None where they do not."""
        match = DATES.search(printed)
        if match is not None and match["today"] and not self.reference.is_dated:
            return None
        return day_of(printed, self.reference.article)
