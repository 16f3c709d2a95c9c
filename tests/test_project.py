"""What holds for the project as a whole."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import NOWHERE, ForeignHostError
from tools.lock import locked, normal

ROOT = Path(__file__).parents[1]
MODULES = sorted(path.name for path in ROOT.glob("*.py"))
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
OURS = {name.removesuffix(".py") for name in (*MODULES, *PACKAGES)}


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("198.51.100.7", 443)])
def test_a_test_cannot_reach_another_host(address: tuple[str, int]) -> None:
    with socket.socket() as connection, pytest.raises(ForeignHostError):
        connection.connect(address)


def test_child_processes_of_tests_find_only_a_dead_proxy() -> None:
    show = "import urllib.request; print(urllib.request.getproxies()['https'])"
    answer = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == NOWHERE


def pinned(name: str) -> dict[str, str]:
    """Packages pinned in a requirements file, by normal name, as far as they are for this computer."""
    lines = re.findall(r"^[\w.-]+.*==[^\\#\n]+", (ROOT / name).read_text(), re.M)
    return locked("\n".join(line for line in lines if _is_for_here(line)))


def _is_for_here(line: str) -> bool:
    marker = Requirement(line).marker
    return marker is None or marker.evaluate()


def imported(*folders: str) -> set[str]:
    """Top-level modules imported by the Python files of some folders or by some files."""
    files = [
        path
        for folder in folders
        for path in ([ROOT / folder] if ".py" in folder else (ROOT / folder).rglob("*.py"))
    ]
    names: set[str] = set()
    for node in (node for path in files for node in ast.walk(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names - OURS - set(sys.stdlib_module_names) - {"__future__"}


@pytest.mark.parametrize(
    ("requirements", "folders"),
    [
        (["requirements.in"], [*MODULES, "analysis", "commands", "data", "dashboard"]),
        (
            ["requirements.in", "requirements-dev.in", "benchmarks/peers.txt"],
            ["tests", "benchmarks", "tools"],
        ),
    ],
)
def test_every_imported_package_is_pinned(requirements: list[str], folders: list[str]) -> None:
    pins = {package for name in requirements for package in pinned(name)}
    # what comes with a pinned package and is named by its documentation
    pins |= {"flask", "click", "dateutil", "markdown-it-py", "werkzeug", "packaging", "psutil"} | {"pyyaml"}
    packages = importlib.metadata.packages_distributions()
    missing = {
        module
        for module in imported(*folders)
        if not pins & {normal(name) for name in packages.get(module, [module])}
    }
    assert not missing


def test_the_installed_packages_are_the_pinned_ones() -> None:
    pins = pinned("requirements.txt") | pinned("requirements-dev.txt")
    del pins["pip"]  # an environment may bring its own
    assert {name: importlib.metadata.version(name) for name in pins} == pins


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(
        ["make", "--silent", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony is not None
    assert [line.split()[0] for line in listed.splitlines()] == phony[1].split()


def make_run(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """``make run`` of a fresh environment on a machine that has only what `path` holds."""
    make = shutil.which("make")
    assert make is not None
    environment = {"PATH": str(path), "HOME": str(folder)}
    command = [make, "--silent", "--no-print-directory", "run", f"VENV={folder / 'venv'}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def program(path: Path, script: str) -> None:
    """A program that runs a shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_machine_without_a_python_that_runs_gets_one_clear_line(tmp_path: Path) -> None:
    program(tmp_path / "python3.12", "echo 'python3.12: version not installed' >&2; exit 127")
    answer = make_run(tmp_path, tmp_path)
    assert answer.returncode != 0
    assert answer.stderr.splitlines()[0] == "Python 3.11 or newer is needed, and none was found on the PATH."
