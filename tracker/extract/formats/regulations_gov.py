"""regulations.gov API v4 JSON: the documents of a search or a docket, or one document; never law by themselves.

A proposed rule is a plan, and a final rule is law where the code prints it: every provision is pending. Days are
midnights of Washington written in UTC, so that a comment period ends on the day before the one that is printed. What
churns without meaning anything (when a record was touched, whether comments are open today) is not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from tracker.domain.provision import UNDATED, Dating, Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract.normalise import spaced

VERSION = 1

_WASHINGTON = ZoneInfo("America/New_York")
_LARGEST = 16 * 2**20
"""Bytes; the largest answer of the API, 250 documents with their counts, is a fiftieth of that."""


class _Attributes(BaseModel):
    """What is said of one document; a list says less than the document itself."""

    document_type: str = Field(alias="documentType", min_length=1)
    title: str = Field(min_length=1)
    posted: AwareDatetime = Field(alias="postedDate")
    agency: str = Field(alias="agencyId", min_length=1)
    docket: str | None = Field(None, alias="docketId")
    subtype: str | None = None
    comments_until: AwareDatetime | None = Field(None, alias="commentEndDate")
    withdrawn: bool | None = None
    register_document: str | None = Field(None, alias="frDocNum")
    register_volume: str | None = Field(None, alias="frVolNum")
    register_pages: str | None = Field(None, alias="startEndPage")
    effective: AwareDatetime | None = Field(None, alias="effectiveDate")
    amends: str | None = Field(None, alias="cfrPart")


class _Listed(BaseModel):
    id: str = Field(min_length=1)
    attributes: _Attributes


def segment(body: bytes, document: str) -> list[Provision]:
    """One pending provision for each document that the answer names, oldest first; raises ExtractionError."""
    found: dict[str, _Listed] = {}
    for entry in _entries(_loaded(body)):
        listed = _read(entry)
        if found.setdefault(listed.id, listed) != listed:
            raise ExtractionError(f"The answer names {listed.id} twice, and not alike.")
    if not found:
        raise ExtractionError("The answer names no document.")
    ordered = sorted(found.values(), key=lambda listed: (listed.attributes.posted, listed.id))
    return [_provision(listed, document) for listed in ordered]


def _loaded(body: bytes) -> list[dict[str, Any]]:
    """The answer, or the pages of one that a crawler kept in a list."""
    if len(body) > _LARGEST:
        raise ExtractionError(f"The answer has {len(body):,} bytes, more than the API ever gives.")
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        kind = "an HTML page instead of JSON" if body.lstrip()[:1] == b"<" else f"no JSON ({error})"
        raise ExtractionError(f"The answer is {kind}.") from None
    pages = data if isinstance(data, list) else [data]
    if not pages or not all(isinstance(page, dict) for page in pages):
        raise ExtractionError("The answer is no object with documents in it.")
    return pages


def _entries(pages: list[dict[str, Any]]) -> Iterator[Any]:
    """What the pages list; a list that goes on where nobody read is refused, for what is missing is not gone."""
    count = 0
    for page in pages:
        trouble = page.get("errors") or page.get("error")
        if trouble:
            raise ExtractionError(f"The API refused to answer: {_short(trouble)}.")
        listed = page.get("data")
        if not isinstance(listed, list | dict):
            raise ExtractionError("The answer has no data.")
        for entry in listed if isinstance(listed, list) else [listed]:
            count += 1
            yield entry
    meta = pages[-1].get("meta")
    total = meta.get("totalElements", count) if isinstance(meta, dict) else count
    if total != count:
        raise ExtractionError(f"The answer holds {count} of {_short(total)} documents; narrow the search.")


def _read(entry: Any) -> _Listed:
    if not isinstance(entry, dict):
        raise ExtractionError(f"Expected a document; found {_short(entry)}.")
    try:
        return _Listed.model_validate(entry)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ExtractionError(f"{_short(entry.get('id'))}: {field}: {error.errors()[0]['msg']}.") from None


def _provision(listed: _Listed, document: str) -> Provision:
    said = listed.attributes
    if not spaced(said.title):
        raise ExtractionError(f"{listed.id} has no title.")
    kind = f"{said.document_type} ({said.subtype})" if said.subtype else said.document_type
    parts = [f"{spaced(kind)}: {spaced(said.title).rstrip('.')}."]
    if said.comments_until:
        parts.append(f"Comments until {_day(said.comments_until)}.")
    if said.effective:
        parts.append(f"Effective {_day(said.effective)}.")
    if said.withdrawn:
        parts.append("Withdrawn.")
    return Provision(
        document,
        (listed.id,),
        _citation(listed),
        f"Docket {said.docket}" if said.docket else said.agency,
        " ".join(parts),
        Dating(_day(said.effective)) if said.effective else UNDATED,
        Standing.PENDING,
        target=spaced(said.amends or ""),
    )


def _citation(listed: _Listed) -> str:
    """As lawyers find it: in the Federal Register where that is known, and in its docket."""
    said = listed.attributes
    first, _, _ = (said.register_pages or "").partition("-")
    if said.register_volume and first.strip():
        return f"{listed.id}, {said.register_volume} FR {first.strip()}"
    return f"{listed.id}, FR Doc. {said.register_document}" if said.register_document else listed.id


def _day(instant: AwareDatetime) -> date:
    try:
        return instant.astimezone(_WASHINGTON).date()
    except OverflowError:
        raise ExtractionError(f"{instant.isoformat()} is no day of a document.") from None


def _short(said: object) -> str:
    text = spaced(json.dumps(said) if not isinstance(said, str) else said)
    return text if len(text) <= 200 else text[:199] + "…"
