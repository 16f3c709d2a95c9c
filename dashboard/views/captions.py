"""What stands under charts: what is shown, by which method, and whose data it is.

A chart under a model names the model, the benchmark and the windows; a chart of prices alone says
that there is no model, and which period it spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.market.prices import Market
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import StudyResults
from dashboard.views.case import Case
from dashboard.views.cautions import held_in_part
from dashboard.views.choices import address, benchmarks, reads_donors
from dashboard.views.content import Block, Caption, Credit, Link, Message, Note, Section, View
from dashboard.views.words import period, unbroken

FACTORS = "Kenneth R. French Data Library"
MOST_PANELS = 12
MOST_LINES = 6  # more would look like others


def caption(shows: str, method: str, credit: Credit) -> Caption:
    """What a chart shows, by which method and from which source; single spaces where a part is empty."""
    shown, told = (" ".join(filter(None, words.split(" "))) for words in (shows, method))
    return Caption(shown, told, credit)


def modelled(case: Case, study: StudyResults | None = None) -> str:
    """Model, benchmark and windows of a study; by default the one of the page."""
    found = study or case.study
    design = found.design
    model = NORMAL_RETURNS[design.model]
    between = "" if design.gaps == "missing" else " Returns run from trade to trade."
    return (
        f"Model: {model.label}. Benchmark: {_benchmarks(case, found)}. Windows in sessions from "
        f"{day_zero(case)}: event {unbroken(design.event_window)}, estimation "
        f"{unbroken(design.estimation_window)}.{between} {found.shortening}".rstrip()
    )


def unmodelled(prices: str, span: str) -> str:
    """That prices are shown as they were, and over which period."""
    return f"No model, no benchmark: {prices}, {span}."


def credit(case: Case, symbols: Sequence[str] = (), models: Sequence[str] = ()) -> Credit:
    """Who published the series shown, the snapshot and the last price."""
    return _credit(case, publishers(case, symbols, models))


def credit_of(case: Case, study: StudyResults) -> Credit:
    """The same of what a study was made from."""
    return _credit(case, read_by(study))


def provenance(case: Case) -> Credit:
    """Every source of a snapshot, the snapshot and the last price."""
    return _credit(case, case.market.provenance.source)


def publishers(case: Case, symbols: Sequence[str] = (), models: Sequence[str] = ()) -> str:
    """Who published some series, each once.

    Parameters
    ----------
    symbols : sequence of str
        What is drawn; by default what the study was made from (`read_by`).
    models : sequence of str
        Keys of `NORMAL_RETURNS`, for what they read besides.
    """
    if not symbols and not case.studies.unstudied:
        return read_by(case.study)
    return _published(case.market, symbols, models)


def read_by(study: StudyResults) -> str:
    """Who published the firms of a study, what they are measured against, and their donors."""
    market = study.panel.market
    donors = (
        donor for symbol in study.symbols if symbol in market.donors for donor in market.donors[symbol].used
    )
    return _published(market, (*studied(study), *donors), (study.design.model,))


def _published(market: Market, symbols: Sequence[str], models: Sequence[str]) -> str:
    needs = [need for model in models for need in NORMAL_RETURNS[model].needs]
    series = (*symbols, *(need for need in needs if need in market.instruments))
    held = [market.histories[s] for s in map(market.traded, series) if s in market.histories]
    names = [name for history in held for name in history.source.split("; ")]
    named = "; ".join(dict.fromkeys([*names, *([FACTORS] if "factors" in needs else [])]))
    return named or market.provenance.source


def page(
    case: Case, path: str, finding: tuple[str, str], sections: Iterable[Section], lead: tuple[Block, ...] = ()
) -> View:
    """A page about the event of a case: its finding, its parts, whose data it is and how to repeat it."""
    event, parts = case.dossier.event.name, tuple(sections)
    return View(event, *finding, lead, parts, credit(case), design(case, path), cautions(case))


def cautions(case: Case) -> Message:
    """What can decide the result, or why there is none; an empty place where nothing is to be said."""
    if case.studies.unstudied:
        return unstudied(case)
    told = tuple(map(case.sentence, case.cautions.decisive))
    return Message("Caution" if told else "", told, "warning", "cautions")


def unstudied(case: Case) -> Message:
    """Why no firm can be studied, those of one reason together, and what would work."""
    sharing: dict[str, list[str]] = {}
    for symbol, reason in case.studies.unstudied.items():
        sharing.setdefault(reason, []).append(symbol)
    told = [
        f"{', '.join(_called(case, s) for s in symbols)}: {reason}." for reason, symbols in sharing.items()
    ]
    return Message("Not studied", (*told, *to_fetch(case, case.studies.unstudied)), "warning", "cautions")


def to_fetch(case: Case, symbols: Iterable[str]) -> tuple[str, ...]:
    """What to do about firms without bars; nothing where all have some."""
    if all(case.market.has_bars(symbol) for symbol in symbols):
        return ()
    own = "; or edit the event and give price files of your own" if case.dossier.origin == "own" else ""
    return (
        "What to do: fetch prices with Refresh on the page Data, or with python app.py refresh "
        f"{case.choices.event}{own}.",
    )


def reasons(case: Case, excluded: Mapping[str, str]) -> tuple[str, ...]:
    """Why each firm is not there, a sentence each."""
    return tuple(f"{_called(case, symbol)}: {reason}." for symbol, reason in excluded.items())


def _called(case: Case, symbol: str) -> str:
    """Name and symbol of a firm that may have no prices; one alone where they are the same."""
    known = case.market.instruments.get(symbol)
    return f"{case.name(symbol)} ({symbol})" if known and known.name != symbol else symbol


def remarks(case: Case) -> Message:
    """What else there is to say of sessions and prices; an empty place where there is nothing."""
    moved = (f"{symbol}, day 0 moved to {reason}" for symbol, reason in case.study.moved.items())
    told = tuple(map(case.sentence, (*held_in_part(case.study), *moved, *case.cautions.others)))
    return Message("About these prices" if told else "", told, key="remarks")


def design(case: Case, path: str) -> tuple[tuple[str, str], ...]:
    """Everything needed to find and repeat a page: the choices, the source and the address."""
    prices = case.market.provenance
    return (
        ("Event", case.dossier.event.name),
        *(() if case.studies.unstudied else _of_study(case)),
        ("Snapshot", prices.snapshot),
        ("Retrieved", str(prices.retrieved)),
        ("Prices to", str(prices.as_of)),
        *((("View", address(path, case.choices)),) if _placed(case) else ()),
    )


def _of_study(case: Case) -> tuple[tuple[str, str], ...]:
    chosen = case.study.design
    return (
        ("Day 0", ", ".join(str(day) for day in sorted(set(case.study.event_sessions.values())))),
        ("Model", NORMAL_RETURNS[chosen.model].label),
        ("Benchmark", ", ".join(f"{s}: {b}" for s, b in case.study.benchmarks_read.items() if b) or "none"),
        *((("Donors", _donors(case)),) if case.study.panel.market.donors else ()),
        ("Estimation window", str(chosen.estimation_window)),
        ("Event window", str(chosen.event_window)),
        *((("Not studied", _excluded(case)),) if case.excluded else ()),
    )


def _excluded(case: Case) -> str:
    return "; ".join(f"{symbol}: {reason}" for symbol, reason in case.excluded.items())


def _placed(case: Case) -> bool:
    """Whether a page shows the case: commands take benchmarks that pages do not offer."""
    return case.placed and case.choices.benchmark in ("", *benchmarks(case.dossier))


def _donors(case: Case) -> str:
    found = case.study.panel.market.donors
    return "; ".join(f"{symbol}: {', '.join(found[symbol].used)}" for symbol in case.study.symbols)


def studied(study: StudyResults) -> list[str]:
    """The firms, and the benchmarks that their model reads."""
    against = study.benchmarks.values() if "benchmark" in study.design.needs else ()
    return [*study.symbols, *against]


def against(case: Case, symbol: str) -> str:
    """What a firm is measured against; empty where the model reads neither a benchmark nor donors."""
    if "benchmark" in case.design.needs:
        return f" against {case.name(case.study.benchmarks[symbol])}"
    return " against a mix of its donors" if reads_donors(case.choices) else ""


def day_zero(case: Case) -> str:
    """The date of day 0; the first and the last where exchanges differ."""
    return period(case.study.event_sessions.values())


def on_day_zero(case: Case) -> str:
    """The same as the beginning of a sentence."""
    one = len(set(case.study.event_sessions.values())) == 1
    return f"{'On' if one else 'From'} {day_zero(case)}"


def few(case: Case, most: int = MOST_PANELS, study: StudyResults | None = None) -> str:
    """That only some firms are drawn; empty where all are."""
    every = len((study or case.study).symbols)
    return f"The first {most} of {every} firms are drawn; the table holds all." if every > most else ""


def others(case: Case, most: int = MOST_PANELS) -> Note:
    """That only the first firms are drawn, with a link that draws the others; empty where all are."""
    hidden = set(case.study.symbols[most:])
    rest = tuple(s for s in case.design.symbols if case.market.traded(s) in hidden)
    link = Link(f"Draw the other {len(rest)}", case.choosing(symbols=rest)) if rest else None
    return Note(few(case, most) if rest else "", key="others", link=link)


def _benchmarks(case: Case, study: StudyResults) -> str:
    """What a model reads besides the share, by name."""
    needs = NORMAL_RETURNS[study.design.model].needs
    named = {
        "benchmark": case.names(tuple(dict.fromkeys(study.benchmarks.values()))),
        "factors": ("none (the factor returns of each share's region instead)",),
        "donors": ("none (each share's donors instead)",),
    }
    return "; ".join(name for need in needs for name in named.get(need) or (case.name(need),)) or "none"


def _credit(case: Case, names: str) -> Credit:
    origin = case.market.provenance
    return Credit(names, origin.snapshot, origin.as_of)
