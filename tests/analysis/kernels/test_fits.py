"""Compiled kernels against twins in plain numpy: two passes, extended precision, one window at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import rankdata

from analysis.inference.evidence import Evidence
from analysis.inference.significance import TESTS
from analysis.kernels import fits as kernels
from analysis.kernels.factors import fit_factor_events
from analysis.kernels.fits import EventFits, Panel, fit_events, panel
from analysis.kernels.groups import group_sums, random_date_means
from analysis.kernels.placebos import placebo_table
from analysis.kernels.power import STATISTICS, planted_statistics
from analysis.kernels.ranks import average_ranks
from analysis.many.battery import battery
from analysis.models.normal_returns import Terms, least_squares

Floats = npt.NDArray[np.float64]
ESTIMATION, EVENT = (-70, -11), (-10, 10)
WINDOWS = np.array([[0, 0], [-1, 1], [-10, 10]])
LEAD, SIZE = 70, 60
FIRMS, SESSIONS = 12, 400


def returns(kind: str) -> tuple[Floats, Floats]:
    """A made-up panel and market, of the kind named."""
    random = np.random.default_rng(7)
    market = random.normal(0.0004, 0.01, SESSIONS)
    values = random.normal(0, 0.02, (FIRMS, SESSIONS)) + random.uniform(0.5, 1.5, (FIRMS, 1)) * market
    if kind == "gaps":
        values[random.random(values.shape) < 0.03] = np.nan
        market[[5, 210]] = np.nan
        values[0, 90:140] = np.nan
    elif kind == "glitch":
        values[1, 150] = 1e4
        values[2, 151] = np.nan
        market[151] = 1e4  # of no concern to firm 2, which has a gap there
    elif kind == "tracks its benchmark":
        values = market + random.normal(0, 1e-6, values.shape)
    return values, market


# What is left of a return that tracks its benchmark to 1e-6 has lost four digits before any sum.
LOST = {"tracks its benchmark": 1e-9}
KINDS = pytest.mark.parametrize("kind", ["dense", "gaps", "glitch", "tracks its benchmark"])


def twin(y: Floats, x: Floats, first: int, days: npt.NDArray[np.int64]) -> tuple[Floats, ...]:
    """Parameters, AR, SAR and forecast covariance of `days`, the window starting at column `first`."""
    long = np.longdouble
    inside = slice(first, first + SIZE)
    keep = np.isfinite(y[inside]) & np.isfinite(x[inside])
    a, b = y[inside][keep].astype(long), x[inside][keep].astype(long)
    n, mean, centre = len(a), a.mean(), b.mean()
    spread = ((b - centre) ** 2).sum()
    slope = ((b - centre) * (a - mean)).sum() / spread
    errors = a - mean - slope * (b - centre)
    variance = (errors**2).sum() / (n - 2)
    away = x[days].astype(long) - centre
    ar = y[days].astype(long) - mean - slope * away
    covariance = variance * (np.eye(len(days)) + 1 / long(n) + np.outer(away, away) / spread)
    parameters = np.array([mean - slope * centre, slope, np.sqrt(variance), n])
    return parameters, ar, ar / np.sqrt(np.diagonal(covariance)), covariance


def close(found: object, wanted: object, tolerance: float = 1e-12) -> None:
    """Equal to a relative tolerance (absolute below one part in a hundred), NaN in the same places."""
    np.testing.assert_allclose(
        np.asarray(found, float), np.asarray(wanted, float), rtol=tolerance, atol=tolerance * 0.01
    )


def all_events() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every firm on a spread of sessions, the first and the last possible one among them."""
    days = np.unique(np.r_[LEAD, np.arange(LEAD, SESSIONS - 10, 11), SESSIONS - 11])
    return np.repeat(np.arange(FIRMS), len(days)), np.tile(days, FIRMS)


@KINDS
def test_event_fits_equal_two_passes_in_extended_precision(kind: str) -> None:
    values, market = returns(kind)
    firm, day = all_events()
    fits = fit_events(panel(values, market), firm, day, ESTIMATION, EVENT, WINDOWS)
    tolerance = LOST.get(kind, 1e-12)
    with np.errstate(invalid="ignore"):
        for e in range(len(firm)):
            y, days = values[firm[e]], day[e] + np.arange(-10, 11)
            wanted, ar, sar, covariance = twin(y, market, day[e] - LEAD, days)
            close([fits.alpha[e], fits.beta[e], fits.sigma[e], fits.nobs[e]], wanted, tolerance)
            close(fits.abnormal[e], ar)
            close(fits.sar[e], sar, tolerance)
            for w, (start, end) in enumerate(WINDOWS):
                chosen = np.isfinite(ar) & (days - day[e] >= start) & (days - day[e] <= end)
                se = np.sqrt(covariance[np.ix_(chosen, chosen)].sum()) if chosen.any() else np.nan
                close(fits.car[e, w], ar[chosen].sum() if chosen.any() else np.nan)
                close(fits.car_se[e, w], se, tolerance)


@KINDS
def test_event_fits_equal_those_of_the_library(kind: str) -> None:
    values, market = returns(kind)
    firm, day = all_events()
    fits = fit_events(panel(values, market), firm, day, ESTIMATION, EVENT, WINDOWS)
    rows = day + np.arange(ESTIMATION[0], EVENT[1] + 1)[:, None]
    x = market[rows]
    terms = Terms(("alpha", "beta"), np.stack([np.ones_like(x), x], axis=2), np.zeros_like(x))
    fit = least_squares(values[firm, rows], terms, slice(0, SIZE), slice(SIZE, None))
    # a huge return on the market leaves QR itself fewer digits
    tolerance = 1e-9 if kind == "glitch" else LOST.get(kind, 1e-12)
    np.testing.assert_array_equal(fits.nobs, fit.nobs)
    np.testing.assert_allclose(fits.abnormal.T, fit.residuals[SIZE:], rtol=tolerance, atol=1e-14)
    np.testing.assert_allclose(fits.sigma, fit.sigma, rtol=tolerance)


@KINDS
def test_placebo_table_is_the_fit_on_every_session(kind: str) -> None:
    values, market = returns(kind)
    prepared = panel(values, market)
    abnormal, sar = placebo_table(prepared, LEAD, SIZE)
    firm, day = (a.ravel() for a in np.mgrid[0:FIRMS, LEAD:SESSIONS])
    fits = fit_events(prepared, firm, day, ESTIMATION, (0, 0), WINDOWS[:1])
    close(abnormal[:, LEAD:].ravel(), fits.abnormal[:, 0])
    close(sar[:, LEAD:].ravel(), fits.sar[:, 0], 1e-10 if kind == "glitch" else LOST.get(kind, 1e-12))
    assert np.isnan(abnormal[:, :LEAD]).all()


def test_a_glitch_spoils_only_the_windows_that_hold_it() -> None:
    values, market = returns("dense")
    clean, _ = placebo_table(panel(values, market), LEAD, SIZE)
    values[3, 200] = 1e4
    dirty, _ = placebo_table(panel(values, market), LEAD, SIZE)
    untouched = np.r_[LEAD:200, 200 + LEAD + 1 : SESSIONS]
    np.testing.assert_array_equal(dirty[3, untouched], clean[3, untouched])


def test_a_panel_too_short_for_any_window_has_an_empty_table() -> None:
    values, market = returns("dense")
    abnormal, _ = placebo_table(panel(values[:, :LEAD], market[:LEAD]), LEAD, SIZE)
    assert np.isnan(abnormal).all()


def test_two_sessions_fit_a_line_and_leave_no_sigma() -> None:
    values, market = returns("dense")
    fits = fit_events(panel(values, market), np.array([0]), np.array([50]), (-2, -1), (0, 0), WINDOWS[:1])
    assert fits.nobs[0] == 2
    assert np.isfinite(fits.abnormal).all()
    assert np.isnan([fits.sigma[0], fits.sar[0, 0], fits.car_se[0, 0]]).all()


def test_fits_are_written_into_the_room_of_other_fits() -> None:
    events = (*all_events(), ESTIMATION, EVENT, WINDOWS)
    room = fit_events(panel(*returns("gaps")), *events)
    again = fit_events(panel(*returns("dense")), *events, room)
    for found, wanted in zip(again, fit_events(panel(*returns("dense")), *events), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert again is room


@pytest.mark.parametrize("event", [(0, 0), (-3, 4), (-10, 10)])
@pytest.mark.parametrize("count", [0, 1, 8, 9, 17])
def test_rows_of_any_length_leave_their_neighbours_alone(event: tuple[int, int], count: int) -> None:
    prepared, (firm, day) = panel(*returns("gaps")), all_events()
    windows = np.sort(np.random.default_rng(count).integers(event[0], event[1] + 1, (count, 2)), axis=1)
    length, guard = event[1] - event[0] + 1, 32
    room = [np.full(len(firm) * columns + guard, 7.0) for columns in (length, length, count, count)]
    rows = [wide[:-guard].reshape(len(firm), len(wide[:-guard]) // len(firm)) for wide in room]
    parameters = (*(np.empty(len(firm)) for _ in range(3)), np.empty(len(firm), np.int64))
    fits = fit_events(prepared, firm, day, ESTIMATION, event, windows, EventFits(*parameters, *rows))
    assert all((wide[-guard:] == 7.0).all() for wide in room), "nothing is written behind the last event"
    for e in range(0, len(firm), 97):
        one = fit_events(prepared, firm[e : e + 1], day[e : e + 1], ESTIMATION, event, windows)
        for name in ("abnormal", "sar", "car", "car_se"):
            np.testing.assert_array_equal(getattr(fits, name)[e], getattr(one, name)[0])


@pytest.mark.parametrize(("firm", "day"), [(FIRMS, 100), (-1, 100), (0, LEAD - 1), (0, SESSIONS - 10)])
def test_events_outside_the_panel_are_refused(firm: int, day: int) -> None:
    with pytest.raises(IndexError, match="reach outside a panel of 12 x 400"):
        fit_events(panel(*returns("dense")), np.array([firm]), np.array([day]), ESTIMATION, EVENT, WINDOWS)


def test_a_session_without_benchmark_is_missing_for_all() -> None:
    values, market = returns("dense")
    market[17] = np.nan
    prepared = panel(values, market)
    np.testing.assert_array_equal(prepared.missing, np.full(FIRMS, 17))
    assert prepared.market[17] == 0


# ---- ranks ---------------------------------------------------------------------------------------


def rows(kind: str) -> Floats:
    """Rows to rank."""
    values = np.random.default_rng(3).standard_t(3, (40, 271))
    if kind == "ties":
        return np.round(values, 1)
    if kind == "glitch":
        values[:, 5] = 1e4
    elif kind == "constant":
        values[:] = 0.25
    elif kind == "infinite":
        values[::2, 3], values[1::3, 9] = np.inf, -np.inf
    elif kind == "crowded":
        values = np.concatenate([values[:1] * 1e-9 for _ in range(3)], axis=1)
        values[0, 0] = 1.0
    elif kind == "wide":
        values = np.random.default_rng(4).normal(size=(2, 30_000))
    return values


@pytest.mark.parametrize("kind", ["plain", "ties", "glitch", "constant", "infinite", "crowded", "wide"])
def test_ranks_are_those_of_scipy(kind: str) -> None:
    values = rows(kind)
    np.testing.assert_array_equal(average_ranks(values), rankdata(values, axis=1))


@pytest.mark.parametrize("size", [0, 1, 2])
def test_ranks_of_short_rows(size: int) -> None:
    values = np.array([[2.0, 2.0], [3.0, 1.0]])[:, :size]
    np.testing.assert_array_equal(average_ranks(values), rankdata(values, axis=1).reshape(values.shape))


def test_missing_values_take_no_rank() -> None:
    values = rows("ties")
    values[0, ::3], values[1] = np.nan, np.nan
    np.testing.assert_array_equal(average_ranks(values), rankdata(values, axis=1, nan_policy="omit"))


# ---- groups --------------------------------------------------------------------------------------


def evidence(values: Floats, market: Floats, firm: Floats, day: Floats, window: slice) -> Evidence:
    """What the library's own tests look at, for samples (S, N) of events."""
    rows = day + np.arange(ESTIMATION[0], EVENT[1] + 1)[:, None, None]
    shape, x = rows.shape, market[rows].reshape(len(rows), -1)
    terms = Terms(("alpha", "beta"), np.stack([np.ones_like(x), x], axis=2), np.zeros_like(x))
    fit = least_squares(values[firm, rows].reshape(x.shape), terms, slice(0, SIZE), slice(SIZE, None))
    residuals = np.moveaxis(fit.residuals.reshape(shape), 1, 0)
    ar = residuals[:, SIZE:]
    chosen = np.zeros(ar.shape[1], bool)
    chosen[window] = True
    here = (chosen[:, None] & np.isfinite(fit.residuals[SIZE:])).astype(float)
    variance = np.einsum("ln,nlm,mn->n", here, np.nan_to_num(fit.forecast_covariance), here)
    car = np.where(here.any(axis=0), np.nansum(np.where(here == 1, fit.residuals[SIZE:], 0), axis=0), np.nan)
    diagonal = np.diagonal(fit.forecast_covariance, axis1=1, axis2=2)
    unit = np.nan_to_num(residuals[:, :SIZE] - np.nanmean(residuals[:, :SIZE], axis=1, keepdims=True))
    unit /= np.sqrt((unit**2).sum(axis=1, keepdims=True))
    pairs = np.einsum("smi,smj->sij", unit, unit)
    n = shape[2]
    return Evidence(
        estimation=residuals[:, :SIZE],
        event=ar,
        event_se=np.sqrt(diagonal).T.reshape(len(chosen), *shape[1:]).swapaxes(0, 1),
        event_days=np.zeros(ar.shape, np.int64),
        chosen=chosen,
        car=car.reshape(shape[1:]),
        car_se=np.where(np.isfinite(car), np.sqrt(variance), np.nan).reshape(shape[1:]),
        sigma=fit.sigma.reshape(shape[1:]),
        nobs=fit.nobs.reshape(shape[1:]),
        df_resid=fit.df_resid.reshape(shape[1:]),
        correlation=(pairs.sum(axis=(1, 2)) - n) / (n * (n - 1)),
        caar_se=np.full(len(ar), np.nan),
        placebos=lambda: (np.empty((len(ar), 0)), np.empty(len(ar))),
    )


@pytest.mark.parametrize("kind", ["dense", "gaps"])
@pytest.mark.parametrize("window", [0, 1, 2])
def test_battery_equals_the_tests_of_the_library(kind: str, window: int) -> None:
    values, market = returns(kind)
    firm, day = all_events()
    fits = fit_events(panel(values, market), firm, day, ESTIMATION, EVENT, WINDOWS)
    start, end = (int(x) for x in WINDOWS[window])
    found = battery(panel(values, market), firm, day, ESTIMATION, EVENT, (start, end), fits, window)
    with np.errstate(all="ignore"):
        gathered = evidence(values, market, firm[None], day[None], slice(start + 10, end + 11))
        for key, outcome in found.items():
            wanted = TESTS[key].core(gathered)
            close(outcome.statistic, wanted.statistic[0], 1e-11)


def test_group_sums_share_ranks_between_equal_values() -> None:
    values = np.random.default_rng(11).integers(-8, 9, (FIRMS, SESSIONS)) / 64
    values[:3, ::5] = np.nan
    firm, day = all_events()
    prepared = panel(values, np.zeros(SESSIONS))
    fits = fit_events(prepared, firm, day, ESTIMATION, EVENT, WINDOWS)
    rows = firm, day + np.arange(ESTIMATION[0], EVENT[1] + 1)[:, None]
    flat = fits._replace(
        alpha=np.zeros(len(firm)), beta=np.zeros(len(firm)), abnormal=values[rows][SIZE:].T.copy()
    )
    standing = np.where(firm == 5, np.nan, 3 / 64)
    found = group_sums(prepared, firm, day, ESTIMATION, flat, standing, EVENT)
    joint = values[rows]
    alone = np.vstack([joint[:SIZE], standing])
    for ranks, count, total in ((joint, found.ranked, found.ranks), (alone, found.counted, found.uniform)):
        place = rankdata(ranks, axis=0, nan_policy="omit")
        known = np.isfinite(ranks).sum(axis=0)
        np.testing.assert_array_equal(count, np.isfinite(ranks).sum(axis=1))
        centred = place - (known + 1) / 2 if ranks is joint else place / (known + 1) - 0.5
        close(total, np.nansum(centred, axis=1), 1e-10)
    close(found.positive, (joint[:SIZE] > 0).sum(axis=0) / np.isfinite(joint[:SIZE]).sum(axis=0))


def test_planted_effects_equal_the_tests_of_the_library() -> None:
    values, market = returns("dense")
    random = np.random.default_rng(5)
    firm = np.array([random.choice(FIRMS, 8, replace=False) for _ in range(20)])
    day = random.integers(LEAD, SESSIONS - 10, firm.shape)
    effects = np.array([-0.03, -0.01, 0.0, 0.005, 0.03])
    found = planted_statistics(panel(values, market), firm, day, effects, ESTIMATION, EVENT)
    for k, effect in enumerate(effects):
        planted = evidence(values, market, firm, day, slice(10, 11))
        planted.event[:, 10] += effect
        planted.car[:] += effect
        for j, key in enumerate(STATISTICS):
            with np.errstate(invalid="ignore"):
                close(found[:, k, j], TESTS[key].core(planted).statistic, 1e-11)


def test_planted_effects_count_ties_as_half() -> None:
    values = np.tile(np.array([1.0, -1.0, 2.0, -2.0] * 100) / 64, (4, 1))
    market = np.tile(np.array([1.0, 1.0, -1.0, -1.0]) / 64, 100)
    firm, day = np.arange(4)[None], np.array([[100, 100, 101, 103]])
    effects = np.array([-3.0, -1.0, 0.0, 1.0]) / 64
    estimation = (-80, -1)
    found = planted_statistics(panel(values, market), firm, day, effects, estimation, (0, 0))
    fits = fit_events(panel(values, market), firm[0], day[0], estimation, (0, 0), WINDOWS[:1])
    for k, effect in enumerate(effects):
        days = [
            np.append(values[i, d - 80 : d] - fits.alpha[i] - fits.beta[i] * market[d - 80 : d],
                      fits.abnormal[i, 0] + effect)
            for i, d in zip(firm[0], day[0], strict=True)
        ]  # fmt: skip
        ranks = rankdata(days, axis=1).mean(axis=0) - 41.0
        close(found[0, k, 5], ranks[-1] / np.sqrt((ranks**2).mean()))


@pytest.mark.parametrize(
    ("change", "message"),
    [(lambda v, e: (v, e[::-1]), "ascend"), (lambda v, e: (np.where(v > 0.05, np.nan, v), e), "gaps")],
)
def test_planted_effects_refuse_what_they_cannot_do(
    change: Callable[[Floats, Floats], tuple[Floats, Floats]], message: str
) -> None:
    values, market = returns("dense")
    values, effects = change(values, np.array([0.0, 0.01]))
    day = np.full((1, 2), 100)
    with pytest.raises(ValueError, match=message):
        planted_statistics(panel(values, market), np.array([[0, 1]]), day, effects, ESTIMATION, EVENT)


def test_factor_fits_equal_those_of_the_library() -> None:
    values, _ = returns("dense")
    factors = np.random.default_rng(9).normal(0, 0.01, (5, SESSIONS))
    firm, day = all_events()
    found = fit_factor_events(values, factors, firm, day, ESTIMATION, EVENT)
    place = day + np.arange(ESTIMATION[0], EVENT[1] + 1)[:, None]
    x = np.concatenate([np.ones((*place.shape, 1)), np.moveaxis(factors[:, place], 0, 2)], axis=2)
    terms = Terms(tuple("abcdef"), x, np.zeros(place.shape))
    fit = least_squares(values[firm, place], terms, slice(0, SIZE), slice(SIZE, None))
    error = np.sqrt(np.diagonal(fit.forecast_covariance, axis1=1, axis2=2))
    close(found[0], fit.residuals[SIZE:].T)
    close(found[1], fit.residuals[SIZE:].T / error)


# ---- random dates --------------------------------------------------------------------------------


def mixed(counter: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64 in plain numpy."""
    with np.errstate(over="ignore"):
        z = counter * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


@pytest.mark.parametrize("draws", [1, 2, 501])
def test_random_date_means_take_one_date_per_firm_and_draw(draws: int) -> None:
    table, seed = returns("dense")[0], 42
    half = (draws + 1) // 2
    with np.errstate(over="ignore"):
        start = np.uint64(seed) * np.uint64(0x632BE59BD9B4E019)
        bits = mixed(start + np.arange(FIRMS * half, dtype=np.uint64).reshape(FIRMS, half))
    low, high = bits & np.uint64(0xFFFFFFFF), bits >> np.uint64(32)
    dates = (np.stack([low, high], axis=2) * np.uint64(SESSIONS) >> np.uint64(32)).reshape(FIRMS, -1)
    wanted = np.take_along_axis(table, dates.astype(np.int64), axis=1)[:, :draws].mean(axis=0)
    close(random_date_means(table, draws, seed), wanted)


def test_random_dates_are_uniform() -> None:
    table = np.tile(np.arange(10.0), (1, 1))
    draws = random_date_means(table, 200_000, 1)
    counts = np.bincount(draws.astype(int), minlength=10)
    assert np.abs(counts - 20_000).max() < 5 * np.sqrt(20_000)


# ---- set-up --------------------------------------------------------------------------------------


def test_a_study_needs_no_compiler() -> None:
    modules = "app, commands.study, analysis.study.study, analysis.inference.significance"
    script = f"import sys, {modules}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_panel_keeps_dense_returns_as_they_are() -> None:
    values, market = returns("dense")
    prepared = panel(values, market)
    assert isinstance(prepared, Panel)
    assert np.shares_memory(prepared.values, values)
    assert kernels.SAFE < 1
