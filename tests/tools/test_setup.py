"""Set-up does what is missing, once, and says in one line what it cannot do."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import setup
from tools.packages import DiskFullError, SetupError
from tools.setup import PIECES, Environment, Piece, alone, make, prepare

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """An environment that is made of this Python instead of a new one."""
    environment = Environment(tmp_path / "with space" / "venv")

    def made(it: Environment) -> None:
        it.python.parent.mkdir(parents=True, exist_ok=True)
        if not it.python.exists():
            it.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            it.python.chmod(0o755)

    monkeypatch.setattr(setup, "_make", made)
    return environment


@pytest.fixture
def requirements(tmp_path: Path) -> list[Path]:
    path = tmp_path / "requirements.txt"
    path.write_text("package==1\n")
    return [path]


class Installer:
    """Stands where the real one is called; may fail."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: BaseException | None = None

    def __call__(self, python: Path, requirements: Sequence[Path]) -> None:
        self.calls += 1
        if self.error:
            raise self.error


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    installer = Installer()
    monkeypatch.setattr(setup, "install", installer)
    return installer


def test_packages_are_installed_again_when_the_pins_change(
    environment: Environment, requirements: list[Path], installer: Installer
) -> None:
    prepare(environment, requirements)
    prepare(environment, requirements)
    assert installer.calls == 1
    environment.stamp("bytecode", "of the old ones")
    requirements[0].write_text("package==2\n")
    prepare(environment, requirements)
    assert installer.calls == 2
    assert not environment.done("bytecode", "of the old ones")


@pytest.mark.parametrize(
    ("error", "made_anew"),
    [(KeyboardInterrupt(), True), (DiskFullError("full"), True), (SetupError("no index"), False)],
)
def test_an_environment_that_may_be_in_pieces_is_made_anew(
    environment: Environment,
    requirements: list[Path],
    installer: Installer,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    made_anew: bool,
) -> None:
    installer.error = error
    with pytest.raises(type(error)):
        prepare(environment, requirements)
    made: list[Environment] = []
    monkeypatch.setattr(setup, "_make", made.append)
    installer.error = None
    prepare(environment, requirements)
    assert bool(made) is made_anew
    assert installer.calls == 2


def test_a_second_set_up_waits_for_the_first(
    environment: Environment, requirements: list[Path], installer: Installer
) -> None:
    environment.folder.mkdir(parents=True)
    second = threading.Thread(target=prepare, args=(environment, requirements))
    with alone(environment.folder), alone(environment.folder, wait=False) as free:
        second.start()
        assert not free
        assert not installer.calls
    second.join()
    assert installer.calls == 1


def test_a_piece_is_made_once_and_one_that_fails_is_named_and_tried_again(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup._make(environment)
    good, bad = Piece("good", "", ("-c", ""), ()), Piece("bad", "", ("-c", "raise ValueError('why')"), ())
    monkeypatch.setattr(setup, "PIECES", (bad, good))
    make(environment, quietly=True)
    assert environment.missing() == [bad]
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("set-up: no bad, without which everything works")
    assert line.endswith("ValueError: why")


def test_a_piece_is_made_again_when_one_of_its_sources_changes(tmp_path: Path) -> None:
    [scripts] = [piece for piece in PIECES if piece.name == "scripts"]
    (tmp_path / "requirements.txt").write_text("plotly==1\n")
    cut, other = tmp_path / "tools" / "slim.py", tmp_path / "tools" / "words.py"
    cut.parent.mkdir(parents=True)
    cut.write_text("import re\n")
    before = scripts.made_from(tmp_path)
    other.write_text("import os\n")
    assert scripts.made_from(tmp_path) == before
    cut.write_text("import os\n")
    assert scripts.made_from(tmp_path) != before


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_the_sources_of_a_piece_are_there(piece: Piece) -> None:
    assert all(any(ROOT.glob(pattern)) for pattern in piece.sources)


def test_a_python_without_venv_gets_one_clear_line(tmp_path: Path) -> None:
    bare = (
        "import importlib.util as u, sys, runpy; find = u.find_spec; "
        "u.find_spec = lambda name: None if name == 'venv' else find(name); "
        f"sys.argv[1:] = [{str(tmp_path / 'venv')!r}, 'run']; "
        "runpy.run_module('tools.setup', run_name='__main__')"
    )
    answer = subprocess.run([sys.executable, "-c", bare], cwd=ROOT, capture_output=True, text=True)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert answer.returncode == 1
    assert answer.stderr == (
        f"set-up: {name} has no venv module: install it (Debian, Ubuntu: apt-get install {name}-venv), "
        "then run make again\n"
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "tools.setup", str(tmp_path / "file" / "venv"), "run"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.stderr == f"set-up: {tmp_path / 'file' / 'venv'}: Not a directory\n"
