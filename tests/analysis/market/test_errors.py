"""Messages are one line that a reader can take in."""

from __future__ import annotations

from analysis.market.errors import UnknownNameError


def test_of_thousands_of_known_names_the_first_are_listed_and_the_nearest_is_offered() -> None:
    message = str(UnknownNameError("symbol", "S1O5", [f"S{k:04}" for k in range(1, 2001)] + ["S105"]))
    assert "Did you mean 'S105'?" in message
    assert message.endswith(", S0080 and 1,921 more.")
