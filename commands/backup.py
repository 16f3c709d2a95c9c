"""A copy of the price store with own events, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def backup(out: Annotated[Path, typer.Option(help="The new file.")]) -> None:
    """Copy the store (prices, refreshes, own events) into one file, also while it is served and refreshed."""
    from data.store.backup import backup as copied

    print(f"{out}: {copied(out)} snapshots and all own events")


def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote, of this or an older version.")],
) -> None:
    """Put a backup in the place of the store; what was there is kept beside it."""
    from data.store.backup import restore as taken_back

    kept = taken_back(file)
    print(f"{file} is the store now" + (f"; what was there is kept as {kept}" if kept else ""))
    print("Restart what serves it: pages may still show what they kept.")
