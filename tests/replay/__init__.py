"""Whole histories of law, read edition by edition through the same code as a crawl, and what was said about them."""
