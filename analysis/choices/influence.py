"""How much each of several choices moves the answers on a full grid of choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.bars import Floats
from analysis.models.distributions import CONFIDENCE

Flags = npt.NDArray[np.bool_]
Columns = dict[str, npt.NDArray[Any]]


def influence(table: pd.DataFrame, levels: Sequence[str], question: Sequence[str]) -> pd.DataFrame:
    """The table of `SpecificationCurve.influence`.

    Parameters
    ----------
    table : DataFrame
        A row per combination of all levels, the last running fastest, with effect and pvalue.
    levels, question : columns of the grid, and those of them that are no choice
    """
    values = {name: table[name].unique().tolist() for name in levels}
    shape = [len(values[name]) for name in levels]
    effect = table["effect"].to_numpy().reshape(shape)
    significant = (table["pvalue"].to_numpy() < 1 - CONFIDENCE).reshape(shape)
    answered = np.isfinite(effect)

    def others(*kept: str) -> tuple[int, ...]:
        return tuple(axis for axis, name in enumerate(levels) if name not in kept)

    found: dict[str, Columns] = {}
    for choice in levels:
        if choice not in question and answered.any(axis=others(choice)).sum() > 1:
            axes = [levels.index(name) for name in (*question, choice)]
            found[choice] = _of_choice(values[choice], *(_by(axes, part) for part in (effect, significant)))
    asked = answered.any(axis=others(*question)).ravel()
    return _joined(found, {name: values[name] for name in question}, asked)


def _by(axes: Sequence[int], grid: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A grid with its questions as the first axis, the choice as the second and all else as the last."""
    moved = np.moveaxis(grid, axes, range(len(axes)))
    return moved.reshape(-1, moved.shape[len(axes) - 1], int(np.prod(moved.shape[len(axes) :])))


def _joined(found: dict[str, Columns], questions: dict[str, list[Any]], asked: Flags) -> pd.DataFrame:
    """Columns of all choices in one table, the strongest choice of each question first."""
    if not found:
        return pd.DataFrame(columns=["choice"])
    table = pd.DataFrame({"choice": np.repeat(list(found), len(asked))})
    for name in next(iter(found.values())):
        table[name] = np.concatenate([columns[name] for columns in found.values()])
    codes = np.indices([len(known) for known in questions.values()]).reshape(len(questions), -1)
    for (name, known), code in zip(questions.items(), codes, strict=True):
        table[name] = pd.Categorical.from_codes(np.tile(code, len(found)), pd.Index(known), ordered=True)
    table = table[np.tile(asked, len(found))]
    ascending = [*(True for _ in questions), False]
    return table.sort_values([*questions, "eta_squared"], ascending=ascending).set_index(list(questions))


def _of_choice(values: Sequence[Any], effect: Floats, significant: Flags) -> Columns:
    """Parts of the variance and ranges of the medians, from arrays of shape (Q, V, M) for V values.

    Of values that are equally low or high, the first by name is named.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    effect, significant = effect[:, order], significant[:, order]
    known = np.isfinite(effect)
    count = known.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, effect, 0.0).sum(axis=2) / count
        shares = (significant & known).sum(axis=2) / count
        between = _variance(np.where(count > 0, means, 0.0)[..., None], count[..., None])
        total = _variance(np.where(known, effect, 0.0), known)
        eta_squared = np.where(total > 0, between / total, 0.0)
    middle = medians(effect, count)
    (lowest, least), (highest, most) = _lowest(middle), _lowest(-middle)
    names = np.array([values[place] for place in order], dtype=object)
    return {
        "eta_squared": eta_squared,
        "spread": -most - least,
        "lowest_median": least,
        "lowest": names[lowest],
        "highest_median": -most,
        "highest": names[highest],
        "share_spread": -_lowest(-shares)[1] - _lowest(shares)[1],
    }


def _variance(values: Floats, weights: npt.NDArray[Any]) -> Floats:
    """Variance of each question's values (Q, V, M), counted by their weights; shape (Q,)."""
    size = weights.sum(axis=(1, 2))
    centre = (weights * values).sum(axis=(1, 2)) / size
    variance: Floats = (weights * (values - centre[:, None, None]) ** 2).sum(axis=(1, 2)) / size
    return variance


def medians(values: Floats, count: npt.NDArray[np.int64]) -> Floats:
    """Medians over the last axis of the `count` values that are not NaN; NaN where there is none."""
    ordered = np.sort(values, axis=-1)  # NaN last
    middle = (np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[-1] - 1))
    low, high = (np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0] for place in middle)
    return (low + high) / 2


def _lowest(values: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Place and size of each question's lowest value, the first of several; NaN is none."""
    place = np.where(np.isnan(values), np.inf, values).argmin(axis=1)
    return place, np.take_along_axis(values, place[:, None], axis=1)[:, 0]
