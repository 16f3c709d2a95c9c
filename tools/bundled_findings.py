"""Find anew what is kept of the bundled events: ``make findings``, after a change of what they say."""

from __future__ import annotations

import os
import tempfile

from commands.source import Source
from dashboard.views.brief import measured
from data.bundled.findings import write
from data.catalogue import files
from data.store.place import bundled_id


def made() -> dict[str, tuple[str, str]]:
    """The SHA-256 of every event file, and what the bundled prices say of the event; needs a new store."""
    source = Source()
    return {
        slug: (files.fingerprint(path), measured(source, slug).as_text())
        for slug, path in files.events().items()
    }


def main() -> None:
    """Write the file, on the bundled prices whatever the store holds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AFTERSHOCK_DATABASE_URL"] = f"sqlite:///{folder}/none.db"
        write(bundled_id(), made())


if __name__ == "__main__":
    main()
