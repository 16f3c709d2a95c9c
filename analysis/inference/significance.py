"""Tests of a group of firms: what each asks, and when it misleads."""

from __future__ import annotations

import numpy as np

from analysis.inference import parametric, rank_tests
from analysis.inference.group_test import SignificanceTest
from analysis.inference.trust import Group
from analysis.inference.wild import wild_cluster
from analysis.market.events import Window
from analysis.models.distributions import reach

_SPREAD = "the CARs do not differ between firms beyond rounding, so there is no spread to measure by"
_CORRELATION = "the residual correlations leave no variance to measure by"
_RANKS = "the ranks do not vary"
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
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "kolari_pynnonen",
        "Kolari-Pynnonen t",
        _MEAN,
        "It allows for correlation and for a rougher event day, but takes every two firms for equally "
        "related, and with few of them has little power.",
        "Kolari & Pynnonen (2010)",
        "t",
        parametric.kolari_pynnonen,
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
        _RANKS,
    ),
    SignificanceTest(
        "corrado_zivney",
        "Corrado-Zivney rank",
        _MEDIAN,
        "It divides by the spread between firms, which correlation makes too small, and which goes with "
        "their mean where returns are skewed.",
        "Corrado & Zivney (1992)",
        "normal",
        rank_tests.corrado_zivney,
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "grank_t",
        "Generalised rank t",
        _MEDIAN,
        "It divides by the spread between firms, which correlation makes too small, and which goes with "
        "their mean where returns are skewed.",
        "Kolari & Pynnonen (2011)",
        "t",
        rank_tests.grank_t,
        _SPREAD,
        2,
    ),
    SignificanceTest(
        "grank_z",
        "Generalised rank Z",
        _MEDIAN,
        "It takes the ranks of the firms as independent, and divides by the spread between them, which goes "
        "with their mean where returns are skewed.",
        "Kolari & Pynnonen (2011)",
        "normal",
        rank_tests.grank_z,
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
        "needs at least five event dates, for dates are its observations",
        2,
    ),
)

TESTS: dict[str, SignificanceTest] = {entry.key: entry for entry in _ENTRIES}


def mean_interval(group: Group, window: Window) -> tuple[float, float]:
    """95 % interval of the mean CAR, by the error and the degrees of freedom of the portfolio test."""
    evidence = group.evidence(window)
    with np.errstate(all="ignore"):
        df = parametric.portfolio(evidence).df
        half = reach(np.asarray(df)) * evidence.caar_se
    return float(evidence.caar - half), float(evidence.caar + half)
