"""Below a path of another site: pages, files, frames, callbacks and redirects, behind a proxy with TLS."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from tests.proxies import NAME, NGINX, OPENSSL, nginx, plain
from tools.load_test import CALLBACK, EVENT, question
from tools.serving import APPLICATION, serving

PREFIX = "/aftershock"
PROXIES = [
    pytest.param(nginx, marks=pytest.mark.skipif(not (NGINX and OPENSSL), reason="no nginx, or no openssl")),
    plain,
]
LINKED = re.compile(r'(?:href|src|data-copy|data-table|data-check)\\?["\']?[=:]\s*\\?"(/[^"\\]*)')

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, stored: Callable[[Path], str]) -> Iterator[str]:
    store = tmp_path_factory.mktemp("prefix") / "prices.db"
    with serving(
        (*APPLICATION, "--prefix", PREFIX + "/"),
        AFTERSHOCK_DATABASE_URL=stored(store),
        AFTERSHOCK_PROXIES="1",
        AFTERSHOCK_URL=f"https://{NAME}",
        AFTERSHOCK_METRICS="1",
    ) as address:
        yield address


@pytest.fixture(scope="module", params=PROXIES)
def line(
    request: pytest.FixtureRequest, served: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HTTPConnection]:
    with request.param(served, PREFIX, tmp_path_factory.mktemp("proxy")) as connection:
        yield connection
        connection.close()


def asked(line: HTTPConnection, path: str, body: str | None = None) -> tuple[HTTPResponse, str]:
    """The answer to a request, and its text."""
    headers = {"Host": NAME, "Content-Type": "application/json"}
    line.close()  # nginx may have ended a connection that was quiet while other tests ran
    line.request("POST" if body else "GET", path, body, headers)
    answer = line.getresponse()
    return answer, answer.read().decode("utf-8", "replace")


def answered(line: HTTPConnection, path: str, search: str = "", shown: Any = None) -> Any:
    """The answer to the callback of a page."""
    return json.loads(asked(line, PREFIX + CALLBACK, question(PREFIX + path, search, shown))[1])


def test_pages_lead_nowhere_else_and_what_they_need_is_there(line: HTTPConnection) -> None:
    answer, page = asked(line, f"{PREFIX}/e/{EVENT}/reaction")
    assert answer.status == 200
    assert f'<link rel="canonical" href="https://{NAME}{PREFIX}/e/{EVENT}/reaction">' in page
    frame = asked(line, f"{PREFIX}/embed/{EVENT}/reaction/car-paths")[1]
    answers = [answered(line, path) for path in (f"/e/{EVENT}/reaction", "/data")]
    linked = set(LINKED.findall(page + frame + json.dumps(answers)))
    assert all(address.startswith(PREFIX + "/") for address in linked), linked
    kinds = ("assets", "_dash-component-suites", "download", "table", "check", "_plotly", "embed", "e")
    for kind in kinds:
        found = sorted(one for one in linked if one.startswith(f"{PREFIX}/{kind}/") and ".p" not in one)
        assert found, kind
        assert asked(line, found[0])[0].status == 200, found[0]


def test_a_choice_is_answered_by_what_changes(line: HTTPConnection) -> None:
    whole = answered(line, f"/e/{EVENT}/reaction")
    change = answered(line, f"/e/{EVENT}/reaction", "?car=0..1", whole["response"]["shown"]["data"])
    assert "main" not in change["response"]
    assert "Over sessions 0 to +1" in change["sideUpdate"]["finding"]["data-html"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/reaction?car=0..1", f"/e/{EVENT}/reaction?car=0..1"),
        ("/download/reaction/car-paths.csv", f"/download/{EVENT}/reaction/car-paths.csv"),
        ("/_dash-component-suites/plotly/package_data/plotly.min.js", "/_plotly/"),
    ],
)
def test_older_addresses_lead_on_below_the_path(line: HTTPConnection, before: str, after: str) -> None:
    answer, _ = asked(line, PREFIX + before)
    assert answer.status in (302, 308)
    assert (answer.getheader("Location") or "").startswith(PREFIX + after)


def test_what_is_beside_the_path_is_not_ours_and_figures_are_not_passed_on(line: HTTPConnection) -> None:
    assert asked(line, f"{PREFIX}x/")[0].status == 404
    if "HTTPS" in type(line).__name__:
        assert asked(line, f"{PREFIX}/metrics")[0].status == 404
    assert asked(line, f"{PREFIX}/health")[0].status == 200


def test_who_asks_the_process_itself_finds_its_monitors_at_the_root(served: str) -> None:
    line = HTTPConnection(served.removeprefix("http://"))
    for path, status in (("/health", 200), ("/ready", 200), ("/metrics", 200), ("/", 302), ("/data", 404)):
        assert asked(line, path)[0].status == status, path
    line.close()


def test_the_form_for_new_events_stands_below_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.web import new_page

    monkeypatch.setenv("AFTERSHOCK_PREFIX", PREFIX)
    page = new_page.page(private=True, token=False)
    assert f'data-root="{PREFIX}"' in page
    assert all(address.startswith(PREFIX + "/") for address in LINKED.findall(page))
    script = Path(new_page.__file__).with_name("assets") / "new.js"
    assert not re.search(r'(?<!ROOT \+ )"/(?:e|new)/', script.read_text(encoding="utf-8"))
