"""While an event is made, each step is answered at once; what is kept is what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.market.errors import DataError
from data.own.archive import archived, opened
from data.own.desk import Desk, Span
from data.own.kept import OwnEvents
from data.own.prices import read_dropped
from data.own.record import ChangedError, FieldError
from data.store.store import Store
from tests.data.own.test_archive import CSV
from tests.data.own.test_draft import CLAIM, DRAFT
from tests.data.prices import market

LONG = Span(dt.date(2015, 1, 2), dt.date(2025, 12, 31))
NEW = Span(dt.date(2024, 4, 2), dt.date(2025, 12, 31))
TEXT = "Shares of ASML slid 11.5% 🙂 while Nvidia fell nearly 17% on Monday. Sales rose 20%."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with closing(Store(f"sqlite:///{folder}/own.db", market)) as store:
        priced = {"NVDA": LONG, "RSP": LONG, "ASML.AS": LONG, "GEV": NEW, "AMD": LONG, "ASMIY": LONG}
        yield Desk(OwnEvents(store.database), priced, lambda: dt.date(2026, 1, 15))


def test_suggestions_come_by_name_and_ticker_with_their_exchange(desk: Desk) -> None:
    first = desk.found("asml")[0]
    assert (first["symbol"], first["place"], first["priced"]) == ("ASML.AS", "Netherlands", True)


def test_codes_of_reuters_find_their_index(desk: Desk) -> None:
    codes = {".STOXX50E": "^STOXX50E", ".SPX": "^GSPC", ".N225": "^N225", ".GDAXI": "^GDAXI"}
    assert {code: desk.found(code)[0]["symbol"] for code in codes} == codes


def test_what_nobody_here_knows_is_looked_for_at_the_source(desk: Desk) -> None:
    asked = []

    def search(text: str) -> list[tuple[str, str]]:
        asked.append(text)
        return [("ZZTOP.ST", "Zztop Works"), ("ZZTOP.NOWHERE", "Zztop elsewhere")]

    wide = replace(desk, search=search)
    assert wide.found("asml")[0]["symbol"] == "ASML.AS"
    assert [(one["symbol"], one["name"]) for one in wide.found("zztop")] == [("ZZTOP.ST", "Zztop Works")]
    assert asked == ["zztop"]
    (firm,) = desk.look({"date": "2025-01-27", "symbols": ["ZZTOP.ST"]})["firms"]
    assert (firm["name"], firm["known"], firm["benchmark"]) == ("Zztop Works", True, "STOXX600-NR")


def test_a_benchmark_that_nobody_knows_is_refused_beside_its_field(desk: Desk) -> None:
    given = DRAFT | {"benchmark": "SPYY"}
    said = desk.look(given)["problems"]["benchmark"]
    assert "did you mean SPY (" in said
    with pytest.raises(FieldError, match="unknown benchmark") as refused:
        desk.keep(given)
    assert (refused.value.field, str(refused.value)) == ("benchmark", said)
    found = replace(desk, search=lambda text: [("ZZTOP.ST", "Zztop Works")])
    assert not found.look(DRAFT | {"benchmark": "ZZTOP.ST"})["problems"]


def test_day_zero_stands_per_exchange(desk: Desk) -> None:
    told = desk.look({"date": "2025-01-27", "time": "08:15", "symbols": ["NVDA", "ASML.AS", "6857.T"]})
    assert {one["place"]: one["day"] for one in told["days"]} == {
        "New York": "27 Jan 2025",
        "Amsterdam": "27 Jan 2025",
        "Tokyo": "28 Jan 2025",
    }


def test_a_closed_day_is_named(desk: Desk) -> None:
    (day,) = desk.look({"date": "2025-01-20", "symbols": ["NVDA"]})["days"]
    assert (day["day"], day["closed"]) == ("21 Jan 2025", "New York was closed on 20 Jan 2025")


def test_other_news_of_these_days_is_named(desk: Desk) -> None:
    news = desk.look({"date": "2025-01-27", "symbols": ["ASML.AS"]})["news"]
    assert {"day": "29 Jan 2025", "label": "ASML's quarterly results"} in news
    assert not any(
        "ASML" in one["label"] for one in desk.look({"date": "2025-01-27", "symbols": ["NVDA"]})["news"]
    )


def test_prices_and_what_they_lack_are_told_of_each_firm(desk: Desk) -> None:
    symbols = ["NVDA", "GEV", "RY.TO", "ASM.AS", "NVDIA"]
    told = {one["symbol"]: one for one in desk.look({"date": "2025-01-27", "symbols": symbols})["firms"]}
    assert told["NVDA"]["prices"].endswith("the 250 sessions before day 0 are there")
    assert "205 sessions before day 0, so the estimation window is shortened" in told["GEV"]["prices"]
    assert (told["RY.TO"]["prices"], told["RY.TO"]["missing"]) == (
        "no prices here yet; they will be fetched",
        True,
    )
    assert told["ASM.AS"]["prices"] == "shown through ASMIY"
    assert not told["NVDIA"]["known"]
    assert told["NVDIA"]["nearest"][0]["symbol"] == "NVDA"
    late = desk.look({"date": "2026-01-14", "symbols": ["NVDA"]})
    assert late["firms"][0]["prices"].endswith("lies outside; newer ones will be fetched")
    assert late["problems"] == {}


def test_a_day_before_the_first_bar_is_said_beside_the_date_and_not_kept(desk: Desk) -> None:
    early = {"date": "2012-01-27", "symbols": ["NVDA"]}
    said = "27 Jan 2012 lies before the first bar: prices here begin on 2 Jan 2015"
    assert desk.look(early)["problems"] == {"date": said}
    with pytest.raises(FieldError, match=said):
        desk.keep(DRAFT | early)
    assert desk.look(early | {"symbols": ["NVDA", "RY.TO"]})["problems"] == {}  # these may reach further
    own = read_dropped({"mine.csv": CSV}).prices
    late = desk.look({"date": "2024-09-02", "symbols": ["AAA"]}, own)["problems"]
    ends = {"AAA": ["2024-01-02", "2024-03-25"], "BBB": "nonsense", "CCC": ["1", 2]}  # as a browser says it
    assert desk.look({"date": "2024-09-02", "symbols": ["AAA"], "own": ends})["problems"] == late
    assert late["date"].startswith("2 Sep 2024 lies after the last bar: your prices end on")


def test_too_little_history_for_any_firm_is_said_with_the_first_day_that_would_do(desk: Desk) -> None:
    few = desk.look({"date": "2015-07-09", "symbols": ["NVDA"]})
    assert few["problems"] == {}
    assert few["short"].startswith("No firm has the 130 sessions before day 0")
    assert "Another day, 10 Jul 2015 or later, or another firm would do" in few["short"]
    assert desk.look({"date": "2015-07-10", "symbols": ["NVDA"]})["short"] == ""
    assert desk.look({"date": "2024-06-03", "symbols": ["NVDA", "GEV"]})["short"] == ""
    assert desk.look({"date": "2024-06-03", "symbols": ["GEV", "RY.TO"]})["short"] == ""  # these may do


def test_peers_are_of_the_same_sector_and_have_prices(desk: Desk) -> None:
    assert [one["symbol"] for one in desk.look({"symbols": ["NVDA"]})["peers"]] == ["AMD"]


def test_problems_stand_by_field_and_hide_no_other_answer(desk: Desk) -> None:
    told = desk.look({"date": "2025-01-27", "time": "25", "zone": "Mars", "symbols": ["NVDA"]})
    assert list(told["problems"]) == ["time"]
    assert told["firms"][0]["name"] == "NVIDIA"
    assert list(desk.look({"symbols": ["A B"]})["problems"]) == ["symbols.0"]


def test_claims_are_proposed_with_their_characters_and_reasons(desk: Desk) -> None:
    found = desk.read(TEXT, {"date": "2025-01-27", "symbols": ["NVDA"]})
    assert [(one["symbol"], one["sign"], one["value"], one["qualifier"]) for one in found] == [
        ("ASML.AS", -1, "11.5", "exact"),
        ("NVDA", -1, "17", "nearly"),
    ]
    assert all(TEXT[one["start"] : one["end"]] == one["text"] for one in found)
    assert found[1]["date"] == "2025-01-27"
    assert "fell" in found[1]["why"]


def test_what_a_proposal_lacks_is_said_and_what_is_whole_lacks_nothing(desk: Desk) -> None:
    text = "Nvidia fell nearly 17% on Monday. Chipmakers fell 3% to 5%. Shares of ASML hit a record high."
    nvidia, group, record = desk.read(text, {"date": "2025-01-27"})
    assert nvidia["lacks"] == ""
    assert group["lacks"].startswith("which instrument does “Chipmakers” mean?")
    assert record["lacks"].startswith("of how many weeks is this the lowest or highest?")
    good, bad = desk.lacks([record | {"period": "9-week"}, {"basis": "nonsense"}])
    assert good == ""
    assert "nonsense" in bad


def test_nobody_waits_for_prices_that_a_claim_alone_needs(desk: Desk) -> None:
    event, _ = desk.keep(DRAFT | {"claims": [CLAIM | {"symbol": "RY.TO"}]})
    assert desk.missing(event.id, claimed=False) == []
    assert "RY.TO" in desk.missing(event.id)


@pytest.mark.parametrize(
    "text", ["", "x" * 1_000_001, "Die Aktie ist am Montag um 17 % gefallen und der Kurs " * 9]
)
def test_a_text_that_cannot_be_read_is_one_line(desk: Desk, text: str) -> None:
    with pytest.raises(DataError):
        desk.read(text, {})


def test_an_event_is_kept_changed_and_opened_from_its_archive(desk: Desk) -> None:
    own = read_dropped({"mine.csv": CSV}).prices
    event, secret = desk.keep(
        DRAFT | {"symbols": ["AAA"], "benchmark": "MKT", "date": "2024-03-04", "claims": []}, own
    )
    assert event.dossier.firms == ("AAA",)
    assert set(desk.own.prices(event.id)) == {"AAA", "MKT"}
    text, read = opened(archived(event.text, desk.own.prices(event.id)))
    again, _ = desk.own.create(event.slug, text, read.prices)
    assert (again.text, set(desk.own.prices(again.id))) == (event.text, {"AAA", "MKT"})
    other = {"symbols": ["AAA"], "benchmark": "MKT", "date": "2024-03-05", "claims": []}
    changed = desk.change(event.id, secret, 1, DRAFT | other)
    assert (changed.version, set(desk.own.prices(event.id))) == (2, {"AAA", "MKT"})
    with pytest.raises(ChangedError):
        desk.change(event.id, secret, 1, DRAFT)


def test_prices_that_no_row_names_are_not_kept(desk: Desk) -> None:
    own = read_dropped({"mine.csv": CSV}).prices
    event, _ = desk.keep(
        DRAFT | {"symbols": ["AAA"], "benchmark": "none", "date": "2024-03-04", "claims": []}, own
    )
    assert set(desk.own.prices(event.id)) == {"AAA"}


def test_nothing_is_kept_of_a_draft_that_is_wrong(desk: Desk) -> None:
    before = desk.own.listed()
    with pytest.raises(FieldError):
        desk.keep(DRAFT | {"date": "never"})
    assert desk.own.listed() == before
