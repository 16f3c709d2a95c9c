"""Below a path of its server: every link of every page leads there, and nothing else is answered."""

from __future__ import annotations

import json
import re

import pytest

from dashboard.views.pages import EVERY_EVENT, OUTSIDE, PAGES
from dashboard.web import create_app, shell
from dashboard.web.server import CALLBACKS
from tests.dashboard.newsdesk import SLUG, MadeUpSource
from tools.load_test import question

PREFIX = "/aftershock"
PATHS = [*OUTSIDE, *EVERY_EVENT, *(f"/e/{SLUG}{page.PATH}" for page in PAGES if page.PATH not in EVERY_EVENT)]
LINK = re.compile(
    r'(?:href|src|data-copy|data-table|data-check|customdata|value)\\*"?[=:] *\[?\\*"(/[^"\\]*)'
)


@pytest.fixture(scope="module")
def mounted():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHOCK_PREFIX", PREFIX)
        shell.navigation.cache_clear()
        yield create_app(MadeUpSource(), public="https://news.example").server.test_client()
    shell.navigation.cache_clear()


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_leads_below_the_path(mounted, path):
    page = mounted.get(PREFIX + path)
    answer = mounted.post(
        PREFIX + CALLBACKS, data=question(PREFIX + path, ""), content_type="application/json"
    )
    assert (page.status_code, answer.status_code) == (200, 200)
    links = LINK.findall(page.text + json.dumps(answer.json))
    assert len(links) > 10
    assert [link for link in links if not link.startswith(PREFIX + "/")] == []
    assert re.search(rf'(canonical|og:url).*"https://news\.example{PREFIX}/', page.text)


@pytest.mark.parametrize(
    ("path", "status", "leads_to"),
    [
        ("/", 302, f"{PREFIX}/"),
        (PREFIX, 302, f"{PREFIX}/"),
        ("/health", 200, None),
        (f"{PREFIX}/health", 200, None),
        (f"{PREFIX}/reaction?car=0..1", 308, f"{PREFIX}/e/{SLUG}/reaction?car=0..1"),
        ("/data", 404, None),
        (f"{PREFIX}x/data", 404, None),
        (f"{PREFIX}{PREFIX}/data", 404, None),
    ],
)
def test_what_is_beside_the_path_is_not_answered(mounted, path, status, leads_to):
    answer = mounted.get(path)
    assert (answer.status_code, answer.headers.get("Location")) == (status, leads_to)
