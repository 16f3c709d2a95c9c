"""An event that a reader made, as the database keeps it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.claims.reported import Dossier
from analysis.market.errors import DataError
from analysis.market.prices import PriceHistory
from data.catalogue.dossiers import dossier_of
from data.quality.caution import Caution

ID = re.compile(r"own-[0-9a-f]{24}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
LONGEST = 400_000  # bytes of an event's text
KEPT_FOR = dt.timedelta(days=30)  # after it was deleted
OWN_SOURCE = "the reader's own prices"


class FieldError(DataError):
    """Something that a reader gave cannot be used; `field` says what, as ``claims.2.symbol``."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ChangedError(DataError):
    """Somebody else changed the event meanwhile."""

    status = 409


class NotYoursError(DataError):
    """The right to change the event is not given."""

    status = 403


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event of a reader's own.

    Parameters
    ----------
    id : str
        Cannot be guessed; stands wherever a slug may.
    slug : str
        What its maker calls it on the command line.
    text : str
        What a file of the catalogue holds (TOML).
    version : int
        One more with each change.
    deleted : datetime, optional
        When it was deleted; it can be brought back for `KEPT_FOR`.
    secret : str
        SHA-256 of the right to change it.
    """

    id: str
    slug: str
    name: str
    text: str
    version: int
    created: dt.datetime
    changed: dt.datetime
    deleted: dt.datetime | None
    secret: str

    @property
    def dossier(self) -> Dossier:
        """What was written about it; DataError if this program cannot read it."""
        return _dossier(self.id, self.slug, self.text)


@dataclass(frozen=True, eq=False, slots=True)
class OwnPrices:
    """Daily bars from a reader's own file, and what is odd about them."""

    history: PriceHistory
    cautions: tuple[Caution, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """What is odd about them, a sentence each."""
        return tuple(caution.sentence for caution in self.cautions)


Priced = Mapping[str, OwnPrices]


def new_id() -> str:
    """An id that nobody guesses: 96 random bits."""
    return f"own-{secrets.token_hex(12)}"


def new_secret() -> str:
    """A right to change an event."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def checked(slug: str, text: str) -> Dossier:
    """What a text says of an event, if it may be kept.

    Raises
    ------
    DataError
        If the slug or the text is none: one line with key, value found and what is allowed.
    """
    if not SLUG.fullmatch(slug):
        raise DataError(
            f"{slug[:60]!r} is no short name: use at most 60 of a-z, 0-9 and -, as acme-2025-03-14"
        )
    if ID.fullmatch(slug):
        raise DataError(f"{slug!r} is an id, not a short name: choose another")
    if len(text.encode()) > LONGEST:
        raise DataError(f"{slug}: the event has more than {LONGEST:,} bytes; leave out some claims or firms")
    return dossier_of(slug, f"{slug}.toml", text.encode())


def own_of(row: Any) -> OwnEvent:
    """The event that a row of the database describes."""
    moments = {name: _moment(row[name]) for name in ("created", "changed", "deleted")}
    return OwnEvent(**{name: row[name] for name in OwnEvent.__slots__} | moments)


def prices_of(row: Any) -> tuple[str, OwnPrices]:
    """The symbol and the bars that a row of the database describes."""
    from data.store.series import unpack

    symbol, source = row["symbol"], row["source"]
    bars: pd.DataFrame = unpack(row["sha256"], row["payload"], f"{symbol} (own prices)")
    history = PriceHistory.of(symbol, bars, source, dt.date.fromisoformat(row["retrieved"]))
    return symbol, OwnPrices(history, tuple(_caution(symbol, line) for line in row["said"].splitlines()))


def lines_of(cautions: Iterable[Caution]) -> str:
    """Cautions as the database keeps them, a line each."""
    return "\n".join(json.dumps(asdict(one), default=str) for one in cautions)


def _caution(symbol: str, line: str) -> Caution:
    """A caution that was kept; earlier versions kept its sentence alone."""
    if not line.startswith("{"):
        return Caution(symbol, "", line)
    row = json.loads(line)
    date = np.datetime64(row["date"], "D") if row["date"] else None
    spanning = tuple(np.datetime64(day, "D") for day in row.get("spanning", ()))
    return Caution(**row | {"date": date, "spanning": spanning})


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


@lru_cache(256)
def _dossier(identifier: str, slug: str, text: str) -> Dossier:
    return replace(dossier_of(identifier, f"{slug}.toml", text.encode()), origin="own")
