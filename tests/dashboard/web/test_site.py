"""Every address has an answer, and the choices above a page are those that the address knows."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from analysis.claims.reported import Dossier, ReportedMove
from analysis.market.errors import DataError
from analysis.market.events import Window
from dashboard.views import choices, method, overview, robustness
from dashboard.views.choices import Choices
from dashboard.views.content import Credit, View
from dashboard.views.pages import BY_PATH, OUTSIDE, PAGES
from dashboard.views.tables import Column, Table
from dashboard.web import controls, create_app, shell
from dashboard.web.site import Site
from tests.dashboard.newsdesk import DAY, INSTRUMENTS, SLUG, MadeUpSource, at, found, made_up_case, text

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)


def plain(component: object) -> str:
    return text(component).replace("\u00a0", " ")


def written(component: object) -> str:
    """The finished HTML inside components."""
    own = getattr(component, "data-html", None) or ""
    parts = component if isinstance(component, list) else getattr(component, "children", None) or []
    return own + "".join(map(written, parts if isinstance(parts, list) else [parts]))


def test_pages_are_made_once_per_view(monkeypatch):
    made = []
    view = overview.view
    monkeypatch.setattr(overview, "view", lambda case: made.append(case) or view(case))
    site = Site(MadeUpSource())
    one, other = (site.answer(at("/"), "").body for _ in range(2))
    assert plain(one) == plain(other)
    assert len(made) == 1


def test_what_a_kept_page_says_is_kept_as_long(monkeypatch):
    made = []
    view = method.view
    monkeypatch.setattr(method, "view", lambda case: made.append(case) or view(case))
    site = Site(MadeUpSource())
    for last in (*range(20), 0):
        site.view(method.PATH, Choices(SLUG, car_window=Window(0, last)))
    assert len(made) == 20


def test_views_of_one_design_read_one_market_however_often_the_source_makes_it_anew():
    class Anew(MadeUpSource):
        def market(self, event, snapshot=None):
            return replace(super().market(event, snapshot))

    site = Site(Anew())
    one, other = (site.case(Choices(SLUG, target=target)) for target in ("", "BBB"))
    assert one.market is other.market is one.studies.market


def test_a_second_opinion_comes_after_its_page_and_is_in_its_files():
    app = create_app(MadeUpSource())
    site, client = Site(MadeUpSource()), app.server.test_client()
    place = f"/table/{SLUG}/robustness/second-opinion"
    body = written(site.body(robustness.PATH, Choices(SLUG)))
    assert ("some seconds" in body, "No second opinion" in body) == (True, False)
    assert "No second opinion" in client.get(place).get_data(as_text=True)
    assert client.get(place.replace("second", "third")).status_code == 404
    whole = site.whole(robustness.PATH, Choices(SLUG))
    assert whole == robustness.view(site.case(Choices(SLUG)))


def test_a_file_of_a_page_waits_for_none_of_its_later_parts(monkeypatch):
    monkeypatch.setattr(Site, "part", lambda *asked: pytest.fail("nobody asked for it"))
    client = create_app(MadeUpSource()).server.test_client()
    assert client.get(f"/download/{SLUG}/robustness/influence-table.csv").status_code == 200


@pytest.mark.parametrize("address", ["/nowhere", "/reaction", "/e/shock-2021", "/e//", "/e/shock-2021/data"])
def test_unknown_address_says_so_and_lists_the_events(address):
    answer = Site(MadeUpSource()).answer(address, "")
    assert answer.status == 404
    assert f"Nothing is kept at {address}:" in plain(answer.body)
    assert 'href="/e/shock-2021/">A shock</a>' in written(answer.body)


def test_an_unknown_event_is_a_page_that_lists_those_there_are():
    answer = Site(MadeUpSource()).answer("/e/nonsense/reaction", "")
    assert answer.status == 404
    assert "There is no event “nonsense”." in plain(answer.body)
    assert 'href="/e/shock-2021/">A shock</a>' in written(answer.body)


def test_an_event_whose_file_is_broken_says_what_is_wrong():
    class Source(MadeUpSource):
        def dossier(self, slug):
            if slug == "broken":
                raise DataError("broken.toml: event: missing")
            return super().dossier(slug)

    answer = Site(Source()).answer("/e/broken/", "")
    assert answer.status == 404
    assert "The event “broken” cannot be shown: broken.toml: event: missing" in plain(answer.body)


def test_an_event_that_is_in_no_list_has_its_pages():
    class Source(MadeUpSource):
        def dossier(self, slug):
            return super().dossier(SLUG if slug == "x7Qp" else slug)

    answer = Site(Source()).answer("/e/x7Qp/reaction", "")
    assert answer.status == 200
    assert 'href="/download/x7Qp/reaction/' in written(answer.body)


def test_a_page_outside_events_is_a_module_in_a_registry(monkeypatch):
    class Greeting:
        PATH, TITLE, KEYS = "/hello", "Hello", ("who",)

        @staticmethod
        def view(source, asked):
            table = Table("Names", (Column("Name", (asked.get("who", "nobody"),)),), "names")
            credit = Credit("nobody", "", DAY)
            return View("", f"Hello {asked.get('who')}", "", (table,), (), credit)

    monkeypatch.setitem(OUTSIDE, "/hello", Greeting)
    client = create_app(MadeUpSource()).server.test_client()
    assert client.get("/hello?who=you").status_code == 200
    answer = Site(MadeUpSource()).answer("/hello", "?who=you")
    assert (answer.title, answer.headline) == ("Hello", "Hello you")
    assert 'href="/download/hello/names.csv"' in written(answer.body)
    assert "you" in client.get("/download/hello/names.csv?who=you").text
    menu = shell.navigation("/hello", None, SLUG)
    assert re.findall('href="(.+?)"', menu) == [*OUTSIDE, "/method", "/data"]


def test_ignored_choices_are_said_on_the_page():
    assert "magic" in plain(Site(MadeUpSource()).answer(at("/"), "?model=magic").body)


@pytest.mark.parametrize(
    ("error", "word"), [(DataError("AAA: no bars"), "Alpha <b>: no bars"), (KeyError("secret"), "log")]
)
def test_a_page_that_cannot_be_made_says_why_or_where_to_look(error, word, monkeypatch):
    def view(case):
        raise error

    monkeypatch.setattr(BY_PATH["/"], "view", view)
    words = plain(Site(MadeUpSource()).answer(at("/"), "").body)
    assert word in words
    assert "secret" not in words


def test_an_impossible_combination_leaves_the_controls_to_change_it():
    answer = Site(MadeUpSource()).answer(at("/reaction"), "?window=-10..400")
    assert "needs 400 sessions" in plain(answer.body)
    assert "Event window" in plain(answer.body)
    assert "or press Reset" in plain(answer.body)


class NothingToStudy(MadeUpSource):
    """The made-up event with a firm and a claim that have no bars."""

    def dossier(self, slug: str) -> Dossier:
        move = ReportedMove("1", "one", True, "NONE", DAY, "close", printed="-10")
        known = replace(INSTRUMENTS["NONE"], group="articles")
        return replace(super().dossier(slug), instruments=(known,), moves=(move,))


@pytest.mark.parametrize("source", [MadeUpSource, NothingToStudy])
@EVERY_PAGE
def test_what_cannot_be_studied_leaves_every_page_with_a_message(page, source):
    asked = "?car=0..500" if source is MadeUpSource else ""
    answer = Site(source()).answer(at(page.PATH), asked)
    assert answer.status == 200
    assert answer.body


@pytest.mark.parametrize("path", ["/inference", "/robustness", "/since"])
def test_where_no_firm_has_bars_a_page_says_what_brings_them(path):
    words = plain(Site(NothingToStudy()).answer(at(path), "").body)
    assert "no prices" in words
    assert "What to do: fetch prices" in words
    assert "press Reset" not in words


@EVERY_PAGE
def test_every_page_has_one_heading_of_the_first_level(page):
    assert written(Site(MadeUpSource()).answer(at(page.PATH), "").body).count("<h1") == 1


@EVERY_PAGE
def test_a_screen_reader_hears_what_a_chart_shows(page):
    body = Site(MadeUpSource()).answer(at(page.PATH), "").body
    frames = [div for div in found(body, "Div") if getattr(div, "className", "") == "plot"]
    assert len(frames) == len(found(body, "Graph"))
    ids = {getattr(part, "id", None) for kind in ("H3", "P") for part in found(body, kind)}
    for frame in frames:
        named = getattr(frame, "aria-labelledby", "").split()
        assert getattr(frame, "aria-label", "") or (named and set(named) <= ids)


@EVERY_PAGE
def test_few_components_are_left_for_dash_to_ask(page):
    body = Site(MadeUpSource()).answer(at(page.PATH), "").body
    assert [part for kind in ("Table", "Td", "Option", "Li") for part in found(body, kind)] == []


def test_every_exhibit_can_be_taken_away_and_its_address_is_served():
    client = create_app(MadeUpSource()).server.test_client()
    for page in PAGES:
        body = written(Site(MadeUpSource()).answer(at(page.PATH), "").body)
        addresses = re.findall(r'href="(/download/[^"]+\.csv)"', body)
        assert len(addresses) == len(page.view(made_up_case()).exhibits)
        assert {client.get(address).status_code for address in addresses} <= {200}


def test_navigation_marks_the_page_and_carries_the_choices():
    menu = shell.navigation("/", Choices(SLUG, model="constant_mean"), "other")
    marks = re.findall('aria-current="(.+?)"', menu)
    assert [mark == "page" for mark in marks] == [page.PATH == "/" for page in PAGES]
    assert [html.unescape(href) for href in re.findall('href="(.+?)"', menu)][1:] == [
        *(f"/e/{SLUG}{page.PATH}?model=constant_mean" for page in PAGES[1:6]),
        f"/data?event={SLUG}&model=constant_mean",
        f"/method?event={SLUG}&model=constant_mean",
    ]


def test_a_control_lists_its_choices_and_marks_the_chosen_one():
    bar = controls.bar(made_up_case(model="constant_mean"), ("model", "window"), "/reaction")
    assert re.findall(r'value="([^"]+)" selected', written(bar)) == ["constant_mean", "-10..10"]


@pytest.mark.parametrize("key", list(controls.CONTROLS))
def test_every_control_writes_a_key_that_the_address_knows(key):
    assert key in {"snapshot", *(field.key for field in choices.FIELDS)}
    assert f'"{key}"' in str(controls.CONTROLS[key](made_up_case()).to_plotly_json()).replace("'", '"')


@EVERY_PAGE
def test_every_list_and_field_of_choices_has_a_label(page):
    bar = controls.bar(made_up_case(), page.CONTROLS, page.PATH)
    fields = [*found(bar, "Select"), *found(bar, "Input")]
    assert {label.htmlFor for label in found(bar, "Label")} == {one.id for one in fields}


def test_what_another_choice_forbids_cannot_be_chosen_and_says_why():
    bar = written(controls.bar(made_up_case(source="two"), ("verdict", "estimation", "model"), "/reported"))
    assert "Confirmed (no claim)</option>" in bar
    assert 'value="-500..-11" disabled="">[−500, −11] (320 sessions are there before day 0)' in bar
    assert 'value="" selected="">All verdicts' in bar
    assert "(no prices of" in bar


@pytest.mark.parametrize("key", ["model", "benchmark", "window", "estimation", "car"])
def test_nothing_that_the_menu_offers_is_refused(key):
    bar = written(controls.CONTROLS[key](made_up_case()))
    offered = [
        value for value, more in re.findall(r'<option value="([^"]*)"([^>]*)>', bar) if "disabled" not in more
    ]
    assert offered
    site = Site(MadeUpSource())
    for value in offered:
        body = text(site.answer(at("/reaction"), f"?{key}={value}").body)
        assert "This combination cannot be computed" not in body, value
