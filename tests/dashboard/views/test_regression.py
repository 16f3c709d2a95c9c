"""The model behind each firm, as the pages show it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.study.diagnostics import DIAGNOSTICS, diagnose
from analysis.study.regression import fitted_scatter, regression_table
from dashboard.render.figures import drawn
from dashboard.views import regression
from tests.dashboard.newsdesk import made_up_case

ROOT = Path(__file__).parents[3]


def test_scatter_draws_every_session_once_and_day_0_apart() -> None:
    case = made_up_case()
    panel = drawn(regression.scatter_chart(case))[0]
    before, line, others, day_zero = panel["data"]
    days = fitted_scatter(case.study, case.study.symbols[0])
    assert len(before["x"]) + len(others["x"]) + len(day_zero["x"]) == len(days)
    assert day_zero["y"] == [pytest.approx(days["return"][0])]
    slope = (line["y"][1] - line["y"][0]) / (line["x"][1] - line["x"][0])
    assert slope == pytest.approx(case.study.parameters["beta"].iloc[0])


def test_coefficients_are_those_of_the_regression() -> None:
    case = made_up_case()
    table, _ = regression.coefficients(case)
    columns = {column.name: column.values for column in table.columns}
    first = regression_table(case.study, case.study.symbols[0])
    assert columns["Estimate"][: len(first)] == pytest.approx(tuple(first["estimate"]))
    assert columns["HAC standard error"][: len(first)] == pytest.approx(tuple(first["hac_se"]))


def test_robust_errors_take_nothing_along_that_they_do_not_need() -> None:
    code = (
        "import sys; from dashboard.views.regression import coefficients;"
        "from tests.dashboard.newsdesk import made_up_case; coefficients(made_up_case());"
        "print([n for n in ('statsmodels', 'scipy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_check_is_a_column_and_what_is_not_fine_is_said_once() -> None:
    case = made_up_case()
    matrix, told = regression.diagnostics(case)
    assert len(matrix.columns) == 1 + len(DIAGNOSTICS)
    found = {symbol: diagnose(case.study, symbol) for symbol in case.study.symbols}
    for row, checks in enumerate(found.values()):
        for one, cells in zip(checks, matrix.columns[1:], strict=True):
            assert cells.name == one.label
            assert cells.values[row] == regression.VERDICTS[one.verdict]
    said = list(zip(*(column.values for column in told.columns), strict=True))
    assert len({(label, words) for label, _, words in said}) == len(said)
    firms = sum(len(str(names).split(", ")) for _, names, _ in said)
    assert firms == sum(one.verdict != "fine" for checks in found.values() for one in checks)
