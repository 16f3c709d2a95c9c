"""What readers see of a refresh, the notice above every page, and what monitors ask."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.market.errors import EventStudyError
from dashboard.web import create_app, refresh
from dashboard.web.server import LAYOUT
from tests.dashboard.newsdesk import MOMENT, SLUG, MadeUpRun, MadeUpSource, MadeUpStatus, text


class Asked(MadeUpSource):
    """A source that notes requests for a refresh and answers with a status of choice."""

    def __init__(
        self, status: MadeUpStatus | None = None, newest: str = "made up", said: str | None = None
    ) -> None:
        self.state, self.newest, self.said, self.asked = status or MadeUpStatus(), newest, said, 0

    def status(self, snapshot: str | None = None) -> MadeUpStatus:
        return self.state

    def snapshots(self) -> tuple[str, ...]:
        return (self.newest, "made up")

    def notice(self) -> str | None:
        return self.said

    def refresh_now(self) -> None:
        self.asked += 1

    def ready(self) -> tuple[bool, str]:
        return self.said is None, self.said or "all is well"


LATER = MOMENT + dt.timedelta(hours=1)


def test_button_starts_one_refresh() -> None:
    source = Asked(MadeUpStatus(runs=(MadeUpRun(),)))
    assert refresh.started(source, False, LATER) == "Refresh started."
    assert source.asked == 1


@pytest.mark.parametrize(
    ("run", "read_only", "now", "answer"),
    [
        (MadeUpRun(), True, LATER, "read-only"),
        (MadeUpRun("running", finished=None), False, LATER, "running already"),
        (MadeUpRun(), False, MOMENT + dt.timedelta(seconds=20), "try again in 41 seconds"),
    ],
)
def test_button_says_why_it_does_not(run: MadeUpRun, read_only: bool, now: dt.datetime, answer: str) -> None:
    source = Asked(MadeUpStatus(runs=(run,)))
    assert answer in refresh.started(source, read_only, now)
    assert source.asked == 0


def test_the_end_of_a_refresh_is_said_once_it_is_newer_than_the_last_and_runs_no_more() -> None:
    before = MadeUpStatus(runs=(MadeUpRun(),))
    last = refresh.newest(before)
    assert refresh.ended(before, last) == ""
    running = MadeUpStatus(runs=(MadeUpRun("running", LATER, finished=None), MadeUpRun()))
    assert refresh.ended(running, last) == ""
    over = MadeUpRun("nothing", LATER, message="no instrument is fresh (timed out); the old is still shown")
    assert refresh.ended(MadeUpStatus(runs=(over,)), last) == (
        "It has ended. No instrument is fresh; the old is still shown."
    )
    assert refresh.newest(MadeUpStatus()) == ""


def test_notice_tells_of_a_failed_refresh_and_of_newer_prices() -> None:
    told = text(
        refresh.notice(Asked(newest="newer", said="the refresh brought nothing"), ["/", "", "made up"])
    )
    assert "The refresh brought nothing." in told
    assert "Newer prices have arrived" in told


def test_notice_is_silent_when_all_is_well_and_bears_nonsense() -> None:
    assert refresh.notice(Asked(), ["/", "", "made up"]) == []
    assert refresh.notice(Asked(), {"shown": 1}) is not None


def test_snapshot_that_the_address_asks_for_is_not_called_outdated() -> None:
    told = text(refresh.notice(Asked(newest="newer"), ["/", "?snapshot=made up", "made up"]))
    assert "An earlier snapshot is shown" in told


def test_monitors_are_answered() -> None:
    well = create_app(Asked()).server.test_client()
    assert (well.get("/health").status_code, well.get("/ready").status_code) == (200, 200)
    ill = create_app(Asked(said="the store cannot be read")).server.test_client()
    assert ill.get("/health").status_code == 200
    answer = ill.get("/ready")
    assert (answer.status_code, answer.text) == (503, "the store cannot be read\n")


def test_the_notice_comes_with_the_page_and_a_store_that_fails_keeps_no_page_away():
    class Broken(Asked):
        def notice(self) -> str | None:
            raise EventStudyError("the store is damaged")

    client = create_app(Asked(said="the refresh was not complete")).server.test_client()
    assert "The refresh was not complete" in client.get(LAYOUT).text
    assert refresh.first_notice(Broken()) == []


def test_list_of_refreshes_can_be_taken_away_and_is_never_old() -> None:
    source = MadeUpSource()
    client = create_app(source).server.test_client()
    address = f"/download/{SLUG}/data/refresh-history.csv"
    assert "no refresh yet" in client.get(address).get_data(as_text=True)
    source.status = lambda snapshot=None: MadeUpStatus(runs=(MadeUpRun(),))  # type: ignore[method-assign]
    assert "All 3 instruments fresh." in client.get(address).get_data(as_text=True)
