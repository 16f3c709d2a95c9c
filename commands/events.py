"""The catalogue: every event with its finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from analysis.claims.judgements import VERDICTS
from analysis.market.errors import EventStudyError
from commands.console import say
from commands.options import FormatOption
from commands.printing import print_csv, print_json
from dashboard.views.words import count, typeset

if TYPE_CHECKING:
    from commands.source import Source


def events(context: typer.Context, form: FormatOption = "text") -> None:
    """List every event with its finding, how its claims fared, and what its firms did."""
    found = list(_found(context.obj))
    if form == "json":
        print_json([document(one) for one in found])
    elif form == "csv":
        print_csv([row(one) for one in found])
    else:
        _print(found, _short_names(context.obj) if any(one["origin"] == "own" for one in found) else {})


def _found(source: Source) -> Iterator[dict[str, Any]]:
    """Each event in brief; those that cannot be read are named."""
    for slug in source.listed():
        try:
            yield source.in_brief(slug)
        except EventStudyError as error:
            say(f"left out: {error}")


def document(one: dict[str, Any]) -> dict[str, Any]:
    """An event as plain numbers, decimal."""
    return {
        **{key: one[key] for key in ("slug", "name", "date")},
        "claims": one["verdicts"],
        "headline": one["headline"],
        "firms": {
            firm["symbol"]: {
                "close": firm["close"],
                "abnormal_return": firm["abnormal_return"],
                "ci": [firm["low"], firm["high"]],
                "pvalue": firm["pvalue"],
            }
            for firm in one["firms"]
        },
        "origin": one["origin"],
    }


def _short_names(source: Source) -> dict[str, str]:
    """What makers call their events, by id; of two with one name the one that the name leads to."""
    from data.store.place import own_names

    known = own_names()
    every = [(one.slug, one.id) for one in source.own_events()] if known is None else known
    return {identifier: slug for slug, identifier in dict(reversed(every)).items()}


def _print(found: list[dict[str, Any]], names: dict[str, str]) -> None:
    for one in found:
        told = ", ".join(f"{n:,} {VERDICTS[key].label.lower()}" for key, n in one["verdicts"].items() if n)
        slug = names.get(one["slug"], one["slug"])
        lines = (f"{typeset(one['date']):<11} {one['name']}", one["headline"], told, one["problem"], slug)
        print("\n            ".join(line for line in lines if line).replace("\u00a0", " "), end="\n\n")
    say(f"{count(len(found), 'event')}; python app.py show overview SLUG shows one")


def row(one: dict[str, Any]) -> dict[str, Any]:
    """An event as a row: day 0 of the mean of its firms, and how its claims fared."""
    measured = ("move", "abnormal", "low", "high", "pvalue", "half", "whole")
    return {
        **{key: one[key] for key in ("slug", "name", "date", "origin", "headline")},
        "firms": len(one["firms"]),
        **{key: one[key] for key in measured},
        **one["verdicts"],
    }
