"""The layouts of price files that are known: how a header is recognised, and what it means.

An entry of `LAYOUTS` says which columns a vendor writes, which of them are needed, what the file's
name says of the symbol, and the assumption that a reader is told. A new vendor is a new entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

DateOrder = Literal["dmy", "mdy"]

NO_DIVIDENDS = (
    "no adjusted close in these files: Close is taken as adjusted for splits; "
    "dividends are not in these returns"
)

DATES = (
    *("date", "datetime", "timestamp", "day", "session", "tradedate", "tradingday", "tradingdate", "time"),
    *("datum", "tag", "handelstag", "jour", "dag", "fecha", "dia", "data", "giorno"),  # de fr nl es it pt
)
NO_LABEL = ("", "index", "indexlevel0", "unnamed0", "level0", "price")  # of a first column that holds dates
SYMBOLS = ("symbol", "ticker", "tickers", "tic", "instrument", "ric", "isin", "permno", "code", "name")
CLOSES = (
    *("close", "closeprice", "closingprice", "last", "lastprice", "price", "settle"),
    *("schluss", "schlusskurs", "cloture", "slot", "slotkoers", "cierre", "chiusura", "fechamento"),
)
ADJUSTED = (
    "adjclose",
    "adjustedclose",
    "closeadj",
    "closeadjusted",
    "adjcloseprice",
    "adjustedcloseprice",
    "adjprice",
    "adjustedprice",
    "totalreturnindex",
)
COMMON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": DATES,
        "symbol": SYMBOLS,
        "open": ("open", "openprice"),
        "high": ("high", "highprice"),
        "low": ("low", "lowprice"),
        "close": CLOSES,
        "adj_close": ADJUSTED,
        "volume": ("volume", "vol", "totalvolume", "sharevolume"),
    }
)
"""Role of a column, and the labels that it goes by, the surest first (in letters and digits alone)."""

EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "symbol": ("symbol", "ticker", "permno", "tic", "ric", "isin", "firm"),
        "date": ("eventdate", "date", "eventday", "announcementdate", "day"),
        "time": ("eventtime", "time", "datetime", "timestamp", "announcementtime"),
        "benchmark": ("benchmark",),
        "group": ("group",),
    }
)
"""The same of the columns of a list of events."""

CRSP_OLD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("date",),
        "symbol": ("permno", "ticker", "tsymbol"),
        "ticker": ("ticker", "tsymbol"),
        "close": ("prc",),
        "ret": ("ret",),
        "open": ("openprc",),
        "high": ("askhi",),
        "low": ("bidlo",),
        "volume": ("vol",),
        "split_factor": ("cfacpr",),
    }
)
CRSP_NEW: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("dlycaldt", "caldt"),
        "symbol": ("permno", "ticker", "tradingsymbol"),
        "ticker": ("ticker", "tradingsymbol"),
        "close": ("dlyprc",),
        "ret": ("dlyret",),
        "open": ("dlyopen",),
        "high": ("dlyhigh",),
        "low": ("dlylow",),
        "volume": ("dlyvol",),
        "split_factor": ("dlycumfacpr",),
    }
)


@dataclass(frozen=True)
class Layout:
    """One kind of price file.

    Parameters
    ----------
    key, label : str
        Its name for code and for people.
    needs : frozenset of str
        Roles that must be there.
    roles : mapping of role to labels
    marks : frozenset of str
        Labels of which one must be there, if any is named here: what only this vendor writes.
    lacks : frozenset of str
        Roles that are not there.
    named : str
        Pattern of the file's name, if the vendor is known by it.
    said : tuple of str
        Assumptions that a reader is told.
    symbol_of : callable
        Symbol of a file's name or of a cell in the symbol's column.
    order : "dmy", "mdy" or None
        How the vendor writes dates such as 03/04/2024, where it always does so in one way.
    """

    key: str
    label: str
    needs: frozenset[str]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: COMMON)
    marks: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    named: str = ""
    said: tuple[str, ...] = ()
    symbol_of: Callable[[str], str] = str
    order: DateOrder | None = None


def stooq_symbol(name: str) -> str:
    """``nvda_us_d``, ``nvda.us`` and ``NVDA.US`` are NVDA; ``sap_de_d`` is SAP.DE; ``^spx_d`` is ^SPX."""
    bare = re.sub(r"_[dwm]$", "", re.sub(r"\s*\(\d+\)$", "", name.strip().lower()))
    return re.sub(r"[_.]us$", "", bare).replace("_", ".").upper()


def investing_symbol(name: str) -> str:
    """``NVDA Historical Data``, ``NVDA Historische Daten`` and ``NVDA Stock Price History`` are NVDA."""
    written = "Stock Price History|Historical Data|Historical Prices|Historische Daten"
    return re.sub(rf"\s+({written})(\s*\(\d+\))?$", "", name, flags=re.I)


_BARS = frozenset({"date", "close"})
LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "crsp",
        "CRSP daily (DlyCalDt, DlyPrc, DlyRet)",
        frozenset({"date", "symbol", "ret"}),
        roles=CRSP_NEW,
        marks=frozenset({"dlyret"}),
        said=("CRSP: DlyRet is the return, and the adjusted close is rebuilt from it",),
    ),
    Layout(
        "crsp_old",
        "CRSP daily (date, PRC, RET)",
        frozenset({"date", "symbol", "ret"}),
        roles=CRSP_OLD,
        marks=frozenset({"ret"}),
        said=(
            "CRSP: RET is the return, and the adjusted close is rebuilt from it; codes are missing values",
            "CRSP: a negative PRC is the midpoint of bid and ask",
        ),
    ),
    Layout(
        "crsp_prices",
        "CRSP daily without RET (date, PRC)",
        frozenset({"date", "symbol", "close"}),
        roles={**CRSP_OLD, "close": ("prc", "dlyprc"), "date": ("date", "dlycaldt", "caldt")},
        marks=frozenset({"prc", "dlyprc"}),
        said=(
            "CRSP: a negative PRC is the midpoint of bid and ask",
            "CRSP without RET: prices are divided by CFACPR if it is there; dividends are not in the returns",
        ),
    ),
    Layout(
        "stooq_bulk",
        "Stooq (<TICKER>,<PER>,<DATE>)",
        frozenset({"date", "symbol", "close"}),
        marks=frozenset({"per"}),
        symbol_of=stooq_symbol,
        said=(
            "Stooq: Close is taken as adjusted for splits and dividends, as Stooq does unless told otherwise",
        ),
    ),
    Layout(
        "nasdaq",
        "Nasdaq.com (Date, Close/Last)",
        _BARS,
        roles={**COMMON, "close": ("closelast",)},
        marks=frozenset({"closelast"}),
        order="mdy",
        said=(NO_DIVIDENDS,),
    ),
    Layout(
        "investing",
        "investing.com (Date, Price, Change %; Datum, Zuletzt)",
        _BARS,
        roles={**COMMON, "close": ("price", "zuletzt")},
        marks=frozenset({"change", "zuletzt"}),
        lacks=frozenset({"symbol", "adj_close"}),
        symbol_of=investing_symbol,
        said=(NO_DIVIDENDS,),
    ),
    Layout("long", "long table (symbol, date, adj_close)", frozenset({"date", "symbol", "adj_close"})),
    Layout(
        "long_close",
        "long table (symbol, date, close)",
        frozenset({"date", "symbol", "close"}),
        said=(NO_DIVIDENDS,),
    ),
    Layout("yahoo", "Yahoo's CSV (Date, ..., Adj Close)", frozenset({"date", "adj_close"})),
    Layout(
        "yfinance",
        "yfinance frame without Adj Close",
        _BARS,
        marks=frozenset({"dividends", "stocksplits", "capitalgains"}),
        said=("yfinance without Adj Close: Close is taken as adjusted for splits and dividends",),
    ),
    Layout(
        "stooq",
        "Stooq (nvda_us_d.csv)",
        _BARS,
        named=r"^[^A-Z]+_[dwm](\s*\(\d+\))?$",
        symbol_of=stooq_symbol,
        said=(
            "Stooq: Close is taken as adjusted for splits and dividends, as Stooq does unless told otherwise",
        ),
    ),
    Layout("close", "one instrument (Date, Close)", _BARS, said=(NO_DIVIDENDS,)),
)

MANY = Layout(
    "yfinance_many",
    "yfinance frame of many (a header of two or three lines)",
    frozenset({"date", "adj_close"}),
)
MANY_CLOSE = Layout(
    "yfinance_many_close",
    MANY.label,
    _BARS,
    said=("yfinance without Adj Close: Close is taken as adjusted for splits and dividends",),
)
BY_FIELD = Layout(
    "by_field",
    "fields by symbol (a header of two lines, or an Excel sheet per field)",
    _BARS,
    said=(NO_DIVIDENDS,),
)
WIDE = Layout(
    "wide",
    "wide table (a date, then a column per symbol)",
    frozenset({"date"}),
    said=(
        "a wide table: values are taken as closes adjusted for splits and dividends, blanks as no trading",
    ),
)


def called(name: str, wanted: Collection[str] | None) -> str:
    """The symbol of a file that cannot be read: its name as one of the layouts writes a wanted symbol."""
    meant = dict.fromkeys(layout.symbol_of(name) for layout in LAYOUTS)
    return next((symbol for symbol in meant if wanted is not None and symbol in wanted), name)


def nameless(name: str) -> bool:
    """Whether a file is called as Nasdaq.com calls all of its files, without the symbol."""
    return re.fullmatch(r"HistoricalData_\d+(\s*\(\d+\))?", name) is not None


def plain(label: str) -> str:
    """A column's letters, without their accents, and digits in lower case."""
    bare = label if label.isascii() else unicodedata.normalize("NFKD", label)
    return re.sub("[^a-z0-9]", "", bare.lower())
