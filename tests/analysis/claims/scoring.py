"""How well claims are read: proposals held against annotated sentences and articles.

python -m tests.analysis.claims.scoring [FILE ...]
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.claims.directory import Directory, folded
from analysis.claims.extraction import read_claims
from analysis.claims.proposal import Proposal
from data.symbols import directory

HERE = Path(__file__).parent
Case = Mapping[str, Any]
WITHOUT_PERCENT = ("points", "market_value", "level", "rank", "superlative")
LEGAL = re.compile(r",? (?:inc|ltd|corp|plc|co)\.?$")  # "Infosys Ltd" is Infosys
SHARE_WORDS = (" shares", " stock", " index", " stocks", "the ")


@dataclass
class Score:
    """Counts over many cases, and what went wrong in words."""

    hits: int = 0
    proposed: int = 0
    asked: int = 0
    right: Counter[str] = field(default_factory=Counter)
    symbols: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Hits among what was proposed."""
        return self.hits / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """Hits among what should have been found."""
        return self.hits / self.asked if self.asked else 1.0

    def share(self, name: str) -> float:
        """Share of the hits of which the basis (qualifier, symbol ...) is right; of those with a symbol."""
        whole = self.symbols if name == "symbol" else self.hits
        return self.right[name] / whole if whole else 1.0

    def line(self) -> str:
        """One line for people."""
        parts = [
            f"precision {self.precision:.3f}",
            f"recall {self.recall:.3f}",
            f"({self.hits} of {self.asked} asked, {self.proposed} proposed)",
        ]
        return " ".join(
            parts
            + [
                f"{name} {self.share(name):.3f}"
                for name in ("basis", "qualifier", "symbol", "period", "date")
            ]
        )


def cases(path: Path) -> list[Case]:
    """Annotated sentences or articles, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(tested: Iterable[Case], names: Directory | None = None) -> Score:
    """Hold what is read from each case against its annotation."""
    total = Score()
    for case in tested:
        context = case.get("context")
        text = f"{context} {case['sentence']}" if context else case["sentence"]
        day = dt.date.fromisoformat(case["article_date"]) if case.get("article_date") else None
        found = [p for p in read_claims(text, names or directory(), day) if p.basis not in WITHOUT_PERCENT]
        first = len(context) + 1 if context else 0
        _add(total, case, [p for p in found if p.start >= first], once="title" in case)
    return total


def _add(total: Score, case: Case, found: Sequence[Proposal], once: bool) -> None:
    open_claims = list(case["claims"])
    met: list[tuple[str, int | None, str | None]] = []
    for proposal in found:
        key = (folded(proposal.subject), proposal.sign, proposal.value)
        if once and key in met:
            continue
        met.append(key)
        claim = next((c for c in open_claims if _is_same(c, proposal)), None)
        if claim is None:
            total.proposed += 1
            total.errors.append(
                (
                    "wrong",
                    f"{proposal.subject} {proposal.sign} {proposal.value} [{proposal.why}] in: "
                    f"{case['sentence'][:160] if not once else proposal.text}",
                )
            )
            continue
        open_claims.remove(claim)
        if claim.get("optional"):
            continue
        total.proposed += 1
        _hit(total, claim, proposal, case)
    missed = [c for c in open_claims if not c.get("optional")]
    total.asked += len(missed)
    total.errors += [
        (
            "missed",
            f"{c['subject']} {c['sign']} {c['value']} in: "
            f"{case['sentence'][:200] if not once else case['title']}",
        )
        for c in missed
    ]


def _hit(total: Score, claim: Mapping[str, Any], proposal: Proposal, case: Case) -> None:
    total.hits += 1
    total.asked += 1
    checks = {
        "basis": proposal.basis in (claim["basis"], *claim.get("basis_alt", ())),
        "qualifier": proposal.qualifier == claim["qualifier"],
        "period": _uncounted(proposal.period) == _uncounted(claim["period"]),
        "date": (proposal.date.isoformat() if proposal.date else None) == claim["date"],
    }
    if claim["symbol"]:
        total.symbols += 1
        checks["symbol"] = proposal.symbol == claim["symbol"]
    for name, good in checks.items():
        total.right[name] += good
        if not good:
            said = {
                "basis": proposal.basis,
                "qualifier": proposal.qualifier,
                "period": proposal.period,
                "date": proposal.date,
                "symbol": proposal.symbol,
            }
            where = case["sentence"][:140] if "title" not in case else proposal.text
            total.errors.append(
                (name, f"{proposal.subject} {proposal.value}: {said[name]} for {claim[name]} in: {where}")
            )


def _is_same(claim: Mapping[str, Any], proposal: Proposal) -> bool:
    if claim["sign"] != proposal.sign or proposal.value is None:
        return False
    tolerance = 0.51 if proposal.value_text else 1e-9
    if abs(float(claim["value"]) - float(proposal.value)) > tolerance:
        return False
    if claim.get("value_high") and claim["value_high"] != proposal.value_high:
        return False
    return _plain(claim["subject"]) == _plain(proposal.subject) or bool(
        claim["symbol"] and claim["symbol"] == proposal.symbol
    )


def _uncounted(period: str) -> str:
    """ "5-day" and "n-day" are one kind of span."""
    return re.sub(r"^\d+-", "n-", period)


def _plain(name: str) -> str:
    name = folded(name)
    for word in SHARE_WORDS:
        name = LEGAL.sub("", name)
        name = name.removesuffix(word) if word.startswith(" ") else name.removeprefix(word)
    return name


def main(paths: Sequence[str]) -> None:
    """Print the score of each file, then its errors."""
    for path in [Path(p) for p in paths] or sorted(HERE.glob("*.jsonl")):
        result = score(cases(path))
        print(f"{path.name}: {result.line()}")
        for kind, error in sorted(result.errors):
            print(f"  {kind}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
