"""Group tests built on ranks and signs. Every function takes Evidence and gives an Outcome."""

from __future__ import annotations

import numpy as np

from analysis.inference.evidence import Evidence, Outcome, count, deviation, mean, normal, student
from analysis.market.bars import Floats
from analysis.models.distributions import binomial_cdf

MOST_EXACT = 50  # firms up to which Wilcoxon's distribution is enumerated
MANY = 200_000  # values from which the compiled ranks are worth loading
FEWEST_PLACEBOS = 19  # pseudo-event dates below which p cannot reach 5 %


def average_ranks(values: Floats, axis: int = -2) -> Floats:
    """Ranks from 1 along an axis; ties share their average rank, missing values have none."""
    moved = np.moveaxis(values, axis, -1)
    if values.size >= MANY:
        from analysis.kernels.ranks import average_ranks as compiled

        rows = np.ascontiguousarray(moved).reshape(-1, moved.shape[-1])
        return np.moveaxis(compiled(rows).reshape(moved.shape), -1, axis)
    order = np.argsort(moved, axis=-1, kind="stable")
    ordered = np.take_along_axis(moved, order, axis=-1)
    place = np.broadcast_to(np.arange(1.0, ordered.shape[-1] + 1), ordered.shape)
    starts = np.ones(ordered.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    ends = np.concatenate([starts[..., 1:], np.ones_like(starts[..., :1])], axis=-1)
    first = np.maximum.accumulate(np.where(starts, place, 0.0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, np.inf)[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty_like(ordered)
    np.put_along_axis(ranks, order, (first + last) / 2, axis=-1)
    return np.moveaxis(np.where(np.isnan(moved), np.nan, ranks), -1, axis)


def placebo_rank(evidence: Evidence) -> Outcome:
    """Rank of the group's mean SCAR among its mean SCARs on pseudo-event dates."""
    errors, placebos = evidence.placebos()
    n = count(placebos)
    event = mean(evidence.car / errors)
    at_least = (np.abs(placebos) >= np.abs(event)[..., None]).sum(axis=-1)
    pvalue = np.where((n >= FEWEST_PLACEBOS) & np.isfinite(event), (1 + at_least) / (n + 1), np.nan)
    return Outcome(np.where(np.isfinite(pvalue), event, np.nan), pvalue)


def corrado_rank(evidence: Evidence) -> Outcome:
    """Mean rank of the event days among all days (Corrado 1989), summed over days (Cowan 1992)."""
    values = np.concatenate([evidence.estimation, evidence.event], axis=-2)
    ranks = average_ranks(values)
    average = mean(ranks - (count(values, -2)[..., None, :] + 1) / 2)
    spread = np.sqrt(mean(average**2))
    tested = average[..., -len(evidence.chosen) :][..., evidence.chosen]
    return normal(np.nansum(tested, axis=-1) / (np.sqrt(count(tested)) * spread))


def corrado_zivney(evidence: Evidence) -> Outcome:
    """Corrado's test on standardised returns, the event days rescaled by their own spread."""
    event = evidence.event / evidence.event_se
    event = event / deviation(event)[..., None]
    values = np.concatenate([evidence.estimation / evidence.sigma[..., None, :], event], axis=-2)
    uniform = average_ranks(values) / (count(values, -2)[..., None, :] + 1) - 0.5
    firms = count(uniform)
    daily = np.nansum(uniform, axis=-1) / np.sqrt(firms)
    spread = np.sqrt(mean(daily**2))
    tested = daily[..., -len(evidence.chosen) :][..., evidence.chosen]
    return normal(np.nansum(tested, axis=-1) / (np.sqrt(count(tested)) * spread))


def grank_t(evidence: Evidence) -> Outcome:
    """Rank of the event as one observation, against the time series of mean ranks."""
    uniform, sessions = _generalised_ranks(evidence)
    firms = count(uniform)
    average = mean(uniform)
    variance = np.nansum(firms / firms[..., -1:] * average**2, axis=-1) / sessions
    z = average[..., -1] / np.sqrt(variance)
    return student(z * np.sqrt((sessions - 2) / (sessions - 1 - z**2)), sessions - 2)


def grank_z(evidence: Evidence) -> Outcome:
    """Rank of the event as one observation, against the variance that independent ranks have."""
    uniform, _ = _generalised_ranks(evidence)
    here = np.isfinite(uniform[..., -1, :])
    sessions = np.where(here, count(uniform, -2), np.nan)
    variance = np.nansum((sessions - 1) / (sessions + 1), axis=-1) / (12.0 * here.sum(axis=-1) ** 2)
    return normal(mean(uniform)[..., -1] / np.sqrt(variance))


def generalized_sign(evidence: Evidence) -> Outcome:
    """Number of positive CARs against the share of positive residuals before (Cowan 1992)."""
    estimation, n = evidence.estimation, evidence.firms
    positive = np.where(
        np.isfinite(evidence.car), (estimation > 0).sum(axis=-2) / count(estimation, -2), np.nan
    )
    share = mean(positive)
    excess = (evidence.car > 0).sum(axis=-1) - n * share
    return normal(excess / np.sqrt(n * share * (1 - share)))


def sign(evidence: Evidence) -> Outcome:
    """Number of positive CARs, exactly binomial with one half under the null."""
    n = (np.nan_to_num(evidence.car) != 0).sum(axis=-1)
    positive = np.where(n > 0, (evidence.car > 0).sum(axis=-1), np.nan)
    fewer = np.minimum(positive, n - positive)
    return Outcome(positive, np.minimum(1.0, 2 * binomial_cdf(fewer, n, 0.5)))


def wilcoxon(evidence: Evidence) -> Outcome:
    """Signed-rank sum of the CARs; exact up to 50 firms without ties (Wilcoxon 1945)."""
    values = np.where(evidence.car == 0, np.nan, evidence.car)
    ranks = average_ranks(np.abs(values), axis=-1)
    n = count(values)
    positive = np.nansum(np.where(values > 0, ranks, 0.0), axis=-1)
    smaller = np.minimum(positive, n * (n + 1) / 2 - positive)
    variance = np.nansum(ranks**2, axis=-1) / 4
    pvalue = normal((smaller - n * (n + 1) / 4) / np.sqrt(variance)).pvalue
    untied = (np.nan_to_num(ranks) % 1 == 0).all(axis=-1) & (_distinct(ranks) == n)
    for size in range(1, MOST_EXACT + 1):
        exact = untied & (n == size)
        if exact.any():
            tail = np.minimum(1.0, 2 * _signed_rank_tail(size))
            pvalue = np.where(exact, tail[np.where(exact, smaller, 0).astype(int)], pvalue)
    return Outcome(np.where(n > 0, positive, np.nan), np.where(n > 0, pvalue, np.nan))


def _generalised_ranks(evidence: Evidence) -> tuple[Floats, Floats]:
    """Centred uniform ranks of M residuals and of the event as one more, and the number of days."""
    event = evidence.scar / deviation(evidence.scar)[..., None]
    estimation = evidence.estimation / evidence.sigma[..., None, :]
    values = np.concatenate([estimation, event[..., None, :]], axis=-2)
    uniform = average_ranks(values) / (count(values, -2)[..., None, :] + 1) - 0.5
    return uniform, (count(uniform) > 0).sum(axis=-1).astype(float)


def _distinct(ranks: Floats) -> Floats:
    ordered = np.sort(ranks, axis=-1)  # missing last
    return np.asarray((np.diff(ordered, axis=-1, prepend=0.0) > 0).sum(axis=-1))


def _signed_rank_tail(n: int) -> Floats:
    """P(W <= w) of the signed-rank sum of n firms, w = 0 .. n (n + 1) / 2."""
    ways = np.ones(1)
    for rank in range(1, n + 1):
        ways = np.concatenate([ways, np.zeros(rank)]) + np.concatenate([np.zeros(rank), ways])
    return np.asarray(np.cumsum(ways / 2.0**n))
