"""Words of the glossary in HTML: a button at the first mention, and what it opens. No script is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from dashboard.views.glossary import BY_KEY, TERMS
from dashboard.views.root import rooted
from dashboard.views.words import SPACE, typeset

Write = Callable[[str], str]  # plain text as finished HTML

METHOD = "/method"
INSTANT = re.compile(rf"\b(\d\d?)[ {SPACE}]([A-Z][a-z][a-z])[ {SPACE}](\d{{4}}), (\d\d:\d\d) UTC")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _forms() -> re.Pattern[str]:
    """Every form of every term, the longest first; those with capitals keep them."""
    forms = sorted(
        ((form, term.key) for term in TERMS for form in term.forms.split("|")), key=lambda f: -len(f[0])
    )
    parts = (
        f"(?P<{key.replace('-', '_')}_{place}>{'(?i:' if form.islower() else '(?:'}"
        f"{form.replace(' ', f'[ {SPACE}]')})s?)"
        for place, (form, key) in enumerate(forms)
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])")


FORMS = _forms()


def prose(text: str) -> str:
    """Plain text as it is printed; a date with its time says so to the browser."""
    return INSTANT.sub(_instant, escape(typeset(text)))


def _instant(found: re.Match[str]) -> str:
    day, month, year, clock = found.groups()
    if month not in MONTHS:
        return found[0]
    machine = f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}T{clock}Z"
    return f'<time datetime="{machine}">{found[0]}</time>'


class Glossed:
    """Writes the texts of one part of a page: the first mention of each term is a button that explains it."""

    def __init__(self, part: str) -> None:
        self._part, self._known = part, set[str]()

    def __call__(self, text: str) -> str:
        """Plain text as finished HTML."""
        return FORMS.sub(self._term, prose(text))

    def _term(self, found: re.Match[str]) -> str:
        key = str(found.lastgroup).rsplit("_", 1)[0].replace("_", "-")
        if key in self._known:
            return found[0]
        self._known.add(key)
        term, place = BY_KEY[key], f"term-{self._part}-{key}"
        return (
            f'<button type="button" class="term" popovertarget="{place}">{found[0]}</button>'
            f'<span popover id="{place}" class="meaning">{escape(term.sentence)} '
            f'<a href="{rooted(METHOD)}#{term.anchor}">Method</a></span>'
        )
