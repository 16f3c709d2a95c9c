"""How kernels are compiled: once per machine, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit
from numba.core.compiler import Compiler

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Function = TypeVar("Function", bound=Callable[..., object])

# Functions whose machine code is kept on disk.
_KEPT: list[Any] = []

# Sums may be reordered, which is what makes them fast; NaN keeps its meaning.
_REORDERED = {"reassoc", "contract", "nsz"}


class _Apart(Compiler):
    """Compiles functions no two of whose arrays overlap, unless both are only read.

    Without that promise a short loop first compares where its arrays lie, or takes its numbers one by one.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        self.state.flags.noalias = True


def compiled(function: Function) -> Function:
    """Compile a function whose sums may be added in any fixed order, and whose arrays do not overlap."""
    return _compiled(function, fastmath=_REORDERED, pipeline_class=_Apart)


def compiled_as_written(function: Function) -> Function:
    """Compile a function that compares or orders values: its arithmetic stays as it stands."""
    return _compiled(function, fastmath=False)


def _compiled(function: Function, **options: Any) -> Function:
    """Compile a function that becomes a part of those that call it.

    A call could meet another copy of it, which adds in another order, after a start with machine code
    from the disk than after one without.
    """
    decorate = njit(nogil=True, error_model="numpy", forceinline=True, **options)
    return cast(Function, decorate(function))


def kept(function: Function) -> Function:
    """Keep the machine code of a compiled function on disk: of those that Python calls, and no others."""
    function.enable_caching()  # type: ignore[attr-defined]
    _KEPT.append(function)
    return function


def forget() -> None:
    """Drop the machine code kept on disk of every function loaded so far, before it is compiled again.

    numba looks at the file of a function for changes, not at those of the functions that become a part of it.
    """
    for function in _KEPT:
        function._cache.flush()
