"""The lock is in step with the files written by hand, and does not say where packages come from."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.lock import ROOT, UNASKED, audit, lock, locked, normal
from tools.packages import Answer, SetupError

NAMES = ("requirements", "requirements-dev")
UV = Path("uv")


def entries(name: str) -> dict[str, str]:
    """What a lock says of each package, by name: hashes, and who asks for it."""
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    return {normal(part.partition("==")[0]): part for part in parts}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_by_hand_is_locked_and_nothing_else_is(name: str) -> None:
    by_hand = locked((ROOT / f"{name}.in").read_text(encoding="utf-8"))
    asked = {package for package, said in entries(name).items() if f"-r {name}.in" in said}
    assert asked == by_hand.keys()
    assert by_hand.items() <= locked((ROOT / f"{name}.txt").read_text(encoding="utf-8")).items()


def test_every_package_is_locked_once_and_by_hashes() -> None:
    first, second = map(entries, NAMES)
    assert not first.keys() & second.keys()
    assert all("--hash=sha256:" in said for said in (*first.values(), *second.values()))


def test_every_package_is_there_because_another_needs_it() -> None:
    known = entries(NAMES[0]) | entries(NAMES[1])
    for package, said in known.items():
        named = re.findall(r"^    #(?: via| +)? +(.+)$", said, re.M)
        assert any(normal(who) in known or who.startswith(("-r", "-c")) for who in named), package


@pytest.mark.parametrize("name", NAMES)
def test_no_index_is_named(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|/\w+/", text)


class Uv:
    """Answers as uv would, and remembers what it was told."""

    def __init__(self, code: int = 0, error: str = "", said: str = "") -> None:
        self.answer = subprocess.CompletedProcess([], code, said, error)
        self.told: list[list[str]] = []

    def __call__(self, command: Sequence[str | Path], cwd: Path | None = None, **environment: str) -> Answer:
        self.told.append([str(word) for word in command])
        if cwd and "compile" in self.told[-1]:
            target = cwd / self.told[-1][self.told[-1].index("--output-file") + 1]
            target.write_text(f"{target.stem}==1 \\\n    --hash=sha256:0\n", encoding="utf-8")
        return self.answer


def test_what_runs_is_the_same_where_it_is_checked(tmp_path: Path) -> None:
    uv = Uv()
    lock(UV, ["--upgrade"], tmp_path, uv)
    first, second = uv.told
    assert "--constraint" not in first
    assert " ".join(second[-5:]) == "--constraint requirements.txt --no-emit-package requirements --upgrade"
    assert "\n-r requirements.txt\n" in (tmp_path / "requirements-dev.txt").read_text(encoding="utf-8")


def test_a_lock_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"requirements\.txt could not be made: error: No solution"):
        lock(UV, (), tmp_path, Uv(1, "error: No solution found"))


def test_an_audit_prints_what_is_known_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(UV, run=Uv(1, "Found 1 known vulnerability", "dash 4.4.1 CVE-1")) == 1
    assert "CVE-1" in capsys.readouterr().out


def test_an_audit_that_reaches_nobody_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = "Traceback\nrequests.exceptions.ConnectionError: Failed to resolve 'api.osv.dev'"
    assert audit(UV, run=Uv(1, error)) == UNASKED == 3
    assert capsys.readouterr().out == (
        "audit: no source of advisories could be reached, so nothing was checked\n"
    )
