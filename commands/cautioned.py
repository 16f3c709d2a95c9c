"""Which cautions about prices can decide a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.study.study import StudyResults
    from data.quality.caution import Caution


def spans_of(results: StudyResults) -> dict[str, list[Any]]:
    """First and last sessions that a study uses and the first of its window, of each firm and benchmark."""
    spans: dict[str, list[Any]] = {}
    for symbol, span in results.spans.items():
        for concerned in (symbol, results.benchmarks[symbol]):
            spans.setdefault(concerned, []).append(span)
    return spans


def cautioned(
    spans: Mapping[str, Sequence[tuple[Any, ...]]], cautions: Sequence[Caution], assumptions: Sequence[str]
) -> tuple[list[str], list[str]]:
    """What can decide a result, and what else there is to say of its prices.

    `spans` are first and last sessions that a study uses and the first of its window, of each symbol.
    """
    from data.quality.caution import decisive

    heavy: list[str] = []
    light: list[str] = []
    for caution in cautions:
        counts = any(decisive(caution, *span) for span in spans.get(caution.symbol, ()))
        (heavy if counts else light).append(caution.sentence)
    return heavy, [*light, *assumptions]
