"""Several events under the same design, next to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.many.result import ManyEvents
from analysis.many.together import pooled
from analysis.market.errors import DesignError, EventStudyError, StoreError, UnknownNameError
from analysis.study.standing import Standing, standing
from dashboard.views import words
from dashboard.views.brief import Brief, brief
from dashboard.views.case import Case
from dashboard.views.choices import Choices
from dashboard.views.content import Credit
from dashboard.views.source import Collection

MOST_EVENTS = 50
FEWEST = 2


@dataclass(frozen=True, eq=False)
class Compared:
    """Events next to each other.

    Parameters
    ----------
    cases, told : tuple
        The events that could be measured, and each in brief; the first named first.
    left : mapping of str to str
        What was left out, with the reason.
    """

    cases: tuple[Case, ...]
    told: tuple[Brief, ...]
    left: Mapping[str, str]

    @cached_property
    def pooled(self) -> ManyEvents | None:
        """All firms of all events as one list; None where their prices or sessions keep them apart."""
        if len({case.market.provenance.snapshot for case in self.cases}) > 1:
            return None
        try:
            many = pooled("the chosen events", [case.study for case in self.cases])
        except EventStudyError:
            return None
        return many if events_in(many) >= FEWEST else None

    @property
    def credit(self) -> Credit:
        """Whose prices they are, those of the catalogue first; of one event or more."""
        both = zip(self.told, self.cases, strict=True)
        first = min(both, key=lambda pair: pair[0].origin != "bundled")[1]
        return Credit.of(first.market.provenance)

    @cached_property
    def standings(self) -> list[tuple[Standing | None, Standing | None]]:
        """Where each day 0 stands: by its move, and less the benchmark."""
        return [(standing(case.study), standing(case.study, less_benchmark=True)) for case in self.cases]


def events_in(many: ManyEvents) -> int:
    """How many events a list has firms of."""
    return len(np.unique(many.columns.events.group))


def told_apart(briefs: Sequence[Brief]) -> list[Brief]:
    """Events with names that differ: the date stands behind a name that another has too, then the slug."""
    for label in (lambda one: words.day(one.day), lambda one: one.slug):
        shared = Counter(one.short for one in briefs)
        briefs = [
            replace(one, name=f"{one.short} ({label(one)})") if shared[one.short] > 1 else one
            for one in briefs
        ]
    return list(briefs)


def compared(source: Collection, slugs: Sequence[str]) -> Compared:
    """Some events by name; what cannot be compared is left out with its reason.

    Raises
    ------
    DesignError
        If there are more than `MOST_EVENTS`.
    """
    left: dict[str, str] = {
        slug: "named twice; it is shown once" for slug in slugs if list(slugs).count(slug) > 1
    }
    wanted = dict.fromkeys(slugs)
    if len(wanted) > MOST_EVENTS:
        raise DesignError(f"{len(wanted)} events are named; at most {MOST_EVENTS} can be compared at once")
    cases, told = [], []
    for slug in wanted:
        try:
            case = Case(Choices(slug), source.dossier(slug), source.market(slug), source)
            assert case.study.symbols
        except StoreError:
            raise
        except UnknownNameError:
            left[slug] = "no event is called so"
        except EventStudyError as error:
            left[slug] = str(error)
        else:
            cases.append(case)
            told.append(brief(source, slug))
    return Compared(tuple(cases), tuple(told_apart(told)), left)
