"""What was said first: the figures of all events as fractions of the close, by outlet, and every claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.claims.judgements import VERDICTS
from dashboard.views import claims, columns, fractions, gallery, words
from dashboard.views.brief import Brief, BriefClaim, shelf
from dashboard.views.content import Message, Note, Section, View
from dashboard.views.fractions import Told
from dashboard.views.source import Collection
from dashboard.views.tables import Column, Table, To
from dashboard.views.words import count

PATH = "/claims"
TITLE = "What was said"
KEYS = ("q", "outlet", "basis", "verdict", "rows", "events")

RANKED = 10  # claims that were decided, from which an outlet has shares
UNNAMED = "unnamed outlet"
FEW = 3  # claims, from which an outlet has a row of its own
SHOWN = 50  # claims, unless all are asked for


def view(source: Collection, asked: Mapping[str, str]) -> View:
    """First figures against closes, outlet by outlet, and the claims that are asked for."""
    known = shelf(source)
    wanted = [slug for slug in asked.get("events", "").split(",") if slug]
    every = told([one for one in known.briefs if not wanted or one.slug in wanted])
    if not every:
        nothing = Message("There is no claim yet", ("An event file lists them under moves.",))
        return View("", "Nothing was said yet", "", (nothing,), (), gallery.credit(source))
    found = chosen(every, asked)
    credit = gallery.credit(source)
    sections = (
        Section("fractions", "How far from the close", tuple(fractions.blocks(every, credit))),
        Section("outlets", "Outlet by outlet", (_outlets_intro(), by_outlet(every))),
        Section("all-claims", "Every claim", (listed(found, _most(found, asked)) if found else _nothing(),)),
    )
    return View("", *finding(every), (gallery.pending(known),), sections, credit)


def told(events: Sequence[Brief]) -> list[Told]:
    """The claims about prices of all events."""
    return [Told(event, claim) for event in events for claim in event.claims if claim.verdict != "no_figure"]


def chosen(every: Sequence[Told], asked: Mapping[str, str]) -> list[Told]:
    """The claims that a query leaves."""
    wanted = {key: asked[key] for key in ("outlet", "basis", "verdict") if asked.get(key)}
    search = asked.get("q", "").casefold().split()
    return [
        one
        for one in every
        if all(getattr(one.claim, key) == value for key, value in wanted.items())
        and all(word in _words(one) for word in search)
    ]


def _words(one: Told) -> str:
    claim = one.claim
    parts = (
        one.event.name,
        claim.outlet,
        claim.name,
        claim.figure,
        claim.when,
        VERDICTS[claim.verdict].label,
    )
    return " ".join(parts).casefold()


# ---- what the figures come to ----------------------------------------------------------------------


def finding(every: Sequence[Told]) -> tuple[str, str]:
    """How far figures that were printed before the close lie from it."""
    early = [f for one in every if one.claim.basis not in ("close", "afterhours") if (f := one.fraction)]
    against = sum(f < 0 for f in early)
    count_of = Counter(one.claim.verdict for one in every)
    about = ", ".join(f"{count_of[key]:,} {VERDICTS[key].label.lower()}" for key in VERDICTS if count_of[key])
    if not early:
        return f"{count(len(every), 'claim')} about prices, none with a figure before the close", f"{about}."
    middle = words.percent(float(np.median(early)), 0, False)
    return (
        f"{fractions.beyond(early):,} of {len(early):,} early figures went beyond the close",
        "Early figures are those that texts give neither for the close nor for after hours. "
        f"{fractions.RULE} {count(against, 'figure')} went the other way. The middle one was {middle} of the "
        f"move at the close. Of all {len(every):,} claims about prices: {about}.",
    )


# ---- outlets ---------------------------------------------------------------------------------------


def _outlets_intro() -> Note:
    return Note(
        f"A share stands where at least {RANKED} claims of an outlet could be decided; fewer say nothing of "
        "an outlet. The order is that of the number of claims; seen means during the day and not at the "
        "close. Texts that were met as copies count for the outlet that they name."
    )


def by_outlet(every: Sequence[Told]) -> Table:
    """What each outlet prints, and what prices say of it."""
    groups: dict[str, list[BriefClaim]] = defaultdict(list)
    for one in every:
        if one.claim.outlet != UNNAMED:
            groups[one.claim.outlet].append(one.claim)
    named = {name: found for name, found in groups.items() if len(found) >= FEW}
    ordered = sorted(named.items(), key=lambda item: (-len(item[1]), item[0].casefold()))
    if few := [found for found in groups.values() if len(found) < FEW]:
        ordered.append((count(len(few), "other"), [claim for found in few for claim in found]))
    bases = [Counter(str(claim.basis) for claim in found) for _, found in ordered]
    verdicts = [Counter(claim.verdict for claim in found) for _, found in ordered]

    def counted(name: str, counts: Sequence[Counter[str]], *keys: str) -> Column:
        return columns.numbers(name, (sum(one[key] for key in keys) for one in counts), 0)

    return Table(
        f"{count(len(groups), 'outlet')}, most claims first",
        (
            columns.texts("Outlet", (name for name, _ in ordered)),
            columns.numbers("Claims", (len(found) for _, found in ordered), 0),
            counted("Closes", bases, "close"),
            counted("Lows, highs", bases, "low", "high"),
            counted("In the day", bases, "intraday", "late", "open"),
            counted("No time", bases, "unknown"),
            counted("Confirmed", verdicts, "confirmed"),
            counted("Seen", verdicts, "seen_intraday"),
            counted("Contradicted", verdicts, "contradicted"),
            columns.numbers("Decided", map(_decided, verdicts), 0),
            columns.percents("Share confirmed", map(_share, verdicts), 0, signed=False),
        ),
        "outlets-table",
    )


def _decided(verdicts: Counter[str]) -> int:
    return sum(verdicts[key] for key in ("confirmed", "seen_intraday", "contradicted"))


def _share(verdicts: Counter[str]) -> float | None:
    decided = _decided(verdicts)
    return verdicts["confirmed"] / decided if decided >= RANKED else None


# ---- every claim -----------------------------------------------------------------------------------


def _most(found: Sequence[Told], asked: Mapping[str, str]) -> int:
    return len(found) if asked.get("rows") == "all" else SHOWN


def listed(every: Sequence[Told], most: int) -> Table:
    """The first claims, each with the close, the verdict and its text where that has an address."""
    found = every[:most]
    all_claims = [one.claim for one in found]
    first = f"The first {most} of " if len(every) > most else ""
    said = (f"{c.name} {c.figure}".strip() for c in all_claims)
    when = columns.texts("Basis", (c.when for c in all_claims), "after")
    event = columns.texts("Event", (To(one.event.name, event=one.event.slug) for one in found), "soft")
    note = columns.texts("Note", (c.note for c in all_claims), "soft")
    links = claims.linked([c.link for c in all_claims])
    return Table(
        f"{first}{count(len(every), 'claim')} about prices",
        (
            columns.texts("Claim", (said), "strong", (when, event, note)),
            columns.texts("Said by", (claims.leading(c.outlet, c.link) for c in all_claims), "", links),
            columns.percents("Close", (c.close for c in all_claims)),
            columns.percents("Of the close", (one.fraction for one in found), 0, signed=False),
            columns.texts("Verdict", (claims.badge(c.verdict) for c in all_claims)),
        ),
        "claims-list",
        stacked=True,
    )


def _nothing() -> Message:
    return Message("No claim fits", ("Search for less, or take a filter away.",), key="nothing")
