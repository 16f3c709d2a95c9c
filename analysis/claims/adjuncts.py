"""Phrases that say when: phases of a session, times of day, days, and spans of more than a session."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|"
    "december|jan\\.?|feb\\.?|mar\\.?|apr\\.?|jun\\.?|jul\\.?|"
    "aug\\.?|sept?\\.?|oct\\.?|nov\\.?|dec\\.?"
)
DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\d{1,3}"
TRADE = (
    "(?:trading|trade|deals?|dealings?|dealing|session|action|hours|business|activity|"
    "market|transactions|moves)"
)
CLOCK = (
    r"\d{1,2}(?:[:.]\d{2})?\s?(?:a\.m\.?|p\.m\.?|am|pm|hrs|h\b|o'clock)(?:\s(?:ET|EST|EDT|"
    r"GMT|BST|CET|CEST|IST|AEST|AEDT|HKT|JST|UTC|eastern(?: time)?|local time|[A-Z][a-z]+ "
    r"time))?|\d{1,2}[:.]\d{2}\s(?:GMT|ET|EST|EDT|BST|CET|CEST|IST|AEST|AEDT|HKT|JST|UTC|"
    r"local time|[A-Z][a-z]+ time)|\d{4}\s(?:GMT|ET|CET|IST|AEST|AEDT|hours|hrs)"
)
# Kind, what it says, and the words, in the order in which they are tried.
PHASES: tuple[tuple[str, str], ...] = (
    (
        "premarket",
        rf"\b(?:in |during |on )?(?:the )?(?:us |u\.s\. )?pre-?\s?market(?:s)?(?:\s{TRADE})?\b"
        r"|\b(?:before|ahead of) the (?:opening )?bell\b|\b(?:before|ahead of) the (?:market "
        r")?open(?:ing)?(?: bell)?\b"
        r"|\bbefore (?:the )?(?:us |u\.s\. )?(?:stock )?markets? open(?:ed|s)?\b|\bbefore "
        r"(?:us |u\.s\. )?trading (?:began|starts?|started|opened)\b"
        rf"|\bahead of the (?:us |u\.s\. )?(?:market )?open\b|\bpre-?\s?open(?:ing)?\b|"
        rf"\bpre-?bell\b|\bpre-?trade\b",
    ),
    (
        "afterhours",
        rf"\b(?:in |during )?(?:the )?(?:late )?after[-\s]?(?:hours|market)(?:\s{TRADE})?\b|"
        rf"\bafter the (?:closing )?bell\b|\bafter (?:the )?market (?:closed?|hours)\b"
        rf"|\b(?:in )?(?:the )?(?:extended|late|post-market|postmarket|aftermarket|"
        rf"after-close)[-\s](?:hours?\s)?(?:us |u\.s\. )?{TRADE}\b(?! high| low)"
        r"|\b(?:in )?(?:the )?extended(?:-hours)?(?= on| after|[.,;]|$)|\bafter the close(?: "
        r"of (?:regular )?(?:trading|trade))?\b|\bpost[-\s]?market\b"
        r"|\bin late electronic trading\b|\bon Tradegate\b|\bin evening trad(?:e|ing)\b|"
        r"\bafter regular trading\b",
    ),
    (
        "low",
        r"\b(?:at|to|from|off) (?:its|their|the|a|an)? ?(?:session|intraday|intra-day|day's|"
        r"daily)'?s? low\b|\bat (?:its|their) lowest(?: point| level)?(?: of the (?:day|"
        r"session))?\b"
        r"|\bat (?:one|some) (?:point|stage)\b|\bat the (?:worst|low) (?:point|of the (?:day|"
        r"session))\b|\bat (?:its|their) (?:worst|low(?:est)?)\b|\bat worst\b|\bat the low\b",
    ),
    (
        "high",
        r"\b(?:at|to|from|off) (?:its|their|the|a|an)? ?(?:session|intraday|intra-day|day's|"
        r"daily)'?s? (?:high|peak)\b|\bat (?:its|their) (?:highest|best)(?: point| level)?(?: "
        r"of the (?:day|session))?\b",
    ),
    (
        "open",
        r"\b(?:at|on|from|just after|right after|after|in) the (?:market )?open(?:ing)?(?: "
        r"bell| of (?:trading|trade|the (?:market|session)))?\b(?! hour| minutes)"
        r"|\bat open\b|\bon opening\b|\bto open\b|\bat the start of (?:trading|trade|the "
        r"(?:session|day))\b|\bat the (?:opening )?bell\b|\bin opening (?:trade|trading|"
        r"deals)\b|\bas (?:the )?markets? opened\b|\bas trading (?:began|started)\b",
    ),
    (
        "close",
        rf"\b(?:at|by|before) {DAY}'s close\b|"
        r"\b(?:at|by|before|into|near) the (?:market )?close(?: of (?:trading|trade|business|"
        r"play|the (?:session|day)|dealings))?\b|\bby close\b|\bat close\b|\bat the closing "
        r"bell\b|\bby the closing bell\b"
        r"|\bby the end of (?:the )?(?:day|session|trading|trade)(?:'s (?:session|trading|"
        r"trade))?\b|\bat the end of (?:the )?(?:day|session|trading|trade)\b"
        r"|\bto (?:close|end|finish|settle)(?: the (?:day|session))?(?: (?:at|on|around|near|"
        r"above|below|with|trading)\b)?"
        r"|\b(?:the (?:day|session)|(?:\bon )?the day) (?:at|on)\b|\bon a closing basis\b|"
        r"\bto an? (?:record |all-time )?(?:close|closing high)\b(?: of)?|\bafter "
        r"closing\b(?= at)|\bclosing at\b|\bending at\b|\bfinishing at\b|\bsettling at\b|"
        r"\bend(?:ing|ed)? the (?:day|session)\b"
        r"|\b(?:for|at) a close\b|\bclosed at\b|\bby the time (?:the )?(?:markets?|trading|"
        r"exchanges?) closed\b|\bwhen (?:the )?(?:markets?|trading) closed\b|\bby the "
        r"end\b(?! of)|\bat the finish\b",
    ),
    (
        "late",
        rf"\b(?:in|during) (?:late(?:r)?) (?:afternoon )?(?:morning )?{TRADE}\b|\bin the final "
        rf"(?:hour|minutes)(?: of {TRADE})?\b|\btowards? the (?:close|end of the (?:day|"
        rf"session))\b|\bas of its final hour\b",
    ),
    (
        "intraday",
        rf"\b(?:in|during|by|at|as of) (?:the )?(?:early|morning|afternoon|midday|mid-day|"
        rf"mid-morning|mid-afternoon|noon|intraday|intra-day|volatile|thin|choppy|lunchtime|"
        rf"initial|first|opening|regular|recent|heavy|midmorning|midafternoon|early afternoon|"
        rf"early morning|late morning|late-morning|european|asian|frankfurt|london|paris|new "
        rf"york|tokyo|hong kong|us|u\.s\.|mid) (?:[A-Z]?[a-z]+ )?{TRADE}\b"
        rf"|\b(?:by|at|around|about|as of|before|shortly after|shortly before|just before|just "
        rf"after|near) (?:about |around )?(?:mid-?day|noon|lunchtime|lunch|mid-?morning|"
        rf"mid-?afternoon|early (?:morning|afternoon)|late (?:morning|afternoon))\b"
        rf"|\b(?:at|by|around|about|as of|shortly after|shortly before|just before|just after|"
        rf"after|before|near|to)? ?(?:about |around )?(?:{CLOCK})"
        r"|\b(?:in|during) (?:the )?(?:morning|afternoon)\b|\b(?:earlier in|during|within|in) "
        r"the (?:day|session|trading day|trading session|first (?:hour|minutes)|opening "
        r"(?:hour|minutes))(?:'s trading)?\b"
        rf"|\bat the time of (?:writing|publication|publishing)\b|\bearly on\b(?= {DAY})|"
        rf"\b(?<!since )early (?={DAY})|\bduring {TRADE}\b|\bmid-?session\b|\bat the "
        rf"(?:mid-session|interim) (?:break|stage)\b|\bso far (?:today|on the day|in the "
        rf"session)\b|(?<!day )(?<!week )(?<!month )(?<!year )(?<!session )\bearl(?:y|ier)(?= "
        rf"{DAY}| today|[.,;]|$)"
        r"|\bintraday\b|\bintra-day\b|\bthis (?:morning|afternoon)\b|\bmid-?(?:morning|"
        r"afternoon)\b|\bin the first (?:hour|minutes|half[- ]hour)(?: of (?:trading|trade))?\b|"
        r"\bby the (?:afternoon|lunch break|midday break)\b|\bafter (?:the )?(?:first|"
        r"opening) (?:hour|minutes)(?: of (?:trading|trade))?\b|\bwithin (?:minutes|an "
        r"hour|hours)(?: of (?:the open(?:ing)?|opening))?\b",
    ),
)
SPANS: tuple[tuple[str, str], ...] = (
    ("ytd", r"\b(?:since|from) (?:the )?(?:start|beginning|turn) of (?:the|this|20\d\d)(?: year)?\b"),
    (
        "day",
        r"\bon the day\b|\b(?:one|single)-day\b|\bin (?:a|one) (?:single )?(?:day|session|"
        r"trading (?:day|session))\b|\bsingle-session\b|\bone-session\b|\bdaily\b|"
        r"\bday-over-day\b|\bovernight\b",
    ),
    (
        "ytd",
        r"\b(?:so far )?(?:this|in the current) (?:calendar )?year(?: so far| to date| "
        r"alone)?\b|\byear[- ]to[- ]date\b|\bytd\b|\b(?:since|from) the (?:start|beginning|"
        r"turn) of (?:the|this) year\b|\b(?:for|on) the year\b|\bsince (?:the )?new year\b|"
        r"\bso far in 20\d\d\b|\bthus far this year\b|\b(?:since|from) (?:the )?(?:start|"
        r"beginning) of 20\d\d\b|\bin the year to date\b",
    ),
    (
        "week",
        r"\b(?:so far )?(?:for|on|over|in|during) (?:the|this|last|a) week\b|\b(?:this|last|"
        r"past) week\b|\bweekly\b(?! (?:[A-Z&]+ |options? |futures )?(?:expiry|report|data))|"
        r"\bfrom a week (?:ago|earlier)\b|"
        r"\b(?:over|in|during) the (?:past|last) week\b|"
        r"\bweek-on-week\b|\bin one week\b|\b(?:end(?:ed|ing)?|"
        r"finish(?:ed|ing)?|clos(?:ed|ing)) the week\b|\bone-week\b(?! high| low| peak)|\bfor "
        r"the holiday-shortened week\b",
    ),
    (
        "month",
        r"\b(?:so far )?(?:for|on|over|in|during) (?:the|this|last|a) month\b|\b(?:this|last) "
        r"month\b|\bmonthly\b|\b(?:over|in|during) the (?:past|last) month\b|\bin one "
        r"month\b|\bmonth-to-date\b|\bone-month\b(?! high| low| peak)",
    ),
    (
        "quarter",
        r"\b(?:for|over|in|during|on) (?:the|this|last) (?:(?:first|second|third|fourth|"
        r"current|past|last|previous|january-march|june) )?quarter\b|\b(?:this|last) quarter\b|"
        r"\bquarterly\b(?= (?:gain|loss|drop|rise|fall|decline|advance|slide|performance))|"
        r"\bquarter to date\b|\bin the (?:past|last) three months of\b",
    ),
    (
        "12-month",
        r"\b(?:over|in|during|within|for|across) the (?:past|last|previous|preceding|latest) "
        r"(?:12|twelve) months\b|\b(?:past|last) (?:12|twelve) months\b|\b12-month\b",
    ),
    (
        "year",
        r"\b(?:over|in|during|within|for) (?:the (?:past|last|previous) year|(?:a|one) year)\b|"
        r"\b(?:last|past) year\b|\b(?:from|on) a year (?:ago|earlier)\b|\byear-on-year\b|\bin "
        r"20[0-2]\d\b(?! from)|\bin the year to [A-Z][a-z]+\b|\bone-year\b(?! high| low| "
        r"peak)|\bannual\b(?= (?:gain|loss|drop|rise|fall|decline|advance))",
    ),
    (
        "n-month",
        rf"\bbetween (?:{MONTHS}) and (?:{MONTHS})\b|\b(?:over|in|during|within|for|across) "
        rf"(?:the )?(?:(?:past|last|previous|preceding|space of|roughly|about|just|some|a "
        rf"matter of|course of|less than|more than|under|barely|nearly|almost) )*(?:the "
        rf")?(?:past )?(?:{NUMBERS}|few|several) months\b|\b(?:{NUMBERS})-month\b(?! (?:low|"
        rf"high|peak|trough))|\bin (?:recent|a matter of) months\b|\bin months\b|\b(?:past|"
        rf"last) (?:{NUMBERS}|few|several) months\b|\bhalf[- ]year\b|\bin the (?:first|second) "
        rf"half\b",
    ),
    (
        "n-year",
        rf"\b(?:over|in|during|within) (?:the )?(?:(?:past|last|previous) )?(?:{NUMBERS}|few|"
        rf"several) years\b(?! low| high)|\b(?:over|in) the (?:past|last) decade\b",
    ),
    (
        "n-week",
        rf"\b(?:over|in|during|within|for) (?:the )?(?:(?:past|last|previous|just|space of|"
        rf"less than|more than|under|about|barely|only|nearly|almost|the) )*(?:{NUMBERS}|few|"
        rf"several|a matter of) weeks\b|\b(?:{NUMBERS})-week\b(?! (?:low|high|peak|trough))|"
        rf"\bin recent weeks\b|\bin a (?:matter|couple) of weeks\b|\bin (?:a )?fortnight\b",
    ),
    (
        "n-day",
        rf"\b(?:over|in|during|within|for|across) (?:the )?(?:(?:past|last|previous|preceding|"
        rf"just|only|as many as|space of|course of|a span of|less than|more than|under|about|"
        rf"barely|nearly|almost) )*(?:the )?(?:{NUMBERS}|few|several|a couple of) (?:straight |"
        rf"consecutive |trading |successive )*(?:days|sessions)\b|\b(?:two|three|four|five|six|"
        rf"seven|eight|nine|ten|\d{{1,2}})-(?:day|session)\b(?! (?:low|high|average|moving))|"
        rf"\bin (?:recent|a matter of|as many) (?:days|sessions)\b|\b(?:past|last) "
        rf"(?:{NUMBERS}|few|several) (?:days|sessions)\b|\bin days\b|\bwithin days\b",
    ),
    (
        "since high",
        r"(?:\b(?:from|since|versus|against) |(?<=\bbelow )|(?<=\boff )|(?<=\bunder "
        r"))(?:(?:its|their|the|a|an|this|that|last|december|january|february|march|april|may|"
        r"june|july|august|september|october|november|\d{4}|year's|month's|recent|all-time|"
        r"record|historic|52-week|\w+-week|\w+-year|\w+-month|closing|post-ipo|pandemic|"
        r"pandemic-era|intraday|lifetime|year|2021's|this|'s) ?)*(?:peaks?|highs?|record(?: "
        r"highs?| close| level)?|highest(?: level| point| close)?|top)\b(?: of "
        r"[$£€]?\d[\d.,]*)?(?: (?:reached |hit |set |touched |seen |made )?(?:in|on|of|from|"
        r"at) (?:early |late |mid-)?(?:[A-Z][a-z]+\.?(?: \d{1,2})?(?:,? \d{4})?|\d{4}|[a-z]+)|"
        r" (?:reached|hit|set|touched) (?:earlier )?(?:this|last) (?:year|month|week)| a "
        r"(?:year|month|week) ago| (?:this|last) (?:year|month|week))?",
    ),
    (
        "since low",
        r"(?:\b(?:from|since) |(?<=\babove )|(?<=\boff ))(?:(?:its|their|the|a|an|this|that|"
        r"last|january|february|march|april|may|june|july|august|september|october|november|"
        r"december|\d{4}|year's|recent|all-time|record|historic|52-week|\w+-week|\w+-year|"
        r"\w+-month|closing|pandemic|intraday) ?)*(?:lows?|troughs?|lowest(?: level| point| "
        r"close)?|bottom)\b(?: of [$£€]?\d[\d.,]*)?(?: (?:reached |hit |set |touched |seen "
        r")?(?:in|on|of|from) (?:early |late |mid-)?(?:[A-Z][a-z]+\.?(?: \d{1,2})?(?:,? "
        r"\d{4})?|\d{4}|[a-z]+)| (?:reached|hit|set) (?:this|last) (?:year|month|week))?",
    ),
    (
        "since event",
        rf"\b(?:since|from) (?:(?:the|its|their|last|late|early|mid-?|that|then|his|her|this|a|"
        rf"an) ?)*(?:[a-z]+'s )?(?:{MONTHS}|{DAY}(?:'s)?|then|start|beginning|end|outbreak|"
        rf"launch|report|results|debut|listing|ipo|flotation|election|invasion|announcement|"
        rf"split|close|takeover|merger|offer|crisis|news|publication|disclosure|statement|day|"
        rf"weekend|onset|eve|release|unveiling|vote|referendum|inauguration|pandemic|war|"
        rf"\d{{4}})\b(?:'s)?(?: (?:of|in) (?:(?:the|its|last|this|early|late) "
        rf")?(?:[A-Za-z]+)(?: \d{{1,2}})?)?(?: \d{{1,2}}\b)?(?:,? \d{{4}})?(?: (?:close|report|"
        rf"results))?|\bsince (?:he|she|it|they|the company|the firm) [a-z]+(?:ed|t|d)\b|"
        rf"\bsince (?:[A-Z]\w+ ){{1,4}}(?:published|reported|announced|released|took|said|"
        rf"launched|listed|invaded|began|was|won)\b(?: (?:its|the|his|her|office) ?(?:report|"
        rf"results|[a-z]+)?)?|\bsince going public\b|\bsince listing\b|\bafter going public\b",
    ),
)
DATES = re.compile(
    rf"\b(?:on |for |of |in )?(?P<weekday>{DAY})(?:'s(?: (?:session|trading|"
    rf"trade))?)?(?P<part>\s(?:morning|afternoon|evening|night))?"
    rf"(?:,?\s?\(?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m1>{MONTHS})\)?|"
    rf",?\s\(?(?P<m2>{MONTHS})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\)?)?(?:,?\s(?P<y1>(?:19|"
    rf"20)\d\d))?\b"
    rf"|\b(?:on |of )?(?P<m3>{MONTHS})\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y3>(?:19|20)\d\d))?\b"
    rf"|\b(?:on |of )?(?:the )?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of "
    rf")?(?P<m4>{MONTHS})(?:,?\s(?P<y4>(?:19|20)\d\d))?\b"
    r"|\b(?P<today>today|(?:on )?the day)\b|\b(?P<yesterday>yesterday|(?:in |on |during "
    r")?the (?:previous|prior|preceding) (?:session|day|trading day|trading session)|a "
    r"day (?:earlier|before|ago)|the day before|the session before|(?:in )?the last "
    r"session)\b"
    r"|\b(?:at )?(?:around |about )?(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)
FILLERS = re.compile(
    rf"\b(?:in|since|from|until|of|for|by|through|during) (?:early |late |"
    rf"mid-)?(?:{MONTHS})(?:,? (?:19|20)\d\d)?\b|\b(?:in|of|since|until) (?:19|20)\d\d\b|"
    r"\bon the (?:news|announcement|report|back of|JSE|BSE|NSE|New York Stock Exchange|"
    r"Nasdaq(?: Stock Market)?(?! \d|-\d| [A-Z]| fut)|London Stock Exchange|Stock "
    r"Exchange|Tokyo Stock Exchange|Euronext(?: \w+)?)\b|\bstateside\b|\bin response\b|"
    r"\brespectively,?|\bapiece\b|\bas a result\b"
    r"|\bin (?:heavy|light|thin) volume\b|\b(?:a|per) share\b|\btogether\b|\bin a row\b|"
    r"\bstraight\b|\bin the wake of\b"
    r"|\bin (?:New York|London|Frankfurt|Paris|Tokyo|Hong Kong|Amsterdam|Milan|Madrid|"
    r"Zurich|Copenhagen|Stockholm|Oslo|Helsinki|Sydney|Seoul|Mumbai|Shanghai|Shenzhen|"
    r"Singapore|Taipei|Toronto|Brussels|Dublin|Lisbon|Vienna)\b,?(?= (?:on|after|at|by|in|"
    r"to|and|as|when|before|while|trading|where)\b|[.;)]|$)",
    re.IGNORECASE,
)
PHASE_RULES = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in PHASES)
SINCE_FIRST = [SPANS[0], *sorted(SPANS[1:], key=lambda rule: not rule[0].startswith("since"))]
SPAN_RULES = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in SINCE_FIRST)


@dataclass(frozen=True, slots=True)
class Adjunct:
    """A phrase of time: `group` is phase, span, date or filler; `kind` what it says."""

    start: int
    end: int
    group: str
    kind: str


SUPERLATIVE = re.compile(
    r"\b(?:most|worst|best|biggest|largest|steepest|sharpest|lowest|highest|first|longest|"
    r"weakest|strongest|deepest|heaviest|"
    r"fastest|greatest|smallest|slowest|least|poorest|busiest|since at least|bleakest|"
    r"cheapest)\b[^,;:%]{0,70}$",
    re.IGNORECASE,
)
EXTREMES = ("since high", "since low")
LOOK_BACK = 90


def adjuncts(text: str) -> list[Adjunct]:
    """Phrases of time in a sentence, in order, none within another."""
    found: list[Adjunct] = []
    for rules, group in ((SPAN_RULES, "span"), (PHASE_RULES, "phase")):
        for kind, words in rules:
            _take(found, [(m.start(), m.end(), group, _kind(text, m, kind)) for m in words.finditer(text)])
    _take(found, [(m.start(), m.end(), "date", m[0]) for m in DATES.finditer(text)])
    _take(found, [(m.start(), m.end(), "filler", "") for m in FILLERS.finditer(text)])
    return sorted(found, key=lambda adjunct: adjunct.start)


def _kind(text: str, match: re.Match[str], kind: str) -> str:
    """Empty where the span belongs to a superlative ("the worst day since March")."""
    before = text[max(0, match.start() - LOOK_BACK) : match.start()]
    kept = kind in ("day", *EXTREMES) or match[0].lower().startswith("so far")
    return "" if not kept and SUPERLATIVE.search(before) else kind


def _take(found: list[Adjunct], candidates: list[tuple[int, int, str, str]]) -> None:
    for start, end, group, kind in candidates:
        if start < end and not any(start < other.end and other.start < end for other in found):
            found.append(Adjunct(start, end, group, kind))
