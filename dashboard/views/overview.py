"""Overview: what was reported, what happened, and how unusual it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from string import ascii_lowercase

import numpy as np

from analysis.claims.judgements import VERDICTS
from analysis.claims.proposal import HEDGES
from analysis.claims.verdicts import MoveCheck
from analysis.market.events import DAY_ZERO
from analysis.study.course import as_unusual, indexed
from dashboard.views import captions, changed, claims, columns, hours, paths
from dashboard.views.case import Case
from dashboard.views.content import (
    Card,
    Cards,
    Chart,
    Mark,
    Note,
    Panel,
    Section,
    Series,
    Tally,
    View,
)
from dashboard.views.reaction import left_out
from dashboard.views.tables import INDEX, Interval, Number, Table, days, floats
from dashboard.views.words import count as counted
from dashboard.views.words import day, interval, moved, number, percent, period, size

PATH = "/"
TITLE = "Overview"
CONTROLS: tuple[str, ...] = ()
MOST_NAMED = 2  # firms in a headline
NOTABLE = 0.005  # from a claim to the close, for a headline


def view(case: Case) -> View:
    """The finding, reported against measured, the paths, the claims and the facts, where there are any."""
    if case.studies.unstudied:
        parts = (*_verdicts_section(case), *claims.facts_section(case))
        return captions.page(case, PATH, unmeasured(case), parts, (tally(case), *about(case)))
    did_it_last = (_car_intro(case), captions.others(case), paths.car_chart(case))
    sections = (
        *_claims_section(case),
        hours.section(case),
        Section("reaction", "Did it last?", did_it_last),
        Section("prices", "Prices around the event", (price_chart(case),)),
        *_verdicts_section(case),
        *claims.facts_section(case),
    )
    lead = (tally(case), firm_cards(case), left_out(case), *about(case), changed.news(case))
    made, told = captions.page(case, PATH, finding(case), sections, lead), farthest(case)
    return replace(made, cover=claims.claims_chart(case, told) if told else None)


def about(case: Case) -> tuple[Note, Note]:
    """What the event was, and how its time is known, as its file says."""
    dossier = case.dossier
    return Note(dossier.summary, key="about"), Note(dossier.timing, "small", "timing")


def _claims_section(case: Case) -> list[Section]:
    if all(check.reported.reported is None for check in case.featured):
        return []
    blocks = (_claims_intro(), claims.claims_chart(case))
    return [Section("claims-chart", "Reported against measured", blocks)]


def _verdicts_section(case: Case) -> list[Section]:
    if not any(check.reported.featured for check in case.studies.checks):
        return []
    tables = (claims.claims_table(case.featured, case), without_figure(case))
    return [Section("verdicts", "Claim by claim", tuple(t for t in tables if t.columns[0].values))]


# ---- the finding ---------------------------------------------------------------------------------


def finding(case: Case) -> tuple[str, str]:
    """Whether the articles were right, and what the firm that leads did."""
    symbol = case.leading
    day_zero = case.study.car(DAY_ZERO).loc[symbol]
    did = f"{case.name(symbol)} {moved(case.study.returns.loc[0, symbol])}"
    when = day(case.study.event_sessions[symbol])
    told = (
        f"Its abnormal return{captions.against(case, symbol)} is {percent(day_zero['car'], 1)}, the 95 % "
        f"interval {interval(day_zero['ci_low'], day_zero['ci_high'], 1)}. {unusual(case, symbol)}"
    )
    if check := farthest(case):
        return disagreement(check, case), f"{did} on {when}. {told}"
    return f"{did} on {when}", told


def unmeasured(case: Case) -> tuple[str, str]:
    """What cannot be measured, and what is said all the same."""
    firms = [*case.studies.unstudied]
    named = len(firms) <= MOST_NAMED
    who = " and ".join(case.names(firms)) if named else f"these {len(firms)} firms"
    held = any(case.market.has_bars(symbol) for symbol in firms)
    title = f"No abnormal return of {who} can be measured" if held else f"No prices of {who} yet"
    said = "Below, what was said is held against the prices there are." if case.featured else ""
    return title, said or "The event is kept; why, and what would work, is said above."


def farthest(case: Case) -> MoveCheck | None:
    """The claim about the day of the event that lies farthest from the close.

    A wrong claim comes before one that was right for a moment, the first firm before the others; none if
    each agrees with the close within `NOTABLE`.
    """
    apart = [
        (check.verdict == "seen_intraday", *order, check)
        for check in case.featured
        if check.verdict in ("seen_intraday", "contradicted")
        and (order := _distance(check, case)) is not None
    ]
    return min(apart, key=lambda found: found[:-1])[-1] if apart else None


def disagreement(check: MoveCheck, case: Case) -> str:
    """A claim beside the close."""
    move, close = check.reported, check.measured.close
    said, ended = float(move.reported or 0), float(close or 0)
    figure = f"{'fell' if said < 0 else 'rose'} {HEDGES[move.qualifier]}{size(said, move.decimals)}"
    return (
        f"{case.name(move.symbol)} {figure}, said {claims.outlet(move, case)}; "
        f"it closed {size(ended)} {'lower' if ended < 0 else 'higher'}"
    )


def _distance(check: MoveCheck, case: Case) -> tuple[int, float] | None:
    """Place of the firm and how far its close was from the claim, negative; None for another question."""
    move, close = check.reported, check.measured.close
    if not move.reported or close is None or move.basis == "period":
        return None
    symbol = claims.priced(move, case)
    day, apart = case.study.event_sessions.get(symbol), abs(move.reported - close)
    met = move.qualifier in ("over", "at_least") and close / move.reported > 1
    if claims.session_of(check) != day or apart < NOTABLE or met:
        return None
    return case.study.symbols.index(symbol), -apart


def tally(case: Case) -> Tally:
    """How many of the articles' claims have each verdict."""
    count = Counter(check.verdict for check in case.featured)
    counts = tuple((claims.badge(key), count[key]) for key in VERDICTS if count[key])
    every = sum(check.reported.basis != "none" for check in case.studies.checks)
    others = every - len(case.featured)
    of = f"{counted(others, 'claim')} of other outlets: see Reported" if counts and others else ""
    return Tally("verdict-counts", counts, of)


def unusual(case: Case, symbol: str) -> str:
    """How many sessions of the estimation window were at least as abnormal as day 0."""
    as_large, sessions = as_unusual(case.study, symbol)
    were = "was" if as_large < 2 else "were"
    return f"{as_large or 'None'} of the {sessions} sessions in the estimation window {were} as unusual."


def firm_cards(case: Case) -> Cards:
    """Per firm: the close and the abnormal part with its interval."""
    measured = case.study.car(DAY_ZERO).to_dict("index")
    returns = floats(case.study.returns.loc[0, list(case.study.symbols)])
    return Cards(
        "cards",
        tuple(
            Card(
                case.name(symbol),
                Number(close),
                Number(measured[symbol]["car"]),
                Interval(measured[symbol]["ci_low"], measured[symbol]["ci_high"]),
            )
            for symbol, close in zip(case.study.symbols, returns, strict=True)
        ),
    )


def _claims_intro() -> Note:
    return Note(
        "The same day gives several true figures: the low, the close, and the part that the market does not "
        "explain. Each claim of the articles is held against all three.",
        key="claims-dek",
    )


# ---- paths -----------------------------------------------------------------------------------------


def _car_intro(case: Case) -> Note:
    window = case.study.design.event_window
    return Note(
        f"Abnormal returns added up from session {number(window.start, 0)} "
        f"to {number(window.end, 0, True)}. "
        "A band that holds zero leaves open whether anything remained.",
        key="car-dek",
    )


def price_chart(case: Case) -> Chart:
    """Prices indexed to the last close before the event, over the event window."""
    every = [_indexed(case, symbol) for symbol in case.study.symbols]
    lines = every[: captions.MOST_LINES]
    zeros = sorted(set(case.study.event_sessions.values()))
    return Chart(
        "indexed-prices",
        "lines",
        "Prices of each firm, last close before the event set to 100.",
        (Panel(tuple(lines)),),
        captions.caption(
            f"The last close before the event is 100. {_confounder_words(case)} "
            f"{captions.few(case, captions.MOST_LINES)} {case.stand_ins}",
            captions.unmodelled(
                "adjusted closes in local currency", period(date for line in lines for date in line.at)
            ),
            captions.credit(case, [line.symbol for line in lines]),
        ),
        _price_table(every),
        dates=(*(Mark(zero, day(zero), event=True) for zero in zeros), *confounders(case)),
    )


def _indexed(case: Case, symbol: str) -> Series:
    """Adjusted closes over the event window, 100 at the last close before day 0."""
    return Series(
        "Index, last close before the event = 100",
        "line",
        days(case.study.sessions[symbol].to_numpy()),
        floats(100 * indexed(case.study, symbol)),
        symbol=symbol,
        of=case.name(symbol),
        unit=INDEX,
        look=case.look(symbol),
    )


def _price_table(lines: list[Series]) -> Table:
    dates = np.unique([date for line in lines for date in line.at]).tolist()
    by_date = [dict(zip(line.at, line.values, strict=True)) for line in lines]
    firms = (
        columns.numbers(line.of, (values.get(date) for date in dates), 1)
        for line, values in zip(lines, by_date, strict=True)
    )
    return Table("Indexed prices", (columns.dates("Date", dates), *firms))


def confounders(case: Case) -> list[Mark]:
    """Other reasons for prices to move, inside the event window."""
    dates = dict.fromkeys(e.date for e in case.dossier.event.timeline if e.kind == "confounder")
    return [Mark(date, letter) for date, letter in zip(dates, ascii_lowercase, strict=False)]


def _confounder_words(case: Case) -> str:
    def news(mark: Mark) -> str:
        return " and ".join(e.label for e in case.dossier.event.timeline if e.date == mark.date)

    told = "; ".join(f"({mark.label}) {day(mark.date)}, {news(mark)}" for mark in confounders(case))
    return f"Other news: {told}." if told else ""


def without_figure(case: Case) -> Table:
    """The articles that report no move of a price."""
    articles = {article.id: article for article in case.dossier.articles}
    silent = [c.reported for c in case.studies.checks if c.reported.basis == "none"]
    silent = [move for move in silent if move.source in articles]
    return Table(
        "Articles that report no price",
        (
            columns.texts("Article", (articles[move.source].publisher for move in silent)),
            columns.texts("Title", (articles[move.source].title for move in silent)),
            columns.texts("On prices", (move.statement for move in silent)),
        ),
        "silent",
        stacked=True,
    )
