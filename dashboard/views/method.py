"""Method: how the numbers are made, from docs/methodology.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.views.content import Message, Prose, View

PATH = "/method"
TITLE = "Method"
CONTROLS: tuple[str, ...] = ()

METHODOLOGY = Path(__file__).parents[2] / "docs" / "methodology.md"


def view(case: Case) -> View:
    """The methodology as it stands in the repository."""
    title, text = methodology()
    missing = Message("The methodology is missing.", (f"It belongs in {METHODOLOGY.name}.",))
    return View("", title, "", (Prose(text) if text else missing,), (), captions.provenance(case))


@cache
def methodology() -> tuple[str, str]:
    """Title and text of the methodology; an empty text where there is none."""
    if not METHODOLOGY.exists():
        return "Method", ""
    first, _, rest = METHODOLOGY.read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# ").strip(), rest
