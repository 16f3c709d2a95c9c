from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest
from flask.testing import FlaskClient

from analysis.choices import permutation as made
from analysis.market.errors import DesignError
from dashboard.views.content import Progress
from dashboard.views.tables import Table
from dashboard.web import create_app, permutation
from dashboard.web.permutation import Job, Jobs
from tests.dashboard.newsdesk import SLUG, MadeUpSource, made_up_case

FIGURES = pd.DataFrame(
    {"specifications": 4, "median": -0.2, "share_significant": 1.0, "mean_t": -3.0}, index=["group"]
)
TEST = made.PermutationTest(FIGURES, pd.concat({1: FIGURES, 2: FIGURES / 2}, names=["date", "target"]))


def waited(jobs: Jobs) -> None:
    """Wait until every test is made."""
    jobs._worker.shutdown(wait=True)


def test_a_test_is_made_once_and_its_table_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(permutation, "permutation_test", lambda *about: asked.append(about) or TEST)
    jobs, case = Jobs(), made_up_case()
    first, second = jobs(case, anew=True), jobs(case, anew=True)
    waited(jobs)
    assert first is second is not None
    assert (first.over, len(asked)) == (True, 1)
    assert isinstance(said := first.said(), Table)
    assert said.columns[0].values[0] == "the group"


def test_how_far_it_is_and_why_it_failed_are_said() -> None:
    job = Job(made_up_case())
    assert job.said() == Progress("permutation-progress", "Waiting for its turn")
    job.step(3, 99)
    assert job.said() == Progress("permutation-progress", "3 of 99 earlier dates", 3, 99)
    job.problem = "no earlier date"
    assert (job.over, job.said()) == (True, Progress("permutation-progress", "no earlier date", 3))


def test_what_failed_is_made_anew_when_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*about: object) -> None:
        raise DesignError("no earlier date")

    monkeypatch.setattr(permutation, "permutation_test", fails)
    jobs, case = Jobs(), made_up_case()
    first = jobs(case, anew=True)
    assert first is not None
    first.run()
    assert jobs(case, anew=False) is first
    assert jobs(case, anew=True) is not first
    waited(jobs)


def test_the_button_begins_a_failed_test_anew_and_the_pulse_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def fails(*about: object) -> None:
        begun.append(about)
        raise DesignError("no earlier date")

    monkeypatch.setattr(permutation, "permutation_test", fails)
    jobs = Jobs()
    monkeypatch.setattr(permutation, "Jobs", lambda: jobs)
    client = create_app(MadeUpSource()).server.test_client()
    for clicks, beat, cause in (
        (1, None, "start.n_clicks"),
        (1, 1, "pulse.n_intervals"),
        (2, 1, "start.n_clicks"),
    ):
        assert "permutation-answer" in pressed(client, clicks, beat, f"permutation-{cause}")
        until = time.monotonic() + 30
        while len(begun) < clicks and time.monotonic() < until:
            time.sleep(0.01)
    waited(jobs)
    assert len(begun) == 2


def pressed(client: FlaskClient, clicks: int, beat: int | None, cause: str) -> str:
    """What the page is answered when its button is pressed, or when it looks how far the test is."""
    outputs = [("permutation-answer", "data-html"), ("permutation-pulse", "disabled")]
    inputs = [("permutation-start", "n_clicks", clicks), ("permutation-pulse", "n_intervals", beat)]
    asked = {
        "output": f"..{'...'.join('.'.join(one) for one in outputs)}..",
        "outputs": [{"id": key, "property": name} for key, name in outputs],
        "inputs": [{"id": key, "property": name, "value": value} for key, name, value in inputs],
        "state": [{"id": "shown", "property": "data", "value": [f"/e/{SLUG}/robustness", "", "made up"]}],
        "changedPropIds": [cause],
    }
    return client.post("/_dash-update-component", json=asked).get_data(as_text=True)


def test_one_that_is_made_anew_is_the_last_to_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permutation, "MOST_KEPT", 2)
    monkeypatch.setattr(permutation, "permutation_test", lambda *about: TEST)
    jobs, case = Jobs(), made_up_case()
    snapshots = (replace(case.market.provenance, snapshot=name) for name in ("second", "third"))
    others = [replace(case, market=replace(case.market, provenance=one)) for one in snapshots]
    first = jobs(case, anew=True)
    assert first is not None
    jobs(others[0], anew=True)
    waited(jobs)
    jobs._worker = ThreadPoolExecutor(1)
    first.problem = "It failed."
    again = jobs(case, anew=True)
    jobs(others[1], anew=True)
    assert jobs(case, anew=False) is again is not first
    waited(jobs)


def test_a_test_that_nobody_waits_for_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permutation, "PATIENCE", -1.0)
    job = Job(made_up_case())
    job.run()
    assert "nobody waited" in job.problem


def test_only_so_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permutation, "MOST_WAITING", 0)
    assert Jobs()(made_up_case(), anew=True) is None
