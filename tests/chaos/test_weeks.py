"""Weeks of daily refreshes with faults of every kind: the newest snapshot is the truth in the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.untruths import FAULTS
from tests.chaos.weeks import Diary, live_through
from tests.chaos.world import made_world, short_world

SEED = int(os.environ.get("AFTERSHOCK_CHAOS_SEED", "20251127"))


SHORT = (
    "rewritten history",
    "withdrawn bar",
    "front cut off",
    "late split",
    "factor",
    "small split, not applied",
)


def test_a_week_and_a_half_of_faults_ends_with_the_truth(tmp_path: Path) -> None:
    diary = Diary()
    live_through(short_world(SHORT), tmp_path, diary)
    assert not diary.wrong
    assert set(SHORT) <= set(diary.met)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_ten_weeks_of_every_fault_end_with_the_truth(tmp_path: Path, seed: int) -> None:
    diary = Diary()
    live_through(made_world(seed, weeks=10), tmp_path, diary)
    print(
        f"seed {seed}: {diary.met.total()} answers, {diary.refused} refused, {diary.changed} closes changed;",
        dict(diary.met),
    )
    assert not diary.wrong
    assert set(FAULTS) <= set(diary.met)
