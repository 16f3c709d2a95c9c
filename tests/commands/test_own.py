"""An event of one's own stands wherever an event of the catalogue may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.market.errors import UnknownNameError
from commands.source import Source
from data.catalogue.dossiers import EVENTS
from tests.data.own.test_kept import OWN

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
