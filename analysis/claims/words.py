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
    "depreciate fade stumble wilt buckle shave forfeit weaken tumble implode topple "
    "concede decrease cede devalue "
    "nose-dive backtrack flop cave droop languish recede"
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
    "give up": -1,
    "gave up": -1,
    "given up": -1,
    "giving up": -1,
    "gives up": -1,
    "give back": -1,
    "gave back": -1,
    "giving back": -1,
    "handed back": -1,
    "come off": -1,
    "came off": -1,
    "sold off": -1,
    "put on": 1,
    "puts on": 1,
    "putting on": 1,
    "tack on": 1,
    "tacked on": 1,
    "tacking on": 1,
    "pick up": 1,
    "picked up": 1,
    "shot up": 1,
    "shoots up": 1,
    "shooting up": 1,
    "shot down": -1,
    "piled on": 1,
    "bounced back": 1,
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
    "move moving edge edged edging inch inched inching tick ticked ticking drift drifted "
    "drifting nudge nudged nudging "
    "creep crept creeping went go going turned turn swung swing hover hovered ran run "
    "bid marked came dealt stay stayed "
    "push pushed pushing "
    "changing changed sat head headed heading lurched lurch veered",
    "close": "close closes closed closing end ends ended ending finish finishes finished "
    "finishing settle settles settled settling "
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
    "respectable healthy brisk eye-watering strong decent extra average an identical "
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
# ------------------------------------------------------------------------------ nouns that stand for shares
SHARES = frozenset(
    "shares share stock stocks scrip scrips equities equity adr adrs ads adss "
    "capitalisation capitalization counter paper".split()
)
SHARE_PHRASES = (
    "share price;share prices;stock price;stock prices;market value;market cap;market "
    "capitalisation;market capitalization;"
    "depositary shares;depositary receipts;depository receipts;depositary receipt;"
    "preferred shares;preference shares;"
    "preferred stock;ordinary shares;common stock;shares price;stock market value;market "
    "valuation;stock market"
).split(";")
INDICES = frozenset(
    "index indexes indices gauge gauges benchmark benchmarks average barometer bourse "
    "composite sub-index subindex "
    "measure markets market basket averages heavyweights blue-chips indicator".split()
)
FUTURES = frozenset("futures future e-minis e-mini emini eminis contract contracts".split())
SECTORS = frozenset(
    "banks lenders insurers miners chipmakers carmakers automakers airlines retailers "
    "utilities industrials financials materials "
    "energy healthcare technology tech technologies telecoms autos automobiles "
    "homebuilders housebuilders developers staples sector "
    "subsector sectors subsectors segment names carriers drugmakers brewers brokers "
    "metals pharma realty reits techs tech-heavyweights "
    "semiconductors chips semis biotechs exporters refiners builders lithium-miners "
    "goldminers midcaps smallcaps mid-caps small-caps "
    "large-caps megacaps mega-caps blue-chips discretionary it fmcg media "
    "banking oil&gas chemicals luxury travel "
    "resources construction makers producers suppliers manufacturers firms companies "
    "operators steelmakers planemakers groups "
    "stocks shares equities giants growers explorers reinsurers grocers supermarkets "
    "hotels cruise hoteliers peers rivals conglomerates".split()
)
SECTOR_PHRASES = (
    "real estate;health care;consumer discretionary;consumer staples;communication "
    "services;information technology;basic resources;"
    "consumer durables;capital goods;oil & gas;oil and gas;travel and leisure;travel & "
    "leisure;financial services;food and beverage;"
    "small caps;mid caps;large caps;food & beverage;consumer goods;basic materials;"
    "construction & materials;industrial goods;"
    "cruise lines;cruise operators;telecommunication services;"
    "consumer cyclicals;oil majors;private banks;"
    "psu banks;public sector banks;regional banks;big banks;gold miners;media and entertainment"
).split(";")
PERSONS = frozenset("it they its their them both all each which that who himself itself".split())
COMPANIES = frozenset(
    "company firm group giant maker bank lender retailer airline carrier insurer miner "
    "chipmaker carmaker automaker drugmaker startup "
    "start-up operator manufacturer producer supplier developer brewer grocer "
    "conglomerate broker exchange planemaker behemoth "
    "heavyweight rival peer parent owner designer bellwether builder brand platform "
    "streamer utility refiner chain broadcaster "
    "publisher biotech network business corporation major supermarket housebuilder "
    "homebuilder distiller steelmaker reinsurer "
    "brokerage landlord jeweller jeweler watchmaker toymaker sportswear hotelier shipper "
    "shipbuilder pharma foundry label "
    "unit subsidiary fund etf trust duo pair trio twins luxury multinational titan "
    "provider service affiliate pioneer "
    "engineer specialist bookmaker agency franchise studio powerhouse newcomer outfit "
    "enterprise stock equipment-maker trader listing contractor".split()
)
# What a description says of the firm: words of a directory's sector, one of which must be there.
DESCRIBED = {
    "chipmaker": ("semiconductor", "chip"),
    "chip": ("semiconductor", "chip"),
    "semiconductor": ("semiconductor",),
    "foundry": ("semiconductor",),
    "carmaker": ("auto", "car"),
    "automaker": ("auto", "car"),
    "car": ("auto", "car"),
    "drugmaker": ("pharma", "drug", "biotech", "health"),
    "pharma": ("pharma", "drug", "biotech"),
    "pharmaceutical": ("pharma", "drug", "biotech"),
    "biotech": ("biotech", "pharma"),
    "bank": ("bank", "financial services"),
    "lender": ("bank", "lender", "lending", "financial"),
    "insurer": ("insur",),
    "reinsurer": ("reinsur", "insur"),
    "airline": ("airline", "air transport", "air carrier", "aviation"),
    "carrier": ("airline", "air", "telecom"),
    "planemaker": ("aerospace", "aircraft"),
    "plane-maker": ("aerospace", "aircraft"),
    "plane": ("aerospace", "aircraft"),
    "jet": ("aerospace", "aircraft"),
    "retailer": ("retail", "store", "supermarket", "apparel", "fashion", "discretionary", "commerce"),
    "supermarket": ("supermarket", "grocer", "retail", "food"),
    "grocer": ("supermarket", "grocer", "retail", "food"),
    "miner": ("mining", "miner", "metal", "copper", "gold"),
    "brewer": ("beer", "brew", "beverage"),
    "distiller": ("spirits", "drink", "beverage"),
    "utility": ("utilit", "power", "electric"),
    "oil": ("oil", "energy", "petroleum"),
    "energy": ("energy", "oil", "power", "utilit", "electric"),
    "software": ("software", "cloud", "it services", "computer"),
    "luxury": ("luxury", "apparel", "fashion", "watch"),
    "sportswear": ("sportswear", "apparel", "footwear", "shoe"),
    "steelmaker": ("steel", "metal"),
    "homebuilder": ("homebuild", "housebuild", "construction"),
    "housebuilder": ("homebuild", "housebuild", "construction"),
    "cruise": ("cruise", "travel", "leisure"),
    "streaming": ("streaming", "media", "entertainment"),
    "streamer": ("streaming", "media", "entertainment"),
    "jeweller": ("jewel", "luxury"),
    "watchmaker": ("watch", "luxury"),
    "toymaker": ("toy", "leisure"),
    "tobacco": ("tobacco",),
    "telecom": ("telecom", "communication", "wireless"),
    "iphone": ("iphone", "technology hardware", "consumer electronics"),
    "ev": ("electric car", "automotive", "auto"),
    "electric-car": ("electric car", "automotive"),
    "cosmetics": ("cosmetic", "beauty", "personal", "consumer"),
    "shipper": ("shipping", "container", "freight"),
    "aircraft": ("aerospace", "aircraft"),
    "brokerage": ("broker", "financ"),
    "social": ("social", "internet", "media"),
}
LEGAL = frozenset(
    "inc corp co ltd plc ag se sa nv ab asa oyj spa llc limited corporation company "
    "incorporated group holdings holding kgaa".split()
)
# ------------------------------------------------------------------------------ what moves and is no share
NO_SHARE = frozenset(
    "brent wti bitcoin ether ethereum solana dogecoin xrp litecoin crypto cryptocurrency "
    "dollar euro yen pound sterling yuan renminbi rupee "
    "ruble rouble franc won real peso lira rand krona aussie loonie greenback gold "
    "silver copper platinum palladium crude oil gas gasoline "
    "diesel nickel zinc tin lithium uranium wheat corn soybeans sugar coffee cocoa "
    "cotton treasuries treasury treasurys gilts bund bunds "
    "vix inflation unemployment gdp cpi ppi pmi exports imports sales revenue revenues "
    "profit profits earnings ebitda ebit income turnover "
    "bookings orders deliveries shipments output production registrations demand prices "
    "price yield yields rate rates margin margins "
    "wages payrolls costs spending traffic volume volumes usage users subscribers "
    "customers population republicans democrats labour "
    "libor sofr euribor aluminium aluminum steel iron comex nymex lng eth btc tether "
    "usdt cboe opec eia fed iphone ipad ev evs "
    "cases deaths hospitalisations approval turnout emissions rents rent mortgages loans "
    "deposits assets aum headcount workforce dividend dividends payout lending debt "
    "capex backlog tariff tariffs".split()
)
NO_SHARE_PHRASES = (
    "iron ore;brent crude;natural gas;west texas intermediate;us crude;u.s. crude;crude "
    "oil;bank rate;volatility index;"
    "cboe volatility index;consumer price index;producer price index;consumer prices;"
    "producer prices;house prices;home prices;"
    "retail sales;industrial production;personal consumption expenditures;dollar index;"
    "consumer confidence;consumer sentiment;"
    "u.s. dollar;us dollar;house price index;sentiment index;purchasing managers;commodity index;fear index;"
    "volatility gauge;fear gauge;brent futures;crude futures;oil futures;gold futures;"
    "bitcoin futures;copper futures;price index;"
    "wheat futures;corn futures;treasury futures;bond futures;gas futures;baltic dry "
    "index;ifo index;zew index;freight index;"
    "freight rates;housing index;dogecoin;stock exchange;real estate prices;purchasing "
    "managers' index;dow jones newswires"
).split(";")
PLACES = frozenset(
    "china japan germany france britain uk us usa u.s america europe asia india "
    "australia korea taiwan hong kong london paris frankfurt tokyo "
    "milan madrid amsterdam brussels zurich stockholm copenhagen oslo helsinki sydney "
    "seoul mumbai shanghai shenzhen beijing singapore new york "
    "canada mexico brazil russia ukraine israel iran turkey spain italy switzerland "
    "netherlands sweden denmark norway finland ireland "
    "washington toronto wall street california texas florida chicago boston south africa "
    "north latin greater united kingdom states arabia zealand thailand vietnam "
    "indonesia malaysia philippines poland austria belgium portugal greece eurozone u.k "
    "eu e.u dublin lisbon vienna warsaw taipei "
    "silicon valley argentina chile saudi dubai qatar pakistan".split()
)
PEOPLE_OF = frozenset(
    "american british german french japanese chinese indian australian korean taiwanese "
    "dutch danish swedish norwegian finnish swiss "
    "italian spanish belgian irish canadian mexican brazilian russian european asian us "
    "u.s uk u.k israeli austrian polish "
    "portuguese greek turkish singaporean asia-pacific pan-european scandinavian nordic "
    "indonesian south north latin african hong kong "
    "global world international domestic local nasdaq-listed london-listed us-listed u.s.-listed".split()
)
TITLES = frozenset(
    "ceo chief cfo chairman president analyst analysts executive founder board shares "
    "stock shareholders stocks".split()
)
# Names that are common words too: at the start of a sentence they need a share or a verb behind.
ALSO_WORDS = frozenset(
    "target gap sea arm block on next total match strategy nice unity circle screen "
    "sharp origin compass evolution visa orange open zip "
    "coherent continental casino credo snap ball ally apollo affirm root chase apple "
    "meta ford best coach guess life progress "
    "first public range model clear bill everest discover dollar smart core delta southwest prudential "
    "united spirit norwegian constellation titan reliance phoenix vale sun shell disco hydro "
    "smiths goodman frontier premier frontline freeport progressive travelers equity loews".split()
)
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
    "pricing priced hopes hoped needs "
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


DOUBLED = frozenset("drop slip shed dip skid sag flop pop rip trim cut put snap".split())


def _ends_in_y(base: str) -> bool:
    return base.endswith("y") and base[-2] not in "aeiou"


def signed(*tables: tuple[int, Iterable[str]]) -> dict[str, int]:
    """Word to sign, from pairs of a sign and its words."""
    return {word: sign for sign, words in tables for word in words}


MOVES = signed((-1, forms(FALLING)), (1, [*forms(RISING), "firmed", "firming"]))
CAUSES = signed((1, forms(LIFTING)), (-1, forms(DRAGGING)), (0, forms(MOVING_SOMETHING)))
NOUNS = signed((-1, FALLS.split()), (1, RISES.split()))
STATE_PHASES = {word: phase for phase, words in STATES.items() for word in words.split()}
HEDGE_WORDS = {word: hedge for hedge, words in HEDGES.items() for word in words.split()}
