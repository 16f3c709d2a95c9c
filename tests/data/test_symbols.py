"""The directory: names, listings and benchmarks without a network."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from analysis.claims.directory import Kind, folded
from analysis.market.prices import Instrument
from data.catalogue.dossiers import dossier
from data.symbols import directory, exchange_of, exchanges, with_instruments


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Nvidia", "NVDA"),
        ("nestlé", "NESN.SW"),
        ("Google", "GOOGL"),
        ("Nasdaq", "^IXIC"),
        ("Dow futures", "YM=F"),
        ("SoftBank", "9984.T"),
        ("Macy's", "M"),
        ("Invesco QQQ Trust", "QQQ"),
        ("Sylvamo", "SLVM"),
    ],
)
def test_a_usual_name_leads_to_its_symbol(name: str, symbol: str) -> None:
    found = directory().named(name)
    assert found is not None
    assert found.symbol == symbol


def test_every_listing_is_whole() -> None:
    for listing in directory().listings:
        assert listing.name, listing
        assert listing.kind in get_args(Kind)
        assert listing.kind != "share" or (listing.symbol and listing.exchange and listing.currency), listing


def test_no_listing_has_a_name_twice() -> None:
    """However it is capitalised; but one that begins without a capital is found as it is written."""
    for listing in directory().listings:
        names = (listing.name, *listing.other_names)
        told_apart = {(folded(name), name.split()[0] if name[0].islower() else "") for name in names}
        assert len(told_apart) == len(names), listing


def test_every_share_has_benchmarks_of_its_own_exchange() -> None:
    assert all(listing.benchmarks for listing in directory().listings if listing.kind == "share")


def test_an_unknown_symbol_gets_an_exchange_by_its_suffix() -> None:
    found = exchange_of("XYZABC.TO")
    assert found is not None
    assert (found.exchange, found.currency, found.benchmarks) == ("XTSE", "CAD", ("^GSPTSE",))
    assert exchange_of("XYZ.NOWHERE") is None
    assert exchange_of("^GSPC") is None
    assert len(exchanges()) > 40


def test_instruments_of_an_event_are_added_where_they_are_new() -> None:
    new = Instrument("FRBX", "Frobnix", "XNAS", "USD", "wider")
    wider = with_instruments([*dossier("deepseek-2025-01-27").instruments, new])
    assert wider.by_symbol["FRBX"].name == "Frobnix"
    assert wider.named("Frobnix") is not None
    assert directory().named("Frobnix") is None
    assert wider.by_symbol["NVDA"] is directory().by_symbol["NVDA"]


def test_the_directory_is_there_at_once() -> None:
    directory.cache_clear()
    started = time.process_time()
    directory().by_name  # noqa: B018  # made when first asked for
    assert time.process_time() - started < 0.5  # a fifth of it on a quiet machine
