"""What new prices changed of an event: its headline, and verdicts on claims."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.claims.judgements import VERDICTS
from dashboard.views import words
from dashboard.views.case import Case
from dashboard.views.content import Message

if TYPE_CHECKING:
    from dashboard.views.brief import Brief

MOST = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: the day of the prices, what it is (the headline, a verdict), what that was and is."""

    date: str
    what: str
    old: str
    new: str
    claim: str = ""

    @property
    def sentence(self) -> str:
        """All of it in a sentence."""
        on = f"On {words.day(dt.date.fromisoformat(self.date))} new prices changed {self.what}"
        if self.claim:
            return f"{on} from {self.old} to {self.new}."
        return f"{on}: it was “{self.old}” and is “{self.new}”."


def differences(before: Brief, after: Brief, on: dt.date) -> tuple[Changed, ...]:
    """What differs from what was found on the prices before, then what had changed before that."""
    told = []
    if before.headline != after.headline:
        told.append(Changed(str(on), "the headline", before.headline, after.headline))
    verdicts = {claim.id: claim.verdict for claim in before.claims}
    for claim in after.claims:
        old = verdicts.get(claim.id, claim.verdict)
        if old != claim.verdict:
            said = f"{claim.name} {claim.figure} ({claim.outlet})".strip()
            was, now = (VERDICTS[key].label.lower() for key in (old, claim.verdict))
            told.append(Changed(str(on), f"the verdict on {said}", was, now, claim.id))
    return (*told, *before.changed)[:MOST]


def news(case: Case) -> Message:
    """Which headline and verdicts new prices have changed; an empty place where none."""
    told = tuple(case.source.news(case.choices.event)) if case.source and not case.choices.snapshot else ()
    return Message("New prices changed this event" if told else "", told, key="news")
