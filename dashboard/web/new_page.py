"""The page on which an event is made, as HTML: its script (`assets/new.js`) fills it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from analysis.claims.bases import BASES
from analysis.claims.proposal import HEDGES
from dashboard.render import theme
from dashboard.views.pages import outside
from dashboard.views.root import prefix, rooted

HERE = Path(__file__).parent
FRAME, FORM = (Template((HERE / file).read_text(encoding="utf-8")) for file in ("new.html", "new_form.html"))
TOKEN = """<div class="fields"><div class="field"><label for="token">Editors' password</label>
<input id="token" type="password" autocomplete="current-password"></div></div>
<p class="wrong" data-field="token" role="alert"></p>"""


def page(private: bool, token: bool) -> str:
    """The page; `token` asks for a password."""
    bases = "|".join(f"{key}:{entry.label}:{entry.figure}" for key, entry in BASES.items() if key != "none")
    hedges = "|".join(f"{key}:{words.strip() or 'exactly'}" for key, words in HEDGES.items())
    return _framed(
        FORM.substitute(
            root=prefix(),
            private=str(private).lower(),
            bases=escape(bases),
            hedges=escape(hedges),
            token=TOKEN if token else "",
        )
    )


def closed(sentence: str) -> str:
    """A page that says why there is no form."""
    said = f'<h1>New event</h1><p class="dek">{escape(sentence)}</p>'
    return _framed(f'<main id="main" class="wide">{said}</main>')


def _framed(main: str) -> str:
    pages = "".join(f'<li><a href="{rooted(page.PATH)}">{page.TITLE}</a></li>' for page in outside())
    return FRAME.substitute(root=prefix(), style=theme.style_sheet(), main=main, pages=pages)
