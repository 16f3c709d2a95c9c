"""Rules of trust, read from the table of sizes (docs/sizes.csv): where a test holds its level.

A rule gives None, or the reason with the number that decided. A test holds its level in a kind of samples if
the upper 95 % limit of its simulated size stays below 7.5 % at a nominal 5 %.
"""

from __future__ import annotations

import math

from analysis.inference.sampling import HARMLESS, OWN_DATES, Rule, Sampling
from analysis.models.distributions import reach, two_sided_t

FEWEST_SESSIONS = 20  # estimation sessions
FEW_MISSING = 0.10  # share of the estimation sessions: what 5 % of missing bars take
FEW_CROSSING = 0.2  # share of the events whose window may share days with those of other dates
CALM, EVEN, ROUGH = 0.8, 1.0, 1.3  # recent volatility over that of the estimation window
ASLEEP, DROWSY = 0.7, 0.8  # that of the benchmark, below which tests err: on own dates, on shared ones
ECHO = 1.15  # factor on the variance of a mean that correlation from one day to the next may add
SKEWED, AVERAGED = 1.0, 60  # skewness of residuals, and firms from which more of it does no harm
GROUPED = 6.5  # percent that the t distribution may make of 5 % where firms move in groups
ALIKE = 0.35  # residual correlation up to which dates that several firms share were tried
FEW_RELATED = 5  # firms of one date that a calm market misleads over many days alone
LONGEST_RANKED = 3  # days of a window in which the placebo-date ranks hold their level
FEWEST_DONORS, MOST_DONORS = 7, {1: 42, 5: 22}  # of the synthetic controls that were simulated, by firms
MANY_DONORS, STEADY = 22, 0.95  # with fewer donors, recent volatility from which ranks by it hold their level
WORST_FIT = 0.0  # R² before the event below which a mix is no counterpart (Abadie et al. 2010)
MIXED_SESSIONS = 225  # of 250: what may be missing, as elsewhere
BALANCED = 0.25  # share of the events that one date may hold where dates are the observations


def all_of(*rules: Rule) -> Rule:
    """Trusted if every rule says so; the first that does not gives the reason."""

    def rule(drawn: Sampling) -> str | None:
        return next((reason for each in rules if (reason := each(drawn)) is not None), None)

    return rule


def never(reason: str) -> Rule:
    """Trusted in no kind of samples."""
    return lambda drawn: reason


def estimated(least: int = FEWEST_SESSIONS, per_day: int = 0, gaps: float = FEW_MISSING) -> Rule:
    """Trusted if every firm has so many estimation sessions, or so many per day of the window.

    And if no larger share of them than `gaps` is missing.
    """

    def rule(drawn: Sampling) -> str | None:
        needed = max(least, per_day * drawn.length)
        if drawn.nobs < needed:
            return (
                f"a firm has {drawn.nobs} estimation sessions: with {needed} or more the test holds its level"
            )
        if drawn.missing > gaps:
            share = f"{100 * drawn.missing:.0f} % of the estimation sessions"
            return f"{share} are missing: the test holds its level up to {100 * gaps:.0f} %"
        return None

    return rule


def usual_times(calmest: float = 0.0, roughest: float = float("inf")) -> Rule:
    """Trusted where recent volatility lies between two multiples of that of the estimation window."""

    def rule(drawn: Sampling) -> str | None:
        recent = round(drawn.recent, 2)
        if not (recent < calmest or recent > roughest):
            return None
        limit = f"from {calmest:.2f}" if recent < calmest else f"up to {roughest:.2f}"
        return (
            f"before the window the {drawn.noun} moved {recent:.2f} times as much as in the estimation "
            f"window: the test holds its level {limit}"
        )

    return rule


def awake(drawn: Sampling) -> str | None:
    """Trusted where the market was not calm: when it is, volatility comes back to all firms at once."""
    market, least = round(drawn.market, 2), ASLEEP if drawn.independent else DROWSY
    if drawn.firms == 1 or not market < least:
        return None
    return (
        f"before the window the benchmark moved {market:.2f} times as much as in the estimation window, and "
        f"after calm times volatility comes back: the test holds its level from {least:.2f}"
    )


def short(most: int, why: str = "spells of volatility build up") -> Rule:
    """Trusted in windows of at most so many days; `why` says what more of them do."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.length <= most:
            return None
        where = "on single days" if most == 1 else f"up to {most} days"
        return f"the window has {drawn.length} days, over which {why}: the test holds its level {where}"

    return rule


def one_date(least: int, own: Rule) -> Rule:
    """Trusted for `least` or more firms on one date; on several by the rule `own`."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.dates > 1:
            return own(drawn)
        return None if drawn.firms >= least else _too_few(drawn, least)

    return rule


def at_once(drawn: Sampling) -> str | None:
    """Trusted where firms move on the same day, not one after the other."""
    return _late(drawn, drawn.echo)


def _late(drawn: Sampling, factor: float) -> str | None:
    if round(factor, 2) <= ECHO:
        return None
    return (
        f"some {drawn.noun} move a session after others, which multiplies the variance of the mean by "
        f"{factor:.2f}: the test sees the same day alone, and holds its level up to {ECHO}"
    )


def of_several(rule: Rule) -> Rule:
    """The rule where there are several firms; one firm is trusted."""
    return lambda drawn: None if drawn.firms == 1 else rule(drawn)


def of_much_together(rule: Rule) -> Rule:
    """The rule of many related firms, and of few of them over many days; else they are trusted."""

    def ruled(drawn: Sampling) -> str | None:
        little = drawn.firms <= FEW_RELATED and drawn.length <= LONGEST_RANKED
        return None if drawn.independent or little else rule(drawn)

    return ruled


def measured(drawn: Sampling) -> str | None:
    """Trusted where each two firms were measured, or where it cannot matter how they move together."""
    at_worst = drawn.firms / drawn.effective_dates + drawn.crossing**2 / drawn.firms  # all move as one
    if not drawn.pooled or at_worst <= HARMLESS:
        return None
    return (
        f"in a list so long it is not measured how the {drawn.noun} that share days move together, which at "
        f"worst multiplies the variance of the mean of {drawn.count} by {at_worst:,.2f}"
    )


def not_alike(drawn: Sampling) -> str | None:
    """Trusted on several dates that firms share where these firms are not too alike."""
    if drawn.dates == 1 or drawn.largest == 1 or not round(drawn.correlation, 2) > ALIKE:
        return None
    return (
        f"the {drawn.noun} of a date move together (residual correlation {drawn.correlation:.2f}), so that "
        f"their {drawn.dates} dates decide: the test holds its level up to {ALIKE}"
    )


def not_in_groups(drawn: Sampling) -> str | None:
    """Trusted where the spread between firms is worth about as many differences as it is taken for."""
    counted = drawn.firms - 1
    if counted < 1 or math.isnan(drawn.differences):
        return None
    tail = 100 * float(two_sided_t(reach(counted), drawn.differences))
    if round(tail, 1) <= GROUPED:
        return None
    return (
        f"the {drawn.noun} move in groups: the spread between {drawn.firms:,} of them is worth "
        f"{drawn.differences:.1f} independent differences, not {counted:,}, which can make {tail:.1f} % of "
        f"5 %: the test holds its level up to {GROUPED} %"
    )


def not_skewed(drawn: Sampling) -> str | None:
    """Trusted for returns as skewed as were tried, or for so many firms that it hardly matters."""
    found = round(drawn.skewness, 2)
    if not drawn.independent or drawn.firms >= AVERAGED or not abs(found) > SKEWED:
        return None
    return (
        f"returns are skewed ({found:.2f} on average), so that the spread between {drawn.count} goes with "
        f"their mean: the test holds its level up to {SKEWED}"
    )


def own_dates(least: int, otherwise: str | None = None, crossed: str | None = None) -> Rule:
    """Trusted for `least` or more firms that are independent; `otherwise` says why not else.

    `crossed` says it where windows of different dates share days.
    """

    def rule(drawn: Sampling) -> str | None:
        if not drawn.independent:
            meet = crossed if drawn.crossing > (1 - OWN_DATES) * drawn.firms else None
            return f"{drawn.shared}: {meet or otherwise or _counted_as_independent(drawn)}"
        late = _late(drawn, drawn.inflation * drawn.echo) if drawn.dates > 1 else None
        return measured(drawn) or late or (None if drawn.firms >= least else _too_few(drawn, least))

    return rule


def no_more_than(most: int, otherwise: str) -> Rule:
    """Trusted for up to so many firms; `otherwise` says what speaks against more."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.firms <= most:
            return None
        return f"{drawn.count} are too many for this test: {otherwise}; up to {most} it holds its level"

    return rule


def balanced_dates(least: int) -> Rule:
    """Trusted for events on so many effective dates, none of which holds too many of them."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.largest > BALANCED * drawn.firms:
            return f"one date holds {drawn.largest:,} of {drawn.count}, and its days decide"
        if drawn.effective_dates < least:
            found = f"{drawn.dates} dates, as informative as {drawn.effective_dates:.1f} of equal size"
            return f"there are {found}: with {least} or more the test holds its level"
        return None

    return rule


def enough_dates(least: int) -> Rule:
    """Trusted for events on so many dates, however unequal."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.dates >= least:
            return None
        found = "is one date" if drawn.dates == 1 else f"are {drawn.dates} dates"
        return f"there {found}: with {least} or more the test holds its level"

    return rule


def dates_apart(why: str) -> Rule:
    """Trusted if windows of different dates share so few days that it can hardly matter; `why` else not.

    At worst those that meet all share every day: then they add the correlation times their square to the
    variance of the sum, and `HARMLESS` bounds that.
    """

    def rule(drawn: Sampling) -> str | None:
        unknown = drawn.pooled or math.isnan(drawn.correlation)
        correlation = 1.0 if unknown else max(drawn.correlation, 0.0)
        inflation = 1 + correlation * drawn.crossing**2 / drawn.firms
        few = drawn.crossing <= FEW_CROSSING * drawn.firms
        if few and inflation <= HARMLESS:
            return None
        at_worst = f" and can multiply the variance of the mean by {inflation:.2f}" if few else ""
        return (
            f"the windows of {drawn.crossing:,} of {drawn.count} share days with those of other "
            f"dates{at_worst}, {why}"
        )

    return rule


def _too_few(drawn: Sampling, least: int) -> str:
    are = "is" if drawn.firms == 1 else "are"
    return f"{drawn.count} {are} too few for this test: with {least} or more it holds its level"


def _counted_as_independent(drawn: Sampling) -> str:
    if drawn.firms == 1:
        return "the test needs several firms that are independent of each other"
    counts = f"counts them as {drawn.firms:,} independent observations"
    if drawn.inflation <= HARMLESS:
        return f"the test {counts}, and where so many share days it was not tried"
    found = f"mean residual correlation {drawn.correlation:.2f}"
    if not round(drawn.correlation, 2) > 0:
        found = f"it multiplies the variance of the mean by {drawn.inflation:.2f}"
    return f"they move together ({found}), but the test {counts}"


def mixed(firms: int) -> Rule:
    """Trusted with synthetic controls such as were simulated: of so many firms, donors and sessions."""

    def rule(drawn: Sampling) -> str | None:
        tried = "one firm" if firms == 1 else f"{firms} firms"
        if drawn.firms != firms or drawn.dates > 1:
            return f"with a synthetic control it was simulated for {tried} on one date, not {drawn.count}"
        if not FEWEST_DONORS <= drawn.donors <= MOST_DONORS[firms]:
            tried = f"{FEWEST_DONORS} to {MOST_DONORS[firms]} donors"
            return f"it was simulated with {tried}, and here are {drawn.donors}"
        if drawn.rsquared < WORST_FIT:
            return f"before the event the mix fits worse than the share's own mean (R² {drawn.rsquared:.2f})"
        if drawn.nobs < MIXED_SESSIONS:
            return f"it was simulated with 250 estimation sessions, and a firm has {drawn.nobs}"
        return None

    return rule


def many_or_steady(drawn: Sampling) -> str | None:
    """Trusted where a synthetic control has many donors, or where times are no calmer than before."""
    return None if drawn.donors >= MANY_DONORS else usual_times(calmest=STEADY)(drawn)
