"""Inference: how unusual it was, by tests that allow for one shared date, and by every earlier date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analysis.inference.firm_inference import across_windows, firm_inference
from analysis.inference.group_summary import HEADLINE, group_summary, headline
from analysis.inference.group_test import SignificanceResult
from analysis.inference.placebo import Placebo, placebo
from analysis.inference.significance import TESTS
from analysis.inference.trust import Group, group_of
from analysis.market.events import Window
from dashboard.views import captions, columns, long_windows, placebo_dates, regression, words
from dashboard.views.case import Case
from dashboard.views.content import Note, Section, View
from dashboard.views.tables import FRACTION, PLAIN, PROBABILITY, Column, Number, Table
from dashboard.views.words import SPACE, count, sentence, span

PATH = "/inference"
TITLE = "Inference"
CONTROLS: tuple[str, ...] = ("symbols", "model", "donors", "benchmark", "estimation", "car", "tests")

FIRM_COLUMNS = {
    "pvalue": "p of t",
    "sample_quantile_abs": "Sample quantile",
    "conformal": "Conformal",
    "placebo": "Placebo dates",
    "familywise": "All firms, max-T",
    "stepdown": "All firms, step-down",
    "holm": "All firms, Holm",
}


def view(case: Case) -> View:
    """The group against earlier dates, firm by firm, and every test with its trust."""
    pseudo = placebo(case.study, case.choices.car_window)
    against = (placebo_dates.intro(case), placebo_dates.group_chart(case, pseudo))
    firms = (placebo_dates.firms_intro(), captions.others(case), placebo_dates.firm_chart(case, pseudo))
    sections = (
        Section("placebo", "Against every earlier date", against),
        Section("firms", "Firm by firm", (*firms, *firm_table(case), windows_table(case))),
        Section("tests", "Tests of the group", tuple(group_tests(*_asked(case), case.sentence))),
        *long_windows.section(*_asked(case)[:2]),
        Section("limits", "What this event can tell at all", (limits(case),)),
        Section("diagnostics-section", "Is the model sound?", regression.diagnostics(case)),
    )
    return captions.page(case, PATH, finding(case, pseudo), sections)


def finding(case: Case, pseudo: Placebo) -> tuple[str, str]:
    """How many earlier dates were as extreme for the group, if such a count can be trusted."""
    mean = float(pseudo.event["car"].mean())
    window = case.choices.car_window
    several = len(case.study.symbols) > 1
    return (
        title(case, pseudo, headline(group_of(case.study), window)),
        f"The {'mean ' if several else ''}abnormal return {span(window)} is {words.percent(mean, 1)}. "
        f"{trusted_pvalues(case)} Unusual does not mean caused: other news of those days moves prices too.",
    )


def title(case: Case, pseudo: Placebo, leading: Sequence[str]) -> str:
    """The count of earlier dates by a rank that is trusted, the plain one first; else what the firms did."""
    several = len(case.study.symbols) > 1
    firms = "these firms" if several else case.name(case.study.symbols[0])
    known = int(np.isfinite(pseudo.caar).sum())
    if known and {"placebo_rank", "recent_placebo_rank"} & set(leading):
        plain = "placebo_rank" in leading
        extreme = pseudo.as_extreme if plain else pseudo.recent_as_extreme
        many, were = ("None" if extreme == 0 else f"{extreme:,}"), "was" if extreme < 2 else "were"
        by = "" if plain else ", by recent volatility"
        return f"{many} of {known:,} earlier dates {were} as unusual for {firms}{by}"
    moved = words.moved(float(pseudo.event["car"].mean()))
    why = (
        "no count of earlier dates can be trusted here" if known else "there is no history to compare it with"
    )
    return f"{firms[0].upper()}{firms[1:]} {moved}{' on average' if several else ''} beyond the model; {why}"


def trusted_pvalues(case: Case) -> str:
    """The p values to read first, measure by measure: those of tests that can be trusted here."""
    window = case.choices.car_window
    leading = headline(group_of(case.study), window)
    if not leading:
        return "No test of the group can be trusted in this window; this page says why."
    told: dict[str, list[str]] = {}
    for key in leading:
        pvalue = words.p(TESTS[key].function(case.study, window).pvalue)
        told.setdefault(HEADLINE[key], []).append(f"{TESTS[key].label}: {pvalue}")
    by = " ".join(f"By the {measure}, {'; '.join(tests)}." for measure, tests in told.items())
    return (
        f"How often chance alone goes as far, by the tests that can be trusted here: {by[0].lower()}{by[1:]}"
    )


def limits(case: Case) -> Table:
    """What the number of firms, dates and their correlation allow, one line each."""
    found = group_summary(case.study, case.choices.car_window)

    def plain(value: float | None, digits: int, signed: bool = False) -> Number:
        return Number(value, PLAIN, digits, signed)

    rows: tuple[tuple[str, Number, str], ...] = (
        ("Firms", plain(found.firms, 0), "Shares with an abnormal return in the window."),
        ("Event dates", plain(found.dates, 0), "Firms that share a date share its other news."),
        (
            "Mean residual correlation",
            plain(found.mean_residual_correlation, 2, True),
            "How much the firms move together once the market is taken out.",
        ),
        (
            "Effective number of firms",
            plain(found.effective_firms, 1),
            "Independent firms that would be as informative.",
        ),
        (
            "Smallest attainable p",
            Number(found.smallest_pvalue, PROBABILITY),
            "No rank among these earlier dates can give less.",
        ),
        (
            "Minimum detectable effect",
            Number(found.minimum_detectable_effect, FRACTION, signed=False),
            "Mean move that the portfolio test finds four times out of five, at the 5 % level.",
        ),
    )
    names, values, meanings = zip(*rows, strict=True)
    return Table(
        "Number of dates, correlation and power",
        (
            columns.texts("Quantity", names),
            columns.texts("Value", values),
            columns.texts("In words", meanings),
        ),
        "limits-table",
        stacked=True,
    )


# ---- firm by firm ---------------------------------------------------------------------------------


def firm_table(case: Case) -> tuple[Table, Note]:
    """Every p value of each firm; the last three allow for the number of firms."""
    found = firm_inference(case.study, case.choices.car_window)
    note = (
        "All after the t statistic are p values, two-sided. Sample quantile and conformal rank the event "
        "among the firm's own residuals; "
        "placebo dates repeat the whole study; the last three allow for having looked at several firms."
    )
    table = Table(
        "How unusual, firm by firm",
        (
            columns.texts("Firm", case.names([str(symbol) for symbol in found.index])),
            columns.percents(f"CAR {words.window(case.choices.car_window)}", found["car"]),
            columns.numbers("t statistic", found["statistic"], 2, True),
            *(columns.pvalues(name, found[key]) for key, name in FIRM_COLUMNS.items()),
        ),
        "firm-inference",
    )
    return table, Note(note, "small", "firm-note")


def windows_table(case: Case) -> Table:
    """Step-down p values that allow for every firm and every window."""
    found = across_windows(case.study)
    return Table(
        "Allowing for every firm and every window at once: step-down p among earlier dates",
        (
            columns.texts("Firm", case.names([str(symbol) for symbol in found.index])),
            *(columns.pvalues(words.window(w), found[w]) for w in case.study.design.car_windows),
        ),
        "stepdown-windows",
    )


# ---- tests of the group ----------------------------------------------------------------------------


def _asked(case: Case) -> tuple[Group, Window, bool]:
    return group_of(case.study), case.choices.car_window, case.choices.tests == "trusted"


def group_tests(
    group: Group, window: Window, trusted_alone: bool = False, say: Callable[[str], str] = sentence
) -> Iterator[Note | Table]:
    """The tests that can be trusted here; then the others, each reason said once, by `say`."""
    yield Note(
        "Many tests have been published. Most treat firms as independent, which firms that share a date are "
        "not. Each row says what its test asks.",
        key="tests-dek",
    )
    results = {key: test.result(group, window) for key, test in TESTS.items()}
    doubts = {key: test.objection(group, window, results[key]) for key, test in TESTS.items()}
    trusted = [key for key in TESTS if doubts[key] is None]
    misleads = columns.texts("When it misleads", (sentence(TESTS[key].misleads) for key in trusted))
    told = _told("Trusted here", trusted, window)
    yield _tests({key: results[key] for key in trusted}, told, "group-tests", misleads)
    if trusted_alone:
        return
    reasons = list(dict.fromkeys(doubt for doubt in doubts.values() if doubt))
    others = sorted((key for key in TESTS if doubts[key]), key=lambda key: reasons.index(doubts[key] or ""))
    why = (f"Reason{SPACE}{reasons.index(doubts[key] or '') + 1}" for key in others)
    told = _told("Not to be trusted here", others, window)
    yield _tests({key: results[key] for key in others}, told, "misleading-tests", columns.texts("Why", why))
    told = " ".join(f"Reason {place}: {say(reason)}" for place, reason in enumerate(reasons, 1))
    yield Note(told, "small", "tests-reasons")


def _told(title: str, keys: Sequence[str], window: Window) -> str:
    return f"{title}: {count(len(keys), 'test')} of the group {span(window)}"


def _tests(results: dict[str, SignificanceResult], title: str, name: str, last: Column) -> Table:
    """Tests with what they ask and what they found."""
    asked = (f"{TESTS[key].null_hypothesis} {TESTS[key].reference}." for key in results)
    test = columns.texts(
        "Test and what it asks",
        (TESTS[key].label for key in results),
        "strong",
        (columns.texts("What it asks", asked, "soft"),),
    )
    statistics = columns.numbers("Statistic", (one.statistic for one in results.values()), 2, True)
    pvalues = columns.pvalues("p", (one.pvalue for one in results.values()))
    return Table(title, (test, statistics, pvalues, last), name, stacked=True)
