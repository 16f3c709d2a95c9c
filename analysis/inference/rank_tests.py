"""Group tests built on ranks and signs. Every function takes Evidence and gives an Outcome."""

from __future__ import annotations

import numpy as np

from analysis.inference.daily import RankedEvent, count, deviation, mean
from analysis.inference.evidence import Evidence, Outcome, normal, student
from analysis.inference.ranks import average_ranks
from analysis.market.bars import Floats
from analysis.models.distributions import binomial_cdf

MOST_EXACT = 50  # firms up to which Wilcoxon's distribution is enumerated
FEWEST_PLACEBOS = 19  # pseudo-event dates below which p cannot reach 5 %


def placebo_rank(evidence: Evidence) -> Outcome:
    """Rank of the group's mean SCAR among its mean SCARs on pseudo-event dates."""
    return _placebo_rank(evidence, recent=False)


def recent_placebo_rank(evidence: Evidence) -> Outcome:
    """The same of SCARs measured by the volatility expected the day before."""
    return _placebo_rank(evidence, recent=True)


def _placebo_rank(evidence: Evidence, recent: bool) -> Outcome:
    errors, placebos = evidence.placebos(recent)
    n = count(placebos)
    event = mean(evidence.car / errors)
    at_least = (np.abs(placebos) >= np.abs(event)[..., None]).sum(axis=-1)
    pvalue = np.where((n >= FEWEST_PLACEBOS) & np.isfinite(event), (1 + at_least) / (n + 1), np.nan)
    return Outcome(np.where(np.isfinite(pvalue), event, np.nan), pvalue)


def corrado_rank(evidence: Evidence) -> Outcome:
    """Mean rank of the event days among all days (Corrado 1989), summed over days (Cowan 1992)."""
    return _on_tested_days(evidence, evidence.daily.ranks.mean)


def corrado_zivney(evidence: Evidence) -> Outcome:
    """Corrado's test on standardised returns, the event days rescaled by their own spread."""
    uniform = evidence.daily.scaled_ranks(evidence.daily.spread)
    return _on_tested_days(evidence, uniform.total / np.sqrt(uniform.firms))


def _on_tested_days(evidence: Evidence, daily: Floats) -> Outcome:
    """What the days of a window add up to, against the deviation over all days."""
    spread = np.sqrt(mean(daily**2))
    tested = daily[..., -len(evidence.chosen) :][..., evidence.chosen]
    return normal(np.nansum(tested, axis=-1) / (np.sqrt(count(tested)) * spread))


def grank_t(evidence: Evidence) -> Outcome:
    """Rank of the event as one observation, against the time series of mean ranks."""
    uniform = _ranked(evidence).uniform
    firms, average = uniform.firms, uniform.mean
    sessions = (firms > 0).sum(axis=-1).astype(float)
    variance = np.nansum(firms / firms[..., -1:] * average**2, axis=-1) / sessions
    z = average[..., -1] / np.sqrt(variance)
    return student(z * np.sqrt((sessions - 2) / (sessions - 1 - z**2)), sessions - 2)


def grank_z(evidence: Evidence) -> Outcome:
    """Rank of the event as one observation, against the variance that independent ranks have."""
    ranked = _ranked(evidence)
    variance = ranked.days / (12.0 * ranked.uniform.firms[..., -1] ** 2)
    return normal(ranked.uniform.mean[..., -1] / np.sqrt(variance))


def _ranked(evidence: Evidence) -> RankedEvent:
    return evidence.daily.ranked_event(evidence.scar / deviation(evidence.scar)[..., None])


def generalized_sign(evidence: Evidence) -> Outcome:
    """Number of positive CARs against the share of positive residuals before (Cowan 1992)."""
    n = evidence.firms
    share = mean(np.where(np.isfinite(evidence.car), evidence.daily.positive, np.nan))
    excess = (evidence.car > 0).sum(axis=-1) - n * share
    return normal(excess / np.sqrt(n * share * (1 - share)))


def sign(evidence: Evidence) -> Outcome:
    """Number of positive CARs, exactly binomial with one half under the null."""
    n = (np.nan_to_num(evidence.car) != 0).sum(axis=-1)
    positive = np.where(n > 0, (evidence.car > 0).sum(axis=-1), np.nan)
    fewer = np.minimum(positive, n - positive)
    return Outcome(positive, np.minimum(1.0, 2 * binomial_cdf(fewer, n, 0.5)))


def wilcoxon(evidence: Evidence) -> Outcome:
    """Signed-rank sum of the CARs, with average ranks for ties; exact up to 50 firms (Wilcoxon 1945)."""
    values = np.where(evidence.car == 0, np.nan, evidence.car)
    ranks = average_ranks(np.abs(values), axis=-1)
    n = count(values)
    positive = np.nansum(np.where(values > 0, ranks, 0.0), axis=-1)
    smaller = np.minimum(positive, n * (n + 1) / 2 - positive)
    variance = np.nansum(ranks**2, axis=-1) / 4
    pvalue = normal((smaller - n * (n + 1) / 4) / np.sqrt(variance)).pvalue
    exact = (n > 0) & (n <= MOST_EXACT)
    if exact.any():
        pvalue[exact] = _exact_signed_rank(ranks[exact], smaller[exact])
    return Outcome(np.where(n > 0, positive, np.nan), np.where(n > 0, pvalue, np.nan))


def _exact_signed_rank(ranks: Floats, smaller: Floats) -> Floats:
    """Two-sided p of rank sums (S,) if every rank (S, N) is as likely to have either sign."""
    whole = np.sort(np.nan_to_num(2 * ranks).astype(int), axis=-1)  # ties have halves
    kinds, kind = np.unique(whole, axis=0, return_inverse=True)
    tails = [_signed_rank_tail(tuple(row[row > 0].tolist())) for row in kinds]
    twice = np.rint(2 * smaller).astype(int)
    one_sided = [tails[k][place] for k, place in zip(kind.ravel().tolist(), twice.tolist(), strict=True)]
    return np.asarray(np.minimum(1.0, 2 * np.array(one_sided)))


def _signed_rank_tail(ranks: tuple[int, ...]) -> Floats:
    """P(W <= w) of the sum of those whole ranks that are positive, w = 0 .. their total."""
    ways = np.ones(1)
    for rank in ranks:
        ways = np.concatenate([ways, np.zeros(rank)]) + np.concatenate([np.zeros(rank), ways])
    return np.asarray(np.cumsum(ways / 2.0 ** len(ranks)))
