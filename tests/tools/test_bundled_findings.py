"""What is kept of the bundled events is what the program finds of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commands.source import Source
from data.bundled import findings
from data.store.place import bundled_id
from tools import bundled_findings

AGAIN = "make findings, and look at what changed"


def test_what_is_kept_of_each_event_is_what_is_found_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    kept, made = findings.findings(), bundled_findings.made()
    assert kept.keys() == made.keys(), AGAIN
    for slug, (event, text) in made.items():
        assert kept[slug][0] == f"{event} {bundled_id()}", f"{slug}: {AGAIN}"
        assert alike(json.loads(kept[slug][1]), json.loads(text)), f"{slug}: {AGAIN}"


def alike(one: Any, other: Any) -> bool:
    """Equal, numbers as far as two machines agree."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-6, abs=1e-12)
    return bool(one == other)


def test_what_is_kept_is_found_without_a_study(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    for slug in findings.findings():
        assert json.loads(Source().found(slug, lambda _: pytest.fail("it was found anew")))["slug"] == slug


def test_a_file_that_cannot_be_read_costs_time_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for broken in (tmp_path / "none.json", tmp_path / "cut.json"):
        (tmp_path / "cut.json").write_text('{"prices"')
        monkeypatch.setattr(findings, "FILE", broken)
        assert findings.findings.__wrapped__() == {}
