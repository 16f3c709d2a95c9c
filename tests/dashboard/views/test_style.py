"""One style of dates, minus signs, p values and percentages on every page of every event."""

from __future__ import annotations

import re
from html import unescape

import pytest

from commands.show import case_of
from commands.source import Source
from dashboard.render import html
from dashboard.views.case import Case
from dashboard.views.content import Chart, View
from dashboard.views.pages import PAGES

SOURCE = Source()
EVENTS = tuple(SOURCE.events())
MONTHS = "January|February|March|April|June|July|August|September|October|November|December"

FORBIDDEN = {
    "a hyphen for a minus": r"(?<![\w).\u2212/\-])-\d",
    "a percent sign without its space": r"\d ?%",  # the right space is no plain one
    "percent in another word": r"\bper cent\b|percent points|%-points",
    "a p value without its spaces": r"\bp ?[=<>≤] ?\.?\d",
    "a p value of another shape": r"\bp[\s\u00a0][=<][\s\u00a0](?!\d\.\d{3}\b)",
    "a date in another order": rf"\b(?:\d{{4}}-\d\d-\d\d|(?:{MONTHS}) \d|\d\d?[./]\d\d?[./]\d{{2,4}})\b",
    "a month written in full": rf"\b\d\d? (?:{MONTHS}) \d{{4}}\b",
    "a time without its zone": r"\b[012]\d:[0-5]\d\b(?!,? (?:UTC|to|and|through|there|(?:in )?[A-Z])|[\d:])",
    "a plus and a minus in one": r"\+[-\u2212]|[-\u2212]\+",
}


def said(view: View, case: Case) -> str:
    """Everything that a page says, tables behind charts too; without code and what articles are called."""
    page = re.sub(r"<(code|math)\b.*?</\1>", "", html.page(view, drawn), flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", "|", unescape(page))
    for article in case.dossier.articles:
        words = words.replace(article.title, "")
    return words


def drawn(heading: str, chart: Chart) -> str:
    """The words of a chart and the table behind it."""
    return f"{heading} {chart.summary} {html.caption(chart.caption)} {html.table(chart.table)}"


def pages_of(event: str) -> dict[str, str]:
    """What the pages of an event say; *Method* and the specifications of the first stand for all."""
    case = case_of(SOURCE, event, None)
    pages = [page for page in PAGES if event == EVENTS[0] or page.TITLE not in ("Robustness", "Method")]
    return {f"{event}, {page.TITLE}": said(page.view(case), case) for page in pages}


@pytest.mark.slow
def test_every_page_of_every_event_keeps_to_one_style() -> None:
    every = {name: words for event in EVENTS for name, words in pages_of(event).items()}
    found = [
        f"{mistake} in {name}: {hit[0]}"
        for mistake, form in FORBIDDEN.items()
        for name, words in every.items()
        for hit in re.finditer(rf".{{0,30}}(?:{form}).{{0,20}}", words)
    ]
    assert not found, "\n".join(found[:40])


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        ("fell -3 %", "a hyphen for a minus"),
        ("by 3 %", "a percent sign without its space"),
        ("p = 0.01", "a p value without its spaces"),
        ("p\u00a0=\u00a00.01", "a p value of another shape"),
        ("on 2025-01-27", "a date in another order"),
        ("on 27 January 2025", "a month written in full"),
        ("at 15:30", "a time without its zone"),
    ],
)
def test_a_mistake_is_seen(wrong: str, mistake: str) -> None:
    assert re.search(FORBIDDEN[mistake], wrong)
