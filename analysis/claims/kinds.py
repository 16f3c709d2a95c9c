"""Words of noun phrases, as data: which kind of share, index or sector is spoken of."""

from __future__ import annotations

MARKETS = frozenset(
    "tokyo hong kong shanghai seoul taipei sydney singapore mumbai bangkok jakarta "
    "manila wellington london paris frankfurt milan madrid shenzhen johannesburg riyadh dubai doha kuwait "
    "cairo toronto zurich amsterdam brussels lisbon dublin stockholm copenhagen oslo helsinki vienna warsaw "
    "athens istanbul auckland".split()
) | {"hong kong", "wall street", "kuala lumpur", "buenos aires", "abu dhabi", "sao paulo", "tel aviv"}
NO_INDEX = frozenset(
    "sentiment confidence price prices purchasing manufacturing activity volatility "
    "dollar commodity producer consumer fear business "
    "housing labour labor job jobs bond currency credit debt property real cost misery "
    "inflation services factory export crypto core".split()
)
GENERAL_INDEX = frozenset(
    "the benchmark main broader wider blue-chip tech-heavy pan-european bluechip "
    "headline local stock share shares index its key 30-share 50-share top overall same regional "
    "national blue chip composite".split()
)
GENERAL_SECTOR = frozenset("sector subsector segment sectors names peers rivals groups".split())
NEEDS_A_KIND = frozenset(
    "firms companies makers producers suppliers operators manufacturers groups names "
    "peers rivals stocks shares equities giants sector segment developers explorers "
    "growers".split()
)
ADJECTIVES = frozenset(
    "german dutch rival fellow similar larger smaller bigger biggest largest big giant "
    "heavyweight tech-heavy blue-chip pan-european benchmark chip "
    "tech technology luxury oil energy software mining cruise budget low-cost graphics "
    "wider broader index narrower smaller-cap "
    "drugs drug car aerospace defence defense defensive retail internet social "
    "e-commerce payments streaming pharma pharmaceutical "
    "capped venture state-owned state-run embattled troubled struggling beleaguered highflying "
    "high-flying former ex electric electric-car ev "
    "chip-equipment parent-company local domestic key main broad small-cap mid-cap "
    "large-cap bellwether tiny battered high-street "
    "newly cybersecurity biotech video-game games sportswear fast-fashion online private "
    "public market export engineering publishing outsourcing shipping trading brewing catering staffing "
    "advertising betting building packaging".split()
)
KINDS = (
    ADJECTIVES
    | frozenset(
        "bank banking semiconductor auto airline ai growth value cyclical lithium solar utility "
        "property bluechip gaming steel metal it health travel cannabis meme consumer tobacco insurance "
        "financial industrial telecom media homebuilding".split()
    )
    | {"blue chip"}
)
KINDS_OF_SECTOR = KINDS | {
    "gold",
    "oil",
    "platinum",
    "coal",
    "uranium",
    "metals",
    "food",
    "pharmaceuticals",
    "mining",
    "power",
    "pharma",
    "realty",
}
NOT_BEFORE_SHARES = frozenset(
    "hurt hit make makes made lets let say expect pull yet is other many most some few "
    "several such said says told as when after while that and or with which because "
    "sending sent saw seen had have has but before then than reported showed "
    "according helped led".split()
)
JUDGING = frozenset(
    "analyst analysts cut cuts raised raises lifted lowered downgraded upgraded "
    "downgrades upgrades initiated reiterated trimmed expects strategists economists "
    "warned".split()
)
KINDS_OF_INDEX = frozenset(
    "venture exchange midcap smallcap small mid cap large bank financial services consumer equal weight "
    "value growth tech auto metal it banks insurance travel oil gas basic health care "
    "private realty next".split()
)


# Words in -er, -or and -ist that say no trade: "kitchenware seller ProCook", but not "under X".
NO_ROLE = frozenset(
    "after under over per either neither another other however whether rather never ever earlier later "
    "higher lower firmer softer weaker stronger larger smaller bigger lesser greater better further former "
    "number member order offer quarter september october november december winter summer power "
    "together whatever altogether paper water matter transfer winner loser gainer faller riser leader "
    "decliner performer border factor floor door major minor sector prior error color labor "
    "favor rumor monitor mirror doctor superior interior exist list trader investor "
    "analyst economist broker-dealer forever sooner faster slower cheaper dearer "
    "tighter easier harder narrower broader wider longer shorter younger older consumer latter cover recover "
    "wander linger trigger chapter letter character computer manager minister partner user customer soccer "
    "answer debtor creditor director strategist chancellor officer reader viewer worker".split()
)


def is_role(word: str) -> bool:
    """Whether a word without a capital says what a firm does: "seller", "jewellers", "specialist".

    >>> is_role("jewellers"), is_role("under"), is_role("drugmaker")
    (True, False, True)
    """
    stem = word.rpartition("-")[2].removesuffix("s")
    return (
        len(stem) > 4 and word not in NO_ROLE and stem not in NO_ROLE and stem.endswith(("er", "or", "ist"))
    )
