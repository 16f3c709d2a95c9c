from __future__ import annotations

import re
from dataclasses import replace

from dashboard.views import reaction, robustness
from dashboard.views.case import Case
from dashboard.web import donors
from dashboard.web.donors import control
from tests.dashboard.newsdesk import made_up_case


def case(**choices: object) -> Case:
    """The made-up event with a way to shares beside its own."""
    found = made_up_case(**choices)
    whole = replace(found.market)
    return replace(found, market=replace(found.market, pool=lambda: whole))


def ticked(found: Case) -> dict[str, bool]:
    """Boxes of the control by symbol, and whether they are ticked."""
    boxes = re.findall(r'value="(\w+)"( checked)?', str(control(found, robustness.PATH)))
    return {symbol: bool(state) for symbol, state in boxes}


def test_every_share_can_be_ticked_and_those_taken_are() -> None:
    every = ticked(case())
    taken = tuple(list(every)[:5])
    assert [symbol for symbol, state in ticked(case(donors=taken)).items() if state] == list(taken)


def test_donors_are_offered_where_a_synthetic_control_is_shown() -> None:
    assert control(case(), reaction.PATH) is None
    assert control(case(model="synthetic"), reaction.PATH) is not None
    assert control(made_up_case(), robustness.PATH) is None
    assert donors.checks.ADDRESS in str(control(case(), robustness.PATH))


def test_volumes_have_no_donors() -> None:
    found = case(model="synthetic", donors=tuple(list(ticked(case()))[:5]))
    assert found.studies.volume.design.donors == ()
