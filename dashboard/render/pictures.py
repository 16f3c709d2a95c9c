"""Charts as pictures: one figure with title and caption, drawn by a headless browser."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from functools import lru_cache
from typing import Any

from analysis.market.errors import EventStudyError
from dashboard.render import finish
from dashboard.render.compose import PLAIN, SIZES, USUAL, Frame, Size, composed
from dashboard.render.figures import Figure
from dashboard.render.turns import Turns
from dashboard.views.content import Exhibit

PICTURES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
IDLE = 120.0  # seconds
QUEUE = 6  # pictures that wait for the one that is drawn
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)


class NoBrowserError(EventStudyError):
    """No Chrome or Chromium to draw pictures with."""

    def __init__(self) -> None:
        super().__init__(
            "pictures need Chrome or Chromium: install it (Debian and Ubuntu: apt install chromium) "
            "or name it in BROWSER_PATH"
        )


@lru_cache
def browser() -> str | None:
    """Path of a Chrome or Chromium; None if there is none."""
    named = (os.environ.get("BROWSER_PATH"), os.environ.get("CHROMIUM"), *BROWSERS)
    return next((path for name in named if name and (path := shutil.which(name))), None)


class Studio:
    """One headless browser for all pictures of a process, started when the first is asked for.

    A browser that died is started again once; what it was drawing is drawn again. One that has had nothing
    to do for `idle` seconds is ended: it holds more memory than the server.
    """

    def __init__(self, idle: float = IDLE) -> None:
        self.turns = Turns(1, QUEUE)
        self._lock, self._running = threading.Lock(), False
        self._idle, self._end = idle, threading.Timer(idle, self.close)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def picture(
        self, exhibit: Exhibit, kind: str, frame: Frame = PLAIN, size: Size = SIZES[USUAL], density: int = 2
    ) -> bytes:
        """A chart as svg, png (of `density` pixels per point) or pdf.

        Raises
        ------
        NoBrowserError
            If there is no Chrome or Chromium.
        BusyError
            If several pictures wait already.
        """
        with self.turns.one():
            return self._picture(exhibit, kind, frame, size, density)

    def close(self) -> None:
        """End the browser."""
        with self._lock:
            self._end.cancel()
            self._stop()

    def _picture(self, exhibit: Exhibit, kind: str, frame: Frame, size: Size, density: int) -> bytes:
        figure = composed(exhibit, frame, size)
        layout = figure["layout"]
        scale = size.width / layout["width"] * (density if kind == "png" else 1)
        options = {"format": kind, "width": layout["width"], "height": layout["height"], "scale": scale}
        with self._lock:
            try:
                drawn = self._draw(figure, options)
            except (EventStudyError, KeyboardInterrupt):
                raise
            except Exception:
                self._stop()
                drawn = self._draw(figure, options)
            self._end_later()
        return finish.FINISHES.get(kind, finish.plain)(drawn, exhibit, frame)

    def _end_later(self) -> None:
        self._end.cancel()
        self._end = threading.Timer(self._idle, self.close)
        self._end.daemon = True
        self._end.start()

    def _draw(self, figure: Figure, options: dict[str, Any]) -> bytes:
        import kaleido

        if not self._running:
            path = browser()
            if path is None:
                raise NoBrowserError
            kaleido.start_sync_server(path=path, mathjax=False, timeout=60, silence_warnings=True)
            self._running = True
        return bytes(kaleido.calc_fig_sync(figure, opts=options))

    def _stop(self) -> None:
        if self._running:
            import kaleido

            self._running = False
            with suppress(Exception):
                kaleido.stop_sync_server(silence_warnings=True)
