"""The vocabulary of market reports, as data: which word says what about a move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# ------------------------------------------------------------------------------ verbs of moving
# A regular verb stands alone; an irregular one with its past forms after a slash.
FALLING = (
    "fall/fell/fallen drop slide/slid slip sink/sank/sunk shed/shed lose/lost tumble "
    "plunge plummet slump dive/dove/dived "
    "decline retreat crash crater collapse ease dip skid sag tank nosedive subtract "
    "soften crumble swoon surrender "
    "depreciate fade stumble wilt buckle shave forfeit weaken implode topple "
    "concede decrease cede devalue "
    "nose-dive backtrack flop cave droop languish recede dwindle dump melt shrink/shrank/shrunk cool drain"
)
RISING = (
    "rise/rose/risen gain jump surge soar climb rally add advance leap/leapt/leaped "
    "spike rocket skyrocket zoom pop "
    "rebound recover bounce strengthen vault roar catapult appreciate increase regain recoup bolt race "
    "shoot/shot/shot improve balloon sizzle boom snap/snapped accelerate ascend swell rip"
)
LIFTING = "lift prop/propped boost propel catapult buoy"
DRAGGING = "drag knock hammer depress"
MOVING_SOMETHING = (
    "send/sent leave/left push pull drive/drove/driven take/took/taken help/helped "
    "see/saw/seen put/put keep/kept"
)
PARTICLES = {  # a verb and the small word that belongs to it
    -1: (
        "give up;gave up;given up;giving up;gives up;let go of;letting go of;give back;gave back;"
        "giving back;handed back;handing back;gave away;giving away;come off;came off;sold off;shot "
        "down;parted with;parting with"
    ),
    1: (
        "put on;puts on;putting on;tack on;tacked on;tacking on;pick up;picked up;shot up;shoots up;"
        "shot ahead;powered ahead;pushed ahead;shooting up;piled on;clawed back;clawing back;"
        "won back;winning back;bounced back;chalked up;rang up;racked up;notched up;put back on;ratcheted up"
    ),
}
BY_WORD = {  # verbs that are a figure
    "halved": (-1, "50"),
    "halving": (-1, "50"),
    "halve": (-1, "50"),
    "doubled": (1, "100"),
    "doubling": (1, "100"),
    "doubles": (1, "100"),
    "tripled": (1, "200"),
    "tripling": (1, "200"),
    "trebled": (1, "200"),
    "quadrupled": (1, "300"),
    "quintupled": (1, "400"),
}
# ------------------------------------------------------------------------------ states, and their phase
STATES = {
    "": "is are was were be been being 's remain remains remained stand stands stood look "
    "looked trade trades traded moved "
    "move moving edge edges edged edging inch inches inched inching tick ticks ticked ticking "
    "drift drifts drifted "
    "drifting nudge nudged nudging "
    "blast blasted powered stormed limped marched creep creeps crept creeping eke ekes eked eking "
    "went go going turned turn swung swing hover hovered ran run "
    "bid marked came dealt stay stayed indicated "
    "push pushed pushing "
    "changing changed sat head headed heading lurched lurch veered",
    "close": "close closes closed closing end ends ended ending finish finishes finished "
    "finishing settle settles settled settling conclude concludes concluded concluding "
    "clos",
    "open": "open opens opened opening start starts started starting began begin beginning",
    "intraday": "trading quoted",
}
AUXILIARIES = frozenset("has have had having 've do did does to then also".split())
# ------------------------------------------------------------------------------ words of direction
DIRECTIONS = {
    "down": -1,
    "lower": -1,
    "off": -1,
    "weaker": -1,
    "softer": -1,
    "below": -1,
    "adrift": -1,
    "underwater": -1,
    "cheaper": -1,
    "behind": -1,
    "beneath": -1,
    "up": 1,
    "higher": 1,
    "firmer": 1,
    "stronger": 1,
    "above": 1,
    "ahead": 1,
    "upwards": 1,
    "downwards": -1,
    "upward": 1,
    "downward": -1,
    "northward": 1,
    "dearer": 1,
}
DIRECTION_PHRASES = {
    "in the red": -1,
    "into the red": -1,
    "in negative territory": -1,
    "in the green": 1,
    "in the black": 1,
    "into the green": 1,
    "in positive territory": 1,
    "to the good": 1,
    "to the bad": -1,
    "shy of": -1,
    "short of": -1,
    "worse off": -1,
    "better off": 1,
    "to the downside": -1,
    "to the upside": 1,
    "in the plus": 1,
    "in the minus": -1,
}
# ------------------------------------------------------------------------------ nouns of moving
FALLS = (
    "fall falls drop drops decline declines slide slides slump slumps plunge plunges "
    "tumble tumbles loss losses dip dips "
    "retreat rout devaluation selloff selloffs sell-off sell-offs crash collapse slip "
    "downturn pullback plummet nosedive reduction decrease "
    "wipeout drawdown reversal swoon skid dive drubbing meltdown correction setback "
    "weakness stumble deficit slippage "
    "haircut wipe-out beating minus"
)
RISES = (
    "rise rises gain gains jump jumps surge surges rally rallies climb advance advances "
    "increase leap spike rebound recovery "
    "bounce pop upswing uptick uplift run-up soar ascent run appreciation plus return "
    "returns hike bump windfall melt-up upmove"
)
SOFTENED = (
    "trim trims trimmed trimming pare pares pared paring cut cuts cutting extend extends "
    "extended extending narrow narrowed narrowing reduce reduced reducing widen widened "
    "widening bring bringing brought take taking took taken cull reverse reversed "
    "increase increased increasing"
).split()
# ------------------------------------------------------------------------------ hedges
HEDGES = {
    "about": "about around roughly some approximately circa nearabout",
    "nearly": "nearly almost",
    "over": "over above exceeding",
    "exact": "exactly by another further additional a an just only modest modestly hefty whopping "
    "slim full good steep sharp "
    "stunning massive mere slight slightly huge big small tiny fresh staggering solid "
    "cumulative combined total "
    "worse better steeper sharper "
    "respectable healthy brisk eye-watering strong decent extra average identical "
    "similar equal eventual paltry",
}
HEDGE_PHRASES = {
    "close to": "nearly",
    "just under": "nearly",
    "a little under": "nearly",
    "a shade under": "nearly",
    "slightly under": "nearly",
    "slightly less than": "nearly",
    "just shy of": "nearly",
    "nearing": "nearly",
    "just below": "nearly",
    "little less than": "nearly",
    "less than": "nearly",
    "approaching": "nearly",
    "not far off": "nearly",
    "more than": "over",
    "greater than": "over",
    "in excess of": "over",
    "upwards of": "over",
    "upward of": "over",
    "north of": "over",
    "just over": "over",
    "well over": "over",
    "just above": "over",
    "slightly over": "over",
    "slightly more than": "over",
    "a little over": "over",
    "a little more than": "over",
    "a bit more than": "over",
    "a shade over": "over",
    "as much as": "up_to",
    "as many as": "up_to",
    "as high as": "up_to",
    "as low as": "up_to",
    "up to": "up_to",
    "by up to": "up_to",
    "a maximum of": "up_to",
    "a maximum": "up_to",
    "at least": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "a minimum of": "at_least",
    "in the region of": "about",
    "in the order of": "about",
    "something like": "about",
    "or so": "about",
}
# ------------------------------------------------------------------------------ words that part clauses
PARTING = frozenset(
    "while whereas as after when but although though because since before which whose "
    "who where with despite amid following than if unless "
    "even until till like including versus against compared that how so why once "
    "whereby led said says say told reported showed "
    "added-to adding-to".split()
)
HYPOTHETICAL = frozenset(
    "would could may might should can must will shall 'll 'd unless if whether never not "
    "n't cannot won't wouldn't couldn't "
    "hypothetical expected expects expect forecast forecasts predicted predicts predict "
    "projected estimates sees seen likely target "
    "targets poised fears feared warned warns warning imply implies implied implying "
    "called pricing priced hopes hoped needs "
    "assumes assuming suggests requires threshold triggers triggered trigger risk risks "
    "consensus potential".split()
)


def forms(verbs: str) -> Iterator[str]:
    """Every form of verbs written as in the tables.

    >>> sorted(forms("slide/slid"))
    ['slid', 'slide', 'slides', 'sliding']
    """
    for verb in verbs.split():
        base, *past = verb.split("/")
        stem = base.removesuffix("e") if base.endswith("e") and not base.endswith("ee") else base
        doubled = base + base[-1] if base in DOUBLED else stem
        plural = base + "es" if base.endswith(("sh", "ch", "x", "ss")) else base + "s"
        third = base[:-1] + "ies" if _ends_in_y(base) else plural
        regular = [base[:-1] + "ied" if _ends_in_y(base) else doubled + "ed"]
        yield from {base, third, doubled + "ing", *(past or regular)}


DOUBLED = frozenset("drop slip shed dip skid sag flop pop rip trim cut put snap drag".split())


def _ends_in_y(base: str) -> bool:
    return base.endswith("y") and base[-2] not in "aeiou"


def signed(*tables: tuple[int, Iterable[str]]) -> dict[str, int]:
    """Word to sign, from pairs of a sign and its words."""
    return {word: sign for sign, words in tables for word in words}


MOVES = signed((-1, forms(FALLING)), (1, [*forms(RISING), "firmed", "firming", "returned", "returning"]))
CAUSES = signed((1, forms(LIFTING)), (-1, forms(DRAGGING)), (0, forms(MOVING_SOMETHING)))
NOUNS = signed((-1, FALLS.split()), (1, RISES.split()))
STATE_PHASES = {word: phase for phase, words in STATES.items() for word in words.split()}
HEDGE_WORDS = {word: hedge for hedge, words in HEDGES.items() for word in words.split()}
