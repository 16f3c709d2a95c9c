"""A second opinion: the synthetic control of each firm beside the model of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from analysis.inference.firm_inference import conformal_pvalues
from analysis.inference.placebo import placebo
from analysis.inference.placebo_firms import placebo_firms
from analysis.inference.trust import sampling_of_firm
from analysis.inference.trusted import doubt_of
from analysis.market.errors import EventStudyError
from analysis.market.events import DAY_ZERO
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyResults, event_study
from dashboard.views import captions, columns, words
from dashboard.views.case import Case
from dashboard.views.choices import reads_donors
from dashboard.views.content import Block, Note, Section
from dashboard.views.tables import Table
from dashboard.views.words import count, number, percent

TITLE = "A second opinion: a mix of other shares"
MODEL, USUAL = "synthetic", "market_model"
MOST_NAMED = 5  # donors, and shares left out for one reason
PVALUES = {
    "placebo_firms": "Placebo firms",
    "recent_placebo_rank": "Placebo dates by recent volatility",
    "conformal": "Conformal",
}
NEAR = 0.01  # difference of two abnormal returns below which they agree


def section(case: Case) -> Section:
    """Day 0 by a synthetic control and by the model of the page, and where the two part."""
    # Its words and numbers are kept: the study itself holds the prices of many donors.
    kept = case.study.once(("second opinion", case.choices.donors), lambda: tuple(_blocks(case)))
    return Section("second-opinion", TITLE, kept)


def coming() -> Section:
    """What stands there while it is made: every firm is mixed anew for some 500 earlier dates."""
    told = "Every share is mixed of others, for the event and for hundreds of earlier dates: some seconds."
    return Section("second-opinion", TITLE, (Note(told, "soft"),), later=True)


def _blocks(case: Case) -> Iterator[Block]:
    try:
        usual, mixed = compared(case)
    except EventStudyError as error:
        yield Note(f"No second opinion: {error}", key="second-opinion-none")
        return
    both = [symbol for symbol in usual.symbols if symbol in mixed.symbols]
    if both:
        apart = (usual.abnormal_returns.loc[0, both] - mixed.abnormal_returns.loc[0, both]).abs()
        leading = str(apart.idxmax())
        yield Note(parting(usual, mixed, leading, case.name(leading)), key="second-opinion-dek")
        yield _table(case, usual, mixed, both)
        told = (*trust(mixed, both), words.credit(captions.credit_of(case, mixed)))
        yield Note(" ".join(told), "small", "second-opinion-trust")
    for symbol in mixed.symbols:
        yield Note(f"{case.name(symbol)}: {made_of(mixed, symbol)}.", "small", f"donors-{symbol}")
    for symbol, reason in mixed.excluded.items():
        yield Note(f"{case.name(symbol)}: {reason}.", "small", f"donors-{symbol}")


def compared(case: Case) -> tuple[StudyResults, StudyResults]:
    """The model of the page, or the market model beside a synthetic control, and that control."""
    return _market_model(case), control(case)


def control(case: Case) -> StudyResults:
    """The synthetic control of the page, or the one beside its model, of the donors that a reader chose."""
    if reads_donors(case.choices):
        return case.study
    asked = replace(case.design, model=MODEL, benchmark=None, donors=case.choices.donors)
    return event_study(asked, case.market)


def _market_model(case: Case) -> StudyResults:
    """The model of the page, or the market model beside a synthetic control."""
    if not reads_donors(case.choices):
        return case.study
    return case.studies.kept(event_study, replace(case.design, model=USUAL, donors=()), case.market)


def parting(usual: StudyResults, control: StudyResults, symbol: str, name: str) -> str:
    """Where two models of what would have happened part on day 0, and why, in a sentence."""
    one, other = (float(r.abnormal_returns.loc[0, symbol]) for r in (usual, control))  # type: ignore[arg-type]
    expected = [percent(float(r.expected_returns.loc[0, symbol])) for r in (usual, control)]  # type: ignore[arg-type]
    apart = words.points(abs(one - other), 1)
    agree = "agree within" if abs(one - other) < NEAR else "part by"
    return (
        f"For {name} on day 0 the {_label(usual).lower()} ({percent(one)}) and the synthetic control "
        f"({percent(other)}) {agree} {apart}: the first expects {expected[0]} of it that day, from "
        f"{_reads(usual, symbol)}; the second {expected[1]}, from {_kind(control)}."
    )


def trust(
    control: StudyResults, symbols: Sequence[str], keys: Sequence[str] = tuple(PVALUES)
) -> Iterator[str]:
    """Which p values of day 0 hold their level by simulation, and why not the others, a sentence each."""
    for key in keys:
        doubts: dict[str, list[str]] = {}
        for symbol in symbols:
            reason = doubt_of(key, sampling_of_firm(control, DAY_ZERO, symbol))
            doubts.setdefault(reason or "", []).append(symbol)
        for reason, concerned in doubts.items():
            whose = "" if len(doubts) == 1 else f" for {', '.join(concerned)}"
            told = f"not to be trusted here{whose}: {reason}" if reason else f"to be trusted here{whose}"
            yield f"{PVALUES[key]}: {told}."


def _kind(control: StudyResults) -> str:
    if control.design.donors:
        return "the donors that were named, whether the news touched them or not"
    return "shares that the news is not thought to have touched"


def _label(results: StudyResults) -> str:
    return NORMAL_RETURNS[results.design.model].label


def _reads(usual: StudyResults, symbol: str) -> str:
    observed = usual.panel.observations[usual.symbols.index(symbol)]
    return NORMAL_RETURNS[usual.design.model].sources(observed) or "its own mean"


def made_of(control: StudyResults, symbol: str) -> str:
    """The donors of a firm by weight, how well they fit before the event, and which were left out."""
    donors = control.panel.market.donors[symbol]
    told = _by_weight(weights_of(control, symbol), 0, MOST_NAMED)
    fit: Any = control.parameters.loc[symbol]
    out = "; ".join(f"{_first(names)} ({reason})" for reason, names in donors.by_reason().items())
    return (
        f"{count(len(donors.used), 'donor')}, most weight on {told}; before the event the mix missed it by "
        f"{percent(fit['sigma'], signed=False)} a day (R² {number(fit['rsquared'])})"
        f"{f'; left out: {out}' if out else ''}"
    )


def chosen(control: StudyResults) -> str:
    """How the donors of a study were chosen, by name where a reader named them; empty without donors."""
    if not control.panel.market.donors:
        return ""
    named = ", ".join(control.design.donors)
    told = f"{_kind(control)}{': ' * bool(named)}{named}"
    return f"Each share is mixed of {told}; the table of donors has their weights."


def mixes(control: StudyResults) -> Iterator[Block]:
    """Every donor of every firm with its weight, and below which shares were left out and why."""
    parameters: Any = control.parameters.loc[list(control.symbols)]
    among = placebo_firms(control, DAY_ZERO)
    market = control.panel.market
    yield Table(
        "Donors of the synthetic control by weight",
        (
            columns.texts("Firm", (market.instrument(symbol).name for symbol in control.symbols)),
            columns.texts("Donors", (_weighed(control, symbol) for symbol in control.symbols)),
            columns.percents("Daily error", parameters["sigma"], 2, False),
            columns.numbers("R²", parameters["rsquared"]),
            columns.pvalues("Placebo firms p", (among[symbol] for symbol in control.symbols)),
        ),
        "donors",
    )
    out: dict[str, list[str]] = {}
    for symbol in control.symbols:
        reasons = market.donors[symbol].by_reason().items()
        told = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in reasons)
        out.setdefault(told, []).append(symbol)
    left = (f"Left out for {', '.join(firms)}: {told}." for told, firms in out.items() if told)
    error = "Daily error and R² are those before the event; placebo firms p is that of day 0."
    yield Note(" ".join((error, *trust(control, control.symbols, ("placebo_firms",)), *left)), "small")


def _weighed(control: StudyResults, symbol: str) -> str:
    """The donors of a firm, the heaviest first, then those without weight."""
    weights = weights_of(control, symbol)
    told = _by_weight(weights, 1)
    light = ", ".join(donor for donor in control.panel.market.donors[symbol].used if donor not in weights)
    return f"{told}; without weight {light}" if light else told


def _by_weight(weights: dict[str, float], digits: int, most: int | None = None) -> str:
    heavy = sorted(weights.items(), key=lambda item: -abs(item[1]))[:most]
    return ", ".join(f"{donor} {percent(weight, digits, signed=weight < 0)}" for donor, weight in heavy)


def weights_of(control: StudyResults, symbol: str) -> dict[str, float]:
    """Weights of the donors of a firm, those without one left out."""
    values: Any = control.parameters.loc[symbol]
    used = control.panel.market.donors[symbol].used
    return {donor: float(values[donor]) for donor in used if donor in values and abs(values[donor]) > 5e-4}


def _first(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _table(case: Case, usual: StudyResults, control: StudyResults, symbols: list[str]) -> Table:
    parameters: Any = control.parameters.loc[symbols]
    pvalues: dict[str, Any] = {
        "placebo_firms": placebo_firms(control, DAY_ZERO),
        "recent_placebo_rank": placebo(control, DAY_ZERO).recent_pvalues,
        "conformal": conformal_pvalues(control, DAY_ZERO),
    }
    return Table(
        "Abnormal return of day 0 by two models, and p values of the synthetic control",
        (
            columns.texts("Firm", case.names(symbols)),
            *(
                columns.percents(_label(results), results.abnormal_returns.loc[0, symbols])
                for results in (usual, control)
            ),
            columns.percents("Daily error", parameters["sigma"], 2, False),
            columns.numbers("R²", parameters["rsquared"]),
            *(columns.pvalues(PVALUES[key], (found[s] for s in symbols)) for key, found in pvalues.items()),
        ),
        "second-opinion-table",
        note=" ".join(_made_with(case, usual, control)),
    )


def _made_with(case: Case, usual: StudyResults, control: StudyResults) -> Iterator[str]:
    yield from (captions.modelled(case, results) for results in (usual, control))
    yield from (f"{case.name(symbol)}: {_weighed(control, symbol)}." for symbol in control.symbols)
    yield words.credit(captions.credit_of(case, control))


def sentences(results: StudyResults) -> Iterator[str]:
    """What a synthetic control is made of on the command line, a sentence per firm, and what to trust."""
    found = placebo_firms(results, DAY_ZERO)
    for symbol in results.symbols:
        among = words.p(float(found[symbol]))
        yield f"{symbol}: {made_of(results, symbol)}; among its donors on day 0 {among}"
    yield from trust(results, results.symbols, ("placebo_firms",))
