"""One self-contained report of an event: finding, charts, tables, provenance; as HTML or PDF.

The report is made of the pages themselves. Charts are inlined as SVG, so that text stays text and
prints sharply; without a browser to draw them, the HTML report carries Plotly and draws itself.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from analysis.market.errors import EventStudyError
from dashboard.render import files, html, packed, theme
from dashboard.render.compose import Frame, Size, close, first_rows
from dashboard.render.pictures import NoBrowserError, Studio, browser
from dashboard.views import captions, words
from dashboard.views import method as method_page
from dashboard.views.case import Case
from dashboard.views.choices import address
from dashboard.views.content import Block, Chart, Exhibit, Message, Note, Progress, Section, View
from dashboard.views.pages import PAGES
from dashboard.views.tables import Column, Table

PAPER = {"a4": "A4", "letter": "letter"}
SHEET = Size("A chart on a sheet of paper", 940, panel=160, columns=5, flat=0.85)
FIRST_ROWS = 9  # of a chart, on the sheet that stands alone
SHORT_ROWS = 14  # of a table, in a short report
CSS = Path(__file__).parent / "report.css"


def write(case: Case, file: Path, paper: str = "a4", *, short: bool = False, method: bool = False) -> None:
    """Write the report; the ending of the file's name decides between HTML and PDF.

    Raises
    ------
    NoBrowserError
        For a PDF, if there is no Chrome or Chromium to print it.
    """
    page = as_html(case, paper, short=short, method=method)
    if file.suffix.lower() != ".pdf":
        file.write_text(page, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        _print(source, file, Path(folder))


def as_html(case: Case, paper: str = "a4", *, short: bool = False, method: bool = False) -> str:
    """The report as one HTML document that asks for nothing else.

    `short` is the first sheet, the charts and claims of the overview, and what each other page found;
    `method` adds how the numbers are made.
    """
    with Studio() as studio:
        press = Press(case, studio if browser() else None)
        views = dict(_views(case))
        body = press.short(views) if short else press.whole(said_once(views))
        body += press.page("Method", method_page.view(case)) if method else ""
    script = "" if browser() else _plotly()
    return _document(case.dossier.event.name, f"<main>{body}</main>", _sheet(case, paper), script)


def page_html(view: View) -> str:
    """One page as an HTML document that asks for nothing else and draws its charts itself."""
    body = html.page(view, lambda heading, chart: _drawing(Exhibit(heading, chart), None))
    return _document(view.event or view.title, f"<main>{body}</main>", _page_box("A4"), _plotly())


def _document(name: str, body: str, box: str, script: str) -> str:
    css = theme.style_sheet() + box + CSS.read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>Aftershock: {escape(name)}</title>"
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{css}</style>{script}'
        f"</head><body>{body}</body></html>"
    )


def _sheet(case: Case, paper: str) -> str:
    """What stands on each sheet: the event and the date above, the address and the number below."""
    made = words.day(dt.datetime.now(dt.timezone.utc).date())
    prices = words.day(case.market.provenance.as_of)
    at = files.public(address("", case.choices)) if case.placed else "Made with Aftershock"
    return _page_box(PAPER[paper], case.dossier.event.name, f"Made {made}, prices to {prices}", at)


def _page_box(paper: str, *told: str) -> str:
    places = zip(("top-left", "top-right", "bottom-left"), told, strict=False)
    boxes = "".join(f"@{place} {{ content: {_string(text)}; }}" for place, text in places)
    return f"@page {{ size: {paper}; {boxes} }}"


def _string(text: str) -> str:
    """Text as a string of CSS inside a style element."""
    return '"' + re.sub(r'["\\<\n]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'


# ---- what stands in a report ---------------------------------------------------------------------


def _views(case: Case) -> Iterator[tuple[str, View]]:
    """The pages of a report by title; a page that cannot be made says why."""
    for page in PAGES:
        if not getattr(page, "IN_REPORT", True):
            continue
        try:
            yield page.TITLE, page.view(case)
        except EventStudyError as error:
            told = words.sentence(str(error))
            yield page.TITLE, View("", page.TITLE, told, (), (), captions.provenance(case))


def said_once(views: Mapping[str, View]) -> dict[str, View]:
    """Pages without what another shows: a chart stands where it comes first, a table where it is longest.

    A part that has nothing else goes with them.
    """
    charts: set[str] = set()
    longest: dict[str, int] = {}
    for table in (block for view in views.values() for block in _tables(view)):
        longest[table.key] = max(longest.get(table.key, 0), len(table.columns[0].values))

    def stays(block: Block) -> bool:
        if isinstance(block, Chart):
            fresh = block.key not in charts
            charts.add(block.key)
            return fresh
        if isinstance(block, Table) and block.key:
            here = longest.get(block.key) == len(block.columns[0].values)
            if here:
                del longest[block.key]
            return here
        return not isinstance(block, Progress)  # nothing goes on on paper

    def kept(section: Section) -> Section:
        blocks = tuple(block for block in section.blocks if stays(block))
        bare = len(blocks) < len(section.blocks) and not any(isinstance(b, (Chart, Table)) for b in blocks)
        return replace(section, blocks=() if bare else blocks)

    return {
        title: replace(view, sections=tuple(kept(section) for section in view.sections))
        for title, view in views.items()
    }


def _tables(view: View) -> Iterator[Table]:
    blocks = (block for section in view.sections for block in section.blocks)
    return (block for block in blocks if isinstance(block, Table) and block.key)


@dataclass(frozen=True)
class Press:
    """Writes pages for paper; without a studio charts draw themselves."""

    case: Case
    studio: Studio | None

    def whole(self, views: Mapping[str, View]) -> str:
        """A first sheet that stands alone, and every page after it."""
        (_, first), *others = views.items()
        lead, rest = self.first(first)
        pages = (self.page(title, view) for title, view in others)
        return lead + self.parts(rest) + "".join(pages)

    def short(self, views: Mapping[str, View]) -> str:
        """The first sheet, the charts and claims of the overview, and what the other pages found."""
        (_, first), *others = views.items()
        lead, rest = self.first(first)
        found = "".join(
            html.tag("dt", escape(f"{title}: {view.title}.")) + html.tag("dd", escape(view.words))
            for title, view in others
        )
        listed = html.tag("section", html.tag("h2", "What the other pages say"), html.tag("dl", found))
        return lead + listed + self.parts(_shortened(part) for part in rest)

    def first(self, view: View) -> tuple[str, list[Section]]:
        """The sheet that stands alone (finding, verdicts, first chart, method, source), and what is left."""
        place, chart = next(
            ((i, block) for i, part in enumerate(view.sections) for block in part.blocks
             if isinstance(block, Chart)),
            (0, None),
        )  # fmt: skip
        head = html.page(replace(view, sections=()), self.drawn)
        heading = view.sections[place].title if chart else ""
        picture = html.tag("h2", escape(heading)) + self.drawn(heading, _cut(chart)) if chart else ""
        about = html.tag("p", escape(self._about()), class_="about")
        rest = list(view.sections)
        if chart and len(chart.rows) <= FIRST_ROWS:
            left = tuple(b for b in rest[place].blocks if b is not chart and not isinstance(b, Note))
            rest[place] = replace(rest[place], blocks=left)
        return html.tag("section", head, picture, about, class_="first"), rest

    def _about(self) -> str:
        retrieved = words.day(self.case.market.provenance.retrieved)
        told = f"{captions.modelled(self.case)} {words.credit(captions.credit(self.case))}"
        return (
            f"{told} This holds for every chart that says nothing else. Retrieved {retrieved}. "
            "Daily closes tell what prices did, not why. Not investment advice."
        )

    def page(self, title: str, view: View) -> str:
        """A page that begins where there is room for it."""
        eyebrow = html.tag("p", escape(title), class_="eyebrow")
        head = html.page(replace(view, event="", sections=(), caution=Message("")), self.drawn)
        begun = html.tag("div", eyebrow, head, class_="head")
        return html.tag("section", begun, self.parts(view.sections), class_="page")

    def parts(self, sections: Iterable[Section]) -> str:
        """Parts of a page, one after the other."""
        return "".join(html.section(part, self.drawn) for part in sections)

    def drawn(self, heading: str, chart: Chart) -> str:
        """A chart under the heading that the page has, over what its caption says that others do not."""
        told = chart.caption
        usual = captions.modelled(self.case), captions.credit(self.case)
        said = {
            "shows": told.shows,
            "method": "" if told.method == usual[0] else told.method,
            "source": "" if told.credit == usual[1] else words.credit(told.credit),
        }
        lines = "".join(html.tag("span", escape(text), class_=name) for name, text in said.items() if text)
        return _drawing(Exhibit(heading, chart), self.studio, lines)


def _cut(chart: Chart) -> Chart:
    """A chart as far as the first sheet has room for it; what it leaves out is said."""
    if len(chart.rows) <= FIRST_ROWS:
        return chart
    shows = f"The first {FIRST_ROWS} of {len(chart.rows)} rows are drawn. {chart.caption.shows}"
    return replace(first_rows(chart, FIRST_ROWS), caption=replace(chart.caption, shows=shows), key="first")


def _shortened(section: Section) -> Section:
    """A part of a short report: charts of few rows, and the first claims."""
    blocks = tuple(
        _first_of(block) if isinstance(block, Table) else block
        for block in section.blocks
        if not (isinstance(block, Chart) and len(block.rows) > FIRST_ROWS)
        and not (isinstance(block, Table) and block.key != "claims")
    )
    return replace(section, blocks=blocks if any(isinstance(b, (Chart, Table)) for b in blocks) else ())


def _first_of(table: Table) -> Table:
    every = len(table.columns[0].values)
    if every <= SHORT_ROWS:
        return table
    columns = tuple(_cut_column(column) for column in table.columns)
    return replace(table, title=f"{table.title}: the first {SHORT_ROWS} of {every}", columns=columns)


def _cut_column(column: Column) -> Column:
    below = tuple(_cut_column(one) for one in column.below)
    return replace(column, values=column.values[:SHORT_ROWS], below=below)


def _drawing(exhibit: Exhibit, studio: Studio | None, caption: str | None = None) -> str:
    """The picture of a chart over its caption as text."""
    chart = exhibit.content
    assert isinstance(chart, Chart)
    told = html.caption(chart.caption) if caption is None else caption
    if studio is None:
        drawn = files.drawn(exhibit, "", framed=False)
    else:
        svg = studio.picture(
            exhibit._replace(content=close(chart)), "svg", Frame(framed=False), SHEET
        ).decode()
        drawn = _own_names(svg, chart.key)
    picture = html.tag("div", drawn, role="img", aria_label=exhibit.title)
    return html.tag("figure", picture, html.tag("figcaption", told), class_="drawn")


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
