"""Databases of each kind, as the tests of the store have them."""

from tests.data.conftest import postgres, url  # noqa: F401  (fixtures)
