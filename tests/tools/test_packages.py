"""Packages come by uv where that does what pip is told, and by pip otherwise."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import packages
from tools.packages import DiskFullError, SetupError, find_pip, install, reason, uv_settings


class Machine:
    """Answers commands as a machine would, and remembers who installed."""

    def __init__(
        self, folder: Path, settings: str = "", *, uv_to_be_had: bool = True, **failing: str
    ) -> None:
        self.python = folder / "python"
        self.settings, self.uv_to_be_had, self.failing = settings, uv_to_be_had, failing
        self.pips = {"pip"}  # and "base", "ensurepip"
        self.installed_by: list[str] = []
        self.environment: dict[str, str] = {}

    def __call__(self, command: Sequence[str | Path], **environment: str) -> packages.Answer:
        words = [str(word) for word in command]
        if words[-2:] == ["config", "list"]:
            return subprocess.CompletedProcess(words, 0, self.settings, "")
        if words[-1] in ("--version", "ensurepip"):
            there = ("base" if "--python" in words else words[2]) in self.pips
            return subprocess.CompletedProcess(words, int(not there), "", "")
        if words[-1] == "uv":
            if self.uv_to_be_had:
                self.python.with_name("uv").touch()
            return subprocess.CompletedProcess(words, int(not self.uv_to_be_had), "", "")
        installer = Path(words[0]).name.replace("python", "pip")
        self.installed_by.append(installer)
        self.environment = environment
        error = "" if "--no-cache" in words else self.failing.get(installer, "")
        return subprocess.CompletedProcess(words, int(bool(error)), "", error)


@pytest.fixture(autouse=True)
def no_uv_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))


def installed(machine: Machine) -> list[str]:
    install(machine.python, [Path("requirements.txt")], machine)
    return machine.installed_by


def test_uv_is_fetched_and_installs(tmp_path: Path) -> None:
    assert installed(Machine(tmp_path)) == ["uv"]


def test_the_uv_on_the_path_goes_first(tmp_path: Path) -> None:
    uv = tmp_path / "path" / "uv"
    uv.parent.mkdir()
    uv.touch(0o755)
    assert installed(Machine(tmp_path, uv_to_be_had=False)) == ["uv"]


@pytest.mark.parametrize(
    "machine",
    [{"uv_to_be_had": False}, {"settings": "global.target='/elsewhere'"}],
    ids=["no uv for this platform, or offline", "a setting that uv does not know"],
)
def test_pip_installs_where_uv_cannot(tmp_path: Path, machine: dict[str, bool | str]) -> None:
    assert installed(Machine(tmp_path, **machine)) == ["pip"]  # type: ignore[arg-type]


def test_uv_does_without_its_cache_in_a_home_that_cannot_be_written_to(tmp_path: Path) -> None:
    assert installed(Machine(tmp_path, uv="error: Failed to initialize cache at `/home`")) == ["uv", "uv"]


def test_pip_takes_over_where_uv_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(Machine(tmp_path, uv="error: no such index")) == ["uv", "pip"]
    assert "uv could not: error: no such index" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("there", "found"),
    [({"pip", "base"}, ["-m", "pip"]), ({"base"}, ["-m", "pip", "--python"]), ({"ensurepip"}, ["-m", "pip"])],
)
def test_pip_is_unpacked_only_where_there_is_none(tmp_path: Path, there: set[str], found: list[str]) -> None:
    machine = Machine(tmp_path)
    machine.pips = there
    assert [word for word in find_pip(machine.python, machine) if "/" not in word] == found


def test_a_python_without_pip_and_ensurepip_gets_one_clear_line(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.pips = set()
    with pytest.raises(SetupError, match=r"no venv module: install it .*apt-get install python3\.\d+-venv"):
        find_pip(machine.python, machine)


def test_a_full_disk_is_told_from_other_failures(tmp_path: Path) -> None:
    full = "ERROR: Could not install packages: [Errno 28] No space left on device"
    with pytest.raises(DiskFullError, match="make room"):
        installed(Machine(tmp_path, uv=full, pip=full))
    with pytest.raises(SetupError, match="ERROR: no such version") as failed:
        installed(Machine(tmp_path, uv="error", pip="WARNING: beware\nERROR: no such version\n"))
    assert not isinstance(failed.value, DiskFullError)


def test_uv_asks_the_index_that_pip_is_told_to_ask() -> None:
    listed = """:env:.cert='/certificates.pem'
global.find-links='/wheels /more'
global.index-url='https://all.example/simple'
install.index-url='https://ours.example/simple'
global.progress-bar='off'
"""
    assert uv_settings(listed) == {
        "UV_INDEX_URL": "https://ours.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/certificates.pem",
    }


def test_of_several_indexes_the_best_release_is_taken_as_pip_does() -> None:
    assert uv_settings("global.extra-index-url='file:///a file:///b'\n") == {
        "UV_EXTRA_INDEX_URL": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_settings_of_uv_itself_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://uvs.example/simple")
    machine = Machine(tmp_path, "global.index-url='https://pips.example/simple'")
    installed(machine)
    assert machine.environment["UV_INDEX_URL"] == "https://uvs.example/simple"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "WARNING: Retrying ... NewConnectionError('...')\nERROR: No matching distribution",
            "cannot be reached",
        ),
        ("", "no reason"),
        ("something\nlast line\n", "last line"),
    ],
)
def test_a_failure_is_one_line(said: str, told: str) -> None:
    line = reason(subprocess.CompletedProcess([], 1, "", said))
    assert told in line
    assert "\n" not in line
