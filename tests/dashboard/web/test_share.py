"""What others see of a page: its head, its card, and a chart in a frame of theirs."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace
from html import unescape

import pytest

from dashboard.render import files
from dashboard.render.pictures import Studio, browser
from dashboard.views import overview
from dashboard.views.cover import cover
from dashboard.views.pages import EVERY_EVENT, PAGES
from dashboard.web import create_app, share
from dashboard.web.server import NOBODY
from tests.dashboard.newsdesk import SLUG, MadeUpSource, at, made_up_case

PUBLIC = "https://news.example"
EMBED = f"/embed/{SLUG}/reaction/car-paths"


@pytest.fixture(scope="module")
def client():
    return create_app(MadeUpSource(), public=PUBLIC).server.test_client()


@pytest.fixture(scope="module")
def private():
    return create_app(MadeUpSource(), framers=NOBODY).server.test_client()


def head(page: str) -> dict[str, str]:
    """What the head of a page says, by name."""
    named = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    said = {name: unescape(text) for name, text in named}
    links = re.findall(r'<link rel="canonical" href="([^"]*)">', page)
    title = unescape(re.findall("<title>(.*?)</title>", page)[0])
    return said | {"title": title} | ({"canonical": unescape(links[0])} if links else {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)
def test_every_address_has_its_own_title_and_its_finding_as_description(client, page):
    said = head(client.get(at(page.PATH)).text)
    event = "" if page.PATH in EVERY_EVENT else " – A shock"
    assert said["title"] == f"{page.TITLE}{event} – Aftershock"
    assert said["description"].startswith(" ".join(page.view(made_up_case()).title.split()))
    assert len(said["description"]) <= share.LONGEST


def test_the_finding_is_that_of_the_choices(client):
    said = [head(client.get(at("/reaction") + query).text) for query in ("", "?car=0..1")]
    assert said[0]["description"] != said[1]["description"]
    assert "Over sessions 0 to +1" in said[1]["description"]


def test_with_a_public_address_a_page_has_a_canonical_link_and_a_card(client):
    said = head(client.get(at("/reaction") + "?model=constant_mean&car=0..0&colour=red").text)
    assert said["canonical"] == said["og:url"] == f"{PUBLIC}/e/{SLUG}/reaction?model=constant_mean"
    assert (said["og:title"], said["og:description"]) == (said["title"], said["description"])
    if browser():
        assert said["og:image"] == f"{PUBLIC}/card/{SLUG}/reaction/car-paths.png?model=constant_mean"
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")


def test_without_a_public_address_there_is_neither(private):
    said = head(private.get(at("/reaction")).text)
    assert not [name for name in said if name.startswith("og:") or name == "canonical"]


def test_the_canonical_link_of_a_page_outside_events_has_what_the_page_reads_alone(client):
    said = head(client.get("/claims?utm_source=mail&verdict=confirmed&q=").text)
    assert said["canonical"] == said["og:url"] == f"{PUBLIC}/claims?verdict=confirmed"
    if browser():
        assert said["og:image"] == f"{PUBLIC}/card/claims/fractions-of-the-close.png?verdict=confirmed"


@pytest.mark.parametrize(
    ("path", "card"), [("/", "events"), ("/data", f"{SLUG}/data"), ("/method", f"{SLUG}/method")]
)
def test_a_page_without_charts_has_a_card_too(client, path, card):
    said = head(client.get(path).text)
    assert (said["canonical"], said["og:description"]) == (PUBLIC + path, said["description"])
    if browser():
        assert said["og:image"] == f"{PUBLIC}/card/{card}/cover.png"
        assert said["og:image:alt"]


def test_a_page_that_is_not_there_or_cannot_be_made_says_so_in_its_head(client):
    assert head(client.get("/e/nonsense/").text)["description"] == "There is no event “nonsense”."
    impossible = head(client.get(at("/reaction") + "?window=-10..400").text)
    assert "needs 400 sessions" in impossible["description"]
    assert "Alpha" in impossible["description"]
    assert "AAA" not in impossible["description"]


def test_a_comparison_of_too_many_events_says_so_in_its_head(client):
    many = client.get("/compare?events=" + ",".join(map(str, range(51))))
    assert many.status_code == 200
    assert head(many.text)["description"].startswith("51 events are named; at most 50")


def test_what_a_head_says_cannot_leave_it(client):
    page = client.get(at("/reaction") + '?symbols="><script>alert(1)</script>').text
    assert "<script>alert" not in page


@pytest.mark.skipif(browser() is None, reason="no Chrome or Chromium")
def test_a_card_is_a_picture_of_1200_by_630_pixels():
    view = overview.view(made_up_case())
    with Studio() as studio:
        for exhibit in (cover(view), cover(replace(view, sections=()))):  # its first chart, and words
            picture = files.card(exhibit, view, "/", studio)
            assert struct.unpack(">II", picture[16:24]) == (1200, 630)


def test_cards_are_drawn_once_and_the_oldest_go(monkeypatch):
    drawn = []
    monkeypatch.setattr(files, "card", lambda exhibit, view, place, studio: drawn.append(place) or b"png")
    monkeypatch.setattr(share, "KEPT_CARDS", 2)
    client = create_app(MadeUpSource()).server.test_client()
    card = f"/card/{SLUG}/overview/reported-against-measured.png?car=0.."
    for day in "0", "0", "1", "2", "0":
        answer = client.get(card + day)
        assert (answer.mimetype, answer.data) == ("image/png", b"png")
    assert drawn == [f"/e/{SLUG}/?car=0..{day}" if day else f"/e/{SLUG}/" for day in (0, 1, 2, 0)]


@pytest.mark.parametrize(
    "path",
    [
        "/card/nonsense/reaction/car-paths.png",
        f"/card/{SLUG}/nowhere/car-paths.png",
        f"/card/{SLUG}/reaction/car-windows.png",
        "/card/claims/claims-list.png",
        "/card/nowhere/fractions-of-the-close.png",
        f"/embed/{SLUG}/reaction/car-windows",
        f"/embed/{SLUG}/nowhere/car-paths",
        "/embed/nonsense/reaction/car-paths",
    ],
)
def test_what_is_no_chart_is_404_in_one_line(client, path):
    answer = client.get(path)
    assert (answer.status_code, len(answer.text.splitlines())) == (404, 1)


def test_an_embedded_chart_carries_its_figures_its_source_and_the_way_back(client):
    page = client.get(EMBED + "?window=-5..5").text
    figures, _ = json.loads(re.findall(r'<script type="application/json" id="drawn">(.*?)</script>', page)[0])
    assert len(figures) == page.count('class="plot"') == 3
    assert max(len(trace["x"]) for trace in figures[0]["data"] if trace.get("text")) == 11
    assert "snapshot made up, prices to" in page
    assert f'href="/e/{SLUG}/reaction?window=-5..5#car-paths-chart"' in page
    assert "Alpha &lt;b&gt;" in page


def test_only_an_embedded_chart_may_be_framed(client, private):
    def framed(answer):
        return re.findall("frame-ancestors (.*)", answer.headers["Content-Security-Policy"])

    assert framed(client.get(EMBED)) == ["*"]
    assert "X-Frame-Options" not in client.get(EMBED).headers
    for answer in (client.get(at("/reaction")), client.get("/embedded"), private.get(EMBED)):
        assert framed(answer) == [NOBODY]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_listed_origins_alone_may_frame_a_chart():
    client = create_app(MadeUpSource(), framers="https://paper.example").server.test_client()
    assert (
        client.get(EMBED).headers["Content-Security-Policy"].endswith("frame-ancestors https://paper.example")
    )
