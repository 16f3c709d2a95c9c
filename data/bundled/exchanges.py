"""Which exchange a symbol is listed on, by the ending that Yahoo gives it, and when that exchange closes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.market.errors import DataError
from analysis.market.events import Dates
from data.bundled.calendars import sessions


class Exchange(NamedTuple):
    """Market identifier code, time zone and usual closing time."""

    mic: str
    zone: str
    close: str


EXCHANGES = {
    "": Exchange("XNYS", "America/New_York", "16:00"),
    ".AS": Exchange("XAMS", "Europe/Amsterdam", "17:30"),
    ".BR": Exchange("XBRU", "Europe/Brussels", "17:30"),
    ".CO": Exchange("XCSE", "Europe/Copenhagen", "17:00"),
    ".DE": Exchange("XETR", "Europe/Berlin", "17:30"),
    ".HE": Exchange("XHEL", "Europe/Helsinki", "18:30"),
    ".HK": Exchange("XHKG", "Asia/Hong_Kong", "16:00"),
    ".KS": Exchange("XKRX", "Asia/Seoul", "15:30"),
    ".L": Exchange("XLON", "Europe/London", "16:30"),
    ".MC": Exchange("XMAD", "Europe/Madrid", "17:30"),
    ".MI": Exchange("XMIL", "Europe/Rome", "17:30"),
    ".OL": Exchange("XOSL", "Europe/Oslo", "16:20"),
    ".PA": Exchange("XPAR", "Europe/Paris", "17:30"),
    ".ST": Exchange("XSTO", "Europe/Stockholm", "17:30"),
    ".SW": Exchange("XSWX", "Europe/Zurich", "17:30"),
    ".T": Exchange("XTKS", "Asia/Tokyo", "15:00"),
    ".TO": Exchange("XTSE", "America/Toronto", "16:00"),
    ".AX": Exchange("XASX", "Australia/Sydney", "16:00"),
}


def exchange_of(symbol: str) -> Exchange:
    """The exchange of a symbol; New York where its ending says nothing."""
    _, dot, ending = symbol.rpartition(".")
    return EXCHANGES.get(f"{dot}{ending}" if dot else "", EXCHANGES[""])


def closing_times(exchange: Exchange, dates: Dates) -> npt.NDArray[np.datetime64]:
    """When an exchange closes on some dates, UTC, datetime64[s]; short days as its calendar has them."""
    days = pd.DatetimeIndex(dates.astype("datetime64[s]"))
    usual = (days + pd.Timedelta(f"{exchange.close}:00")).tz_localize(exchange.zone)
    closes = usual.tz_convert(None).to_numpy().astype("datetime64[s]")
    try:
        known = sessions(exchange.mic, dates[0].item(), dates[-1].item())
    except DataError:
        return closes
    assert known.closes is not None
    place = np.minimum(np.searchsorted(known.dates, dates), len(known.dates) - 1)
    return np.where(known.dates[place] == dates, known.closes[place], closes)


def on_clocks(moments: npt.NDArray[np.datetime64], zone: str) -> Dates:
    """Days on the clocks of a zone, of moments in UTC."""
    local = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    return local.to_numpy().astype("datetime64[D]")


def in_utc(moments: npt.NDArray[np.datetime64], zone: str) -> npt.NDArray[np.datetime64]:
    """Clock times of a zone in UTC, datetime64[s]; an hour that a clock skips or repeats is its later one."""
    local = pd.DatetimeIndex(moments).tz_localize(zone, ambiguous=False, nonexistent="shift_forward")
    return local.tz_convert(None).to_numpy().astype("datetime64[s]")
