"""Pages hold what the analysis says."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace

import pytest

from analysis.claims.judgements import VERDICTS
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.views import claims, method, overview, reaction, reported, words
from dashboard.views.content import Chart, Note, View
from dashboard.views.cover import cover
from dashboard.views.pages import PAGES, Page
from dashboard.views.tables import Badge, To
from tests.dashboard.newsdesk import FALL, column, made_up_case, made_up_dossier, told

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)


def charts(view: View) -> list[Chart]:
    return [one.content for one in view.exhibits.values() if isinstance(one.content, Chart)]


@EVERY_PAGE
def test_a_page_is_data_that_compares_by_value(page: Page):
    view = page.view(made_up_case())
    assert view.title
    assert pickle.loads(pickle.dumps(view)) == view == page.view(made_up_case())


@EVERY_PAGE
def test_every_chart_has_words_for_those_who_cannot_see_it_and_a_table(page: Page):
    for chart in charts(page.view(made_up_case())):
        assert chart.summary.endswith(".")
        assert chart.table.title
        assert chart.caption.method
        assert [panel for panel in chart.panels if not panel.title and len(chart.panels) > 1] == []


@EVERY_PAGE
def test_columns_of_a_table_are_equally_long(page: Page):
    for exhibit in page.view(made_up_case()).exhibits.values():
        content = exhibit.content
        table = content.table if isinstance(content, Chart) else content
        assert len({len(one.values) for column in table.columns for one in column.flat}) == 1


@EVERY_PAGE
def test_keys_of_a_page_are_unique(page: Page):
    view = page.view(made_up_case())
    blocks = [*view.lead, *(block for section in view.sections for block in section.blocks)]
    keys = [key for block in blocks if (key := getattr(block, "key", ""))]
    keys += [section.key for section in view.sections]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("model", ["market_model", "constant_mean"])
def test_reaction_says_when_the_chosen_model_misleads(model: str):
    assert NORMAL_RETURNS[model].caution in reaction.caution(made_up_case(model=model)).text


def test_finding_says_the_close_and_the_abnormal_return():
    case = made_up_case()
    sentence = " ".join(overview.finding(case)).replace("\u00a0", " ")
    assert "Alpha <b> fell 10.0 %" in sentence
    assert words.percent(case.study.abnormal_returns.loc[0, "AAA"], 1).replace("\u00a0", " ") in sentence
    assert "None of the 250 sessions" in sentence


def test_the_headline_says_where_the_articles_and_the_close_part():
    case = made_up_case()
    first, *others = case.dossier.moves
    apart = replace(first, symbol="BBB", printed="-50", qualifier="nearly")
    told = replace(case, dossier=replace(case.dossier, moves=(first, apart, *others)))
    title = overview.finding(told)[0].replace("\u00a0", " ")
    assert title == "Beta fell nearly 50 %, said The One; it closed 10.0 % lower"
    card = cover(overview.view(told))
    assert card.title == "Reported against measured"
    assert [row.label for row in card.content.rows[:2]] == ["Beta", "Alpha <b>"]
    assert overview.finding(case)[0].startswith("Alpha <b> fell")


def test_the_strip_counts_the_verdicts_of_the_articles():
    counts = overview.tally(made_up_case()).counts
    assert sum(number for _, number in counts) == len(made_up_case().featured)


def test_indexed_prices_stand_at_100_before_the_event():
    line = overview.price_chart(made_up_case()).panels[0].series[0]
    assert line.values[9] == pytest.approx(100)
    assert line.values[10] == pytest.approx(100 * (1 + FALL))


def test_the_drawn_path_is_the_study_to_the_last_digit():
    case = made_up_case()
    start, times = case.design.event_window.start, case.design.event_window.event_time
    path = [case.study.car(Window(start, int(t))).at["AAA", "car"] for t in times]
    drawn = overview.view(case).exhibits["car-paths"].content
    assert isinstance(drawn, Chart)
    assert drawn.panels[0].series[0].values == pytest.approx(path, abs=1e-15)
    assert column(drawn, case.name("AAA")) == pytest.approx(path, abs=1e-15)


def test_claims_keep_a_row_each_and_articles_without_a_figure_too():
    shown = overview.view(made_up_case()).exhibits
    assert len(column(shown["claims"].content, "Claim")) == 3
    assert column(shown["silent"].content, "On prices") == ("no figure reported",)


def test_outlet_verdict_and_reason_of_a_claim_are_columns_of_their_own():
    case = made_up_case()
    table = claims.claims_table(case.studies.checks, case)
    assert column(table, "Source")[0] == "The One"
    assert {badge.word for badge in column(table, "Verdict")} <= {v.label for v in VERDICTS.values()}
    assert all(column(table, "Reason"))


def test_a_claim_stands_with_its_note_and_leads_to_its_text_or_says_that_none_is_known():
    case = made_up_case()
    move = replace(case.dossier.moves[0], note="As the bell rang.", link="https://example.org/a")
    checks = [replace(case.studies.checks[0], reported=one) for one in (move, replace(move, link=""))]
    table = claims.claims_table(checks, case)
    assert column(table, "Note") == ("As the bell rang.",) * 2
    assert column(table, "Source") == (To("The One", "https://example.org/a"), "The One")
    assert column(table, "Text") == ("", "no link known")
    assert column(table, "Link") == ("https://example.org/a", "")


def test_every_verdict_has_a_look_and_no_two_share_an_icon():
    looks = [claims.badge(key) for key in VERDICTS]
    assert len({look.icon for look in looks}) == len(VERDICTS)
    assert "•" not in {look.icon for look in looks}
    assert all(isinstance(look, Badge) for look in looks)


def test_a_stand_in_is_named():
    assert "Gamma (CCC) is shown through CCR" in told(overview.view(made_up_case()))


def test_an_event_that_nobody_reported_on_has_its_prices_all_the_same():
    silent = replace(made_up_dossier(), moves=(), facts=(), articles=())
    case = replace(made_up_case(), dossier=silent)
    said = told(overview.view(case))
    assert "Did it last?" in said
    assert "Claim by claim" not in said
    assert "No claim about prices is kept" in told(reported.view(case))


def test_texts_without_a_figure_are_no_claims():
    case = made_up_case()
    title = claims.claims_table(case.studies.checks, case).title
    assert title.startswith("4 claims about prices")
    assert "1 text without a figure" in title


def test_one_firm_is_named_and_is_no_average():
    title, words = reaction.finding(made_up_case(symbols=("BBB",)))
    assert re.match(r"On \d+\s\w{3}\s\d{4} Beta fell", title)
    assert "1 of 1" not in words
    assert "average" not in title


@pytest.mark.parametrize(
    ("choices", "rows"),
    [({}, 5), ({"source": "one"}, 3), ({"verdict": "no_figure"}, 1), ({"source": "two"}, 1)],
)
def test_claims_can_be_filtered(choices: dict[str, str], rows: int):
    assert len(reported.chosen(made_up_case(**choices))) == rows


def test_a_filter_that_leaves_nothing_says_what_to_do():
    view = reported.view(made_up_case(source="two", verdict="confirmed"))
    assert "No claim of The Two has this verdict" in told(view)
    notes = [block for section in view.sections for block in section.blocks if isinstance(block, Note)]
    links = [note.link for note in notes if note.link]
    assert [link.choices for link in links] == [made_up_case().choices] * 2
    assert not charts(view)


def test_parts_add_up_to_the_return():
    case = made_up_case(car_window=Window(0, 1))
    assert reaction.parts(case).sum(axis=1).to_numpy() == pytest.approx(
        case.study.returns.loc[0:1].sum().to_numpy()
    )


def test_methodology_is_shown_when_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "method.md").write_text("# How it works\n\nBy *counting*.\n")
    monkeypatch.setattr(method, "METHODOLOGY", tmp_path / "method.md")
    method.methodology.cache_clear()
    view = method.view(made_up_case())
    method.methodology.cache_clear()
    assert view.title == "How it works"
    assert "counting" in told(view)
