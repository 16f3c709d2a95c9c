"""Who may make events of their own on a server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may make events here.

    Parameters
    ----------
    mode : str
        ``private``: the reader owns the server, all events are listed and need no secret; ``open``: an event
        is known by its id and changed by its secret; ``off``.
    token : str
        A password for those who make events, or empty.
    """

    mode: str = "off"
    token: str = ""

    @property
    def private(self) -> bool:
        """Whether the reader owns the server."""
        return self.mode == "private"
