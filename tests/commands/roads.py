"""Small studies as a list and on their own, by every road, and what is read off their JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.reference.cases import DAY, Case

Document = dict[str, Any]


Asked = Callable[..., Document]


WINDOWS = {
    "[0]": (0, 0),
    "[0, +1]": (0, 1),
    "[-1, +1]": (-1, 1),
    "[-5, +5]": (-5, 5),
    "[-10, +10]": (-10, 10),
}


SHARED = ("aar", "windows", "group", "summary")


def by_definition(firm: pd.Series, index: pd.Series, day: str = DAY) -> dict[str, float]:
    """CARs of the market model on the index's days, by ordinary least squares."""
    closes = pd.DataFrame({"firm": firm, "index": index}).loc[index.index]
    returns = closes.to_numpy()[1:] / closes.to_numpy()[:-1] - 1
    zero = list(closes.index).index(day) - 1
    window = returns[zero - 260 : zero - 10]
    window = window[np.isfinite(window).all(axis=1)]
    design = np.column_stack([np.ones(len(window)), window[:, 1]])
    alpha, beta = np.linalg.lstsq(design, window[:, 0], rcond=None)[0]
    abnormal = returns[:, 0] - alpha - beta * returns[:, 1]
    return {name: float(np.nansum(abnormal[zero + a : zero + b + 1])) for name, (a, b) in WINDOWS.items()}


def by_blocks(patch: pytest.MonkeyPatch) -> None:
    """Study any list block by block, a block per file."""
    patch.setattr("commands.lists.MOST_WHOLE", 0)
    patch.setattr("data.files.blocks.BLOCK_ROWS", 1)
    patch.setattr("commands.workers.LEAST", 0)


def options(case: Case) -> list[str]:
    return ["--benchmark", case.benchmark] if case.benchmark else []


def cars(document: Document, window: str = "[0]") -> dict[str, float]:
    """CARs of a list, by event."""
    events = document["events"]
    rows = zip(events["event"], events["window"], events["car"], strict=True)
    return {event: car for event, wanted, car in rows if wanted == window}


def excluded(document: Document) -> dict[str, str]:
    """Reasons of a list, by event."""
    return {entry["event"]: entry["reason"] for entry in document["excluded"]["first"]}
