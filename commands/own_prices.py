"""A study over a reader's own price files, asked as any other event is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.market.errors import DataError, DesignError, UnknownNameError
from commands.options import windows
from commands.show import case_of
from commands.subjects import DateOrder, Day, PricePath, chosen_benchmark, of_files, with_bars

if TYPE_CHECKING:
    from analysis.claims.reported import Dossier
    from analysis.market.prices import Market
    from analysis.study.study import StudyResults
    from commands.source import Source
    from dashboard.views.case import Case
    from dashboard.views.cautions import Cautions
    from dashboard.views.source import PriceStatus


class FileSource:
    """One event, made of price files: a date and the firms that they hold, without claims.

    Raises
    ------
    DesignError
        If the files cannot be read, or hold no firm.
    """

    def __init__(
        self, source: Source, prices: PricePath, day: Day, symbols: Sequence[str] | None = None
    ) -> None:
        self._subject = of_files(source, prices, day, symbols)
        self.slug = self._subject.event.slug
        self.firms = tuple(self._subject.firms)

    def events(self) -> tuple[str, ...]:
        """The one event."""
        return (self.slug,)

    def dossier(self, slug: str) -> Dossier:
        """The event and its instruments; UnknownNameError for another."""
        from analysis.claims.reported import Dossier

        if slug != self.slug:
            raise UnknownNameError("event", slug, (self.slug,))
        instruments = tuple(self._subject.market.instruments.values())
        return Dossier(self._subject.event, instruments, (), (), (), origin="own")

    def edition(self, slug: str) -> str:
        """None: files have one state."""
        return ""

    def snapshots(self) -> tuple[str, ...]:
        """None: files have one state."""
        return ()

    def market(self, slug: str, snapshot: str | None = None) -> Market:
        """The prices of the files."""
        return self._subject.market

    def cautions(self, slug: str, study: StudyResults) -> Cautions:
        """What the checks found about the files."""
        return self._subject.cautions_of(study)

    def status(self, snapshot: str | None = None) -> PriceStatus:
        """Raise: files are no snapshot."""
        raise DataError("prices of files are no snapshot")

    def news(self, slug: str) -> tuple[str, ...]:
        """None: files have one state."""
        return ()

    def notice(self) -> None:
        """None: nothing refreshes files."""

    def refresh_now(self) -> None:
        """Nothing: files are not fetched."""

    def ready(self) -> tuple[bool, str]:
        """The files have been read."""
        return True, "prices of files"


def asked_case(
    source: Source,
    event: str | None,
    snapshot: str | None,
    files: tuple[Path | None, str | None, str | None, Sequence[str] | None, DateOrder | None],
    choices: tuple[str | None, tuple[int, int] | None, tuple[int, int] | None],
) -> Case:
    """What an event of the catalogue, or price files, say under some choices.

    Parameters
    ----------
    files : tuple
        Path, benchmark, date of the event, symbols accepted and order of dates, as options give them.
    choices : tuple
        Model, event window and estimation window, as options give them; None for the usual.

    Raises
    ------
    DesignError
        If options do not go together, or files cannot be studied.
    """
    prices, benchmark, day, accepted, dates = files
    model, *spans = choices
    chosen = windows(*spans) | ({} if model is None else {"model": model})
    if prices is None:
        if day or accepted or dates:
            raise DesignError(
                "an event of the catalogue has its own date and prices: "
                "--event-date, --accept and --dates go with --prices"
            )
        benchmark = chosen_benchmark(benchmark, model or "market_model", files=False)
        case = case_of(source, event, snapshot, benchmark=benchmark or "", **chosen)
        return replace(case, market=with_bars(case.market, source, filter(None, [benchmark]), snapshot))
    if event or snapshot:
        raise DesignError("--prices brings its own prices: not with EVENT or --snapshot")
    if day is None:
        raise DesignError("--prices needs --event-date, and no EVENT")
    benchmark = chosen_benchmark(benchmark, model or "market_model", files=True)
    from analysis.choices.curve import MODELS

    taken = frozenset(accepted or ())
    read = FileSource(
        source, PricePath(prices, benchmark, taken, dates, model=model or "", models=MODELS), Day(day)
    )
    return replace(case_of(read, read.slug, None, symbols=read.firms, **chosen), placed=False)
