"""Formulas of the methodology are MathML on the page."""

from __future__ import annotations

import pytest

from dashboard.render.prose import formulas, known, markdown
from dashboard.views.method import METHODOLOGY

TEXT = METHODOLOGY.read_text(encoding="utf-8")


def test_every_formula_of_the_methodology_has_been_made() -> None:
    assert {latex for latex, _ in formulas(TEXT)} == set(known())


def test_what_is_kept_is_what_the_converter_makes() -> None:
    pytest.importorskip("latex2mathml", reason="a package of the checks")
    from tools.formulas import made

    assert known() == made()


def test_a_formula_on_a_line_of_its_own_can_be_scrolled_and_one_in_a_text_stays_there() -> None:
    inside = markdown("Here $k$ stands:\n\n$$k = 2$$\n\nand ends.")
    assert "<p>Here <math" in inside
    assert '<div class="formula" tabindex="0" role="group" aria-label="Formula">' in inside
    assert "$" not in inside
