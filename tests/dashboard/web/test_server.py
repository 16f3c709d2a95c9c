"""The server as others meet it: headers, compression, plain errors."""

from __future__ import annotations

import re
import subprocess
import sys

import brotli
import pytest
from flask import Flask

from dashboard.render import packed
from dashboard.views.pages import EVERY_EVENT, OUTSIDE, PAGES
from dashboard.web import create_app
from dashboard.web.server import (
    CALLBACKS,
    DRAWING,
    FOR_EVER,
    LARGEST_REQUEST,
    MOST_COMPRESSED,
    PLOTLY,
    Compressed,
    drawing,
    harden,
)
from tests.dashboard.newsdesk import SLUG, MadeUpSource, at


@pytest.fixture(scope="module")
def client():
    return create_app(MadeUpSource()).server.test_client()


def test_page_carries_the_security_headers(client):
    headers = client.get(at("/")).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_no_foreign_address_in_the_page(client):
    page = client.get(at("/")).text
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_page_is_compressed(client, encoding):
    assert client.get(at("/"), headers={"Accept-Encoding": encoding}).headers["Content-Encoding"] == encoding


@pytest.mark.parametrize(
    "path", [at("/"), at("/") + "?model=magic", "/data", "/assets/favicon.svg", "/assets/theme.js"]
)
def test_what_exists_is_served(client, path):
    with client.get(path) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/assets/../server.py",
        "/assets/nothing.css",
        "/assets/%2e%2e/server.py",
        "/assets/%00",
        "/_dash-component-suites/../../etc/passwd",
        "/_dash-component-suites/dash/nothing.js",
    ],
)
def test_what_does_not_exist_is_not_found(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_page_asked_for_with_a_slash_is_found(client):
    answer = client.get("/method/?event=other")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/method?event=other")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/?window=-5..5&symbols=AAA,BBB", f"/e/{SLUG}/?window=-5..5&symbols=AAA,BBB"),
        ("/?event=other", "/e/other/"),
        ("/reaction", f"/e/{SLUG}/reaction"),
        ("/reaction/?car=0..1&event=other&model=x", "/e/other/reaction?car=0..1&model=x"),
        ("/since?event=%2F..%2F%0d%0aX", "/e/%2F..%2F%0D%0AX/since"),
        ("/e/other", "/e/other/"),
        (f"/e/{SLUG}/reaction/?car=0..1", f"/e/{SLUG}/reaction?car=0..1"),
        ("/download/reaction/car-paths.csv?car=0..1", f"/download/{SLUG}/reaction/car-paths.csv?car=0..1"),
        ("/download/since/x.svg?event=other&car=0..1", "/download/other/since/x.svg?car=0..1"),
    ],
)
def test_old_addresses_lead_to_the_new_ones_with_their_query(client, old, new):
    answer = client.get(old)
    assert answer.status_code in (302, 308)
    assert answer.headers["Location"] == new


@pytest.mark.parametrize("page", [page for page in PAGES if page.PATH not in (*EVERY_EVENT, *OUTSIDE)])
def test_every_page_of_an_event_had_an_address_without_it(client, page):
    answer = client.get(page.PATH, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, f"/e/{SLUG}{page.PATH}")


@pytest.mark.parametrize("path", ["/e/nonsense/", "/e/nonsense/reaction", f"/e/{SLUG}/data", f"/e/{SLUG}/x"])
def test_a_page_of_no_event_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{}", b'{"output": 3}', b'{"output": "main.children", "inputs": "x"}', b"\xff"],
)
def test_hand_made_callback_requests_are_refused_in_one_line(client, body):
    answer = client.post(CALLBACKS, data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert len(answer.text.splitlines()) == 1


def test_huge_requests_are_refused(client):
    body = b'{"output": "' + b"x" * LARGEST_REQUEST + b'"}'
    assert client.post(CALLBACKS, data=body, content_type="application/json").status_code == 413


def test_start_imports_nothing_heavy():
    heavy = ("statsmodels", "yfinance", "scipy.stats", "sqlalchemy", "arch", "exchange_calendars")
    code = (
        "import sys; from dashboard.web import create_app; from tests.dashboard.newsdesk import MadeUpSource;"
        f"create_app(MadeUpSource()); print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def ask(client, pathname, search, shown=None, encoding=""):
    """A callback request as the page makes it."""
    outputs = [("main", "children"), ("nav", "data-html"), ("footer", "children"), ("live", "children")]
    outputs += [("title", "data"), ("shown", "data")]
    body = {
        "output": ".." + "...".join(f"{i}.{p}" for i, p in outputs) + "..",
        "outputs": [{"id": i, "property": p} for i, p in outputs],
        "inputs": [
            {"id": "url", "property": "pathname", "value": pathname},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.pathname"],
        "state": [{"id": "shown", "property": "data", "value": shown}],
    }
    return client.post(CALLBACKS, json=body, headers={"Accept-Encoding": encoding})


def test_a_page_is_answered_whole_and_then_by_what_changes(client):
    whole = ask(client, at("/reaction"), "").json["response"]
    assert whole["main"]["children"]
    change = ask(client, at("/reaction"), "?car=0..1", whole["shown"]["data"]).json
    assert "main" not in change["response"]
    assert "Over sessions 0 to +1" in change["sideUpdate"]["finding"]["data-html"]
    assert not {"car-paths-0", "car-paths-chart", "car-paths-panels"} & change["sideUpdate"].keys()


def test_a_choice_made_before_is_answered_alike_and_compressed_once(client):
    shown = ask(client, at("/reaction"), "").json["response"]["shown"]["data"]
    first, second = (ask(client, at("/reaction"), "?car=0..1", shown, "br").data for _ in range(2))
    plain = ask(client, at("/reaction"), "?car=0..1", shown).data
    assert first == second
    assert brotli.decompress(first) == plain


def test_different_choices_are_answered_differently(client):
    shown = ask(client, at("/reaction"), "").json["response"]["shown"]["data"]
    answers = [ask(client, at("/reaction"), f"?car=0..{day}", shown, "br").data for day in (1, 2, 1)]
    assert answers[0] == answers[2] != answers[1]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (at("/reaction"), [at("/"), "", None]),
        (at("/reaction"), [at("/reaction"), "", "an older snapshot"]),
        (at("/reaction"), [at("/reaction"), "?model=" + "x" * 5000, None]),
        ("/nowhere", ["/nowhere", "", None]),
    ],
    ids=["another page", "another snapshot", "too long", "no page"],
)
def test_what_cannot_be_changed_is_sent_whole(client, path, shown):
    newest = ask(client, at("/reaction"), "").json["response"]["shown"]["data"][2]
    answer = ask(
        client, path, "?car=0..1", [part or newest if i == 2 else part for i, part in enumerate(shown)]
    )
    assert answer.json["response"]["main"]["children"]


@pytest.mark.parametrize(
    ("pathname", "search", "shown"),
    [
        ({"a": 1}, "", None),
        (at("/"), [1, 2], None),
        (7, 7, 7),
        (at("/"), "", [at("/"), {}, []]),
        (at("/"), "", [at("/"), "?model=" + "x" * 5000, "made up"]),
        ("/../../etc/passwd", "?snapshot=../../etc/passwd", None),
        (at("/"), "?" + "&".join(f"k{i}=1" for i in range(400)), None),
    ],
)
def test_values_of_the_wrong_kind_give_a_message_or_a_refusal(client, pathname, search, shown):
    answer = ask(client, pathname, search, shown)
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text


def test_what_is_the_same_for_everybody_is_compressed_once():
    kept = Compressed({"br;/a.js?m=1": b"from set-up"})
    for key in ("br;", "br;/a.js?m=1", "br;/b.js"):
        kept.set(key, b"later")
    assert kept.get("br;") is None
    assert kept.get("br;/a.js?m=1") == b"from set-up"
    assert kept.get("br;/b.js") == b"later"


def test_the_oldest_compressed_answer_makes_room_for_the_newest():
    kept = Compressed({})
    for number in range(MOST_COMPRESSED + 1):
        kept.set(f"br;{number}", b"answer")
    assert kept.get("br;0") is None
    assert kept.get(f"br;{MOST_COMPRESSED}") == b"answer"


@pytest.fixture(scope="module")
def small():
    """A server whose scripts were packed at set-up."""
    server, plotly = Flask("made up"), packed.whole()
    name = plotly.name.replace(".min", "-bar-scatter-12345678.min")
    files = {name: b"all" * 200, f"br;{DRAWING}{name}": b"b", f"gzip;{DRAWING}{name}": b"g"}
    drawing(server, files)
    harden(server, (), files)
    return server.test_client(), DRAWING + name


@pytest.mark.parametrize(("encoding", "body"), [("br", b"b"), ("gzip, br;q=0.5", b"g"), ("", b"all" * 200)])
def test_the_smaller_plotly_is_sent_as_it_was_packed(small, encoding, body):
    client, address = small
    answer = client.get(PLOTLY, headers={"Accept-Encoding": encoding}, follow_redirects=True)
    assert answer.request.path == address
    assert answer.data == body
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert client.get(DRAWING + "another.js").status_code == 404


def test_the_whole_plotly_is_sent_until_the_smaller_is_there_and_to_pages_that_asked_before():
    server, files, whole = Flask("made up"), {}, packed.whole()
    drawing(server, files)
    client = server.test_client()
    assert client.get(PLOTLY, follow_redirects=True).data == whole.script
    files[whole.name.replace(".min", "-bar-scatter-12345678.min")] = b"small"
    assert client.get(PLOTLY, follow_redirects=True).data == b"small"
    assert client.get(DRAWING + whole.name).data == whole.script


def test_scripts_under_a_fingerprint_are_kept_for_ever_by_browsers(client):
    named = re.findall(r'(?:src|href)="([^"]+)"', client.get(at("/")).text)
    for address in named:
        with client.get(address) as answer:
            unnamed = address in ("/assets/favicon.svg", "/assets/theme.js")
            assert answer.headers.get("Cache-Control") == ("no-cache" if unnamed else FOR_EVER)
