"""Choices above pages outside events are those that the page understands, and lead where they say."""

from __future__ import annotations

import re

import pytest

from dashboard.views import fractions, gallery, said
from dashboard.views.brief import shelf
from dashboard.views.pages import OUTSIDE
from dashboard.web import create_app, forms
from dashboard.web.replies import Replies
from dashboard.web.site import Site
from tests.dashboard.newsdesk import LATER, SLUG, SeveralEvents, found, text
from tests.dashboard.web.test_site import plain, written

SOURCE = SeveralEvents()


def keys(component: object) -> set[str]:
    """Keys that controls set in the address."""
    every = [
        getattr(one, "data-control", None) for kind in ("Select", "Div") for one in found(component, kind)
    ]
    return {key for key in every if key} | {
        getattr(one, "data-search") for one in found(component, "Div") if getattr(one, "data-search", None)
    }


@pytest.mark.parametrize("path", OUTSIDE)
def test_every_page_has_choices_with_labels(path: str) -> None:
    form = forms.FORMS[path](SOURCE, {})
    named = {label.htmlFor for label in found(form, "Label")}
    assert {one.id for kind in ("Select", "Input") for one in found(form, kind)} <= named


def test_choices_are_those_that_the_page_reads() -> None:
    assert keys(forms.gallery_form(SOURCE, {})) == set(gallery.KEYS)
    assert keys(forms.claims_form(SOURCE, {})) | {"events"} == set(said.KEYS)


def test_a_value_that_is_not_offered_chooses_nothing() -> None:
    form = written(forms.gallery_form(SOURCE, {"kind": '"><script>', "sort": "x"}))
    assert "script" not in form
    assert re.findall(r'value="([^"]*)" selected', form) == [""] * 5


def test_what_is_shown_can_be_compared() -> None:
    link = found(forms.gallery_form(SOURCE, {}), "Link")[0]
    assert (link.children, link.href) == ("Compare these", f"/compare?events={SLUG},{LATER}")
    assert found(forms.gallery_form(SOURCE, {"q": "quiet"}), "Link")[0].href == "/compare"


def test_events_to_compare_are_buttons_that_are_pressed_or_not() -> None:
    form = written(forms.compare_form(SOURCE, {"events": LATER}))
    assert re.findall(r'data-symbol="([^"]+)" aria-pressed="(\w+)"', form) == [
        (SLUG, "false"),
        (LATER, "true"),
    ]


def test_typing_changes_the_cards_and_leaves_the_field_alone() -> None:
    replies = Replies(Site(SOURCE))
    change = replies._between("/", "?q=quiet", ["/", "", "made up"])
    assert change is not None
    assert {"bundled-events", "control-q"} <= set(change.updates)
    assert not {"controls", "main"} & set(change.updates)


def test_the_first_page_is_the_gallery_and_a_chosen_event_has_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = create_app(SOURCE).server.test_client()
    assert client.get("/").status_code == 200
    assert client.get(f"/?event={LATER}").headers["Location"] == f"/e/{LATER}/"
    body = Site(SOURCE).answer("/", "").body
    assert f'href="/e/{SLUG}/"' in written(body)
    assert "A quiet day" in plain(body)


def test_a_page_is_made_anew_when_an_event_changes() -> None:
    class Changing(SeveralEvents):
        version = 0

        def state(self) -> str:
            return str(self.version)

        def listed(self) -> tuple[str, ...]:
            return (SLUG, LATER)[: self.version + 1]

    source = Changing()
    site = Site(source)
    assert "1 shock:" in plain(site.answer("/", "").body)
    source.version = 1
    assert "2 shocks:" in plain(site.answer("/", "").body)


def test_only_events_that_there_are_count_as_chosen() -> None:
    assert "Events: 1 chosen" in text(forms.compare_form(SOURCE, {"events": f"{SLUG},nope,{SLUG}"}))


def test_a_basis_is_called_the_same_in_the_filter_and_in_the_chart() -> None:
    bases = {one.claim.basis for one in said.told(shelf(SOURCE).briefs)}
    listed = text(forms.claims_form(SOURCE, {}))
    assert all(fractions.label(basis) in listed for basis in bases)
    assert fractions.label("futures") == "Futures"
