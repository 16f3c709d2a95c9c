"""Serving, before the first page."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import app
from analysis.market.errors import DesignError
from commands.serve import (
    FRAMERS,
    OLDEST,
    PREFIX,
    PROXIES,
    PUBLIC,
    READ_ONLY,
    answered_hosts,
    asked_read_only,
    below,
    framers,
    oldest_prices,
    proxies,
    public_address,
    wsgi,
)
from commands.source import Source

ROOT = Path(__file__).parents[2]


def test_a_port_in_use_is_one_clear_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = subprocess.run(
            [sys.executable, "app.py", "--port", port],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in answer.stderr


def test_a_schedule_that_makes_no_sense_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["serve", "--refresh-every", "daily", "--port", "0"]) == 2
    assert "refresh every 'daily': use close, off, or at least 5m" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "meant"), [(None, False), ("", False), ("0", False), ("No", False), ("1", True), ("yes", True)]
)
def test_other_servers_read_the_environment_as_serve_does(said: str | None, meant: bool) -> None:
    assert asked_read_only({} if said is None else {READ_ONLY: said}) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", "*"),
        ("*", "*"),
        ("none", "'none'"),
        ("https://a.example, https://*.b.example:8443", "https://a.example https://*.b.example:8443"),
    ],
)
def test_who_may_frame_a_chart_is_one_setting(said: str, meant: str) -> None:
    assert framers({FRAMERS: said}) == meant


@pytest.mark.parametrize(
    "said", ["a.example", "https://a.example/path", "https://a.example; script-src *", "* none"]
)
def test_what_is_no_origin_is_refused(said: str) -> None:
    with pytest.raises(DesignError, match=FRAMERS):
        framers({FRAMERS: said})


def test_the_public_address_is_that_of_a_server() -> None:
    assert public_address({}) == ""
    assert public_address({PUBLIC: "https://news.example/"}) == "https://news.example"
    with pytest.raises(DesignError, match=PUBLIC):
        public_address({PUBLIC: "news.example"})


def test_a_prefix_is_a_path() -> None:
    assert below({}) == below({PREFIX: "/"}) == ""
    assert below({PREFIX: " /news/aftershock/ "}) == "/news/aftershock"
    for said in ("aftershock", "//a", "/a b", "/a?b", "https://news.example/a", "/ä"):
        with pytest.raises(DesignError, match=PREFIX):
            below({PREFIX: said})


def test_prices_older_than_allowed_are_not_ready() -> None:
    assert oldest_prices({}) is None
    assert oldest_prices({OLDEST: "5d"}) == dt.timedelta(days=5)
    for said in ("5", "d", "-1d", "0d", "5h"):
        with pytest.raises(DesignError, match=OLDEST):
            oldest_prices({OLDEST: said})


def test_names_are_checked_on_this_machine_and_where_some_are_named() -> None:
    assert answered_hosts([], "", loopback=False) == ()
    assert answered_hosts([""], "https://news.example", loopback=True)[0] == "news.example"
    assert "localhost" in answered_hosts([], "", loopback=True)
    assert answered_hosts(["a.example, b.example"], "", loopback=False)[:2] == ["a.example", "b.example"]


@pytest.mark.parametrize(("said", "line"), [("", "127.0.0.1 GET"), ("1", "192.0.2.7 GET")])
def test_headers_of_a_proxy_are_believed_only_when_told(
    said: str, line: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(PROXIES, said)
    client = wsgi(Source(), hosts=["news.example", "localhost"]).test_client()
    forwarded = {"X-Forwarded-For": "198.51.100.9, 192.0.2.7", "X-Forwarded-Host": "evil.example"}
    with caplog.at_level("INFO", "aftershock.access"):
        monkeypatch.setattr(logging.getLogger("aftershock.access"), "propagate", True)
        answer = client.get("/health", headers=forwarded)
    assert answer.status_code == (400 if said else 200)
    assert line in caplog.text


@pytest.mark.parametrize(
    ("name", "value", "status"), [("", "", 200), (PROXIES, "1", 403), (PUBLIC, "https://news.example", 403)]
)
def test_who_comes_through_a_proxy_is_not_the_reader_of_this_machine(
    name: str, value: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        monkeypatch.setenv(name, value)
    source = Source()
    assert wsgi(source, loopback=True).test_client().get("/new").status_code == status
    assert source.private is (status == 200)


def test_a_number_of_proxies_that_makes_no_sense_is_one_line() -> None:
    assert proxies({}) == 0
    with pytest.raises(DesignError, match=PROXIES):
        proxies({PROXIES: "yes"})
