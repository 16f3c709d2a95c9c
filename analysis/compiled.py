"""How kernels are compiled: once per machine, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

# Sums may be reordered, which is what makes them fast; NaN keeps its meaning.
_REORDERED = {"reassoc", "contract", "nsz"}


def compiled(function: Function) -> Function:
    """Compile a function whose sums may be added in any fixed order."""
    options = njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDERED)
    return cast(Function, options(function))


def compiled_as_written(function: Function) -> Function:
    """Compile a function that compares or orders values: its arithmetic stays as it stands."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))
