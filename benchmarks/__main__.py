"""What users wait for, as ratios of one run: ``make bench``, ten million events with ``ARGS=--large``.

Whole commands with all their tests, against the floor (reading the same file and forming returns), against
other ways to the same answer, and against importing pandas. First the answers must agree. Exit 1 if a limit
is missed.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import tempfile
from pathlib import Path

from benchmarks import bench_feel, bench_memory
from benchmarks.peer_process import peers_python
from benchmarks.processes import Work, finished, first_page, output
from benchmarks.ratios import Ratio, in_turns, measured, report
from tools.serving import APPLICATION

ROUNDS, LARGE_ROUNDS = 9, 3
BENCHMARK = "MKT"
FEW, MANY = "events-10000.csv", "events-100000.csv"
READ_FILES = "import pandas, pathlib, sys; [pandas.read_csv(f) for f in pathlib.Path(sys.argv[1]).iterdir()]"
ONE_LINE_DASH = """
import sys, dash, waitress
app = dash.Dash(); app.layout = dash.html.P("one line")
server = waitress.create_server(app.server, port=0)
print(f"http://127.0.0.1:{server.effective_port}", file=sys.stderr, flush=True); server.run()
"""

RATIOS = (
    Ratio("10,000 events as text: the floor", "10,000", "floor", 3),
    Ratio("100,000 events as text: the floor", "100,000", "floor", 4.5),
    Ratio("memory of 10,000 events: the floor", "10,000", "floor", 2.5, unit="peak"),
    Ratio("memory of 100,000 events: the floor", "100,000", "floor", 2.5, unit="peak"),
    Ratio("10,000 events as JSON: as text", "json", "10,000", 2),
    Ratio("eventstudy 0.1a12: 10,000 events as text", "eventstudy", "10,000", 6, at_least=True),
    Ratio("10,000 events as text: pandas' pivot and numpy", "10,000", "script", 1),
    Ratio("10,000 events, 2,000 CSV files: pandas reads them", "files", "read_csv", 1.5),
    Ratio("`study` as text: importing pandas", "study", "pandas", 1.5),
    Ratio("`study` as JSON: importing pandas", "study json", "pandas", 1.5),
    Ratio("`study` after a refresh: importing pandas", "study refreshed", "pandas", 1.5),
    Ratio("`simulate`: importing pandas", "simulate", "pandas", 7.5),
    Ratio("`robustness`: importing pandas", "robustness", "pandas", 6),
    Ratio("first page from a cold start: a one-line Dash app", "first page", "one-line Dash", 3),
)
LARGE = (
    Ratio("10,000,000 events, one worker: the floor", "one worker", "floor", 9),
    Ratio("10,000,000 events, two workers: the floor", "two workers", "floor", 10),
    Ratio("memory of one worker: the floor", "one worker", "floor", 4.8, unit="peak"),
)


def works(made: Path, peers: Path | None) -> dict[str, Work]:
    """Every command, in the order in which a round runs them; eventstudy where its Python is there."""
    panel, store = made / "panel.parquet", {"AFTERSHOCK_DATABASE_URL": f"sqlite:///{made}/prices.db"}
    refreshed = {"AFTERSHOCK_DATABASE_URL": f"sqlite:///{made}/refreshed.db"}
    found = {
        "floor": finished("benchmarks/floor.py", panel),
        "10,000": finished(*study(made / FEW, panel)),
        "json": finished(*study(made / FEW, panel), "--format", "json"),
        "script": finished("benchmarks/script.py", panel, made / FEW, BENCHMARK),
        "100,000": finished(*study(made / MANY, panel)),
        "read_csv": finished("-c", READ_FILES, made / "files"),
        "files": finished(*study(made / FEW, made / "files")),
        "pandas": finished("-c", "import pandas"),
        "study": finished("app.py", "study", **store),
        "study json": finished("app.py", "study", "--format", "json", **store),
        "study refreshed": finished("app.py", "study", **refreshed),
        "simulate": finished("app.py", "simulate", **store),
        "robustness": finished("app.py", "robustness", **store),
        "first page": first_page(*APPLICATION, **store),
        "one-line Dash": first_page("-c", ONE_LINE_DASH),
    }
    if peers:
        found["eventstudy"] = finished("benchmarks/peer.py", panel, made / FEW, BENCHMARK, python=peers)
    return found


def large_works(made: Path) -> dict[str, Work]:
    """Ten million events of a folder of Parquet files."""
    command = study(made / "events-large.parquet", made / "large")
    return {
        "floor": finished("benchmarks/floor.py", made / "large"),
        "one worker": finished(*command, "--workers", 1),
        "two workers": finished(*command, "--workers", 2),
    }


def study(events: Path, prices: Path) -> tuple[object, ...]:
    """The command that studies a list of events."""
    return "app.py", "study", "--events", events, "--prices", prices, "--benchmark", BENCHMARK


def gate(made: Path, peers: Path | None) -> None:
    """Stop unless command, script and eventstudy give the same answer: nothing is timed before."""
    panel = made / "panel.parquet"
    ours = json.loads(output(*study(made / FEW, panel), "--format", "json")[1])["group"]
    script = json.loads(output("benchmarks/script.py", panel, made / FEW, BENCHMARK)[1])["[0, 0]"]
    agree("Boehmer's test", ours["boehmer"]["statistic"], script["boehmer"], 1e-9)
    if peers:
        printed = output("benchmarks/peer.py", panel, made / FEW, BENCHMARK, python=peers)[1]
        table = csv.DictReader(printed.splitlines())
        aar = next(float(row["AAR"]) for row in table if row[""] == "0")
        agree("eventstudy's mean", aar, script["mean"], 1e-11)


def agree(name: str, found: float, wanted: float, tolerance: float) -> None:
    """Exit with a line that says both, unless two numbers agree."""
    if not math.isclose(found, wanted, rel_tol=0, abs_tol=tolerance):
        sys.exit(f"{name}: {found} against {wanted}; nothing was timed")


def main() -> None:
    """Measure, print and write the table; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--large", action="store_true", help="ten million events instead, three rounds")
    options.add_argument("--rounds", type=int, help="how often each command runs")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        output("-m", "benchmarks.made", made, *(["--large"] if chosen.large else []))
        if chosen.large:
            costs = in_turns(large_works(made), chosen.rounds or LARGE_ROUNDS)
            sys.exit(report("large", [measured(ratio, costs) for ratio in LARGE]))
        peers = peers_python()
        gate(made, peers)
        costs = in_turns(works(made, peers), chosen.rounds or ROUNDS)
    missed = report("ratios", [measured(r, costs) for r in RATIOS if {r.work, r.yardstick} <= costs.keys()])
    sys.exit(any([missed, bench_memory.main(), bench_feel.main()]))


if __name__ == "__main__":
    main()
