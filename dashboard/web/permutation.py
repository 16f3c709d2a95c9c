"""The curve on earlier dates, made beside the pages when a reader asks, with a note of how far it is."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from analysis.choices.permutation import PermutationTest, permutation_test
from analysis.market.errors import EventStudyError
from dashboard.render import html as written
from dashboard.views import permutation, robustness
from dashboard.views.case import Case
from dashboard.views.content import Progress
from dashboard.views.tables import Table
from dashboard.web import state
from dashboard.web.addresses import place
from dashboard.web.server import answering
from dashboard.web.site import Site

log = logging.getLogger(__name__)

START = "permutation-start"  # the button
MOST_KEPT, MOST_WAITING = 16, 8
PATIENCE = 120.0  # seconds after which a test that nobody asks for any more is given up
BREATH = 0.02  # seconds between two dates that are left to the pages


class _GivenUp(Exception):
    """Nobody asks for the test any more."""


class Job:
    """One test: how far it is, when it was last asked for, and what came of it."""

    def __init__(self, case: Case) -> None:
        self.case, self.asked = case, time.monotonic()
        self.done = self.of = 0
        self.test: PermutationTest | None = None
        self.problem = ""

    def run(self) -> None:
        """Make the test."""
        try:
            self.test = permutation_test(robustness.choices(self.case), self.case.market, self.step)
        except EventStudyError as error:
            self.problem = str(error)
        except _GivenUp:
            self.problem = "It was given up because nobody waited for it; ask again."
        except Exception:
            log.exception("the curve of %s on earlier dates failed", self.case.choices)
            self.problem = "It could not be made; the server's log says why."

    def step(self, done: int, of: int) -> None:
        """Note how far it is; raise when nobody waits."""
        self.done, self.of = done, of
        if time.monotonic() - self.asked > PATIENCE:
            raise _GivenUp
        time.sleep(BREATH)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return bool(self.test or self.problem)

    def said(self) -> Progress | Table:
        """What a reader is shown."""
        if self.test:
            return permutation.table(self.test, partial(robustness.called, self.case))
        told = f"{self.done} of {self.of} earlier dates" if self.of else "Waiting for its turn"
        return Progress(
            "permutation-progress", self.problem or told, self.done, 0 if self.problem else self.of
        )


class Jobs:
    """Tests, made one after the other; the last ones are kept."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock, self._worker = threading.Lock(), ThreadPoolExecutor(1, "permutation")

    def __call__(self, case: Case, anew: bool) -> Job | None:
        """The test of a case, begun if it is not yet; None where too many wait."""
        key = robustness.choices(case), case.market.provenance.snapshot
        with self._lock:
            job = self._jobs.get(key)
            if job is None or (anew and job.problem):
                if sum(not other.over for other in self._jobs.values()) >= MOST_WAITING:
                    return None
                job = self._jobs[key] = Job(case)
                self._jobs.move_to_end(key)  # one made anew is the youngest again
                while len(self._jobs) > MOST_KEPT:
                    self._jobs.popitem(last=False)
                self._worker.submit(job.run)
        job.asked = time.monotonic()
        return job


def register(app: Dash, site: Site) -> None:
    """The button, and the look at how far its test is."""
    jobs = Jobs()

    @app.callback(
        Output("permutation-answer", "data-html"),
        Output("permutation-pulse", "disabled"),
        Input(START, "n_clicks"),
        Input("permutation-pulse", "n_intervals"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    @answering
    def look(clicks: int | None, beat: int | None, shown: Any) -> tuple[Any, bool]:
        found = place(shown[0]) if clicks and state.is_shown(shown) else None
        if found is None or not found.event:
            return no_update, True
        job = jobs(site.case(site.choices(found.event, shown[1])), anew=ctx.triggered_id == START)
        if job is None:
            return written.inside(Progress("", "Others wait already; try again in some minutes.")), True
        said = job.said()
        return written.table(said) if isinstance(said, Table) else written.inside(said), job.over
