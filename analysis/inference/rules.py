"""Rules of trust: which samples of the table of sizes a test holds its level in.

A rule gives None, or the reason with the number that decided. Rules are joined by `both`.
"""

from __future__ import annotations

from analysis.inference.trust import Rule, Sampling

FEWEST_SESSIONS = 20  # estimation sessions
FEW_MISSING = 0.10  # share of the estimation sessions: the table holds up to 5 %
BALANCED = 0.25  # share of the events that one date may hold where dates are the observations


def all_of(*rules: Rule) -> Rule:
    """Trusted if every rule says so; the first that does not gives the reason."""

    def rule(drawn: Sampling) -> str | None:
        return next((reason for each in rules if (reason := each(drawn)) is not None), None)

    return rule


def estimated(least: int = FEWEST_SESSIONS) -> Rule:
    """Trusted if every firm has so many estimation sessions and few are missing."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.nobs < least:
            return (
                f"a firm has {drawn.nobs} estimation sessions: with {least} or more the test holds its level"
            )
        if drawn.missing > FEW_MISSING:
            return f"{drawn.missing:.0%} of the estimation sessions are missing: the test was tried up to 5 %"
        return None

    return rule


def few_firms(most: int, otherwise: str) -> Rule:
    """Trusted for firms that are independent, and for at most `most` firms that are not."""

    def rule(drawn: Sampling) -> str | None:
        return None if drawn.independent or drawn.firms <= most else f"{drawn.shared}: {otherwise}"

    return rule


def own_dates(least: int, otherwise: str | None = None, most: float = float("inf")) -> Rule:
    """Trusted for `least` to `most` firms that are independent; `otherwise` says why not else."""

    def rule(drawn: Sampling) -> str | None:
        if not drawn.independent:
            return f"{drawn.shared}: {otherwise or _counted_as_independent(drawn)}"
        if drawn.firms < least:
            return f"{drawn.count} are too few for this test: with {least} or more it holds its level"
        if drawn.firms > most:
            return f"{drawn.count} are too many for this test: with {most:g} or fewer it holds its level"
        return None

    return rule


def several_dates(least: float, what: str) -> Rule:
    """Trusted for events on so many effective dates, none of which holds too many of them."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.largest > BALANCED * drawn.firms:
            return f"one date holds {drawn.largest:,} of {drawn.count}: {what}"
        if drawn.effective_dates < least:
            found = f"{drawn.dates} dates, as informative as {drawn.effective_dates:.1f} of equal size"
            return f"there are {found}; with {least:g} or more the test holds its level"
        return None

    return rule


def enough_dates(least: int) -> Rule:
    """Trusted for events on so many dates, however unequal."""

    def rule(drawn: Sampling) -> str | None:
        if drawn.dates < least:
            found = "is one date" if drawn.dates == 1 else f"are {drawn.dates} dates"
            return f"there {found}; with {least} or more the test holds its level"
        return None

    return rule


def dates_apart(drawn: Sampling) -> str | None:
    """Trusted if windows of different dates share no days, by and large."""
    if drawn.crossing > 0.2 * drawn.firms:
        return (
            f"the windows of {drawn.crossing:,} of {drawn.count} share days with those of other dates, "
            "which the test counts as independent"
        )
    return None


def _counted_as_independent(drawn: Sampling) -> str:
    if drawn.firms == 1:
        return "the test needs several firms that are independent of each other"
    return (
        f"they move together (mean residual correlation {drawn.correlation:.2f}), but the test counts them "
        f"as {drawn.firms:,} independent observations"
    )
