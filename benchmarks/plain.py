"""The same work as the kernels in plain numpy and scipy, written as well as those allow."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks import kernel_case as case

Floats = NDArray[np.float64]


def fits(y: Floats, x: Floats, y0: Floats, x0: Floats) -> tuple[Floats, ...]:
    """AR, SAR, CARs, their errors, sigma and residuals of windows (E, M) and event windows (E, L)."""
    size = y.shape[1]
    mean, centre = y.mean(axis=1, keepdims=True), x.mean(axis=1, keepdims=True)
    away = x - centre
    spread = np.einsum("em,em->e", away, away)[:, None]
    slope = np.einsum("em,em->e", away, y)[:, None] / spread
    residuals = y - mean - slope * away
    variance = np.einsum("em,em->e", residuals, residuals)[:, None] / (size - 2)
    distance = x0 - centre
    ar = y0 - mean - slope * distance
    sar = ar / np.sqrt(variance * (1 + 1 / size + distance**2 / spread))
    inside = [slice(a - case.EVENT[0], b - case.EVENT[0] + 1) for a, b in case.WINDOWS]
    car = np.stack([ar[:, w].sum(axis=1) for w in inside], axis=1)
    move = np.stack([distance[:, w].sum(axis=1) for w in inside], axis=1)
    days = np.diff(case.WINDOWS, axis=1).T + 1
    car_se = np.sqrt(variance * (days + days**2 / size + move**2 / spread))
    return ar, sar, car, car_se, np.sqrt(variance[:, 0]), residuals


def event_fits() -> tuple[Floats, ...]:
    """Fits of the case's events from sliding windows."""
    x = windows(case.market, case.SIZE)[case.day - case.LEAD]
    y = windows(case.returns, case.SIZE, axis=1)[case.firm, case.day - case.LEAD]
    x0 = windows(case.market, case.LENGTH)[case.day + case.EVENT[0]]
    y0 = windows(case.returns, case.LENGTH, axis=1)[case.firm, case.day + case.EVENT[0]]
    return fits(y, x, y0, x0)


def battery() -> dict[str, float]:
    """Fits, and eight tests of day 0."""
    ar, _, car, car_se, sigma, residuals = event_fits()
    n, df = len(ar), case.SIZE - 2
    car, scar = car[:, 0], car[:, 0] / car_se[:, 0]
    boehmer = scar.mean() * np.sqrt(n) / scar.std(ddof=1)
    unit = residuals / np.sqrt(np.einsum("em,em->e", residuals, residuals))[:, None]
    correlation = ((unit.sum(axis=0) ** 2).sum() - n) / (n * (n - 1))
    share = (residuals > 0).mean()
    positive = (car > 0).sum()
    ranks = rankdata(np.concatenate([residuals, ar], axis=1), axis=1)
    daily = ranks.mean(axis=0) - (ranks.shape[1] + 1) / 2
    standing = scar / scar.std(ddof=1) * sigma
    generalised = rankdata(np.concatenate([residuals, standing[:, None]], axis=1), axis=1)
    uniform = generalised.mean(axis=0) / (case.SIZE + 2) - 0.5
    z, days = uniform[-1] / np.sqrt((uniform**2).mean()), case.SIZE + 1
    return {
        "cross_sectional": car.mean() * np.sqrt(n) / car.std(ddof=1),
        "patell": scar.sum() / np.sqrt(n * df / (df - 2)),
        "boehmer": boehmer,
        "kolari_pynnonen": boehmer * np.sqrt((1 - correlation) / (1 + (n - 1) * correlation)),
        "sign": float(positive),
        "generalized_sign": (positive - n * share) / np.sqrt(n * share * (1 - share)),
        "corrado_rank": daily[case.SIZE - case.EVENT[0]] / np.sqrt((daily**2).mean()),
        "grank_t": z * np.sqrt((days - 2) / (days - 1 - z**2)),
    }


def factor_fits() -> tuple[Floats, Floats]:
    """AR and SAR of a five-factor model by batched solves."""
    rows = case.day[:, None] + np.arange(case.ESTIMATION[0], case.EVENT[1] + 1)
    design = np.vstack([np.ones(case.SESSIONS), case.factors]).T[rows]
    y = case.returns[case.firm[:, None], rows]
    before, around = design[:, : case.SIZE], design[:, case.SIZE :]
    gram = before.transpose(0, 2, 1) @ before
    slopes = np.linalg.solve(gram, before.transpose(0, 2, 1) @ y[:, : case.SIZE, None])
    errors = y[:, : case.SIZE] - (before @ slopes)[..., 0]
    variance = np.einsum("em,em->e", errors, errors) / (case.SIZE - 6)
    ar = y[:, case.SIZE :] - (around @ slopes)[..., 0]
    leverage = (around * np.linalg.solve(gram, around.transpose(0, 2, 1)).transpose(0, 2, 1)).sum(axis=2)
    return ar, ar / np.sqrt(variance[:, None] * (1 + leverage))


def random_dates(table: Floats, random: np.random.Generator) -> Floats:
    """Means over firms of values at random dates, by drawing integers and gathering."""
    dates = random.integers(0, table.shape[1], (case.DRAWS, len(table)))
    return np.asarray(table[np.arange(len(table)), dates].mean(axis=1))
