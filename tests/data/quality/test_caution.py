from __future__ import annotations

import pytest

from data.quality.judge import Caution, decisive
from tests.data.quality.panels import DAY, weekdays


@pytest.mark.parametrize(
    ("size", "deviations", "first", "last", "decides"),
    [
        (-0.3, 9.0, 190, 210, True),
        (-0.3, 9.0, 201, 210, False),
        (-0.3, 9.0, 190, 200, True),
        (-0.2, 9.0, 190, 210, False),
        (-0.3, 7.0, 190, 210, False),
    ],
)
def test_a_large_move_inside_the_windows_decides(
    size: float, deviations: float, first: int, last: int, decides: bool
) -> None:
    days = weekdays(260)
    caution = Caution("AAA", "jump", "", days[DAY], size, deviations)
    assert decisive(caution, days[first], days[last]) is decides


def test_a_doubtful_series_decides_and_a_note_does_not() -> None:
    first, last = weekdays(260)[[0, -1]]
    assert decisive(Caution("AAA", "constant", "", severe=True), first, last)
    assert not decisive(Caution("AAA", "stale", "", first), first, last)
