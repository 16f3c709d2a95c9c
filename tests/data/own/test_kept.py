"""Own events are kept as they were given, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analysis.market.errors import DataError, UnknownNameError
from analysis.market.prices import PriceHistory
from data.catalogue.dossiers import EVENTS, events
from data.catalogue.written import written
from data.own import found
from data.own.kept import OwnEvents
from data.own.record import ChangedError, NotYoursError, OwnPrices, prices_of
from data.quality.caution import Caution
from data.store import schema
from data.store.store import Store, restore
from tests.data.prices import bars, market

TEXT = written(
    {
        "instruments": [
            {"symbol": "AAA", "name": "Aaa", "exchange": "XNYS", "currency": "USD", "group": "articles"}
        ],
        "event": {
            "name": 'Aaa "warns"',
            "information_time": dt.datetime(2025, 1, 14, 9, tzinfo=dt.timezone.utc),
        },
    }
)
OTHER = TEXT.replace("warns", "warns again")
OWN = {
    "AAA": OwnPrices(
        PriceHistory.of("AAA", bars(7.0), "the reader's own prices", dt.date(2025, 2, 1)),
        (
            Caution("AAA", "jump", "odd.", np.datetime64("2025-01-02"), -0.4, 9.5),
            Caution("AAA", "spacing", "weekly?", spanning=(np.datetime64("2025-01-03"),)),
        ),
    )
}


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2025, 3, 1, 12, tzinfo=dt.timezone.utc)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(store: Store, clock: Clock) -> OwnEvents:
    return OwnEvents(store.database, clock)


@pytest.mark.parametrize("slug", events())
def test_a_bundled_event_comes_back_when_it_is_written(slug: str) -> None:
    import tomllib

    tables = tomllib.loads((EVENTS / f"{slug}.toml").read_text(encoding="utf-8-sig"))
    assert tomllib.loads(written(tables)) == tables


def test_any_text_comes_back_when_it_is_written() -> None:
    import tomllib

    name = 'say "no" \\ \n\t \x07 \x7f \u2028 é 🙂'
    tables = {
        "facts": [{"name": name, "by_article": {"a b": "1", "c": name}}],
        "event": {"name": name, "x": True},
    }
    assert tomllib.loads(written(tables)) == tables


def test_an_event_and_its_prices_survive_a_restart(own: OwnEvents, store: Store, url: str) -> None:
    event, secret = own.create("aaa-warns", TEXT, OWN)
    with closing(Store(url, market)) as again:
        kept = OwnEvents(again.database)
        assert kept.get(event.id) == event
        assert kept.listed() == (event,)
        assert event.dossier.event.name == 'Aaa "warns"'
        assert event.dossier.event.slug == event.id
        prices = kept.prices(event.id)["AAA"]
        pd.testing.assert_frame_equal(prices.history.bars, bars(7.0), check_freq=False, check_names=False)
        assert prices.cautions == OWN["AAA"].cautions
    assert secret not in str(event)


def test_a_caution_of_an_earlier_version_was_its_sentence_alone(own: OwnEvents, store: Store) -> None:
    event, _ = own.create("aaa-warns", TEXT, OWN)
    with store.database.reading() as connection:
        (row,) = connection.execute(sa.select(schema.OWN_PRICES)).mappings()
    _, prices = prices_of({**row, "said": "odd.\nodder."})
    assert prices.said == ("odd.", "odder.")
    assert own.prices(event.id)["AAA"].said == ("odd.", "weekly?")


def test_ids_and_secrets_differ_and_no_secret_is_kept(own: OwnEvents, store: Store) -> None:
    made = [own.create("aaa", TEXT) for _ in range(3)]
    assert len({event.id for event, _ in made} | {secret for _, secret in made}) == 6
    with store.database.reading() as connection:
        rows = str(connection.execute(sa.select(schema.OWN_EVENTS)).all())
    assert not any(secret in rows for _, secret in made)


def test_of_two_editors_the_second_is_told(own: OwnEvents) -> None:
    event, secret = own.create("aaa", TEXT)
    changed = own.change(event.id, secret, event.version, OTHER)
    assert (changed.version, changed.name) == (2, 'Aaa "warns again"')
    with pytest.raises(ChangedError, match="changed meanwhile, at 12:00 UTC on 1 Mar 2025: load it again"):
        own.change(event.id, secret, event.version, TEXT)
    assert own.get(event.id) == changed


def test_a_change_keeps_prices_unless_it_brings_others(own: OwnEvents) -> None:
    event, secret = own.create("aaa", TEXT, OWN)
    own.change(event.id, secret, 1, OTHER)
    assert set(own.prices(event.id)) == {"AAA"}
    own.change(event.id, secret, 2, OTHER, {})
    assert not own.prices(event.id)


def test_only_the_secret_or_the_owner_of_the_database_changes_an_event(own: OwnEvents) -> None:
    event, secret = own.create("aaa", TEXT)
    for wrong in ("", "x", secret + "x", event.secret):
        with pytest.raises(NotYoursError, match="only where it was made"):
            own.change(event.id, wrong, 1, OTHER)
        with pytest.raises(NotYoursError):
            own.delete(event.id, wrong)
    own.change(event.id, None, 1, OTHER)


def test_a_deleted_event_is_gone_until_it_is_brought_back(own: OwnEvents) -> None:
    event, secret = own.create("aaa", TEXT, OWN)
    own.delete(event.id, secret)
    assert own.listed() == ()
    with pytest.raises(UnknownNameError):
        own.get(event.id)
    with pytest.raises(UnknownNameError):
        own.change(event.id, secret, 1, OTHER)
    own.restore(event.id, secret)
    assert own.get(event.id) == event
    assert set(own.prices(event.id)) == {"AAA"}


def test_what_was_deleted_a_month_ago_leaves_the_database(own: OwnEvents, clock: Clock) -> None:
    event, secret = own.create("aaa", TEXT, OWN)
    own.delete(event.id, secret)
    clock.now += dt.timedelta(days=31)
    own.create("bbb", TEXT)
    assert not own.prices(event.id)
    with pytest.raises(UnknownNameError):
        own.restore(event.id, secret)


def test_a_copy_has_its_own_id_and_secret(own: OwnEvents) -> None:
    event, secret = own.create("aaa", TEXT, OWN)
    copy, other = own.duplicate(event.id)
    assert (copy.text, set(own.prices(copy.id))) == (event.text, {"AAA"})
    assert copy.id != event.id
    with pytest.raises(NotYoursError):
        own.change(copy.id, secret, 1, OTHER)
    assert other != secret


@pytest.mark.parametrize(
    ("slug", "text", "said"),
    [
        ("No Name", TEXT, "is no short name: use at most 60 of a-z, 0-9"),
        ("own-" + 24 * "0", TEXT, "is an id"),
        ("aaa", "[event", "aaa.toml: not valid TOML"),
        ("aaa", TEXT.replace("XNYS", "XXXX"), "a code with a calendar"),
        ("aaa", TEXT + "#" * 400_000, "more than 400,000 bytes"),
    ],
)
def test_what_cannot_be_kept_is_one_line_and_nothing_is_written(
    own: OwnEvents, slug: str, text: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        own.create(slug, text)
    assert own.listed() == ()


def test_a_store_of_an_older_release_takes_own_events(store: Store, url: str) -> None:
    with store.database.writing() as connection:
        for table in (schema.OWN_PRICES, schema.OWN_EVENTS):
            table.drop(connection)
        connection.execute(sa.update(schema.SCHEMA_VERSION).values(version=1))
    with closing(Store(url, market)) as upgraded:
        event, _ = OwnEvents(upgraded.database).create("aaa", TEXT)
        assert OwnEvents(upgraded.database).get(event.id) == event
        assert len(upgraded.snapshots()) == 1


def test_own_events_come_along_when_the_store_is_made_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/prices.db"
    with closing(Store(url, market)) as store:
        event, secret = OwnEvents(store.database).create("aaa", TEXT, OWN)
    with closing(restore(url, market)[0]) as anew:
        own = OwnEvents(anew.database)
        assert own.get(event.id) == event
        assert set(own.prices(event.id)) == {"AAA"}
        own.delete(event.id, secret)


def test_it_is_found_by_id_and_by_name_as_the_store_has_it(
    own: OwnEvents, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", url)
    event, secret = own.create("aaa", TEXT, OWN)
    for key in (event.id, "aaa' or '1'='1", "own-" + 24 * "0"):
        assert found.own_event(key, lambda: store) == (event if key == event.id else None)
    assert found.named("aaa", lambda: store) == event
    assert found.own_events(lambda: store) == (event,)
    assert set(found.own_prices(event, lambda: store)) == {"AAA"}
    own.delete(event.id, secret)
    assert found.own_event(event.id, lambda: store) is found.named("aaa", lambda: store) is None


def test_own_bars_stand_in_the_market_of_their_event_alone(store: Store) -> None:
    base = market()
    mixed = found.market_with(base, OWN)
    assert base.histories["AAA"].bars["close"].iloc[0] == 100.0
    assert mixed.histories["AAA"].bars["close"].iloc[0] == 7.0
    assert mixed.histories["BBB"] is base.histories["BBB"]
    assert mixed.provenance.source == "the reader's own prices of AAA; bundled prices"
    alone = found.market_with(replace(base, histories={}), OWN)
    assert alone.provenance.source == "the reader's own prices of AAA"
    assert alone.sessions["XNYS"].dates[0] == np.datetime64("2025-01-02")
    assert found.market_with(base, {}) is base


def test_without_the_database_library_nothing_else_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    def opened() -> Store:
        raise AssertionError("the store was opened")

    assert found.own_event("own-" + 24 * "0", opened) is None
    assert found.own_events(opened) == ()
    with closing(sqlite3.connect(tmp_path / "none.db")) as connection:
        connection.execute("create table own_events (id text)")


def test_pages_find_own_events_on_every_database(
    own: OwnEvents, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHOCK_DATABASE_URL", url)
    event, _ = own.create("aaa-warns", TEXT, OWN)
    gone, secret = own.create("aaa-gone", OTHER)
    own.delete(gone.id, secret)
    opened = lambda: store  # noqa: E731
    assert found.own_event(event.id, opened) == found.named("aaa-warns", opened) == event
    assert found.own_events(opened) == (event,)
    assert found.own_event(gone.id, opened) is None
    ((deleted, until),) = found.deleted(opened, dt.datetime(2025, 3, 2, tzinfo=dt.timezone.utc))
    assert (deleted.id, until) == (gone.id, dt.datetime(2025, 3, 31, 12, tzinfo=dt.timezone.utc))
    assert set(found.own_prices(event, opened)) == {"AAA"}
