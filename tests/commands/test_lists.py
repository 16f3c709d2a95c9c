"""Lists of events block by block: the same bytes wherever blocks run, the same numbers from any files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.commands.conftest import Run, assert_one_line

SESSIONS = pd.bdate_range("2022-01-03", periods=400)
WINDOWS = ("--estimation-window", "-130", "-11", "--benchmark", "MKT")


def panel() -> pd.DataFrame:
    """A long table of made-up prices: 24 firms and two benchmarks, with gaps and short histories."""
    random = np.random.default_rng(8)
    market = random.normal(0.0003, 0.01, len(SESSIONS))
    tables = []
    for i, name in enumerate(["MKT", "NDX", *(f"F{k:02d}" for k in range(1, 25))]):
        moves = market + (random.normal(0, 0.02 if i > 1 else 0.005, len(SESSIONS)) if i else 0)
        rows = pd.DataFrame({"symbol": name, "date": SESSIONS, "adj_close": 100 * np.cumprod(1 + moves)})
        if i % 4 == 3:
            rows = rows.drop(index=random.choice(400, 6, replace=False))
        tables.append(rows.iloc[150:] if name == "F06" else rows)
    return pd.concat(tables, ignore_index=True)


def listed() -> pd.DataFrame:
    """Events of these firms: some on week-ends, some without prices, some twice, in two groups."""
    random = np.random.default_rng(9)
    days = random.integers(100, 395, 150)
    dates = [(SESSIONS[day] + pd.Timedelta(days=int(day % 7 == 0))).date() for day in days]
    firms = [f"F{number:02d}" for number in random.integers(1, 26, 150)]
    benchmarks = np.where(np.arange(150) % 5 == 0, "NDX", "")
    groups = np.where(days % 2 == 0, "even", "odd")
    return pd.DataFrame({"symbol": firms, "event_date": dates, "benchmark": benchmarks, "group": groups})


def number_of(symbol: str) -> int:
    """A number that does not change between runs."""
    return sum(map(ord, symbol))


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The panel as five Parquet files, each a block and a piece of work."""
    monkeypatch.setattr("commands.lists.MOST_WHOLE", 0)
    monkeypatch.setattr("data.files.blocks.BLOCK_ROWS", 1)
    monkeypatch.setattr("commands.workers.LEAST", 0)
    folder = tmp_path / "parts"
    folder.mkdir()
    rows = panel()
    for k in range(5):
        mine = rows[rows["symbol"].map(number_of) % 5 == k].sort_values(["symbol", "date"])
        mine.to_parquet(folder / f"part-{k}.parquet", index=False)
    return folder


@pytest.fixture
def printed(tmp_path: Path, run: Run) -> Callable[..., str]:
    """What the study of the list over some prices prints as JSON."""

    def printed(prices: Path, *more: str, events: pd.DataFrame | None = None) -> str:
        (listed() if events is None else events).to_csv(tmp_path / "events.csv", index=False)
        command = ("study", "--events", tmp_path / "events.csv", "--prices", prices, *WINDOWS, *more)
        answer = run(*command, "--format", "json")
        assert answer.code == 0, answer.err
        return answer.out

    return printed


def numbers(value: Any) -> list[float]:
    """All numbers of a document, in its order."""
    if isinstance(value, dict | list):
        return [
            number
            for one in (value.values() if isinstance(value, dict) else value)
            for number in numbers(one)
        ]
    return [float(value)] if isinstance(value, int | float) else []


def assert_near(found: str, wanted: str) -> None:
    """Two documents whose numbers differ by rounding alone."""
    assert numbers(json.loads(found)) == pytest.approx(numbers(json.loads(wanted)), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("workers", ["1", "2", "5"])
def test_threads_print_the_same_bytes(parts: Path, printed: Callable[..., str], workers: str) -> None:
    assert printed(parts, "--workers", workers) == printed(parts)


@pytest.mark.parametrize("least", [0.02, 60])
def test_pieces_of_any_size_print_the_same_bytes(
    parts: Path, printed: Callable[..., str], least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = printed(parts)
    monkeypatch.setattr("commands.workers.LEAST", least)
    assert printed(parts, "--workers", "2") == wanted


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_cluster_prints_the_same_bytes(parts: Path, printed: Callable[..., str], workers: str) -> None:
    assert printed(parts, "--cluster", "local", "--workers", workers) == printed(parts)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["market_model", "market_adjusted", "constant_mean"])
def test_blocks_of_a_folder_and_the_whole_list_give_the_same_events(
    parts: Path, printed: Callable[..., str], monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    blocks = json.loads(printed(parts, "--model", model, "--workers", "2"))
    monkeypatch.setattr("commands.lists.MOST_WHOLE", 2000)
    whole = json.loads(printed(parts, "--model", model))
    for key in ("events", "aar", "moved", "overlaps", "clusters", "excluded"):
        assert numbers(blocks[key]) == pytest.approx(numbers(whole[key]), rel=1e-9, abs=1e-14), key
    for key in ("moved", "overlaps", "clusters"):
        assert json.dumps(blocks[key]) == json.dumps(whole[key])
    by_name = {entry["event"]: entry["reason"] for entry in whole["excluded"]["first"]}
    assert {entry["event"]: entry["reason"] for entry in blocks["excluded"]["first"]} == by_name
    assert blocks["excluded"]["count"] > 20
    assert list(blocks["groups"]) == list(whole["groups"]) == ["even", "odd"]


@pytest.mark.parametrize("size", [1, 3000, 10**9])
def test_the_size_of_blocks_changes_rounding_alone(
    parts: Path, printed: Callable[..., str], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    wanted = printed(parts)
    monkeypatch.setattr("data.files.blocks.BLOCK_ROWS", size)
    assert_near(printed(parts), wanted)


@pytest.mark.parametrize("kind", ["date32", "string", "zoned"])
def test_dates_are_read_however_they_are_kept(parts: Path, printed: Callable[..., str], kind: str) -> None:
    wanted = printed(parts)
    for path in parts.iterdir():
        rows = pd.read_parquet(path)
        dates = rows["date"]
        kinds = {"date32": dates.dt.date, "string": dates.dt.strftime("%Y-%m-%d")}
        rows["date"] = kinds.get(kind, dates.dt.tz_localize("UTC"))
        rows.to_parquet(path, index=False)
    assert printed(parts) == wanted


def one_file(folder: Path) -> Path:
    panel().to_parquet(folder / "all.parquet", index=False)
    return folder / "all.parquet"


def row_groups(folder: Path) -> Path:
    panel().sort_values(["symbol", "date"]).to_parquet(
        folder / "all.parquet", index=False, row_group_size=700
    )
    return folder / "all.parquet"


def hive(folder: Path) -> Path:
    panel().to_parquet(folder / "hive", partition_cols=["symbol"], index=False)
    return folder / "hive"


def csv_files(folder: Path) -> Path:
    (folder / "csv").mkdir()
    for symbol, rows in panel().groupby("symbol"):
        columns = {"date": "Date", "adj_close": "Adj Close"}
        table = rows.rename(columns=columns).drop(columns="symbol")
        table.to_csv(folder / "csv" / f"{symbol}.csv", index=False)
    return folder / "csv"


def a_file_per_year(folder: Path) -> Path:
    (folder / "years").mkdir()
    for year, rows in panel().groupby(panel()["date"].dt.year):
        rows.to_parquet(folder / "years" / f"{year}.parquet", index=False)
    return folder / "years"


def wide_csv(folder: Path) -> Path:
    panel().pivot(index="date", columns="symbol", values="adj_close").to_csv(folder / "wide.csv")
    return folder / "wide.csv"


@pytest.mark.parametrize("form", [one_file, row_groups, hive, csv_files, a_file_per_year, wide_csv])
def test_the_same_prices_in_other_files_give_the_same(
    parts: Path, tmp_path: Path, printed: Callable[..., str], form: Callable[[Path], Path]
) -> None:
    wanted, found = (json.loads(printed(path)) for path in (parts, form(tmp_path)))
    for document in (wanted, found):
        document.pop("cautions")  # of the layout
    assert_near(json.dumps(found), json.dumps(wanted))
    assert found["excluded"] == wanted["excluded"]
    assert found["events"]["event"] == wanted["events"]["event"]


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_events_come_in_any_form(
    parts: Path, tmp_path: Path, run: Run, printed: Callable[..., str], form: str
) -> None:
    events, path = listed(), tmp_path / f"list.{form}"
    if form == "csv":
        events.to_csv(path, index=False)
    elif form == "parquet":
        events.to_parquet(path, index=False)
    else:
        events.to_excel(path, index=False)
    answer = run("study", "--events", path, "--prices", parts, *WINDOWS, "--format", "json")
    wanted, found = json.loads(printed(parts)), json.loads(answer.out)
    if form == "xlsx":  # rows of a sheet and lines of a file are counted alike
        assert found["excluded"]["count"] == wanted["excluded"]["count"]
    for key in ("events", "aar", "windows", "groups", "moved"):
        assert found[key] == wanted[key]


def test_a_symbol_in_two_groups_of_files_is_named(parts: Path, tmp_path: Path, run: Run) -> None:
    rows = panel()
    mine = rows[rows["symbol"] == "F03"]
    mine.rename(columns={"date": "Date", "adj_close": "Adj Close"}).drop(columns="symbol").to_csv(
        parts / "F03.csv", index=False
    )
    listed().to_csv(tmp_path / "events.csv", index=False)
    answer = run("study", "--events", tmp_path / "events.csv", "--prices", parts, *WINDOWS)
    assert_one_line(answer)
    assert "F03 is in two groups of files; keep each symbol in one" in answer.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "0"], "--workers 0: at least one is needed"),
        (["--benchmark", "NONE"], "no prices of the benchmark NONE"),
        (["--model", "mars"], "unknown model 'mars'"),
        (["--closed-day", "later"], "closed day 'later': allowed are next, previous, drop"),
        (["--event-window", "-10", "390"], "nothing to study. "),
        (["--cluster", "tcp://127.0.0.1:9", "--workers", "2"], "--workers counts threads here"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    parts: Path, tmp_path: Path, run: Run, arguments: Sequence[str], message: str
) -> None:
    listed().to_csv(tmp_path / "events.csv", index=False)
    answer = run("study", "--events", tmp_path / "events.csv", "--prices", parts, *WINDOWS, *arguments)
    assert_one_line(answer)
    assert message in answer.err


@pytest.mark.slow
def test_a_broken_file_leaves_its_events_out_with_the_reason(
    parts: Path, tmp_path: Path, printed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = csv_files(tmp_path)
    (folder / "F03.csv").write_text("Date,Adj Close\n2022-01-03,many\n")
    blocks = json.loads(printed(folder, "--workers", "2"))
    monkeypatch.setattr("commands.lists.MOST_WHOLE", 2000)
    whole = json.loads(printed(folder))
    for document in (blocks, whole):
        reasons = {e["reason"] for e in document["excluded"]["first"] if e["event"].startswith("F03@")}
        assert "F03.csv, line 2: Adj Close 'many' is no number" in "; ".join(reasons)
    assert blocks["excluded"]["count"] == whole["excluded"]["count"]


@pytest.mark.parametrize("form", ["text", "csv"])
def test_the_other_forms_are_printed_too(
    parts: Path, tmp_path: Path, run: Run, printed: Callable[..., str], form: str
) -> None:
    count = len(set(json.loads(printed(parts))["events"]["event"]))
    command = ("study", "--events", tmp_path / "events.csv", "--prices", parts, *WINDOWS)
    out = run(*command, "--workers", "2", "--format", form).out
    if form == "text":
        assert out.startswith(f"{count} events of ")
    else:
        assert out.count("\n") == 1 + 5 * count
