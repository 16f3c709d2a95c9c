"""An event of one's own, from options and texts."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.market.errors import DataError, DesignError
from commands.console import say
from commands.options import AcceptOption, DatesOption, path, said
from commands.printing import show, table_of
from commands.subjects import in_options, mendable

if TYPE_CHECKING:
    from commands.source import Source
    from data.own.desk import Desk
    from data.own.prices import Read
    from data.own.told import Answer

CLAIM = ("subject", "symbol", "sign", "value", "value_high", "qualifier", "basis", "period", "date", "text")


def new(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Short name, as acme-2025-03-14.")],
    name: Annotated[str, typer.Option(help="What the event is called.", show_default=False)] = "",
    when: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="2025-03-14, 2025-03-14T08:15Z or '2025-03-14 08:15 Europe/Paris'.",
            show_default=False,
        ),
    ] = "",
    symbols: Annotated[
        list[str] | None, typer.Option(metavar="A B ...", help="Firms; with --prices all of the files.")
    ] = None,
    article: Annotated[
        list[str] | None, typer.Option(metavar="FILE ...", help="Texts whose claims are proposed.")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(parser=path, help="Your own prices: a file or a folder.")
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            metavar="S", callback=said, help="One for all firms, or none.", show_default="each firm's own"
        ),
    ] = None,
    accept: AcceptOption = None,
    dates: DatesOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take every claim that is proposed.")] = False,
    opened: Annotated[
        Path | None,
        typer.Option(
            "--open", parser=path, help="An event that was downloaded, instead of the options above."
        ),
    ] = None,
) -> None:
    """Make an event of your own: other commands and the pages take its short name from then on."""
    source: Source = context.obj
    _free(source, slug)
    if opened is not None:
        _alone(name, when, symbols, article, prices, benchmark, accept, dates, yes)
        _open(source, slug, opened)
        return
    if not name or not when:
        raise DesignError("an event needs --name and --when, or --open with a file that was downloaded")
    with mendable():
        read = _prices(prices, accepted=accept or (), dates=dates)
        desk = source.desk
        firms = list(symbols or [symbol for symbol in (read.prices if read else {}) if symbol != benchmark])
        draft = {"name": name, "slug": slug, **_when(when), "symbols": firms, "benchmark": benchmark or ""}
        told = desk.look(draft, read.prices if read else None)
        _refuse_unknown(told, accept or ())
        draft |= _said(desk, draft, article or (), yes)
        event, _ = desk.keep(draft, read.prices if read else None)
    _print(told, read, event.id, slug)


def _free(source: Source, slug: str) -> None:
    """Raise if another event is called so."""
    from data.catalogue.files import events

    if slug in events() or source.own_event(slug):
        raise DesignError(f"there is an event {slug!r} already: choose another short name")


def _alone(*others: object) -> None:
    """Raise if an option stands beside --open that it would silently leave out."""
    if any(others):
        raise DesignError("--open brings the whole event: leave out all other options")


def _open(source: Source, slug: str, file: Path) -> None:
    """Keep an event that was downloaded, under a short name of its own."""
    from data.own.archive import read_file

    with mendable():
        event, _ = source.desk.opened(slug, read_file(file))
    print(f"{event.name}: {', '.join(event.dossier.firms)}")
    if missing := source.desk.missing(event.id):
        print(f"No prices of {', '.join(missing)} yet: python app.py refresh {slug} fetches them")
    print(f"Kept as {slug} ({event.id}). Next: python app.py study {slug}, or show overview {slug}")


def _when(text: str) -> dict[str, str]:
    """Date, time and zone."""
    parted = re.sub(r"(?<=\d)T(?=\d)", " ", text, count=1)  # zones have a T too
    date, time, zone = (*parted.split(maxsplit=2), "", "", "")[:3]
    try:
        moment = dt.datetime.fromisoformat(f"{date}T{time}" if time else date)
    except ValueError:  # said where the draft is checked, with what is allowed
        moment = None
    if moment is not None and moment.tzinfo is not None:
        moment, zone = moment.astimezone(dt.timezone.utc), "UTC"
        date, time = str(moment.date()), f"{moment:%H:%M:%S}"
    if time and not zone:
        raise DesignError(
            f"--when {text!r}: a time needs its zone, as in {date}T08:15Z or '{date} 08:15 Europe/Paris'"
        )
    return {"date": date, "time": time, "zone": zone}


def _prices(prices: Path | None, accepted: Sequence[str], dates: str | None) -> Read | None:
    from data.own.prices import read_own

    return read_own(prices, accepted, dates) if prices else None


def _refuse_unknown(told: Answer, accepted: Sequence[str]) -> None:
    """Raise for a symbol that nobody knows, with those that may be meant, and for what else is wrong."""
    for firm in told["firms"]:
        if not firm["known"] and firm["symbol"] not in accepted:
            near = [f"{one['symbol']} ({one['name']})" for one in firm["nearest"]]
            meant = f"did you mean {' or '.join(near)}? " if near else ""
            raise DesignError(
                f"unknown symbol {firm['symbol']!r}: {meant}Give its prices with --prices, or take it as "
                f"Yahoo's with --accept {firm['symbol']}"
            )
    for field, sentence in told["problems"].items():
        raise DesignError(f"{field}: {sentence}" if field not in sentence else sentence)


def _said(desk: Desk, draft: dict[str, Any], files: Sequence[str], yes: bool) -> dict[str, Any]:
    """Texts, and the claims that were taken."""
    from data.article import article

    texts = {"articles": [{"outlet": Path(file).stem[:200]} for file in files]}
    claims: list[dict[str, Any]] = []
    for place, file in enumerate(files):
        read = desk.read(article(file), draft)
        found = [{"article": place} | {key: one[key] for key in CLAIM} for one in read]
        claims += _complete(desk, draft | texts, found)
    if claims:
        _show(claims)
    taken = claims if claims and (yes or _agreed(len(claims))) else []
    return texts | {"claims": taken}


def _complete(desk: Desk, draft: dict[str, Any], found: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that can be kept; of the others it is said what they lack."""
    for claim in found:
        try:
            desk.try_out(draft | {"claims": [claim]})
        except DataError as error:
            say(f"left out: “{' '.join(claim['text'].split())}”: {str(error).removeprefix('claim 1: ')}")
        else:
            yield claim


def _show(claims: Sequence[dict[str, Any]]) -> None:
    from data.own.claimed import SIGNS

    table = table_of("Proposed claims", ("Symbol", "Basis"), ("Reported",))
    table.add_column("From the text")
    for claim in claims:
        figure = f"{SIGNS.get(claim['sign'] or 0, '')}{claim['value'] or ''}"
        table.add_row(
            claim["symbol"], claim["basis"].replace("_", " "), figure, " ".join(claim["text"].split())
        )
    show(table)


def _agreed(count: int) -> bool:
    """Whether the person at the terminal takes the claims."""
    if not sys.stdin.isatty():
        raise DesignError(f"{count} claims are proposed and nobody is there to take them: add --yes")
    return typer.confirm(f"Take {'it' if count == 1 else f'these {count}'}?", default=True, err=True)


def _print(told: Answer, read: Read | None, identifier: str, slug: str) -> None:
    """What was kept: day 0, prices, and what to do next."""
    for day in told["days"]:
        print(f"Day 0 in {day['place']}: {day['day']}" + (f" ({day['closed']})" if day["closed"] else ""))
    if told["short"]:
        print(told["short"])
    for firm in told["firms"]:
        print(f"{firm['name']} ({firm['symbol']}): {firm['prices']}; benchmark {firm['benchmark'] or 'none'}")
    left_out = map(in_options, (*read.unread.values(), *read.refused.values())) if read else ()
    for sentence in (*left_out, *(read.assumed if read else ())):
        print(sentence)
    for symbol, prices in read.prices.items() if read else ():
        for sentence in prices.said:
            print(sentence if symbol in sentence else f"{symbol}: {sentence}")
    if missing := [firm["symbol"] for firm in told["firms"] if firm["missing"]]:
        print(f"No prices of {', '.join(missing)} yet: python app.py refresh {slug} fetches them")
    print(f"Kept as {slug} ({identifier}). Next: python app.py study {slug}, or show overview {slug}")
