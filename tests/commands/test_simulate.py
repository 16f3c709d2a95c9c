from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

import analysis.inference.simulation
import app
from analysis.inference.significance import TESTS
from analysis.inference.simulation_design import Dates
from commands.simulate import DATES
from commands.source import Source

PRICES = Path(__file__).parents[1] / "reference" / "common_date" / "prices"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert app.main(["simulate", "--samples", "40", *arguments]) == 0
    return capsys.readouterr().out


def test_text_has_a_row_per_test_and_a_seed_repeats_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys)
    assert text.startswith("40 samples of 5 of 27 shares on one date, 2672 sessions")
    assert all(test.label in text for test in TESTS.values())
    assert "Power, −2.00 %" in text
    assert printed(capsys) == text
    assert printed(capsys, "--seed", "1") != text


def test_json_and_csv_hold_every_test_under_every_treatment(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "--format", "json", "--own-dates", "--firms", "3"))
    assert (document["firms"], document["shared_date"], document["samples"]) == (3, False, 40)
    assert {(rate["test"], rate["effect"], rate["variance_factor"]) for rate in document["rates"]} == {
        (key, *treatment) for key in TESTS for treatment in ((0.0, 1.0), (0.0, 2.0), (-0.02, 1.0))
    }
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "--format", "csv"))))
    assert len(rows) == 3 * len(TESTS)


def test_every_kind_of_dates_has_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(DATES) == get_args(Dates)
    assert f"shares on {DATES['late']}, " in printed(capsys, "--dates", "late")


def test_every_sample_is_studied_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = []

    def counted(*arguments: Any) -> Any:
        (firms, _, _), _ = arguments[-1]
        sizes.append(len(firms))
        return studied(*arguments)

    studied = analysis.inference.simulation._studied
    monkeypatch.setattr("analysis.inference.simulation._studied", counted)
    printed(capsys)
    assert sizes == [40]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--firms", "50"], "50 firms a sample, but only 27"),
        (["--samples", "0"], "at least one of each is needed"),
        (["--variance-factor", "-1"], "the factor a number from 0 on"),
        (["--benchmark", "SPY"], "--benchmark goes with --prices"),
        (["--prices", str(PRICES)], "--prices needs --benchmark"),
        (["--prices", str(PRICES), "--benchmark", "NONE"], "NONE"),
        (["--model", "garch"], "allowed are market_model, synthetic, synthetic_ridge"),
        (["--donors", "NVDA"], "--donors goes with --model synthetic"),
        (["--model", "synthetic", "--donors", "NVDA", "AMD"], "needs 5 donors or more, and 2 are named"),
        (["--model", "synthetic", "--donors", "NONE"], "unknown donor 'NONE'"),
    ],
)
def test_a_wrong_experiment_is_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["simulate", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_folder_of_prices_can_be_drawn_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["simulate", "--samples", "20", "--prices", str(PRICES), "--benchmark", "MKT"]) == 0
    assert "of 7 shares" in capsys.readouterr().out


def test_an_event_without_regions_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Source().dossier("deepseek-2025-01-27")
    plain = replace(known, instruments=tuple(replace(item, region=None) for item in known.instruments))
    monkeypatch.setattr(Source, "dossier", lambda self, slug: plain)
    assert app.main(["simulate"]) == 2
    assert "no instrument has a region" in capsys.readouterr().err


def test_synthetic_controls_of_named_donors_are_simulated_with_their_own_tests(
    capsys: pytest.CaptureFixture[str],
) -> None:
    donors = ("--donors", "F2", "F3", "F4", "F5", "F6", "F7")
    files = ("--prices", str(PRICES), "--benchmark", "MKT", "--estimation", "60", "--firms", "1")
    text = printed(capsys, *files, "--model", "synthetic_ridge", *donors)
    assert "Placebo firms" in text
    assert "Synthetic control, ridge, of 6 donors" in text
    document = json.loads(printed(capsys, *files, "--model", "synthetic_ridge", *donors, "--format", "json"))
    assert (document["model"], document["donors"], document["shares"]) == ("synthetic_ridge", 6, 1)
    assert {"placebo_firms", "conformal"} <= {rate["test"] for rate in document["rates"]}
