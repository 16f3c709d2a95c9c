"""Claims on the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from commands.source import Source
from tests.commands.conftest import Run


def test_every_reported_claim_has_a_verdict(document: Callable[..., Any], run: Run) -> None:
    claims = document("reported")
    assert list(claims[0]) == [
        *("id", "source", "symbol", "basis", "qualifier", "reported", "close", "low", "high", "open"),
        *("abnormal_return", "verdict", "reason", "printed", "printed_high", "unit", "date", "period"),
        *("base", "link", "note"),
    ]
    assert {str(number) for number in range(1, 12)} <= {claim["id"] for claim in claims}
    assert all(claim["verdict"] and claim["reason"] for claim in claims)
    asml = next(claim for claim in claims if claim["id"] == "6")
    assert (asml["verdict"], round(asml["close"], 4)) == ("seen_intraday", -0.0701)
    assert asml["base"] == "2025-01-24"
    assert asml["note"].startswith("Reuters printed the same figure")
    published = [asml[key] for key in ("printed", "printed_high", "unit", "date", "period")]
    assert published == ["-11.5", None, "percent", "2025-01-27", None]
    assert "Seen during the day" in run("reported").out


def test_a_figure_in_csv_is_the_number_that_was_printed(run: Run) -> None:
    rows = csv.DictReader(io.StringIO(run("reported", "--format", "csv").out))
    assert next(row["printed"] for row in rows if row["id"] == "6") == "-11.5"


def test_an_event_without_claims_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = replace(Source().dossier("deepseek-2025-01-27"), moves=())
    monkeypatch.setattr(Source, "dossier", lambda self, slug: silent)
    for form, printed in {"text": "", "csv": "", "json": "[]\n"}.items():
        said = "nothing was reported: the event's file lists no moves\n"
        assert run("reported", "--format", form) == (0, printed, said)


def test_no_figure_and_no_word_of_a_verdict_is_cut_on_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.printing.WIDTH", 40)
    out = run("reported").out
    assert "…" not in out
    assert "nearly −17 %" in out.replace("\u00a0", " ")
