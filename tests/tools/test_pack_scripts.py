"""What set-up makes small is kept where Python keeps what it makes, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.render import packed
from dashboard.render.packed import TRACES
from tools import pack_scripts

ROOT = Path(__file__).parents[2]


def set_up(folder: Path) -> str:
    """Pack into a folder as a user does; what was said."""
    command = [sys.executable, "-m", "tools.pack_scripts"]
    places = {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | places, capture_output=True, text=True, check=True
    )
    return done.stderr


@pytest.mark.slow
def test_everything_that_the_page_names_is_packed(tmp_path: Path) -> None:
    assert "packed in" in set_up(tmp_path)
    [store] = tmp_path.rglob("packed.zip")
    files = packed.read(store)
    assert "-".join(TRACES) in packed.plotly(files).name
    for part in (
        "dash_renderer",
        "dash_core_components",
        "react-dom",
        "page.js",
        "charts.js",
        "page.css",
        "plotly",
    ):
        assert [key.split(";")[0] for key in files if part in key and ";" in key][:2] == ["br", "gzip"]


def test_a_folder_that_cannot_be_written_to_is_named_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(packed, "STORE", tmp_path / "file" / "packed.zip")
    monkeypatch.setattr(pack_scripts, "files", dict)
    pack_scripts.main()
    said = capsys.readouterr().err
    assert "not kept" in said
    assert str(tmp_path) in said
