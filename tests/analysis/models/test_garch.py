from __future__ import annotations

import numpy as np
import pytest
from arch.univariate import GARCH, LS

from analysis.models.garch import _highest, on_boundary


def test_the_highest_of_several_maxima_is_found() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(120), rng.normal(0, 0.01, 120)])
    y = rng.standard_t(4, 120)
    model = LS(y, x=x, constant=False, volatility=GARCH(1, 0, 1), rescale=False)
    one_search = model.fit(disp="off", show_warning=False)
    best = _highest(model, np.linalg.lstsq(x, y)[0])
    assert best is not None
    assert best[2].loglikelihood > one_search.loglikelihood + 1


@pytest.mark.parametrize(
    ("arch", "garch", "words"),
    [(0.0, 0.9, "a = 0"), (0.2, 0.0, "g = 0"), (0.1, 0.9, "a + g = 1"), (0.1, 0.8, None)],
)
def test_a_fit_on_the_boundary_is_named(arch: float, garch: float, words: str | None) -> None:
    said = on_boundary(arch, garch)
    assert said is None if words is None else words in str(said)
