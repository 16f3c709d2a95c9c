"""The catalogue says exactly what was reported, and a broken file is refused in one clear line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from analysis.claims.reported import Dossier, ReportedMove
from analysis.market.errors import DataError, UnknownNameError
from data.catalogue import dossiers as catalogue
from data.catalogue.prove import proof

SLUG = "deepseek-2025-01-27"
FIVE = {"mwl", "salon", "explainer", "gazette", "asiafinancial"}

EVENT = """
instruments = [
  { symbol = "NVDA", name = "N", exchange = "XNAS", currency = "USD", group = "articles", benchmark = "RSP" },
  { symbol = "RSP", name = "Equal weight", exchange = "ARCX", currency = "USD", group = "benchmark" },
]
[event]
name = "A Monday"
information_time = 2025-01-26T20:00:00Z
[[moves]]
id = "1"
source = "paper"
featured = true
symbol = "NVDA"
date = 2025-01-27
basis = "close"
reported = "-17"
[[articles]]
id = "paper"
publisher = "A Paper"
title = "A title"
date = "27 January 2025"
summary = "What it said."
[[facts]]
name = "A fact"
by_article = { paper = "6" }
[[timeline]]
date = 2025-01-27
label = "Sell-off"
kind = "event"
symbols = ["NVDA"]
"""


@pytest.fixture(scope="module")
def deepseek() -> Dossier:
    return catalogue.dossier(SLUG)


def claim(dossier: Dossier, key: str) -> ReportedMove:
    return next(move for move in dossier.moves if move.id == key)


def written(directory: Path, text: str) -> Path:
    path = directory / "monday.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_event_is_known_by_the_name_of_its_file() -> None:
    assert SLUG in catalogue.events()
    assert catalogue.dossier(SLUG).event.slug == SLUG


def test_eleven_price_claims_come_from_the_five_articles(deepseek: Dossier) -> None:
    featured = [move for move in deepseek.moves if move.featured]
    assert [move.id for move in featured if move.basis != "none"] == [str(n) for n in range(1, 12)]
    assert {move.source for move in featured} == FIVE == {article.id for article in deepseek.articles}


def test_articles_without_a_figure_keep_a_row(deepseek: Dossier) -> None:
    silent = [move for move in deepseek.moves if move.basis == "none"]
    assert [move.id for move in silent] == ["salon", "explainer", "gazette"]
    assert all(move.statement.startswith("no figure reported") for move in silent)


def test_other_outlets_form_a_second_list(deepseek: Dossier) -> None:
    others = [move for move in deepseek.moves if not move.featured]
    assert [move.id for move in others] == [f"o{n}" for n in range(1, 29)]


@pytest.mark.parametrize(
    ("key", "symbol", "reported", "decimals", "qualifier", "basis"),
    [
        ("1", "^IXIC", -0.03, 0, "over", "close"),
        ("2", "NVDA", -0.17, 0, "nearly", "close"),
        ("3", "NVDA", -0.11, 0, "about", "premarket"),
        ("4", "SX8P", -0.058, 1, "exact", "intraday"),
        ("5", "NQ=F", -0.031, 1, "exact", "futures"),
        ("6", "ASML.AS", -0.115, 1, "exact", "intraday"),
        ("7", "ASML.AS", None, 0, "exact", "level"),
        ("8", "ASM.AS", -0.15, 0, "over", "intraday"),
        ("9", "ENR.DE", -0.174, 1, "exact", "intraday"),
        ("10", "ENR.DE", None, 0, "exact", "rank"),
        ("11", "SU.PA", -0.081, 1, "exact", "intraday"),
        ("o5", "^IXIC", -0.0307, 2, "exact", "close"),
        ("o22", "ENR.DE", 0.075, 1, "exact", "close"),
    ],
)
def test_a_claim_is_what_was_printed(
    deepseek: Dossier,
    key: str,
    symbol: str,
    reported: float | None,
    decimals: int,
    qualifier: str,
    basis: str,
) -> None:
    move = claim(deepseek, key)
    assert (move.symbol, move.reported, move.decimals) == (symbol, reported, decimals)
    assert (move.qualifier, move.basis) == (qualifier, basis)


def test_times_are_greenwich_times(deepseek: Dossier) -> None:
    assert claim(deepseek, "o8").time == dt.datetime(2025, 1, 27, 9, 41, tzinfo=dt.timezone.utc)


def test_groups_and_stand_ins(deepseek: Dossier) -> None:
    assert deepseek.group("articles") == ("NVDA", "ASML.AS", "ASM.AS", "ENR.DE", "SU.PA", "^IXIC")
    assert {"RSP", "STOXX600-NR", "QQQ", "SPY", "URTH", "SMH"} == set(deepseek.group("benchmark"))
    by_symbol = {instrument.symbol: instrument for instrument in deepseek.instruments}
    assert by_symbol["ASM.AS"].stand_in == "ASMIY"
    assert by_symbol["STOXX600-NR"].sessions_of == "XPAR"
    assert by_symbol["NQ=F"].sessions_of == "CMES"
    assert {by_symbol[s].sessions_of for s in ("NVDA", "TSM", "RSP", "ASMIY", "^IXIC")} == {"XNYS"}


def test_every_share_has_a_benchmark_of_its_own_close_except_tokyo(deepseek: Dossier) -> None:
    shares = [i for i in deepseek.instruments if i.group in ("articles", "wider")]
    for share in shares:
        expected = {"EUR": "STOXX600-NR", "USD": "RSP", "JPY": "URTH"}[share.currency]
        assert share.benchmark == expected, share.symbol


def test_an_unknown_event_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=f"unknown event 'deepseek'.*{SLUG}"):
        catalogue.dossier("deepseek")


def test_the_smallest_catalogue_is_accepted(tmp_path: Path) -> None:
    written(tmp_path, EVENT)
    assert catalogue.dossier("monday", tmp_path).event.name == "A Monday"


def test_a_broken_file_is_logged_once_and_hides_no_other_event(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, EVENT)
    (tmp_path / "broken.toml").write_text("[event")
    assert list(catalogue.dossiers(tmp_path)) == list(catalogue.dossiers(tmp_path)) == ["monday"]
    assert [record.getMessage()[:44] for record in caplog.records] == [
        "this event is left out: broken.toml: not val"
    ]


def test_a_byte_order_mark_before_the_file_is_no_mistake(tmp_path: Path) -> None:
    written(tmp_path, "\ufeff" + EVENT)
    assert catalogue.dossier("monday", tmp_path).event.name == "A Monday"


BROKEN = [
    (
        "basis",
        '"close"',
        '"closing"',
        r"moves\[0\]\.basis: found 'closing'; allowed: 'close', 'open', 'high'",
    ),
    (
        "currency",
        'currency = "USD"',
        'currency = "$"',
        r"instruments\[0\]\.currency: found '\$'; allowed: a c",
    ),
    ("misspelt key", "featured =", "feature =", r"moves\[0\]\.featured: missing; .* \(and 1 more\)"),
    (
        "unknown key",
        "featured =",
        "feature = 1\nfeatured =",
        r"moves\[0\]\.feature: unknown key; allowed: id,",
    ),
    ("unknown table", "[[facts]]", "[[fact]]", r"fact: unknown key; allowed: event, instruments"),
    ("missing name", 'name = "A Monday"', "", r"event\.name: missing"),
    ("number", '"-17"', "-17.0", r"moves\[0\]\.reported: found -17\.0; allowed: a percentage as printed"),
    ("no sign", '"-17"', '"17"', r"moves\[0\]\.reported: found '17'; allowed: a percentage as printed"),
    ("no figure", 'reported = "-17"', "", r"moves\[0\]\.reported: found None; allowed: a percentage"),
    ("figure of a rank", '"close"', '"rank"', r"moves\[0\]\.reported: found '-17'; allowed: no figure"),
    ("weeks", "basis =", "weeks = 9\nbasis =", r"moves\[0\]\.weeks: found 9; .* for basis 'level' alone"),
    (
        "period",
        '"-17"',
        '"-17"\nperiod = "week"',
        r"moves\[0\]\.period: found 'week'; .*'period' and 'superlative' alone: week, month",
    ),
    (
        "no period",
        'basis = "close"',
        'basis = "period"',
        r"moves\[0\]\.period: found None; allowed: for bases 'period'",
    ),
    (
        "later period",
        'basis = "close"',
        'basis = "period"\nperiod = "since 2030"',
        r"moves\[0\]\.period: found 'since 2030'; allowed: a span that begins before",
    ),
    (
        "words of a period",
        'basis = "close"',
        'basis = "period"\nperiod = "lately"',
        r"moves\[0\]\.period: found 'lately'; allowed: week, month, quarter",
    ),
    (
        "sign",
        '"-17"',
        '"-17"\nsign = -1',
        r"moves\[0\]\.sign: found -1; .* for 'superlative' and 'level'",
    ),
    (
        "range",
        '"-17"',
        '"-17"\nreported_high = "+18"',
        r"moves\[0\]\.reported_high: found '\+18'; .* sign of",
    ),
    (
        "unit",
        '"-17"',
        '"-17"\nunit = "billion USD"',
        r"moves\[0\]\.unit: found 'billion USD'; .* 'market_value' alone",
    ),
    (
        "money",
        'basis = "close"',
        'basis = "market_value"\nunit = "dollars"',
        r"moves\[0\]\.unit: found 'dollars'; allowed: money as \"billion USD\"",
    ),
    (
        "shares",
        '"-17"',
        '"-17"\nshares_outstanding = 5',
        r"moves\[0\]\.shares_outstanding: found 5; .* alone",
    ),
    ("link", 'summary = "W', 'link = "paper"\nsummary = "W', r"articles\[0\]\.link: found 'paper'; .* https"),
    (
        "future",
        'basis = "close"',
        'basis = "futures"',
        r"moves\[0\]\.basis: found 'futures'; .* the share NVDA: it is no future; name the future's symbol",
    ),
    (
        "points of a share",
        'basis = "close"',
        'basis = "points"',
        r"moves\[0\]\.basis: found 'points'; .* a share has a price, no points",
    ),
    ("naive time", "20:00:00Z", "20:00:00", r"event\.information_time: found .* 20:00:00; .* with its zone"),
    ("two day zeros", "[event]", "[event]\nsession = 2025-01-27", r"event: found 'both'; allowed: either"),
    ("quoted date", "2025-01-27", '"2025-01-27"', r"moves\[0\]\.date: found '2025-01-27'; allowed: a date"),
    (
        "other day",
        "basis =",
        "time = 2025-01-28T09:00:00Z\nbasis =",
        r"moves\[0\]\.time: .* a time on 2025-01-27",
    ),
    ("symbol", 'symbol = "NVDA"\n', 'symbol = "AMD"\n', r"moves\[0\]\.symbol: found 'AMD'; .*: NVDA, RSP"),
    ("benchmark", 'benchmark = "RSP"', 'benchmark = "SPX"', r"instruments\[0\]\.benchmark: found 'SPX'"),
    ("timeline", '["NVDA"]', '["AMD"]', r"timeline\[0\]\.symbols\[0\]: found 'AMD'"),
    ("article", 'source = "paper"', 'source = "post"', r"moves\[0\]\.source: found 'post'; .*: paper"),
    ("fact", "{ paper =", "{ post =", r"facts\[0\]\.by_article\.post: found 'post'; .*: paper"),
    (
        "duplicate",
        '"RSP", name',
        '"NVDA", name',
        r"instruments\[1\]\.symbol: .* each symbol once",
    ),
    ("exchange", '"XNAS"', '"NASD"', r"instruments\[0\]\.exchange: found 'NASD'; allowed: a code with a cal"),
    ("year", "2025-01-26T", "0001-01-26T", r"event: found '0001-01-26 .*; allowed: a day from 1900"),
    ("no firm", '"articles"', '"wider"', r"instruments: found 'no firm'; allowed: .* group 'articles'"),
    ("syntax", "[event]", "[event", r"not valid TOML: .*line"),
]


@pytest.mark.parametrize(
    ("old", "new", "message"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_broken_catalogue_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in EVENT
    path = written(tmp_path, EVENT.replace(old, new, 1))
    with pytest.raises(DataError, match=r"^monday\.toml: " + message) as refusal:
        catalogue.read_dossier(path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("symbol", "basis", "reason"),
    [
        ("^GSPC", "premarket", "the index ^GSPC: an index has no price outside the session"),
        ("^GSPC", "afterhours", "the index ^GSPC: an index has no price outside the session"),
        ("^GSPC", "futures", "the index ^GSPC: it is no future"),
        ("NQ=F", "market_value", "the future NQ=F: only a share has shares outstanding"),
    ],
)
def test_a_basis_that_cannot_be_said_of_an_instrument_is_refused_with_the_reason(
    tmp_path: Path, symbol: str, basis: str, reason: str
) -> None:
    unit = '\nunit = "billion USD"' if basis == "market_value" else ""
    text = EVENT.replace("NVDA", symbol).replace('"close"', f'"{basis}"{unit}')
    with pytest.raises(DataError) as refusal:
        catalogue.read_dossier(written(tmp_path, text))
    assert reason in str(refusal.value)


def test_figures_in_points_and_money_keep_their_unit_and_no_percentage(tmp_path: Path) -> None:
    text = EVENT.replace('"close"', '"market_value"\nunit = "billion USD"').replace('"-17"', '"-593.0"')
    (move,) = catalogue.read_dossier(written(tmp_path, text)).moves
    assert (move.printed, move.unit, move.reported, move.decimals) == ("-593.0", "billion USD", None, 1)
    text = EVENT.replace("NVDA", "^IXIC").replace('"close"', '"points"')
    assert catalogue.read_dossier(written(tmp_path, text)).moves[0].figure == "-17 points"


def test_an_event_says_what_it_was_and_how_its_time_is_known(tmp_path: Path) -> None:
    more = 'summary = "A Monday."\ntiming = "The paper names the hour."\nkind = "policy"\n'
    dossier = catalogue.read_dossier(written(tmp_path, EVENT.replace("[event]\n", "[event]\n" + more)))
    assert (dossier.summary, dossier.timing, dossier.kind) == (
        "A Monday.",
        "The paper names the hour.",
        "policy",
    )
    assert dossier.event.slug == "monday"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.toml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(DataError, match=r"^noise\.toml: not valid TOML"):
        catalogue.read_dossier(path)


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text((catalogue.EVENTS / "deepseek-2025-01-27.toml").read_text())
    before = catalogue.dossier("one", tmp_path)
    assert catalogue.dossier("one", tmp_path) is before
    file.write_text(file.read_text().replace(before.event.name, "Another name"))
    assert catalogue.dossier("one", tmp_path).event.name == "Another name"


def test_bundled_files_passed_every_check() -> None:
    listed = catalogue.PROVED.read_text()
    assert listed == proof(), "run python -m data.catalogue.prove"


def test_a_bundled_file_that_was_changed_is_checked_again(tmp_path: Path) -> None:
    broken = written(tmp_path, EVENT.replace('"-17"', "-17"))
    with pytest.raises(DataError, match=r"moves\[0\]\.reported"):
        catalogue.read_dossier(broken)


def test_reading_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, EVENT)
    assert catalogue.read_dossier(path) == catalogue.read_dossier(path)
    assert [*tmp_path.rglob("*")] == [path]
