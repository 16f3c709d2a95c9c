"""What a text has spoken of so far: for pronouns, for descriptions, and for the choice between listings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from analysis.claims import things
from analysis.claims.days import Timing
from analysis.claims.directory import Directory, Listing, suffix_of
from analysis.claims.places import PEOPLE

NEW_YORK = re.compile(
    r"\b(?:u\.?s\.?|american|new york|nasdaq|nyse|wall street)[- ](?:listed|traded|"
    r"depositary|depository|shares|stock)|\bADRs?\b|\bADSs?\b|\bADS\b|depositary|"
    r"depository",
    re.IGNORECASE,
)
PENCE = re.compile(r"\u00a3|\d+p\b|\bASX\b|A\$")  # a bare ticker in such a text is none of New York
CODES_BY_SUFFIX = (  # of exchanges and, two letters long, Bloomberg's countries
    ":nyse,nasdaq,nasdaqgs,amex,nyse american,otcmkts,us;.L:lon,lse,ln;.DE:etr,xetra,fra,gr;"
    ".PA:epa,fp;.AS:ams,na;.AX:asx,au;.T:tse,tyo,jp;.TO:tsx,cn;.HK:hkg,hk,hkex,sehk;.NS:nse,in;"
    ".BO:bse;.KS:krx,ks;.TW:tpe,tt;.MI:bit,im;.MC:bme,sm;.SW:swx,six,sw,vx;.ST:sto,ss;.CO:cph,dc;"
    ".OL:osl,no;.HE:hel,fh;.SI:sgx;.SS:sha;.SZ:she;.BR:ebr"
)
EXCHANGE_CODES = {
    code: suffix
    for suffix, _, codes in (part.partition(":") for part in CODES_BY_SUFFIX.split(";"))
    for code in codes.split(",")
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is said of."""

    name: str
    mention: str | None = None
    listing: Listing | None = None
    kind: str = "share"  # share, index, future, fund, sector
    ticker: str = ""  # with the exchange before a colon, as printed
    trust: float = 1.0

    @property
    def is_firm(self) -> bool:
        """Whether "the stock" can stand for it."""
        return self.kind in ("share", "fund")


@dataclass
class Memory:
    """Instruments in the order of the text, sentence by sentence."""

    directory: Directory
    text: str = ""  # all of it
    sentences: list[list[Subject]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    firms: dict[str, Subject] = field(default_factory=dict)  # by name, as they were named last
    paragraph: int = -1
    new_paragraph: bool = False
    heading_sign: int = 0
    heading_phase: str = ""
    other_index: bool = False  # the sentence before spoke of an index of something else
    ordered: list[Subject] = field(default_factory=list)  # of the last sentence that named some, as printed
    unlisted: Subject | None = None  # the last unknown name that a sentence began with
    deal: tuple[Subject, Subject] | None = None  # the bidder and its target
    span: Timing | None = None  # of the last figure that was over more than a session
    placed: dict[Listing, str | None] = field(default_factory=dict)

    def begin(self, paragraph: int) -> None:
        """A new sentence."""
        self.new_paragraph = paragraph != self.paragraph
        self.paragraph = paragraph

    def heard(self, subjects: list[Subject]) -> None:
        """The instruments that a sentence named."""
        if subjects:
            self.sentences.append(subjects)
        self.counts.update(s.name for s in subjects)
        self.firms.update((s.name, s) for s in subjects if s.is_firm)

    # ------------------------------------------------------------------ what a pronoun stands for
    def firm(self, description: str = "", near: tuple[Subject, ...] = ()) -> Subject | None:
        """The firm that "it", "the stock" or a description stands for."""
        wanted = _wanted(description)
        groups = [list(near), *reversed(self.sentences[-40:])]
        if self.new_paragraph and not near:
            groups.insert(0, self._main())
        candidates = [s for group in groups for s in group if s.is_firm]
        homes = {PEOPLE[word] for word in description.lower().split() if word in PEOPLE}
        if homes and (at_home := [s for s in candidates if s.listing and s.listing.place in homes]):
            groups = [at_home]  # "the Italian bank"
        if description and not wanted:
            wanted = _generic(description, candidates)
        for group in groups:
            firms = [s for s in group if s.is_firm]
            fitting = [s for s in firms if _fits(s, wanted)] or [
                s for s in firms if s.listing is None or not s.listing.sector
            ]
            if fitting:
                return fitting[0]
        return candidates[0] if candidates else self.unlisted

    def _main(self) -> list[Subject]:
        """The firm that the text is about, if one is named more often than every other."""
        most = max((self.counts[name] for name in self.firms), default=0)
        main = [firm for name, firm in self.firms.items() if self.counts[name] == most]
        return main if most >= 3 and len(main) == 1 else []

    def anything(self, near: tuple[Subject, ...] = ()) -> Subject | None:
        """What "it" stands for, firm or index: the last one that began a clause, or the last sentence."""
        groups = [list(near), *reversed(self.sentences[-2:])]
        return next((group[0] for group in groups if group), None)

    def index(self, words: str, near: tuple[Subject, ...] = ()) -> Subject | None:
        """The index that "the index" or "the blue-chip gauge" stands for."""
        for hint, symbol in (
            ("tech-heavy", "^IXIC"),
            ("pan-european", "^STOXX"),
            ("30-share", "^BSESN"),
            ("50-share", "^NSEI"),
        ):
            if hint in words and (listing := self.directory.by_symbol.get(symbol)):
                spoken = self._last("index", near, symbol)
                return spoken or Subject(listing.name, listing=listing, kind="index", trust=0.8)
        return self._last("index", near)

    def sector(self, near: tuple[Subject, ...] = ()) -> Subject | None:
        """The sector that "the sector" stands for."""
        return self._last("sector", near)

    def _last(self, kind: str, near: tuple[Subject, ...], symbol: str | None = None) -> Subject | None:
        groups = [
            list(reversed(near)),
            *(list(reversed(g)) for g in reversed(self.sentences[-40:])),
        ]
        for subject in (s for group in groups for s in group):
            if subject.kind == kind and (
                symbol is None or (subject.listing and subject.listing.symbol == symbol)
            ):
                return subject
        return None

    def several(self, count: int = 0, near: tuple[Subject, ...] = ()) -> list[Subject]:
        """The firms that "both", "all three" or "they" stands for: of the last sentence with as many."""
        for group in ([*near], *reversed(self.sentences[-3:])):
            named = {s.name: s for s in reversed(group) if s.kind in ("share", "fund", "index")}
            firms = [
                s for s in reversed(named.values()) if not count or s.kind != "index" or count == len(named)
            ]
            if len(firms) > 1 and count in (0, len(firms)):
                return firms
        return []

    # ------------------------------------------------------------------ which listing the text means
    def symbol_of(self, subject: Subject, said: str, sentence: str) -> str | None:
        """Yahoo's symbol of a subject's listing: by ticker, by words about the place, else at home."""
        listing, ticker = subject.listing, subject.ticker
        if listing is not None and listing.kind == "index":
            return listing.symbol
        abroad_only = ticker and listing is None and not ticker.partition(":")[0] and self._in_pence
        if ticker and not abroad_only and (found := _by_ticker(listing, ticker, self.directory)):
            return found
        if listing is None or listing.symbol is None:
            return None
        if not listing.elsewhere:
            return listing.symbol
        abroad = [s for s in listing.elsewhere if suffix_of(s) == ""]
        if abroad and suffix_of(listing.symbol) != "" and NEW_YORK.search(said):
            return abroad[0]
        if listing not in self.placed:
            self.placed[listing] = _by_place(listing, self.words, self.directory)
        return _by_place(listing, sentence, self.directory) or self.placed[listing] or listing.symbol

    def listed_at(self, listing: Listing, said: str) -> str | None:
        """The one of a firm's listings whose city stands in the words around a figure."""
        for symbol in (listing.symbol or "", *listing.elsewhere):
            city, *_ = self.directory.words_of_exchanges.get(suffix_of(symbol), ("",))
            cities = ("New York", "Wall Street") if not suffix_of(symbol) else (city,)
            words = [
                w for c in cities if c for w in (f"in {c}", f"on {c}", f"{c}-", f"{c} shares", f"{c} stock")
            ]
            if any(word in said for word in words):
                return symbol
        return None

    @cached_property
    def words(self) -> str:
        """The text without its line breaks."""
        return " ".join(self.text.split())

    @cached_property
    def _in_pence(self) -> bool:
        return PENCE.search(self.text) is not None


def _wanted(description: str) -> tuple[str, ...]:
    words = description.lower().replace("-maker", "maker").split()
    found = [things.DESCRIBED[word] for word in words if word in things.DESCRIBED]
    found += [
        (word.removesuffix("maker"),)
        for word in words
        if word.endswith("maker") and word not in things.DESCRIBED and len(word) > 7
    ]
    return tuple(part for parts in found for part in parts)


def _generic(description: str, candidates: list[Subject]) -> tuple[str, ...]:
    """Words of a description that some candidate's sector holds too: "the e-commerce group"."""
    sectors = [s.listing.sector for s in candidates if s.listing]
    return tuple(
        word
        for word in description.lower().split()
        if len(word) > 4 and any(word in sector for sector in sectors)
    )


def _fits(subject: Subject, wanted: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    return subject.listing is not None and any(part in subject.listing.sector for part in wanted)


def _by_place(listing: Listing, text: str, directory: Directory) -> str | None:
    """The listing whose exchange's words stand in the text, where the home one's do not."""
    own = directory.words_of_exchanges.get(suffix_of(listing.symbol or ""), ())
    if any(word in text for word in own):
        return None
    for symbol in listing.elsewhere:
        city, *indices = directory.words_of_exchanges.get(suffix_of(symbol), ("",))
        if (
            suffix_of(symbol)
            and city
            and (
                f"in {city}" in text
                or f"{city}-" in text
                or f"{city} shares" in text
                or any(i in text for i in indices)
            )
        ):
            return symbol
    return None


def _by_ticker(listing: Listing | None, ticker: str, directory: Directory) -> str | None:
    exchange, _, code = ticker.partition(":")
    suffix = EXCHANGE_CODES.get(exchange)
    if suffix is None and "." in code and code in directory.by_symbol:
        return code
    if suffix is not None and suffix != "":
        code = code.lstrip("0").rjust(4, "0") if suffix == ".HK" else code
        return code if code.endswith(suffix) else code.replace(".", "-") + suffix
    if listing is not None and listing.symbol:
        known = (listing.symbol, *listing.elsewhere)
        same = [s for s in known if s.partition(".")[0] == code]
        if suffix is None and len(same) > 1:
            return None  # the words decide
        if suffix == "":
            return next((s for s in same if suffix_of(s) == ""), None) or (
                listing.symbol if suffix_of(listing.symbol) == "" else code
            )
        return same[0] if same else None
    if suffix == "" or (code.isalpha() and code in directory.by_symbol):
        return code
    return code if code.isalpha() and 1 < len(code) <= 5 and not exchange else None
