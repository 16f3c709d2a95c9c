"""Studies of many events over threads and clusters: the same bits, and the numbers of the library."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import app
from analysis.inference.significance import TESTS
from analysis.many.event_sums import MODELS, ShardDesign
from analysis.many.lists import ListedEvent, study_events
from analysis.market.errors import DataError, DesignError
from analysis.market.events import Window
from analysis.study.study import CAR_WINDOWS
from commands import event_shards
from commands.many_events import shards_document
from commands.workers import in_pieces, spread_over
from data.files.event_table import event_table, read_event_table
from data.files.price_panel import read_panel
from data.files.shards import cut

ESTIMATION, EVENT = Window(-130, -11), Window(-10, 10)
DESIGN = ShardDesign(ESTIMATION, EVENT, CAR_WINDOWS, Window(0, 0))
SESSIONS = pd.bdate_range("2022-01-03", periods=400)


def panel() -> pd.DataFrame:
    """A long table of made-up prices: 24 firms and a benchmark, with gaps and short histories."""
    random = np.random.default_rng(8)
    market = random.normal(0.0003, 0.01, len(SESSIONS))
    tables = []
    for i in range(25):
        name = f"F{i:02d}" if i else "MKT"
        moves = market + (random.normal(0, 0.02, len(SESSIONS)) if i else 0)
        rows = pd.DataFrame({"symbol": name, "date": SESSIONS, "adj_close": 100 * np.cumprod(1 + moves)})
        if i % 4 == 1:
            rows = rows.drop(index=random.choice(400, 6, replace=False))
        tables.append(rows.iloc[150:] if i == 6 else rows)
    return pd.concat(tables)


def listed() -> tuple[ListedEvent, ...]:
    """Events of these firms; some on week-ends, some without prices, some twice."""
    random = np.random.default_rng(9)
    days = random.integers(100, 395, 150)
    firms = random.integers(1, 26, 150)
    dates = [(SESSIONS[d] + pd.Timedelta(days=int(d % 7 == 0))).date() for d in days]
    return tuple(
        ListedEvent(f"F{f:02d}", date, line=n)
        for n, (f, date) in enumerate(zip(firms, dates, strict=True), 2)
    )


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The panel as five Parquet files, each a block and a piece of work."""
    monkeypatch.setattr("data.files.shards.BLOCK_BYTES", 1)
    monkeypatch.setattr("commands.workers.LEAST", 0)
    folder = tmp_path / "parts"
    folder.mkdir()
    rows = panel()
    for k in range(5):
        rows[rows["symbol"].map(hash_of) % 5 == k].to_parquet(folder / f"part-{k}.parquet", index=False)
    return folder


def hash_of(symbol: str) -> int:
    """A number that does not change between runs."""
    return sum(map(ord, symbol))


def studied(folder: Path, spread: Any = map, design: ShardDesign = DESIGN) -> event_shards.Summary:
    """The study over the shards of a folder."""
    return event_shards.study_shards(
        event_table(listed()), cut(folder), "MKT", "next", design, spread, lambda *_: None
    )


def bits(summary: event_shards.Summary) -> str:
    """All that is printed, to the last digit."""
    return json.dumps(shards_document(summary))


@pytest.mark.parametrize("model", MODELS)
def test_shards_give_the_numbers_of_the_library(parts: Path, tmp_path: Path, model: str) -> None:
    panel().to_parquet(tmp_path / "all.parquet", index=False)
    events = tuple(ListedEvent(e.symbol, e.date, "MKT", None, e.line) for e in listed())
    market = read_panel(tmp_path / "all.parquet", events, "MKT").market
    windows = {"event_window": EVENT, "estimation_window": ESTIMATION}
    whole = study_events(events, market, model=model, **windows).results
    summary = studied(parts, design=replace(DESIGN, model=model))
    document = shards_document(summary)
    np.testing.assert_allclose(document["aar"], whole.aar, rtol=0, atol=1e-14)
    for window in CAR_WINDOWS:
        assert document["caar"][str(window)]["caar"] == pytest.approx(whole.caar(window), abs=1e-14)
        assert document["caar"][str(window)]["events"] == whole.car(window)["car"].count()
    for key in set(document["group"]) - {"kolari_pynnonen"}:  # event time here, pairs by calendar there
        wanted = TESTS[key].function(whole, Window(0, 0)).statistic
        assert document["group"][key]["statistic"] == pytest.approx(wanted, rel=1e-11), key
    assert sum(summary.excluded.values()) == len(whole.excluded)


def test_one_file_and_a_folder_of_csv_files_give_the_same(parts: Path, tmp_path: Path) -> None:
    panel().to_parquet(tmp_path / "all.parquet", index=False)
    folder = tmp_path / "csv"
    folder.mkdir()
    for symbol, rows in panel().groupby("symbol"):
        columns = {"date": "Date", "adj_close": "Adj Close"}
        rows.rename(columns=columns).drop(columns="symbol").to_csv(folder / f"{symbol}.csv", index=False)
    wanted = shards_document(studied(parts))
    for path in (tmp_path / "all.parquet", folder):
        found = shards_document(studied(path))
        assert found["excluded"] == wanted["excluded"]
        np.testing.assert_allclose(found["aar"], wanted["aar"], atol=1e-14)


@pytest.mark.parametrize("kind", ["date32", "string"])
def test_dates_are_read_however_they_are_kept(parts: Path, kind: str) -> None:
    wanted = bits(studied(parts))
    for path in parts.iterdir():
        rows = pd.read_parquet(path)
        rows["date"] = rows["date"].dt.date if kind == "date32" else rows["date"].dt.strftime("%Y-%m-%d")
        rows.to_parquet(path, index=False)
    assert bits(studied(parts)) == wanted


def test_hive_partitions_are_read(parts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hive"
    panel().to_parquet(folder, partition_cols=["symbol"], index=False)
    assert shards_document(studied(folder))["firms"] == studied(parts).moments.firms


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_give_the_same_bits(parts: Path, workers: int) -> None:
    with spread_over(workers, None) as spread:
        assert bits(studied(parts, spread)) == bits(studied(parts))


@pytest.mark.parametrize("least", [0.02, 60])
def test_pieces_of_any_size_give_the_same_bits(
    parts: Path, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = bits(studied(parts))
    monkeypatch.setattr("commands.workers.LEAST", least)
    with spread_over(2, None) as spread:
        assert bits(studied(parts, spread)) == wanted


def test_a_piece_is_as_many_blocks_as_take_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.workers.time.perf_counter", map(float, itertools.count()).__next__)
    monkeypatch.setattr("commands.workers.LEAST", 3.5)  # blocks of a second
    sizes = []

    def spread(work: Callable[[Any], Any], pieces: Sequence[Any]) -> Iterator[Any]:
        sizes.extend(map(len, pieces))
        return map(work, pieces)

    assert list(in_pieces(abs, range(-20, 0), spread)) == list(range(20, 0, -1))
    assert sizes == [5, 5, 5]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_blocks_are_worked_on_here(count: int) -> None:
    assert list(in_pieces(abs, range(-count, 0), map)) == list(range(count, 0, -1))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_cluster_gives_the_same_bits(parts: Path, workers: int) -> None:
    with spread_over(workers, "local") as spread:
        assert bits(studied(parts, spread)) == bits(studied(parts))


def test_what_a_worker_imports_is_no_command_line() -> None:
    show = "import sys, commands.event_shards; print('typer' in sys.modules, 'commands.cli' in sys.modules)"
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=root, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False False"


class Deadly:
    """A piece of work that ends its worker the first time it is done."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, piece: int) -> int:
        if piece == 3 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return piece * piece


@pytest.mark.slow
def test_a_worker_killed_half_way_costs_no_result(tmp_path: Path) -> None:
    with spread_over(2, "local") as spread:
        assert list(spread(Deadly(tmp_path / "killed"), range(8))) == [n * n for n in range(8)]
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
def test_a_lost_scheduler_is_one_line() -> None:
    with scheduler() as (address, stop), spread_over(None, address) as spread:
        stop()
        with pytest.raises(DesignError, match="was lost; start it again"):
            list(spread(abs, range(4)))


@contextlib.contextmanager
def scheduler() -> Iterator[tuple[str, Callable[[], None]]]:
    """A scheduler and a worker in processes of their own; the function ends the scheduler."""
    command = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = (line.split("Scheduler at:")[1].strip() for line in process.stderr if "Scheduler at:" in line)
        address = next(found)
        try:
            yield address, process.kill
        finally:
            process.kill()
            process.stderr.close()


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.workers.PATIENCE", "1s")
    expected = r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"
    with pytest.raises(DesignError, match=expected), spread_over(None, "tcp://127.0.0.1:9"):
        pass


def test_events_come_as_parquet_too(tmp_path: Path) -> None:
    wanted = event_table(listed())
    names, days = wanted.symbols[wanted.symbol], wanted.dates
    pd.DataFrame({"Symbol": names, "event_date": days, "benchmark": "MKT"}).to_parquet(tmp_path / "e.parquet")
    found = read_event_table(tmp_path / "e.parquet")
    assert found.symbols.tolist() == wanted.symbols.tolist()
    np.testing.assert_array_equal(found.symbol, wanted.symbol)
    np.testing.assert_array_equal(found.dates, wanted.dates)
    assert found.benchmarks == ("MKT",)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("symbol", ["A", None], "an event has no symbol"),
        ("event_date", [pd.Timestamp("2024-03-01"), None], "an event has no date"),
        ("event_date", ["tomorrow", "2024-03-01"], "cannot be read as Parquet"),
        ("symbol", [], "no event in it"),
    ],
)
def test_parquet_that_holds_no_events_is_one_line(
    tmp_path: Path, column: str, values: list[Any], message: str
) -> None:
    rows = {"symbol": ["A", "B"], "event_date": pd.to_datetime(["2024-03-01"] * 2)} | {column: values}
    pd.DataFrame({name: cells[: len(values)] for name, cells in rows.items()}).to_parquet(tmp_path / "e.pq")
    with pytest.raises(DataError, match=message):
        read_event_table(tmp_path / "e.pq")


def test_another_benchmark_is_named(parts: Path) -> None:
    events = [*listed(), ListedEvent("F01", dt.date(2023, 3, 1), "OTHER")]
    with pytest.raises(DesignError, match="benchmark OTHER: with --workers"):
        event_shards.study_shards(
            event_table(events), cut(parts), "MKT", "next", DESIGN, map, lambda *_: None
        )


def test_a_symbol_in_two_groups_of_files_is_named(parts: Path) -> None:
    rows = panel()
    rows[rows["symbol"] == "F03"].to_parquet(parts / "part-9.parquet", index=False)
    with pytest.raises(DataError, match="F03 is in two groups of files"):
        studied(parts)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "0"], "--workers 0: at least one is needed"),
        (["--workers", "2", "--model", "garch"], "know market_model, market_adjusted, constant_mean"),
        (["--workers", "2", "--benchmark", "NONE"], "no prices of the benchmark NONE"),
    ],
)
def test_what_cannot_be_spread_is_one_line(
    parts: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], message: str
) -> None:
    events = events_file(parts)
    command = ["study", "--events", events, "--prices", str(parts), "--benchmark", "MKT", *arguments]
    assert app.main(command) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_the_command_prints_what_the_events_tell_together(
    parts: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    command = ["study", "--events", events_file(parts), "--prices", str(parts), "--benchmark", "MKT"]
    windows = ["--estimation-window", "-130", "-11"]
    assert app.main([*command, *windows, "--workers", "2", "--format", form]) == 0
    out = capsys.readouterr().out
    if form == "json":
        assert json.loads(out)["firms"] == studied(parts).moments.firms
    else:
        assert "[0,+1]" in out.replace(" ", "") or "0, +1" in out


def events_file(folder: Path) -> str:
    """The events as a CSV file beside a folder."""
    path = folder.parent / "events.csv"
    rows: list[dict[str, str | dt.date]] = [{"symbol": e.symbol, "event_date": e.date} for e in listed()]
    pd.DataFrame(rows).to_csv(path, index=False)
    return str(path)
