"""A declaration is started from a document of a word processor or printer as it is from a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.law.iowa import Chapter, Para, Section
from tests.law.pdf import Document, Page, lines
from tracker.domain.source import Format
from tracker.errors import OperatorError
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.services.new_source import new_source

RTF = Chapter("9Z", "RELIEF", (Section("9Z.1", "Cards.", (Para("There are cards."),)),)).rtf()
PDF = Document([Page(lines("1. Cards", "", "There are cards."))]).pdf()


@pytest.mark.parametrize(
    ("source", "body", "format"), [("us-ia/relief", RTF, Format.RTF), ("nl/relief", PDF, Format.PDF)]
)
def test_the_format_is_told_by_the_bytes(tmp_path: Path, source: str, body: bytes, format: Format) -> None:
    new_source(source, "https://law.example/relief", body, tmp_path, today=date(2026, 11, 20))
    (saved,) = (tmp_path / f"{source}.examples" / "2026-11-20").glob(f"text.{format.value}")
    assert saved.read_bytes() == body
    declared = load_sources([tmp_path], load_vocabulary())
    assert [str(problem) for problem in declared.problems] == []
    assert declared.source(source).format is format


@pytest.mark.parametrize("body", [RTF[:-40], PDF[:200]])
def test_half_a_document_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(OperatorError, match="ends before it is complete"):
        new_source("nl/relief", "https://law.example/relief", body, tmp_path, today=date(2026, 11, 20))
    assert list(tmp_path.iterdir()) == []
