"""Columns of a list of events that may explain what its events did, as a formula names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.market.errors import DataError
from data.files.events import Coded, EventTable
from data.files.headers import shown_labels
from data.files.layouts import plain

if TYPE_CHECKING:
    import pandas as pd

    from analysis.market.bars import Floats

MOST_TERMS = 20
MOST_LEVELS = 50  # different texts of a column


def attributes(table: EventTable, formula: str, name: str) -> pd.DataFrame:
    """The columns that a formula such as ``size + sector`` names: numbers or categories, a row per event.

    A formula is names joined by +, looked up and never evaluated. Its rows are named by the events' lines.

    Raises
    ------
    DataError
        If the formula names no column, one twice, or one with too many different texts.
    """
    import pandas as pd

    columns = {**table.extra, **({"group": table.group} if table.group.names else {})}
    chosen = [_column(term.strip(), [*columns], formula, name) for term in formula.split("+")]
    if twice := next((term for term in chosen if chosen.count(term) > 1), ""):
        raise DataError(f"--explain {formula!r}: {twice} is there twice; name it once")
    if len(chosen) > MOST_TERMS:
        raise DataError(f"--explain: {len(chosen)} columns; at most {MOST_TERMS}")
    return pd.DataFrame({term: _values(term, columns[term], name) for term in chosen}, index=table.lines)


def _column(term: str, columns: list[str], formula: str, name: str) -> str:
    """The column that a term means, whatever its case and spaces, if no other is spelt like it."""
    alike = [column for column in columns if column == term] or [
        column for column in columns if plain(term) and plain(column) == plain(term)
    ]
    if len(alike) == 1:
        return alike[0]
    what = f"{term!r} is no column of {name}" if term else "a name is missing beside +"
    known = shown_labels(columns) if columns else "none beside symbol and event_date"
    raise DataError(
        f"--explain {formula!r}: {what}; needed: columns joined by +, such as size + sector; found: {known}"
    )


def _values(term: str, held: Floats | Coded, name: str) -> Any:
    """Numbers as they are, texts as categories."""
    import pandas as pd

    if not isinstance(held, Coded):
        return held
    if len(held.names) > MOST_LEVELS:
        raise DataError(
            f"{name}: column {term} has {len(held.names):,} different texts, such as {held.names[0][:40]!r}; "
            f"at most {MOST_LEVELS}, or numbers alone"
        )
    return pd.Categorical.from_codes(held.codes, held.names)  # type: ignore[call-overload]
