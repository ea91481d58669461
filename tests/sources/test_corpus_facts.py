"""The declarations read every recorded version of the real documents, and each quote is in the recorded bytes.

TRACKER_CORPUS names the folder with the documents and their MANIFEST.tsv; they are not part of this repository.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from tests.law import iowa
from tracker.content import ours
from tracker.domain.reading import Reading
from tracker.domain.source import Source
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.normalise import squeezed
from tracker.extract.read import Page, read

CORPUS = os.environ.get("TRACKER_CORPUS")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="TRACKER_CORPUS is not set")

WORDS = load_vocabulary()
SOURCES = load_sources([ours("spiders")], WORDS).sources
_ASIDE = re.compile(rb"<!--.*?-->|<(MarginalNote|Footnote|HistoricalNote)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")


@dataclass(frozen=True)
class Version:
    """What a document of a source was from a day on."""

    day: date
    document: str
    url: str
    path: Path


def versions(source: Source) -> list[Version]:
    """Every recorded version of a source's documents, the oldest first."""
    folder = Path(CORPUS or "")
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    found = [
        Version(date.fromisoformat(row["version_date"]), document, row["live_url"], folder / row["path"])
        for row in rows
        if row["jurisdiction"] == source.jurisdiction and (document := source.document_of(row["live_url"])) is not None
    ]
    return sorted(found, key=lambda version: (version.day, version.document))


def readings(source: Source) -> Iterator[tuple[date, dict[str, Version], Reading]]:
    """The source on each day on which a document changed; the others stand as they were last recorded.

    It is read from the first day on which as many documents are there as the declaration expects.
    """
    standing: dict[str, Version] = {}
    recorded = versions(source)
    for day in sorted({version.day for version in recorded}):
        standing |= {version.document: version for version in recorded if version.day == day}
        if len(standing) >= source.expect.documents.min:
            pages = [Page(v.document, v.url, v.document, v.path.read_bytes(), "") for v in standing.values()]
            yield day, standing, read(source, pages, day, WORDS)


@cache
def printed(path: Path) -> str:
    """All the words of a file, without what stands in the margin, without markup and without white space."""
    if path.suffix == ".rtf":
        return squeezed(iowa.printed(path.read_bytes()))
    body = _TAG.sub(b"", _ASIDE.sub(b"", path.read_bytes()))
    return squeezed(unescape(body.decode("utf-8")))


@pytest.mark.parametrize("source_id", [name for name in SOURCES if name.startswith(("ca/", "de/", "us-dc/", "us-md/"))])
def test_every_version_is_read_and_every_quote_stands_in_it(source_id: str) -> None:
    source = SOURCES[source_id]
    days = 0
    for day, standing, reading in readings(source):
        days += 1
        assert not reading.problems, day
        assert [loss for loss in reading.losses if not loss.optional] == [], day
        assert not [repeal.key for repeal in reading.repeals], day
        assert {a.key.topic for a in reading.assertions} <= {rule.topic for rule in source.rules}
        for assertion in reading.assertions:
            passage = assertion.passage
            assert squeezed(passage.quote) in printed(standing[passage.document].path), (day, assertion.key)
            assert assertion.effective_on is None or assertion.effective_on <= day, (day, assertion.key)
    assert days or not versions(source)


def test_the_corpus_has_versions_of_canada_and_of_the_district() -> None:
    for name in ("ca/cannabis-regulations", "ca/cannabis-act", "us-dc/medical-cannabis-chapter"):
        assert len({version.day for version in versions(SOURCES[name])}) > 1, name
