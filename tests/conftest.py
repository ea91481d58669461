"""What all tests share: properties that fail alike for everybody, and nothing that depends on who runs them."""

from __future__ import annotations

import os

from hypothesis import settings

# What a test records is all there is, unless it asks for the baseline; commands that tests start inherit it.
os.environ.setdefault("TRACKER_BASELINE", "false")

settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
