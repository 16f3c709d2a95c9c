"""A link opens the view that it names, or the nearest one, and says what it ignored."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.market.errors import DataError, EventStudyError
from analysis.market.events import Window
from analysis.study.donors import known_donors
from dashboard.views.choices import Choices, design, query
from dashboard.views.pages import place
from dashboard.web.controls import CAR_WINDOWS, ESTIMATION_WINDOWS, EVENT_WINDOWS
from dashboard.web.state import objections, parse
from tests.dashboard.newsdesk import SLUG, MadeUpSource

SOURCE = MadeUpSource()
CHOICES = Choices(
    SLUG,
    ("AAA", "BBB"),
    "market_adjusted",
    "OTHER",
    Window(-5, 5),
    Window(-200, -6),
    Window(0, 1),
    "made up",
    "one",
)


def test_no_query_is_the_default_view():
    assert parse("", SOURCE) == (Choices(SLUG), ())


def test_default_view_has_no_query():
    assert query(Choices(SLUG)) == ""


def test_the_path_names_the_event_and_the_query_cannot():
    chosen, ignored = parse("?event=other&model=constant_mean", SOURCE, SLUG)
    assert chosen == Choices(SLUG, model="constant_mean")
    assert ignored == ("“event” is no choice of this page and was ignored.",)


def test_donors_are_kept_for_the_second_opinion_and_go_into_a_study_of_a_synthetic_control_alone():
    named = tuple(known_donors(SOURCE.market(SLUG)))[:5]
    chosen, notes = parse(f"?donors={','.join(named)}", SOURCE)
    assert (chosen.donors, notes) == (named, ())
    dossier = SOURCE.dossier(SLUG)
    assert design(chosen, dossier).donors == ()
    assert design(replace(chosen, model="synthetic"), dossier).donors == named


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("AAA,BBB", "2 donors named: a synthetic control needs 5 or more"),
        (",", "0 donors named"),
        ("OF,THESE,NOT,ONE,IS", "“OF” is no share at hand that can be a donor and was left out."),
    ],
)
def test_too_few_donors_and_unknown_ones_are_said_and_the_usual_ones_taken(text: str, told: str):
    chosen, notes = parse(f"?donors={text}", SOURCE)
    assert chosen.donors == ()
    assert told in notes[0]


def test_a_benchmark_gives_way_to_a_model_that_reads_none():
    chosen, notes = parse("?model=constant_mean&benchmark=OTHER", SOURCE)
    assert chosen == Choices(SLUG, model="constant_mean")
    assert notes == ("Your model, Constant mean return, reads no benchmark: Another market is left out.",)


def test_a_firm_to_answer_for_that_is_not_among_the_firms_gives_way_to_the_group():
    assert parse("?symbols=BBB&target=BBB", SOURCE)[0].target == "BBB"
    chosen, notes = parse("?symbols=BBB&target=AAA", SOURCE)
    assert chosen == Choices(SLUG, symbols=("BBB",))
    assert notes == ("Your answer for Alpha <b> needs it among the firms: the group's is shown.",)


def test_an_unknown_choice_is_named_as_it_was_written():
    chosen, notes = parse("?model=zzz", SOURCE)
    assert chosen == Choices(SLUG)
    assert notes == ("The model “zzz” is no choice of the menu and was left out.",)


def test_a_window_that_cannot_be_is_called_by_its_name():
    (note,) = parse("?estimation=-20..800", SOURCE)[1]
    assert note == (
        "The estimation window “-20..800” was ignored: a window reaches at most 750 sessions from day 0"
    )


def test_a_page_outside_events_names_the_event_in_its_query():
    assert (
        place("/data", Choices("other", model="constant_mean"), SLUG)
        == "/data?event=other&model=constant_mean"
    )
    assert place("/data", Choices(SLUG), SLUG) == "/data"


def test_every_choice_survives_the_address():
    assert parse(query(CHOICES), SOURCE) == (CHOICES, ())


@pytest.mark.parametrize(
    ("search", "word"),
    [
        ("?event=nonsense", "nonsense"),
        ("?snapshot=old", "old"),
        ("?model=magic", "magic"),
        ("?symbols=ZZZ", "ZZZ"),
        ("?benchmark=AAA", "AAA"),
        ("?window=wide", "-10..10"),
        ("?window=-9999..9999", "750"),
        ("?window=3..10", "day 0"),
        ("?verdict=guilty", "guilty"),
        ("?source=nobody", "nobody"),
        ("?colour=red", "colour"),
        ("?" + "x" * 3000, "too long"),
        ("?" + "a=1&" * 60, "too long"),
    ],
)
def test_nonsense_gives_the_nearest_view_and_is_named(search, word):
    view, ignored = parse(search, SOURCE)
    assert view == Choices(SLUG)
    assert len(ignored) == 1
    assert word in ignored[0]


def test_an_event_whose_file_is_broken_says_what_is_wrong():
    class Source(MadeUpSource):
        def dossier(self, slug):
            if slug == "broken":
                raise DataError("broken.toml: event: missing")
            return super().dossier(slug)

    view, ignored = parse("?event=broken", Source())
    assert view == Choices(SLUG)
    assert ignored == ("The event “broken” cannot be shown: broken.toml: event: missing",)


def test_without_an_event_there_is_one_line():
    class Source(MadeUpSource):
        def events(self):
            return ()

    with pytest.raises(EventStudyError, match="no event file can be read"):
        parse("", Source())


def test_a_good_choice_beside_nonsense_is_kept():
    view, ignored = parse("?symbols=AAA&model=magic", SOURCE)
    assert view == Choices(SLUG, ("AAA",))
    assert len(ignored) == 1


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_an_address(search):
    view, _ = parse("?" + search, SOURCE)
    assert parse(query(view), SOURCE) == (view, ())


def test_an_unknown_symbol_is_left_out_and_the_others_are_kept():
    chosen, notes = parse("?symbols=AAA,ZZZ,BBB", SOURCE)
    assert chosen == Choices(SLUG, ("AAA", "BBB"))
    assert notes == ("“ZZZ” is no instrument of this event and was left out.",)


@pytest.mark.parametrize(
    ("search", "event", "estimation", "said"),
    [
        ("?window=-20..10", Window(-20, 10), Window(-270, -21), ["estimation window [−270, −21]"]),
        ("?car=-5..30", Window(-10, 30), Window(-260, -11), ["event window [−10, +30]"]),
        (
            "?car=-15..15",
            Window(-15, 15),
            Window(-265, -16),
            ["event window [−15, +15]", "estimation window [−265, −16]"],
        ),
    ],
)
def test_windows_give_way_to_the_one_that_was_chosen_and_say_so(search, event, estimation, said):
    chosen, notes = parse(search, SOURCE)
    assert (chosen.event_window, chosen.estimation_window) == (event, estimation)
    assert [note for note, words in zip(notes, said, strict=True) if words not in note] == []
    assert objections(search, SOURCE) == ()


@pytest.mark.parametrize("key", ["event_window", "estimation_window", "car_window"])
def test_no_window_of_the_menu_is_refused(key):
    for window in {"event_window": EVENT_WINDOWS, "estimation_window": ESTIMATION_WINDOWS}.get(
        key, CAR_WINDOWS
    ):
        asked = query(Choices(SLUG, **{key: window}))
        chosen, _ = parse(asked, SOURCE)
        assert getattr(chosen, key) == window
        assert objections(asked, SOURCE) == ()
