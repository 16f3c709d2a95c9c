"""Markdown as HTML: headings that links can point to, and formulas as MathML, which set-up has made."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

from dashboard.views.words import anchor, typeset

FORMULAS = Path(__file__).with_name("formulas.json")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
ELSEWHERE = re.compile(r"\[([^\]]+)\]\((?!#|https?:)[^)]*\)")  # links to files, which no page has
OPEN, CLOSE = "\ue000", "\ue001"  # around the number of a formula, while the text around it is made


@cache
def known() -> dict[str, str]:
    """MathML by LaTeX, as `tools.formulas` has made it."""
    found: dict[str, str] = json.loads(FORMULAS.read_text(encoding="utf-8"))
    return found


def formulas(text: str) -> list[tuple[str, bool]]:
    """The formulas of a text in LaTeX, and whether each stands on lines of its own."""
    return [((block or inline).strip(), bool(block)) for block, inline in FORMULA.findall(text)]


def markdown(text: str) -> str:
    """A text as HTML."""
    made = [formula(latex, block) for latex, block in formulas(text)]
    numbers = iter(range(len(made)))
    inside = _html(FORMULA.sub(lambda _: f"{OPEN}{next(numbers)}{CLOSE}", ELSEWHERE.sub(r"\1", text)))
    for place, written in enumerate(made):
        mark = f"{OPEN}{place}{CLOSE}"
        inside = inside.replace(f"<p>{mark}</p>", written).replace(mark, written)
    return inside.replace("<table>", '<table tabindex="0">')  # it scrolls on a phone, by keyboard too


def formula(latex: str, block: bool) -> str:
    """A formula; as it was written where set-up does not know it."""
    written = known().get(latex, f"<code>{escape(latex)}</code>")
    if not block:
        return written
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{written}</div>'


def _html(text: str) -> str:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for opening, inline in pairwise(tokens):
        for token in inline.children or ():
            if token.type == "text":
                token.content = typeset(token.content)
        if opening.type == "heading_open":
            opening.attrSet("id", place := anchor(inline.content))
            link = Token("link_open", "a", 1, {"href": f"#{place}", "class": "anchor"})
            inline.children = [link, *(inline.children or ()), Token("link_close", "a", -1)]
    made: str = parser.renderer.render(tokens, parser.options, {})
    return made
