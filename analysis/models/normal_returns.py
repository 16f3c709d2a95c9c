"""Normal-return models: what a share would have returned without the event.

Every model states ``expected = offset + regressors @ coefficients``; its fit estimates the
coefficients on the estimation window, for all observations at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analysis.market.bars import Floats
from analysis.market.observations import Observation
from analysis.market.panels import EventPanel
from analysis.models import synthetic
from analysis.models.garch import VARIANCE_PARAMETERS, garch
from analysis.models.least_squares import Fit, Terms, least_squares
from analysis.models.nonsynchronous import (
    dimson,
    dimson_of_sums,
    scholes_williams,
    scholes_williams_of_sums,
)
from analysis.models.rolling import Estimator, Fitting, Rolling, by_rows, linear, rolling

__all__ = ["NORMAL_RETURNS", "Fit", "NormalReturnModel", "Terms", "least_squares"]

SECOND_INDEX = "^IXIC"
FACTORS = ("mkt_rf", "smb", "hml", "rmw", "cma")
SOURCES = {"factors": "the factor returns of its region", "donors": "its donors"}  # what is no index


@dataclass(frozen=True, slots=True)
class NormalReturnModel:
    """An entry of `NORMAL_RETURNS`: what people read, and the functions that do the work.

    Parameters
    ----------
    explanation, caution : str
        What the model says, and when it misleads; one sentence each.
    needs : tuple of str
        What it reads besides the share: ``benchmark``, ``factors``, ``donors``, or the symbol of an index.
        A model with donors is for single studies: each event has its own, so that lists and curves refuse it.
    refit : callable
        The fit for thousands of observations at once.
    of_sums : callable, optional
        The same from sums of products, for pseudo-events (`rolling`); None where it needs every return.
    between_trades : bool
        Whether it can be fitted to returns over several sessions (`trade-to-trade`).
    """

    key: str
    label: str
    explanation: str
    caution: str
    reference: str
    needs: tuple[str, ...]
    terms: Callable[[EventPanel], Terms]
    fit: Fitting = least_squares
    refit: Fitting = least_squares
    of_sums: Estimator | None = linear
    between_trades: bool = False

    def rolling(self, returns: Floats, terms: Terms, estimation: slice, event: slice, count: int) -> Rolling:
        """Fits on `count` successive days; `estimation` and `event` are rows of the first (`rolling`)."""
        asked = returns, terms, estimation, event, count
        return rolling(self.of_sums, *asked) if self.of_sums else by_rows(self.refit, *asked)

    @property
    def indices(self) -> tuple[str, ...]:
        """Symbols of the indices that it reads besides a benchmark."""
        return tuple(need for need in self.needs if need != "benchmark" and need not in SOURCES)

    def sources(self, observation: Observation) -> str:
        """What an observation's return is explained by, in words."""
        known = {**SOURCES, "benchmark": observation.benchmark}
        return " and ".join(known.get(need, need) for need in self.needs)


def _linear(
    names: tuple[str, ...], constant: Floats, *columns: Floats, offset: Floats | None = None
) -> Terms:
    """Terms of a constant and some regressors, each of shape (T, N) and a line of memory per observation."""
    regressors = np.stack([column.T for column in (constant, *columns)]).transpose(2, 1, 0)
    return Terms(("alpha", *names), regressors, _nothing(constant) if offset is None else offset)


def _nothing(like: Floats) -> Floats:
    """Zeros that take no memory."""
    return np.broadcast_to(0.0, like.shape)


def _market_model(panel: EventPanel) -> Terms:
    return replace(_linear(("beta",), panel.constant, panel.benchmark()), gaps=panel.gaps)


def _market_adjusted(panel: EventPanel) -> Terms:
    benchmark = panel.benchmark()
    nothing = np.empty((*benchmark.shape, 0))
    return Terms((), nothing, benchmark, (("alpha", 0.0), ("beta", 1.0)), panel.gaps)


def _constant_mean(panel: EventPanel) -> Terms:
    constant = panel.constant
    return Terms(("alpha",), constant[..., None], _nothing(constant), (("beta", 0.0),), panel.gaps)


def _two_index(panel: EventPanel) -> Terms:
    return _linear(("beta", "beta_second"), panel.constant, panel.benchmark(), panel.index(SECOND_INDEX))


def _lag(panel: EventPanel) -> Terms:
    return _linear(("beta", "beta_lag"), panel.constant, panel.benchmark(), panel.benchmark(-1))


def _lead(panel: EventPanel) -> Terms:
    return _linear(("beta", "beta_lead"), panel.constant, panel.benchmark(), panel.benchmark(+1))


def _dimson(panel: EventPanel) -> Terms:
    names = ("beta", "beta_same", "beta_lag", "beta_lead")
    return _linear(names, panel.constant, *(panel.benchmark(shift) for shift in (0, -1, +1)))


def _scholes_williams(panel: EventPanel) -> Terms:
    return _linear(("beta",), panel.constant, *(panel.benchmark(shift) for shift in (0, -1, +1)))


def _fama_french(count: int) -> Callable[[EventPanel], Terms]:
    def terms(panel: EventPanel) -> Terms:
        *factors, riskless = np.moveaxis(panel.factors((*FACTORS[:count], "rf")), 2, 0)
        return _linear(("beta", *FACTORS[1:count]), panel.constant, *factors, offset=riskless)

    return terms


def _garch(panel: EventPanel) -> Terms:
    terms = _market_model(panel)
    return Terms((*terms.names, *VARIANCE_PARAMETERS), terms.regressors, terms.offset)


_ENTRIES = (
    NormalReturnModel(
        "market_model",
        "Market model",
        "The share moves with its benchmark by its own alpha and beta, estimated before the event.",
        "If the benchmark fell through the same news, part of the effect is explained away.",
        "Fama, Fisher, Jensen & Roll (1969); MacKinlay (1997)",
        ("benchmark",),
        _market_model,
        between_trades=True,
    ),
    NormalReturnModel(
        "market_adjusted",
        "Market-adjusted return",
        "The share is expected to return exactly what its benchmark returned: nothing is estimated.",
        "A share that moves more than its benchmark has its market risk counted as abnormal.",
        "Brown & Warner (1980)",
        ("benchmark",),
        _market_adjusted,
        between_trades=True,
    ),
    NormalReturnModel(
        "constant_mean",
        "Constant mean return",
        "The share is expected to return its own average before the event, whatever the market did.",
        "Everything that moved the whole market that day is counted as abnormal: an upper bound.",
        "Brown & Warner (1980)",
        (),
        _constant_mean,
        between_trades=True,
    ),
    NormalReturnModel(
        "two_index",
        "Two indices",
        "The share moves with its benchmark and with the Nasdaq Composite, each by its own beta.",
        "The Nasdaq fell through the same news, and its close is hours after a European share's.",
        "Langetieg (1978)",
        ("benchmark", SECOND_INDEX),
        _two_index,
    ),
    NormalReturnModel(
        "market_model_lag",
        "Market model with lag",
        "The share moves with its benchmark's return of the day and of the day before.",
        "The benchmark's event-day fall enters what is expected of day +1.",
        "Dimson (1979)",
        ("benchmark",),
        _lag,
    ),
    NormalReturnModel(
        "market_model_lead",
        "Market model with lead",
        "The share moves with its benchmark's return of the day and of the day after.",
        "What the benchmark does on day +1 enters what is expected of day 0, and day 0 that of day -1.",
        "Dimson (1979)",
        ("benchmark",),
        _lead,
    ),
    NormalReturnModel(
        "dimson",
        "Dimson beta",
        "The share's beta is the sum of its betas on the benchmark the day before, the same day and after.",
        "The sum is estimated less precisely than a single beta; it is meant for thinly traded shares.",
        "Dimson (1979)",
        ("benchmark",),
        _dimson,
        dimson,
        dimson,
        dimson_of_sums,
    ),
    NormalReturnModel(
        "scholes_williams",
        "Scholes-Williams beta",
        "The share's beta is corrected for closing prices that were not made at the same moment.",
        "It assumes a delay of less than a day on either side, where exchanges' closing times differ on one.",
        "Scholes & Williams (1977)",
        ("benchmark",),
        _scholes_williams,
        scholes_williams,
        scholes_williams,
        scholes_williams_of_sums,
    ),
    NormalReturnModel(
        "fama_french_3",
        "Fama-French, 3 factors",
        "The share's excess return moves with its region's market, size and value factors.",
        "The European factors are in US dollars and contain the event as the market does; both blur day 0.",
        "Fama & French (1993)",
        ("factors",),
        _fama_french(3),
    ),
    NormalReturnModel(
        "fama_french_5",
        "Fama-French, 5 factors",
        "The share's excess return moves with five factors: market, size, value, profitability, investment.",
        "The European factors are in US dollars and contain the event as the market does; both blur day 0.",
        "Fama & French (2015)",
        ("factors",),
        _fama_french(5),
    ),
    NormalReturnModel(
        "garch",
        "Market model with GARCH errors",
        "As the market model, but restless days come in runs: standard errors are a GARCH(1,1) forecast.",
        "The forecast is made before the event window and does not know the nervousness of the event itself.",
        "Bollerslev (1986); Corhay & Tourani Rad (1996)",
        ("benchmark",),
        _garch,
        garch,
    ),
    NormalReturnModel(
        "synthetic",
        "Synthetic control",
        "The share moves with a mix of other shares, its donors, with weights that sum to one.",
        "Donors that the news moved too take part of the effect away; few donors, or poor ones, fit badly.",
        "Abadie, Diamond & Hainmueller (2010); Goldsmith-Pinkham & Lyu (2025)",
        ("donors",),
        synthetic.donor_terms,
        synthetic.simplex,
        synthetic.simplex,
        None,
    ),
    NormalReturnModel(
        "synthetic_ridge",
        "Synthetic control, ridge",
        "As the synthetic control, with a constant and weights of any sign, kept small by a ridge.",
        "Donors that the news moved too take part of the effect away; kept small, weights expect little.",
        "Doudchenko & Imbens (2016); Goldsmith-Pinkham & Lyu (2025)",
        ("donors",),
        synthetic.ridge_terms,
        synthetic.ridge,
        synthetic.ridge,
        None,
    ),
)

NORMAL_RETURNS: dict[str, NormalReturnModel] = {entry.key: entry for entry in _ENTRIES}
