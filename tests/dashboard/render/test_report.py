"""The report: a first sheet that stands alone, everything once, date and address on each sheet."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from dashboard.render import report
from dashboard.render.report import FIRST_ROWS, Press, said_once
from dashboard.views import overview, reaction, reported, robustness
from dashboard.views.captions import credit
from dashboard.views.content import Chart, Panel
from dashboard.views.pages import PAGES
from dashboard.views.tables import Column, Table
from tests.dashboard.newsdesk import made_up_case


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts draw themselves; Plotly is not needed to read the rest."""
    monkeypatch.setattr(report, "browser", lambda: None)
    monkeypatch.setattr(report, "_plotly", lambda: "")


def text_of(page: str) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


def first_sheet(page: str) -> str:
    return page[page.index('<section class="first">') : page.index("</section>")]


def test_the_first_sheet_has_finding_verdicts_first_chart_method_and_source() -> None:
    case = made_up_case()
    view, sheet = overview.view(case), first_sheet(report.as_html(case))
    text = text_of(sheet)
    assert view.title.replace("\u00a0", " ") in text
    assert "Confirmed" in text
    assert sheet.count("<figure") == 1
    assert "Reported against measured" in text
    assert "Model: Market model." in text
    assert credit(case).publishers in text


def test_a_chart_of_many_rows_is_cut_on_the_first_sheet_and_whole_below() -> None:
    case = made_up_case()
    view = overview.view(case)
    chart = view.exhibits["reported-against-measured"].content
    assert isinstance(chart, Chart)
    long = replace(chart, rows=chart.rows * 12, panels=(Panel(chart.panels[0].series),))
    sections = tuple(
        replace(s, blocks=tuple(long if block is chart else block for block in s.blocks))
        for s in view.sections
    )
    lead, rest = Press(case, None).first(replace(view, sections=sections))
    assert f"The first {FIRST_ROWS} of {len(long.rows)} rows are drawn" in text_of(lead)
    assert long in [block for section in rest for block in section.blocks]


def test_every_chart_stands_once_and_every_table_where_it_is_longest() -> None:
    case = made_up_case()
    views = {module.TITLE: module.view(case) for module in (overview, reaction, reported)}
    once = said_once(views)
    before = [key for view in views.values() for key in view.exhibits]
    after = [key for view in once.values() for key in view.exhibits]
    assert "car-paths" in views["Reaction"].exhibits
    assert len(before) > len(after) == len(set(after)) == len(set(before))

    def length(table: Chart | Table) -> int:
        assert isinstance(table, Table)
        return len(table.columns[0].values)

    for key in {"claims"} & set(after):
        whole = max(length(view.exhibits[key].content) for view in views.values() if key in view.exhibits)
        assert [length(v.exhibits[key].content) for v in once.values() if key in v.exhibits] == [whole]


def test_what_a_page_offers_to_begin_is_not_on_paper() -> None:
    case = made_up_case()
    keys = {part.key for part in said_once({"": robustness.view(case)})[""].sections if part.blocks}
    assert "permutation-section" not in keys
    assert "influence" in keys


def test_each_sheet_has_event_date_and_address() -> None:
    page = report.as_html(made_up_case())
    box = page[page.index("@page {") : page.index("@page {") + 400]
    assert '@top-left { content: "A shock"' in box
    assert re.search(r'@top-right \{ content: "Made \d+\s\w+\s20\d\d, prices to', box)
    assert '@bottom-left { content: "Aftershock /e/shock-2021"' in box


def test_a_name_cannot_leave_the_style_of_the_sheet() -> None:
    assert report._string('a"b</style>\\') == '"a\\22 b\\3c /style>\\5c "'


def test_the_method_is_an_appendix_for_who_asks_for_it() -> None:
    case = made_up_case()
    plain, long = report.as_html(case), report.as_html(case, method=True)
    assert len(long) > len(plain) + 10_000
    assert '<p class="eyebrow">Method</p>' in long
    assert '<p class="eyebrow">Method</p>' not in plain


def test_a_short_report_says_what_every_page_found_and_lists_the_first_claims() -> None:
    case = made_up_case()
    text = text_of(report.as_html(case, short=True))
    for page in PAGES:
        if getattr(page, "IN_REPORT", True):
            assert page.view(case).title.replace("\u00a0", " ") in text
    long = Table("Claims", (Column("Claim", tuple(map(str, range(40)))),), "claims")
    cut = report._first_of(long)
    assert len(cut.columns[0].values) == report.SHORT_ROWS
    assert cut.title == "Claims: the first 14 of 40"


def test_without_claims_the_first_sheet_has_the_first_chart_there_is() -> None:
    case = made_up_case()
    bare = replace(case, dossier=replace(case.dossier, moves=(), articles=(), facts=()), shared=None)
    sheet = first_sheet(report.as_html(bare))
    assert sheet.count("<figure") == 1
    assert "tally" not in sheet or "<li>" not in sheet[sheet.index("tally") : sheet.index("cards")]
