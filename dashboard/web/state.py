"""What a reader has chosen. It lives in the query string, so that a link opens the same view.

Anything may stand in a query string. `parse` keeps what is valid, replaces the rest by its
default and says so in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from analysis.claims.reported import Dossier
from analysis.claims.verdicts import VERDICTS
from analysis.market.errors import EventStudyError, UnknownNameError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.study import ESTIMATION_WINDOW, EVENT_WINDOW, StudyDesign
from dashboard.views.source import DataSource

LONGEST_QUERY = 2000
MOST_FIELDS = 50
MOST_SYMBOLS = 60
FARTHEST = 750
DAY_ZERO = Window(0, 0)
TEST_CHOICES = {"": "All tests", "trusted": "Only those to be trusted here"}


@dataclass(frozen=True, slots=True)
class View:
    """The state of a page. Empty `symbols`, `benchmark` and `snapshot` mean the event's own."""

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


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the query string: how its text is read and written.

    `read` takes the text and the dossier; it raises EventStudyError for what is not allowed.
    """

    key: str
    attribute: str
    read: Callable[[str, Dossier], Any]
    write: Callable[[Any], str] = str


def read_window(text: str, dossier: Dossier | None = None) -> Window:
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


def write_window(window: Window) -> str:
    """The text that `read_window` reads."""
    return f"{window.start}..{window.end}"


def _known(kind: str, names: Callable[[Dossier], Any]) -> Callable[[str, Dossier], str]:
    def read(text: str, dossier: Dossier) -> str:
        if text not in (known := tuple(names(dossier))):
            raise UnknownNameError(kind, text[:40], known)
        return text

    return read


def _symbols(text: str, dossier: Dossier) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part for part in text.split(",") if part))[:MOST_SYMBOLS]
    known = {instrument.symbol for instrument in dossier.instruments}
    for symbol in chosen:
        if symbol not in known:
            raise EventStudyError(f"unknown symbol {symbol[:20]!r}")
    return chosen


def benchmarks(dossier: Dossier) -> tuple[str, ...]:
    """Symbols that an event's firms can be measured against: its funds and indices."""
    defaults = {i.benchmark for i in dossier.instruments if i.benchmark}
    return tuple(dict.fromkeys((*sorted(defaults), *dossier.group("benchmark"))))


FIELDS = (
    Field("symbols", "symbols", _symbols, ",".join),
    Field("model", "model", _known("model", lambda dossier: NORMAL_RETURNS)),
    Field("benchmark", "benchmark", _known("benchmark", benchmarks)),
    Field("window", "event_window", read_window, write_window),
    Field("estimation", "estimation_window", read_window, write_window),
    Field("car", "car_window", read_window, write_window),
    Field("target", "target", _known("target", lambda dossier: [i.symbol for i in dossier.instruments])),
    Field("tests", "tests", _known("choice of tests", lambda dossier: TEST_CHOICES)),
    Field("source", "source", _known("source", lambda dossier: {move.source for move in dossier.moves})),
    Field("verdict", "verdict", _known("verdict", lambda dossier: VERDICTS)),
)


class Note(NamedTuple):
    """What became of something in a query string, and why."""

    outcome: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}" if self.reason else self.outcome


def parse(search: str, source: DataSource) -> tuple[View, tuple[str, ...]]:
    """The nearest valid view of a query string, and what was ignored, a sentence each."""
    view, ignored = _nearest(search, source)
    return view, tuple(map(str, ignored))


def objections(search: str, source: DataSource) -> tuple[str, ...]:
    """Why the choices of a query string cannot all be shown, a sentence each; empty if they can."""
    return tuple(note.reason or note.outcome for note in _nearest(search, source)[1])


def _nearest(search: str, source: DataSource) -> tuple[View, list[Note]]:
    if len(search) > LONGEST_QUERY or search.count("&") >= MOST_FIELDS:
        return View(default_event(source)), [Note("The address was too long and was ignored.")]
    given = dict(parse_qsl(search.lstrip("?"), max_num_fields=MOST_FIELDS))
    ignored: list[Note] = []
    view = View(_event(given.pop("event", ""), source, ignored))
    dossier = source.dossier(view.event)
    view = replace(view, snapshot=_choice("snapshot", given, source.snapshots, ignored))
    for field in FIELDS:
        if field.key in given:
            view = _read(field, given.pop(field.key), dossier, view, ignored)
    ignored += [Note(f"“{key[:40]}” is no choice of this page and was ignored.") for key in given]
    return _possible(view, dossier, ignored), ignored


def query(view: View, usual: str = "") -> str:
    """The shortest query string that opens a view: what differs from the default of its event.

    `usual` is the event that needs no naming.
    """
    default = View(view.event)
    chosen = {"event": view.event} if view.event != usual else {}
    chosen |= {"snapshot": view.snapshot} if view.snapshot else {}
    for field in FIELDS:
        value = getattr(view, field.attribute)
        if value != getattr(default, field.attribute):
            chosen[field.key] = field.write(value)
    return "?" + urlencode(chosen, safe=",.:") if chosen else ""


def default_event(source: DataSource) -> str:
    """The event that is shown when none is named."""
    for slug in source.events():
        return slug
    raise EventStudyError("no event file can be read; the log says what is wrong with each")


def design(view: View, dossier: Dossier) -> StudyDesign:
    """The study that a view asks for; DesignError if its choices do not go together."""
    return StudyDesign(
        event=dossier.event,
        symbols=view.symbols or dossier.firms,
        benchmark=view.benchmark or None,
        model=view.model,
        event_window=view.event_window,
        estimation_window=view.estimation_window,
    )


def _event(name: str, source: DataSource, ignored: list[Note]) -> str:
    """The event of that name; the default, with the reason, where there is none or its file is broken."""
    if not name:
        return default_event(source)
    try:
        source.dossier(name)
    except UnknownNameError:
        ignored.append(Note(f"The event “{name[:40]}” is not known; the default is shown."))
    except EventStudyError as error:
        ignored.append(Note(f"The event “{name[:40]}” cannot be shown", str(error)))
    else:
        return name
    return default_event(source)


def _choice(key: str, given: dict[str, str], known: Callable[[], Iterable[str]], ignored: list[Note]) -> str:
    """A name among those known, which are asked for only when one is given."""
    name = given.pop(key, "")
    if name and name not in known():
        ignored.append(Note(f"The {key} “{name[:40]}” is not known; the default is shown."))
        return ""
    return name


def _read(field: Field, text: str, dossier: Dossier, view: View, ignored: list[Note]) -> View:
    try:
        return replace(view, **{field.attribute: field.read(text, dossier)})
    except EventStudyError as error:
        ignored.append(Note(f"“{field.key}={text[:40]}” was ignored", str(error)))
        return view


def _possible(view: View, dossier: Dossier, ignored: list[Note]) -> View:
    """The view, with its windows put back to the default if they do not go together."""
    default = View(view.event)
    try:
        design(view, dossier)
    except EventStudyError as error:
        ignored.append(Note("The windows were put back to the default", str(error)))
        view = replace(view, event_window=default.event_window, estimation_window=default.estimation_window)
    if not view.event_window.covers(view.car_window):
        ignored.append(Note(f"CAR window {view.car_window} lies outside event window {view.event_window}."))
        view = replace(view, car_window=Window(0, 0))
    return view
