"""The load test, in small: what it asks is what the server answers."""

from __future__ import annotations

import pytest

from tools.load_test import measured


@pytest.mark.slow
def test_readers_meet_no_error_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert measured(clients=3, seconds=3, pause=0) == 0
    said = capsys.readouterr().out
    assert "errors 0" in said
    for kind in ("page", "choice", "memory"):
        assert kind in said
