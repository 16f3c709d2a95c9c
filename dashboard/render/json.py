"""Views as plain documents: what ``--format json`` prints."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.render.csv import plain
from dashboard.render.records import columns, records
from dashboard.views import words
from dashboard.views.content import (
    Block,
    Card,
    Cards,
    Chart,
    EventCard,
    EventCards,
    Message,
    Note,
    Progress,
    Prose,
    Tally,
    View,
)
from dashboard.views.tables import Column, Table

Document = dict[str, Any]


def document(view: View) -> Document:
    """A page: its finding, its blocks in order, whose data it is, and the choices that repeat it.

    Numbers are decimal, dates ISO, what is missing None.
    """
    return {
        "event": view.event,
        "title": view.title,
        "words": view.words,
        "cautions": list(view.caution.lines),
        "lead": [_block(block) for block in view.lead if not isinstance(block, Message) or block.title],
        "sections": [
            {"key": s.key, "title": s.title, "blocks": [_block(block) for block in s.blocks]}
            for s in view.sections
        ],
        "source": words.credit(view.credit),
        "design": dict(view.design),
    }


def _block(block: Block) -> Document:
    match block:
        case Chart():
            return {
                "kind": "chart",
                "key": block.key,
                "summary": block.summary,
                "shows": block.caption.shows,
                "method": block.caption.method,
                "source": words.credit(block.caption.credit),
                "points": _columns(columns(records(block))),
                "table": _columns(block.table.columns),
            }
        case Table():
            made = {"made_with": block.note} if block.note else {}
            told = {"kind": "table", "key": block.key, "title": block.title, **made}
            return {**told, "columns": _columns(block.columns)}
        case Cards():
            return {"kind": "cards", "key": block.key, "cards": [_card(card) for card in block.cards]}
        case EventCards():
            return {"kind": "events", "key": block.key, "events": list(map(_event, block.cards))}
        case Tally():
            return {"kind": "tally", "key": block.key, "counts": {b.word: n for b, n in block.counts}}
        case Message():
            return {"kind": "message", "title": block.title, "lines": list(block.lines)}
        case Progress():
            return {"kind": "progress", "words": block.words, "done": block.done, "total": block.total}
        case Note(text) | Prose(text):
            return {"kind": "text", "text": text}


def _card(card: Card) -> Document:
    measured = {"close": card.close.value, "abnormal": card.abnormal.value, "interval": list(card.interval)}
    return {"name": card.name, **measured}


def _event(card: EventCard) -> Document:
    return {
        "slug": card.slug,
        "name": card.name,
        "date": str(card.date),
        "finding": card.finding,
        "lasted": card.lasted,
        "counts": {badge.word: n for badge, n in card.counts},
        "path": dict(zip(map(str, card.path.at), card.path.values, strict=True)),
    }


def _columns(given: tuple[Column, ...]) -> list[Document]:
    flat = [one for column in given for one in column.flat]
    return [{"name": one.name, "unit": one.unit, "values": [_value(v) for v in one.values]} for one in flat]


def _value(value: Any) -> Any:
    found = plain(value)
    return found.isoformat() if isinstance(found, dt.date) else found
