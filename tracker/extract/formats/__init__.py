"""Segmenters: one module for each official format, chosen by `format:` in a declaration."""

from __future__ import annotations

from typing import assert_never

from tracker.domain.provision import Provision
from tracker.domain.source import Format, Source
from tracker.extract.formats import dclaw, html, lims


def segment(source: Source, body: bytes, document: str, media_type: str = "") -> list[Provision]:
    """The provisions of one document in reading order; raises ExtractionError."""
    match source.format:
        case Format.LIMS:
            return lims.segment(body, document, source.language)
        case Format.DCLAW:
            return dclaw.segment(body, document, source.language)
        case Format.HTML:
            assert source.html is not None
            return html.segment(body, document, source.html, media_type)
        case _:
            assert_never(source.format)


def version(format: Format) -> int:
    """The version of the code that reads a format; a new one makes every source of it be read again."""
    return {Format.LIMS: lims.VERSION, Format.DCLAW: dclaw.VERSION, Format.HTML: html.VERSION}[format]
