"""Exhibits as files that a reader takes away."""

from __future__ import annotations

import json
import os
from html import escape
from typing import Any

from dashboard.render import theme
from dashboard.render.compose import SIZES, USUAL, Frame, close, composed
from dashboard.render.csv import as_csv
from dashboard.render.pictures import PICTURES, Studio
from dashboard.render.records import columns, records
from dashboard.render.xlsx import as_xlsx
from dashboard.views import words
from dashboard.views.content import Chart, Credit, Exhibit, View
from dashboard.views.tables import Column, Table

TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = PICTURES | TABLES
OF_MODEL = ("Model", "Benchmark", "Donors")  # of the design of a page


def file_name(event: str, key: str, kind: str, size: str = USUAL) -> str:
    """Stable name of a downloaded file; a picture of another size than the usual one says its own."""
    sized = "" if size == USUAL or kind not in PICTURES else f"-{size}"
    return f"{event}_{key}{sized}.{kind}"


def file(exhibit: Exhibit, kind: str, view: View, studio: Studio, size: str = USUAL) -> bytes:
    """The content of an exhibit in one of `FORMATS`; a picture has one of `SIZES`."""
    if kind == "csv":
        return as_csv(data_of(exhibit.content))
    if kind == "xlsx":
        sheets = {"Data": data_of(exhibit.content)}
        if isinstance(exhibit.content, Chart):
            sheets["Table"] = exhibit.content.table.columns
        return as_xlsx(sheets, design_of(exhibit, view))
    frame = Frame(subject=view.event, address=address(exhibit, view))
    return studio.picture(exhibit, kind, frame, SIZES[size])


def card(exhibit: Exhibit, view: View, place: str, studio: Studio) -> bytes:
    """The picture that stands for the page at a place where it is shared: 1200 x 630 pixels, as PNG.

    What the page found is its title.
    """
    shows = exhibit.title if exhibit.title != view.title else ""
    frame = Frame(subject=" – ".join(filter(None, (shows, view.event))), address=public(place))
    assert isinstance(exhibit.content, Chart)
    drawn = Exhibit(view.title, close(exhibit.content))
    return studio.picture(drawn, "png", frame, SIZES["card"], density=1)


def address(exhibit: Exhibit, view: View) -> str:
    """Where an exhibit stands: with `AFTERSHOCK_URL` a link, else the path on whichever server shows it."""
    place = dict(view.design).get("View")
    return public(f"{place}#{place_of(exhibit.content)}") if place else "Made with Aftershock"


def public(path: str) -> str:
    """A path on the server that `AFTERSHOCK_URL` names; on any, if it names none."""
    return (os.environ.get("AFTERSHOCK_URL", "").rstrip("/") or "Aftershock ") + path


def place_of(content: Chart | Table) -> str:
    """Id of the element on the page that holds a chart or a table."""
    return f"{content.key}-chart" if isinstance(content, Chart) else f"{content.key}-frame"


def data_of(content: Chart | Table) -> tuple[Column, ...]:
    """The columns of a file: of a chart every point that is drawn, in long form."""
    return columns(records(content)) if isinstance(content, Chart) else content.columns


def credit_of(content: Chart | Table, view: View) -> Credit:
    """Whose data it is: a chart says it, a table has what its page has."""
    return content.caption.credit if isinstance(content, Chart) else view.credit


def caption_of(content: Chart | Table) -> str:
    """The words under a chart, or above a table."""
    if isinstance(content, Table):
        return content.title
    return words.caption(content.caption)


def design_of(exhibit: Exhibit, view: View) -> tuple[tuple[str, str], ...]:
    """Everything needed to find and repeat an exhibit; a table of other models than its page says so."""
    note = exhibit.content.note if isinstance(exhibit.content, Table) else ""
    made = (("Made with models", note),) if note else ()
    return (
        ("Title", exhibit.title),
        *(row for row in view.design if not note or row[0] not in OF_MODEL),
        *made,
        ("Caption", caption_of(exhibit.content)),
        ("Source", credit_of(exhibit.content, view).publishers),
        ("Units", "decimal: -0.01 is minus one percent; returns are simple, in local currency"),
        ("Made with", "Aftershock"),
    )


def citation(exhibit: Exhibit, view: View, event: str) -> str:
    """One sentence that credits a chart or table and its data."""
    credit = credit_of(exhibit.content, view)
    return (
        f"Aftershock, “{exhibit.title}”, {event}. Data: {credit.publishers}, "
        f"snapshot {credit.snapshot}, prices to {words.day(credit.as_of)}."
    )


def as_html(exhibit: Exhibit, subject: str, plotly_js: str) -> bytes:
    """A chart as a page of its own; `plotly_js` is the address of Plotly beside it."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(exhibit.title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<script src="{escape(plotly_js)}"></script></head>'
        f'<body style="margin:0;background:{theme.colour("surface")}">{drawn(exhibit, subject)}</body></html>'
    ).encode()


def drawn(exhibit: Exhibit, subject: str, framed: bool = True) -> str:
    """The element of a chart and the script that draws it, where Plotly is loaded."""
    figure = composed(exhibit, Frame(subject=subject, framed=framed))
    key = escape(exhibit.content.key)
    config = json.dumps(theme.CONFIG | {"responsive": False})
    return (
        f'<div id="{key}"></div><script>Plotly.newPlot("{key}", '
        f"{script(figure['data'])}, {script(figure['layout'])}, {config})</script>"
    )


def script(value: Any) -> str:
    """JSON that can stand inside a script element."""
    return json.dumps(value).replace("</", "<\\/")
