"""Whom to trust is one answer: in JSON, in the text and on the page, for the window that is shown."""

from __future__ import annotations

import contextlib
import io
import json
import re
from functools import cache
from typing import Any

import pytest

import app
from analysis.inference.trust import group_of
from analysis.market.events import Window
from dashboard.views import captions, inference
from dashboard.views.case import Case
from dashboard.views.choices import Choices
from dashboard.views.content import Note
from dashboard.views.tables import Table
from dashboard.views.words import SPACE, sentence, typeset
from data.bundled.bundle import bundled_market
from data.catalogue import dossiers as catalogue
from tests.dashboard.newsdesk import column

ROUGH, CALM, ONE_FIRM = "yen-carry-2024-08-05", "siemens-energy-guarantees-2023-10-26", "oracle-2025-09-09"
EVENTS = ("deepseek-2025-01-27", ROUGH, CALM, ONE_FIRM)
NAME = "Test and what it asks"


@cache
def printed(slug: str, form: str) -> str:
    """What the command line prints of a study."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert app.main(["study", slug, "--format", form]) == 0
    return out.getvalue()


def document(slug: str) -> Any:
    """The study as JSON."""
    return json.loads(printed(slug, "json"))


def window_of(name: str) -> Window:
    numbers = [int(number) for number in re.findall(r"[+-]?\d+", name)]
    return Window(numbers[0], numbers[-1])


def case_of(slug: str, window: Window) -> Case:
    dossier = catalogue.dossier(slug)
    return Case(Choices(slug, car_window=window), dossier, bundled_market(dossier.instruments))


def on_the_page(case: Case, window: Window) -> tuple[dict[str, bool], str, list[str]]:
    """Whether each test is trusted on the page, all reasons that it gives, and its cautions."""
    _, yes, no, reasons = inference.group_tests(group_of(case.study), window)
    assert isinstance(yes, Table)
    assert isinstance(no, Table)
    assert isinstance(reasons, Note)
    trusted = {label: table is yes for table in (yes, no) for label in column(table, NAME)}
    return trusted, reasons.text, list(captions.cautions(case).lines)


@pytest.mark.parametrize("slug", EVENTS)
def test_page_and_json_say_the_same_of_every_test_in_every_window(slug: str) -> None:
    for name, told in document(slug)["windows"].items():
        case = case_of(slug, window_of(name))
        trusted, reasons, cautions = on_the_page(case, window_of(name))
        assert trusted == {test["label"]: test["trusted"] for test in told["tests"].values()}, name
        assert cautions == [case.sentence(line) for line in told["cautions"]]  # symbols there, names here
        for test in told["tests"].values():
            assert test["trusted"] or sentence(test["reason"]) in reasons


@pytest.mark.parametrize("slug", EVENTS)
def test_text_and_json_say_the_same_of_day_0(slug: str) -> None:
    told, text = document(slug), printed(slug, "text")
    unbroken = re.sub(r"\s+", " ", text)
    for test in told["group"].values():
        (line,) = re.findall(rf"^{re.escape(test['label'])}  .*$", text, re.M)
        assert ("yes" in line) == test["trusted"]
        assert test["trusted"] or f") {test['reason']}" in unbroken
    for caution in told["windows"]["[0]"]["cautions"]:
        assert f"Caution: {typeset(caution)}".replace(SPACE, " ") in unbroken
        assert caution in told["cautions"]


@pytest.mark.parametrize(
    ("slug", "words"),
    [(ROUGH, "moved 1.43 times"), (CALM, "moved 0.62 times"), (ONE_FIRM, "ORCL, on 10 Sep 2025, makes up")],
)
def test_rough_times_calm_times_and_a_firm_that_decides_are_told_before_the_result(
    slug: str, words: str
) -> None:
    before = printed(slug, "text").split("Day 0")[0]
    assert before.startswith("Caution: ")
    assert words in before


@pytest.mark.parametrize("slug", EVENTS)
def test_the_headline_names_tests_with_a_result_that_are_trusted(slug: str) -> None:
    told = document(slug)
    assert told["summary"]["headline"]
    for key in told["summary"]["headline"]:
        assert told["group"][key]["trusted"]
        assert told["group"][key]["pvalue"] is not None
