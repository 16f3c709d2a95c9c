"""What one bad client can do: half-open connections, pictures, views that nobody has made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.rush import summary, tried
from tools.serving import serving


@pytest.mark.chaos
def test_health_is_answered_within_a_second_throughout(tmp_path: Path) -> None:
    with serving(AFTERSHOCK_DATABASE_URL=f"sqlite:///{tmp_path}/prices.db") as address:
        assert summary(tried(address, 200, 100, 16))
