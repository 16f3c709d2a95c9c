"""Returns to draw from without end: made-up ones with what real ones have, and real ones drawn anew."""

from __future__ import annotations

import numpy as np

from analysis.inference.simulation_design import Population
from analysis.market.bars import Floats

PERSISTENCE = 0.98  # of the logarithm of volatility, per day
SPELLS = 0.4, 0.25  # standard deviation of it: shared by all firms, and a firm's own
TAILS = 6  # degrees of freedom of the shocks
SHARED = 0.3  # correlation of abnormal returns between firms
SECTORS = 2  # groups that firms move in, where they do
SHAPE = 4  # of the gamma distribution of skewed shocks: their skewness is 2 / sqrt(4)
BLOCK = 250  # sessions of a piece of real history, on average


def made_up_population(
    firms: int = 40,
    sessions: int = 50_000,
    seed: int = 1,
    correlation: float = SHARED,
    spells: bool = True,
    inside: float = 0.0,
    skewed: bool = False,
) -> Population:
    """Returns around a benchmark; without `spells` they are normal, each day like the others.

    Firms of one of `SECTORS` groups are correlated by `inside` more. `skewed` shocks are gamma distributed.
    """
    random = np.random.default_rng(seed)

    def shocks(columns: int) -> Floats:
        if skewed:
            return np.asarray((random.gamma(SHAPE, size=(sessions, columns)) - SHAPE) / np.sqrt(SHAPE))
        if not spells:
            return random.normal(size=(sessions, columns))
        return np.asarray(random.standard_t(TAILS, (sessions, columns)) / np.sqrt(TAILS / (TAILS - 2)))

    def volatility(columns: int, deviation: float) -> Floats:
        if not spells:
            return np.ones((sessions, columns))
        steps = random.normal(0, deviation * np.sqrt(1 - PERSISTENCE**2), (sessions, columns))
        log = np.empty_like(steps)
        log[0] = random.normal(0, deviation, columns)
        for day in range(1, sessions):
            log[day] = PERSISTENCE * log[day - 1] + steps[day]
        return np.asarray(np.exp(log))

    together, own = volatility(1, SPELLS[0]), volatility(firms, SPELLS[1])
    benchmark = 0.01 * together * shocks(1)
    common, single = np.sqrt(correlation) * shocks(1), np.sqrt(1 - correlation - inside) * shocks(firms)
    if inside:
        common = common + np.sqrt(inside) * shocks(SECTORS)[:, np.arange(firms) % SECTORS]
    abnormal = 0.02 * together * (common + own * single)
    names = tuple(f"F{k}" for k in range(firms))
    return Population(names, benchmark + abnormal, np.broadcast_to(benchmark, abnormal.shape))


def resampled(known: Population, sessions: int, seed: int = 1) -> Population:
    """A long history of pieces of a short one, one after the other (Politis & Romano 1994).

    Pieces have random lengths, a year on average, and start anywhere; all firms keep their days together.
    """
    random, length = np.random.default_rng(seed), len(known.returns)
    anew = random.random(sessions) < 1 / BLOCK
    anew[0] = True
    piece, begins = np.cumsum(anew) - 1, np.flatnonzero(anew)
    starts = random.integers(0, length, len(begins))
    days = (starts[piece] + np.arange(sessions) - begins[piece]) % length
    donors = known.donors[days] if known.donors.size else known.donors
    return Population(known.symbols, known.returns[days], known.benchmarks[days], donors)
