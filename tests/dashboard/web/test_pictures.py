"""Pictures wait in a short queue of their own, and leave the server to everybody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.market.errors import BusyError
from dashboard.render.pictures import Studio
from dashboard.render.turns import Turns
from dashboard.web import create_app
from dashboard.web.kept import TURNS
from dashboard.web.site import Site
from tests.dashboard.newsdesk import SLUG, MadeUpSource

PICTURE = f"/download/{SLUG}/reaction/car-paths.png"
CARD = f"/card/{SLUG}/reaction/car-paths.png"
PATIENCE = 30


def test_who_comes_to_a_full_queue_is_sent_away_and_has_room_again():
    turns, gate, works = Turns(1, queue=1), threading.Event(), threading.Event()

    def work() -> None:
        with turns.one():
            works.set()
            gate.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(work)]
        assert works.wait(PATIENCE)
        done.append(pool.submit(work))
        while not turns.waiting:
            pass
        with pytest.raises(BusyError), turns.one():
            pass
        gate.set()
        for each in done:
            each.result(PATIENCE)
    with turns.one(), turns.one():
        assert (turns.working, turns.waiting) == (1, 0)


@pytest.mark.parametrize("address", [PICTURE, CARD])
def test_who_asks_for_one_picture_too_many_is_told_when_to_come_again(address, monkeypatch):
    monkeypatch.setattr(Studio, "_picture", lambda *given: b"drawn")
    monkeypatch.setattr("dashboard.render.pictures.QUEUE", -1)
    monkeypatch.setattr(Site, "view", lambda *given: pytest.fail("a view was made in vain"))
    answer = create_app(MadeUpSource()).server.test_client().get(address)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.text.startswith("503 Service Unavailable: Much is being made")
    monkeypatch.undo()
    monkeypatch.setattr(Studio, "_picture", lambda *given: b"drawn")
    assert create_app(MadeUpSource()).server.test_client().get(address).data == b"drawn"


def test_a_view_too_many_is_a_page_that_tries_again_and_kept_ones_are_served(monkeypatch):
    client = create_app(MadeUpSource()).server.test_client()
    page, other, html = f"/e/{SLUG}/reaction", f"/e/{SLUG}/reaction?car=0..2", {"Accept": "text/html"}
    assert client.get(page, headers=html).status_code == 200
    monkeypatch.setattr(TURNS, "queue", -2)
    answer = client.get(other, headers=html)
    assert answer.status_code == 503
    assert "<h1>One moment</h1>" in answer.text
    assert client.get(page, headers=html).status_code == 200


def test_a_browser_with_nothing_to_do_is_ended_and_one_that_works_is_not(monkeypatch):
    ended = threading.Event()
    studio = Studio(idle=3600)
    monkeypatch.setattr(studio, "_stop", ended.set)
    studio._end_later()
    first = studio._end
    studio._idle = 0.01
    studio._end_later()
    assert first.finished.is_set()  # it has drawn something since
    assert ended.wait(PATIENCE)
