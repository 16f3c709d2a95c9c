"""Readers' own events in the database: made, changed, deleted and brought back."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from analysis.market.errors import DataError, UnknownNameError
from data.own.record import (
    KEPT_FOR,
    ChangedError,
    NotYoursError,
    OwnEvent,
    Priced,
    checked,
    hashed,
    lines_of,
    new_id,
    new_secret,
    own_of,
    prices_of,
)
from data.quality.words import day
from data.store.database import Database
from data.store.place import stamp
from data.store.schema import OWN_EVENTS, OWN_PRICES
from data.store.series import pack

Clock = Callable[[], dt.datetime]

AT_MOST = 10_000  # events in one database


def utc_now() -> dt.datetime:
    """The moment."""
    return dt.datetime.now(dt.timezone.utc)


class OwnEvents:
    """Own events in one database, which a `Store` has made ready.

    Who owns the database may change every event; who reads its pages shows the event's secret. `secret` is
    None for the owner.

    Raises
    ------
    UnknownNameError
        From every method that takes an id: if there is no such event.
    NotYoursError
        If the secret is another event's.
    DataError
        If the database cannot be used, or what is to be kept is wrong: one line.
    """

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self.database, self._now = database, now

    def create(self, slug: str, text: str, prices: Priced | None = None) -> tuple[OwnEvent, str]:
        """Keep a new event; gives it with the secret that allows to change it, which is kept nowhere."""
        dossier, secret, now = checked(slug, text), new_secret(), stamp(self._now())
        row: dict[str, Any] = {
            "id": new_id(), "slug": slug, "name": dossier.event.name, "text": text, "version": 1,
            "created": now, "changed": now, "deleted": None, "secret": hashed(secret),
        }  # fmt: skip
        with self.database.writing() as connection:
            self._forget(connection)
            if (connection.scalar(sa.select(sa.func.count()).select_from(OWN_EVENTS)) or 0) >= AT_MOST:
                raise DataError(f"{AT_MOST:,} own events are kept here, and no more: delete some")
            connection.execute(sa.insert(OWN_EVENTS), row)
            _put(connection, row["id"], prices or {})
        return own_of(row), secret

    def get(self, identifier: str) -> OwnEvent:
        """An event that was not deleted."""
        with self.database.reading() as connection:
            return _standing(connection, identifier)

    def listed(self) -> tuple[OwnEvent, ...]:
        """All that were not deleted, the last changed first."""
        query = sa.select(OWN_EVENTS).where(OWN_EVENTS.c.deleted.is_(None))
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(OWN_EVENTS.c.changed.desc(), OWN_EVENTS.c.id))
            return tuple(map(own_of, rows.mappings()))

    def prices(self, identifier: str) -> Priced:
        """The bars that came with an event, by symbol."""
        query = sa.select(OWN_PRICES).where(OWN_PRICES.c.event == identifier)
        with self.database.reading() as connection:
            return dict(map(prices_of, connection.execute(query.order_by(OWN_PRICES.c.symbol)).mappings()))

    def priced(self, identifier: str) -> list[str]:
        """Symbols whose bars came with an event, which are not read for it."""
        query = sa.select(OWN_PRICES.c.symbol).where(OWN_PRICES.c.event == identifier)
        with self.database.reading() as connection:
            return sorted(connection.scalars(query))

    def count(self) -> int:
        """How many were not deleted."""
        query = sa.select(sa.func.count()).where(OWN_EVENTS.c.deleted.is_(None))
        with self.database.reading() as connection:
            return connection.scalar(query) or 0

    def change(
        self, identifier: str, secret: str | None, version: int, text: str, prices: Priced | None = None
    ) -> OwnEvent:
        """Put a text in the place of version `version`; `prices` too, unless they are None.

        Raises
        ------
        ChangedError
            If that is no longer the newest: nothing was written.
        """
        with self.database.writing() as connection:
            event = _standing(connection, identifier)
            _allowed(event, secret)
            dossier = checked(event.slug, text)
            news = {"text": text, "name": dossier.event.name, "version": version + 1}
            same = (OWN_EVENTS.c.id == identifier) & (OWN_EVENTS.c.version == version)
            query = sa.update(OWN_EVENTS).where(same).values(**news, changed=stamp(self._now()))
            if connection.execute(query).rowcount != 1:
                raise ChangedError(
                    f"{event.name} was changed meanwhile, at {event.changed:%H:%M} UTC on "
                    f"{day(event.changed)}: load it again, or keep yours as a new event"
                )
            if prices is not None:
                connection.execute(sa.delete(OWN_PRICES).where(OWN_PRICES.c.event == identifier))
                _put(connection, identifier, prices)
            return _standing(connection, identifier)

    def duplicate(self, identifier: str) -> tuple[OwnEvent, str]:
        """A new event like this one, with its prices and a secret of its own."""
        event = self.get(identifier)
        return self.create(event.slug, event.text, self.prices(identifier))

    def delete(self, identifier: str, secret: str | None) -> None:
        """Take an event away; `restore` brings it back."""
        self._mark(identifier, secret, stamp(self._now()))

    def restore(self, identifier: str, secret: str | None) -> None:
        """Bring back a deleted event."""
        self._mark(identifier, secret, None)

    def _mark(self, identifier: str, secret: str | None, deleted: str | None) -> None:
        with self.database.writing() as connection:
            _allowed(_find(connection, identifier), secret)
            connection.execute(
                sa.update(OWN_EVENTS).where(OWN_EVENTS.c.id == identifier).values(deleted=deleted)
            )

    def _forget(self, connection: sa.Connection) -> None:
        """Remove what was deleted long ago."""
        old = sa.select(OWN_EVENTS.c.id).where(OWN_EVENTS.c.deleted < stamp(self._now() - KEPT_FOR))
        connection.execute(sa.delete(OWN_PRICES).where(OWN_PRICES.c.event.in_(old)))
        connection.execute(sa.delete(OWN_EVENTS).where(OWN_EVENTS.c.id.in_(old)))


def _find(connection: sa.Connection, identifier: str) -> OwnEvent:
    row = connection.execute(sa.select(OWN_EVENTS).where(OWN_EVENTS.c.id == identifier)).mappings().first()
    if row is None:
        raise UnknownNameError("event", identifier, ())
    return own_of(row)


def _standing(connection: sa.Connection, identifier: str) -> OwnEvent:
    event = _find(connection, identifier)
    if event.deleted:
        raise UnknownNameError("event", identifier, ())
    return event


def _allowed(event: OwnEvent, secret: str | None) -> None:
    if secret is not None and not hmac.compare_digest(hashed(secret), event.secret):
        raise NotYoursError(f"{event.name} can be changed only where it was made: keep yours as a new event")


def _put(connection: sa.Connection, identifier: str, prices: Priced) -> None:
    rows: list[dict[str, Any]] = []
    for symbol, own in prices.items():
        sha256, payload = pack(own.history.bars)
        retrieved, said = own.history.retrieved.isoformat(), lines_of(own.cautions)
        rows.append(
            {"event": identifier, "symbol": symbol, "sha256": sha256, "payload": payload,
             "source": own.history.source, "retrieved": retrieved, "said": said}
        )  # fmt: skip
    if rows:
        connection.execute(sa.insert(OWN_PRICES), rows)
