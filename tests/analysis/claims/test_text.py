"""Pasted text in any state is read, and every proposal points at the characters of the input."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.claims.article import LONGEST, checked, is_english
from analysis.claims.extraction import read_claims
from analysis.claims.text import LONGEST_SENTENCE, TAGGED, sentences
from analysis.market.errors import DataError
from data.symbols import directory
from tests.analysis.claims.scoring import HERE, cases

PIECES = st.sampled_from(
    [
        "Nvidia",
        "Apple",
        "the stock",
        "shares of",
        "fell",
        "rose",
        "5%",
        "3.2 per cent",
        "and",
        ",",
        ".",
        ";",
        "(",
        ")",
        "-",
        "to",
        "between",
        "a third",
        "after hours",
        "\n",
        "\n\n",
        "its",
        "both",
        "respectively",
        "on Monday",
        "<p>",
        "</p>",
        "&nbsp;",
        "\xad",
        "−",
        "as much as",
        "index",
        "'s",
        "which",
        "was",
        "down",
        "points",
        "$5bn",
        "🚀",
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Nvidia <b>fell</b> 5%</p>",
        "<div class='x'>Nvidia&nbsp;fell 5%</div><script>var a = 'Apple fell 9%';</script>",
        "Nvi\u00addia fell\u00a05\u202f%",
        "\U0001f680\U0001f680 Nvidia fell 5% \U0001f4c9",
        "Shares of the large American chip designer that\nmakes graphics cards for data "
        "centres, Nvidia, rose and\nfell; Nvidia "
        "fell 5% in the end as investors sold tech-\nnology shares.",
        "\ufeffNvidia fell 5%",
        "Nvidia (\u22125%)",
        "Nvidia: \u20135%",
    ],
)
def test_a_figure_is_found_and_its_place_is_that_of_the_input(text: str) -> None:
    claims = [p for p in read_claims(text, directory()) if p.value == "5"]
    assert [(p.symbol, p.sign) for p in claims] == [("NVDA", -1)]
    for claim in claims:
        assert "5" in text[claim.start : claim.end]
        assert claim.text in (text[claim.start : claim.end], "Nvidia fell 5%")


def test_a_broken_line_joins_and_a_list_does_not() -> None:
    wrapped = (
        "Shares of the chip designer fell on Monday as\ninvestors worried about what a cheap "
        "model would\nmean for spending."
    )
    assert len(list(sentences(wrapped))) == 1
    assert len(list(sentences("Nvidia: -5%\nApple: +1%\nIntel: -2%"))) == 3


@pytest.mark.parametrize("width", [28, 45, 72])
def test_claims_do_not_depend_on_where_lines_are_broken(width: int) -> None:
    for case in (
        case
        for file in ("traps", "harder", "third", "fourth", "fifth", "sixth", "seventh")
        for case in cases(HERE / f"{file}.jsonl")
    ):
        whole = case["sentence"]
        broken = textwrap.fill(whole, width, break_long_words=False)
        assert said(broken) == said(whole)


def said(text: str) -> list[tuple[str | None, ...]]:
    """What is read, without its place."""
    found = read_claims(text, directory())
    return [(p.subject, p.symbol, p.value, p.qualifier, p.basis, p.period) for p in found]


def test_a_line_may_end_between_a_figure_and_its_sign() -> None:
    assert [
        p.value for p in read_claims("The chipmaker Nvidia fell about 8.0\n% on Monday.", directory())
    ] == ["8.0"]


def test_a_headline_stays_apart_from_the_text_below() -> None:
    text = "Nvidia sinks on a cheap rival\nThe Nasdaq fell 3.1%, while Oracle lost 14% and Arm 10%."
    assert next(s.text for s in sentences(text)) == "Nvidia sinks on a cheap rival"


def test_a_short_page_full_of_tags_is_english_and_its_clauses_are_without_them() -> None:
    page = (
        '<div class="story"><p class="lead"><a href="https://example.org/quote?id=1" data-kind="link">'
        'Nvidia</a> <span class="down">fell</span> <b>17&nbsp;%</b> on Monday.</p></div>'
    )
    assert checked(page) == page
    (claim,) = read_claims(page, directory())
    assert claim.text == "Nvidia fell 17 %"
    assert page[claim.start :].startswith("Nvidia</a>")


def test_words_broken_at_the_end_of_several_lines_join() -> None:
    text = (
        "Shares of Broad-\ncom dropped 17.4 per cent and the Nas-\ndaq Composite lost 3.1 per cent by the "
        "close of\ntrading in New York."
    )
    found = read_claims(text, directory())
    assert [(one.symbol, one.basis) for one in found] == [("AVGO", "unknown"), ("^IXIC", "close")]


def test_a_picture_between_words_and_a_sign_as_an_entity_are_read_over() -> None:
    text = "AMD \U0001f43b lost 6.4&#37; on Monday."
    (found,) = read_claims(text, directory())
    assert (found.symbol, found.text) == ("AMD", "AMD lost 6.4%")
    assert text[found.start : found.end] == "AMD \U0001f43b lost 6.4&#37;"


def test_an_abbreviation_ends_no_sentence() -> None:
    assert len(list(sentences("Apple Inc. Chief Tim Cook spoke to Mr. Smith in the U.S. Senate."))) == 1


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    for claim in read_claims(text, directory()):
        assert claim.text == text[claim.start : claim.end] or TAGGED.search(text[claim.start : claim.end])


@given(st.lists(PIECES, max_size=40).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_no_order_of_market_words_breaks_the_reader(text: str) -> None:
    for claim in read_claims(text, directory()):
        assert 0 <= claim.start < claim.end <= len(text)
        assert not re.search("<p>|</p>|&nbsp;", claim.text)
        assert claim.sign in (1, -1, None)


def test_what_no_person_writes_is_read_in_pieces() -> None:
    assert max(len(s.text) for s in sentences("a b " * 2000)) <= LONGEST_SENTENCE
    assert "".join(s.text for s in sentences("1" * 2000)) == "1" * 2000


def test_a_text_that_cannot_be_read_is_named() -> None:
    for text, word in {
        " \n": "empty",
        "a " * LONGEST: "characters",
        "Die Aktie fiel um 5 % und der Kurs gab nach. " * 9: "English",
    }.items():
        with pytest.raises(DataError, match=word):
            checked(text)


def test_languages_are_told_apart() -> None:
    assert is_english(
        "The shares fell by 5% in early trading on Monday, as investors were worried about "
        "the outlook for chips. " * 3
    )
    assert not is_english(
        "Les actions ont chuté de 5 % lundi dans un marché inquiet pour les puces et les centres de données. "
        * 3
    )
    assert not is_english("\u682a\u4fa1\u306f5%\u4e0b\u843d\u3057\u305f\u3002" * 30)
