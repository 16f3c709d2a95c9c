"""Places and their people: which market "Seoul", "the Qatari index" or "In Dubai, the index" means."""

from __future__ import annotations

from analysis.claims.directory import Directory, Listing

PEOPLE = {
    "saudi": "Saudi Arabia",
    "arabian": "Saudi Arabia",
    "qatari": "Qatar",
    "egyptian": "Egypt",
    "kuwaiti": "Kuwait",
    "german": "Germany",
    "french": "France",
    "italian": "Italy",
    "spanish": "Spain",
    "swiss": "Switzerland",
    "dutch": "Netherlands",
    "belgian": "Belgium",
    "portuguese": "Portugal",
    "irish": "Ireland",
    "austrian": "Austria",
    "swedish": "Sweden",
    "finnish": "Finland",
    "danish": "Denmark",
    "norwegian": "Norway",
    "polish": "Poland",
    "greek": "Greece",
    "turkish": "Turkey",
    "russian": "Russia",
    "japanese": "Japan",
    "chinese": "China",
    "korean": "South Korea",
    "taiwanese": "Taiwan",
    "indian": "India",
    "pakistani": "Pakistan",
    "singaporean": "Singapore",
    "malaysian": "Malaysia",
    "indonesian": "Indonesia",
    "thai": "Thailand",
    "philippine": "Philippines",
    "vietnamese": "Vietnam",
    "australian": "Australia",
    "canadian": "Canada",
    "brazilian": "Brazil",
    "mexican": "Mexico",
    "israeli": "Israel",
}


def market_of(directory: Directory, word: str) -> Listing | None:
    """The index of a city's, a country's or a people's exchange; None where no single one is meant."""
    place = PEOPLE.get(word.lower()) or directory.places.get(word.lower(), word)
    return None if place in ("US", "Europe", "Asia", "World") else directory.index_of(place)
