"""An event of one's own stands wherever an event of the catalogue may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.market.errors import UnknownNameError
from commands.source import Source
from data.catalogue.dossiers import EVENTS
from tests.data.own.test_kept import OWN
from tests.data.own.test_kept import TEXT as OWN_TEXT

TEXT = (EVENTS / "nvidia-2024-09-03.toml").read_text(encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path, stored: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", stored(tmp_path / "own.db"))
    return Source()


def test_its_dossier_and_market_are_found_by_id_and_by_short_name(source: Source) -> None:
    event, secret = source.own.create("mine", TEXT)
    for key in (event.id, "mine"):
        assert source.dossier(key).event.slug == event.id
        assert source.market(key).has_bars("NVDA")
    assert source.own_events() == (event,)
    source.own.delete(event.id, secret)
    with pytest.raises(UnknownNameError, match="unknown event 'mine'"):
        source.dossier("mine")


def test_where_others_read_it_is_known_by_its_id_alone(source: Source) -> None:
    event, _ = source.own.create("mine", TEXT)
    source.private = False
    assert source.dossier(event.id).event.slug == event.id
    assert source.own_events() == ()
    with pytest.raises(UnknownNameError):
        source.dossier("mine")


def test_a_change_is_seen_at_once(source: Source) -> None:
    event, secret = source.own.create("mine", TEXT)
    assert source.market(event.id).histories["NVDA"].source != "the reader's own prices"
    own = {"NVDA": OWN["AAA"]}
    source.own.change(event.id, secret, 1, TEXT.replace("XNAS", "XNYS"), own)
    assert source.market(event.id).instrument("NVDA").exchange == "XNYS"
    assert source.market(event.id).histories["NVDA"].source == "the reader's own prices"
    assert source.market("nvidia-2024-09-03").histories["NVDA"].source != "the reader's own prices"


def test_no_own_event_hides_one_of_the_catalogue(source: Source) -> None:
    source.own.create("deepseek-2025-01-27", TEXT)
    assert source.dossier("deepseek-2025-01-27").event.slug == "deepseek-2025-01-27"


def test_a_refresh_takes_own_events_but_neither_their_own_prices_nor_what_cannot_be_read(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, _ = source.own.create("bare", TEXT)
    source.own.create("with-prices", TEXT, {"NVDA": OWN["AAA"]})
    source.own.create("aaa", OWN_TEXT)
    broken, secret = source.own.create("broken", TEXT)
    with source.store.database.writing() as connection:
        connection.exec_driver_sql(f"update own_events set text = '[event]' where id = '{broken.id}'")
    named = [{item.symbol for item in dossier.instruments} for dossier in source._refreshed()]
    assert sum("NVDA" in symbols for symbols in named) == 1
    assert {"AAA"} in named
    assert "NVDA" not in {item.symbol for item in source.fetched("with-prices").instruments}
    assert source.fetched(bare.id) == source.dossier(bare.id)
    source.private = False
    monkeypatch.setattr("commands.own_source.MOST_REFRESHED", 1)  # what fits is taken, what does not is left
    assert [{item.symbol for item in dossier.instruments} for dossier in source._refreshed()] == [{"AAA"}]
    source.own.delete(broken.id, secret)


def test_an_own_event_changes_nothing_about_how_the_catalogue_is_fetched(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.own.create("mine", TEXT.replace('"USD"', '"EUR"'))
    asked = {}
    monkeypatch.setattr(
        "data.refresh.live.refresh", lambda store, instruments, *_, **__: asked.update(instruments)
    )
    source.live.refresh()
    assert asked["NVDA"].currency == "USD"
