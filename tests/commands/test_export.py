"""Files that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Run


@pytest.mark.parametrize("command", [("export", "--format", "", "--out"), ("report", "--out")])
def test_a_place_that_cannot_be_written_is_one_clear_line(
    command: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "file"
    file.touch()
    answer = run(*command, file / "below.html")
    assert answer.code == 1
    assert str(file) in answer.err
    assert "Not a directory" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert "AFTERSHOCK_DEBUG" not in answer.err
