"""One self-contained report of an event: finding, charts, tables, provenance; as HTML or PDF.

The report is made of the pages themselves. Charts are inlined as SVG, so that text stays text and
prints sharply; without a browser to draw them, the HTML report carries Plotly and draws itself.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from analysis.market.errors import EventStudyError
from dashboard.render import files, html, packed, theme
from dashboard.render.compose import Frame, Size
from dashboard.render.pictures import NoBrowserError, Studio, browser
from dashboard.views import captions, words
from dashboard.views.case import Case
from dashboard.views.content import Chart, Exhibit, View
from dashboard.views.pages import PAGES, Page

PAPER = {"a4": "A4", "letter": "letter"}
SHEET = Size("A chart on a sheet of paper", 800)
CSS = Path(__file__).parent / "report.css"


def write(case: Case, file: Path, paper: str = "a4") -> None:
    """Write the report; the ending of the file's name decides between HTML and PDF.

    Raises
    ------
    NoBrowserError
        For a PDF, if there is no Chrome or Chromium to print it.
    """
    page = as_html(case, paper)
    if file.suffix.lower() != ".pdf":
        file.write_text(page, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        _print(source, file, Path(folder))


def as_html(case: Case, paper: str = "a4") -> str:
    """The report as one HTML document that asks for nothing else."""
    with Studio() as studio:
        drawer = studio if browser() else None
        parts = [_page(case, page, drawer) for page in PAGES if getattr(page, "IN_REPORT", True)]
    name, retrieved = case.dossier.event.name, words.day(case.market.provenance.retrieved)
    body = (
        f'<header class="cover"><p class="eyebrow">Aftershock</p><h1>{escape(name)}</h1>'
        f"<p>{escape(captions.modelled(case))}</p><p>{escape(words.credit(captions.credit(case)))}</p>"
        f"<p>Retrieved {retrieved}. Daily closes tell what prices did, not why. "
        f"Not investment advice.</p></header><main>{''.join(parts)}</main>"
    )
    return _document(name, body, paper, "" if drawer else _plotly())


def page_html(view: View) -> str:
    """One page as an HTML document that asks for nothing else and draws its charts itself."""
    body = html.page(view, lambda heading, chart: _drawn(Exhibit(heading, chart), None))
    return _document(view.event or view.title, f"<main>{body}</main>", "a4", _plotly())


def _document(name: str, body: str, paper: str, script: str) -> str:
    css = theme.style_sheet() + CSS.read_text(encoding="utf-8").replace("PAPER", PAPER[paper])
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>Aftershock: {escape(name)}</title>"
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{css}</style>{script}'
        f"</head><body>{body}</body></html>"
    )


def _page(case: Case, page: Page, studio: Studio | None) -> str:
    try:
        view = page.view(case)
    except EventStudyError as error:
        return f"<section class=page><h2>{escape(page.TITLE)}</h2><p>{escape(str(error))}</p></section>"
    body = html.page(view, lambda heading, chart: _drawn(Exhibit(heading, chart), studio))
    return f'<section class="page"><p class="eyebrow">{escape(page.TITLE)}</p>{body}</section>'


def _drawn(exhibit: Exhibit, studio: Studio | None) -> str:
    """The picture of a chart under the heading that the page has, over its caption as text."""
    chart = exhibit.content
    assert isinstance(chart, Chart)
    if studio is None:
        drawn = files.drawn(exhibit, "", framed=False)
    else:
        svg = studio.picture(exhibit, "svg", Frame(framed=False), SHEET).decode()
        drawn = _own_names(re.sub(r"^<\?xml.*?\?>", "", svg), chart.key)
    picture = html.tag("div", drawn, role="img", aria_label=exhibit.title)
    return html.tag("figure", picture, html.tag("figcaption", html.caption(chart.caption)), class_="drawn")


def _own_names(svg: str, key: str) -> str:
    """Ids of an inlined picture made its own, so that clips of two pictures do not meet."""
    names = sorted(set(re.findall(r'\bid="([^"]+)"', svg)), key=len, reverse=True)
    for name in names:
        svg = svg.replace(f'id="{name}"', f'id="{key}-{name}"').replace(f"#{name}", f"#{key}-{name}")
    return svg


def _plotly() -> str:
    return f"<script>{packed.plotly(packed.read()).script.decode()}</script>"


def _print(source: Path, file: Path, folder: Path) -> None:
    path = browser()
    if path is None:
        raise NoBrowserError
    flags: Sequence[str] = (
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer", f"--print-to-pdf={file.resolve()}",
    )  # fmt: skip
    try:
        done = subprocess.run([path, *flags, source.as_uri()], capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        raise EventStudyError("the browser did not finish printing within two minutes") from None
    if done.returncode or not file.exists():
        raise EventStudyError(f"the browser could not print the report (exit {done.returncode})")
