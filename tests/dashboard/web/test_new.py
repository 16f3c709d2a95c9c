"""``/new`` answers while an event is made, keeps it, and lets nobody else change it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

from analysis.market.errors import StoreError
from commands.show import case_of
from commands.source import Source
from dashboard.views import captions, gallery
from dashboard.web import Rights, create_app
from dashboard.web.new import KEEPS
from dashboard.web.rights import Limits
from tests.data.own.test_archive import CSV, SPLIT
from tests.data.own.test_draft import DRAFT

ASKED = {"X-Aftershock": "1"}
OWN_PRICES = DRAFT | {"symbols": ["AAA"], "benchmark": "MKT", "date": "2024-03-04", "claims": []}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, stored: Callable[[Path], str]) -> Iterator[Source]:
    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("new") / "own.db"
        patch.setenv("AFTERSHOCK_DATABASE_URL", stored(file))
        yield Source()


def client_of(source: Source, mode: str, token: str = "") -> FlaskClient:
    source.private = mode == "private"
    return create_app(source, rights=Rights(mode, token)).server.test_client()


@pytest.fixture
def client(source: Source) -> FlaskClient:
    return client_of(source, "private")


@pytest.fixture
def strangers(source: Source) -> Iterator[FlaskClient]:
    """A server that others read and may use."""
    yield client_of(source, "open")
    source.private = True


def sent(given: Any, *files: tuple[bytes, str], **more: Any) -> dict[str, Any]:
    """What a form sends."""
    named = [(io.BytesIO(content), name) for content, name in files]
    return {"data": {"draft": json.dumps(given), "file": named, **more}, "headers": dict(ASKED)}


def made(client: FlaskClient, given: Any = DRAFT, *files: tuple[bytes, str]) -> dict[str, Any]:
    answer = client.post("/new/keep", **sent(given, *files))
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def _own(client: FlaskClient) -> dict[str, Any]:
    return dict(client.post("/new/own", json={}, headers=ASKED).json)


def test_an_event_is_made_and_its_pages_stand_at_its_id(client: FlaskClient) -> None:
    event = made(client)
    page = client.get(f"/e/{event['id']}/")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert event["missing"] == []
    assert (event["id"], "27 Jan 2025") in [(one["id"], _words(one["day"])) for one in _own(client)["kept"]]


def _words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_step_is_answered(client: FlaskClient) -> None:
    assert client.post("/new/find", json={"text": "nvid"}, headers=ASKED).json[0]["symbol"] == "NVDA"
    look = client.post("/new/look", json={"date": "2025-01-27", "symbols": ["NVDA"]}, headers=ASKED).json
    assert look["days"][0]["day"] == "27 Jan 2025"
    text = "🙂 Nvidia fell nearly 17% on Monday."
    (claim,) = client.post("/new/read", json={"text": text, "symbols": []}, headers=ASKED).json
    assert (
        text.encode("utf-16-le")[2 * claim["start"] : 2 * claim["end"]].decode("utf-16-le") == claim["text"]
    )
    asked = {"claims": [{"symbol": "NVDA", "sign": -1, "value": "a lot"}, "nonsense"]}
    (lacks,) = client.post("/new/lacks", json=asked, headers=ASKED).json
    assert "as it was printed" in lacks


def test_an_event_whose_claims_name_only_what_has_no_prices_opens_with_its_firms(
    client: FlaskClient, source: Source
) -> None:
    event = made(client, DRAFT | {"claims": [{**DRAFT["claims"][0], "symbol": "RY.TO"}]})
    assert (event["missing"], event["beside"]) == ([], ["RY.TO", "^GSPTSE"])
    case = case_of(source, event["id"], None)
    assert case.study.symbols == ("NVDA",)
    assert [check.verdict for check in case.featured] == ["not_checkable"]
    assert "no source at hand holds bars" in case.featured[0].reason


def test_dropped_prices_are_told_and_belong_to_the_event(client: FlaskClient, source: Source) -> None:
    told = client.post("/new/prices", **sent({}, (CSV, "mine.csv"))).json
    assert {one["symbol"]: one["ends"][1] for one in told["prices"]} == dict.fromkeys(
        ["AAA", "MKT"], "2024-03-25"
    )
    odd = client.post("/new/prices", **sent({}, (SPLIT, "ODD.csv"))).json
    assert (odd["prices"], list(odd["refused"])) == ([], ["ODD"])
    taken = client.post("/new/prices", **sent({}, (SPLIT, "ODD.csv"), accept="ODD")).json
    assert [one["symbol"] for one in taken["prices"]] == ["ODD"]
    event = made(client, OWN_PRICES, (CSV, "mine.csv"))
    assert source.market(event["id"]).histories["AAA"].source == "the reader's own prices"


@pytest.mark.parametrize(
    ("path", "given", "status", "field", "said"),
    [
        ("keep", sent(DRAFT | {"date": "2099-01-01"}), 422, "date", "lies in the future"),
        ("keep", sent(DRAFT | {"zone": "Mars"}), 422, "zone", "is no time zone"),
        ("keep", sent({}), 422, "name", "found"),
        ("keep", {"data": {"draft": "{"}, "headers": ASKED}, 422, "", "no JSON"),
        ("keep", sent(DRAFT, (b"\x89PNG\x00\xff", "a.png")), 422, "", "a.png"),
        ("prices", sent({}, (b"no,prices\n1,2\n", "a.csv")), 422, "", "a.csv"),
        ("read", {"json": {"text": "x" * 2_000_000}, "headers": ASKED}, 422, "", "1,000,000 can be read"),
        (
            "read",
            {"json": {"text": "x" * 5_000_000}, "headers": ASKED},
            413,
            "",
            "too much at once: at most 4 MB",
        ),
        (
            "read",
            {"json": {"text": "Der Kurs der Aktie fiel um drei Prozent. " * 9}, "headers": ASKED},
            422,
            "",
            "English",
        ),
        ("read", {"json": [], "headers": ASKED}, 422, "", "no JSON object"),
        ("open", sent({}, (b"PK\x03\x04nonsense", "a.zip")), 422, "", "cannot be unpacked"),
        ("open", sent({}), 422, "", "no file was given"),
        ("draft/own-000000000000000000000000", {"headers": ASKED}, 404, "", "no such event"),
        ("delete/nonsense", {"headers": ASKED}, 404, "", "no such event"),
        ("keep", {"json": {}}, 403, "", "did not come from this page"),
    ],
)
def test_what_is_wrong_is_a_sentence_with_its_field(
    client: FlaskClient, path: str, given: dict[str, Any], status: int, field: str, said: str
) -> None:
    given = given | {"data": dict(given["data"])} if "data" in given else given
    answer = client.post(f"/new/{path}", **given)
    assert (answer.status_code, answer.json["field"]) == (status, field), answer.text
    assert said in answer.json["said"]
    assert "\n" not in answer.json["said"]


def test_a_change_is_shown_and_the_second_editor_is_told(client: FlaskClient) -> None:
    event = made(client)
    found = client.post(f"/new/draft/{event['id']}", headers=ASKED).json
    draft = found["draft"] | {"name": "Another name"}
    assert client.get(f"/e/{event['id']}/").text.count("Nvidia falls")
    changed = client.post(f"/new/change/{event['id']}", **sent(draft, version=found["version"]))
    assert changed.json["version"] == 2
    assert "Another name" in client.get(f"/e/{event['id']}/").text
    late = client.post(f"/new/change/{event['id']}", **sent(draft, version=found["version"]))
    assert late.status_code == 409
    assert "was changed meanwhile" in late.json["said"]


def test_an_event_comes_back_as_the_draft_that_made_it(client: FlaskClient, source: Source) -> None:
    claims = [
        *DRAFT["claims"],
        {"symbol": "NVDA", "sign": -1, "value": "$593 billion", "basis": "market_value", "article": 0},
        {"symbol": "NVDA", "basis": "level", "period": "9-week", "text": "nine-week low"},
        {"symbol": "NVDA", "basis": "superlative", "sign": -1, "period": "ever", "text": "worst ever"},
        {"symbol": "NVDA", "basis": "period", "sign": -1, "value": "5", "value_high": "6", "period": "week"},
    ]
    event = made(client, DRAFT | {"claims": claims, "symbols": ["NVDA", "AMD"], "benchmark": "SPY"})
    draft = client.post(f"/new/draft/{event['id']}", headers=ASKED).json["draft"]
    client.post(f"/new/change/{event['id']}", **sent(draft, version=1))
    before, after = event["id"], source.own.get(event["id"])
    assert (after.version, after.dossier) == (2, source.dossier(before))
    assert [move.figure for move in after.dossier.moves][:2] == ["nearly -17 %", "-593 billion USD"]
    assert draft["symbols"] == ["NVDA", "AMD"]
    assert draft["benchmark"] == "SPY"


def test_delete_undo_copy_and_files(client: FlaskClient, source: Source) -> None:
    event = made(client, OWN_PRICES, (CSV, "mine.csv"))
    copy = client.post(f"/new/copy/{event['id']}", headers=ASKED).json
    client.post(f"/new/delete/{event['id']}", headers=ASKED)
    assert client.get(f"/e/{event['id']}/").status_code == 404
    assert client.get(f"/e/{copy['id']}/").status_code == 200
    (gone,) = [one for one in _own(client)["deleted"] if one["id"] == event["id"]]
    assert gone["deleted"] != gone["until"]
    assert "can be brought back until" in str(gallery.view(source, {}).lead)
    client.post(f"/new/restore/{event['id']}", headers=ASKED)
    assert event["id"] not in [one["id"] for one in _own(client)["deleted"]]
    assert client.get(f"/e/{event['id']}/").status_code == 200
    archive = client.get(f"/new/event/{event['id']}.zip")
    name = archive.headers["Content-Disposition"].split('"')[1]
    assert name.endswith("-2024-03-04.zip")
    toml = {client.get(f"/new/event/{event['id']}.toml").text}
    for file in (name, f"{event['id']}.zip"):
        again = client.post("/new/open", **sent({}, (archive.data, file))).json
        toml.add(client.get(f"/new/event/{again['id']}.toml").text)
    assert len(toml) == 1


def test_a_full_disk_is_said_and_nothing_is_kept(
    client: FlaskClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = source.own_count()

    def full(*_: object) -> None:
        raise StoreError("store /somewhere/own.db: database or disk is full")

    monkeypatch.setattr("data.own.kept._put", full)
    answer = client.post("/new/keep", **sent(OWN_PRICES, (CSV, "mine.csv")))
    assert answer.status_code == 503
    assert answer.json["said"].startswith("The server's disk is full: nothing was kept. What you typed stays")
    assert "somewhere" not in answer.text
    assert source.own_count() == before


def test_what_is_odd_about_own_prices_and_can_decide_stands_before_the_result(
    client: FlaskClient, source: Source
) -> None:
    days = pd.bdate_range("2022-06-01", "2024-04-30").strftime("%Y-%m-%d")
    closes = [(50 + i * 7 % 11 / 10) * (1.9 if day >= "2024-03-04" else 1) for i, day in enumerate(days)]
    market = [100 + i * 5 % 13 / 10 for i in range(len(days))]
    lines = [f"{day},{own:.2f},{other}" for day, own, other in zip(days, closes, market, strict=True)]
    event = made(client, OWN_PRICES, ("\n".join(["date,AAA,MKT", *lines]).encode(), "jump.csv"))
    assert ("jump", "2024-03-04") in [(odd.kind, str(odd.date)) for odd in source.own_cautions(event["id"])]
    caution = captions.cautions(case_of(source, event["id"], None))
    assert caution.title == "Caution"
    assert any("4 Mar" in line.replace("\N{NO-BREAK SPACE}", " ") for line in caution.lines), caution.lines


class TestAnOpenServer:
    def test_an_event_is_listed_to_nobody_and_changed_by_its_secret_alone(
        self, strangers: FlaskClient
    ) -> None:
        event = made(strangers)
        assert strangers.post("/new/own", json={"ids": []}, headers=ASKED).json == {"kept": [], "deleted": []}
        (known,) = strangers.post("/new/own", json={"ids": [event["id"]]}, headers=ASKED).json["kept"]
        assert known["name"] == DRAFT["name"]
        for secret in ({}, {"X-Edit-Secret": "x"}):
            answer = strangers.post(f"/new/delete/{event['id']}", headers=ASKED | secret)
            assert answer.status_code == 403
        own = ASKED | {"X-Edit-Secret": event["secret"]}
        assert strangers.post(f"/new/delete/{event['id']}", headers=own).status_code == 200
        found = [
            strangers.post("/new/own", json={"ids": ids}, headers=ASKED).json for ids in ([event["id"]], [])
        ]
        assert [len(one["deleted"]) for one in found] == [1, 0]

    def test_a_short_name_opens_nothing(self, strangers: FlaskClient) -> None:
        made(strangers, DRAFT | {"slug": "guessed"})
        assert strangers.get("/e/guessed/").status_code == 404

    def test_too_often_is_told(self, strangers: FlaskClient) -> None:
        answers = [strangers.post("/new/copy/nonsense", headers=ASKED) for _ in range(KEEPS[0] + 1)]
        assert {answer.status_code for answer in answers[:-1]} == {404}
        assert answers[-1].status_code == 429
        assert "At most 20 times an hour" in answers[-1].json["said"]

    def test_a_password_may_be_asked_for(self, source: Source) -> None:
        client = client_of(source, "open", "s3cret")
        source.private = True
        assert (
            "Editors&#39; password" in client.get("/new").text
            or "Editors' password" in client.get("/new").text
        )
        refused = client.post("/new/find", json={"text": "nvid"}, headers=ASKED)
        assert (refused.status_code, refused.json["field"]) == (401, "token")
        token = ASKED | {"X-Editors-Token": "s3cret"}
        assert client.post("/new/find", json={"text": "nvid"}, headers=token).status_code == 200


def test_where_it_is_off_the_page_says_so_and_nothing_answers(source: Source) -> None:
    client = client_of(source, "off")
    source.private = True
    page = client.get("/new")
    assert page.status_code == 403
    assert "switched off" in page.text
    assert client.post("/new/keep", **sent(DRAFT)).status_code in (404, 405)


def test_what_a_reader_gives_is_never_markup(client: FlaskClient) -> None:
    event = made(
        client, DRAFT | {"name": "<script>alert(1)</script>", "articles": [{"outlet": "<img src=x>"}]}
    )
    page = client.get(f"/e/{event['id']}/").text
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page


def test_limits_forget_after_their_span() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    assert [limits.passes("a", (2, 60.0)) for _ in range(3)] == [True, True, False]
    assert limits.passes("b", (2, 60.0))
    now[0] = 61.0
    assert limits.passes("a", (2, 60.0))


def test_the_page_has_the_menu_of_the_others(client: FlaskClient) -> None:
    page = client.get("/new").text
    for address in ("/", "/compare", "/claims", "/method", "/data"):
        assert f'<li><a href="{address}">' in page


def test_the_script_is_served_for_this_page_alone(client: FlaskClient, tmp_path: Path) -> None:
    assert "/assets/new.js" in client.get("/new").text
    assert "new.js" not in client.get("/method").text
    with client.get("/assets/new.js") as script:
        assert script.status_code == 200


def test_ids_that_are_no_list_are_refused_in_a_line(client: FlaskClient) -> None:
    answer = client.post("/new/own", json={"ids": None}, headers=ASKED)
    assert (answer.status_code, answer.json["field"]) == (400, "ids")
