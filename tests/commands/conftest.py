"""Commands run in this process, and price files of the user's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import app
from tests.commands.roads import Asked, Document, by_blocks, options
from tests.reference.cases import DAY, Case

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


@pytest.fixture(params=["whole", "blocks"])
def asked(request: pytest.FixtureRequest, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A list studied as a whole or block by block, and then by two workers too: the same bytes."""
    if request.param == "blocks":
        by_blocks(monkeypatch)

    def ask(case: Case, *more: str) -> Document:
        prices, events = case.write(tmp_path)
        command = ["study", "--events", events, "--prices", prices, *options(case), *more, "--format", "json"]
        here = run(*command)
        assert here.code == 0, here.err
        if request.param == "blocks":
            assert run(*command, "--workers", "2").out == here.out
        document: Document = json.loads(here.out)
        return document

    return ask


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory, document: Callable[..., Document]) -> Asked:
    """One study of all firms on one day."""

    def ask(case: Case, *more: str, day: str = DAY) -> Document:
        prices, _ = case.write(tmp_path_factory.mktemp("alone"))
        return document("study", "--prices", prices, *options(case), "--event-date", day, *more)

    return ask


def assert_one_line(answer: Answer) -> None:
    """A usage error: exit 2, nothing on stdout, one line on stderr that is no traceback."""
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("error: ")
