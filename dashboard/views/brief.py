"""An event in brief: what pages over many events say of it, as plain data that can be kept as text."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import Basis
from analysis.claims.verdicts import MoveCheck
from analysis.market.errors import EventStudyError, StoreError
from analysis.market.events import DAY_ZERO
from analysis.market.prices import Instrument
from dashboard.views import words
from dashboard.views.case import Case
from dashboard.views.changed import Changed, differences
from dashboard.views.choices import Choices
from dashboard.views.source import Collection
from dashboard.views.tables import floats

MOST_READ = 1024
MOST_BARE = 10  # events of which nothing is at hand that a page reads before it stands
REGIONS = {"USD": "US", "EUR": "Europe", "GBP": "Europe", "CHF": "Europe", "JPY": "Japan"}  # by currency


@dataclass(frozen=True, slots=True)
class FirmDay:
    """A firm's day 0: its move, and the abnormal part with its 95 % interval and p value; decimal."""

    symbol: str
    name: str
    close: float | None
    abnormal_return: float | None
    low: float | None
    high: float | None
    pvalue: float | None


@dataclass(frozen=True, slots=True)
class BriefClaim:
    """A claim with its verdict.

    `figure` is what was printed, `reported` and `close` the moves (decimal), where both are of one session;
    `hours` those since the news, where both moments are known.
    """

    id: str
    outlet: str
    name: str
    basis: Basis
    figure: str
    when: str
    reported: float | None
    close: float | None
    verdict: str
    date: str
    hours: float | None = None
    link: str = ""
    note: str = ""
    symbol: str = ""  # what an earlier version kept has none


@dataclass(frozen=True)
class Brief:
    """What pages over many events say of one.

    Parameters
    ----------
    date : str
        The first day 0, ISO; the day of the news where there is no study.
    firms : tuple of FirmDay
        The firms of the study.
    move, abnormal, low, high, pvalue : float, optional
        Day 0 of the mean of the firms; interval and p value by the portfolio test.
    start, path : int, tuple
        The first session of the event window; mean abnormal returns from there on, added up.
    half, whole : int, optional
        Sessions until the mean of the firms had undone half, and all, of the move of day 0.
    changed : tuple of Changed
        Which headline and verdicts new prices have changed, the newest first.
    problem : str
        Why there is no finding; empty if there is one.
    pending : bool
        Whether it is of earlier prices, or nothing yet, while it is found anew.
    """

    slug: str
    name: str
    date: str
    headline: str
    told: str = ""
    kind: str = ""
    summary: str = ""
    origin: str = "bundled"
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    firms: tuple[FirmDay, ...] = ()
    move: float | None = None
    abnormal: float | None = None
    low: float | None = None
    high: float | None = None
    pvalue: float | None = None
    start: int = 0
    path: tuple[float | None, ...] = ()
    half: int | None = None
    whole: int | None = None
    claims: tuple[BriefClaim, ...] = ()
    changed: tuple[Changed, ...] = ()
    problem: str = ""
    pending: bool = False

    @property
    def day(self) -> dt.date:
        """The date."""
        return dt.date.fromisoformat(self.date)

    @property
    def short(self) -> str:
        """The name without the date that stands beside it."""
        return re.sub(r", \d{1,2} \w+ \d{4}$", "", self.name)

    @property
    def moved(self) -> str:
        """What its firms did on day 0, in words."""
        if len(self.firms) == 1:
            return f"its firm {words.moved(self.move)}"
        return f"its {len(self.firms)} firms {words.moved(self.move)} on average"

    @cached_property
    def verdicts(self) -> dict[str, int]:
        """How many claims have each verdict, in the order of `VERDICTS`."""
        count = Counter(claim.verdict for claim in self.claims)
        return {key: count[key] for key in VERDICTS}

    @property
    def news(self) -> tuple[str, ...]:
        """What new prices have changed, a sentence each."""
        return tuple(one.sentence for one in self.changed)

    def as_document(self) -> dict[str, Any]:
        """All of it as plain data, with the count of verdicts, and with what changed in sentences."""
        return asdict(self) | {"verdicts": self.verdicts, "news": self.news}

    def as_text(self) -> str:
        """The same, to be kept."""
        return json.dumps(self.as_document())

    @classmethod
    def of_text(cls, text: str) -> Brief:
        """What `as_text` wrote."""
        known = json.loads(text)
        del known["verdicts"], known["news"]
        known["firms"] = tuple(FirmDay(**row) for row in known["firms"])
        known["claims"] = tuple(BriefClaim(**row) for row in known["claims"])
        known["changed"] = tuple(Changed(**row) for row in known["changed"])
        lists = {key: tuple(value) for key, value in known.items() if isinstance(value, list)}
        return cls(**known | lists)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every event in brief, in the order of the source; `unread` says what is wrong with others.

    `waiting` counts those that are not even read yet.
    """

    briefs: tuple[Brief, ...]
    unread: dict[str, str]
    waiting: int = 0


def shelf(source: Collection) -> Shelf:
    """All events that a reader may see; one that is broken hides no other."""
    told, unread, bare = [], {}, []
    for slug in source.listed():
        try:
            if (found := _by_now(source, slug)) is None:
                bare.append(slug)
                found = replace(_unmeasured(source, slug), pending=True) if len(bare) <= MOST_BARE else None
            if found:
                told.append(found)
        except StoreError:
            raise
        except EventStudyError as error:
            unread[slug] = str(error)
    return Shelf(tuple(told), unread, max(len(bare) - MOST_BARE, 0))


def _by_now(source: Collection, slug: str) -> Brief | None:
    """One event as far as it was found by now; None where nothing was, or in another form."""
    text, of_these_prices = source.found_by_now(slug, _finder(source, slug))
    if of_these_prices:
        return _read(text)
    try:
        return replace(_read(text), pending=True)
    except (ValueError, KeyError, TypeError):
        return None


def brief(source: Collection, slug: str) -> Brief:
    """One event, as it was kept or found anew."""
    return _read(source.found(slug, _finder(source, slug)))


def _finder(source: Collection, slug: str) -> Callable[[str | None], str]:
    return lambda before: measured(source, slug, before).as_text()


_read = lru_cache(MOST_READ)(Brief.of_text)  # a page asks for each event several times


def measured(source: Collection, slug: str, before: str | None = None) -> Brief:
    """One event, found anew; where its prices do not allow a finding, `problem` says why."""
    dossier, known = source.dossier(slug), _unmeasured(source, slug)
    try:
        case = Case(Choices(slug), dossier, source.market(slug), source)
        found = _with_study(known, case)
    except StoreError:
        raise  # it says nothing about the event, and must not be kept
    except EventStudyError as error:
        said = "No finding: its prices do not allow one"
        return replace(known, headline=said, problem=str(error))
    if before is None:
        return found
    return replace(found, changed=differences(Brief.of_text(before), found, case.market.provenance.retrieved))


def _unmeasured(source: Collection, slug: str) -> Brief:
    """What is known of an event without its prices."""
    dossier = source.dossier(slug)
    return Brief(
        slug,
        dossier.event.name,
        str(dossier.event.known_on),
        dossier.event.name,
        kind=dossier.kind,
        origin=source.origin(slug),
        summary=dossier.summary,
    )


def _with_study(known: Brief, case: Case) -> Brief:
    from analysis.inference.significance import TESTS, mean_interval
    from analysis.inference.trust import group_of
    from analysis.study.course import together
    from dashboard.views import overview, since

    study = case.study
    group = group_of(study)
    headline, told = overview.finding(case)
    shown = [case.instrument(symbol) for symbol in study.symbols]
    mean = together([since.course_of(case, symbol) for symbol in study.symbols])
    moved = study.returns.loc[0, list(study.symbols)].mean()
    move, abnormal, low, high = floats((moved, study.caar(DAY_ZERO), *mean_interval(group, DAY_ZERO)))
    return replace(
        known,
        date=str(min(study.event_sessions.values())),
        headline=headline,
        told=told,
        regions=tuple(dict.fromkeys(map(_region, shown))),
        sectors=tuple(dict.fromkeys(one.sector for one in shown if one.sector)),
        firms=tuple(_firms(case)),
        move=move,
        abnormal=abnormal,
        low=low,
        high=high,
        pvalue=TESTS["portfolio"].result(group, DAY_ZERO).pvalue,
        start=study.design.event_window.start,
        path=floats(np.cumsum(study.aar)),
        half=mean.undone(0.5),
        whole=mean.undone(1),
        claims=tuple(_claim(case, check) for check in case.studies.checks),
    )


def _region(instrument: Instrument) -> str:
    return instrument.region or REGIONS.get(instrument.currency, "Elsewhere")


def _firms(case: Case) -> Iterator[FirmDay]:
    measured = case.study.car(DAY_ZERO)[["car", "ci_low", "ci_high", "pvalue"]]
    for symbol in case.study.symbols:
        close = case.study.returns.loc[0, symbol]
        yield FirmDay(symbol, case.name(symbol), *floats((close, *measured.loc[symbol])))


def _claim(case: Case, check: MoveCheck) -> BriefClaim:
    from dashboard.views import claims

    move, known = check.reported, case.dossier.event.information_time
    hours = (move.time - known).total_seconds() / 3600 if move.time and known else None
    return BriefClaim(
        move.id,
        words.outlet(claims.outlet(move, case)),
        case.name(move.symbol) if move.symbol else "",
        move.basis,
        words.reported(move),
        claims.basis_of(check) if move.figure else "",
        None if move.basis == "period" else move.reported,
        check.measured.close,
        check.verdict,
        str(claims.session_of(check)),
        hours,
        claims.link(move, case),
        move.note,
        claims.priced(move, case),
    )
