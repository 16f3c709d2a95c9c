"""Whether the whole curve is unusual: what it comes to on the event and on earlier dates."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analysis.choices.curve import Choices
from analysis.choices.permutation import DATES, PermutationTest
from dashboard.views import columns
from dashboard.views.case import Case
from dashboard.views.content import Note, Progress, Section
from dashboard.views.tables import FRACTION, PLAIN, Number, Table

LABELS: dict[str, tuple[str, Callable[[float], Number]]] = {
    "median": ("Median effect", lambda value: Number(value, FRACTION)),
    "share_significant": ("Share significant at 5\u00a0%", lambda value: Number(value, FRACTION, 0, False)),
    "mean_t": ("Mean t statistic", lambda value: Number(value, PLAIN, 2, True)),
}
HEADING = "The curve on earlier dates"
KEY = "permutation"


def section(case: Case, choices: Choices) -> Section:
    """What the test asks; the page makes it when it is asked for."""
    dek = Note(
        "Specifications of one event are related: a share of significant answers says little without what it "
        "usually is. The whole curve can be made again as if the news had come on earlier dates.",
        key="permutation-dek",
    )
    told = f"Up to {DATES} dates, every fifth session of two years; it takes a minute or two."
    about = f"{zlib.crc32(repr((choices, case.market.provenance.snapshot)).encode()):08x}"
    return Section("permutation-section", HEADING, (dek, Progress("permutation-progress", told, about=about)))


def table(test: PermutationTest, names: Callable[[str], str] = str) -> Table:
    """Three figures of each firm's curve: on the event, their usual size on earlier dates, and p.

    A group of one is its firm.
    """
    rows: list[tuple[str, Any, Any]] = [
        (names(target), LABELS[str(name)], found)
        for target in map(str, test.event.index[-1:] if len(test.event) == 2 else test.event.index)
        for name, found in test.summary(target).to_dict("index").items()
    ]
    return Table(
        HEADING,
        (
            columns.texts("Curve of", (name for name, _, _ in rows)),
            columns.texts("What it comes to", (label for _, (label, _), _ in rows)),
            columns.texts("Event", (shown(found["event"]) for _, (_, shown), found in rows)),
            columns.texts(
                "Usual size", (replace(shown(found["usual"]), signed=False) for _, (_, shown), found in rows)
            ),
            columns.pvalues("p", (found["pvalue"] for _, _, found in rows)),
            columns.numbers("Earlier dates", (found["dates"] for _, _, found in rows), 0),
        ),
        KEY,
    )
