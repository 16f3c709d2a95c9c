"""What is sent as finished HTML is what the components say, escaped; what is operated stays a component."""

from __future__ import annotations

import re
from html import unescape

import pytest
from dash import dcc, html

from dashboard.render.exhibits import descendants
from dashboard.render.markup import frozen, markup
from dashboard.views import PAGES
from tests.dashboard.newsdesk import made_up_case


def test_texts_and_attributes_are_escaped():
    written = markup(html.Div(["<b>&", html.A("x", href='"><script>')], className="a"))
    assert written == '<div class="a">&lt;b&gt;&amp;<a href="&quot;&gt;&lt;script&gt;">x</a></div>'


def test_a_flag_is_written_only_where_it_is_set():
    options = [html.Option("A", selected=True), html.Option("B", selected=False)]
    assert markup(options) == "<option selected>A</option><option>B</option>"


def test_markdown_is_written_without_its_html():
    assert (
        markup(dcc.Markdown("**bold** <b>")) == '<div class=""><p><strong>bold</strong> &lt;b&gt;</p>\n</div>'
    )


def test_a_table_becomes_the_text_of_its_frame():
    table = html.Table(html.Tr([html.Th("a"), html.Td("b")]))
    frame = frozen(html.Div(table, id="frame", className="frame"))
    assert (frame.id, frame.className, frame.children) == ("frame", "frame", None)
    assert getattr(frame, "data-html") == "<table><tr><th>a</th><td>b</td></tr></table>"


def test_a_word_alone_stays_as_it_is():
    assert frozen(html.P("word", id="x")).children == "word"


@pytest.mark.parametrize(
    "operated",
    [
        dcc.Link(html.B("away"), href="/"),
        html.Select(html.Option("one"), id="choice"),
        html.Details([html.Summary("more"), html.Div(html.P("text"))]),
        dcc.Graph(id="graph"),
    ],
    ids=["link", "choice", "part that opens", "chart"],
)
def test_what_is_operated_keeps_its_element(operated):
    inside = frozen(html.Div([html.P("before"), operated])).children
    assert type(inside[1]) is type(operated)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_nothing_of_a_page_is_lost(page):
    case = made_up_case()
    whole, sent = page.layout(case), frozen(page.layout(case))
    assert thawed(sent) == markup(whole)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_few_components_are_left_for_dash_to_ask(page):
    whole, sent = page.layout(made_up_case()), frozen(page.layout(made_up_case()))
    tables = [part for part in descendants(sent) if isinstance(part, html.Td)]
    assert not tables
    assert len(list(descendants(sent))) <= len(list(descendants(whole)))


def thawed(parts):
    """The HTML of a page after its finished parts were put into place."""
    return re.sub(r' data-html="([^"]*)"([^>]*)>', lambda m: f"{m[2]}>{unescape(m[1])}", markup(parts))
