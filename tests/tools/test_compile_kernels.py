"""Kernels compiled at set-up: what an earlier version left is not used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = """
import numpy as np
from analysis.kernels import gaps as gap_kernels
from analysis.kernels import fits as kernels
{before}
one = np.array([1])
prepared = kernels.panel(np.random.default_rng(1).normal(size=(2, 80)), np.ones(80))
kernels.fit_events(prepared, one, one * 40, (-30, -6), (-5, 5), np.array([[0, 0]]))
print(sum(kernels._fit_events.stats.cache_hits.values()))
"""


@pytest.mark.slow
def test_forgotten_machine_code_is_compiled_again(tmp_path: Path) -> None:
    def hits(before: str = "") -> str:
        answer = subprocess.run(
            [sys.executable, "-c", RUN.format(before=before)],
            cwd=ROOT,
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.strip()

    assert [hits(), hits()] == ["0", "1"]
    assert hits("from analysis.kernels.compiled import forget; forget()") == "0"
