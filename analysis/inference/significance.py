"""Tests of a group of firms: what each asks, when it misleads, and when it can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.inference import parametric, rank_tests
from analysis.inference.evidence import Evidence, Outcome
from analysis.inference.influence import influence
from analysis.inference.rules import (
    CALM,
    DONOR_RULES,
    EVEN,
    LONGEST_RANKED,
    ROUGH,
    UNTRIED,
    all_of,
    at_once,
    balanced_dates,
    dates_apart,
    enough_dates,
    estimated,
    never,
    not_alike,
    one_date,
    own_dates,
    short,
    usual_times,
)
from analysis.inference.trust import Group, Rule, Sampling, group_of
from analysis.inference.wild import wild_cluster
from analysis.market.events import Window
from analysis.models.distributions import reach
from analysis.study.study import StudyResults

OTHER_REACTION = (
    "volumes and ranges drift and come in runs, which it does not allow for; the placebo-date rank does"
)


@dataclass(frozen=True, slots=True)
class SignificanceResult:
    """Outcome of a test: what is not available is None, and `reason` says why.

    `pvalue` is two-sided; `nobs` is the number of firms.
    """

    statistic: float | None
    pvalue: float | None
    df: float | None
    distribution: str
    nobs: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SignificanceTest:
    """An entry of `TESTS`: what people read, and the functions that do the work.

    `core` works on arrays, for any number of samples at once; `function` runs it on a study.
    """

    key: str
    label: str
    null_hypothesis: str
    misleads: str
    reference: str
    distribution: str
    core: Callable[[Evidence], Outcome]
    trust: Rule
    undefined: str
    firms_needed: int = 1

    def function(self, results: StudyResults, window: Window) -> SignificanceResult:
        """The test of one window of a study; a row with a reason where it cannot be computed."""
        return self.result(group_of(results), window)

    def result(self, group: Group, window: Window) -> SignificanceResult:
        """The same of a group."""
        with np.errstate(all="ignore"):
            gathered = group.evidence(window)
            nobs = int(gathered.firms)
            if nobs < self.firms_needed:
                return self._without(nobs, self._too_few(nobs, window))
            outcome = self.core(gathered)
        statistic, pvalue = _number(outcome.statistic), _number(outcome.pvalue)
        if pvalue is None:
            return self._without(nobs, self.undefined)
        return SignificanceResult(statistic, pvalue, _number(outcome.df), self.distribution, nobs)

    def trusted(self, results: StudyResults, window: Window) -> str | None:
        """None if the test of a window can be trusted on this study, else why not."""
        return self.doubt(group_of(results), window)

    def objection(self, group: Group, window: Window, outcome: SignificanceResult) -> str | None:
        """None if what `result` gave is a p value that can be trusted, else why not."""
        return outcome.reason or self.doubt(group, window)

    def doubt(self, group: Group, window: Window) -> str | None:
        """The same of a group.

        The table of sizes is one of returns: of another reaction only ranks among its own dates are trusted.
        """
        if group.reaction != "return" and self.key != "placebo_rank":
            return OTHER_REACTION
        if self.key == "portfolio" and (found := influence(group, window)) is not None:
            return found.sentence
        return doubt_of(self.key, group.sampling(window))

    def _too_few(self, nobs: int, window: Window) -> str:
        needed = "one firm" if self.firms_needed == 1 else f"{self.firms_needed} firms"
        return f"needs at least {needed} with an abnormal return in {window}; there are {nobs}"

    def _without(self, nobs: int, reason: str) -> SignificanceResult:
        return SignificanceResult(None, None, None, self.distribution, nobs, reason)


def doubt_of(key: str, drawn: Sampling) -> str | None:
    """None if a test of `TESTS` or `DONOR_RULES` can be trusted, else why not."""
    if drawn.donors:
        return DONOR_RULES.get(key, UNTRIED)(drawn)
    return TESTS[key].trust(drawn)


def mean_interval(group: Group, window: Window) -> tuple[float, float]:
    """95 % interval of the mean CAR, by the error and the degrees of freedom of the portfolio test."""
    evidence = group.evidence(window)
    with np.errstate(all="ignore"):
        df = parametric.portfolio(evidence).df
        half = reach(np.asarray(df)) * evidence.caar_se
    return float(evidence.caar - half), float(evidence.caar + half)


def _number(value: object) -> float | None:
    if value is None:
        return None
    number = float(np.asarray(value))
    return number if np.isfinite(number) else None


_SPREAD = "the CARs do not differ between firms beyond rounding, so there is no spread to measure by"
_CORRELATION = "the residual correlations leave no variance to measure by"
_RANKS = "the ranks do not vary"
_PORTFOLIO = (
    "their spells of volatility do not average out, and the test rejects 6 to 7.5 % of true nulls, more "
    "after rough times"
)
_PATELL = (
    "it takes the variance before the event for that of the event, and with spells of volatility rejects "
    "up to 8 % of true nulls even for firms with dates of their own"
)
_SKEWNESS = (
    "its correction overshoots: up to 30 firms with dates of their own it rejects up to 8 % of true nulls, "
    "and with more it was not tried"
)
_PLACEBO = "there the rank rejects up to 6.7 % of true nulls, which is not safely below 7.5 %"
_CORRADO = "where windows of different dates share days, it rejects up to 32 % of true nulls"
_IN_PART = "where it rejects up to 7 % of true nulls, which is not safely below 7.5 %"
_CRUDE = "the test leaves out the error of the forecast, and their spells of volatility do not average out"
_JOINT = "it squares every firm, where fat tails count most, and rejects 7 to 11 % of true nulls"
_NO_PLACEBOS = (
    "fewer than 19 pseudo-event dates, each with an estimation window of its own, lie before the event "
    "(or the firms are too many)"
)
_MEAN = "The mean abnormal return is zero."
_MEDIAN = "The abnormal returns are drawn from the same distribution as those before the event."

_ENTRIES = (
    SignificanceTest(
        "portfolio",
        "Portfolio t",
        _MEAN,
        "It takes the event's variance to be that of the days before: a day that is merely rougher than "
        "usual looks significant.",
        "Schipper & Thompson (1983); Brown & Warner (1985)",
        "t",
        parametric.portfolio,
        all_of(estimated(), own_dates(30, _PORTFOLIO), usual_times(roughest=EVEN)),
        _CORRELATION,
    ),
    SignificanceTest(
        "placebo_rank",
        "Placebo-date rank",
        "The event date is a date like those before it.",
        "It cannot tell a shift of the mean from a rough day, p cannot fall below one over the number of "
        "dates, and windows of several days overlap.",
        "Gelbach, Helland & Klick (2013); Chernozhukov, Wuthrich & Zhu (2021)",
        "permutation",
        rank_tests.placebo_rank,
        all_of(
            estimated(gaps=0.05),
            usual_times(roughest=EVEN),
            short(LONGEST_RANKED),
            one_date(1, own_dates(30, _PLACEBO)),
        ),
        _NO_PLACEBOS,
    ),
    SignificanceTest(
        "recent_placebo_rank",
        "Placebo-date rank by recent volatility",
        "The event date is a date like those before it, whether its time is rough or calm.",
        "As the placebo-date rank; and where volatility before the event was raised by the news itself, it "
        "takes the reaction for an ordinary one.",
        "Corhay & Tourani Rad (1996); J.P. Morgan/Reuters (1996)",
        "permutation",
        rank_tests.recent_placebo_rank,
        all_of(
            estimated(), usual_times(calmest=CALM), short(LONGEST_RANKED), one_date(1, own_dates(5, _PLACEBO))
        ),
        _NO_PLACEBOS,
    ),
    SignificanceTest(
        "cross_sectional",
        "Cross-sectional t",
        _MEAN,
        "It takes the firms as independent: with a shared date it rejects far too often.",
        "Brown & Warner (1980)",
        "t",
        parametric.cross_sectional,
        all_of(estimated(), own_dates(2)),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "skewness_adjusted",
        "Skewness-adjusted t",
        _MEAN,
        "It takes the firms as independent, and its correction for skewness needs ten firms or more.",
        "Johnson (1978); Hall (1992); Lyon, Barber & Tsai (1999)",
        "t",
        parametric.skewness_adjusted,
        never(_SKEWNESS),
        _SPREAD,
        3,
    ),
    SignificanceTest(
        "patell",
        "Patell Z",
        _MEAN,
        "It takes the firms as independent and the event's variance as unchanged: either may be wrong.",
        "Patell (1976)",
        "normal",
        parametric.patell,
        never(_PATELL),
        "no firm has more than two degrees of freedom",
    ),
    SignificanceTest(
        "adjusted_patell",
        "Adjusted Patell Z",
        _MEAN,
        "It allows for correlation but takes the event's variance as unchanged.",
        "Kolari & Pynnonen (2010)",
        "normal",
        parametric.adjusted_patell,
        never(_PATELL),
        _CORRELATION,
    ),
    SignificanceTest(
        "boehmer",
        "Boehmer-Musumeci-Poulsen t",
        _MEAN,
        "It allows for a rougher event day but takes the firms as independent.",
        "Boehmer, Musumeci & Poulsen (1991)",
        "t",
        parametric.boehmer,
        all_of(estimated(), own_dates(2)),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "kolari_pynnonen",
        "Kolari-Pynnonen t",
        _MEAN,
        "It allows for correlation and for a rougher event day, but with few firms it rejects somewhat too "
        "often when they are strongly correlated, and has little power.",
        "Kolari & Pynnonen (2010)",
        "t",
        parametric.kolari_pynnonen,
        all_of(estimated(), usual_times(roughest=ROUGH), not_alike, dates_apart(_IN_PART), at_once),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "corrado_rank",
        "Corrado rank",
        _MEDIAN,
        "It allows for correlation; over many days its power fades, and its distribution is only "
        "approximately normal with few firms.",
        "Corrado (1989); Cowan (1992)",
        "normal",
        rank_tests.corrado_rank,
        all_of(
            estimated(), usual_times(roughest=EVEN), short(2), one_date(5, own_dates(5, _CORRADO)), at_once
        ),
        _RANKS,
    ),
    SignificanceTest(
        "corrado_zivney",
        "Corrado-Zivney rank",
        _MEDIAN,
        "It divides by the spread between firms, which correlation makes too small: with few firms on one "
        "date it rejects too often.",
        "Corrado & Zivney (1992)",
        "normal",
        rank_tests.corrado_zivney,
        all_of(estimated(), own_dates(30)),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "grank_t",
        "Generalised rank t",
        _MEDIAN,
        "It divides by the spread between firms, which correlation makes too small: with few firms on one "
        "date it rejects too often.",
        "Kolari & Pynnonen (2011)",
        "t",
        rank_tests.grank_t,
        all_of(estimated(), short(1), own_dates(30), usual_times(roughest=EVEN)),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "grank_z",
        "Generalised rank Z",
        _MEDIAN,
        "It takes the ranks of the firms as independent.",
        "Kolari & Pynnonen (2011)",
        "normal",
        rank_tests.grank_z,
        all_of(estimated(), short(1), own_dates(30), usual_times(roughest=EVEN)),
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "generalized_sign",
        "Generalised sign",
        "A firm's CAR is positive as often as its returns before the event.",
        "It takes the firms as independent, and over several days compares sums with single days.",
        "Cowan (1992)",
        "normal",
        rank_tests.generalized_sign,
        all_of(estimated(), own_dates(10)),
        "the residuals before the event all have one sign",
    ),
    SignificanceTest(
        "sign",
        "Sign",
        "A firm's CAR is as often positive as negative.",
        "It takes the firms as independent; with five of them p cannot fall below 0.0625.",
        "Brown & Warner (1980)",
        "binomial",
        rank_tests.sign,
        all_of(estimated(), own_dates(6)),
        "every CAR is exactly zero",
    ),
    SignificanceTest(
        "wilcoxon",
        "Wilcoxon signed rank",
        "The CARs are symmetric around zero.",
        "It takes the firms as independent; with five of them p cannot fall below 0.0625.",
        "Wilcoxon (1945)",
        "signed rank",
        rank_tests.wilcoxon,
        all_of(estimated(), own_dates(6)),
        "every CAR is exactly zero",
    ),
    SignificanceTest(
        "crude_dependence",
        "Crude dependence t",
        _MEAN,
        "It allows for correlation, but leaves out the error of the forecast and takes the event's variance "
        "as unchanged.",
        "Brown & Warner (1980, 1985)",
        "t",
        parametric.crude_dependence,
        all_of(estimated(200), short(LONGEST_RANKED), own_dates(30, _CRUDE), usual_times(roughest=EVEN)),
        "the average residual does not vary",
    ),
    SignificanceTest(
        "joint",
        "Joint test of all firms",
        "The abnormal return of every firm is zero.",
        "It asks another question: one firm's reaction is enough to reject; and it needs many more sessions "
        "than firms.",
        "Binder (1985); Hein & Westfall (2004)",
        "bootstrap",
        parametric.joint,
        never(_JOINT),
        "needs more than twice as many shared sessions as firms, no two firms that move as one, and a list "
        "that is studied as a whole",
    ),
    SignificanceTest(
        "calendar_time",
        "Calendar-time portfolio t",
        "The mean daily abnormal return of a portfolio that holds each firm through its window is zero.",
        "It needs many event dates: days are its observations.",
        "Jaffe (1974); Mandelker (1974); Fama (1998)",
        "t",
        parametric.calendar_time,
        all_of(estimated(per_day=25), balanced_dates(30), at_once),
        "needs at least ten event dates, for calendar days are its observations",
    ),
    SignificanceTest(
        "wild_cluster",
        "Wild cluster bootstrap by date",
        "The mean standardised abnormal return is zero, the events of a date being one observation.",
        "It needs several dates; where one date holds most events it has hardly any power.",
        "Cameron, Gelbach & Miller (2008); Webb (2023); MacKinnon & Webb (2017)",
        "bootstrap",
        wild_cluster,
        all_of(estimated(), enough_dates(10), dates_apart("which the test counts as independent")),
        "needs at least five event dates, for dates are its observations",
        2,
    ),
)

TESTS: dict[str, SignificanceTest] = {entry.key: entry for entry in _ENTRIES}
