"""Write `data/symbols/members.csv`: members of twenty large indices, from the package pytickersymbols (MIT).

    python -m tools.list_members

Run it when the package has a newer list. What is wrong or missing there stands in `shares.csv`, which comes
first.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HOME = {"CAC Mid 60": ".PA", "CAC_40": ".PA", "SDAX": ".DE", "MDAX": ".DE", "DAX": ".DE", "TecDAX": ".DE"}
LEGAL = re.compile(
    r",? (?:Inc|Corp|Co|Company|Corporation|Incorporated|plc|PLC|Ltd|Limited|LLC|LP|SA|"
    r"S\.A|SE|AG|NV|N\.V|SpA|AB|Oyj|ASA|"
    r"A/S|KGaA|SCA|KK)\.?$"
)
GENERAL = re.compile(r" (?:Group|Holdings?|Corporation & plc|International|Technologies)$")
COLUMNS = ("symbol", "name", "other_names", "sector", "elsewhere")


def members(stocks: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, str]]:
    """One row per share, from pairs of an index and one of its members; the first index counts.

    Examples
    --------
    >>> row, = members([("SDAX", {"name": "The Grenke AG", "symbol": "GLJ", "industries": ["Banking"]})])
    >>> row["symbol"], row["name"], row["other_names"], row["sector"]
    ('GLJ.DE', 'Grenke', 'The Grenke AG', 'banking')
    """
    rows: dict[str, dict[str, str]] = {}
    for index, stock in stocks:
        symbol = _at_home(str(stock.get("symbol") or ""), index)
        if symbol and symbol not in rows:
            rows[symbol] = _row(symbol, stock)
    return [rows[symbol] for symbol in sorted(rows)]


def _at_home(symbol: str, index: str) -> str:
    home = HOME.get(index, "")
    symbol = re.sub(r"^([A-Z]+)\.([AB])$", r"\1-\2", symbol)  # a class of shares in New York
    return symbol if "." in symbol or not symbol else symbol + home


def _row(symbol: str, stock: Mapping[str, Any]) -> dict[str, str]:
    printed = re.sub(r"\s*\([^)]*\)$", "", str(stock["name"])).strip()
    short = LEGAL.sub("", LEGAL.sub("", printed).removeprefix("The ")).strip(" ,")
    shorter = GENERAL.sub("", short)
    others = [name for name in dict.fromkeys((printed, shorter)) if name != short and len(name) > 2]
    sector = ", ".join(dict.fromkeys(str(word).lower() for word in stock.get("industries") or ()))
    return dict(
        zip(COLUMNS, (symbol, short, ";".join(others), sector[:60], _in_new_york(symbol, stock)), strict=True)
    )


def _in_new_york(symbol: str, stock: Mapping[str, Any]) -> str:
    """The receipt of a foreign share on the New York exchanges, which a text may mean."""
    listed = (pair for pair in stock.get("symbols") or () if "." in symbol)
    found = [
        pair["yahoo"] for pair in listed if re.match(r"(?:NYSE|NASDAQ):[A-Z]+$", str(pair.get("google")))
    ]
    return found[0] if len(found) == 1 else ""


def main() -> None:
    """Write the file beside the corrections."""
    from pytickersymbols import PyTickerSymbols

    source = PyTickerSymbols()
    pairs = [
        (index, stock) for index in source.get_all_indices() for stock in source.get_stocks_by_index(index)
    ]
    path = Path(__file__).parents[1] / "data" / "symbols" / "members.csv"
    rows = members(pairs)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="|", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} shares in {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
