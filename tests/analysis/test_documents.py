"""What the pages under docs/ say about models, reactions and pairing is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.market.events import Window
from analysis.market.prices import Market
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS
from analysis.study.diagnostics import DIAGNOSTICS
from analysis.study.study import StudyDesign, event_study
from data.bundled.bundle import bundled_market
from data.catalogue.dossiers import dossier

DOCS = Path(__file__).parents[2] / "docs"
METHODOLOGY = (DOCS / "methodology.md").read_text()


def section(title: str, level: str) -> str:
    """Text under a heading, up to the next of its level or above."""
    found = re.search(
        rf"^{level} {re.escape(title)}\n(.*?)(?=^#{{2,{len(level)}}} |\Z)", METHODOLOGY, re.M | re.S
    )
    assert found, f"docs/methodology.md has no section {title!r}"
    return found[1]


ENTRIES = [*NORMAL_RETURNS.values(), *REACTIONS.values(), *DIAGNOSTICS.values()]
SECTIONS = {"Models": NORMAL_RETURNS, "Reactions": REACTIONS, "Regression and diagnostics": DIAGNOSTICS}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_every_model_reaction_and_check_has_a_section_with_formula_and_reference(entry: object) -> None:
    text = section(f"{entry.label} (`{entry.key}`)", "###")  # type: ignore[attr-defined]
    assert text.count("$$") >= 2
    assert entry.reference in re.sub(r"\s+", " ", text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("title", "entries"), SECTIONS.items())
def test_no_section_is_about_something_that_does_not_exist(title: str, entries: dict[str, object]) -> None:
    assert re.findall(r"^### .* \(`(\w+)`\)$", section(title, "##"), re.M) == list(entries)


# ------------------------------------------------------------------- docs/decisions/pairing.md

FIRMS, ESTIMATION = ("NVDA", "ASML.AS", "SU.PA"), Window(-130, -11)


def table_row(name: str) -> list[str]:
    page = (DOCS / "decisions" / "pairing.md").read_text()
    row = re.search(rf"^\| {name} \|(.*)\|$", page, re.M)
    assert row is not None
    return [cell.strip() for cell in row[1].split("|")]


def percent(value: float) -> str:
    return f"{value * 100:+.2f} %".replace("-", "−")


@pytest.fixture(scope="module")
def market() -> Market:
    return bundled_market(dossier("deepseek-2025-01-27").instruments)


def test_the_pairing_table_holds_this_projects_numbers(market: Market) -> None:
    event = dossier("deepseek-2025-01-27").event
    results = event_study(StudyDesign(event, FIRMS, "^IXIC", estimation_window=ESTIMATION), market)
    assert [percent(ar) for ar in results.abnormal_returns.loc[0]] == table_row("this project")
    assert results.parameters["nobs"].tolist() == [120, 113, 113]


def test_the_pairing_table_holds_the_numbers_of_shared_dates(market: Market) -> None:
    prices = {s: market.histories[s].bars["adj_close"] for s in (*FIRMS, "^IXIC")}
    returns = pd.DataFrame(prices).dropna().pct_change().dropna()
    day = returns.index.get_loc(pd.Timestamp("2025-01-27"))
    past, index = returns.iloc[day - 130 : day - 10], returns["^IXIC"]
    fits = [np.polyfit(past["^IXIC"], past[symbol], 1) for symbol in FIRMS]
    abnormal = [
        returns[s].iloc[day] - np.polyval(fit, index.iloc[day]) for s, fit in zip(FIRMS, fits, strict=True)
    ]
    assert [percent(ar) for ar in abnormal] == table_row("returns between shared dates only")
