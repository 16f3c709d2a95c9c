"""The verdicts: what prices can say about a claim. Words alone, for who only prints them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """An entry of `VERDICTS`."""

    key: str
    label: str
    explanation: str


VERDICTS: dict[str, Verdict] = {
    verdict.key: verdict
    for verdict in (
        Verdict(
            "confirmed", "Confirmed", "The prices agree with the claim at the precision it was printed with."
        ),
        Verdict(
            "seen_intraday",
            "Seen during the day",
            "The price did stand there during the session; the close was elsewhere.",
        ),
        Verdict(
            "contradicted",
            "Contradicted",
            "The prices that the claim speaks of do not agree with it.",
        ),
        Verdict("not_checkable", "Cannot be checked", "The bars at hand cannot decide; the reason says why."),
        Verdict("no_figure", "No figure reported", "The article makes no claim about a price."),
    )
}
