"""What a market report speaks of, as data: shares, indices, sectors, firms, and what is none of them."""

from __future__ import annotations

# ------------------------------------------------------------------------------ nouns that stand for shares
SHARES = frozenset(
    "shares share stock stocks scrip scrips equities equity adr adrs ads adss "
    "capitalisation capitalization counter counters paper certificates".split()
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
    "energy healthcare health-care communications technology tech technologies telecoms autos automobiles "
    "homebuilders housebuilders developers staples sector "
    "subsector sectors subsectors segment names carriers drugmakers brewers brokers "
    "metals pharma realty reits techs tech-heavyweights "
    "semiconductors chips semis biotechs exporters refiners builders lithium-miners "
    "goldminers midcaps smallcaps mid-caps small-caps "
    "large-caps megacaps mega-caps blue-chips discretionary it fmcg media "
    "banking oil&gas chemicals luxury travel "
    "resources construction makers producers suppliers manufacturers firms companies "
    "operators steelmakers planemakers groups "
    "platinums golds stocks shares equities giants growers explorers reinsurers grocers supermarkets "
    "hotels cruise hoteliers peers rivals conglomerates".split()
)
SECTOR_PHRASES = (
    "blue chips;food and drug retailers;general retailers;real estate;health care;consumer "
    "discretionary;consumer staples;communication "
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
    "debutant engineer specialist bookmaker agency franchise studio powerhouse newcomer outfit "
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
    "bullion fees dollar euro yen pound sterling yuan renminbi rupee "
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
    "capex backlog tariff tariffs comps arpu ebitdar gmv arr eps nav nii pbt patronage".split()
)
NO_SHARE_PHRASES = (
    "short interest;short positions;short position;short bets;open interest;free float;housing "
    "starts;building permits;jobless claims;"
    "iron ore;brent crude;natural gas;west texas intermediate;us crude;u.s. crude;crude "
    "oil;bank rate;volatility index;"
    "cboe volatility index;consumer price index;producer price index;consumer prices;"
    "producer prices;house prices;home prices;"
    "retail sales;industrial production;personal consumption expenditures;dollar index;"
    "consumer confidence;consumer sentiment;"
    "u.s. dollar;us dollar;house price index;sentiment index;purchasing managers;commodity index;"
    "fear index;"
    "market share;market shares;"
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
    "silicon valley argentina chile saudi dubai qatar pakistan abu dhabi riyadh doha kuwait egypt cairo "
    "johannesburg bangkok jakarta manila kuala lumpur wellington auckland tel aviv istanbul athens prague "
    "buenos aires santiago lima bogota oman bahrain muscat morocco casablanca jordan lebanon "
    "budapest bucharest lagos nairobi sao paulo city hanoi".split()
)
PEOPLE_OF = frozenset(
    "american british german french japanese chinese indian australian korean taiwanese "
    "dutch danish swedish norwegian finnish swiss "
    "italian spanish belgian irish canadian mexican brazilian russian european asian us "
    "u.s uk u.k israeli austrian polish "
    "portuguese greek turkish singaporean asia-pacific pan-european scandinavian nordic "
    "indonesian south north latin african hong kong "
    "global world international domestic local nasdaq-listed london-listed us-listed u.s.-listed".split()
) | {"euro zone", "euro area"}
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
    "senior sage wise venture hays saga clicks boxer harmony agility coats domain seek elders "
    "empower smiths goodman frontier premier frontline freeport progressive travelers equity loews".split()
)
# ------------------------------------------------------------------------------ what a percentage is of
NO_MOVE_BEHIND = frozenset(
    "stake stakes interest tariff tariffs levy levies duty duties tax taxes chance "
    "probability odds premium discount coupon yield yields rate rates "
    "margin margins growth owned owner dividend effective efficacy respondents approval "
    "likelihood share ownership holding shareholding "
    "reciprocal more fewer less better worse-than cheaper faster slower larger smaller "
    "bigger increase-in import export target threshold "
    "limit cap vote votes majority minority turnout backing support inflation "
    "unemployment interest-rate mortgage loan quota surcharge cut-in "
    "penalty fee commission participation operating gross net tariff-rate equity-stake "
    "stakeholder basis chance-of weighting weight "
    "allocation exposure recovery-rate cash compound annualised annualized payout "
    "shareholder recyclable efficient accurate".split()
)
# ------------------------------------------------------------------------------ words around names
SPEAKING = frozenset(
    "said says beat reports posts cut cuts gave made won will would plans unveils misses "
    "tops sees set expects raises warns names agrees bought sold".split()
)
SMALL = frozenset(
    "what nothing none something everything "
    "during amid amongst following after before despite unlike besides beyond around about against like once "
    "the a an and or of in on at by to for from with into over under out its his her "
    "their this that these those there here then "
    "now one two three four five six seven eight nine ten other others some many most "
    "more less no yes only also still yet both each all "
    "such own same top worst best biggest largest smaller larger big blue chip early "
    "late new old meanwhile however elsewhere earlier "
    "later among between across within per not just even overall "
    "since meantime separately "
    "analysts investors traders shareholders markets trading wall main major leading "
    "winners losers gainers decliners fallers risers "
    "laggards movers report reports results news update monday's year week month quarter "
    "day today yesterday tomorrow "
    "european asian american technology tech value growth first second third fourth last "
    "next previous former latest "
    "on's profit sales revenue net operating quarterly annual full-year half-year "
    "pre-tax hot cold up down if so as "
    "preferred ordinary heavy light strong weak good bad mixed selling buying demand supply "
    "including excluding using".split()
)
