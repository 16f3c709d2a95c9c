"""Which choice matters is what a table grouped by its values says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.choices.influence import influence

LEVELS = ("day", "model", "length", "target")
QUESTION = ("day", "target")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Two days, three models, four lengths, three targets; some answers are missing, one target's all."""
    rows = pd.DataFrame(product(("d", "e"), ("mm", "cm", "ma"), (250, 120, 60, 30), "ABC"), columns=LEVELS)
    rng = np.random.default_rng(5)
    effect = rng.normal(size=len(rows)) + (rows["model"] == "cm")
    missing = (rng.uniform(size=len(rows)) < 0.3) | ((rows["day"] == "e") & (rows["target"] == "B"))
    return rows.assign(effect=effect.mask(missing), pvalue=rng.uniform(0, 0.1, len(rows)))


def by_groups(table: pd.DataFrame, choice: str, day: str, target: str) -> dict[str, float | str]:
    """The definition, for one question."""
    own = table[(table["day"] == day) & (table["target"] == target)].dropna()
    by = own.groupby(choice)
    medians, shares = by["effect"].median(), (own["pvalue"] < 0.05).groupby(own[choice]).mean()
    return {
        "eta_squared": by["effect"].transform("mean").var(ddof=0) / own["effect"].var(ddof=0),
        "spread": medians.max() - medians.min(),
        "lowest_median": medians.min(),
        "lowest": medians.idxmin(),
        "highest_median": medians.max(),
        "highest": medians.idxmax(),
        "share_spread": shares.max() - shares.min(),
    }


def test_it_is_what_groups_say(table: pd.DataFrame) -> None:
    found = influence(table, LEVELS, QUESTION)
    assert len(found) == 5 * 2
    for (day, target), row in zip(found.index, found.to_dict("records"), strict=True):
        expected = by_groups(table, str(row.pop("choice")), day, target)
        assert [row.pop(end) for end in ("lowest", "highest")] == [
            expected.pop(end) for end in ("lowest", "highest")
        ]
        assert row == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_the_strongest_choice_of_a_question_comes_first(table: pd.DataFrame) -> None:
    found = influence(table, LEVELS, QUESTION)
    assert list(found.index.unique()) == [("d", "A"), ("d", "B"), ("d", "C"), ("e", "A"), ("e", "C")]
    assert (found.groupby(level=[0, 1], observed=True)["eta_squared"].diff().dropna() <= 0).all()


def test_values_that_are_equally_low_are_named_by_name() -> None:
    rows = pd.DataFrame(product("d", ("b", "a"), (1, 2), "A"), columns=LEVELS)
    found = influence(rows.assign(effect=[1.0, 2.0, 1.0, 2.0], pvalue=0.5), LEVELS, QUESTION)
    model = found[found["choice"] == "model"].iloc[0]
    assert (model["lowest"], model["highest"], model["eta_squared"]) == ("a", "a", 0.0)
