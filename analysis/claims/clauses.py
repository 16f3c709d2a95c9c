"""From a mover to its subject: over auxiliaries, insertions between commas, and shared subjects."""

from __future__ import annotations

from analysis.claims import things
from analysis.claims.clause import RANKING, Clause
from analysis.claims.kinds import KINDS_OF_SECTOR
from analysis.claims.memory import Subject
from analysis.claims.phrases import Phrase
from analysis.claims.tokens import NAMING

SKIPPED = ("ADV", "AUX", "STATE", "QUOTE", "AMOUNT", "CAUSE")
SKIPPED_WORDS = frozenset("further initially again last now recently already still yet so far trading even "
                          "ever just well more briefly currently only reportedly later "
    "continued continuing went managed started sharply soon itself themselves also "
    "ordinary regular normal earlier early trade trades quickly".split())  # fmt: skip
OPENERS = ("COMMA", "CONJ", "PART", "DASH", "COLON", "STOP", "QUOTE", "LP")
LIKE = (
    "by",
    "like",
    "including",
    "with",
    "as",
    "especially",
    "particularly",
    "than",
    "then",
    "include",
    "includes",
    "included",
)


class Clauses(Clause):
    """The subjects of one sentence's movers."""

    def before(self, mover: int, last: Phrase | None) -> Phrase | None:
        """The phrase that is the subject of a mover; `last` is the subject of the mover before it."""
        at = self._over_auxiliaries(mover - 1)
        tag, word = self.tag(at), self.word(at)
        participle = (
            self.tag(at + 1) == "DIR"
            or (self.tag(at + 1) == "FIG" and self._has_a_figure(at))
            or self.word(at + 1).endswith("ing")
            or self.word(at + 1) in ("each", "both")
        )
        if at < 0:
            return last if last or not (participle or self.tag(at + 1) != "MOVE") else self._ahead(mover)
        if tag in ("COMMA", "DASH"):
            return self._beside(at, last) if participle else self._around(at, last)
        opening = at < 4 and not any(self.tag(i) in (*NAMING, "PRON", "FIG") for i in range(at))
        if tag in ("PART", "PREP") and opening and self.word(at + 1).endswith("ing"):
            return self._ahead(mover)
        if (marked := self._at_a_mark(at)) is not None:
            return marked[0]
        if tag in ("CONJ", "PART", "COLON", "STOP") or word in ("to", "then", "before", "after"):
            return self._shared(at, last)
        if self._is_ranked(at) and not self._is_driven(at):
            return self.first(at)
        return self._right_before(at, last)

    def _at_a_mark(self, at: int) -> tuple[Phrase | None] | None:
        """The phrase before a bracket, a bare "'s", a "from" or a relative pronoun; None at other words."""
        tag, word = self.tag(at), self.word(at)
        if tag == "RP":
            return (self.nouns.ending_at(at),)
        if tag == "POSS" and self._repeats_no_share(at):
            return (Phrase(at),)
        if word == "that" and self.tag(at - 1) == "OTHER":
            return (Phrase(at - 1),)  # "a yen that had weakened 0.9%"
        stopped = word == "from" and self.word(at + 1).endswith("ing")  # "stopped its shares from dropping"
        named = word in ("which", "that") and self.tag(at - 1) == "NAME"  # "followed by X which is 8% lower"
        return (self.nouns.ending_at(at - 1),) if tag in ("POSS", "LP") or stopped or named else None

    def _right_before(self, at: int, last: Phrase | None) -> Phrase | None:
        """The phrase whose last word stands right before a mover, or that of the verb before."""
        placed = self._before_a_place(at)
        placed = self._over_auxiliaries(placed) if placed < at else at  # "shares trading in Toronto rose"
        phrase = self.nouns.ending_at(placed)
        if phrase is None or (phrase.is_none and placed < at):
            phrase = self.nouns.ending_at(at)
        sectors = last is not None and bool(last.subjects) and all(s.kind != "share" for s in last.subjects)
        if sectors and self.word(at) in KINDS_OF_SECTOR and self.tag(at) == "WORD":
            first = at - (self.word(at - 1) in ("listed", "general"))  # "while listed property was weaker"
            return Phrase(first, (Subject(self.nouns.text_with(first, at), kind="sector", trust=0.7),))
        if phrase is not None and phrase.is_none and (index := self._index_of_many(at)) is not None:
            return index
        gap = self.tokens[at + 1].start - self.tokens[at].end  # where "to end the day" stood
        ended = self.tag(at) == "WORD" and gap > 6
        if phrase is None or (phrase.is_none and (self._recovers(at) or ended)):
            return self._shared(at, last)
        return phrase

    def _repeats_no_share(self, at: int) -> bool:
        """ "Tesla's registrations fell, while BYD's tripled": what the bare "'s" stands for."""
        heads = [
            self.tag(i) for i in range(at) if self.tag(i) in ("OTHER", "SHARE") and self.tag(i + 1) != "NAME"
        ]
        return bool(heads) and heads[-1] == "OTHER"

    def _is_ranked(self, at: int) -> bool:
        """ "A and B were the top losers of the sector, both down 6%": they are its subject, no sector is."""
        words = [self.word(i) for i in range(self.clause_start(at), at)]
        ranking = [i for i, word in enumerate(words) if word in RANKING]
        return bool(ranking) and any(word in ("was", "were", "is", "are") for word in words[: ranking[0]])

    def _index_of_many(self, at: int) -> Phrase | None:
        """ "The Topix index of all First Section issues on the exchange": the index that opens the clause."""
        for of in range(self.clause_start(at), at):
            if self.tag(of) in ("MOVE", "STATE", "FIG", "COMMA", "CAUSE"):
                return None
            if self.word(of) == "of" and (phrase := self.nouns.ending_at(of - 1)) is not None:
                return phrase if phrase.subjects and phrase.subjects[0].kind == "index" else None
        return None

    def _is_driven(self, at: int) -> bool:
        """ "... helping to push the index 0.5% lower": what another verb moves."""
        phrase = self.nouns.ending_at(at)
        return phrase is not None and self.tag(phrase.start - 1) == "CAUSE"

    def _before_a_place(self, at: int) -> int:
        """The token before "in Hong Kong"."""
        start = at
        while self.tokens[start].note == "place" or (
            self.tag(start) == "WORD"
            and self.word(start) in things.PEOPLE_OF
            and self.tokens[start].text[0].isupper()
        ):
            start -= 1
        return start - 1 if start < at and self.word(start) in ("in", "at") else at

    def _recovers(self, at: int) -> bool:
        """ "... before recovering some ground to close 23% lower"."""
        return any(self.word(i).split(" ")[0] in RECOVERING for i in range(max(0, at - 4), at + 1))

    def _over_auxiliaries(self, at: int) -> int:
        while at >= 0:
            tag, word = self.tag(at), self.word(at)
            if word == "to" and self.tag(at - 1) in ("MOVE", "SOFT") and self.tag(at - 2) != "DET":
                at -= 2
                continue
            following = word == "to" and (
                self.word(at - 1)
                in ("continued", "continuing", "went", "managed", "started", "began", "on", "was", "were")
                or self.tag(at - 1) == "STATE"
            )
            distributive = (
                tag == "PRON"
                and word in ("each", "both", "all")
                and self.tag(at - 1) not in ("COMMA", "", "PART", "STOP")
            )
            if tag in SKIPPED or word in SKIPPED_WORDS or following or distributive:
                at -= 1
            else:
                return at
        return at

    def _shared(self, at: int, last: Phrase | None) -> Phrase | None:
        """The subject of the verb before: "opened 1% lower and was off 2%"."""
        fresh = self._fresh(at)
        if fresh is not None:
            return fresh
        if last is not None:
            return last
        for position in range(at - 1, self.clause_start(at) - 1, -1):
            if self.word(position) in ("which", "that", "who") and self.tag(position - 1) == "COMMA":
                return self.nouns.ending_at(position)
        return self.first(at)

    def _fresh(self, at: int) -> Phrase | None:
        """The name that begins its own clause behind the last figure: "... and B recovered to end up 1%"."""
        figure = max((i for i in range(at) if self.tag(i) == "FIG"), default=at)
        links = [i for i in range(figure + 1, at) if self.tag(i) in ("CONJ", "PART") and self.word(i) != "or"]
        for end in range(links[-1] + 1, at) if links else ():
            phrase = self.nouns.ending_at(end) if self.tag(end) == "NAME" else None
            between = [self.tag(i) for i in range(links[-1] + 1, phrase.start)] if phrase else []
            if (
                phrase is not None
                and phrase.subjects
                and {*between} <= {"WORD", "DESC", "SECT", "DET", "ADV"}
            ):
                return phrase
        return None

    def _beside(self, comma: int, last: Phrase | None) -> Phrase | None:
        """The subject of "X, down 3%": what the insertion stands beside, or what the clause speaks of."""
        tag = self.tag(comma - 1)
        if self.word(comma + 1) == "having" and last is not None and last.subjects:
            return last  # "X fell after brokers curbed buying, having soared"
        if (told := self._told_of(comma)) is not None:
            return told
        if tag in ("AMOUNT", "FIG"):
            return self._of_the_clause(comma, last)
        if tag == "PRON" and self.word(comma - 1) in ("each", "both"):
            return self.nouns.ending_at(comma - 1)
        phrase = self.nouns.ending_at(comma - 1)
        if phrase is None:
            return self._of_the_clause(comma, last)
        own = phrase.is_none and tag == "NAME" and self._is_of_the_name(comma, last)
        if own or (phrase.is_none and self.tag(comma) == "DASH" and tag in ("NAME", "SHARE")):
            begin = next((i + 1 for i in range(comma - 1, -1, -1) if self.tag(i) == "PREP"), 0)
            phrase = self.without_preposition(phrase, begin, comma - 1)  # "the rise in X - up 140% - is"
        before = self.word(phrase.start - 1)
        if phrase.is_none and self.word(comma - 1).endswith("ed"):  # "its shares followed, down 3%"
            doing = self.nouns.ending_at(comma - 2 - (self.tag(comma - 2) == "POSS"))
            phrase = doing if doing is not None and doing.subjects else phrase
        if phrase.is_none:
            return phrase if self.tag(comma - 1) == "OTHER" else self._of_the_clause(comma, last)
        if before == "led" and (leader := self.nouns.ending_at(phrase.start - 2)) and leader.subjects:
            return leader  # "technology led the market, up 2%"
        if own or self.tag(phrase.start - 1) in ("", *OPENERS, "CAUSE") or before in LIKE:
            return phrase
        if before in ("was", "were", "is", "are") and not any(
            s.mention or RANKED & set(s.name.lower().split()) for s in phrase.subjects
        ):
            return phrase
        wider = self._of_the_clause(comma, last)
        return wider if wider is not None and not wider.is_none else phrase

    def _is_of_the_name(self, comma: int, last: Phrase | None) -> bool:
        """ "B fell 2.7%, weighing on C, 1.8% lower", "the gains were in X, up 5%": of the governed name."""
        if last is not None and self.tag(comma + 1) in ("FIG", "DIR") and self._has_a_figure(comma):
            return True
        first = self.nouns.before_modifiers(comma - 1)
        return self.word(first - 1) == "in" and self.tag(first - 2) == "STATE"

    def _told_of(self, comma: int) -> Phrase | None:
        """ "X, which said that fees jumped 26%, up 0.5%": the name that a relative clause tells of."""
        for at in range(comma - 1, 1, -1):
            if self.tag(at) == "STOP" or self.word(at) in ("and", "while"):
                return None
            if self.word(at) in ("which", "who") and self.tag(at - 1) == "COMMA":
                said = any(self.word(i) in SAYING for i in range(at + 1, comma))
                return self.nouns.ending_at(at) if said else None
        return None

    def _has_a_figure(self, comma: int) -> bool:
        """Whether the clause before a comma has had its figure: "B fell 2.7%, weighing on C, 1.8% lower"."""
        return any(self.tag(i) == "FIG" for i in range(self.clause_start(comma), comma))

    def _of_the_clause(self, at: int, last: Phrase | None) -> Phrase | None:
        start = self.clause_start(at)
        if any(
            self.tag(i) == "OTHER"
            and self.word(i) not in ("orders", "price", "prices", "gold", "oil", "volume")
            and not any(self.tag(i + n) in ("DESC", "SECT") for n in (1, 2, 3))  # "copper producer"
            for i in range(start, at)
        ):
            return Phrase(start)
        return self._of_the_copula(at) or self._fresh(at) or self.first(at) or last

    def _of_the_copula(self, at: int) -> Phrase | None:
        """ "Although A fell 1%, B was among the leaders, up 2%": what stands before the last "was"."""
        for verb in range(at - 1, self.clause_start(at), -1):
            if self.tag(verb) == "FIG":
                return None
            if self.word(verb) in ("was", "were", "is", "are"):
                phrase = self.nouns.ending_at(verb - 1)
                return phrase if phrase is not None and phrase.subjects and self.begins(phrase) else None
        return None

    def begins(self, phrase: Phrase) -> bool:
        """Whether a phrase stands at the beginning of the sentence or of a part of it."""
        return self.tag(phrase.start - 1) in ("", *OPENERS)

    def _around(self, comma: int, last: Phrase | None) -> Phrase | None:
        """The subject before an insertion: "the company, which gets 40% of its sales abroad, fell"."""
        inner = self.nouns.ending_at(comma - 1)
        listed = inner if inner is not None and len(inner.subjects) > 1 else None
        for opening in range(listed.start if listed else comma - 1, -1, -1):
            pair = ("DASH",) if self.tag(comma) == "DASH" else ("COMMA", "DASH")
            if self.tag(opening) not in pair or opening == 0:
                continue
            phrase = self.nouns.ending_at(opening - 1)
            if phrase is None:
                continue
            if phrase.is_none or any(s.mention or s.kind == "sector" for s in phrase.subjects):
                like = listed is not None and phrase.is_none and self.word(opening + 1) in LIKE
                if inner is not None and inner.subjects and inner.start == opening + 1 + like:
                    return inner  # "other members, including A, B and C, fell"
            if self.begins(phrase) and (phrase.subjects or self.tag(opening - 1) not in ("NAME", "WORD")):
                return phrase
        if inner is not None and inner.subjects and self.begins(inner) and last is None:
            return inner
        return self._shared(comma, last)

    def _ahead(self, mover: int) -> Phrase | None:
        """ "Up 3%, Nvidia led the gains": the first instrument behind."""
        for position in range(mover + 1, len(self.tokens)):
            named = self.tag(position) == "NAME" and self.tokens[position].note != "place"
            if (named or self.tag(position) in ("SHARE", "DESC")) and self.tag(position + 1) not in (
                "NAME",
                "SHARE",
                "POSS",
                "DESC",
            ):
                return self.nouns.ending_at(position)
        return None


SAYING = ("said", "says", "reported", "posted", "announced", "warned", "forecast")
RECOVERING = frozenset(
    "recovering recovered paring pared trimming trimmed regaining regained erasing "
    "erased clawing recouping bucked bucking bucks defied defying overcame shrugged reversed reversing "
    "reverse shook shaking swung recover".split()
)
RANKED = frozenset(
    "worst best biggest largest worst-performing best-performing performing weakest strongest top".split()
)
