"""Tables and paragraphs for a thesis: nothing is a command that should be none, and LaTeX reads it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from analysis.inference.significance import TESTS
from analysis.market.reactions import REACTIONS
from analysis.models.normal_returns import NORMAL_RETURNS
from commands.show import case_of
from commands.source import DEFAULT_EVENT, Source
from dashboard.render.files import design_of
from dashboard.render.json import document as as_document
from dashboard.render.latex import document, escaped, exhibit, known, table
from dashboard.views import columns, overview, prices, reaction, reported, synthetic
from dashboard.views.content import Credit, Exhibit, View
from dashboard.views.tables import Table
from dashboard.views.thesis import of_study


@cache
def written() -> str:
    return document(of_study(case_of(Source(), DEFAULT_EVENT, None).study))


ROWS = (columns.texts("Firm", ["A firm"] * 90), columns.numbers("Number", range(90)))
LENGTHY = (
    Exhibit("Long", Table("Long", ROWS, "long")),
    View("", "", "", (), (), Credit("Made up", "1", dt.date(2025, 1, 2))),
)


def check(source: str) -> None:
    """What a parser would refuse: braces, environments that do not end, rows of another length."""
    plain = re.sub(r"\\[&%$#_{}\\]", "", source.split(r"\begin{document}")[-1])
    assert plain.count("{") == plain.count("}")
    begun = re.findall(r"\\begin\{(\w+)\}", source.split(r"\begin{document}")[-1])
    assert sorted(begun + ["document"] * (r"\begin{document}" in source)) == sorted(
        re.findall(r"\\end\{(\w+)\}", source.split(r"\begin{document}")[-1])
    )
    assert "&" not in re.sub(r"\\&", "", re.sub(r"(?s)\\toprule.*?\\bottomrule", "", plain))
    for rows in re.findall(r"(?s)\\toprule(.*?)\\bottomrule", source):
        lengths = {len(re.findall(r"(?<!\\)&", row)) for row in rows.split(r" \\" + "\n") if "&" in row}
        assert len(lengths) == 1


def test_what_is_a_command_for_latex_is_none_in_a_text() -> None:
    assert escaped("R&D 5 % of $x_1 {a} #2 \\ ~ ^") == (
        r"R\&D 5 \% of \$x\_1 \{a\} \#2 \textbackslash{} \textasciitilde{} \textasciicircum{}"
    )


def test_the_tables_of_a_study_hold_its_numbers_over_notes_and_without_stars() -> None:
    source = written()
    check(source)
    study = case_of(Source(), DEFAULT_EVENT, None).study
    car = f"{abs(100 * study.car(study.design.car_windows[0]).loc['NVDA', 'car']):.2f}"
    assert rf"$-${car}~\%" in source
    assert r"Model: Market model. Benchmark: RSP, STOXX600-NR." in source
    assert r"\toprule" in source
    assert "^{*}" not in source


def test_stars_stand_where_they_are_asked_for() -> None:
    cars = columns.percents("CAR", (-0.05, 0.01, None), below=(columns.pvalues("p", (0.004, 0.2, None)),))
    found = Table("Windows", (columns.texts("Firm", ("A_B", "C", "D")), cars))
    starred, plain = table(found, "w", stars=True), table(found, "w")
    assert r"A\_B & $-$5.00~\%$^{***}$ \\" in starred
    assert "+1.00~\\% \\\\" in starred
    assert "***" not in plain


def test_whoever_is_cited_has_an_entry() -> None:
    entries = {key for found in known().values() for key in found}
    cited = set(re.findall(r"[\w,]+(?=\})", " ".join(re.findall(r"\\citet\{[\w,]+\}", written()))))
    assert {key for keys in cited for key in keys.split(",")} <= entries
    registries = (*NORMAL_RETURNS.values(), *TESTS.values(), *REACTIONS.values())
    for reference in {entry.reference for entry in registries}:
        for one in reference.split("; "):
            names, years = re.fullmatch(r"(.+) \(([\d, ]+)\)", one).groups()  # type: ignore[union-attr]
            assert {re.sub("[^a-z]", "", names.lower()) + year for year in years.split(", ")} <= entries


def test_an_exhibit_is_a_table_over_its_design() -> None:
    view = reaction.view(case_of(Source(), DEFAULT_EVENT, None))
    for shown in view.exhibits.values():
        check(exhibit(shown, view))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs LaTeX")
def test_latex_reads_it_and_every_table_fits_its_page(tmp_path: Path) -> None:
    case = case_of(Source(), DEFAULT_EVENT, None)
    views = [module.view(case) for module in (overview, reported, reaction, prices)]
    fragments = [exhibit(shown, view) for view in views for shown in view.exhibits.values()]
    starred = document(of_study(case.study), stars=True)
    source = starred.replace(r"\nocite", "\n".join([*fragments, exhibit(*LENGTHY)]) + "\n\\nocite")
    (tmp_path / "study.tex").write_text(source, encoding="utf-8")
    line = ["pdflatex", "-draftmode", "-interaction=nonstopmode", "-halt-on-error", "study.tex"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, timeout=300, check=False)
    told = done.stdout.decode(errors="replace")
    assert done.returncode == 0, told[-2000:]
    assert not [points for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", told) if float(points) > 20]
    assert "Float too large" not in told


def test_a_table_of_a_second_model_says_what_its_values_are_of() -> None:
    case = case_of(Source(), DEFAULT_EVENT, None)
    view = View("", "", "", (), (synthetic.section(case),), LENGTHY[1].credit, (("Model", "Another"),))
    source = exhibit(view.exhibits["second-opinion-table"], view)
    assert "Model: Another" not in source
    design = dict(design_of(view.exhibits["second-opinion-table"], view))
    assert "Model" not in design
    assert "Model: Synthetic control." in design["Made with models"]
    assert "Model: Synthetic control." in as_document(view)["sections"][0]["blocks"][1]["made_with"]
    assert "Model: Market model." in source
    assert "Model: Synthetic control." in source
    donors = synthetic.control(case).panel.market.donors
    assert all(donor in source for firm in case.study.symbols for donor in donors[firm].used)


def test_a_long_table_runs_over_pages_and_icons_leave_their_words() -> None:
    source = exhibit(*LENGTHY)
    check(source)
    assert r"\begin{longtable}" in source
    assert r"\endhead" in source
    assert escaped("■ at the close, ✓ ◔ 5") == "at the close, yes 5"


def test_a_line_of_a_cell_that_says_nothing_takes_no_row() -> None:
    below = (columns.texts("Note", ("", "As the bell rang.")), columns.texts("By", ("A", "B")))
    written = table(Table("T", (columns.texts("Claim", ("One", "Two"), "", below),)), "t")
    rows = written.split("\\midrule\n")[1].split("\n\\bottomrule")[0].splitlines()
    assert rows == [rf"{line} \\" for line in ("One", "A", "Two", "As the bell rang.", "B")]
