"""An own event is downloaded and opened again; what is opened is checked at the door."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest

from analysis.market.errors import DataError
from data.own.archive import archived, opened
from data.own.prices import read_dropped
from data.own.record import FieldError
from tests.data.own.test_kept import OWN, TEXT

CSV = b"date,AAA,MKT\n" + b"\n".join(
    b"%s,%d.5,%d" % (str(day.date()).encode(), 50 + i % 7, 100 + i % 5)
    for i, day in enumerate(pd.bdate_range("2024-01-02", periods=60))
)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def test_an_archive_brings_back_the_event_and_its_prices() -> None:
    prices = read_dropped({"mine.csv": CSV}).prices
    text, read = opened(archived(TEXT, prices))
    assert text == TEXT
    assert set(read.prices) == {"AAA", "MKT"}
    for symbol, own in prices.items():
        again = read.prices[symbol].history.bars
        pd.testing.assert_frame_equal(again, own.history.bars, check_names=False, check_freq=False)
        assert read.prices[symbol].history.source == "the reader's own prices"


def test_the_same_event_is_the_same_archive() -> None:
    assert archived(TEXT, OWN) == archived(TEXT, OWN)


def test_an_event_without_prices_is_opened_from_its_text_or_archive() -> None:
    for content in (TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), archived(TEXT, {})):
        text, read = opened(content)
        assert (text, read.prices) == (TEXT, {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\xff\xfe", "no text"),
        (b"#" * 500_000, "more than 400,000 bytes"),
        (packed(event_toml=b"x", evil_sh=b"x"), "holds event.toml, evil.sh; needed"),
        (packed(event_toml=b"x", ____etc__passwd=b"x"), "//etc/passwd; needed"),
        (packed(event_toml=b"#" * 30_000_000), "event.toml in the archive has more than 400,000 bytes"),
        (packed(event_toml=TEXT.encode(), prices_csv=b"0" * 40_000_000), "more than 33,554,432 bytes"),
        (packed(event_toml=TEXT.encode())[:-30], "cannot be unpacked"),
        (packed(event_toml=TEXT.encode(), prices_csv=b"no,prices\n1,2\n"), "prices"),
    ],
)
def test_what_is_no_such_archive_is_one_line(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as error:
        opened(content)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "..", "", "a\\b.csv", "a\0.csv", "C:a.csv"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="no name of a file"):
        read_dropped({name: CSV, "good.csv": CSV})


def test_a_file_of_the_wrong_kind_is_named_without_the_servers_folders() -> None:
    with pytest.raises(DataError) as error:
        read_dropped({"photo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256))})
    assert "/tmp" not in str(error.value)
    assert "photo.png" in str(error.value)


def test_what_is_odd_about_own_prices_is_said_of_their_symbol() -> None:
    jump = CSV.replace(b"2024-02-05,53.5", b"2024-02-05,153.5")
    said = read_dropped({"mine.csv": jump}).prices["AAA"].said
    assert any("2024-02-05" in sentence for sentence in said)


SPLIT = b"Date,Close,Volume,High,Low\n" + b"\n".join(
    b"%s,%.2f,1000,%.2f,%.2f" % (str(day.date()).encode(), close, 1.01 * close, 0.99 * close)
    for i, day in enumerate(pd.bdate_range("2024-01-02", periods=120))
    for close in [(100 + i % 7) * (1 if i < 60 else 0.1)]
)


def test_prices_that_look_wrong_are_left_out_until_the_reader_takes_them() -> None:
    read = read_dropped({"ODD.csv": SPLIT})
    assert read.prices == {}
    assert "--" not in str(read.refused["ODD"])
    taken = read_dropped({"ODD.csv": SPLIT}, accepted=["ODD"]).prices
    assert set(taken) == {"ODD"}
    assert set(opened(archived(TEXT, taken))[1].prices) == {"ODD"}  # and they stay taken


def test_dates_that_nothing_decides_are_asked_for_without_a_word_of_the_command_line() -> None:
    days = [f"0{1 + i % 9}/0{1 + i // 9}/2024,{50 + i % 5}" for i in range(63)]
    content = "\n".join(["Date,Close", *days]).encode()
    with pytest.raises(FieldError, match="say which of them stands first") as error:
        read_dropped({"A.csv": content})
    assert error.value.field == "dates"
    with pytest.raises(FieldError, match="say which of them stands first"):
        read_dropped({"A.csv": content, "B.csv": content})
    assert set(read_dropped({"A.csv": content}, dates="mdy").prices) == {"A"}
