"""The stretch of a sentence that speaks of a figure, and when the figure was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.claims.claims import Move
from analysis.claims.days import Timing
from analysis.claims.memory import Memory
from analysis.claims.timing import STRONG, Region, Times
from analysis.claims.tokens import Tagged


def timings(moves: Sequence[Move], read: Tagged, times: Times, memory: Memory) -> list[Timing]:
    """The timing of every move of a sentence, in order; the memory keeps the last span."""
    found: list[Timing] = []
    for move in moves:
        timing = _timing(move, moves, read, times, memory, found[-1] if found else None)
        if timing.basis == "period":
            memory.span = times.spoken = timing
        found.append(timing)
    for place in range(len(moves) - 1, 0, -1):
        shared = found[place].basis in STRONG and found[place - 1].basis == "unknown"
        if shared and _are_joined(moves[place - 1], moves[place], read):
            found[place - 1] = replace(found[place], date=found[place - 1].date or found[place].date)
    return found


def _are_joined(move: Move, following: Move, read: Tagged) -> bool:
    """ "A sank 7% and B fell 3% after hours": nothing but an "and" stands between."""
    after = move.at + 1
    return all(t.tag == "CONJ" for t in read.tokens[after : max(following.start, after + 1)])


def _timing(
    move: Move, moves: Sequence[Move], read: Tagged, times: Times, memory: Memory, before: Timing | None
) -> Timing:
    """When a figure was taken; "while X has gained 3%" speaks of the period of the figure before."""
    region = region_of(move, moves, read)
    is_future = move.subject.kind == "future"
    timing = times.of(region, move.state, is_future, move.hedge == "up_to", move.sign, memory.heading_phase)
    last = max((i for i in range(move.at) if read.tokens[i].tag in ("FIG", "BYWORD")), default=0)
    if (
        before is not None
        and timing.basis == "unknown"
        and not timing.date
        and _is_compared(move, moves, read)
    ):
        return before
    if timing.period == "day" and timing.date is None and (day := times.carried(region, before)):
        timing = replace(timing, date=day)
    perfect = any(t.lower in ("has", "have", "having") for t in read.tokens[max(last, move.start) : move.at])
    if (
        before is not None
        and before.basis == "period"
        and timing.basis == "unknown"
        and perfect
        and not timing.date
    ):
        return before
    return timing


def _is_compared(move: Move, moves: Sequence[Move], read: Tagged) -> bool:
    """ "Doubled in a year, against an 18% rise for X and a 4% fall in Y": the span of the first figure."""
    if move.how == "compared":
        return True
    earlier = [m for m in moves if m.at < move.at]
    between = [t.lower for t in read.tokens[earlier[-1].at + 1 : move.at]] if earlier else []
    if {"against", "versus", "compared"} & {*between}:
        return True
    joined = "and" in between and move.how.startswith("noun") and len(between) < 9
    return joined and len(earlier) > 1 and _is_compared(earlier[-1], moves, read)


def region_of(move: Move, moves: Sequence[Move], read: Tagged) -> Region:
    """The characters around a figure whose phrases of time are its own."""
    same = [m for m in moves if m.chain == move.chain and m.how != "bracket"] or [move]
    if move.how == "bracket" or move.chain == 0:
        same = [move]
    gapped = any(m.how == "gapping" for m in same)
    mine = [m for m in same if gapped or m.at == move.at or m.start == move.start]
    again = [m for m in mine if m.at != move.at and m.subject == move.subject]
    mine = [move] if again else mine  # "fell 12% last month and 3% on Monday"
    first, last = min(m.start for m in mine), max(m.at for m in mine)
    begin = min(m.at for m in mine)
    earlier = [m.at for m in moves if m.at < begin]
    later = [m for m in moves if m.at > last]
    end = _begin(min(later, key=lambda m: m.at), last, read) if later else len(read.text)
    figure = read.tokens[move.at if not gapped else last]
    before = read.tokens[max(earlier)].end if earlier else 0
    start = max(read.tokens[first].start, before, _opening(move, read))
    return Region(start, read.tokens[move.at].start, figure.end, max(end, figure.end), before)


def _begin(move: Move, last: int, read: Tagged) -> int:
    """Where the clause of a later move begins, behind token `last`."""
    if move.start > last:
        opener = read.tokens[move.start - 1]
        begins = move.start - 1 > last and (opener.tag in ("CONJ", "PART") or opener.text == ",")
        return opener.start if begins else read.tokens[move.start].start
    begin = _opening(move, read) or read.tokens[max(last + 1, min(move.mover, move.at))].start
    leads = [
        a.start
        for a in read.adjuncts
        if read.tokens[last].end <= a.start < begin and read.text[a.start : a.start + 3].lower() == "to "
    ]
    return min([begin, *leads])


def _opening(move: Move, read: Tagged) -> int:
    """Where a verb's clause begins whose subject stands further left: at the "and" or comma before it."""
    at = move.mover - 1
    while (
        at > move.start
        and read.tokens[at].tag in ("ADV", "AUX", "STATE", "HEDGE", "WORD", "DIR", "CAUSE", "DET", "AMOUNT")
        and move.mover - at < 7
    ):
        at -= 1
    opener, first = read.tokens[at], read.tokens[min(at + 1, move.mover)]
    if (
        at <= move.start
        or move.how == "gapping"
        or (opener.lower == "or" and read.tokens[at - 1].tag == "AMOUNT")
    ):
        return 0
    parted = any(t.tag == "FIG" for t in read.tokens[move.start : at])
    apposed = not parted and (
        move.how.startswith("noun") or first.tag == "DIR" or first.lower.endswith("ing")
    )
    return (
        opener.start
        if opener.tag in (("CONJ", "PART") if apposed else ("COMMA", "CONJ", "PART", "DASH"))
        else 0
    )
