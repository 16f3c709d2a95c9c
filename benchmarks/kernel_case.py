"""The panel and the events on which kernels and peers are measured: a fixed seed, and numpy alone."""

from __future__ import annotations

import numpy as np

FIRMS, SESSIONS, EVENTS, DRAWS = 1000, 1260, 10_000, 10_000
ESTIMATION, EVENT = (-260, -11), (-10, 10)
LEAD, SIZE, LENGTH = 260, 250, 21
WINDOWS = np.array([[0, 0], [0, 1], [-1, 1], [-5, 5], [-10, 10]])

_random = np.random.default_rng(20250127)
market = _random.normal(0.0004, 0.01, SESSIONS)
factors = np.vstack([market, _random.normal(0, 0.006, (4, SESSIONS))])
returns = _random.standard_t(5, (FIRMS, SESSIONS)) * 0.015 + _random.uniform(0.5, 1.5, (FIRMS, 1)) * market
with_gaps = np.where(_random.random(returns.shape) < 0.01, np.nan, returns)
_firm, _day = _random.integers(0, FIRMS, EVENTS), _random.integers(LEAD, SESSIONS - EVENT[1], EVENTS)
_order = np.lexsort((_day, _firm))
firm, day = _firm[_order], _day[_order]
sample_firm = np.array([_random.choice(FIRMS, 50, replace=False) for _ in range(250)])
sample_day = _random.integers(LEAD, SESSIONS - EVENT[1], sample_firm.shape)
effects = np.linspace(-0.02, 0.03, 11)
