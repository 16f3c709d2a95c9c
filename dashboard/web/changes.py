"""What differs between two renderings of a page, so that only that is sent and redrawn.

A page is made anew for every view. Replacing it as a whole would draw every chart again and
lose the reader's place; so parts that may change carry an id, and a change is sent to the
nearest id around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

Updates = dict[str, dict[str, Any]]


def changes(old: Any, new: Any) -> Updates | None:
    """Properties to set by id to turn `old` into `new`; None if no id is near enough.

    >>> from dash import html
    >>> changes(html.P(["a ", html.B("b", id="x")]), html.P(["a ", html.B("c", id="x")]))
    {'x': {'children': 'c'}}
    """
    if isinstance(old, Component) and isinstance(new, Component):
        return _of_components(old, new)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return _of_lists(old, new)
    return {} if _same(old, new) else None


def _of_components(old: Component, new: Component) -> Updates | None:
    identifier = getattr(new, "id", None)
    if type(old) is not type(new) or getattr(old, "id", None) != identifier:
        return None
    own = _properties(old, new)
    inside = changes(getattr(old, "children", None), getattr(new, "children", None))
    if inside is None:
        own["children"] = getattr(new, "children", None)
        inside = {}
    if not own:
        return inside
    return None if identifier is None else {identifier: own, **inside}


def _properties(old: Component, new: Component) -> dict[str, Any]:
    """Properties other than the children that differ; None for those that are gone."""
    before, after = vars(old), vars(new)
    names = (before.keys() | after.keys()) - {"children", "id"}
    return {name: after.get(name) for name in names if not _same(before.get(name), after.get(name))}


def _of_lists(old: Sequence[Any], new: Sequence[Any]) -> Updates | None:
    if len(old) != len(new):
        return None
    out: Updates = {}
    for one, other in zip(old, new, strict=True):
        found = changes(one, other)
        if found is None:
            return None
        out |= found
    return out


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
