"""Words for the phases of a session, as data."""

from __future__ import annotations

from analysis.claims.calendar_words import DAY

TRADE = "(?:trading|trade|deals?|dealings?|session|action|hours|business|activity|market|transactions|moves)"
CLOCK = (
    r"\d{1,2}(?:[:.]\d{2})?\s?(?:a\.m\.?|p\.m\.?|am|pm|hrs|h\b|o'clock)(?:\s(?:ET|EST|EDT|"
    r"GMT|BST|CET|CEST|IST|AEST|AEDT|HKT|JST|UTC|eastern(?: time)?|local time|[A-Z][a-z]+ "
    r"time))?|\d{1,2}[:.]\d{2}\s(?:GMT|ET|EST|EDT|BST|CET|CEST|IST|AEST|AEDT|HKT|JST|UTC|"
    r"local time|[A-Z][a-z]+ time)|\d{4}\s(?:GMT|ET|CET|IST|AEST|AEDT|JST|HKT|BST|hours|hrs|local time)"
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
        rf"|\b(?:in )?(?:the )?(?:extended|late(?! (?:trade|deals?|dealings?)\b)|"
        r"post-market|postmarket|aftermarket|"
        rf"after-close)[-\s](?:hours?\s)?(?:us |u\.s\. |new york )?{TRADE}\b(?! high| low)"
        r"|\b(?:in )?(?:the )?extended(?:-hours)?(?= on| after|[.,;]|$)|\bafter the close(?: "
        r"of (?:regular )?(?:trading|trade))?\b|\bpost[-\s]?market\b"
        r"|\bin late electronic trading\b|\bon (?:the )?Tradegate(?: platform| exchange)?\b|\bin "
        r"evening trad(?:e|ing)\b|"
        r"\bafter regular trading\b",
    ),
    (
        "low",
        r"\b(?:at|to|from|off) (?:its|their|the|a|an)? ?(?:session|intraday|intra-day|day's|"
        r"daily)'?s? low\b|\bat (?:its|their) lowest(?: point| level)?(?: of the (?:day|"
        r"session))?\b"
        r"(?! (?:level |point |close )?(?:since|in|for))"
        r"|\bat (?:one|some) (?:point|stage)\b|\bat the (?:worst|low) (?:point|of the (?:day|"
        r"session))\b|\bat (?:its|their) (?:worst|low(?:est)?)\b"
        r"(?! (?:level |point |close )?(?:since|in|for))|\bat worst\b|\bat the low\b",
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
        r"play|the (?:session|day)|dealings))?\b|\b(?:at|by) close\b|\b(?:at|by) "
        r"(?:the )?closing bell\b"
        r"|\bby the end of (?:the )?(?:day|session|trading|trade)(?:'s (?:session|trading|"
        r"trade))?\b|\bat the end of (?:the )?(?:day|session|trading|trade)\b"
        r"|\bto (?:close|end|finish|settle)(?: the (?:day|session))?(?: (?:at|on|around|near|"
        r"above|below|with|trading)\b)?"
        r"|\b(?:the (?:day|session)|(?:\bon )?the day) (?:at|on)\b|\bon a closing basis\b|"
        r"\bto an? (?:record |all-time )?(?:close|closing high)\b(?: of)?|\bafter "
        r"closing\b(?= at)|\bclosing at\b|\bending at\b|\bfinishing at\b|\bsettling at\b|"
        r"\bclos(?:ing|ed) (?:the|its|their) (?:first )(?:day|session)(?: of trading| of trade)?\b|"
        r"\b(?:end(?:ing|ed)?|finish(?:ing|ed)) (?:the|a|its|their) (?:first )?(?:\w+ )?(?:day|"
        r"session)(?: of trading| of trade)?\b"
        r"|\b(?:for|at) a close\b|\bclosed at\b|\bby the time (?:the )?(?:markets?|trading|"
        r"exchanges?) closed\b|\bwhen (?:the )?(?:markets?|trading) closed\b|\bby the "
        r"end\b(?! of)|\bat the finish\b",
    ),
    (
        "late",
        rf"\b(?:in|during) (?:late(?:r)?) (?:afternoon )?{TRADE}\b|\bin the final "
        rf"(?:hour|minutes)(?: of {TRADE})?\b|\btowards? the (?:close|end of the (?:day|"
        rf"session))\b|\bas of its final hour\b",
    ),
    (
        "intraday",
        rf"\b(?:in|during|by|at|as of) (?:the )?(?:early|morning|afternoon|midday|mid-day|"
        rf"mid-morning|mid-afternoon|noon|intraday|intra-day|volatile|thin|choppy|lunchtime|"
        rf"initial|first|opening|regular|recent|midmorning|midafternoon|early afternoon|"
        rf"early morning|late morning|late-morning|mid) (?:[A-Z]?[a-z]+ )?{TRADE}\b"
        rf"|\b(?:by|at|around|about|as of|before|shortly after|shortly before|just before|just "
        rf"after|near) (?:about |around )?(?:mid-?day|noon|lunchtime|lunch|mid-?morning|"
        rf"mid-?afternoon|early (?:morning|afternoon)|late (?:morning|afternoon))\b"
        rf"|\b(?:at|by|around|about|as of|shortly after|shortly before|just before|just after|"
        rf"after|before|near|to)? ?(?:about |around )?(?:{CLOCK})"
        r"|\b(?:in|during) (?:the )?(?:morning|afternoon)\b|\b(?:earlier in|during|within|in) "
        r"the (?:day|session|trading day|trading session|first (?:hour|minutes)|opening "
        r"(?:hour|minutes))(?:'s trading)?\b"
        rf"|\bat the time of (?:writing|publication|publishing)\b|\bearly on\b(?= {DAY})|"
        rf"\b(?<!since )early (?={DAY})|\bduring {TRADE}\b|\bmid-?session\b|\bat the (?:lunch|"
        rf"noon|midday) break\b|\bat the "
        rf"(?:mid-session|interim) (?:break|stage)\b|\bso far (?:today|on the day|in the "
        rf"session)\b|(?<!day )(?<!week )(?<!month )(?<!year )(?<!session )\bearl(?:y|ier)(?= "
        rf"{DAY}| today|[.,;]|$)"
        r"|\bcurrently\b|\b(?:[Bb]y|[Aa]t|[Aa]round|as of) \d{1,2}:\d{2}\b|\bintraday\b|"
        r"\bintra-day\b|\bthis (?:morning|afternoon)\b|\bmid-?(?:morning|"
        r"afternoon)\b|\bin the first (?:hour|minutes|half[- ]hour)(?: of (?:trading|trade))?\b|"
        r"\bby the (?:afternoon|lunch break|midday break)\b|\bafter (?:the )?(?:first|"
        r"opening) (?:hour|minutes)(?: of (?:trading|trade))?\b|\bwithin (?:minutes|an "
        r"hour|hours)(?: of (?:the open(?:ing)?|opening))?\b",
    ),
)
