"""Studies of lists of events as plain numbers, as in `documents`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commands.documents import SCHEMA, Document, choices, group_document, listed, number, plain, together

if TYPE_CHECKING:
    import pandas as pd

    from analysis.many.events import Said
    from analysis.many.explain import Explained
    from analysis.many.result import ManyEvents
    from analysis.market.bars import Ints

MOST_LISTED = 10_000  # events that are listed one by one


def events_document(many: ManyEvents, cautions: Sequence[str] = ()) -> Document:
    """Every event's CARs, the tests of all events and of each group, and what limits them."""
    from analysis.many.events import MOST_SAID

    first, second, shared = many.overlaps
    events, clusters = many.columns.events, many.clusters
    pairs = zip(first[:MOST_SAID].tolist(), second[:MOST_SAID].tolist(), shared.tolist(), strict=False)
    return {
        "schema": SCHEMA,
        "design": choices(many.design),
        "events": _events(many) if len(events) <= MOST_LISTED else None,
        "aar": [number(value) for value in many.abnormal],
        **together(many.group, many.design),
        "groups": {name: _group(many, chosen) for name, chosen in many.by_group().items()},
        "moved": said(many.moved),
        "overlaps": listed(
            len(first),
            (
                {"event": events.label(a), "next_event": events.label(b), "sessions_shared": n}
                for a, b, n in pairs
            ),
        ),
        "clusters": listed(
            len(clusters), ({"session": str(day), "events": n} for day, n in clusters[:MOST_SAID])
        ),
        "excluded": said(many.lost),
        "cautions": list(cautions),
    }


def _group(many: ManyEvents, chosen: Ints) -> Document:
    """Events of a group, their mean CARs and the portfolio test of day 0."""
    group, windows = many.group_of(chosen), many.design.car_windows
    return {
        "events": len(chosen),
        "caar": {str(window): number(group.evidence(window).caar) for window in windows},
        "portfolio": group_document(group, "portfolio"),
    }


def said(things: Said) -> Document:
    """Events of a kind and the first of them, each with its reason."""
    return listed(things.count, ({"event": event, "reason": reason} for event, reason in things.first))


def _events(many: ManyEvents) -> Document:
    """Columns of one row per event and CAR window."""
    rows = event_rows(many)
    return {str(name): plain(rows[[name]])[name].tolist() for name in rows}


def event_rows(many: ManyEvents) -> pd.DataFrame:
    """One row per event and CAR window, decimal."""
    import numpy as np
    import pandas as pd

    from analysis.models.distributions import reach, two_sided_t

    columns, windows = many.columns, many.design.car_windows
    events, names = columns.events, np.array([*columns.events.names, ""], dtype=object)
    count, width = len(events), len(windows)
    car, se, df = columns.car.T.ravel(), columns.car_se.T.ravel(), np.repeat(columns.df, width)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = car / se
    half = reach(df) * se
    groups = np.array([*events.groups, None], dtype=object)
    once = {
        "event": list(events.labels),
        "symbol": names[events.firm],
        "benchmark": names[events.benchmark],
        "group": groups[events.group],
        "event_session": np.datetime_as_string(columns.session),
        "nobs": columns.nobs,
    }
    return pd.DataFrame(
        {
            **{name: np.repeat(np.array(values, dtype=object), width) for name, values in once.items()},
            "window": np.tile(np.array([str(window) for window in windows], dtype=object), count),
            "car": car,
            "se": se,
            "statistic": statistic,
            "df": df,
            "pvalue": two_sided_t(statistic, df),
            "ci_low": car - half,
            "ci_high": car + half,
            "sessions": columns.held.T.ravel(),
            "of": np.tile([len(window) for window in windows], count),
        }
    )


def explain_document(found: Explained) -> Document:
    """What explains the CARs of a list: a regression per window, levels compared, and what to know first."""
    from dataclasses import asdict

    windows = {str(one.window): _plainly(asdict(one)) for one in found.regressions}
    for window in windows.values():
        del window["window"]
    columns = {name: {"base": found.bases.get(name)} for name in found.columns}
    return {"formula": found.formula, "columns": columns, "windows": windows, "notes": list(found.notes)}


def explain_rows(found: Explained) -> list[Document]:
    """One row per window and number of `explain_document`; `part` says which it is."""
    from dataclasses import asdict

    rows: list[Document] = []
    for one in found.regressions:
        parts = [("coefficient", one.coefficients)]
        for compared in one.comparisons:
            parts += [("mean", compared.means), ("difference", compared.differences)]
        rows += [
            {"window": str(one.window), "part": part} | _plainly(asdict(estimate))
            for part, estimates in parts
            for estimate in estimates
        ]
        rows += [
            {
                "window": str(one.window),
                "part": "equal means",
                "term": c.column,
                "level": "",
                "events": one.events,
                "statistic": number(c.statistic),
                "pvalue": number(c.pvalue),
            }
            for c in one.comparisons
        ]
    return rows


def _plainly(value: Any) -> Any:
    """What a document can hold in place of a value that may hold others."""
    if isinstance(value, dict):
        return {key: _plainly(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plainly(inner) for inner in value]
    return number(value) if isinstance(value, float) else value
