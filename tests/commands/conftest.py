"""Commands run in this process, and price files of the user's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import app

REFERENCE = Path(__file__).parents[1] / "reference"
CASES = sorted(path.parent for path in REFERENCE.glob("*/expected.json"))


class Answer(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Answer:
        code = app.main([str(argument) for argument in arguments])
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture
def document(run: Run) -> Callable[..., Any]:
    """Run a command with ``--format json`` and read what it prints."""

    def document(*arguments: str | Path) -> Any:
        answer = run(*arguments, "--format", "json")
        assert answer.code == 0, answer.err
        return json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))

    return document


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A copy of the reference price files, to break."""
    return Path(shutil.copytree(CASES[0] / "prices", tmp_path / "prices"))


def assert_one_line(answer: Answer) -> None:
    """A usage error: exit 2, nothing on stdout, one line on stderr that is no traceback."""
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("error: ")
