"""The site and the command line of the end-to-end tests."""

from tests.e2e.conftest import inbox, site, tracker

__all__ = ["inbox", "site", "tracker"]
