"""What is found of the bundled events on the bundled prices; ``make findings`` makes the file."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("findings.json")


@cache
def findings() -> dict[str, tuple[str, str]]:
    """Under which event file and prices a finding is true, and its text, by event; none without the file."""
    with suppress(OSError, ValueError):
        kept = json.loads(FILE.read_text(encoding="utf-8"))
        events = kept["events"].items()
        return {slug: (f"{one['event']} {kept['prices']}", json.dumps(one["brief"])) for slug, one in events}
    return {}


def write(prices: str, events: dict[str, tuple[str, str]]) -> None:
    """Keep the SHA-256 of each event file and what was found of it on some prices, a line per event."""
    lines = (
        f"{json.dumps(slug)}: {json.dumps({'event': event, 'brief': json.loads(text)}, ensure_ascii=False)}"
        for slug, (event, text) in sorted(events.items())
    )
    body = ",\n".join(lines)
    FILE.write_text(f'{{"prices": {json.dumps(prices)}, "events": {{\n{body}\n}}}}\n', encoding="utf-8")
    findings.cache_clear()
