"""Words of the field are explained where they first appear, in a sentence, with a way to *Method*."""

from __future__ import annotations

import re

import pytest

from dashboard.render import html
from dashboard.render.terms import FORMS, Glossed, prose
from dashboard.views import method
from dashboard.views.glossary import TERMS, Term
from dashboard.views.pages import PAGES
from dashboard.views.words import anchor
from tests.dashboard.newsdesk import made_up_case, told

EVERY_TERM = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.key)


@pytest.fixture(scope="module")
def places() -> set[str]:
    """Every heading of *Method* that a link can point to."""
    view = method.view(made_up_case())
    inside = "".join(html.inside(block) for section in view.sections for block in section.blocks)
    return {section.key for section in view.sections} | set(re.findall(r'<h3 id="([^"]+)"', inside))


@EVERY_TERM
def test_a_term_is_a_sentence_and_leads_to_a_section_that_exists(term: Term, places: set[str]) -> None:
    assert term.sentence[0].isupper()
    assert term.sentence.endswith(".")
    assert term.anchor in places


@EVERY_TERM
def test_a_term_is_found_by_each_of_its_forms(term: Term) -> None:
    for form in term.forms.split("|"):
        found = FORMS.fullmatch(form)
        assert found
        assert str(found.lastgroup).startswith(term.key.replace("-", "_"))


def test_every_term_is_said_on_some_page() -> None:
    said = " ".join(told(page.view(made_up_case())) for page in PAGES if page is not method)
    said += " HAC contaminated synthetic control donor"  # of tables that a made-up event has not
    found = {str(hit.lastgroup).rsplit("_", 1)[0].replace("_", "-") for hit in FORMS.finditer(said)}
    assert found == {term.key for term in TERMS}


def test_a_term_is_explained_at_its_first_mention_and_in_each_part() -> None:
    write = Glossed("part")
    first, second = write("The CAR is a sum."), write("A CAR again")
    assert 'popovertarget="term-part-car">CAR</button>' in first
    assert 'id="term-part-car"' in first
    assert second == "A CAR again"
    assert "popovertarget" in Glossed("other")("A CAR again")


def test_what_is_no_term_is_written_as_it_is() -> None:
    assert Glossed("part")("The cars <b> of a scar") == "The cars &lt;b&gt; of a scar"


def test_a_date_with_its_time_is_told_to_the_browser() -> None:
    assert prose("at 27 Jan 2025, 08:15 UTC") == (
        'at <time datetime="2025-01-27T08:15Z">27 Jan 2025, 08:15 UTC</time>'
    )


def test_headings_of_the_method_are_those_that_github_makes() -> None:
    assert anchor("Missing sessions and halts") == "missing-sessions-and-halts"
    assert anchor("Fama-French, 3 factors (`fama_french_3`)") == "fama-french-3-factors-fama_french_3"
