"""All charts and tables of an event as files, under stable names and with a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.market.errors import DesignError, EventStudyError
from dashboard.render import files, latex, packed
from dashboard.render.compose import USUAL
from dashboard.render.pictures import PICTURES, NoBrowserError, Studio, browser
from dashboard.views.case import Case
from dashboard.views.content import Chart, Exhibit, View
from dashboard.views.pages import PAGES
from dashboard.views.thesis import of_study

PLOTLY = "plotly.min.js"
CHART_FORMATS = (*PICTURES, "html")
TABLE_FORMATS = (*files.TABLES, "latex")


class Shown(NamedTuple):
    """An exhibit, and the page that it stands on."""

    path: str
    view: View
    exhibit: Exhibit


def shown(case: Case) -> Iterator[Shown]:
    """Every exhibit of every page, each key once; what a page cannot make is left out."""
    seen: set[str] = set()
    for page in PAGES:
        try:
            view = page.view(case)
        except EventStudyError:
            continue
        fresh = {key: exhibit for key, exhibit in view.exhibits.items() if key not in seen}
        seen |= fresh.keys()
        yield from (Shown(page.PATH, view, exhibit) for exhibit in fresh.values())


def chosen(text: str, allowed: Sequence[str], option: str) -> tuple[str, ...]:
    """Formats named in a comma-separated option.

    Raises
    ------
    DesignError
        If one is not allowed.
    """
    kinds = tuple(dict.fromkeys(kind.strip().lower() for kind in text.split(",") if kind.strip()))
    if wrong := [kind for kind in kinds if kind not in allowed]:
        raise DesignError(f"{option} {wrong[0]!r} is not known; allowed: {', '.join(allowed)}")
    return kinds


def publish(
    case: Case,
    out: Path,
    charts: Sequence[str],
    tables: Sequence[str],
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
    sizes: Sequence[str] = (USUAL,),
) -> tuple[list[Path], str]:
    """Write the charts and tables of an event into a folder.

    Parameters
    ----------
    charts, tables : sequence of str
        Formats; pictures are left out where there is no Chrome or Chromium.
    progress : callable
        Called with the file's name, how many are done and how many there are.
    sizes : sequence of str
        Keys of `SIZES`: each picture is drawn in all of them.

    Returns
    -------
    files, remark
        The files written, the manifest last, and one line if pictures were left out.
    """
    pictures = [kind for kind in charts if kind in PICTURES]
    remark = str(NoBrowserError()) if pictures and browser() is None else ""
    kinds = [kind for kind in charts if not (remark and kind in PICTURES)]
    work = [
        (thing, kind, size)
        for thing in shown(case)
        for kind in ((*kinds, *tables) if isinstance(thing.exhibit.content, Chart) else tables)
        for size in (sizes if kind in PICTURES else (USUAL,))
    ]
    out.mkdir(parents=True, exist_ok=True)
    written: dict[str, dict[str, str]] = {}
    with Studio() as studio:
        for done, (thing, kind, size) in enumerate(work, start=1):
            ending = "tex" if kind == "latex" else kind
            name = files.file_name(case.choices.event, thing.exhibit.content.key, ending, size)
            content = _content(thing, kind, size, case, studio)
            (out / name).write_bytes(content)
            written[name] = _entry(thing, content)
            progress(name, done, len(work))
    if "latex" in tables:
        whole = latex.document(of_study(case.study, [*case.cautions.decisive, *case.cautions.others]))
        name = files.file_name(case.choices.event, "thesis", "tex")
        (out / name).write_text(whole, encoding="utf-8")
        sha256 = hashlib.sha256(whole.encode()).hexdigest()
        written[name] = {"exhibit": "thesis", "title": "All tables", "page": "", "sha256": sha256}
    if "html" in kinds:
        (out / PLOTLY).write_bytes(packed.plotly(packed.read()).script)
    manifest = out / "manifest.json"
    manifest.write_text(json.dumps(_manifest(case, written), indent=1, ensure_ascii=False), encoding="utf-8")
    return [*(out / name for name in written), manifest], remark


def _content(thing: Shown, kind: str, size: str, case: Case, studio: Studio) -> bytes:
    if kind == "latex":
        return latex.exhibit(thing.exhibit, thing.view).encode()
    if kind == "html":
        return files.as_html(thing.exhibit, case.dossier.event.name, PLOTLY)
    return files.file(thing.exhibit, kind, thing.view, studio, size)


def _entry(thing: Shown, content: bytes) -> dict[str, str]:
    return {
        "exhibit": thing.exhibit.content.key,
        "title": thing.exhibit.title,
        "page": thing.path,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _manifest(case: Case, written: dict[str, dict[str, str]]) -> dict[str, object]:
    provenance = case.market.provenance
    return {
        "event": case.dossier.event.slug,
        "source": provenance.source,
        "snapshot": provenance.snapshot,
        "prices_to": str(provenance.as_of),
        "files": written,
    }
