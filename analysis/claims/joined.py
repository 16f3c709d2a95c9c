"""Names joined with what stands behind them: tickers in brackets, bare codes, the rest of an index's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.claims.directory import Listing
from analysis.claims.kinds import KINDS_OF_INDEX
from analysis.claims.tokens import Token


def with_tickers(tokens: Sequence[Token]) -> Iterator[Token]:
    """Names with the ticker that stands in brackets behind them."""
    out: list[Token] = []
    for token in tokens:
        if out and _is_a_code(out[-1], token):
            continue  # "the S&P 500 SPX has gained 2%"
        if token.tag == "TICKER" and out and out[-1].tag in ("NAME", "WORD"):
            name = out[-1]
            if name.tag == "NAME" and name.note != "place" and token.note:
                out[-1] = replace(
                    name, ticker=token.note, note=name.note if name.note == "known" else "unknown"
                )
            continue
        if (
            token.text == "."
            and out
            and out[-1].tag == "NAME"
            and token.start == out[-1].end
            and token is not tokens[-1]
        ):
            continue  # the dot of "Co." and "Inc."
        out.append(token)
    yield from _with_longer_indices(out)


def _is_a_code(name: Token, token: Token) -> bool:
    known = name.tag == "NAME" and name.listing is not None and token.start - name.end == 1
    return known and token.tag == "NAME" and bool(CODE.fullmatch(token.text))


CODE = re.compile(r"[A-Z]{3,5}")  # a ticker that stands bare


def _with_longer_indices(tokens: Sequence[Token]) -> Iterator[Token]:
    """ "KSE All Share Index": the names of two indices side by side are that of a third."""
    held: Token | None = None
    for token in tokens:
        if held is not None and _is_one_index(held, token):
            held = unlisted_index(f"{held.text} {token.text}", held.start, token.end)
            continue
        if held is not None:
            yield held
        held = token
    if held is not None:
        yield held


def unlisted_index(name: str, start: int, end: int) -> Token:
    """The name of an index that begins with that of a listed one."""
    listing = Listing(None, name, kind="index")
    return Token(name, name.lower(), start, end, "NAME", note="known", listing=listing)


def _is_one_index(first: Token, second: Token) -> bool:
    if first.tag != "NAME" or second.tag != "NAME" or second.start - first.end != 1 or first.ticker:
        return False
    kinds = [t.listing.kind if t.listing else "" for t in (first, second)]
    if kinds[0] == "index":
        return kinds[1] == "index" or bool(KINDS_OF_INDEX & {*second.lower.split()})
    return kinds == ["", "index"] and first.text.isupper() and first.note == "unknown"
