from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.inference.placebo_firms import placebo_firms
from analysis.market.events import DAY_ZERO
from analysis.study.study import StudyResults, event_study
from dashboard.views import captions, reaction, synthetic, words
from dashboard.views.content import Note
from dashboard.views.tables import Table
from dashboard.views.thesis import of_study
from tests.analysis.study.test_donors import POOL, design, made
from tests.dashboard.newsdesk import made_up_case, mixed_case


@pytest.fixture(scope="module")
def control() -> StudyResults:
    return event_study(design(), made(shock=-0.3))


def test_a_sentence_says_where_two_models_part_and_what_each_expects(control: StudyResults) -> None:
    usual = event_study(design("market_model"), made(shock=-0.3))
    one, other = (100 * results.abnormal_returns.loc[0, "A"] for results in (usual, control))
    told = synthetic.parting(usual, control, "A", "Firm").replace("\u00a0", " ").replace("−", "-")
    assert f"({one:.2f} %) and the synthetic control ({other:.2f} %)" in told
    assert (
        f"{'agree within' if abs(one - other) < 1 else 'part by'} {abs(one - other):.1f} percentage points"
        in told
    )
    for results in (usual, control):
        assert f"{100 * results.expected_returns.loc[0, 'A']:+.2f} %" in told


def test_what_a_mix_is_made_of_names_donors_and_those_left_out(control: StudyResults) -> None:
    told, trusted = synthetic.sentences(control)
    assert told.startswith(f"A: {len(POOL)} donors, most weight on D")
    assert "OWN (an instrument of the event); " in told
    assert told.endswith("among its donors on day 0 p\u00a0=\u00a00.143")
    assert trusted.startswith("Placebo firms: not to be trusted here: it was simulated with")


def test_donors_that_a_reader_named_are_not_said_to_be_untouched() -> None:
    named = event_study(design(donors=("CHIP", *POOL)), made())
    told = synthetic.parting(event_study(design("market_model"), made()), named, "A", "Firm")
    assert told.endswith("from the donors that were named, whether the news touched them or not.")


def test_a_thesis_names_every_donor_with_its_weight_and_every_share_left_out() -> None:
    named = ("CHIP", *POOL, "A")
    for donors, kind in ((named, "the donors that were named, whether"), ((), "shares that the news is not")):
        results = event_study(design(donors=donors), made())
        view = of_study(results)
        texts = {
            block.key: block.text for _, blocks in view.parts for block in blocks if isinstance(block, Note)
        }
        assert f"Each share is mixed of {kind}" in texts["method"]
        assert "did not touch" not in texts["method"]
        assert (f": {', '.join(named)}; the table" in texts["method"]) == bool(donors)
        table, note = dict(view.parts)["Donors"]
        assert isinstance(table, Table)
        assert isinstance(note, Note)
        (weighed,), (p,) = table.columns[1].values, table.columns[4].values
        market = results.panel.market.donors["A"]
        assert all(donor in str(weighed) for donor in market.used)
        assert all(f"{symbol}" in note.text and why in note.text for symbol, why in market.left_out.items())
        heaviest = results.parameters.loc["A", list(market.used)].astype(float).idxmax()
        assert str(weighed).startswith(f"{heaviest} ")
        assert p == placebo_firms(results, DAY_ZERO)["A"]
        assert "Placebo firms: not to be trusted" in note.text


def test_without_shares_beside_the_event_there_is_no_second_opinion() -> None:
    (said,) = synthetic.section(made_up_case()).blocks
    assert isinstance(said, Note)
    assert "which shares the news did not touch" in said.text


def test_whoever_published_the_prices_of_donors_is_credited() -> None:
    market = made()
    whole = market.pool()  # type: ignore[misc]
    whole.histories["D3"] = replace(whole.histories["D3"], source="Vendor of donors")  # type: ignore[index]
    assert "Vendor of donors" in captions.read_by(event_study(design(), market))
    assert "Vendor" not in captions.read_by(event_study(design("market_model"), market))


def test_the_headline_holds_a_firm_beside_its_donors_and_not_beyond_the_market() -> None:
    found = mixed_case()
    title, told = reaction.finding(found)
    returned, expected = (t.loc[0, "NVDA"] for t in (found.study.returns, found.study.expected_returns))
    assert title.endswith(f"{words.moved(returned)}; a mix of its donors {words.moved(expected)}")
    row = found.study.car(DAY_ZERO).loc["NVDA"]
    holds = "holds zero" if row["ci_low"] <= 0 <= row["ci_high"] else "does not hold zero"
    assert told.startswith(f"The difference is {words.percent(row['car'], 1)}, its 95 % interval")
    assert f" {holds}. " in told
