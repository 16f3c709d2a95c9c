"""What a chart weighs on its way to the browser."""

from __future__ import annotations

import pytest

from benchmarks.bench_dashboard import HEAVIEST_CHART, charts


@pytest.mark.slow
def test_no_chart_is_heavier_than_it_may_be() -> None:
    sizes = charts()
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > HEAVIEST_CHART} == {}
