"""A PDF made to exhaust its reader is read or given up within the limits of the child that reads it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from tests.law.pdf import Document, Page, Text, lines, stream
from tracker.domain.source import Pdf
from tracker.errors import ExtractionError
from tracker.extract.formats.pdf import segment

HOW = Pdf(section=r"(?P<number>\d+(?:\.\d+)*)\.? +(?P<heading>[A-Z].*)")


def document(*pages: Sequence[Text], **said: Any) -> bytes:
    return Document([Page(texts) for texts in pages], **said).pdf()


def nested() -> bytes:
    """A page that draws a form thirty times, which draws another thirty times, twelve levels deep."""
    forms = b""
    for level in range(40, 52):
        form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >> " % (
            level + 1
        )
        forms += b"%d 0 obj\n%s\nendobj\n" % (level, stream(b"/X Do " * 30).replace(b"<< ", form, 1))
    body = document([Text(72, 700, "Thirty grams.")]).replace(b"/XObject << /Im 6 0 R", b"/XObject << /Im 40 0 R")
    drawn = body.replace(b"Tj ET\n", b"Tj ET /Im Do\n").replace(b"/Length 56", b"/Length 63")
    return drawn.replace(b"xref\n", forms + b"xref\n", 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(nested(), marks=pytest.mark.slow),
        Document([Page([Text(72, 700, "x " * 5_000_000)])], compressed=True).pdf(),
        Document([Page(lines(*["grams " * 700] * 1_000, step=0))], compressed=True).pdf(),
        b"%PDF-1.7\n" + b"0 0 obj\n" * 4_000_000 + b"%%EOF",
    ],
    ids=["nested", "one huge word after another", "many words", "thirty megabytes of rubbish"],
)
def test_a_bomb_is_read_or_given_up_in_time(body: bytes) -> None:
    started = time.monotonic()
    with suppress(ExtractionError):
        segment(body, "text", HOW, "en")
    assert time.monotonic() - started < 60
