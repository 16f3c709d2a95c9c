"""The choices of a reader live in the query string, and the event in the path: a link opens the same view.

Anything may stand in a query string. `parse` keeps what is valid, replaces the rest by its
default and says so in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import parse_qsl

from analysis.claims.reported import Dossier
from analysis.market.errors import EventStudyError, UnknownNameError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.donors import FEWEST, known_donors
from dashboard.views.choices import (
    FIELDS,
    Choices,
    Field,
    design,
    reads_benchmark,
    symbols_of,
    usual,
)
from dashboard.views.source import DataSource
from dashboard.views.words import window

LONGEST_QUERY = 2000
MOST_FIELDS = 50


class Note(NamedTuple):
    """What became of something in a query string, and why."""

    outcome: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}" if self.reason else self.outcome


class Moved(Note):
    """A choice that gave way to another one: said, and no objection."""


def is_shown(given: Any) -> TypeGuard[list[str]]:
    """Whether a browser says what it shows, as it was told: path, query and snapshot."""
    return isinstance(given, list) and len(given) == 3 and all(isinstance(part, str) for part in given)


def parse(search: str, source: DataSource, event: str = "") -> tuple[Choices, tuple[str, ...]]:
    """The nearest valid choices of a query string, and what was ignored, a sentence each.

    `event` is the one that the path names; where it names none, the query may, or the first is meant.
    """
    chosen, ignored = _nearest(search, source, event)
    return chosen, tuple(map(str, ignored))


def objections(search: str, source: DataSource, event: str = "") -> tuple[str, ...]:
    """Why the choices of a query string cannot all be shown, a sentence each; empty if they can."""
    notes = (note for note in _nearest(search, source, event)[1] if not isinstance(note, Moved))
    return tuple(note.reason or note.outcome for note in notes)


def _nearest(search: str, source: DataSource, event: str) -> tuple[Choices, list[Note]]:
    if len(search) > LONGEST_QUERY or search.count("&") >= MOST_FIELDS:
        return Choices(event or default_event(source)), [Note("The address was too long and was ignored.")]
    given = dict(parse_qsl(search.lstrip("?"), max_num_fields=MOST_FIELDS))
    ignored: list[Note] = []
    event = event or _event(given.pop("event", ""), source, ignored)
    dossier = source.dossier(event)
    chosen = usual(event, dossier)
    chosen = replace(chosen, snapshot=_choice("snapshot", given, source.snapshots, ignored))
    for field in FIELDS:
        if field.key in given:
            text = given.pop(field.key)
            chosen = _read(field, text, dossier, chosen, ignored)
            ignored += _unknown_symbols(text, chosen) if field.key == "symbols" else []
    if chosen.donors:
        chosen = _known_donors(chosen, source, ignored)
    ignored += [Note(f"“{key[:40]}” is no choice of this page and was ignored.") for key in given]
    return _possible(chosen, dossier, ignored), ignored


def default_event(source: DataSource) -> str:
    """The event that is shown when none is named."""
    for slug in source.events():
        return slug
    raise EventStudyError("no event file can be read; the log says what is wrong with each")


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


def _read(field: Field, text: str, dossier: Dossier, chosen: Choices, ignored: list[Note]) -> Choices:
    try:
        return replace(chosen, **{field.attribute: field.read(text, dossier)})
    except UnknownNameError:
        ignored.append(Note(f"The {field.name} “{text[:40]}” is no choice of the menu and was left out."))
        return chosen
    except EventStudyError as error:
        ignored.append(Note(f"The {field.name} “{text[:40]}” was ignored", str(error)))
        return chosen


def _unknown_symbols(text: str, chosen: Choices) -> list[Note]:
    """What is said of symbols that are left out; the others are kept."""
    return [
        Note(f"“{symbol[:20]}” is no instrument of this event and was left out.")
        for symbol in symbols_of(text)
        if symbol not in chosen.symbols
    ]


def _known_donors(chosen: Choices, source: DataSource, ignored: list[Note]) -> Choices:
    """The choices without donors that are not at hand; with the usual ones if too few are left."""
    known = known_donors(source.market(chosen.event, chosen.snapshot or None))
    donors = tuple(symbol for symbol in chosen.donors if symbol in known)
    ignored += [
        Note(f"“{symbol[:20]}” is no share at hand that can be a donor and was left out.")
        for symbol in chosen.donors
        if symbol not in known
    ]
    if len(donors) < FEWEST:
        ignored.append(Note(f"Of the donors {len(donors)} are known, too few: the usual ones are taken."))
        donors = ()
    return replace(chosen, donors=donors)


def _possible(chosen: Choices, dossier: Dossier, ignored: list[Note]) -> Choices:
    """The choices, with windows that give way to each other, or put back to the default."""
    chosen = _together(chosen, dossier, ignored)
    try:
        design(chosen, dossier)
    except EventStudyError as error:
        ignored.append(Note("The windows were put back to the default", str(error)))
        default = Choices(chosen.event)
        windows = ("event_window", "estimation_window", "car_window")
        chosen = replace(chosen, **{name: getattr(default, name) for name in windows})
    return chosen


def _answering(chosen: Choices, dossier: Dossier) -> set[str | None]:
    """The firms that are chosen, and what stands in for them."""
    firms = chosen.symbols or dossier.firms
    return {s for i in dossier.instruments if i.symbol in firms for s in (i.symbol, i.stand_in)}


def _together(chosen: Choices, dossier: Dossier, moved: list[Note]) -> Choices:
    """An event window that holds the CAR window, an estimation window before it, a benchmark that is read."""
    if chosen.benchmark and not reads_benchmark(chosen):
        model, known = NORMAL_RETURNS[chosen.model].label, {i.symbol: i.name for i in dossier.instruments}
        left = known.get(chosen.benchmark, chosen.benchmark)
        moved.append(Moved(f"Your model, {model}, reads no benchmark: {left} is left out."))
        chosen = replace(chosen, benchmark="")
    if chosen.target and chosen.target not in _answering(chosen, dossier):
        name = next(i.name for i in dossier.instruments if i.symbol == chosen.target)
        moved.append(Moved(f"Your answer for {name} needs it among the firms: the group's is shown."))
        chosen = replace(chosen, target="")
    event, car, estimation = chosen.event_window, chosen.car_window, chosen.estimation_window
    if 0 in event and not event.covers(car):
        event = Window(min(event.start, car.start), max(event.end, car.end))
        moved.append(Moved(f"Your CAR window {window(car)} needs the event window {window(event)}."))
    if estimation.start < event.start <= estimation.end:
        by = event.start - 1 - estimation.end
        estimation = Window(estimation.start + by, estimation.end + by)
        moved.append(
            Moved(f"Your event window {window(event)} needs the estimation window {window(estimation)}.")
        )
    return replace(chosen, event_window=event, estimation_window=estimation)
