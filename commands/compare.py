"""Events side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.market.errors import DesignError
from commands.events import row
from commands.options import FormatOption
from commands.printing import print_csv, print_json
from commands.show import print_view

if TYPE_CHECKING:
    from dashboard.views.compared import Compared


def compare(
    context: typer.Context,
    events: Annotated[list[str], typer.Argument(metavar="EVENT EVENT ...", help="Events of the catalogue.")],
    form: FormatOption = "text",
) -> None:
    """Compare events: their days 0, how long they lasted, how rare they were, what they say together."""
    from dashboard.views import compare as page
    from dashboard.views.compared import FEWEST, compared

    found = compared(context.obj, events)
    if len(found.cases) < FEWEST:
        reasons = "; ".join(f"{slug}: {reason}" for slug, reason in found.left.items())
        raise DesignError(f"compare needs at least two events: {reasons or 'only one is named'}")
    if form == "text":
        print_view(page.view(context.obj, {"events": ",".join(events)}), "text")
    elif form == "csv":
        print_csv([_row(one) for one in _events(found)])
    else:
        print_json(document(found))


def document(found: Compared) -> dict[str, Any]:
    """Events side by side as plain numbers, decimal; day 0 of all their firms under `pooled`."""
    from analysis.market.events import DAY_ZERO
    from commands.documents import window_document

    many = found.pooled
    return {
        "events": _events(found),
        "pooled": None if many is None else window_document(many.group, DAY_ZERO),
        "cautions": [] if many is None else list(many.cautions),
        "left_out": dict(found.left),
    }


def _events(found: Compared) -> list[dict[str, Any]]:
    return [
        {
            **row(one.as_document()),
            "event_time": list(range(one.start, one.start + len(one.path))),
            "path": list(one.path),
            "rank": _standing(raw),
            "rank_less_benchmark": _standing(net),
        }
        for one, (raw, net) in zip(found.told, found.standings, strict=True)
    ]


def _standing(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "rank": found.rank, "days": found.days, "since": str(found.first)}


def _row(one: dict[str, Any]) -> dict[str, Any]:
    """The same without what is a list."""
    ranks = {key: (one[key] or {}).get("rank") for key in ("rank", "rank_less_benchmark")}
    return {key: value for key, value in one.items() if key not in ("event_time", "path")} | ranks
