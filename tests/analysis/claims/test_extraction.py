"""One statement per construction that the reader of claims understands, and per one at which it is silent."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.claims.extraction import read_claims
from analysis.claims.proposal import Proposal
from data.symbols import directory
from tests.analysis.claims.scoring import WITHOUT_PERCENT

Found = list[tuple[str, str]]


def read(text: str, date: dt.date | None = None) -> list[Proposal]:
    """What is read as a percentage."""
    return [p for p in read_claims(text, directory(), date) if p.basis not in WITHOUT_PERCENT]


def moves(text: str) -> Found:
    """Subjects and signed values."""
    return [(p.subject, f"{'-' if p.sign == -1 else '+'}{p.value}") for p in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nvidia fell 5%.", [("Nvidia", "-5")]),
        ("A drop of 5% in Nvidia surprised traders.", [("Nvidia", "-5")]),
        ("Nvidia's 5% slide weighed.", [("Nvidia", "-5")]),
        ("Nvidia was down 5%.", [("Nvidia", "-5")]),
        ("Nvidia ended 5% higher.", [("Nvidia", "+5")]),
        ("Nvidia and Intel each fell about 6%.", [("Nvidia", "-6"), ("Intel", "-6")]),
        ("Nvidia and Intel fell 6% and 2%, respectively.", [("Nvidia", "-6"), ("Intel", "-2")]),
        ("Nvidia sank 10%, Intel 8% and AMD 12%.", [("Nvidia", "-10"), ("Intel", "-8"), ("AMD", "-12")]),
        ("ASML (-9%) and SAP (+1%) moved most.", [("ASML", "-9"), ("SAP", "+1")]),
        ("A 12% plunge in Bayer dragged the DAX 0.5% lower.", [("Bayer", "-12"), ("DAX", "-0.5")]),
        ("The news sent Nvidia down 5%.", [("Nvidia", "-5")]),
        ("Oil jumped 5%, lifting Exxon and Chevron by 2%.", [("Exxon", "+2"), ("Chevron", "+2")]),
        ("Nvidia, which makes chips, fell 5%.", [("Nvidia", "-5")]),
        ("The Nikkei lost 820 points, or 2.16 per cent.", [("Nikkei", "-2.16")]),
        ("European bank stocks dropped 2.4%.", [("European bank stocks", "-2.4")]),
        ("Infineon: +2.4%", [("Infineon", "+2.4")]),
        ("Nvidia lost a quarter of its value.", [("Nvidia", "-25")]),
        ("Nvidia has doubled since May.", [("Nvidia", "+100")]),
        ("Up 7%, Caterpillar led the Dow.", [("Caterpillar", "+7")]),
        ("Adyen trimmed its loss to 2%.", [("Adyen", "-2")]),
        ("The DAX added 0.4 of a percent.", [("DAX", "+0.4")]),
        ("The DAX lost three-tenths of a percent.", [("DAX", "-0.3")]),
        ("Gains of 2% and 1% for Nvidia and Intel helped.", [("Nvidia", "+2"), ("Intel", "+1")]),
        ("A profit warning took 12% off Diageo.", [("Diageo", "-12")]),
        ("Some 14% was wiped off the share price of SAP.", [("SAP", "-14")]),
        ("The FTSE 350 mining index fell 3.7%.", [("FTSE 350 mining index", "-3.7")]),
        ("A gauge of chip stocks shed 3%.", [("gauge of chip stocks", "-3")]),
        ("The S&P 500 shed 32, or 2.9%, to 1,065.", [("S&P 500", "-2.9")]),
        ("Financial stocks slid 1.7%.", [("Financial stocks", "-1.7")]),
        ("Oracle cut jobs. The country's largest lender, JPMorgan, rose 2%.", [("JPMorgan", "+2")]),
        ("Kitchenware seller ProCook sank 31%.", [("ProCook", "-31")]),
        ("Jewellers Chow Tai Fook and Luk Fook fell 4%.", [("Chow Tai Fook", "-4"), ("Luk Fook", "-4")]),
        ("Pub group Marston's frothed 4% higher.", [("Marston's", "+4")]),
        (
            "Teck, Nutrien and Suncor fell 4.4, 3.9 and 2.8 per cent.",
            [("Teck", "-4.4"), ("Nutrien", "-3.9"), ("Suncor", "-2.8")],
        ),
        ("BASF fell 5.5 and Bayer 4.2 percent.", [("BASF", "-5.5"), ("Bayer", "-4.2")]),
        ("GM and Ford ended flat and 0.6% higher.", [("Ford", "+0.6")]),
        ("In Dubai, the index dropped 0.4%.", [("DFM General Index", "-0.4")]),
        ("BHP agreed to buy Teck. The bidder fell 4%, its target rose 9%.", [("BHP", "-4"), ("Teck", "+9")]),
        ("Shell and BP met. The former rose 1%; the latter lost 2%.", [("Shell", "+1"), ("BP", "-2")]),
        ("Shell, BP and Eni met. All three lost 2%.", [("Shell", "-2"), ("BP", "-2"), ("Eni", "-2")]),
        ("Industrials shed 1.4% and property 0.3%.", [("Industrials", "-1.4"), ("property", "-0.3")]),
        ("Miners slid: BHP 2.1%, Glencore 3.4%.", [("BHP", "-2.1"), ("Glencore", "-3.4")]),
        ("Delta and American shed 2% apiece.", [("Delta", "-2"), ("American", "-2")]),
        ("IT and capital goods indices fell 1% each.", [("IT", "-1"), ("capital goods indices", "-1")]),
        ("The DAX and the similar MDAX both fell 1%.", [("DAX", "-1"), ("MDAX", "-1")]),
        ("Kering was weak, followed by Puma which was down 3%.", [("Puma", "-3")]),
        ("Tesco rival Sainsbury's fell too; it was down 2%.", [("Sainsbury's", "-2")]),
        ("Other members, including Amazon and Meta, fell 2%.", [("Amazon", "-2"), ("Meta", "-2")]),
        ("The KSE All Share Index fell by 40 points, or 2%.", [("KSE All Share Index", "-2")]),
        (
            "A third of the banks - Westpac, ANZ and NAB - rose 2%.",
            [("Westpac", "+2"), ("ANZ", "+2"), ("NAB", "+2")],
        ),
        ("Shopify Inc SHOP.TO gained 2% as oil CLc1 lost 3%.", [("Shopify", "+2")]),
        ("Of the 13 sectors, IT did worst, losing 2%.", [("IT", "-2")]),
        ("United Continental lost 2%.", [("United Continental", "-2")]),
    ],
)
def test_a_move_is_read(text: str, found: Found) -> None:
    assert moves(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Apple's revenue fell 5%.",
        "The company will shed 8% of its workforce.",
        "Mexico faces a 30% tariff.",
        "The Fed cut rates by 0.5% and the yield fell to 4.2%.",
        "Analysts expect Nvidia to fall 10%.",
        "If the S&P 500 falls 7%, trading stops.",
        "Nvidia could drop 20%.",
        "A drop of 10% would count as a correction.",
        "The dollar lost 0.7% and gold rose 1%.",
        "There is a 61% chance of a hike.",
        "The fund owns 9.4% of Telefonica.",
        "The bid values the firm at a 38% premium.",
        "Nearly 82% of the companies in the index beat forecasts.",
        "The index never fell more than 2% in a day.",
        "Premiums rose by 12% and claims fell 4%.",
        "Sales of Ford surged 61%; those of Toyota were up 14%.",
        "The consumer confidence index dropped 5.4%.",
        "Short interest in GameStop stood at 22% of the float, up 11%.",
        "Registrations of Ford cars fell 18% while BYD's tripled.",
        "Strategists see the DAX gaining 10%.",
        "Traders called the FTSE 100 40 points, or 0.5%, lower.",
        "TSMC's revenue jumped, though it fell 17.7% from May.",
    ],
)
def test_it_is_silent_where_no_market_moved(text: str) -> None:
    assert moves(text) == []


@pytest.mark.parametrize(
    ("text", "basis", "qualifier", "period"),
    [
        ("Nvidia fell 5%.", "unknown", "exact", "day"),
        ("Nvidia closed nearly 5% lower.", "close", "nearly", "day"),
        ("Nvidia erased a 5% gain to close flat.", "intraday", "exact", "day"),
        ("Nvidia opened more than 5% lower.", "open", "over", "day"),
        ("Nvidia fell as much as 5%.", "low", "up_to", "day"),
        ("Nvidia rose up to 5%.", "high", "up_to", "day"),
        ("Nvidia was down about 5% at 0920 GMT.", "intraday", "about", "day"),
        ("Nvidia fell at least 5% in premarket trading.", "premarket", "at_least", "day"),
        ("Nvidia fell 5% after the bell.", "afterhours", "exact", "day"),
        ("S&P 500 futures fell 1%.", "futures", "exact", "day"),
        ("Nvidia is up 5% this year.", "period", "exact", "ytd"),
        ("Nvidia is 20% below its record high.", "period", "exact", "since high"),
        ("For the week, Nvidia lost 5%.", "period", "exact", "week"),
        ("Nvidia fell 5%, its worst day since March.", "unknown", "exact", "day"),
    ],
)
def test_basis_hedge_and_period_follow_the_words(text: str, basis: str, qualifier: str, period: str) -> None:
    (claim,) = read(text)
    assert (claim.basis, claim.qualifier, claim.period) == (basis, qualifier, period)


def test_a_range_keeps_both_ends() -> None:
    (claim,) = read("Ocado jumped between 5% and 7%.")
    assert (claim.value, claim.value_high) == ("5", "7")
    assert [(p.value, p.value_high) for p in read("Chipmakers fell 3-5 per cent.")] == [("3", "5")]


def test_digits_are_kept_as_printed() -> None:
    assert [p.value for p in read("Nvidia fell 2.20 percent and SAP 3 pct.")] == ["2.20", "3"]


def test_a_pronoun_stands_for_the_firm_of_the_sentence_before() -> None:
    (claim,) = read("Oracle raised its forecast. Its shares rose 9%.")
    assert (claim.subject, claim.mention, claim.symbol) == ("Oracle", "Its shares", "ORCL")


def test_a_description_that_fits_wins_over_nearness() -> None:
    (claim,) = read("Airbus and Nvidia reported results. The planemaker's shares fell 2%.")
    assert claim.subject == "Airbus"


def test_the_listing_follows_the_words() -> None:
    symbols = {
        "ASML fell 5%.": "ASML.AS",
        "ASML's American shares fell 5%.": "ASML",
        "Alibaba fell 5% in Hong Kong.": "9988.HK",
        "Alibaba fell 5% in Hong Kong after a 2% drop in New York.": "9988.HK",
        "U.S.-listed shares of ASML (ASML) fell 5%.": "ASML",
        "The semiconductor index (.SOX) rose; the Dow (.DJI) fell 1%.": "^DJI",
        "Pilbara Sands (ASX:PBS) fell 5%.": "PBS.AX",
        "Shares of Frobnix Corp (NYSE: FRBX) fell 5%.": "FRBX",
    }
    assert {text: read(text)[0].symbol for text in symbols} == symbols


def test_a_weekday_is_read_against_the_date_of_the_article() -> None:
    (claim,) = read("Nvidia fell 17% on Monday.", dt.date(2025, 1, 29))
    assert claim.date == dt.date(2025, 1, 27)
    assert read("Nvidia fell 17% on Monday.")[0].date is None
    assert read("Nvidia fell 17% on Monday, 27 January 2025.")[0].date == dt.date(2025, 1, 27)


def test_a_weekday_belongs_to_the_week_of_the_event() -> None:
    claims = read_claims("Nvidia fell 17% on Monday.", directory(), week=dt.date(2025, 1, 26))
    assert [claim.date for claim in claims] == [dt.date(2025, 1, 27)]


def test_the_dateline_of_a_text_counts() -> None:
    text = "Chips fall\n\nNEW YORK, January 28, 2025 - Nvidia fell 17% on Monday."
    assert read(text)[-1].date == dt.date(2025, 1, 27)


def test_what_is_no_percentage_has_a_basis_of_its_own() -> None:
    text = (
        "The Dow lost 600 points. The fall wiped $45 billion off Adobe's market value. Nokia "
        "hit a nine-week low. "
        "Siemens Energy was the biggest loser on the DAX. It was Intel's worst day since 1974."
    )
    found = {(p.basis, p.subject) for p in read_claims(text, directory())}
    assert {
        ("points", "Dow"),
        ("market_value", "Adobe"),
        ("level", "Nokia"),
        ("superlative", "Intel"),
    } <= found
    assert ("rank", "Siemens Energy") in found


@pytest.mark.parametrize(
    "text",
    [
        "The worst performer in the Dow was Boeing.",
        "The Dow slipped, with Boeing its worst performer.",
        "Boeing was the worst performer in the Dow.",
        "The Dow fell. Boeing, down 4%, was the worst performer in the Dow.",
    ],
)
def test_a_rank_is_that_of_a_share(text: str) -> None:
    assert [p.symbol for p in read_claims(text, directory()) if p.basis == "rank"] == ["BA"]


def test_each_proposal_says_why() -> None:
    (claim,) = read("ASML slid 5%.")
    assert claim.why == "verb slid, subject ASML, phase not stated"


def test_an_unknown_name_is_less_certain_than_a_known_one() -> None:
    known, unknown = read("Nvidia fell 5%. Frobnix shares fell 5%.")
    assert unknown.confidence < known.confidence
    assert unknown.symbol is None
