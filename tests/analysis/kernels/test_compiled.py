"""How kernels are compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.kernels.compiled import compiled


def test_the_compiler_is_told_that_arrays_do_not_overlap() -> None:
    @compiled
    def double(x: Any, out: Any) -> None:
        for i in range(len(x)):
            out[i] = 2.0 * x[i]

    x, out = np.arange(20.0), np.empty(20)
    double(x, out)
    np.testing.assert_array_equal(out, 2.0 * x)
    (code,) = double.inspect_llvm().values()  # type: ignore[attr-defined]
    assert "noalias" in code.split("%arg.x.0")[0].rsplit("ptr", 1)[1]
