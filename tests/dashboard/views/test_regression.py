"""The model behind each firm, as the pages show it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.study.diagnostics import DIAGNOSTICS, diagnose
from analysis.study.regression import fitted_scatter, regression_table
from dashboard.render.figures import drawn
from dashboard.views import captions, reaction, regression, words
from dashboard.views.content import Chart
from tests.dashboard.newsdesk import made_up_case, mixed_case

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


def test_a_mix_is_drawn_against_what_it_expects() -> None:
    found = mixed_case()
    chart = regression.scatter_chart(found)
    (panel,) = drawn(chart)
    before, line, _others, day_zero = panel["data"]
    assert panel["layout"]["xaxis"]["title"]["text"] == "return expected by the model"
    assert line["x"] == line["y"]
    symbol = found.study.symbols[0]
    assert day_zero["x"] == [pytest.approx(found.study.expected_returns.loc[0, symbol])]
    x, y = np.array(before["x"]), np.array(before["y"])
    explained = 1 - ((y - x) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert chart.panels[0].result == f"R² {words.number(explained, 2)}, its donors"
    assert "Benchmark" not in [column.name for column in chart.table.columns]
    assert captions.modelled(found).startswith("Model: Synthetic control. Benchmark: none")
    assert {*found.study.benchmarks_read.values()} == {None}
    assert diagnose(found.study, symbol)[3].sentence == "The model has no beta: this check does not apply."


def test_where_every_session_expects_the_same_nothing_is_drawn_against_it() -> None:
    found = made_up_case(model="constant_mean")
    (shown,) = [one for one in reaction.view(found).sections if one.key == "parameters"]
    assert not any(isinstance(block, Chart) for block in shown.blocks)
