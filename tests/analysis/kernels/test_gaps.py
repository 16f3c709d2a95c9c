"""What gaps change in compiled fits, piece by piece; fits as a whole are held in test_kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from analysis.kernels import fits as kernels
from analysis.kernels import placebos as placebo_kernels
from analysis.kernels.fits import fit_events, panel
from analysis.kernels.forecasts import of_dates, spans
from analysis.kernels.gaps import (
    NEARBY,
    find_gaps,
    gaps_before,
    gaps_of,
    market_without,
    standardise_thinned,
)
from analysis.kernels.placebos import placebo_table

SIZE, LENGTH = 250, 21
WINDOWS = np.array([[10, 10], [9, 11], [0, 20]])
EVENTS = np.array([0, 1]), np.array([40, 40]), (-30, -6), (-5, 5), np.array([[0, 0]])


@pytest.mark.parametrize("sessions", [1, 63, 64, 65, 300])
def test_gaps_are_counted_before_every_column(sessions: int) -> None:
    random = np.random.default_rng(sessions)
    missing, market = random.random((3, sessions)) < 0.2, random.normal(size=sessions)
    columns, at, bits, before = gaps_of(missing, market)
    np.testing.assert_array_equal(columns, np.nonzero(missing)[1])
    np.testing.assert_array_equal(at[: len(columns)], market[columns])
    flat = np.concatenate([[0], np.cumsum(missing.ravel())])
    for row in range(3):
        for column in range(sessions + 1):
            assert gaps_before(bits, before, row, column) == flat[row * sessions + column]


def test_a_panel_without_gaps_has_none_before_any_column() -> None:
    prepared = panel(np.ones((2, 100)), np.ones(100))
    assert len(prepared.missing) == 0
    assert [gaps_before(prepared.bits, prepared.before, 1, column) for column in range(101)] == [0] * 101


def test_events_are_listed_by_the_window_in_which_gaps_lie() -> None:
    missing = np.zeros((4, 90), bool)
    missing[1, 20], missing[2, 70], missing[3, [20, 70]] = True, True, True
    columns, _, bits, before = gaps_of(missing, np.zeros(90))
    gaps, (whole, thinned, hit) = np.empty((4, 4), np.int64), np.empty((3, 4), np.int64)
    rows, first = np.arange(4), np.full(4, 10)
    counts = find_gaps(bits, before, rows, first, 50, 55, 10, gaps, whole, thinned, hit)
    assert counts == (2, 2, 2)
    assert [whole[:2].tolist(), thinned[:2].tolist(), hit[:2].tolist()] == [[0, 2], [1, 3], [2, 3]]
    assert [columns[low:high].tolist() for low, high in gaps[:, :2]] == [[], [20], [], [20]]
    assert [columns[low:high].tolist() for low, high in gaps[:, 2:]] == [[], [], [70], [70]]


@pytest.mark.parametrize("lost", [1, 3, 10, 60])
@pytest.mark.parametrize("market", ["calm", "wild"])
def test_sars_with_gaps_equal_abnormal_returns_over_the_root_of_their_variance(
    market: str, lost: int
) -> None:
    random = np.random.default_rng(lost)
    x = random.normal(size=400) * 0.01 if market == "calm" else random.standard_t(2, 400) * 0.01
    first, sigma = np.arange(100), random.uniform(0.01, 0.03, 100)
    missing = np.zeros((100, 400), bool)
    for row in range(100):
        missing[row, row + random.choice(SIZE, lost, replace=False)] = True
    _, at, bits, before = gaps_of(missing, x)
    inside, _, days = spans(LENGTH, WINDOWS)
    means, spreads, levers, moves, errors, _ = of_dates(x, first, SIZE, SIZE, inside, days, 0)
    gaps, (whole, thinned, hit) = np.empty((100, 4), np.int64), np.empty((3, 100), np.int64)
    find_gaps(bits, before, first, first, SIZE, SIZE, LENGTH, gaps, whole, thinned, hit)
    nobs, (share, shift, square, bound) = np.empty(100, np.int64), np.empty((4, 100))
    market_without(at, gaps, first, SIZE, means, spreads, levers, nobs, share, shift, square, bound)
    abnormal, (sar, by_roots) = random.normal(size=(100, LENGTH)), np.empty((2, 100, LENGTH))
    for nearby, out in ((bound, sar), (np.full(100, np.nan), by_roots)):
        standardise_thinned(
            thinned, first, moves, errors, share, shift, square, nearby, 1 / sigma, abnormal.reshape(-1),
            out.reshape(-1), LENGTH, np.empty(errors.shape[1]),
        )  # fmt: skip
    if market == "calm" and lost <= 3:
        assert (bound < NEARBY).all(), "few gaps take the series"
    if lost == 60:
        assert not (bound < NEARBY).all(), "many take roots"
    for row in range(100):
        kept = x[row : row + SIZE][~missing[row, row : row + SIZE]].astype(np.longdouble)
        days_x = x[row + SIZE : row + SIZE + LENGTH]
        variance = 1 + 1 / len(kept) + (days_x - kept.mean()) ** 2 / ((kept - kept.mean()) ** 2).sum()
        for found in (sar[row], by_roots[row]):
            np.testing.assert_allclose(found * sigma[row] * np.sqrt(variance), abnormal[row], rtol=2e-13)
    far = ~(bound < NEARBY)
    np.testing.assert_array_equal(sar[far], by_roots[far])


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
