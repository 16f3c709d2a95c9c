"""A study as a thesis prints it: its tables, what stands under them, and how the numbers were computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis.inference.calendar import LONG
from analysis.inference.group_test import SignificanceResult, SignificanceTest
from analysis.inference.significance import TESTS
from analysis.inference.trust import Group, group_of
from analysis.market.events import DAY_ZERO, Window
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.views import columns, long_windows, synthetic, words
from dashboard.views.content import Block, Credit, Note, Section, View
from dashboard.views.tables import FRACTION, PLAIN, Column, Table

if TYPE_CHECKING:
    from analysis.many.explain import Explained
    from analysis.many.result import ManyEvents
    from analysis.study.results import StudyResults
    from analysis.study.study import StudyDesign

NOTE = "small"  # the style of what stands under a table
LONG_WINDOWS = (
    f"Windows of more than {LONG} sessions have calendar-time alphas too, Jaffe (1974); Mandelker (1974); "
    "Fama (1998), with errors by Newey & West (1987)."
)
STEP = "Unless said otherwise, p values are two-sided."
ERRORS, ERRORS_AND_P = "Standard errors in brackets.", "Standard errors in brackets, then p of t."
MEANS = "Standard errors of the portfolio test in brackets, then its p value."
CLUSTERED = "Errors are clustered by date and by firm."


def of_study(results: StudyResults, cautions: Sequence[str] = ()) -> View:
    """One event: day 0, CARs by window, and the tests of the firms together."""
    design, origin = results.design, results.panel.market.provenance
    group, credit = group_of(results), Credit.of(origin)
    unit = FRACTION if REACTIONS[design.reaction].unit == "fraction" else PLAIN
    settings = f"{_settings(design, results.benchmarks.values())} {synthetic.chosen(results)}".rstrip()
    used = [settings, words.credit(credit)]
    day_zero, windows = _note(*used, ERRORS), _note(*used, ERRORS_AND_P)
    sections = (
        Section("day-0", "Day 0", (_day_zero(results, unit), day_zero)),
        Section("cars", "Windows", (_windows(results, unit), windows)),
        *_mixes(results),
        *_tests(group, design.car_windows, used),
        *_long(group, design.car_windows),
        _method(design, group, settings, origin.retrieved.isoformat(), cautions),
    )
    return View(design.event.name, design.event.name, "", (), sections, credit)


def of_list(
    many: ManyEvents, explained: Explained | None, credit: Credit, cautions: Sequence[str] = ()
) -> View:
    """Many events: mean CARs of all and of each group, their tests, and what explains them."""
    design = many.design
    used = [_settings(design, ()), words.credit(credit)]
    sections = [
        Section("means", "Mean CARs", (_means(many.groups(), design.car_windows), _note(*used, MEANS))),
        *_tests(many.group, design.car_windows, used),
        *_long(many.group, design.car_windows),
    ]
    if explained:
        sections.append(Section("explain", "What explains it", tuple(_explained(explained))))
    sections.append(_method(design, many.group, used[0], "", cautions, bool(explained)))
    name = words.count(len(many.columns.events), "event")
    return View(name, name, "", (), tuple(sections), credit)


def _explained(found: Explained) -> Iterator[Block]:
    """What explains it, with notes that stand under its tables."""
    from dashboard.views import explain

    for block in explain.blocks(found):
        if isinstance(block, Note):
            yield Note(block.text, NOTE)
        else:
            yield from (block, _note(CLUSTERED))


def _note(*told: str) -> Note:
    return Note(" ".join(filter(None, told)), NOTE)


def _settings(design: StudyDesign, benchmarks: Iterable[str]) -> str:
    """Model, benchmarks and windows, in a sentence."""
    model, against = NORMAL_RETURNS[design.model], dict.fromkeys(benchmarks)
    named = f" Benchmark: {', '.join(against)}." if against and "benchmark" in model.needs else ""
    return (
        f"Model: {model.label}.{named} Estimation window {words.window(design.estimation_window)}, event "
        f"window {words.window(design.event_window)}, in sessions from day 0."
    )


# ---- tables --------------------------------------------------------------------------------------


def _amounts(name: str, values: Iterable[Any], unit: str, below: tuple[Column, ...] = ()) -> Column:
    if unit == FRACTION:
        return columns.percents(name, values, below=below)
    return columns.numbers(name, values, signed=True, below=below)


def _errors(values: Iterable[float], unit: str) -> Column:
    """Standard errors, as they stand under what they belong to: in brackets."""
    written = words.size if unit == FRACTION else words.number
    return columns.right(columns.texts("se", (f"({written(value, 2)})" for value in values)))


def _day_zero(results: StudyResults, unit: str) -> Table:
    from analysis.inference.placebo import placebo

    order = list(results.symbols)
    found, placebos = results.car(DAY_ZERO).loc[order], placebo(results, DAY_ZERO).pvalues
    observed = "Return" if results.design.reaction == "return" else "Observed"
    return Table(
        f"{results.design.event.name}: {REACTIONS[results.design.reaction].label.lower()} on day 0",
        (
            columns.texts("Firm", (_name(results, symbol) for symbol in order)),
            columns.dates("Day 0", (results.event_sessions[symbol] for symbol in order)),
            _amounts(observed, results.returns.loc[0, order], unit),
            _amounts("Expected", results.expected_returns.loc[0, order], unit),
            _amounts("Abnormal", found["car"], unit, (_errors(found["se"], unit),)),
            columns.numbers("t", found["statistic"]),
            columns.pvalues("p", found["pvalue"]),
            columns.pvalues("Placebo p", (placebos[symbol] for symbol in order)),
        ),
        "day-0",
    )


def _windows(results: StudyResults, unit: str) -> Table:
    order, design = list(results.symbols), results.design
    return Table(
        f"{design.event.name}: {REACTIONS[design.reaction].label.lower()}, added up over windows",
        (
            columns.texts("Firm", (*(_name(results, symbol) for symbol in order), "Mean")),
            *(_window(results, window, order, unit) for window in design.car_windows),
        ),
        "windows",
    )


def _window(results: StudyResults, window: Window, order: list[str], unit: str) -> Column:
    """CARs of the firms with error and p value, and the mean with those of the portfolio test."""
    found = results.car(window).loc[order]
    group = group_of(results)
    mean, test = group.evidence(window), TESTS["portfolio"].result(group, window)
    below = (
        _errors((*found["se"], float(mean.caar_se)), unit),
        columns.pvalues("p", (*found["pvalue"], test.pvalue)),
    )
    return _amounts(words.window(window), (*found["car"], float(mean.caar)), unit, below)


def _name(results: StudyResults, symbol: str) -> str:
    return results.panel.market.instrument(symbol).name


def _means(groups: dict[str, Group], windows: Sequence[Window]) -> Table:
    first = [group.evidence(windows[0]).firms for group in groups.values()]

    def column(window: Window) -> Column:
        found = [group.evidence(window) for group in groups.values()]
        tests = [TESTS["portfolio"].result(group, window) for group in groups.values()]
        errors = _errors((float(one.caar_se) for one in found), FRACTION)
        below = (errors, columns.pvalues("p", (test.pvalue for test in tests)))
        return columns.percents(words.window(window), (float(one.caar) for one in found), below=below)

    return Table(
        "Mean cumulative abnormal returns",
        (columns.texts("Group", groups), columns.numbers("Events", first, 0), *map(column, windows)),
        "means",
    )


def _tests(group: Group, windows: Sequence[Window], used: Sequence[str]) -> Iterator[Section]:
    """Every test that has a p value, by window; under them why some are not to be trusted."""
    doubts: dict[str, int] = {}
    cells: dict[str, list[str]] = {}
    for key, test in TESTS.items():
        outcomes = [test.result(group, window) for window in windows]
        if any(outcome.pvalue is not None for outcome in outcomes):
            found = zip(windows, outcomes, strict=True)
            cells[key] = [_marked(group, test, window, outcome, doubts) for window, outcome in found]
    shown = Table(
        "Tests of all together: p values by window",
        (
            columns.texts("Test", (TESTS[key].label for key in cells)),
            *(
                columns.right(columns.texts(words.window(window), (row[place] for row in cells.values())))
                for place, window in enumerate(windows)
            ),
        ),
        "tests",
    )
    reasons = "; ".join(f"[{place}] {doubt}" for doubt, place in doubts.items())
    marked = f"A number in brackets: not to be trusted in that window. {reasons}." if doubts else ""
    yield Section("tests", "Tests", (shown, _note(*used, marked)))


def _marked(
    group: Group, test: SignificanceTest, window: Window, outcome: SignificanceResult, doubts: dict[str, int]
) -> str:
    """A p value, and the number of what speaks against it."""
    doubt = test.objection(group, window, outcome)
    if outcome.pvalue is None or doubt is None:
        return words.pvalue(outcome.pvalue)
    return f"{words.pvalue(outcome.pvalue)} [{doubts.setdefault(doubt, len(doubts) + 1)}]"


def _mixes(results: StudyResults) -> Iterator[Section]:
    """What each firm's synthetic control is made of, where there is one."""
    if results.panel.market.donors:
        yield Section("donors", "Donors", tuple(synthetic.mixes(results)))


def _long(group: Group, windows: Sequence[Window]) -> Iterator[Section]:
    """Calendar-time alphas of windows beyond 20 sessions, where there are any."""
    if blocks := tuple(long_windows.blocks(group, windows)):
        yield Section("long-windows", "Long windows", blocks)


# ---- how it was computed ---------------------------------------------------------------------------


def _method(
    design: StudyDesign,
    group: Group,
    settings: str,
    retrieved: str,
    cautions: Sequence[str],
    explained: bool = False,
) -> Section:
    """The paragraph that says how the numbers were made, with whom to cite."""
    model, reaction = NORMAL_RETURNS[design.model], REACTIONS[design.reaction]
    keys = [key for key in TESTS if TESTS[key].result(group, DAY_ZERO).pvalue is not None]
    tests = "; ".join(f"{TESTS[key].label}, {TESTS[key].reference}" for key in keys)
    told = (
        f"{reaction.label}s follow {reaction.reference}.",
        settings,
        f"{model.explanation} The model follows {model.reference}.",
        "Returns are simple, in local currency, from adjusted closes, between neighbouring sessions of each "
        "share's own exchange; day 0 is the first session whose close comes after the news.",
        "Returns run from trade to trade, Maynes & Rumsey (1993)." if design.gaps != "missing" else "",
        "Standard errors of abnormal returns and of their sums carry the full error of prediction.",
        f"Tests of all together: {tests}. {STEP}",
        LONG_WINDOWS if any(len(window) > LONG for window in design.car_windows) else "",
        "CARs were regressed on columns of the list with errors clustered by date and by firm, "
        "Cameron, Gelbach & Miller (2011)."
        if explained
        else "",
        f"Prices were retrieved on {words.typeset(retrieved)}." if retrieved else "",
        *map(words.sentence, cautions),
        "Computed with Aftershock.",
    )
    return Section("method", "How this was computed", (Note(" ".join(filter(None, told)), key="method"),))
