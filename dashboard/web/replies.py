"""What a browser is sent for an address: a whole page, or what a choice changes on the page it shows.

A change is kept as plain data, which costs a server less to write than components do; its number
tells the compression that it has seen it before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from dash import no_update, set_props
from flask import g

from dashboard.web import shell, state
from dashboard.web.addresses import place
from dashboard.web.changes import Updates, changes
from dashboard.web.kept import Kept, Packed
from dashboard.web.site import Answer, Site

KEPT_CHANGES, READY_CHANGES = 256, 4  # kept at all, and of them those that need no unpacking

Outputs = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A choice on an open page: what to set, by id, and the outputs of the callback."""

    updates: Updates
    outputs: Outputs
    number: int = field(default_factory=count().__next__)


class Replies:
    """Answers the one callback of the pages; changes are kept, at most `KEPT_CHANGES`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._change = Kept(Packed(self._make_change, KEPT_CHANGES), READY_CHANGES)

    def __call__(self, pathname: str, search: str, shown: Any) -> Outputs:
        """Main part, navigation, footer, announcement, title and what is shown, for an address.

        `shown` is what the browser says it shows: if that is the same page on the same snapshot, only
        what differs is sent, by id.
        """
        change = self._between(pathname, search, shown)
        if change is None:
            answer = self._site.answer(pathname, search)
            return answer.body, *self._frame(answer, pathname, search, "loaded")
        for identifier, properties in change.updates.items():
            set_props(identifier, properties)
        g.kept = f"change {change.number}"
        return change.outputs

    def _between(self, pathname: str, search: str, shown: Any) -> Change | None:
        """What differs from what is shown; None if the page must be sent whole."""
        if not state.is_shown(shown) or shown[0] != pathname or (found := place(pathname)) is None:
            return None
        if max(len(search), len(shown[1])) > state.LONGEST_QUERY:
            return None
        make = self._make_change if found.live else self._change
        edition = self._site.source.edition(found.event) if found.event else ""
        rests = self._site.source.state() if found.outside else f"{self._site.newest()} {edition}"
        return make(pathname, shown[1], search, shown[2], rests)

    def _make_change(self, pathname: str, before: str, search: str, shown: str, rests: str) -> Change | None:
        answer = self._site.answer(pathname, search)
        if answer.status != 200 or answer.case.market.provenance.snapshot != shown:
            return None
        updates = changes(self._site.answer(pathname, before).body, answer.body)
        if updates is None:
            return None
        menu, _, *rest = self._frame(answer, pathname, search, "updated")
        return Change(
            _plain(updates), (no_update, menu, no_update, *rest)
        )  # the footer tells of the snapshot

    def _frame(self, answer: Answer, pathname: str, search: str, done: str) -> Outputs:
        """The outputs after the main part."""
        found = place(pathname)
        choices = None if found is None or found.outside else answer.case.choices
        event = answer.case.dossier.event.name if choices else ""
        return (
            shell.navigation(found.path if found else "", choices, self._site.usual, event),
            shell.footer(answer.case),
            f"{answer.title} {done}. {answer.headline}".strip(),
            shell.window(answer.title, answer.case.dossier.event.name if found and found.event else ""),
            [pathname, search, answer.case.market.provenance.snapshot],
        )


def _plain(content: Any) -> Any:
    """Components as the data that a browser gets."""
    from plotly.utils import PlotlyJSONEncoder

    return json.loads(json.dumps(content, cls=PlotlyJSONEncoder))
