"""Which commands there are, and what is said to a user who mistypes one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from commands.cli import COMMANDS
from tests.commands.conftest import Run, assert_one_line

ROOT = Path(__file__).parents[2]


def test_help_lists_every_command_in_order(run: Run) -> None:
    lines = [line.strip("│ ").split() for line in run("--help").out.splitlines()]
    assert [words[0] for words in lines if words and words[0] in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, run: Run) -> None:
    answer = run(command, "--help")
    assert answer.code == 0
    assert f" {command} [OPTIONS]" in answer.out


# ---- bad input: one line, exit 2 --------------------------------------------------------------------


BAD_CHOICES = {
    "event": (("study", "tulips-1637"), "unknown event 'tulips-1637'"),
    "event of reported": (("reported", "tulips-1637"), "unknown event"),
    "symbol": (("study", "--symbols", "NVDIA"), "unknown symbol 'NVDIA'. Did you mean 'NVDA'?"),
    "symbol in small letters": (("study", "--symbols", "nvda"), "Did you mean 'NVDA'?"),
    "closed day of one event": (("study", "--closed-day", "drop"), "not with --closed-day"),
    "benchmark": (("study", "--benchmark", "SPYY"), "unknown symbol 'SPYY'"),
    "model": (("study", "--model", "market"), "Did you mean 'market_model'?"),
    "reaction": (("study", "--reaction", "mood"), "Known: range, return, volume"),
    "reaction and model": (
        ("study", "--reaction", "volume", "--model", "market_model"),
        "choose the model 'constant_mean'",
    ),
    "reaction of a list": (("study", "--reaction", "volume", "--events", "x.csv"), "studies returns"),
    "format": (("study", "--format", "xml"), "'xml' is not one of"),
    "overlap": (("study", "--estimation-window", "-260", "-10"), "overlaps event window [-10, +10]"),
    "day 0": (("study", "--event-window", "1", "5"), "must contain day 0"),
    "backwards": (("study", "--event-window", "5", "-5"), "the start lies after the end"),
    "history": (("study", "--estimation-window", "-3000", "-11"), "needs 3000 sessions before day 0"),
    "half a window": (("study", "--event-window", "5"), "requires 2 arguments"),
    "no number": (("study", "--event-window", "a", "b"), "--event-window"),
    "astronomic": (("study", "--estimation-window", "-99999999999", "-11"), "reaches farther than"),
    "beyond any number": (("study", "--event-window", "9", "9" * 21), "reaches farther than"),
    "empty event": (("study", ""), "EVENT"),
    "empty folder": (("export", "--out", ""), "it is empty"),
    "empty file": (("report", "--out", " "), "it is empty"),
    "nothing to export": (("export", "--out", "x", "--format", "", "--tables", ","), "nothing to write"),
    "twice": (("study", "--symbols", "NVDA", "NVDA"), "NVDA is named twice"),
    "no symbols": (("study", "--symbols"), "'--symbols' requires an argument"),
    "option": (("study", "--modle", "x"), "No such option: --modle"),
    "command": (("stduy",), "Did you mean 'study'?"),
    "date without files": (
        ("study", "--event-date", "2025-01-27"),
        "an event of the catalogue has its own date and prices: not with --event-date",
    ),
    "files without date": (("study", "--prices", "."), "--prices needs"),
    "port": (("--port", "99999"), "--port"),
    "host": (("--host", "no.such.host.invalid", "--port", "0"), "cannot listen on no.such.host.invalid"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD_CHOICES.values(), ids=BAD_CHOICES)
def test_a_bad_choice_is_one_clear_line(arguments: tuple[str, ...], message: str, run: Run) -> None:
    answer = run(*arguments)
    assert message in answer.err
    assert_one_line(answer)


# ---- where the output goes ---------------------------------------------------------------------------


def test_a_closed_output_is_no_mistake(environment: dict[str, str]) -> None:
    answer = subprocess.run(
        f"{sys.executable} app.py study >&-",
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stderr) == (0, "")


def test_letters_that_the_output_cannot_hold_are_spelled_out(environment: dict[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "app.py", "reported"],
        cwd=ROOT,
        env=environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0
    assert "\\u2013" in answer.stdout
