"""Pages hold what the analysis says, and every address has an answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.market.errors import DataError
from analysis.market.events import Window
from analysis.models.normal_returns import NORMAL_RETURNS
from dashboard.render import theme
from dashboard.render.exhibits import descendants
from dashboard.views import BY_PATH, PAGES, method, overview, reaction, reported
from dashboard.web import controls, shell, state
from dashboard.web.site import Site
from tests.dashboard.newsdesk import FALL, MadeUpSource, found, made_up_case, made_up_dossier, text


def plain(component: object) -> str:
    return text(component).replace("\u00a0", " ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_page_is_made_and_has_one_heading_of_the_first_level(page):
    body = page.layout(made_up_case())
    assert len(found(body, "H1")) == 1


def spoken(frame, body):
    """What a screen reader says of a chart: its label, or the words that its label points to."""
    named = getattr(frame, "aria-labelledby", "").split()
    by_id = {getattr(part, "id", None): part for part in descendants(body)}
    return getattr(frame, "aria-label", "") or " ".join(plain(by_id[name]) for name in named)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_chart_has_words_for_those_who_cannot_see_it(page):
    body = page.layout(made_up_case())
    for figure in found(body, "Figure"):
        assert found(figure, "Table")
    frames = [div for div in found(body, "Div") if getattr(div, "className", "") == "plot"]
    assert len(frames) == len(found(body, "Graph"))
    assert all(spoken(frame, body) for frame in frames)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_table_has_a_caption_and_scoped_headers(page):
    for table in found(page.layout(made_up_case()), "Table"):
        assert text(found(table, "Caption"))
        assert all(header.scope in ("col", "row") for header in found(table, "Th"))


@pytest.mark.parametrize("model", ["market_model", "constant_mean"])
def test_reaction_says_when_the_chosen_model_misleads(model):
    assert NORMAL_RETURNS[model].caution in plain(reaction.layout(made_up_case(model=model))[1])


def test_finding_says_the_close_and_the_abnormal_return():
    case = made_up_case()
    sentence = plain(overview.finding(case))
    assert "Alpha <b> closed −10.00 %" in sentence
    assert plain([theme.percent(case.study.abnormal_returns.loc[0, "AAA"])]) in sentence
    assert "None of the 250 sessions" in sentence


def test_indexed_prices_stand_at_100_before_the_event():
    line = overview.indexed(made_up_case(), "AAA")
    assert line.values[9] == pytest.approx(100)
    assert line.values[10] == pytest.approx(100 * (1 + FALL))


def test_claims_keep_a_row_each_and_articles_without_a_figure_too():
    body = overview.layout(made_up_case())
    tables = {getattr(table, "id", None): table for table in found(body, "Table")}
    assert len(found(tables["claims"].children[-1], "Tr")) == 3
    assert "no figure reported" in plain(tables["silent"])


def test_a_stand_in_is_named():
    assert "Gamma (CCC) is shown through CCR" in plain(overview.layout(made_up_case()))


def test_pages_are_made_once_per_view(monkeypatch):
    made = []
    layout = overview.layout
    monkeypatch.setattr(overview, "layout", lambda case: made.append(case) or layout(case))
    site = Site(MadeUpSource())
    one, other = (site.answer("/", "").body for _ in range(2))
    assert plain(one) == plain(other)
    assert len(made) == 1


def test_unknown_address_says_so():
    answer = Site(MadeUpSource()).answer("/nowhere", "")
    assert answer.status == 404
    assert "/nowhere" in plain(answer.body)


def test_ignored_choices_are_said_on_the_page():
    assert "magic" in plain(Site(MadeUpSource()).answer("/", "?model=magic").body)


@pytest.mark.parametrize(
    ("error", "word"), [(DataError("AAA: no bars"), "AAA: no bars"), (KeyError("secret"), "log")]
)
def test_a_page_that_cannot_be_made_says_why_or_where_to_look(error, word, monkeypatch):
    def layout(case):
        raise error

    monkeypatch.setattr(BY_PATH["/"], "layout", layout)
    words = plain(Site(MadeUpSource()).answer("/", "").body)
    assert word in words
    assert "secret" not in words


def test_an_impossible_combination_leaves_the_controls_to_change_it():
    answer = Site(MadeUpSource()).answer("/reaction", "?window=-10..400")
    assert "needs 400 sessions" in plain(answer.body)
    assert "Event window" in plain(answer.body)
    assert "or press Reset" in plain(answer.body)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_what_cannot_be_studied_leaves_every_page_with_a_message(page):
    answer = Site(MadeUpSource()).answer(page.PATH, "?symbols=NONE")
    assert answer.status == 200
    assert answer.body


def test_an_event_that_nobody_reported_on_has_its_prices_all_the_same():
    silent = replace(made_up_dossier(), moves=(), facts=(), articles=())
    case = replace(made_up_case(), dossier=silent)
    words = plain(overview.layout(case))
    assert "Did it last?" in words
    assert "Claim by claim" not in words
    assert "No claim about prices is kept" in plain(reported.layout(case))


def test_texts_without_a_figure_are_no_claims():
    case = made_up_case()
    caption = plain(found(reported.claims_part(case, case.studies.checks), "Caption"))
    assert "4 claims about prices" in caption
    assert "1 text without a figure" in caption


def test_one_firm_is_named_and_is_no_average():
    words = plain(reaction.finding(made_up_case(symbols=("BBB",))))
    assert re.match(r"A shock On \d+ \w{3} \d{4} Beta moved", words)
    assert "1 of 1" not in words
    assert "average" not in words


def test_navigation_marks_the_page_and_carries_the_choices():
    items = found(shell.navigation("/", "?model=constant_mean"), "Li")
    assert [getattr(item, "aria-current") == "page" for item in items] == [page.PATH == "/" for page in PAGES]
    assert all(link.href.endswith("?model=constant_mean") for link in found(items, "Link"))


@pytest.mark.parametrize(
    ("choices", "rows"),
    [({}, 5), ({"source": "one"}, 3), ({"verdict": "no_figure"}, 1), ({"source": "two"}, 1)],
)
def test_claims_can_be_filtered(choices, rows):
    assert len(reported.chosen(made_up_case(**choices))) == rows


def test_a_filter_that_leaves_nothing_says_what_to_do():
    words = plain(reported.layout(made_up_case(source="two", verdict="confirmed")))
    assert "No claim fits this filter" in words


def test_parts_add_up_to_the_return():
    case = made_up_case(car_window=Window(0, 1))
    assert reaction.parts(case).sum(axis=1).to_numpy() == pytest.approx(
        case.study.returns.loc[0:1].sum().to_numpy()
    )


def test_methodology_is_shown_when_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "method.md").write_text("# How it works\n\nBy *counting*.\n")
    monkeypatch.setattr(method, "METHODOLOGY", tmp_path / "method.md")
    method.methodology.cache_clear()
    body = method.layout(made_up_case())
    method.methodology.cache_clear()
    assert plain(found(body, "H1")) == "How it works"
    assert "counting" in plain(body)


def test_a_control_lists_its_choices_and_marks_the_chosen_one():
    bar = controls.bar(made_up_case(model="constant_mean"), ("model", "window"), "/reaction")
    chosen = [option.value for option in found(bar, "Option") if option.selected]
    assert chosen == ["constant_mean", "-10..10"]


@pytest.mark.parametrize("key", list(controls.CONTROLS))
def test_every_control_writes_a_key_that_the_address_knows(key):
    assert key in {"snapshot", *(field.key for field in state.FIELDS)}
    assert f'"{key}"' in str(controls.CONTROLS[key](made_up_case()).to_plotly_json()).replace("'", '"')


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_list_and_field_of_choices_has_a_label(page):
    bar = controls.bar(made_up_case(), page.CONTROLS, page.PATH)
    fields = [*found(bar, "Select"), *found(bar, "Input")]
    assert {label.htmlFor for label in found(bar, "Label")} == {one.id for one in fields}
