"""A smaller Plotly, cut from the installed one: the same code with the trace types that are drawn here.

Plotly's own way to leave out trace types (a custom bundle) needs Node. Its bundle, however, is one flat
list of functions that registers trace modules at the end; what none of the wanted ones names can go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dashboard.render.packed import TRACES

if TYPE_CHECKING:
    from tree_sitter import Language, Node

REGISTRATION = re.compile(rb"\.register\(\[([\w$(),]+)\]\)")
EXPORT = re.compile(rb"[\w$]+\(([\w$]+),\{(?:[\w$]+:\(\)=>[\w$]+,?)*\}\);?")

Uses = Callable[[bytes], frozenset[bytes]]


class UnknownBundleError(ValueError):
    """The script is not built in the way that `slim` knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A declaration of the bundle by its name; a statement that always runs has none."""

    name: bytes
    text: bytes
    node: Node


def slim(bundle: bytes, traces: Collection[str] = TRACES) -> bytes:
    """Plotly's bundle with some trace types only; licence notices stay.

    Parameters
    ----------
    bundle : bytes
        ``plotly.min.js`` as published.
    traces : collection of str
        Trace types to keep.

    Raises
    ------
    UnknownBundleError
        If the bundle is not a flat list of declarations that ends by registering these trace types.
    """
    body = _body(bundle)
    parts = list(_parts(body))
    uses = _uses(parts)
    modules = {part.name for part in parts if b"moduleType:" in part.text}
    words = [f'moduleType:"trace",name:"{trace}"'.encode() for trace in traces]
    definitions = {part.name for part in parts if any(word in part.text for word in words)}
    entry, registered = _registration(parts)
    offered = [call.removesuffix(b"()") for call in registered.split(b",")]
    wanted = [name for name in offered if definitions & _reached([name], uses, modules)]
    kept = _reached([b"", *wanted, *uses(entry) - set(offered)], uses, {entry})
    calls = b",".join(name + b"()" for name in wanted)
    code = b";".join(part.text.replace(registered, calls) for part in parts if part.name in kept)
    if any(word not in code for word in words):
        raise UnknownBundleError(f"not every trace type is there: {', '.join(traces)}")
    return bundle[: body.start_byte + 1] + code + bundle[body.end_byte - 1 :]


def _body(bundle: bytes) -> Node:
    """The block that holds every declaration: the innermost of the functions around the whole."""
    from tree_sitter import Parser

    node = Parser(_language()).parse(bundle).root_node
    if node.has_error:
        raise UnknownBundleError("not JavaScript that can be read")
    body = None
    while node.named_children:
        node = max(node.named_children, key=lambda child: child.end_byte - child.start_byte)
        if node.type == "statement_block" and 2 * (node.end_byte - node.start_byte) > len(bundle):
            body = node
    if body is None:
        raise UnknownBundleError("no function around the whole")
    return body


def _parts(body: Node) -> Iterator[Part]:
    """Every declaration and statement of the block, in order."""
    for statement in body.named_children:
        if statement.type == "variable_declaration":
            for child in statement.named_children:
                name = _text(child.child_by_field_name("name")) if _waits(child) else b""
                yield Part(name, b"var " + _text(child), child)
        elif statement.type == "function_declaration":
            yield Part(_text(statement.child_by_field_name("name")), _text(statement), statement)
        else:
            text = _text(statement).removesuffix(b";")
            export = EXPORT.fullmatch(text)  # fills a namespace with functions: kept if that is
            yield Part(export[1] if export else b"", text, statement)


def _waits(declarator: Node) -> bool:
    """Whether a variable's value does nothing by itself: anything but a call, or a module, ``W(() => …)``."""
    value = declarator.child_by_field_name("value")
    if value is None or value.type != "call_expression":
        return True
    given = value.child_by_field_name("arguments")
    return given is not None and [child.type for child in given.named_children] == ["arrow_function"]


def _uses(parts: Iterable[Part]) -> Uses:
    """For a name, which other names its parts mention."""
    from tree_sitter import Query, QueryCursor

    words = Query(_language(), "[(identifier) (shorthand_property_identifier)] @word")
    named: dict[bytes, list[Node]] = {b"": []}
    for part in parts:
        named.setdefault(part.name, []).append(part.node)

    @cache
    def uses(name: bytes) -> frozenset[bytes]:
        found = {
            _text(word) for node in named[name] for word in QueryCursor(words).captures(node).get("word", ())
        }
        return frozenset(found & named.keys() - {name})

    return uses


def _reached(start: Iterable[bytes], uses: Uses, ends: Collection[bytes]) -> set[bytes]:
    """The names to start from and all that they lead to; not what lies behind `ends`."""
    reached: set[bytes] = set()
    ahead = list(start)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += () if name in ends else uses(name)
    return reached


def _registration(parts: Iterable[Part]) -> tuple[bytes, bytes]:
    """Name of the part that registers trace modules, and the list of them as it is written."""
    found = [(part.name, match[1]) for part in parts if (match := REGISTRATION.search(part.text))]
    if len(found) != 1:
        raise UnknownBundleError("trace modules are not registered in one place")
    return found[0]


@cache
def _language() -> Language:
    import tree_sitter_javascript
    from tree_sitter import Language

    return Language(tree_sitter_javascript.language())


def _text(node: Node | None) -> bytes:
    return (node.text if node else None) or b""
