"""An event as the text of a catalogue file: what `dossiers` reads, written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

Tables = Mapping[str, Any]


def written(tables: Tables) -> str:
    """The TOML text of an event's tables; values that are None are left out.

    ``tomllib.loads`` of it gives the tables back.
    """
    lists = [_rows(name, rows) for name, rows in tables.items() if name != "event" and rows]
    event = [f"{key} = {_value(value)}" for key, value in _given(tables["event"]).items()]
    return "\n".join([*lists, "[event]", *event, ""])


def _rows(name: str, rows: Sequence[Tables]) -> str:
    """A list of inline tables, one to a line."""
    return "\n".join([f"{name} = [", *(f"  {_value(row)}," for row in rows), "]", ""])


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case Mapping():
            pairs = (f"{_key(key)} = {_value(one)}" for key, one in _given(value).items())
            return f"{{ {', '.join(pairs)} }}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if plain else _value(key)


def _given(table: Tables) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}
