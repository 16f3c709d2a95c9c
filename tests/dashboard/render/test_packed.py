"""Scripts made small at set-up: kept as a whole, found as soon as they are there, and never in the way."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli

from dashboard.render import packed
from dashboard.render.packed import Plotly
from tools import pack_scripts


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store = tmp_path / "new" / "packed.zip"
    pack_scripts.write({"br;/a.js?m=1": b"one"}, store)
    pack_scripts.write({"br;/a.js?m=2": b"two"}, store)
    assert packed.read(store) == {"br;/a.js?m=2": b"two"}
    assert [path.name for path in store.parent.iterdir()] == ["packed.zip"]


def test_what_is_written_later_is_found_by_a_server_that_runs(tmp_path: Path) -> None:
    kept = packed.Kept(store := tmp_path / "packed.zip")
    assert dict(kept) == {}
    pack_scripts.write({"name": b"content"}, store)
    assert dict(kept) == {"name": b"content"}


def test_a_damaged_or_missing_store_is_an_empty_one(tmp_path: Path) -> None:
    store = tmp_path / "packed.zip"
    assert packed.read(store) == {}
    pack_scripts.write({"name": b"content" * 100}, store)
    store.write_bytes(store.read_bytes()[:-30])
    assert packed.read(store) == {}
    store.write_bytes(b"nonsense")
    assert packed.read(store) == {}


def test_content_is_packed_both_ways() -> None:
    both = pack_scripts.pack(b"content", "/a.js")
    assert brotli.decompress(both["br;/a.js"]) == gzip.decompress(both["gzip;/a.js"]) == b"content"


def test_the_smaller_plotly_is_taken_if_it_is_of_this_version_and_these_types() -> None:
    whole = packed.whole()
    name = whole.name.replace(".min", "-bar-scatter-12345678.min")
    assert packed.plotly({name: b"small"}) == Plotly(name, b"small")
    for other in ("plotly-0.0.0-bar-scatter-12345678.min.js", name.replace("bar", "pie")):
        assert packed.plotly({other: b"small"}) == whole


def test_the_name_of_the_smaller_plotly_tells_its_content() -> None:
    small = pack_scripts.smaller()
    assert packed.plotly({small.name: small.script}) == small
    assert packed.whole().name.removesuffix(".min.js") in small.name
