"""Only what differs between two renderings is sent, and it turns the one into the other."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from dash import dcc, html

from dashboard.views.pages import PAGES
from dashboard.web import changes as module
from dashboard.web.changes import changes
from dashboard.web.components import graphs
from dashboard.web.site import Site
from tests.dashboard.newsdesk import MadeUpSource, at, text


def test_doctests_print_what_they_say():
    assert doctest.testmod(module).failed == 0


def test_equal_pages_need_nothing():
    assert changes([html.P("same", id="x")], [html.P("same", id="x")]) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([html.P("a")], [html.P("b")]),
        ([html.P("a", id="x")], [html.H1("a", id="x")]),
        ([html.P("a", id="x")], [html.P("a", id="y")]),
        ([html.P("a", id="x")], [html.P("a", id="x"), html.P("b", id="z")]),
    ],
    ids=["no id", "other kind", "other id", "one more"],
)
def test_what_no_id_can_reach_is_replaced_as_a_whole(old, new):
    assert changes(old, new) is None


def test_a_change_goes_to_the_nearest_id():
    old = html.Div(
        [html.P([html.B("1"), "x"], id="inner"), dcc.Graph(id="g", figure={"data": [1]})], id="outer"
    )
    new = html.Div(
        [html.P([html.B("2"), "x"], id="inner"), dcc.Graph(id="g", figure={"data": [2]})], id="outer"
    )
    found: Any = changes(old, new)
    assert text(found["inner"]["children"]) == "2 x"
    assert found["g"] == {"figure": {"data": [2]}}
    assert found.keys() == {"inner", "g"}


def test_a_property_that_is_gone_is_unset():
    assert changes(html.P("a", id="x", title="t"), html.P("a", id="x")) == {"x": {"title": None}}


@pytest.mark.parametrize("query", ["?model=constant_mean", "?car=0..1", "?benchmark=OTHER", "?window=-5..5"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_a_choice_redraws_charts_in_place(page, query):
    site = Site(MadeUpSource())
    found = changes(site.answer(at(page.PATH), "").body, site.answer(at(page.PATH), query).body)
    assert found is not None
    replaced = {name: new["children"] for name, new in found.items() if "children" in new}
    assert [name for name, new in replaced.items() if graphs(new)] == []


def test_ids_of_a_page_are_unique():
    for page in PAGES:
        ids = _ids(Site(MadeUpSource()).answer(at(page.PATH), "").body)
        assert len(ids) == len(set(ids))


def _ids(component: Any) -> list[str]:
    if isinstance(component, list | tuple):
        return [found for part in component for found in _ids(part)]
    if not hasattr(component, "to_plotly_json"):
        return []
    own = [component.id] if getattr(component, "id", None) else []
    return own + _ids(getattr(component, "children", None))
