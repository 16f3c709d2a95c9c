"""Any page on the command line."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

from commands.show import NAMES
from dashboard.views.pages import BY_NAME, OUTSIDE_BY_NAME
from tests.commands.conftest import Run


def test_the_help_names_every_page() -> None:
    assert ", ".join((*OUTSIDE_BY_NAME, *BY_NAME)) == NAMES


@pytest.mark.parametrize("page", [name for name in (*OUTSIDE_BY_NAME, *BY_NAME) if name != "robustness"])
@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_every_page_is_printed_in_every_format(page: str, form: str, run: Run) -> None:
    answer = run("show", page, "--format", form)
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.out) > 50


def test_text_has_the_finding_and_no_number_is_cut(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.printing.WIDTH", 40)
    out = run("show", "overview").out.replace("\u00a0", " ")
    assert "ASML Holding fell 11.5 %, said Asia Financial; it closed 7.0 % lower" in out
    assert "CLAIM BY CLAIM" in out
    assert "…" not in out


def test_json_holds_every_point_and_the_choices(run: Run) -> None:
    document = json.loads(run("show", "reaction", "--format", "json").out)
    assert document["design"]["Model"] == "Market model"
    charts = {b["key"]: b for s in document["sections"] for b in s["blocks"] if b["kind"] == "chart"}
    points = {column["name"]: column["values"] for column in charts["ar-paths"]["points"]}
    assert points["session"][:21] == list(range(-10, 11))
    assert points["date"][10] == "2025-01-27"


def test_csv_is_one_table_of_all_exhibits(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("show", "since", "--format", "csv").out)))
    assert {row["exhibit"] for row in rows} == {"prices-since", "drawdown", "recovery-by-firm"}


def test_claims_of_one_event_are_printed_alone_and_the_gallery_takes_none(run: Run) -> None:
    oracle = run("show", "claims", "oracle-2025-09-09").out
    assert "Oracle" in oracle
    assert "DeepSeek" not in oracle
    assert run("show", "claims", "oracel").code == 2
    answer = run("show", "gallery", "oracle-2025-09-09")
    assert (answer.code, answer.err) == (
        2,
        "error: gallery holds every event; show overview EVENT shows one\n",
    )


def test_an_unknown_page_is_one_line(run: Run) -> None:
    answer = run("show", "reactoin")
    assert answer.code == 2
    assert "Did you mean 'reaction'?" in answer.err


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_page_on_the_command_line_needs_no_drawing_library(form: str) -> None:
    code = (
        "import sys, app; app.main(['show', 'reported', '--format', '" + form + "']);"
        "print([name for name in ('dash', 'plotly', 'flask') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
