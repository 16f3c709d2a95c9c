"""What commands leave out of the libraries that they import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOW = "import sys; print('pyarrow' in sys.modules)"


def said(code: str) -> list[str]:
    """Lines that Python prints in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return answer.stdout.splitlines()


@pytest.mark.parametrize("start", ["app.server", "app.main(['study', '--format', 'csv'])"])
def test_text_of_tables_is_left_to_pandas(start: str) -> None:
    assert said(f"import app; {start}; {SHOW}")[-1] == "False"


def test_pyarrow_can_still_be_imported_for_files() -> None:
    code = "from commands.lean import pandas_alone; pandas_alone(); import pandas, pyarrow as pa;"
    table = "pa.table({'symbol': ['A', None], 'close': [1.5, 2.0]}).to_pandas()"
    assert said(f"{code} print({table}.dropna().to_dict('list'))") == ["{'symbol': ['A'], 'close': [1.5]}"]


def test_what_is_imported_already_stays() -> None:
    assert said(f"import pyarrow; from commands.lean import pandas_alone; pandas_alone(); {SHOW}") == ["True"]


def test_a_command_ends_without_a_last_look_for_garbage() -> None:
    told = "atexit.register(lambda: print(gc.get_freeze_count() > 10_000))"
    run = "sys.argv = ['app.py', 'events', '--format', 'csv']; runpy.run_path('app.py', run_name='__main__')"
    assert said(f"import atexit, gc, runpy, sys; {told}; {run}")[-1] == "True"


def test_the_server_looks_for_garbage_beside_what_was_loaded() -> None:
    told = "gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() > 10_000"
    assert said(f"import app, gc; app.server; print({told})")[-1] == "True (700, 10, 10) True"
