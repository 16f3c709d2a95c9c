"""What an operator sees: counts and ages, a line per request, and who is answered at all."""

from __future__ import annotations

import logging
import re

import pytest

from analysis.market.errors import StoreError
from dashboard.web import Rights, create_app
from dashboard.web.server import CALLBACKS
from dashboard.web.watch import written
from tests.dashboard.newsdesk import SLUG, MadeUpSource, at


@pytest.fixture(scope="module")
def client():
    return create_app(
        MadeUpSource(), metrics=True, hosts=["localhost", "news.example", "::1"]
    ).server.test_client()


def test_figures_are_there_only_when_asked_for():
    assert create_app(MadeUpSource()).server.test_client().get("/metrics").status_code == 404


def test_requests_and_seconds_are_counted_by_route_without_names_of_events(client):
    for address in (at("/reaction"), at("/reaction"), "/nowhere"):
        client.get(address)
    told = client.get("/metrics").text
    assert 'aftershock_requests_total{route="/e/<event>/reaction",status="200"} 2\n' in told
    assert 'aftershock_requests_total{route="none",status="404"} 1\n' in told
    assert re.search(r'aftershock_request_seconds_total\{route="/e/<event>/reaction"\} \d', told)
    assert SLUG not in told


def test_every_line_is_a_sample_of_prometheus(client):
    client.get(at("/"))
    lines = client.get("/metrics").text.splitlines()
    assert lines
    names = [line.partition(" ")[0].partition("{")[0] for line in lines if line[0] != "#"]
    heads = [line for line in lines if line[0] == "#"]
    expected = [f"# {what} {name} " for name in dict.fromkeys(names) for what in ("HELP", "TYPE")]
    assert [head[: len(start)] for head, start in zip(heads, expected, strict=True)] == expected
    for line in lines:
        if line[0] == "#":
            continue
        assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [-+.e\d]+', line), line
    assert any(line.startswith("aftershock_prices_age_days") for line in lines)
    assert any(line.startswith('aftershock_waiting{queue="pages"} 0') for line in lines)


def test_figures_outlive_the_store(client, monkeypatch):
    assert "aftershock_store_up 1\n" in client.get("/metrics").text
    monkeypatch.setattr(MadeUpSource, "status", _gone)
    told = client.get("/metrics")
    assert told.status_code == 200
    assert "aftershock_store_up 0\n" in told.text
    assert "aftershock_requests_total" in told.text
    assert "aftershock_prices_age_days" not in told.text


def test_that_the_process_lives_is_told_without_the_prices(monkeypatch):
    for name in ("notice", "status", "ready", "snapshots", "market"):
        monkeypatch.setattr(MadeUpSource, name, _asked)
    assert create_app(MadeUpSource()).server.test_client().get("/health").status_code == 200


def _asked(source, *given):
    raise AssertionError("a store that hangs would keep whoever asks")


def _gone(source):
    raise StoreError("the file is gone")


def test_a_label_cannot_break_out():
    told = written([("aftershock_working", {"b": 'x"\n\\'}, 1)])
    assert told.splitlines()[2:] == ['aftershock_working{b="x\\"\\n\\\\"} 1']


def test_every_request_is_one_line_of_the_log(client, caplog):
    with caplog.at_level(logging.INFO, "aftershock.access"):
        client.get(at("/reaction") + "?car=0..1")
        client.get("/no%0Awhere")
        client.post(CALLBACKS, data=b"{}")
    lines = [record.getMessage() for record in caplog.records if record.name == "aftershock.access"]
    assert len(lines) == 3
    assert re.fullmatch(rf"127\.0\.0\.1 GET {at('/reaction')} 200 \d+ \d+\.\d{{3}}", lines[0])
    assert "GET /no%0Awhere 404" in lines[1]


def test_below_a_path_each_request_is_one_line_too_with_the_path_as_it_was_asked(monkeypatch, caplog):
    monkeypatch.setenv("AFTERSHOCK_PREFIX", "/shock")
    client = create_app(MadeUpSource(), hosts=["localhost"]).server.test_client()
    asked = {
        "/": 302,
        "/shock": 302,
        "/elsewhere": 404,
        "/shock/health": 200,
        "/health": 200,
        "/sh%C3%B6ck": 404,
    }
    with caplog.at_level(logging.INFO, "aftershock.access"):
        for path, status in asked.items():
            assert client.get(path).status_code == status
        client.get("/shock/health", headers={"Host": "evil.example"})
    lines = [record.getMessage().split()[1:4] for record in caplog.records if "access" in record.name]
    assert lines == [["GET", path, str(status)] for path, status in asked.items()] + [
        ["GET", "/shock/health", "400"]
    ]


@pytest.mark.parametrize("host", ["localhost:8050", "news.example", "NEWS.example:443", "[::1]:8050"])
def test_the_server_answers_to_its_names(client, host):
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[::2]"])
def test_other_names_are_refused(client, host):
    assert client.get("/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", [CALLBACKS, "/new/keep"])
def test_what_is_only_sent_to_is_no_page_that_is_missing(path):
    answer = create_app(MadeUpSource(), rights=Rights("open")).server.test_client().get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_check_of_no_event_is_not_found(client):
    assert client.get("/check/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/health", at("/"), f"/check/{SLUG}"])
def test_a_wrong_method_is_told_the_right_ones(client, path):
    answer = client.delete(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/_nowhere", "/newsroom", "/embed/x", "/assets", "/download/x", "/metrics/x"]
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404
