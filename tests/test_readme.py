"""Every number of the README, recomputed from the bundled prices."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analysis.claims.judgements import VERDICTS
from analysis.claims.reported import ReportedMove
from analysis.claims.verdicts import MoveCheck, check_moves
from analysis.study.study import StudyDesign, event_study
from commands.cli import COMMANDS
from commands.source import Source
from dashboard.views.brief import shelf
from dashboard.views.words import percent, reported
from data.bundled.bundle import bundled_market
from data.bundled.manifest import manifest
from data.catalogue.dossiers import dossier

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CLAIMS = ("1", "2", "5", "6", "8", "9", "11")  # those with a figure that prices can be held against


@cache
def checks() -> dict[str, MoveCheck]:
    """Verdicts on the articles' claims, by id."""
    event = dossier("deepseek-2025-01-27")
    market = bundled_market(event.instruments)
    results = event_study(StudyDesign(event.event, event.claimed), market)
    return {check.reported.id: check for check in check_moves(event.moves, market, results)}


def figure(move: ReportedMove) -> str:
    """A reported figure as pages print it."""
    return reported(move).replace("\u00a0", " ")


@cache
def names() -> dict[str, str]:
    return {instrument.symbol: instrument.name for instrument in dossier("deepseek-2025-01-27").instruments}


def printed(text: str) -> str:
    """Numbers as pages print them, with spaces that may break a line."""
    return text.replace("\u00a0", " ")


def finding() -> str:
    """The table of the README."""
    head = "| | reported | low of the day | close | abnormal return, 95 % interval | verdict |"
    return "\n".join([head, "|---|--:|--:|--:|--:|---|", *(row(checks()[claim]) for claim in CLAIMS)])


def row(check: MoveCheck) -> str:
    """One claim; a stand-in is named beside the instrument that it stands for."""
    claim, day = check.reported, check.measured
    name = names()[claim.symbol or ""]
    name += "" if day.symbol == claim.symbol else f" (by {day.symbol})"
    interval = f"{percent(day.abnormal_return)} ({percent(day.ci_low)} to {percent(day.ci_high)})"
    if day.abnormal_return is None:
        interval = percent(None)
    numbers = (figure(claim), percent(day.low), percent(day.close), interval)
    return f"| {name} | {' | '.join(map(printed, numbers))} | {VERDICTS[check.verdict].label} |"


def test_the_table_is_what_the_prices_say() -> None:
    shown = re.search(r"<!-- finding: .*? -->\n(.*?)\n<!-- end of finding -->", README, re.S)
    assert shown is not None
    assert shown[1] == finding()


def test_the_claims_of_all_events_are_counted() -> None:
    found = shelf(Source()).briefs
    count = {verdict: sum(one.verdicts[verdict] for one in found) for verdict in VERDICTS}
    about = sum(count.values()) - count["no_figure"]
    assert len(found) == 17  # README: Seventeen events
    assert f"Over all events, {about} claims about prices: {count['confirmed']} are confirmed" in README
    assert f"{count['seen_intraday']} were seen during the day and not at the close,\n" in README
    assert f"{count['contradicted']} are contradicted, and {count['not_checkable']} are beyond" in README
    assert "Seventeen events and their prices are bundled" in README


def test_every_percentage_in_the_text_is_a_measured_or_a_reported_one() -> None:
    text = re.sub(r"<!-- finding.*end of finding -->", "", README, flags=re.S)
    asml = checks()["6"]
    day: Any = asml.measured
    known = {printed(percent(value)) for value in (day.close, day.abnormal_return)}
    known |= {figure(asml.reported).lstrip("−"), "−7 %"}  # the last explains what decimal means
    assert set(re.findall(r"[−+-]?\d+(?:\.\d+)? %", text)) == known


def test_the_finding_is_the_known_one() -> None:
    closes = {claim: round(100 * float(checks()[claim].measured.close or 0), 2) for claim in CLAIMS}
    assert closes == {"1": -3.07, "2": -16.97, "5": -2.98, "6": -7.01, "8": -11.34, "9": -19.95, "11": -9.48}


def test_the_number_of_instruments_and_their_years_are_the_bundled_ones() -> None:
    bars = manifest().entries("bars")
    first, last = (
        Counter(one[end][:4] for one in bars.values()).most_common(1)[0] for end in ("first", "last")
    )
    assert min(first[1], last[1]) > len(bars) / 2
    assert f"Daily bars of {len(bars)} instruments, most from {first[0]} to {last[0]}" in README


def test_the_day_the_firms_and_the_windows_are_those_of_the_study() -> None:
    event = dossier("deepseek-2025-01-27")
    design = StudyDesign(event.event, event.firms)
    window, day = design.estimation_window, checks()["2"].measured.session
    assert f"On {day:%A %d %B %Y} the news" in README
    assert f"sessions −{-window.start} to −{-window.end}," in README
    assert len(event.firms) == 5  # README: Five firms
    assert "Five firms that share one date" in README


@pytest.mark.parametrize(
    "page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/decisions/README.md"]
)
def test_every_link_and_picture_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\(([^)#]+)[^)]*\)|(?:src|srcset)=\"([^\"]+)\"", text)
    paths = [path for link in links for path in link if path and "://" not in path]
    assert [path for path in paths if not ((ROOT / page).parent / path).exists()] == []


def test_every_make_target_that_a_page_names_exists() -> None:
    pages = "\n".join((ROOT / page).read_text() for page in ("README.md", "CONTRIBUTING.md"))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    assert set(re.findall(r"\bmake ([a-z-]+)", pages)) <= set(targets)


def test_the_index_of_decisions_lists_every_page() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((.+?\.md)\)", (folder / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"app\.py (\w+)", README))
    assert named
    assert named <= COMMANDS.keys()
