"""What the page of the prices says of snapshots, refreshes and checks."""

from __future__ import annotations

from dataclasses import replace

from dashboard.render import html
from dashboard.views import prices
from dashboard.views.tables import Badge, Table
from tests.dashboard.newsdesk import MOMENT, MadeUpFinding, MadeUpRun, MadeUpStatus, column, made_up_case


def test_running_refresh_shows_how_far_it_is() -> None:
    run = MadeUpRun("running", finished=None, done=2, total=5, message="AAA: fresh")
    assert "2 of 5: AAA: fresh" in prices.progress(MadeUpStatus(runs=(run,))).words


def test_next_refresh_is_named_or_said_not_to_be_due() -> None:
    assert "1 Jun 2021, 22:30 UTC" in prices.progress(MadeUpStatus(next_run=MOMENT)).words.replace(
        "\xa0", " "
    )
    assert "No refresh is scheduled" in prices.progress(MadeUpStatus()).words


def test_history_tells_each_run_in_words() -> None:
    runs = (MadeUpRun("partly", message="2 of 3 instruments fresh"),)
    told = html.table(prices.history(MadeUpStatus(runs=runs)))
    assert "Partly" in told
    assert "2 of 3 instruments fresh." in told
    assert "9 s" in told


def test_the_words_of_machines_stand_behind_details() -> None:
    raw = "no instrument is fresh (AAA: no connection (curl: (6) no host); check); x is still shown"
    runs = (MadeUpRun("nothing", message=raw),)
    told = html.table(prices.history(MadeUpStatus(runs=runs)))
    assert "No instrument is fresh; x is still shown.<details><summary>Details</summary>" in told
    assert "curl: (6) no host" in told.split("<details>")[1]
    running = MadeUpRun("running", finished=None, done=2, total=5, message="AAA: not reached (curl: (6))")
    assert prices.progress(MadeUpStatus(runs=(running,))).words == "2 of 5: AAA: not reached"


def test_instruments_that_are_not_fresh_have_their_reason_until_they_are() -> None:
    assert prices.waiting(MadeUpStatus()) == ()
    (table,) = prices.waiting(MadeUpStatus(reasons={"AAA": "kept the previous bars: no answer (curl: (6))"}))
    assert table.title == "1 instrument with earlier bars, and why"
    assert "Kept the previous bars: no answer." in html.table(table)


def test_instruments_of_one_reason_share_a_row() -> None:
    reasons = {"AAA": "no answer (curl: (6))", "BBB": "not asked for", "CCC": "no answer (curl: (7))"}
    (table,) = prices.waiting(MadeUpStatus(reasons=reasons))
    assert table.columns[0].values == ("AAA, CCC", "BBB")


def test_findings_come_gravest_first() -> None:
    found = (MadeUpFinding(), replace(MadeUpFinding(), severity="severe", sentence="a price below zero"))
    table = prices.findings(MadeUpStatus(findings=found))
    assert isinstance(table, Table)
    assert [badge.word for badge in table.columns[1].values if isinstance(badge, Badge)] == [
        "Severe",
        "Warning",
    ]


def test_every_instrument_has_a_row_and_missing_bars_are_said() -> None:
    case = made_up_case()
    table = prices.coverage(case, MadeUpStatus())
    assert len(table.columns[0].values) == len(case.dossier.instruments)
    said = dict(zip(column(table, "Symbol"), column(table, "Source"), strict=True))
    assert said["CCC"] == "no daily bars; CCR stands in"
