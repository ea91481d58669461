"""XML parsed so that hostile or broken bytes can do nothing."""

from __future__ import annotations

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
        kind = "an HTML page instead of XML" if _looks_like_html(body) else f"not well-formed XML ({error})"
        raise ExtractionError(f"The document is {kind}.") from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ExtractionError("The document defines XML entities, which no official text needs; it was not read.")
    return root


def _looks_like_html(body: bytes) -> bool:
    start = body[:2048].lower()
    return b"<!doctype html" in start or b"<html" in start
