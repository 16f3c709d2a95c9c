"""Names of days and months, and words for small numbers, as parts of patterns."""

from __future__ import annotations

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|"
    "december|jan\\.?|feb\\.?|mar\\.?|apr\\.?|jun\\.?|jul\\.?|"
    "aug\\.?|sept?\\.?|oct\\.?|nov\\.?|dec\\.?"
)
DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
NUMBER_WORDS = {
    word: n
    for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
NUMBERS = "|".join([*NUMBER_WORDS][1:]) + "|\\d{1,3}"  # of weeks, months or days: more than one
MONTH_NUMBERS = {
    month: i for i, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
