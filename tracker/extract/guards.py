"""Pages that answer 200 and are not the document: errors, log-ins, challenges, maintenance, cut off."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from tracker.extract.normalise import spaced

_SAYS = (
    (re.compile(r"\b(?:404|page (?:was |could )?not (?:be )?found|page introuvable|no longer exists|does not exist)\b", re.I), "an error page (not found)"),
    (re.compile(r"\b(?:service (?:is )?(?:temporarily )?unavailable|(?:scheduled|under) maintenance|internal server error|something went wrong|error 50\d)\b", re.I), "an error or maintenance page"),
    (re.compile(r"\b(?:access denied|forbidden|request (?:was )?blocked|you have been blocked)\b", re.I), "a page that refuses us"),
    (re.compile(r"\b(?:captcha|verify (?:that )?you are (?:a )?human|checking your browser|just a moment|enable javascript and cookies)\b", re.I), "a challenge for browsers"),
    (re.compile(r"\b(?:sign in|log ?in|session (?:has )?expired|connectez-vous)\b", re.I), "a log-in page"),
)  # fmt: skip
_SHORT = 1_500
"""Characters of text below which a whole page may be nothing but an error; longer ones must say so in title or heading."""


def not_the_document(page: HtmlElement, body: bytes) -> str | None:
    """Why a page is not the document that was asked for, in plain words, or None."""
    if b"<html" in body[:4096].lower() and b"</html" not in body[-4096:].lower():
        return "The page ends before it is complete."
    title = spaced(" ".join(page.xpath("//title//text() | //h1//text()")))
    text = spaced(" ".join(page.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))
    if not text:
        return "The page has no text."
    looked_at = f"{title} {text}" if len(text) < _SHORT else title
    for pattern, name in _SAYS:
        found = pattern.search(looked_at)
        if found:
            return f'The page answered 200 but is {name}: "{found.group(0)}".'
    return None
