"""Write data/reference/: the bundled price snapshot, from a folder of downloaded files.

    python -m tools.bundle_snapshot SOURCE_DIR HISTORY_DIR

SOURCE_DIR holds ``prices/`` (one CSV per symbol in Yahoo's columns and a ``manifest.json``), ``intraday/``
(hourly bars) and ``factors/`` (Fama-French, percent). HISTORY_DIR holds longer histories and further
instruments in the form of ``prices/``; where it has a symbol, its file is taken. Its ``exact_close/`` has
exact prices as traded for some symbols: they replace all columns but the adjusted close, which differs in
rounding alone, so that returns stay as published. Figures are carried over digit by digit; sessions come
from exchange_calendars. Every file written gets a line with its SHA-256 in the new manifest.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.bundled.calendars import library_sessions
from data.bundled.manifest import REFERENCE

Rows = list[dict[str, str]]
Entry = dict[str, Any]

SOURCE = (
    "Daily bars: as published by Yahoo Finance; STOXX Europe 600 net return: STOXX, CC BY 4.0. Factors: "
    "Kenneth R. French Data Library. Sessions: exchange_calendars. Compiled from public archived copies and, "
    "for daily bars, cross-checked against independent copies."
)
YAHOO, STOXX = "Yahoo Finance (archived)", "STOXX (CC BY 4.0)"
LEFT_OUT = {  # symbols of HISTORY_DIR that are not bundled
    "RHM.DE": "another publisher's prices, without dividends",
    "^STOXX50E": "48 sessions are missing",
    "NOVO-B.CO": "ends in May 2024; the American receipt NVO is there",
    "CSGN.SW": "ends before the crisis that it would be studied for",
}
BAR_COLUMNS = {
    "session": "Date",
    "open": "Open",
    "high": "High",
    "low": "Low",
    "close": "Close",
    "adj_close": "Adj Close",
    "volume": "Volume",
}
FACTOR_COLUMNS = {
    "mkt_rf": "Mkt-RF",
    "smb": "SMB",
    "hml": "HML",
    "rmw": "RMW",
    "cma": "CMA",
    "rf": "RF",
}
HOURLY_NOTES = {
    "NVDA": "regular session only, 14:30 to 21:00 UTC",
    "NAS100": "contract for difference on the Nasdaq-100, about 23 hours a day; follows the future NQ=F",
}
REGIONS = {"US": "fama_french_us_5f.csv", "Europe": "fama_french_europe_5f.csv"}
EXCHANGES = {"OTC": "OTCM"}  # names that are no market identifier code
EXACT = "as traded (split-adjusted) + total-return adjusted close"
CALENDARS = (
    *("XNYS", "XAMS", "XPAR", "XETR", "XMIL", "XTKS", "CMES"),
    *("XLON", "XHKG"),
)
FIRST_SESSION, LAST_SESSION = dt.date(2014, 12, 1), dt.date(2027, 12, 31)


def main(source: Path, history: Path, target: Path = REFERENCE) -> None:
    """Write every file of the snapshot, then the manifest."""
    folders = {
        folder: json.loads((folder / "manifest.json").read_text()) for folder in (source / "prices", history)
    }
    found = {
        row["symbol"]: (folder, row) for folder, listed in folders.items() for row in listed["instruments"]
    }
    bars = {s: daily(folder, target, row) for s, (folder, row) in found.items() if s not in LEFT_OUT}
    shared = Counter(entry["file"] for entry in bars.values()).most_common(1)[0]
    if shared[1] > 1:
        sys.exit(f"{shared[0]}: two symbols share this file")
    manifest = {
        "name": "bundled",
        "source": SOURCE,
        "short_source": f"{YAHOO}; {STOXX}",
        "compiled_on": max(listed["compiled"] for listed in folders.values()),
        "first": min(entry["first"] for entry in bars.values()),
        "last": max(entry["last"] for entry in bars.values()),
        "bars": bars,
        "hourly": {path.stem: hourly(path, target) for path in sorted((source / "intraday").glob("*.csv"))},
        "factors": {
            region: factors(source / "factors" / name, region, target) for region, name in REGIONS.items()
        },
        "sessions": {exchange: sessions(exchange, target) for exchange in CALENDARS},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")
    print(f"{len(bars)} symbols, {manifest['first']} to {manifest['last']}, in {target}", file=sys.stderr)


def daily(folder: Path, target: Path, listed: Entry) -> Entry:
    """Daily bars of one symbol in the project's columns."""
    symbol = listed["symbol"]
    exact = folder / "exact_close" / f"{symbol}.csv"
    rows = [
        {ours: row[theirs] for ours, theirs in BAR_COLUMNS.items()}
        for row in as_traded(_read(folder / f"{symbol}.csv"), exact)
    ]
    written = _write(target, f"bars/{_file_name(symbol)}.csv", rows)
    return {
        "file": written["file"],
        "currency": listed["currency"],
        "exchange": EXCHANGES.get(listed["exchange"], listed["exchange"]),
        "basis": EXACT if exact.exists() else listed["basis"],
        "first": rows[0]["session"],
        "last": rows[-1]["session"],
        "bars": len(rows),
        "note": "" if exact.exists() else listed["note"],
        "source": STOXX if listed["exchange"] == "STOXX" else YAHOO,
        "compiled_from": listed["compiled_from"],
        "sha256": written["sha256"],
    }


def as_traded(rows: Rows, exact: Path) -> Rows:
    """Rows with the exact prices as traded where there are any; their days must be the same."""
    if not exact.exists():
        return rows
    better = _read(exact)
    if [row["Date"] for row in rows] != [row["Date"] for row in better]:
        sys.exit(f"{exact}: its days are not those of the file that it corrects")
    return [corrected | {"Adj Close": row["Adj Close"]} for row, corrected in zip(rows, better, strict=True)]


def hourly(path: Path, target: Path) -> Entry:
    """Hourly bars of one symbol, by the bar's opening time in UTC."""
    rows = [{"opened": row.pop("bar_open_utc"), **row} for row in _read(path)]
    extent = {"first": rows[0]["opened"], "last": rows[-1]["opened"], "bars": len(rows)}
    written = _write(target, f"hourly/{_file_name(path.stem)}.csv", rows)
    return written | extent | {"note": HOURLY_NOTES[path.stem]}


def factors(path: Path, region: str, target: Path) -> Entry:
    """Daily factor returns of one region, percent turned into decimal."""
    rows = [
        {"date": row["date"], **{ours: _decimal(row[theirs]) for ours, theirs in FACTOR_COLUMNS.items()}}
        for row in _read(path)
    ]
    extent = {"first": rows[0]["date"], "last": rows[-1]["date"], "days": len(rows)}
    return _write(target, f"factors/{region}.csv", rows) | extent


def sessions(exchange: str, target: Path) -> Entry:
    """Sessions of one exchange with their closing times in UTC."""
    table = library_sessions(exchange, FIRST_SESSION, LAST_SESSION)
    assert table.closes is not None
    rows = [
        {"session": str(session), "close": str(close)[:16]}
        for session, close in zip(table.dates, table.closes, strict=True)
    ]
    # The range that was asked for: its ends need not be sessions.
    extent = {"first": str(FIRST_SESSION), "last": str(LAST_SESSION), "sessions": len(rows)}
    made = {"compiled_from": f"exchange_calendars {version('exchange_calendars')}"}
    return _write(target, f"sessions/{exchange}.csv", rows) | extent | made


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(target: Path, name: str, rows: Sequence[dict[str, str]]) -> Entry:
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: Iterable[Iterable[str]] = [rows[0].keys(), *(row.values() for row in rows)]
    content = "".join(",".join(line) + "\n" for line in lines).encode()
    path.write_bytes(content)
    return {"file": name, "sha256": hashlib.sha256(content).hexdigest()}


def _file_name(symbol: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", symbol)


def _decimal(percent: str) -> str:
    return f"{Decimal(percent) / 100:f}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tools.bundle_snapshot SOURCE_DIR HISTORY_DIR")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
