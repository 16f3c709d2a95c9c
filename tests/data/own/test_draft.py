"""What a reader gives becomes an event file, or one sentence beside the field that is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analysis.claims.reported import Dossier
from data.bundled.calendars import has_sessions
from data.catalogue.dossiers import dossier_of
from data.own.claimed import period_of
from data.own.draft import draft_of, slug_of, text_of
from data.own.instruments import found, nearest, row_of
from data.own.record import FieldError
from data.symbols import WITHOUT_SESSIONS, exchanges

TODAY = dt.date(2026, 1, 15)
PRICED = {"NVDA", "RSP", "ASML.AS", "STOXX600-NR", "ASMIY"}
CLAIM = {
    "symbol": "NVDA",
    "sign": -1,
    "value": "17",
    "basis": "close",
    "qualifier": "nearly",
    "text": "fell nearly 17%",
}
DRAFT: dict[str, Any] = {
    "name": "Nvidia falls",
    "date": "2025-01-27",
    "time": "08:15",
    "zone": "UTC",
    "symbols": ["NVDA"],
    "articles": [{"outlet": "Reuters", "link": "https://example.org/a"}],
    "claims": [CLAIM],
}


def made(**changes: Any) -> Dossier:
    slug, text = text_of(draft_of(DRAFT | changes), PRICED, TODAY)
    return dossier_of(slug, slug, text.encode())


def test_firms_time_texts_and_claims_stand_in_the_file() -> None:
    event = made()
    assert event.firms == ("NVDA",)
    assert event.event.information_time == dt.datetime(2025, 1, 27, 8, 15, tzinfo=dt.timezone.utc)
    assert [article.publisher for article in event.articles] == ["Reuters"]
    (move,) = event.moves
    assert (move.figure, move.basis, move.note) == ("nearly -17 %", "close", "“fell nearly 17%”")
    assert (move.date, move.source, move.featured) == (dt.date(2025, 1, 27), "a1", True)


def test_a_day_without_a_time_is_day_zero() -> None:
    assert made(time="").event.session == dt.date(2025, 1, 27)


def test_a_time_is_read_in_its_zone() -> None:
    moment = made(time="9:15", zone="Europe/Paris").event.information_time
    assert moment is not None
    assert moment.astimezone(dt.timezone.utc).hour == 8


def test_a_firm_is_measured_against_what_closes_with_it_and_has_prices() -> None:
    rows = {row.symbol: row for row in made(symbols=["NVDA", "ASML.AS", "6857.T"]).instruments}
    assert {symbol: rows[symbol].benchmark for symbol in ("NVDA", "ASML.AS", "6857.T")} == {
        "NVDA": "RSP",
        "ASML.AS": "STOXX600-NR",
        "6857.T": "^N225",
    }
    assert all(rows[row.benchmark].group == "benchmark" for row in rows.values() if row.benchmark)


def test_one_benchmark_or_none_is_a_choice() -> None:
    assert {row.benchmark for row in made(benchmark="SPY").instruments if row.symbol != "SPY"} == {"SPY"}
    assert {row.benchmark for row in made(benchmark="none").instruments} == {None}


def test_a_firm_without_prices_brings_its_stand_in() -> None:
    assert {row.symbol for row in made(symbols=["ASM.AS"]).instruments} >= {"ASM.AS", "ASMIY"}


def test_what_a_claim_names_besides_stands_in_the_file_and_is_no_firm() -> None:
    event = made(claims=[CLAIM | {"symbol": "^GSPC"}])
    assert (event.firms, event.moves[0].symbol) == (("NVDA",), "^GSPC")


def test_a_text_without_a_claim_keeps_a_row() -> None:
    silent = made(claims=[], articles=[{"outlet": "A"}, {"outlet": ""}]).moves
    assert [(move.source, move.basis) for move in silent] == [("a1", "none"), ("a2", "none")]


def test_of_a_text_no_more_than_a_clause_is_kept() -> None:
    _, text = text_of(draft_of(DRAFT | {"claims": [CLAIM | {"text": "word " * 500}]}), PRICED, TODAY)
    assert text.count("word") <= 61


@pytest.mark.parametrize(
    ("claim", "figure", "kept"),
    [
        ({"basis": "market_value", "value": "$593 billion"}, "-593 billion USD", {}),
        ({"basis": "market_value", "value": "£1.5bn", "sign": 1}, "+1.5 billion GBP", {}),
        ({"basis": "points", "value": "1,200.5", "symbol": "^IXIC"}, "-1200.5 points", {}),
        ({"value": "12.8", "value_high": "16.1", "qualifier": "exact"}, "-12.8 to -16.1 %", {}),
        ({"basis": "period", "period": "week", "qualifier": "exact"}, "-17 %", {"period": "week"}),
        ({"basis": "level", "period": "9-week"}, None, {"weeks": 9, "statement": "fell nearly 17%"}),
        ({"basis": "superlative", "period": "since 2020-03"}, None, {"period": "since 2020-03", "sign": -1}),
        ({"basis": "rank"}, None, {"statement": "fell nearly 17%"}),
    ],
)
def test_every_kind_of_claim_is_kept_as_printed(
    claim: dict[str, Any], figure: str, kept: dict[str, Any]
) -> None:
    (move,) = made(claims=[CLAIM | {"qualifier": "exact"} | claim]).moves
    assert move.figure == figure
    assert {name: getattr(move, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": " "}, "name", "how is the event called"),
        ({"name": "x" * 161}, "name", "at most 160 characters"),
        ({"date": "27/01/2025"}, "date", "is no date: write it as 2025-01-27"),
        ({"date": "2027-01-27"}, "date", "lies in the future"),
        ({"date": "0999-01-27"}, "date", "1900 to 2100"),
        ({"time": "25:00"}, "time", "is no time of day: write it as 08:15"),
        ({"zone": "Mars/Base"}, "zone", "is no time zone: write UTC, or a name like Europe/Paris"),
        ({"zone": "../../etc/passwd"}, "zone", "is no time zone"),
        ({"symbols": []}, "symbols", "at least one share"),
        ({"symbols": ["^GSPC"]}, "symbols", "an index alone is no firm"),
        ({"symbols": ["A B"]}, "symbols.0", "60 symbols without spaces"),
        ({"symbols": ["A.QQ"]}, "symbols", "no exchange is known for the ending .QQ"),
        ({"symbols": [f"A{i}" for i in range(61)]}, "symbols", "at most 60 symbols"),
        ({"articles": [{"link": "javascript:alert(1)"}]}, "articles.0.link", "begins with https://"),
        ({"nonsense": 1}, "nonsense", "nonsense"),
        ({"claims": [CLAIM | {"symbol": ""}]}, "claims.0.symbol", "Give its symbol"),
        ({"claims": [CLAIM | {"value": "a lot"}]}, "claims.0.value", "as it was printed, such as 11.5"),
        ({"claims": [CLAIM, CLAIM | {"sign": None}]}, "claims.1.sign", "rise or fall"),
        ({"claims": [CLAIM | {"basis": "level"}]}, "claims.0.period", "9-week"),
        ({"claims": [CLAIM | {"basis": "superlative"}]}, "claims.0.period", "since 2020-03-16"),
        ({"claims": [CLAIM | {"basis": "points"}]}, "claims.0.basis", "a share has a price, no points"),
        ({"claims": [CLAIM | {"basis": "market_value"}]}, "claims.0.value", "write it as .593 billion"),
        ({"claims": [CLAIM | {"article": 1}]}, "claims.0.article", "no such text"),
        ({"claims": [CLAIM | {"basis": "rumour"}]}, "claims.0.basis", "rumour"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_field(changes: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(FieldError, match=said) as error:
        made(**changes)
    assert error.value.field == field
    assert "\n" not in str(error.value)


def test_half_characters_and_markup_are_text() -> None:
    assert made(name="<b>\ud83d & 🙂</b>").event.name == "<b>\ufffd & 🙂</b>"


@pytest.mark.parametrize(
    ("basis", "period", "text", "kept"),
    [
        ("period", "5-day", "down 5% in five days", "5-day"),
        ("period", "since the peak", "down 5% since the peak", "since the peak"),
        ("period", "day", "down 5%", ""),
        ("level", "day", "near a nine-week low", "9-week"),
        ("level", "day", "a 52-week high", "52-week"),
        ("level", "day", "a record low", ""),
        ("superlative", "day", "worst day since March 2020", "since 2020-03"),
        ("superlative", "day", "the biggest fall since 2008", "since 2008"),
        ("superlative", "day", "its worst day ever", "ever"),
        ("superlative", "day", "biggest gain in more than two years", "2-year"),
        ("superlative", "day", "worst day since December", ""),
        ("superlative", "day", "its worst day in 20\u00b2 years", ""),
    ],
)
def test_a_span_is_kept_where_the_text_fixes_it(basis: str, period: str, text: str, kept: str) -> None:
    assert period_of(basis, period, text) == kept


def test_names_tickers_and_parts_of_names_find_symbols() -> None:
    assert found("nvid")[0] == found("NVDA")[0] == "NVDA"
    assert "ENR.DE" in found("siemens en")
    assert found("  ") == found("zzzzqqq") == []
    assert found("s", {"SPY"})[0] in found("s")


def test_every_listed_exchange_has_sessions() -> None:
    """One without would break every search that finds a share of it."""
    known = [one for one in exchanges().values() if one.exchange not in WITHOUT_SESSIONS]
    assert all(row_of(f"AAA{one.suffix}", "articles") for one in known)


def test_a_share_of_an_exchange_without_a_calendar_is_not_suggested() -> None:
    assert found("emaar") == found("qatar") == []
    assert not any(has_sessions(code) for code in WITHOUT_SESSIONS)


def test_a_mistyped_symbol_has_neighbours() -> None:
    assert nearest("NVDIA")[0] == "NVDA"
    assert nearest("Siemens Energy") == ("ENR.DE",)
    assert nearest("QQQQQQQQ") == ()


def test_a_short_name_follows_from_name_and_day() -> None:
    day = dt.date(2008, 1, 24)
    assert slug_of("Société Générale: losses!", day) == "societe-generale-losses-2008-01-24"
    assert slug_of("東京", day) == "event-2008-01-24"


def test_a_link_that_is_none_is_told_without_its_path() -> None:
    with pytest.raises(
        FieldError, match=r"^“javascript:alert.1.” is no link: needed is an address"
    ) as refused:
        draft_of(DRAFT | {"articles": [{"outlet": "Reuters", "link": "javascript:alert(1)"}]})
    assert refused.value.field == "articles.0.link"
