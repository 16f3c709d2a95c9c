"""Claims in a text, on the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run, assert_one_line

TEXT = (
    "ASML slid 11.5% in early trading.\nNvidia fell nearly 17% on Monday, wiping $593 "
    "billion off its market value.\n"
)
KEYS = [
    *(
        "text",
        "start",
        "end",
        "subject",
        "mention",
        "symbol",
        "sign",
        "value",
        "value_high",
        "value_text",
        "qualifier",
    ),
    *("basis", "period", "date", "confidence", "why"),
]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_each_move_is_printed_with_the_characters_it_came_from(
    article: Path, document: Callable[..., Any]
) -> None:
    found = document("claims", article, "--date", "2025-01-28")
    assert [list(claim) for claim in found] == [KEYS] * len(found)
    assert [TEXT[claim["start"] : claim["end"]] for claim in found] == [claim["text"] for claim in found]
    percent = [
        (c["symbol"], c["sign"], c["value"], c["basis"]) for c in found if c["basis"] != "market_value"
    ]
    assert percent == [("ASML.AS", -1, "11.5", "intraday"), ("NVDA", -1, "17", "unknown")]
    assert next(c["date"] for c in found if c["symbol"] == "NVDA") == "2025-01-27"


def test_an_event_gives_its_week(article: Path, document: Callable[..., Any]) -> None:
    found = document("claims", article, "--event", "deepseek-2025-01-27")
    assert "2025-01-27" in {claim["date"] for claim in found}


def test_text_and_csv_say_the_same(article: Path, run: Run) -> None:
    out = run("claims", article).out
    assert "nearly -17 %" in out
    rows = list(csv.DictReader(io.StringIO(run("claims", article, "--format", "csv").out)))
    assert [row["value"] for row in rows][:2] == ["11.5", "17"]


def test_standard_input_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert "ASML.AS" in run("claims", "-").out


def test_a_text_without_a_move_says_so(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Sales rose 5%.", encoding="utf-8")
    for form, printed in {"text": "", "csv": "", "json": "[]\n"}.items():
        assert run("claims", path, "--format", form) == (
            0,
            printed,
            "no market move was found in this text\n",
        )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "office document"),
        (b"abc\x00\x01", "not a text file"),
        (b"The shares fell. " * 130_000, "can be read"),
        (b"Die Aktie fiel um 5 % und der Kurs gab weiter nach. " * 20, "English"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(
    tmp_path: Path, run: Run, content: bytes, said: str
) -> None:
    path = tmp_path / "article"
    path.write_bytes(content)
    answer = run("claims", path)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert said in answer.err


def test_other_encodings_are_read(tmp_path: Path, document: Callable[..., Any]) -> None:
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        path = tmp_path / encoding
        path.write_bytes("Nestl\u00e9\u2019s shares fell 5%.".encode(encoding))
        assert [claim["symbol"] for claim in document("claims", path)] == ["NESN.SW"]


def test_wrong_options_are_named(article: Path, tmp_path: Path, run: Run) -> None:
    assert_one_line(run("claims", article, "--date", "yesterday"))
    far = run("claims", article, "--date", "0001-01-01")
    assert_one_line(far)
    assert "give a day from 1900 to 2100" in far.err
    assert_one_line(run("claims", article, "--date", "2025-01-27", "--event", "deepseek-2025-01-27"))
    assert_one_line(run("claims", article, "--event", "nothing"))
    missing = run("claims", tmp_path / "missing.txt")
    assert missing.code == 1
    assert "missing.txt" in missing.err
