"""From a clone to the first page as an ordinary user: a read-only tree, another home, no terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.proxies import free_port
from tests.waiting import PATIENCE, address_in

ROOT = Path(__file__).parents[1]
NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
# Set-up finds its work done: what installs needs an index, and tests have none.
STAMPED = """
from pathlib import Path
from tools.setup import DEVELOPMENT, PIECES, Environment
environment = Environment(Path(".venv").absolute())
for file in DEVELOPMENT:
    environment.stamp(file.name, file.read_text(encoding="utf-8"))
for piece in PIECES:
    environment.stamp(piece.name, piece.made_from())
"""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Place:
    """A clone in a folder of its own, and what its user brings along."""

    folder: Path

    @property
    def tree(self) -> Path:
        return self.folder / "clone"

    @property
    def environment(self) -> dict[str, str]:
        """No TERM, no locale, a home that is not there, a place for the store."""
        store = f"sqlite:///{self.folder}/store/prices.db"
        return {
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C", "LC_ALL": "C",
            "AFTERSHOCK_DATABASE_URL": store, "AFTERSHOCK_REFRESH_EVERY": "off",
        }  # fmt: skip

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.tree,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            **NOBODY,
        )


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A clone after set-up; not below pytest's own folder, which is closed to other users."""
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        _clone(place.tree)
        _owned(place.folder)
        python = _python(place)
        place.run(python, "-m", "venv", "--without-pip", ".venv")
        packages = next(place.tree.glob(".venv/lib/python*/site-packages"))
        (packages / "tests.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
        answer = place.run(".venv/bin/python", "-c", STAMPED)
        assert not answer.returncode, answer.stderr
        place.run("chmod", "-R", "a-w", ".")
        yield place
        place.run("chmod", "-R", "u+w", ".")


def _clone(tree: Path) -> None:
    """What a clone holds, as it is on disk."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone")
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if not name.startswith("tests/") and (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)


def _owned(folder: Path) -> None:
    """Give a folder to the ordinary user."""
    if NOBODY:
        subprocess.run(["chown", "-R", "65534:65534", folder], check=True)


def _python(place: Place) -> str:
    """A Python like this one that the user may run: one in root's home is closed to others."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (os.path.realpath(sys.executable), f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            if not place.run(python, "-c", "import venv").returncode:
                return python
        except OSError:
            continue
    pytest.skip(f"no {version} that an ordinary user may run")


def test_make_run_serves_the_first_page_from_a_tree_that_cannot_be_written(place: Place) -> None:
    log = place.folder / "log"
    with (
        log.open("w") as said,
        subprocess.Popen(
            ["make", "run", "ARGS=--port 0 --no-browser"],
            cwd=place.tree, env=place.environment, stdout=said, stderr=said, start_new_session=True, **NOBODY,
        ) as server,
    ):  # fmt: skip
        try:
            address = address_in(log, server)
            for page in ("/", "/e/deepseek-2025-01-27/", "/data"):
                with urllib.request.urlopen(address + page, timeout=PATIENCE) as answer:
                    assert answer.status == 200
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    assert (place.folder / "store" / "prices.db").exists()
    assert "Traceback" not in log.read_text()


def test_a_command_prints_without_a_terminal_and_a_locale(place: Place) -> None:
    answer = place.run(".venv/bin/python", "app.py", "study")
    assert answer.returncode == 0, answer.stderr
    assert "[−260, −11]" in answer.stdout


def test_a_store_that_has_no_place_is_one_line(place: Place) -> None:
    nowhere = f"sqlite:///{place.tree}/var/aftershock.db"
    answer = place.run(".venv/bin/python", "app.py", "refresh", AFTERSHOCK_DATABASE_URL=nowhere)
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    assert line.endswith("or name another place in AFTERSHOCK_DATABASE_URL")


def test_the_steps_of_the_image_make_what_its_command_serves_until_it_is_stopped(place: Place) -> None:
    kept = place.folder / "image"
    steps = _steps({"/var/lib/aftershock": str(kept), "0.0.0.0": "127.0.0.1", "8050": str(free_port())})
    place.run("chmod", "-R", "u+w", ".")
    for step in " && ".join(text for kind, text in steps if kind == "RUN").split(" && "):
        if not re.search(
            r"pip install|-m venv|useradd|pack_scripts", step
        ):  # an index, root, or tested elsewhere
            answer = place.run("sh", "-c", step)
            assert answer.returncode == 0, answer.stderr
    place.run("chmod", "-R", "a-w", ".")
    told = dict(steps)
    kept.mkdir()
    _owned(kept)
    environment = place.environment | dict(pair.split("=", 1) for pair in told["ENV"].split())
    command, check = json.loads(told["CMD"]), json.loads(told["HEALTHCHECK"].partition("CMD ")[2])
    with subprocess.Popen(
        command, cwd=place.tree, env=environment, stderr=subprocess.PIPE, text=True, **NOBODY
    ) as server:
        assert server.stderr is not None
        assert "Aftershock is on" in next(iter(server.stderr))
        assert place.run(*check).returncode == 0
        server.terminate()
        assert server.wait(PATIENCE) == 0
    assert place.run(*check).returncode != 0


def _steps(elsewhere: dict[str, str]) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with other places and numbers."""
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    for here, there in elsewhere.items():
        text = text.replace(here, there)
    lines = (line.partition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return [(kind, rest.strip()) for kind, _, rest in lines]
