"""Where each test of a group is trusted: one rule each, which follows docs/sizes.csv.

The sizes in these sentences are those of the table; a test of the project compares the two.
"""

from __future__ import annotations

from analysis.inference.rules import (
    CALM,
    EVEN,
    LONGEST_RANKED,
    ROUGH,
    all_of,
    at_once,
    awake,
    balanced_dates,
    dates_apart,
    enough_dates,
    estimated,
    many_or_steady,
    measured,
    mixed,
    never,
    no_more_than,
    not_alike,
    not_in_groups,
    not_skewed,
    of_much_together,
    of_several,
    one_date,
    own_dates,
    short,
    usual_times,
)
from analysis.inference.sampling import Rule, Sampling

TRIED = 5  # firms of which the joint test was simulated
MOST_SIGNS, MOST_SIGNED = 16, 20  # firms up to which tests of the median hold their level at a skewness of 1

PORTFOLIO = (
    "spells of volatility do not average out, and the test rejects up to 8 % of true nulls, after rough "
    "times up to 15 %"
)
SKEWNESS = (
    "its correction overshoots: up to 30 firms with dates of their own it rejects up to 8 % of true nulls, "
    "and with more it was not tried"
)
PLACEBO = "there the rank rejects up to 7 % of true nulls, which is not safely below 7.5 %"
RECENT = (
    "there the rank rejects up to 6 % of true nulls, and more in samples drawn anew: not safely below 7.5 %"
)
CORRADO = "where windows of different dates share days, it rejects up to 32 % of true nulls"
BETWEEN = "it is trusted for one date and for dates of their own: what lies between was simulated too little"
IN_PART = "where it rejects up to 7 % of true nulls, which is not safely below 7.5 %"
SPREAD = (
    "it divides by the spread between firms, which goes with their mean where returns are skewed: of 30 "
    "firms with dates of their own it then rejects up to 8 % of true nulls, and of 100 hardly fewer"
)
SUMS = "skewed returns add up to less skewed ones than the single days that it compares them with"
MEDIAN = "it asks about the median, and where returns are skewed more firms mean more false findings"
CRUDE = "the test leaves out the error of the forecast, and spells of volatility do not average out"


def _patell(drawn: Sampling) -> str:
    recent = round(drawn.recent, 2)
    moved = f" (before it the {drawn.noun} moved {recent:.2f} times as much)" if recent > EVEN else ""
    return (
        f"it takes the volatility of the estimation window for that of the event{moved}: with spells of "
        "volatility it rejects up to 9 % of true nulls, after rough times up to 17 %"
    )


def _joint(drawn: Sampling) -> str:
    tried = "" if drawn.firms == TRIED else f"; of {drawn.firms:,} it was not tried"
    return (
        f"it squares every firm, where fat tails count most: of {TRIED} firms it rejects up to 11 % of true "
        f"nulls{tried}"
    )


RULES: dict[str, Rule] = {
    "portfolio": all_of(estimated(), own_dates(30, PORTFOLIO), usual_times(roughest=EVEN), awake),
    "placebo_rank": all_of(
        estimated(gaps=0.05),
        usual_times(roughest=EVEN),
        short(LONGEST_RANKED),
        one_date(1, own_dates(30, PLACEBO)),
        awake,
    ),
    "recent_placebo_rank": all_of(
        estimated(), usual_times(calmest=CALM), short(LONGEST_RANKED), one_date(1, own_dates(5, RECENT))
    ),
    "cross_sectional": all_of(estimated(), own_dates(2), not_skewed),
    "skewness_adjusted": all_of(own_dates(2), never(SKEWNESS)),
    "patell": all_of(of_several(own_dates(2)), _patell),
    "adjusted_patell": _patell,
    "boehmer": all_of(estimated(), own_dates(2), not_skewed),
    "kolari_pynnonen": all_of(
        *(estimated(), usual_times(roughest=ROUGH), measured, not_alike, not_in_groups),
        *(dates_apart(IN_PART), at_once, of_much_together(awake), not_skewed),
    ),
    "corrado_rank": all_of(
        estimated(),
        usual_times(roughest=EVEN),
        short(2),
        one_date(5, own_dates(5, BETWEEN, CORRADO)),
        *(at_once, awake),
    ),
    "corrado_zivney": all_of(own_dates(2), never(SPREAD)),
    "grank_t": all_of(own_dates(2), never(SPREAD)),
    "grank_z": all_of(own_dates(2), never(SPREAD)),
    "generalized_sign": all_of(estimated(), own_dates(10), short(1, SUMS)),
    "sign": all_of(estimated(), own_dates(6), no_more_than(MOST_SIGNS, MEDIAN), not_skewed),
    "wilcoxon": all_of(estimated(), own_dates(6), no_more_than(MOST_SIGNED, MEDIAN), not_skewed),
    "crude_dependence": all_of(
        estimated(200), short(LONGEST_RANKED), own_dates(30, CRUDE), usual_times(roughest=EVEN), awake
    ),
    "joint": _joint,
    "calendar_time": all_of(estimated(per_day=25), balanced_dates(30), at_once),
    "wild_cluster": all_of(
        estimated(),
        enough_dates(10),
        dates_apart("which the test counts as independent"),
        at_once,
        not_skewed,
    ),
}

UNTRIED = never("with a synthetic control it was not found to hold its level, or not simulated")
DONOR_RULES: dict[str, Rule] = {
    "placebo_firms": all_of(mixed(1), short(11)),
    "recent_placebo_rank": all_of(mixed(1), usual_times(calmest=CALM), many_or_steady, short(LONGEST_RANKED)),
    "placebo_rank": never(
        "with a synthetic control it rejects up to 8.3 % of true nulls of bundled returns, "
        "after rough times up to 12 % of made up ones"
    ),
    "conformal": never(
        "with a synthetic control it rejects up to 6.5 % of true nulls of bundled returns, "
        "after rough times up to 10 % of made up ones"
    ),
    "kolari_pynnonen": all_of(mixed(5), usual_times(roughest=EVEN), not_in_groups, short(1)),
}


def doubt_of(key: str, drawn: Sampling) -> str | None:
    """None if a test of `RULES` or `DONOR_RULES` can be trusted, else why not."""
    if drawn.donors:
        return DONOR_RULES.get(key, UNTRIED)(drawn)
    return RULES[key](drawn)
