"""Which page and which event an address names, and where older addresses lead."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from dashboard.views.choices import FIELDS
from dashboard.views.pages import BY_PATH, EVERY_EVENT, OUTSIDE, OutsidePage, is_live

CHOSEN = {"event", "snapshot", *(field.key for field in FIELDS)}


class Place(NamedTuple):
    """The path of a page, and the event that its address names; none outside events."""

    path: str
    event: str = ""

    @property
    def outside(self) -> OutsidePage | None:
        """The page, if it belongs to no event."""
        return None if self.event else OUTSIDE.get(self.path)

    @property
    def live(self) -> bool:
        """Whether the page is made anew each time."""
        return is_live(self.outside or BY_PATH[self.path])


def place(pathname: str) -> Place | None:
    """What an address names, whether or not there is such an event; None where there is no such page."""
    if pathname in OUTSIDE or pathname in EVERY_EVENT:
        return Place(pathname)
    found = re.fullmatch(r"/e/([^/]+)(/.*)", pathname)
    if found is None or found[2] not in BY_PATH or found[2] in EVERY_EVENT:
        return None
    return Place(found[2], unquote(found[1]))


def moved(pathname: str, search: str, usual: str) -> str:
    """Where what was at an address is now; empty if it is there still.

    Parameters
    ----------
    search : str
        The query, which goes along; an event in it becomes part of the path.
    usual : str
        The event of an address that names none.
    """
    path = pathname.rstrip("/") or "/"
    chosen = {part.partition("=")[0] for part in search.split("&")} & CHOSEN
    if path in BY_PATH and path not in EVERY_EVENT and (chosen or path not in OUTSIDE):
        event, rest = split(search)
        return joined(f"/e/{quote(event or usual, safe='')}{path}", rest)
    path += "/" if re.fullmatch(r"/e/[^/]+", path) else ""
    return joined(quote(path), search) if path != pathname and place(path) else ""


def split(search: str) -> tuple[str, str]:
    """The event that a query names, and the rest of the query as it was written."""
    rest = (part for part in search.split("&") if part.partition("=")[0] != "event")
    return dict(parse_qsl(search)).get("event", ""), "&".join(rest)


def joined(path: str, search: str) -> str:
    """An address of a path and a query."""
    return f"{path}?{search}" if search else path
