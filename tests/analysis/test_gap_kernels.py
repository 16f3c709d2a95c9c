"""What gaps change in compiled fits, piece by piece; fits as a whole are held in test_kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from analysis import forecast_kernels, kernels, placebo_kernels
from analysis.forecast_kernels import of_dates, own_errors, spans
from analysis.gap_kernels import gaps_before, gaps_of
from analysis.kernels import fit_events, panel
from analysis.placebo_kernels import placebo_table

SIZE, LENGTH = 250, 21
WINDOWS = np.array([[10, 10], [9, 11], [0, 20]])
EVENTS = np.array([0, 1]), np.array([40, 40]), (-30, -6), (-5, 5), np.array([[0, 0]])


@pytest.mark.parametrize("sessions", [1, 63, 64, 65, 300])
def test_gaps_are_counted_before_every_column(sessions: int) -> None:
    missing = np.random.default_rng(sessions).random((3, sessions)) < 0.2
    columns, bits, before = gaps_of(missing)
    np.testing.assert_array_equal(columns, np.nonzero(missing)[1])
    flat = np.concatenate([[0], np.cumsum(missing.ravel())])
    for row in range(3):
        for column in range(sessions + 1):
            assert gaps_before(bits, before, row, column) == flat[row * sessions + column]


def test_a_panel_without_gaps_has_none_before_any_column() -> None:
    prepared = panel(np.ones((2, 100)), np.ones(100))
    assert len(prepared.missing) == 0
    assert [gaps_before(prepared.bits, prepared.before, 1, column) for column in range(101)] == [0] * 101


@pytest.mark.parametrize("lost", [1, 3, 10, 60])
def test_errors_of_a_date_with_gaps_equal_roots_of_the_variance(lost: int) -> None:
    random = np.random.default_rng(lost)
    market = random.standard_t(3, 400) * 0.01
    inside, days = spans(LENGTH, WINDOWS)
    first = np.arange(100)
    means, spreads, levers, moves, errors = of_dates(market, first, SIZE, SIZE, inside, days, len(first))
    gone = np.array([random.choice(SIZE, lost, replace=False) for _ in first]) + first[:, None]
    away = (market[gone] - means[:, None]).sum(axis=1)
    shift = away / (SIZE - lost)
    spread = spreads - ((market[gone] - means[:, None]) ** 2).sum(axis=1) - away * shift
    nobs, own = np.full(len(first), SIZE - lost), errors[len(first) :]
    far = np.empty_like(first)
    own_errors(days, moves, levers, first, SIZE, shift, nobs, spreads, spread, errors, own, far)
    moved = moves + days * shift[:, None]
    variance = days * (1 + days / (SIZE - lost)) + moved**2 / spread[:, None]
    np.testing.assert_allclose(own, 1 / np.sqrt(variance.astype(np.longdouble)), rtol=2e-13)


def test_few_gaps_take_the_series_and_many_take_roots() -> None:
    first, far = np.arange(50), np.empty(50, np.int64)

    def roots(lost: int, ratio: float) -> int:
        return int(
            forecast_kernels._far_ones(
                first, 21.0, SIZE, np.full(50, SIZE - lost), np.full(50, 0.1), np.ones(50),
                np.full(50, ratio), np.zeros(50), far,
            )
        )  # fmt: skip

    assert roots(3, 0.99) == 0
    assert roots(60, 0.75) == 50
    assert roots(3, np.nan) == 50


@pytest.mark.parametrize(
    ("kernel", "run"),
    [
        (kernels._fit_events, lambda p: fit_events(p, *EVENTS)),
        (placebo_kernels._placebo_table, lambda p: placebo_table(p, 30, 25)),
    ],
)
def test_a_panel_with_gaps_runs_the_code_that_was_compiled_without(
    kernel: Callable[..., object], run: Callable[[kernels.Panel], object]
) -> None:
    values: npt.NDArray[np.float64] = np.random.default_rng(1).normal(size=(2, 80))
    run(panel(values, values[0].copy()))
    compiled = len(kernel.signatures)  # type: ignore[attr-defined]
    values[1, [20, 45]] = np.nan
    run(panel(values, values[0].copy()))
    assert len(kernel.signatures) == compiled  # type: ignore[attr-defined]
