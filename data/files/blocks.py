"""Price files in blocks: what is read at a time, where all is larger than memory.

Blocks follow from the files alone, and a symbol is in one block: its rows may stand in several files (a
file per year), which are then in the block together, or are read for some symbols at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.files.found import File, files_of
from data.files.layouts import DateOrder
from data.files.prices import PriceFiles, read_files

BLOCK_BYTES = 2_000_000  # of files that are read at once


@dataclass(frozen=True)
class Block:
    """Files of a path that are read together."""

    path: Path
    files: tuple[File, ...]

    @property
    def name(self) -> str:
        """The first file, and how many follow."""
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return f"{self.files[0].path.name}{more}"


def blocks(path: Path) -> tuple[Block, ...]:
    """Blocks of a file or of a folder.

    Raises
    ------
    DataError
        If there is nothing to read.
    """
    return tuple(Block(path, tuple(group)) for group in _groups(files_of(path)))


def read_block(
    block: Block, wanted: Collection[str] | None = None, dates: DateOrder | None = None
) -> PriceFiles:
    """Bars of a block; none, if it has no symbol that is wanted."""
    return read_files(block.files, block.path, wanted, dates)


def _groups(files: Sequence[File]) -> Iterator[list[File]]:
    group: list[File] = []
    size = 0
    for file in files:
        group.append(file)
        size += file.path.stat().st_size
        if size >= BLOCK_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
