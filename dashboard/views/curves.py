"""Curves and comparisons over many studies, kept: asking for another firm of one computes nothing again."""

from __future__ import annotations

from functools import lru_cache

from analysis.choices.curve import specification_curve
from analysis.choices.decomposition import benchmark_comparison

KEPT = 8

curve_of = lru_cache(KEPT)(specification_curve)
comparison_of = lru_cache(KEPT)(benchmark_comparison)
