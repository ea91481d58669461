"""Tracks medical-cannabis prescribing and access rules, with proof."""

__version__ = "0.1.0"
