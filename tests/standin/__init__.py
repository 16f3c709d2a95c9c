"""A stand-in for Yahoo on 127.0.0.1, for tests that drive the real client without the internet.

In a test, take the fixture ``yahoo`` (`tests.standin.fixtures`), which points this process at it::

    def test_a_failing_server_is_named(yahoo):
        yahoo.fail("server_error", symbol="NVDA", times=1)
        ...
        assert yahoo.count("daily") == 2

A whole program is driven as a process of its own, with nothing in it patched::

    with StandIn(made_up_listings(("NVDA", "SAP.DE"))) as yahoo:
        subprocess.run([sys.executable, "app.py", "refresh"], env=os.environ | yahoo.environment)

`faults.FAULTS` and `listings.TAMPERED` name what can go wrong.
"""

from tests.standin.answers import Request
from tests.standin.faults import FAULTS
from tests.standin.listings import TAMPERED, Listing, listing_of, made_up_listing, made_up_listings
from tests.standin.server import StandIn

__all__ = [
    "FAULTS",
    "TAMPERED",
    "Listing",
    "Request",
    "StandIn",
    "listing_of",
    "made_up_listing",
    "made_up_listings",
]
