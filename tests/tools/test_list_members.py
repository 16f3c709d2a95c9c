"""The list of index members, made from what the package holds."""

from __future__ import annotations

from tools.list_members import members


def test_the_first_index_that_has_a_share_counts() -> None:
    stocks = [
        (
            "AEX",
            {
                "name": "ASML Holding N.V.",
                "symbol": "ASML.AS",
                "industries": ["Chips"],
                "symbols": [{"yahoo": "ASML", "google": "NASDAQ:ASML"}],
            },
        ),
        ("EURO STOXX 50", {"name": "ASML", "symbol": "ASML.AS"}),
    ]
    (row,) = members(stocks)
    assert row == {
        "symbol": "ASML.AS",
        "name": "ASML Holding",
        "other_names": "ASML Holding N.V.;ASML",
        "sector": "chips",
        "elsewhere": "ASML",
    }


def test_a_share_without_a_suffix_is_listed_where_its_index_is() -> None:
    rows = members(
        [("SDAX", {"name": "Grenke", "symbol": "GLJ"}), ("S&P 500", {"name": "Block, Inc.", "symbol": "XYZ"})]
    )
    assert [(row["symbol"], row["name"]) for row in rows] == [("GLJ.DE", "Grenke"), ("XYZ", "Block")]


def test_a_member_without_a_symbol_is_left_out() -> None:
    assert members([("CAC Mid 60", {"name": "Vicat"})]) == []
