"""What a reader can choose, and how each choice is written in an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import Dossier
from analysis.market.errors import DesignError, EventStudyError, UnknownNameError
from analysis.market.events import DAY_ZERO, Window
from analysis.market.prices import Instrument
from analysis.market.reactions import OWN_MEAN
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.donors import FEWEST
from analysis.study.study import ESTIMATION_WINDOW, EVENT_WINDOW, StudyDesign
from dashboard.views.root import rooted
from dashboard.views.words import count

MOST_SYMBOLS = 60
FARTHEST = 750
TEST_CHOICES = {"": "All tests", "trusted": "Only those to be trusted here"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader has chosen. Empty `symbols`, `benchmark` and `snapshot` mean the event's own."""

    event: str
    symbols: tuple[str, ...] = ()
    model: str = "market_model"
    benchmark: str = ""
    event_window: Window = EVENT_WINDOW
    estimation_window: Window = ESTIMATION_WINDOW
    car_window: Window = DAY_ZERO
    snapshot: str = ""
    source: str = ""
    verdict: str = ""
    target: str = ""
    tests: str = ""
    donors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the query string: what it is called, and how its text is read and written.

    `read` takes the text and the dossier; it raises EventStudyError for what is not allowed.
    """

    key: str
    attribute: str
    name: str
    read: Callable[[str, Dossier], Any]
    write: Callable[[Any], str] = str


def read_window(text: str) -> Window:
    """A window written as ``-10..10``.

    Raises
    ------
    EventStudyError
        If the text is none, or reaches farther than three years of sessions.
    """
    match = re.fullmatch(r"([+-]?\d{1,4})\.\.([+-]?\d{1,4})", text)
    if match is None:
        raise EventStudyError(f"“{text[:20]}” is no window: give two whole numbers, as in -10..10")
    window = Window(int(match[1]), int(match[2]))
    if max(abs(window.start), abs(window.end)) > FARTHEST:
        raise EventStudyError(f"a window reaches at most {FARTHEST} sessions from day 0")
    return window


def _window(text: str, dossier: Dossier) -> Window:
    return read_window(text)


def write_window(window: Window) -> str:
    """The text that `read_window` reads."""
    return f"{window.start}..{window.end}"


def _among(names: Callable[[Dossier], Any]) -> Callable[[str, Dossier], str]:
    def read(text: str, dossier: Dossier) -> str:
        if text not in (known := tuple(names(dossier))):
            raise UnknownNameError("choice", text[:40], known)
        return text

    return read


def _listed(dossier: Dossier) -> list[str]:
    return [instrument.symbol for instrument in dossier.instruments]


def _symbols(text: str, dossier: Dossier) -> tuple[str, ...]:
    known = set(_listed(dossier))
    return tuple(symbol for symbol in symbols_of(text) if symbol in known)


def symbols_of(text: str) -> tuple[str, ...]:
    """The symbols that a text lists, each once, whether they are known or not."""
    return tuple(dict.fromkeys(part for part in text.split(",") if part))[:MOST_SYMBOLS]


def _donors(text: str, dossier: Dossier) -> tuple[str, ...]:
    named = symbols_of(text)
    if len(named) < FEWEST:
        raise DesignError(f"{count(len(named), 'donor')} named: a synthetic control needs {FEWEST} or more")
    return named


def reads_benchmark(choices: Choices) -> bool:
    """Whether the model that is chosen reads a benchmark."""
    return "benchmark" in NORMAL_RETURNS[choices.model].needs


def reads_donors(choices: Choices) -> bool:
    """Whether the model that is chosen takes donors."""
    model = NORMAL_RETURNS.get(choices.model)  # the design says so of one that is unknown
    return model is not None and "donors" in model.needs


def benchmarks(dossier: Dossier) -> tuple[str, ...]:
    """Symbols that an event's firms can be measured against: its funds and indices."""
    defaults = {i.benchmark for i in dossier.instruments if i.benchmark}
    return tuple(dict.fromkeys((*sorted(defaults), *dossier.group("benchmark"))))


FIELDS = (
    Field("symbols", "symbols", "firms", _symbols, ",".join),
    Field("model", "model", "model", _among(lambda dossier: NORMAL_RETURNS)),
    Field("donors", "donors", "list of donors", _donors, ",".join),
    Field("benchmark", "benchmark", "benchmark", _among(benchmarks)),
    Field("window", "event_window", "event window", _window, write_window),
    Field("estimation", "estimation_window", "estimation window", _window, write_window),
    Field("car", "car_window", "CAR window", _window, write_window),
    Field("target", "target", "firm to answer for", _among(_listed)),
    Field("tests", "tests", "choice of tests", _among(lambda dossier: TEST_CHOICES)),
    Field("source", "source", "source", _among(lambda dossier: {move.source for move in dossier.moves})),
    Field("verdict", "verdict", "verdict", _among(lambda dossier: VERDICTS)),
)


def usual(event: str, dossier: Dossier, **chosen: Any) -> Choices:
    """The choices of an event before any is made."""
    return Choices(event, **{"model": usual_model(dossier.instruments, dossier.firms)} | chosen)


def usual_model(instruments: Iterable[Instrument], firms: Sequence[str]) -> str:
    """The model of firms before one is chosen: where none has a benchmark, one that needs none."""
    benchmarked = {one.symbol for one in instruments if one.benchmark}
    return OWN_MEAN if firms and benchmarked.isdisjoint(firms) else Choices("").model


def query(choices: Choices, **named: str) -> str:
    """The shortest query string of some choices: what differs from the default of its event.

    `named` stands before them.
    """
    default, chosen = Choices(choices.event), dict(named)
    chosen |= {"snapshot": choices.snapshot} if choices.snapshot else {}
    for field in FIELDS:
        value = getattr(choices, field.attribute)
        if value != getattr(default, field.attribute):
            chosen[field.key] = field.write(value)
    return "?" + urlencode(chosen, safe=",.:") if chosen else ""


def address(path: str, choices: Choices) -> str:
    """Where a page shows an event under some choices: ``/e/<event>/<page>?choices``."""
    return rooted(f"/e/{quote(choices.event, safe='')}{path}{query(choices)}")


def design(choices: Choices, dossier: Dossier) -> StudyDesign:
    """The study that a reader asks for; DesignError if its choices do not go together."""
    return StudyDesign(
        event=dossier.event,
        symbols=choices.symbols or dossier.firms,
        benchmark=choices.benchmark or None,
        model=choices.model,
        donors=choices.donors if reads_donors(choices) else (),
        event_window=choices.event_window,
        estimation_window=choices.estimation_window,
        shorten=dossier.origin == "own",
    )
