"""The application as a process: what it prints where, and what it imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands.cli import COMMANDS

ROOT = Path(__file__).parents[1]


def test_results_go_to_stdout_and_nothing_else_does(environment: dict[str, str]) -> None:
    command = [sys.executable, "app.py", "study", "--format", "json"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert answer.stderr == ""
    assert json.loads(answer.stdout)["firms"]


def test_a_reader_who_stops_reading_gets_no_traceback(environment: dict[str, str]) -> None:
    command = f"{sys.executable} app.py study --format json | head -c 10"
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, shell=True)
    assert answer.stderr == ""


def test_the_web_process_starts_without_statsmodels_and_yfinance(environment: dict[str, str]) -> None:
    show = "import app, sys; app.server; print(sorted({'statsmodels', 'yfinance'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted where Linux lists them")
def test_matrices_are_small_and_take_one_thread(environment: dict[str, str]) -> None:
    environment.pop("OPENBLAS_NUM_THREADS", None)
    show = "import app, numpy, os; print(len(os.listdir('/proc/self/task')))"
    answer = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "1"


HEAVY = {"scipy", "sqlalchemy", "pydantic", "statsmodels", "numba", "dash", "plotly", "exchange_calendars"}
OTHERS = {f"commands.{module}" for module in COMMANDS.values()} - {"commands.study"}


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_study_takes_pandas_and_little_else(form: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Twice: the first time the event file may have to be checked, which takes pydantic."""
    own = environment | {"AFTERSHOCK_DATABASE_URL": f"sqlite:///{tmp_path}/prices.db"}
    code = (
        f"import app, sys; app.main(['study', '--format', '{form}']);"
        f"print(sorted({HEAVY | OTHERS!r} & set(sys.modules)), file=sys.stderr)"
    )
    for _ in range(2):
        answer = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True, check=True
        )
    assert answer.stderr.strip() == "[]"
