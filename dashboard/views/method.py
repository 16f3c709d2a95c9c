"""Method: how the numbers are made, from docs/methodology.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dashboard.views import captions
from dashboard.views.case import Case
from dashboard.views.content import Message, Prose, Section, View
from dashboard.views.words import anchor

PATH = "/method"
TITLE = "Method"
CONTROLS: tuple[str, ...] = ()
IN_REPORT = False  # an appendix for who asks for it

METHODOLOGY = Path(__file__).parents[2] / "docs" / "methodology.md"


def view(case: Case) -> View:
    """The methodology as it stands in the repository, a section per heading."""
    title, intro, *parts = methodology()
    missing = Message("" if intro else "The methodology is missing.", (f"It belongs in {METHODOLOGY.name}.",))
    named = (part.partition("\n") for part in parts)
    sections = (Section(anchor(heading), heading, (Prose(text.strip()),)) for heading, _, text in named)
    return View("", title, " ".join(intro.split()), (missing,), tuple(sections), captions.provenance(case))


@cache
def methodology() -> tuple[str, ...]:
    """Title, introduction and sections of the methodology; an empty introduction where there is none."""
    if not METHODOLOGY.exists():
        return "Method", ""
    title, _, rest = METHODOLOGY.read_text(encoding="utf-8").partition("\n")
    return (title.removeprefix("# ").strip(), *re.split(r"^## ", rest, flags=re.MULTILINE))
