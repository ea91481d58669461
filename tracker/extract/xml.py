"""XML parsed so that hostile or broken bytes can do nothing."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tracker.errors import ExtractionError


def parse(body: bytes) -> etree._Element:
    """The root of a document; raises ExtractionError for malformed XML and for documents that define entities."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        why = error.msg if isinstance(error, etree.XMLSyntaxError) else str(error)
        kind = "an HTML page instead of XML" if _looks_like_html(body) else f"not well-formed XML ({why})"
        raise ExtractionError(f"The document is {kind}.") from None
    about: Any = root.getroottree().docinfo  # its stubs know neither entities nor doctype
    if about.internalDTD is not None and about.internalDTD.entities():
        raise ExtractionError("The document defines XML entities, which no official text needs; it was not read.")
    unresolved = next(root.iter(etree.Entity), None) if about.doctype else None
    if unresolved is not None:
        raise ExtractionError(f"The document uses {unresolved.text} without saying what that is; it was not read.")
    return root


def _looks_like_html(body: bytes) -> bool:
    start = body[:2048].lower()
    return b"<!doctype html" in start or b"<html" in start
