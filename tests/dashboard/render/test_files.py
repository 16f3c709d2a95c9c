"""Files: read back and held against the study."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import struct
from dataclasses import fields, replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from analysis.market.errors import DesignError
from dashboard.render import files, pictures, publish, report
from dashboard.render.compose import EDGE, PANEL_TITLE, SIZES, Frame, Size, composed
from dashboard.render.csv import as_csv, header
from dashboard.render.figures import drawn
from dashboard.render.pictures import NoBrowserError, Studio
from dashboard.render.xlsx import as_xlsx
from dashboard.views import columns, overview, reaction
from dashboard.views.content import Chart, Exhibit, Panel, View
from dashboard.views.pages import Page
from dashboard.views.tables import Column
from dashboard.web import create_app, downloads
from tests.dashboard.newsdesk import SLUG, MadeUpSource, made_up_case

needs_browser = pytest.mark.skipif(pictures.browser() is None, reason="no Chrome or Chromium here")


def sheet_of(*values: str) -> tuple[Column, ...]:
    return (columns.texts("Name", values),)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def view() -> View:
    return overview.view(made_up_case())


@pytest.fixture(scope="module")
def paths(view: View) -> Exhibit:
    return view.exhibits["car-paths"]


def test_a_signed_figure_stays_a_number() -> None:
    assert rows_of(as_csv(sheet_of("-11.5")))[1] == ["-11.5"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1 and more", "@sum", "\tx", "\rx"])
def test_no_cell_starts_a_formula(text: str) -> None:
    assert rows_of(as_csv(sheet_of(text)))[1] == [f"'{text}"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"Data": sheet_of(text)}, [])))
    assert book["Data"]["A2"].data_type == "s"


def test_csv_holds_plain_numbers_with_units_ten_digits_of_them_and_empty_for_missing() -> None:
    returns = columns.percents("AR", (-0.1234567890123, None))
    days = columns.dates("Day", (dt.date(2025, 1, 27), None))
    assert rows_of(as_csv((returns, days))) == [
        ["AR [decimal]", "Day"],
        ["-0.123456789", "2025-01-27"],
        ["", ""],
    ]
    assert rows_of(as_csv((columns.numbers("Claims", (34,), 0),))) == [["Claims"], ["34"]]


def test_a_time_is_a_time_of_the_workbook() -> None:
    when = dt.datetime(2025, 1, 27, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"Data": (columns.texts("time", (when,)),)}, [])))
    assert book["Data"]["A2"].value == dt.datetime(2025, 1, 27, 8, 30)
    assert book["Data"]["A2"].number_format == 'yyyy-mm-dd hh:mm" UTC"'


def test_workbook_equals_the_exhibit_and_says_where_it_comes_from(view: View, paths: Exhibit) -> None:
    case = made_up_case()
    with Studio() as studio:
        book = openpyxl.load_workbook(io.BytesIO(files.file(paths, "xlsx", view, studio)), data_only=True)
    sheet = book["Data"]
    for j, column in enumerate(files.data_of(paths.content), start=1):
        assert sheet.cell(1, j).value == header(column)
        found = [sheet.cell(i + 2, j).value for i in range(len(column.values))]
        if column.name == "value":
            held = [value or 0.0 for value in column.values if not isinstance(value, str)]
            assert [value or 0.0 for value in found] == pytest.approx(held, rel=1e-9)
        elif column.name in ("symbol", "session", "series"):
            assert found == list(column.values)
    about = dict(book["Design and source"].iter_rows(values_only=True))
    assert about["Snapshot"] == case.market.provenance.snapshot
    assert about["Estimation window"] == str(case.design.estimation_window)


def test_composed_chart_keeps_every_trace_mark_and_word(paths: Exhibit) -> None:
    figure = composed(paths, Frame(subject="A shock"))
    layout, chart = figure["layout"], paths.content
    assert isinstance(chart, Chart)
    assert len(figure["data"]) == sum(len(one["data"]) for one in drawn(chart))
    assert {t["xaxis"] for t in figure["data"]} == {"x1", "x2", "x3"}
    text = " ".join(a["text"] for a in layout["annotations"])
    assert paths.title in text
    assert "A shock" in text
    for panel in chart.panels:
        assert panel.title in text
    domains = [layout[f"xaxis{i}"]["domain"] for i in (1, 2, 3)]
    assert all(0 <= low < high <= 1 for low, high in domains)
    assert domains[0][1] < domains[1][0] < domains[1][1] < domains[2][0]


def test_bars_are_stacked_and_labelled_in_the_picture_as_on_the_page() -> None:
    chart = reaction.view(made_up_case()).exhibits["decomposition"]
    layout = composed(chart)["layout"]
    assert layout["barmode"] == "relative"
    assert layout["uniformtext"] == {"mode": "hide", "minsize": 12}


def test_a_card_says_what_an_asterisk_means(paths: Exhibit) -> None:
    chart = paths.content
    assert isinstance(chart, Chart)
    shows = "Paths. * Gamma (CCC) is shown through CCR."
    starred = Exhibit("A", replace(chart, caption=replace(chart.caption, shows=shows)))
    text = " ".join(a["text"] for a in composed(starred, Frame(), SIZES["card"])["layout"]["annotations"])
    assert "* Gamma (CCC) is shown through CCR. Source:" in text.replace("<br>", " ")


def test_chart_without_its_frame_leaves_no_room_for_title_and_caption(paths: Exhibit) -> None:
    chart = paths.content
    assert isinstance(chart, Chart)
    rows = -(-len(chart.panels) // SIZES["article"].columns)
    height = rows * (drawn(chart)[0]["layout"]["height"] + PANEL_TITLE)
    assert composed(paths, Frame(framed=False))["layout"]["height"] == height


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("page", [overview, reaction])
def test_every_size_has_its_proportions_and_room_for_every_panel(page: Page, size: Size) -> None:
    for exhibit in page.view(made_up_case()).exhibits.values():
        if not isinstance(exhibit.content, Chart):
            continue
        layout = composed(exhibit, size=size)["layout"]
        assert not size.height or layout["width"] / layout["height"] == pytest.approx(
            size.width / size.height
        )
        assert size.height or layout["width"] == size.width
        spans = {tuple(layout[key]["domain"]) for key in layout if key.startswith("xaxis")}
        narrowest = min(high - low for low, high in spans) * layout["width"]
        assert narrowest > 100, f"{exhibit.content.key}: {narrowest}"
        assert max(high for _, high in spans) * layout["width"] <= layout["width"] - EDGE + 1


def test_a_card_draws_the_rows_that_can_be_read_and_says_how_many_there_are() -> None:
    exhibit = overview.view(made_up_case()).exhibits["reported-against-measured"]
    chart = exhibit.content
    assert isinstance(chart, Chart)
    (panel,) = chart.panels
    often = tuple(
        replace(each, **{
            field.name: getattr(each, field.name)[:1] * 12 for field in fields(each)
            if isinstance(getattr(each, field.name), tuple) and getattr(each, field.name)
        })
        for each in panel.series
    )  # fmt: skip
    often = tuple(replace(each, at=tuple(range(12))) for each in often if each.at)
    known = {each.role for each in often}
    long = replace(
        chart,
        rows=chart.rows[:1] * 12,
        panels=(Panel((*often, *(each for each in panel.series if each.role not in known))),),
    )
    told = "".join(
        a["text"] for a in composed(Exhibit("Claims", long), size=SIZES["card"])["layout"]["annotations"]
    )
    assert "the first 5 of 12 rows" in told
    assert told.count(f"<b>{chart.rows[0].label}</b>") == 5


def test_words_of_a_picture_are_anchored_at_the_side_where_they_stand() -> None:
    for page in (overview, reaction):
        for exhibit in page.view(made_up_case()).exhibits.values():
            words = composed(exhibit)["layout"]["annotations"] if isinstance(exhibit.content, Chart) else ()
            assert all(word["align"] == word["xanchor"] for word in words)


def test_chart_page_cannot_be_left_by_its_data(paths: Exhibit) -> None:
    page = files.as_html(paths, "</script><b>", "plotly.min.js").decode()
    assert page.count("</script>") == 2


@pytest.fixture(scope="module")
def drawings(view: View) -> dict[str, bytes]:
    """A chart in every format, as a card."""
    with Studio() as studio:
        exhibit = view.exhibits["indexed-prices"]
        return {kind: files.file(exhibit, kind, view, studio, "card") for kind in pictures.PICTURES}


@needs_browser
def test_a_drawing_says_what_it_is_and_names_its_parts(drawings: dict[str, bytes]) -> None:
    drawing = ElementTree.fromstring(drawings["svg"])
    assert (drawing.get("width"), drawing.get("height")) == ("1200", "630")
    told = {child.tag.rpartition("}")[2]: child.text or "" for child in list(drawing)[:2]}
    assert told["title"] == "Prices around the event – A shock"
    for part in ("last close before the event set to 100", "Source: ", f"/e/{SLUG}/#indexed-prices-chart"):
        assert part in told["desc"]
    names = {group.get("id") for group in drawing.iter() if group.get("id")}
    assert {"charts", "words", "chart", "chart-grid", "chart-Beta-2", "chart-vertical-axis"} <= names
    empty = [group for group in drawing.iter("{http://www.w3.org/2000/svg}g") if not len(group)]
    assert not empty


@needs_browser
def test_a_card_is_as_large_as_it_says_and_a_pdf_has_the_title_of_its_chart(
    drawings: dict[str, bytes],
) -> None:
    from pypdf import PdfReader

    assert struct.unpack(">II", drawings["png"][16:24]) == (2400, 1260)
    paper = PdfReader(io.BytesIO(drawings["pdf"]))
    assert paper.metadata is not None
    assert paper.metadata.title == "Prices around the event – A shock"
    assert len(paper.pages) == 1
    assert float(paper.pages[0].mediabox.width) == pytest.approx(1200 * 72 / 96, abs=1)


def test_without_a_browser_pictures_say_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pictures, "browser", lambda: None)
    monkeypatch.setattr(publish, "browser", lambda: None)
    files, remark = publish.publish(made_up_case(), tmp_path, ("png", "html"), ("csv",))
    assert "install it" in remark
    assert not [f for f in files if f.suffix == ".png"]
    assert [f for f in files if f.suffix == ".html"]
    exhibit = overview.view(made_up_case()).exhibits["car-paths"]
    with Studio() as studio, pytest.raises(NoBrowserError):
        studio.picture(exhibit, "svg")


def test_published_files_have_stable_names_and_a_manifest(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    files, _ = publish.publish(
        made_up_case(), tmp_path, (), ("csv", "latex"), lambda *step: seen.append(step)
    )
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert set(manifest["files"]) == {f.name for f in files[:-1]}
    assert f"{SLUG}_car-paths.csv" in manifest["files"]
    assert f"{SLUG}_thesis.tex" in manifest["files"]
    assert [done for _, done, _ in seen] == list(range(1, len(files) - 1))  # neither thesis nor manifest


def test_a_picture_of_another_size_has_a_name_of_its_own() -> None:
    assert files.file_name("e", "k", "png") == "e_k.png"
    assert files.file_name("e", "k", "png", "card") == "e_k-card.png"
    assert files.file_name("e", "k", "csv", "card") == "e_k.csv"


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(DesignError, match=r"'gif' is not known; allowed: svg, png"):
        publish.chosen("svg,gif", publish.CHART_FORMATS, "--format")


def test_report_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "browser", lambda: None)
    monkeypatch.setattr(report, "_plotly", lambda: "<script>var Plotly;</script>")
    page = report.as_html(made_up_case())
    assert "A shock" in page
    assert 'src="' not in page
    assert "&lt;script&gt;" in page, "text of the catalogue is escaped"
    assert "<script>alert" not in page
    assert "No model, no benchmark: adjusted closes" in page, "captions are text"


def test_report_on_paper_needs_a_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(report, "browser", lambda: None)
    monkeypatch.setattr(report, "_plotly", lambda: "")
    with pytest.raises(NoBrowserError):
        report.write(made_up_case(), tmp_path / "report.pdf")


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_printed_report_has_text_page_numbers_and_its_paper(tmp_path: Path, paper: str, width: int) -> None:
    from pypdf import PdfReader

    report.write(made_up_case(), tmp_path / "report.pdf", paper)
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert float(pages[0].mediabox.width) == pytest.approx(width, abs=1)
    assert "A shock" in pages[0].extract_text()
    assert f"1 / {len(pages)}" in pages[0].extract_text()


# ---- the addresses that the links lead to ----


@pytest.fixture(scope="module")
def client():
    return create_app(MadeUpSource()).server.test_client()


def test_table_arrives_under_its_name(client) -> None:
    answer = client.get(f"/download/{SLUG}/overview/car-paths.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}_car-paths.csv"'
    assert answer.text.startswith("\ufeffsymbol,name,session,date")


def test_choices_of_the_address_reach_the_file(client) -> None:
    short = client.get(f"/download/{SLUG}/overview/car-paths.csv?window=-1..1").text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(short)))
    assert {row["session"] for row in rows} == {"-1", "0", "1"}


@pytest.mark.parametrize(
    "path",
    [
        f"/download/{SLUG}/overview/nothing.csv",
        f"/download/{SLUG}/nowhere/car-paths.csv",
        f"/download/{SLUG}/overview/car-paths.exe",
        f"/download/{SLUG}/overview/claims.png",
        f"/download/{SLUG}/overview/..%2f..%2fapp.csv",
        "/download/nonsense/overview/car-paths.csv",
        "/download/nowhere/car-paths.csv",
        f"/download/{SLUG}/overview/car-paths.png?size=huge",
    ],
)
def test_what_does_not_exist_is_404_in_one_line(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert len(answer.text.splitlines()) <= 1 or answer.mimetype == "text/html"


def test_the_menu_offers_every_size() -> None:
    view = overview.view(made_up_case())
    here = downloads.of_event("/", SLUG, "A shock")
    menu = here.links(view)("A chart", view.exhibits["car-paths"].content)
    assert ("Card, 1200 × 630" in menu) == (pictures.browser() is not None)


@pytest.mark.parametrize(
    ("here", "offered"),
    [(downloads.of_event("/", SLUG, "A shock"), True), (downloads.outside("/claims"), False)],
)
def test_a_link_to_these_prices_is_offered_where_an_address_can_name_them(
    here: downloads.Here, offered: bool
) -> None:
    view = overview.view(made_up_case())
    menu = here.links(view)("A chart", view.exhibits["car-paths"].content)
    assert ("Copy link to these prices" in menu) is offered


def test_impossible_view_is_one_line(client) -> None:
    answer = client.get(f"/download/{SLUG}/reaction/car-paths.csv?estimation=-700..-400")
    assert answer.status_code == 422
    assert len(answer.text.splitlines()) == 1


def test_table_behind_a_chart_is_served_escaped(client) -> None:
    answer = client.get(f"/table/{SLUG}/overview/reported-against-measured")
    assert answer.status_code == 200
    assert "Alpha &lt;b&gt;" in answer.text
    assert answer.text.startswith("<div")
    assert "<caption>" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/table/{SLUG}/overview/claims",
        f"/table/{SLUG}/nowhere/car-paths",
        "/table/a/../b",
        "/table/nonsense/overview/car-paths",
    ],
)
def test_no_table_behind_it_is_404(client, path: str) -> None:
    assert client.get(path).status_code == 404
