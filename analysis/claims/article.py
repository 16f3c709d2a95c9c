"""Whether a text can be read at all."""

from __future__ import annotations

import re

from analysis.claims.text import plain
from analysis.market.errors import DataError

LONGEST = 1_000_000  # characters: some 150,000 words, more than any article
ENGLISH = frozenset(
    "the of and to in a for on that it was is as at by with from its after said but has were be".split()
)
WORD = re.compile(r"[^\W\d_]+")
JUDGED = 40  # words without which a language cannot be told
LEAST_ENGLISH = 0.12  # English prose has over 0.3, other European languages under 0.08
SAMPLE = 20_000  # characters


def checked(text: str, name: str = "the text") -> str:
    """The text, if claims can be read from it.

    Raises
    ------
    DataError
        If it is empty, longer than any article, or not in English.
    """
    if not text.strip():
        raise DataError(f"{name} is empty: paste or name a text in English")
    if len(text) > LONGEST:
        raise DataError(
            f"{name} has {len(text):,} characters; {LONGEST:,} can be read: cut it to the article"
        )
    if not is_english(plain(text)):
        raise DataError(f"{name} does not look English: claims are read from English texts only")
    return text


def is_english(text: str) -> bool:
    """Whether the small words of a text are English ones; a few words get the benefit of the doubt."""
    words = [word.lower() for word in WORD.findall(text[:SAMPLE])]
    letters = [c for c in text[:SAMPLE] if c.isalpha()]
    if letters and sum(c.isascii() for c in letters) < 0.7 * len(letters):
        return False
    return len(words) < JUDGED or sum(word in ENGLISH for word in words) >= LEAST_ENGLISH * len(words)
