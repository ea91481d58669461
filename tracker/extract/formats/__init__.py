"""Segmenters: one module for each official format, chosen by `format:` in a declaration."""

from __future__ import annotations

from typing import assert_never

from tracker.domain.provision import Provision
from tracker.domain.source import Format, Source
from tracker.extract.formats import comar, dclaw, gii, html, lims, pdf, regulations_gov, rtf


def segment(source: Source, body: bytes, document: str, media_type: str = "") -> list[Provision]:
    """The provisions of one document in reading order; raises ExtractionError."""
    match source.format:
        case Format.LIMS:
            return lims.segment(body, document, source.language)
        case Format.DCLAW:
            return dclaw.segment(body, document, source.language)
        case Format.COMAR:
            return comar.segment(body, document, {each.id.rpartition(".")[0] for each in source.documents})
        case Format.GII:
            return gii.segment(body, document)
        case Format.HTML:
            assert source.html is not None
            return html.segment(body, document, source.html, media_type)
        case Format.RTF:
            return rtf.segment(body, document)
        case Format.PDF:
            assert source.pdf is not None
            return pdf.segment(body, document, source.pdf, source.language)
        case Format.REGULATIONS_GOV:
            return regulations_gov.segment(body, document)
        case _:
            assert_never(source.format)


def version(format: Format) -> int:
    """The version of the code that reads a format; a new one makes every source of it be read again."""
    return _VERSIONS[format]


_VERSIONS = {
    Format.LIMS: lims.VERSION,
    Format.DCLAW: dclaw.VERSION,
    Format.COMAR: comar.VERSION,
    Format.GII: gii.VERSION,
    Format.HTML: html.VERSION,
    Format.RTF: rtf.VERSION,
    Format.PDF: pdf.VERSION,
    Format.REGULATIONS_GOV: regulations_gov.VERSION,
}
