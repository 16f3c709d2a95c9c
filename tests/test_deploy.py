"""What is shipped for deployment names files, commands and settings that exist."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.main import get_command

from commands.cli import command_line

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SHIPPED = [file for file in sorted(DEPLOY.iterdir()) if file.is_file()]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_setting_is_documented_and_every_file_is_named(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for setting in set(re.findall(r"AFTERSHOCK_\w+", text)):
        assert setting in OPERATIONS or f"`_{setting.rpartition('_')[2]}`" in OPERATIONS, setting
    assert f"deploy/{file.name}" in OPERATIONS


def test_what_the_image_copies_and_runs_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ")]
    assert all(
        (ROOT / name).exists() for names in copied for name in names if not name.startswith(("-", "/"))
    )
    for module in re.findall(r"python -m ([\w.]+)", text):
        assert find_spec(module), module
    for name in re.search(r"compileall -q (.+)", text).group(1).split():  # type: ignore[union-attr]
        assert (ROOT / name).exists()
    assert "USER aftershock" in text
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("name", ["Dockerfile", "aftershock.service"])
def test_the_server_knows_every_option(name: str) -> None:
    found = re.search(r"\.venv/bin/python\W+app\.py(.+)", (DEPLOY / name).read_text(encoding="utf-8"))
    assert found
    command, *options = shlex.split(re.sub(r'[\[\],"]', " ", found.group(1)))
    assert command == "serve"
    parameters = get_command(command_line("serve")).commands["serve"].params  # type: ignore[attr-defined]
    known = {option for each in parameters for option in (*each.opts, *each.secondary_opts)}
    assert {option for option in options if option.startswith("-")} <= known


def test_the_service_starts_again_and_is_bounded() -> None:
    text = (DEPLOY / "aftershock.service").read_text(encoding="utf-8")
    for line in ("Restart=always", "MemoryMax=1G", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert line in text.splitlines()
