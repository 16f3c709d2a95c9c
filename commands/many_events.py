"""Studies of many events on the command line: how they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.inference.cautions import group_cautions
from analysis.market.events import DAY_ZERO, Window
from commands.cautioned import cautioned
from commands.console import say
from commands.list_documents import event_rows, events_document, explain_document, explain_rows
from commands.one_event import tests_of
from commands.printing import (
    StudyFormat,
    print_csv,
    print_json,
    print_table_csv,
    show,
    show_blocks,
    table_of,
    tell,
)
from dashboard.views import words
from dashboard.views.words import count, percent, pvalue

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.inference.trust import Group
    from analysis.many.events import Said
    from analysis.many.result import ManyEvents
    from commands.lists import ListStudy

MOST_LINES = 10  # of a kind, in text


def show_list(study: ListStudy, form: StudyFormat, stars: bool = False) -> None:
    """Print a study of a list of events."""
    spans = study.many.spans({caution.symbol for caution in study.cautions})
    decisive, others = cautioned(spans, study.cautions, ())
    decisive = [*group_cautions(study.many.group, DAY_ZERO), *decisive]
    known = [*study.many.cautions, *study.assumptions]
    halts = [f"{label}: {text}" for label, text in study.many.halted.first]
    told = [*known, *halts, *decisive, *others]
    if form == "json":
        document = events_document(study.many, told)
        print_json(document | ({"explain": explain_document(study.explained)} if study.explained else {}))
    elif form == "latex":
        from dashboard.render import latex
        from dashboard.views.content import Credit
        from dashboard.views.thesis import of_list

        few = [*known, *decisive, *others][:MOST_LINES]
        view = of_list(study.many, study.explained, Credit.of(study.provenance), few)
        print(latex.document(view, stars), end="")
    elif form == "csv":
        if study.explained:
            print_csv(explain_rows(study.explained))
        else:
            print_table_csv(event_rows(study.many))
        for sentence in told:
            say(sentence)
    else:
        _print_list(study, decisive, known, others)


def _print_list(study: ListStudy, decisive: list[str], known: list[str], others: list[str]) -> None:
    """Mean effects of all events and of each group, the tests, and what was moved or left out."""
    from dashboard.views import explain, long_windows

    many, design = study.many, study.many.design
    days = len(set(many.columns.session.tolist()))
    _print_cautions(decisive)
    print(
        f"{count(len(many.columns.events), 'event')} of {count(many.firms, 'firm')} on "
        f"{count(days, 'day')}; {design.model}, estimation window "
        f"{words.window(design.estimation_window)}, event window {words.window(design.event_window)}"
        f"{'; returns between trades' if design.gaps != 'missing' else ''}\n"
    )
    show(_effects(many), *tests_of(many.group, design.car_windows, "The events together", percent))
    show_blocks(long_windows.blocks(many.group, design.car_windows))
    if study.explained:
        show_blocks(explain.blocks(study.explained))
    _print_cautions(known)
    _print_cautions(others)
    _print_some("Held in part", many.partial, "csv has all")
    _print_some("Reopened", many.halted)
    _print_some("Moved to a session", many.moved)
    _print_some("Not studied", many.lost)
    print(study.provenance)


def _effects(many: ManyEvents) -> Table:
    windows = many.design.car_windows
    title = "Mean cumulative abnormal returns, p value of the portfolio test in brackets"
    table = table_of(title, ("Group",), ("Events", *map(words.window, windows)))
    for name, group in many.groups().items():
        table.add_row(name, *_means(group, windows))
    return table


def _means(group: Group, windows: tuple[Window, ...]) -> list[str]:
    from analysis.inference.significance import TESTS

    tests = [TESTS["portfolio"].result(group, window) for window in windows]
    means = [percent(float(group.evidence(window).caar)) for window in windows]
    cells = [f"{mean} ({pvalue(test.pvalue)})" for mean, test in zip(means, tests, strict=True)]
    return [f"{int(group.evidence(windows[0]).firms):,}", *cells]


def _print_cautions(sentences: list[str]) -> None:
    """The first cautions, and how many more there are."""
    for sentence in sentences[:MOST_LINES]:
        tell(f"Caution: {sentence}")
    if len(sentences) > MOST_LINES:
        print(f"Caution: {len(sentences) - MOST_LINES:,} more (--format json lists all)")


def _print_some(what: str, things: Said, elsewhere: str = "") -> None:
    """The first things of a kind, and how many more there are."""
    for label, text in things.first[:MOST_LINES]:
        tell(f"{what}: {label}: {text}")
    if things.count > MOST_LINES:
        listed = "json lists all" if things.count <= 100 else "json lists the first hundred"
        print(f"{what}: {things.count - MOST_LINES:,} more (--format {elsewhere or listed})")
