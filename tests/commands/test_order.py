"""No number depends on the order of lines, on who else is there, or on how a file is called."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import app

SESSIONS = pd.bdate_range("2023-01-02", periods=230)
WINDOWS = ("--event-window", "-5", "5", "--estimation-window", "-60", "-6", "--format", "json")
FIRMS = [f"F{k}" for k in range(6)]


def prices() -> pd.DataFrame:
    """Six firms and two benchmarks, of which EU misses some days; long, with a gap in F2."""
    random = np.random.default_rng(31)
    index = random.normal(0, 0.01, len(SESSIONS))
    tables = []
    for name in ["US", "EU", *FIRMS, "OTHER", "MORE"]:
        moves = index + random.normal(0, 0.003 if name in ("US", "EU") else 0.015, len(SESSIONS))
        table = pd.DataFrame({"symbol": name, "date": SESSIONS, "adj_close": 50 * np.cumprod(1 + moves)})
        gone = {"EU": [90, 140], "F2": [70, 71], "US": [120]}.get(name, [])
        tables.append(table.drop(index=gone))
    return pd.concat(tables, ignore_index=True)


def events() -> pd.DataFrame:
    """Twelve events: several of a firm, shared days, a closed day, benchmarks in both orders, two groups."""
    days = [80, 100, 100, 120, 140, 150, 150, 165, 180, 200, 210, 222]
    rows = [
        (FIRMS[k % 6], f"{SESSIONS[day]:%Y-%m-%d}", ("US", "EU")[k % 5 == 2], ("up", "down")[k % 3 == 0])
        for k, day in enumerate(days)
    ]
    return pd.DataFrame(rows, columns=["symbol", "event_date", "benchmark", "group"])


def answer(
    table: pd.DataFrame,
    listed: pd.DataFrame,
    *,
    blocks: bool,
    names: tuple[str, str] = ("p", "e"),
    files: bool = False,
    wide: bool = False,
) -> dict[str, Any]:
    """The JSON of a study."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if blocks:
            patch.setattr("commands.lists.MOST_WHOLE", 0)
            patch.setattr("data.files.blocks.BLOCK_ROWS", 300)
        path, lines = Path(folder) / names[0], Path(folder) / f"{names[1]}.csv"
        if files:
            path.mkdir()
            for symbol, rows in table.groupby("symbol", sort=False):
                named = rows.rename(columns={"date": "Date", "adj_close": "Adj Close"})
                named.drop(columns="symbol").to_csv(path / f"{symbol}.csv", index=False)
        else:
            path = path.with_suffix(".parquet")
            if wide:
                table = table.pivot(index="date", columns="symbol", values="adj_close").reset_index()
            table.to_parquet(path, index=False)
        listed.to_csv(lines, index=False)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert app.main(["study", "--events", str(lines), "--prices", str(path), *WINDOWS]) == 0
        document: dict[str, Any] = json.loads(out.getvalue())
        return document


@pytest.fixture(scope="module")
def plain() -> dict[bool, dict[str, Any]]:
    """The study of the files as they are, as a whole and by blocks."""
    return {blocks: answer(prices(), events(), blocks=blocks) for blocks in (False, True)}


def shuffled(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    return table.sample(frac=1, random_state=seed).reset_index(drop=True)


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 2**32 - 1), blocks=st.booleans(), files=st.booleans())
def test_the_order_of_lines_and_the_names_of_files_change_no_byte(
    plain: dict[bool, dict[str, Any]], seed: int, blocks: bool, files: bool
) -> None:
    table, listed = shuffled(prices(), seed), shuffled(events(), seed)
    found = answer(table, listed, blocks=blocks, names=(f"x{seed}", "zz"), files=files)
    if not (files and blocks):  # files are cut into other blocks than one table: sums differ by rounding
        assert without_assumptions(found) == without_assumptions(plain[blocks])
    else:
        assert_near(found, plain[blocks])


def without_assumptions(document: dict[str, Any]) -> dict[str, Any]:
    """A document but for what is said of the layout of its prices."""
    return {key: value for key, value in document.items() if key != "cautions"}


def numbers(value: Any) -> list[float]:
    """All numbers of a document, in its order."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [number for part in parts for number in numbers(part)]
    return [float(value)] if isinstance(value, int | float) else []


def assert_near(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Two documents whose numbers differ by rounding alone."""
    assert numbers(found) == pytest.approx(numbers(wanted), rel=1e-8, abs=1e-12)


@settings(deadline=None, max_examples=6)
@given(
    extra=st.lists(
        st.tuples(
            st.sampled_from(["OTHER", "MORE", "F1", "F4", "NONE"]), st.integers(70, 223), st.booleans()
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda event: event[:2],
    ),
    blocks=st.booleans(),
    first=st.booleans(),
)
def test_other_events_firms_and_benchmarks_change_no_event(
    plain: dict[bool, dict[str, Any]], extra: list[tuple[str, int, bool]], blocks: bool, first: bool
) -> None:
    known = set(zip(events()["symbol"], events()["event_date"], strict=True))
    rows = [
        (symbol, f"{SESSIONS[day]:%Y-%m-%d}", "EU" if other else "US", "new") for symbol, day, other in extra
    ]
    more = pd.DataFrame([row for row in rows if row[:2] not in known], columns=events().columns)
    listed = pd.concat([more, events()] if first else [events(), more])
    found = pd.DataFrame(answer(prices(), listed, blocks=blocks)["events"])
    wanted = pd.DataFrame(plain[blocks]["events"])
    mine = found[found["event"].isin(wanted["event"]) & (found["group"] != "new")].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, wanted, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("blocks", [False, True])
def test_prices_of_others_change_nothing(plain: dict[bool, dict[str, Any]], blocks: bool) -> None:
    table = prices()
    fewer = table[~table["symbol"].isin(["OTHER", "MORE"])]
    found = answer(fewer, events(), blocks=blocks)
    if blocks:  # blocks follow from the files: others make other blocks, and sums are added in another order
        assert_near(found, plain[blocks])
    else:
        assert found == plain[blocks]


@pytest.mark.parametrize("blocks", [False, True])
def test_columns_of_others_in_a_wide_file_change_nothing(blocks: bool) -> None:
    """A blank of a benchmark is a session without a price, whoever else has a column."""
    table = prices()
    others = table[~table["symbol"].isin(["OTHER", "MORE"])]
    foreign = pd.concat(
        [others, *(others[others["symbol"] == "F0"].assign(symbol=f"X{k}.PA") for k in range(9))]
    )
    found = [answer(one, events(), blocks=blocks, wide=True) for one in (table, others, foreign)]
    if blocks:
        assert_near(found[0], found[1])
        assert_near(found[2], found[1])
    else:
        assert found[0] == found[1] == found[2]
    assert found[0]["excluded"]["count"] > 0
