"""The tour names pages that exist, and shows pictures that `make pictures` takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.views.pages import OUTSIDE, PAGES
from dashboard.web.addresses import place
from dashboard.web.state import parse
from tests.dashboard.newsdesk import MadeUpSource
from tools.readme_pictures import LARGEST, PICTURES, SHOTS, Shot

ROOT = Path(__file__).parents[1]
TEXTS = {name: (ROOT / name).read_text() for name in ("README.md", "docs/tour.md")}
TITLES = {page.TITLE for page in (*PAGES, *OUTSIDE.values())}


def test_the_tour_goes_through_every_page_and_no_other() -> None:
    tour = TEXTS["docs/tour.md"]
    headed = set(re.findall(r"^## .*\*(.+)\*$", tour, re.M))
    assert headed <= TITLES
    assert headed | set(re.findall(r"\*([A-Z][a-z ]+)\*", tour)) >= TITLES


def test_every_picture_shown_is_taken_and_every_taken_one_is_shown() -> None:
    shown = {
        Path(name).stem for text in TEXTS.values() for name in re.findall(r"pictures/([\w-]+\.png)", text)
    }
    assert shown == {shot.name for shot in SHOTS} == {file.stem for file in PICTURES.iterdir()}


def test_pictures_are_small() -> None:
    assert {
        file.name: file.stat().st_size for file in PICTURES.iterdir() if file.stat().st_size > LARGEST
    } == {}


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_pictures_are_of_pages_and_choices_that_exist(shot: Shot) -> None:
    path, _, search = shot.address.partition("?")
    found = place(path)
    assert found is not None
    assert found.outside or parse(search, MadeUpSource())[1] == ()
