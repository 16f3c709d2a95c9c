"""Studies of many events on the command line: how they are printed."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commands.documents import Document, group_document, pair, plain, summary_document
from commands.one_event import tests_of
from commands.printing import Format, percent, print_csv, print_json, pvalue, show, table_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.many.lists import ManyEvents
    from analysis.market.events import Window
    from analysis.study.study import StudyResults
    from commands.event_shards import Summary

MOST_LINES = 10  # of a kind, in text


def show_events(many: ManyEvents, form: Format) -> None:
    """Print a study of many events."""
    if form == "json":
        print_json(events_document(many), indent=None)
    elif form == "csv":
        event_rows(many).to_csv(sys.stdout, index=False)
    else:
        print_events(many)


def event_rows(many: ManyEvents) -> pd.DataFrame:
    """One row per event and CAR window, decimal."""
    import pandas as pd

    results = many.results
    events = pd.DataFrame(
        {
            "event": results.symbols,
            "symbol": [o.symbol for o in results.panel.observations],
            "benchmark": [o.benchmark for o in results.panel.observations],
            "group": [many.groups.get(label) for label in results.symbols],
            "event_session": many.sessions.dt.strftime("%Y-%m-%d").to_numpy(),
            "nobs": results.fit.nobs,
        }
    )
    windows = results.design.car_windows
    cars = [events.assign(window=str(w), **results.car(w).reset_index(drop=True)) for w in windows]
    return pd.concat(cars).sort_values("event", kind="stable")


def events_document(many: ManyEvents) -> Document:
    """Every event's CARs, the tests of all events and of each group, and what limits them."""
    from analysis.inference.significance import TESTS

    results = many.results
    return {
        "design": {
            "model": results.design.model,
            "event_window": pair(results.design.event_window),
            "estimation_window": pair(results.design.estimation_window),
        },
        "events": plain(event_rows(many)).to_dict("list"),
        "group": {key: group_document(results, key) for key in TESTS},
        "summary": summary_document(results),
        "groups": {name: _group(group) for name, group in many.by_group().items()},
        "moved": many.moved.dt.strftime("%Y-%m-%d").to_dict(),
        "clusters": {f"{day:%Y-%m-%d}": int(count) for day, count in many.clusters.items()},
        "overlaps": plain(many.overlaps).to_dict("records"),
        "caution": list(many.caution),
        "excluded": dict(results.excluded),
    }


def _group(results: StudyResults) -> Document:
    caar = {str(window): results.caar(window) for window in results.design.car_windows}
    return {"events": len(results.symbols), "caar": caar, "portfolio": group_document(results, "portfolio")}


def print_events(many: ManyEvents) -> None:
    """Mean effects of all events and of each group, the tests, and what was moved or left out."""
    results, design = many.results, many.results.design
    firms, days = len({o.symbol for o in results.panel.observations}), many.sessions.nunique()
    print(
        f"{_count(len(results.symbols), 'event')} of {_count(firms, 'firm')} on {_count(days, 'day')}; "
        f"{design.model}, estimation window {design.estimation_window}, event window {design.event_window}\n"
    )
    show(_effects({"All": results} | many.by_group()), *tests_of(results, "The events together on day 0"))
    for caution in many.caution:
        print(f"Caution: {caution}")
    _print_some("Moved to a session", {str(label): f"{day:%Y-%m-%d}" for label, day in many.moved.items()})
    _print_some("Not studied", results.excluded)
    print(results.panel.market.provenance)


def _effects(groups: Mapping[str, StudyResults]) -> Table:
    windows = groups["All"].design.car_windows
    title = "Mean cumulative abnormal returns, p value of the portfolio test in brackets"
    table = table_of(title, ("Group",), ("Events", *map(str, windows)))
    for name, results in groups.items():
        table.add_row(name, f"{len(results.symbols):,}", *(_mean(results, window) for window in windows))
    return table


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _mean(results: StudyResults, window: Window) -> str:
    from analysis.inference.significance import TESTS

    test = TESTS["portfolio"].function(results, window)
    return f"{percent(results.caar(window))} ({pvalue(test.pvalue)})"


def _print_some(what: str, lines: Mapping[str, str]) -> None:
    """The first lines of a kind, and how many more there are."""
    for label, text in list(lines.items())[:MOST_LINES]:
        print(f"{what}: {label}: {text}")
    if len(lines) > MOST_LINES:
        print(f"{what}: {len(lines) - MOST_LINES:,} more (--format json lists all)")


# ---- by shards -------------------------------------------------------------------------------------


def show_summary(summary: Summary, form: Format) -> None:
    """Print means, tests and what was left out."""
    if form == "json":
        print_json(shards_document(summary))
    elif form == "csv":
        print_csv([{"window": window, **row} for window, row in shards_document(summary)["caar"].items()])
    else:
        print_summary(summary)


def shards_document(summary: Summary) -> Document:
    """Mean abnormal returns and CARs, tests and reasons, decimal."""
    from analysis.many.event_sums import cross_sectional

    design, moments = summary.design, summary.moments
    t = cross_sectional(moments)
    columns = zip(design.windows, moments.count, moments.car, t.statistic, t.pvalue, strict=True)
    return {
        "design": {
            "model": design.model,
            "event_window": pair(design.event),
            "estimation_window": pair(design.estimation),
        },
        "firms": moments.firms,
        "days": int(moments.sessions.sum()),
        "aar": [_number(x) for x in moments.abnormal / moments.days],
        "caar": {
            str(window): {
                "events": int(n),
                "caar": _number(car),
                "statistic": _number(s),
                "pvalue": _number(p),
            }
            for window, n, car, s, p in columns
        },
        "group": {
            key: {"statistic": _number(outcome.statistic), "pvalue": _number(outcome.pvalue)}
            for key, outcome in summary.tests.items()
        },
        "excluded": {reason: count for reason, count in sorted(summary.excluded.items()) if count},
    }


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def print_summary(summary: Summary) -> None:
    """The same as tables."""
    from analysis.inference.significance import TESTS

    document, design = shards_document(summary), summary.design
    events = document["caar"][str(design.tested)]["events"]
    print(
        f"{events:,} events of {document['firms']:,} firms on {document['days']:,} days; {design.model}, "
        f"estimation window {design.estimation}, event window {design.event}\n"
    )
    means = table_of("Mean cumulative abnormal returns", ("Window",), ("Events", "Mean", "t", "p"))
    for window, row in document["caar"].items():
        means.add_row(
            window,
            f"{row['events']:,}",
            percent(row["caar"]),
            f"{row['statistic']:.2f}",
            pvalue(row["pvalue"]),
        )
    tests = table_of(f"The events together in {design.tested}", ("Test",), ("Statistic", "p"))
    for key, outcome in document["group"].items():
        tests.add_row(TESTS[key].label, f"{outcome['statistic']:.2f}", pvalue(outcome["pvalue"]))
    show(means)
    show(tests, "The tests take the events for independent, except Corrado's and Kolari and Pynnonen's.")
    for reason, count in document["excluded"].items():
        print(f"Not studied: {count:,}: {reason}")
