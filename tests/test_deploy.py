"""What is shipped for operators fits together, and the program: compose, image, unit and their settings."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands.listener import GRACE

DEPLOY = Path(__file__).parents[1] / "deploy"
OPERATIONS = (DEPLOY.parent / "docs/operations.md").read_text(encoding="utf-8")
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNIT = (DEPLOY / "aftershock.service").read_text(encoding="utf-8")


def instruction(name: str) -> str:
    """The last instruction of a kind in the Dockerfile."""
    return re.findall(rf"^{name} +(.+)$", IMAGE, re.M)[-1].strip()


def test_every_setting_that_is_set_is_one_that_is_explained() -> None:
    composed = COMPOSE["services"]["aftershock"]["environment"]
    used = re.findall(r"AFTERSHOCK_\w+", f"{IMAGE} {UNIT} {json.dumps(composed)}")
    assert used
    assert [name for name in used if name not in OPERATIONS] == []


def test_the_service_runs_the_image_and_keeps_what_it_keeps() -> None:
    service = COMPOSE["services"]["aftershock"]
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == (DEPLOY / "Dockerfile").resolve()
    [volume] = service["volumes"]
    name, _, place = volume.partition(":")
    assert name in COMPOSE["volumes"]
    assert place == instruction("VOLUME")
    address, _, inside = service["ports"][0].rpartition(":")
    assert address.startswith("127.0.0.1:")
    assert inside == instruction("EXPOSE")
    command = json.loads(instruction("CMD"))
    assert command[command.index("--port") + 1] == inside
    assert f":{inside}/health" in instruction("HEALTHCHECK")


def test_the_image_is_no_roots_and_the_service_may_write_nothing_else() -> None:
    service = COMPOSE["services"]["aftershock"]
    assert instruction("USER") not in ("root", "0")
    assert service["read_only"]
    assert (service["cap_drop"], service["restart"]) == (["ALL"], "always")
    assert service["mem_limit"]


def test_the_service_waits_for_a_database_that_its_address_names() -> None:
    service, database = COMPOSE["services"]["aftershock"], COMPOSE["services"]["database"]
    url = re.fullmatch(
        r"postgresql://(\w+):\$\{(\w+):\?[^}]+\}@(\w+)/(\w+)",
        service["environment"]["AFTERSHOCK_DATABASE_URL"],
    )
    assert url
    user, password, host, name = url.groups()
    assert host in COMPOSE["services"]
    assert (database["environment"]["POSTGRES_USER"], database["environment"]["POSTGRES_DB"]) == (user, name)
    assert password in database["environment"]["POSTGRES_PASSWORD"]
    assert service["depends_on"] == {host: {"condition": "service_healthy"}}
    assert database["healthcheck"]["test"][0] == "CMD"
    assert database["volumes"][0].partition(":")[0] in COMPOSE["volumes"]


def test_whoever_stops_it_gives_it_the_time_to_finish() -> None:
    assert float(COMPOSE["services"]["aftershock"]["stop_grace_period"].removesuffix("s")) > GRACE
    assert float(re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.M)[0]) > GRACE


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd")
def test_the_unit_is_understood(tmp_path: Path) -> None:
    """With a program and a folder that are there: the project is not in /opt here."""
    unit = tmp_path / "aftershock.service"
    there = UNIT.replace("/opt/aftershock/.venv/bin/python", "/bin/true").replace("/opt/aftershock", "/")
    unit.write_text(there, encoding="utf-8")
    answer = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False, timeout=60
    )
    assert [line for line in answer.stderr.splitlines() if unit.name in line] == []
    for line in ("Restart=always", "MemoryMax=1G", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert f"\n{line}\n" in UNIT
