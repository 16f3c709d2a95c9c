"""The manifest of the bundled snapshot: what is in data/reference/, and that it is what was put there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from analysis.market.errors import DataError

REFERENCE = Path(__file__).parents[1] / "reference"

T = TypeVar("T")


class Manifest:
    """The list of a snapshot's files with their SHA-256.

    Parameters
    ----------
    directory : Path
        Holds ``manifest.json`` and the files that it lists.

    Raises
    ------
    DataError
        If the manifest is missing or is no JSON.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        path = directory / "manifest.json"
        try:
            self.content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DataError(f"{path}: the bundled snapshot has no manifest; restore it from git") from None
        except ValueError as error:
            raise DataError(f"{path}: not valid JSON: {error}") from None

    def entries(self, kind: str) -> dict[str, dict[str, Any]]:
        """Entries by symbol, region or exchange; `kind` is bars, hourly, factors or sessions."""
        entries: dict[str, dict[str, Any]] = self.content[kind]
        return entries

    def read(self, kind: str, key: str) -> bytes:
        """The content of one file.

        Raises
        ------
        DataError
            If the file is missing or is not the one that the manifest lists; names both hashes.
        """
        entry = self.entries(kind)[key]
        path: Path = self.directory / entry["file"]
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise DataError(f"{path}: listed in manifest.json but missing; restore it from git") from None
        found = hashlib.sha256(content).hexdigest()
        if found != entry["sha256"]:
            raise DataError(
                f"{path}: SHA-256 is {found}, manifest.json says {entry['sha256']}; restore it from git"
            )
        return content


@cache
def manifest(directory: Path = REFERENCE) -> Manifest:
    """The manifest of a snapshot, read once."""
    return Manifest(directory)


class Lazy(Mapping[str, T]):
    """A mapping whose values are read when first asked for, so that six symbols cost six files."""

    def __init__(self, keys: Iterable[str], load: Callable[[str], T]) -> None:
        self._keys = dict.fromkeys(keys)  # membership in constant time
        self._load = cache(load)

    def __getitem__(self, key: str) -> T:
        if key not in self._keys:
            raise KeyError(key)
        return self._load(key)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
