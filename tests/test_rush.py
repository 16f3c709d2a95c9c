"""What one bad client can do, in small: the others are served. ``python -m tools.rush`` is the long form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.rush import LATER, PATIENCE, tried
from tools.serving import serving


@pytest.mark.slow
def test_half_open_connections_and_pictures_do_not_stop_the_server(
    tmp_path: Path, stored: Callable[[Path], str]
) -> None:
    with serving(AFTERSHOCK_DATABASE_URL=stored(tmp_path / "prices.db")) as address:
        for what, rush in tried(address, connections=200, drawn=10, made=0).items():
            assert rush.slowest < PATIENCE, what
            assert set(rush.answers) <= {"200", LATER}, what
