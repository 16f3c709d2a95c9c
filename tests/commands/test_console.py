from __future__ import annotations

import io
import sys

import pytest

from commands.console import fetching


class Closed(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_refresh_goes_on_when_nobody_reads_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Closed())
    with fetching() as report:
        report(1, 2, "NVDA", "250 sessions")
