"""regulations.gov JSON: every document is pending, its days are those of Washington, and half an answer is none."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.chronicle import at
from tracker.content import load_marked, ours
from tracker.domain.change import TextKind
from tracker.domain.provision import Provision, Standing
from tracker.domain.source import Source
from tracker.errors import DeclarationError, ExtractionError
from tracker.extract.compare import text_changes
from tracker.extract.declarations import load_sources, load_vocabulary, parse_source
from tracker.extract.formats.regulations_gov import segment
from tracker.extract.read import Page, read

Json = dict[str, Any]


def item(id: str = "XB-2024-0059-0001", /, **attributes: object) -> Json:
    known = {
        "documentType": "Proposed Rule",
        "title": "Schedules of Herbs",
        "postedDate": "2024-05-21T04:00:00Z",
        "agencyId": "XB",
        "docketId": "XB-2024-0059",
        "frDocNum": "2024-11137",
        "withdrawn": False,
        "subtype": None,
        "commentEndDate": None,
        "lastModifiedDate": "2024-05-22T01:00:00Z",
        "openForComment": True,
        "highlightedContent": "",
        "objectId": "0900",
    }
    return {"id": id, "type": "documents", "attributes": {**known, **attributes}}


def answer(*items: Json, total: int | None = None) -> Json:
    return {"data": list(items), "meta": {"totalElements": len(items) if total is None else total}}


def given(data: object) -> list[Provision]:
    return segment(json.dumps(data).encode(), "docket")


def one(**attributes: object) -> Provision:
    (found,) = given(answer(item(**attributes)))
    return found


def test_a_document_is_one_pending_provision() -> None:
    found = one(subtype="Notice of Proposed Rulemaking (NPRM)")
    assert found.citation == "XB-2024-0059-0001, FR Doc. 2024-11137"
    assert (found.path, found.heading) == (("XB-2024-0059-0001",), "Docket XB-2024-0059")
    assert found.text == "Proposed Rule (Notice of Proposed Rulemaking (NPRM)): Schedules of Herbs."
    assert found.standing is Standing.PENDING


@pytest.mark.parametrize("kind", ["Rule", "Proposed Rule", "Notice", "Other", "Supporting & Related Material"])
def test_a_final_rule_is_no_law_here_either(kind: str) -> None:
    assert one(documentType=kind).standing is Standing.PENDING


def test_a_comment_period_ends_on_the_day_of_washington_before_the_one_in_utc() -> None:
    assert one(commentEndDate="2024-07-23T03:59:59Z").text.endswith("Comments until 2024-07-22.")
    assert one(commentEndDate="2021-02-23T04:59:59Z").text.endswith("Comments until 2021-02-22.")


def test_the_document_itself_says_more_than_the_list() -> None:
    alone = item(
        documentType="Rule",
        effectiveDate="2024-07-22T04:00:00Z",
        frVolNum="89",
        startEndPage="44597 - 44622",
        cfrPart="21 CFR Part 1308",
    )
    (found,) = given({"data": alone})
    assert found.citation == "XB-2024-0059-0001, 89 FR 44597"
    assert found.text == "Rule: Schedules of Herbs. Effective 2024-07-22."
    assert (found.target, found.dating.effective_on) == ("21 CFR Part 1308", date(2024, 7, 22))


def test_a_page_number_without_its_volume_is_no_citation() -> None:
    assert one(startEndPage="44597 - 44622").citation == "XB-2024-0059-0001, FR Doc. 2024-11137"
    assert one(frDocNum=None).citation == "XB-2024-0059-0001"


def test_agencies_without_a_docket_stand_for_themselves() -> None:
    assert one(docketId=None).heading == "XB"


def test_a_withdrawal_is_said() -> None:
    assert one(withdrawn=True).text.endswith("Withdrawn.")


def test_titles_are_printed_on_several_lines_and_with_bare_signs() -> None:
    assert one(title="Of Workers&Retirees\nand  Others.").text == "Proposed Rule: Of Workers&Retirees and Others."


def test_documents_stand_in_the_order_in_which_they_were_posted() -> None:
    newest = item("XB-1-0003", postedDate="2024-08-01T04:00:00Z")
    same_day = [item("XB-1-0002"), item("XB-1-0001")]
    assert [p.path[0] for p in given(answer(newest, *same_day))] == ["XB-1-0001", "XB-1-0002", "XB-1-0003"]


def test_pages_that_a_crawler_kept_in_a_list_are_one_answer() -> None:
    first, second = item("XB-1-0001"), item("XB-1-0002")
    assert len(given([answer(first, total=2), answer(second, total=2)])) == 2
    assert len(given([answer(first, total=2), answer(first, total=2)])) == 1


def test_what_churns_is_not_read() -> None:
    def changes(**attributes: object) -> list[TextKind]:
        found = text_changes("us/x", "docket", [one()], [one(**attributes)], at("2024-06-01"))
        return [change.kind for change in found]

    assert changes(lastModifiedDate="2025-01-01T00:00:00Z", openForComment=False, objectId="1") == []
    assert changes(commentEndDate="2024-07-23T03:59:59Z") == [TextKind.PENDING_TEXT]
    assert changes(withdrawn=True) == [TextKind.PENDING_TEXT]
    assert changes(documentType="Rule") == [TextKind.PENDING_TEXT]


def test_a_byte_order_mark_is_no_rubbish() -> None:
    assert len(segment(b"\xef\xbb\xbf" + json.dumps(answer(item())).encode(), "docket")) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The answer is no JSON (Expecting value"),
        (b"<!doctype html><title>Log in</title>", "The answer is an HTML page instead of JSON."),
        (b"\x00\xff\xfe", "The answer is no JSON ('utf-8' codec"),
        (b"[" * 100_000, "The answer is no JSON (maximum recursion depth"),
        (b'{"data":' + b"9" * 5_000 + b"}", "The answer is no JSON (Exceeds the limit"),
        (b" " * (17 * 2**20), "The answer has 17,825,792 bytes"),
        (b"null", "The answer is no object with documents in it."),
        (b"[]", "The answer is no object with documents in it."),
        (b'{"meta": {}}', "The answer has no data."),
        (b'{"data": [], "meta": {"totalElements": 0}}', "The answer names no document."),
        (b'{"data": [7]}', "Expected a document; found 7."),
        (b'{"errors": [{"status": "400", "title": "Invalid ID"}]}', "The API refused to answer: "),
        (b'{"error": {"code": "OVER_RATE_LIMIT"}}', "The API refused to answer: "),
        (json.dumps(answer(item(), total=68)).encode(), "The answer holds 1 of 68 documents; narrow the search."),
        (json.dumps(answer(item(title=None))).encode(), "XB-2024-0059-0001: attributes.title: "),
        (json.dumps(answer(item(title=" \n"))).encode(), "XB-2024-0059-0001 has no title."),
        (json.dumps(answer(item(title="\ud800"))).encode(), "XB-2024-0059-0001: attributes.title: "),
        (json.dumps(answer(item(postedDate="2024-05-21"))).encode(), "XB-2024-0059-0001: attributes.postedDate: "),
        (
            json.dumps(answer(item(commentEndDate="0001-01-01T00:00:00Z"))).encode(),
            "0001-01-01T00:00:00+00:00 is no day of a document.",
        ),
        (json.dumps(answer(item(), item(title="Other"), total=2)).encode(), "The answer names XB-2024-0059-0001 twice"),
        (b'{"data": {"id": "XB-1", "attributes": {"count": 0}}}', "XB-1: attributes.documentType: "),
    ],
)
def test_what_is_no_whole_answer_is_refused_at_once(body: bytes, reason: str) -> None:
    started = time.process_time()
    with pytest.raises(ExtractionError) as caught:
        segment(body, "docket")
    assert time.process_time() - started < 1
    assert str(caught.value).startswith(reason)


def declared() -> Source:
    return load_sources([ours("spiders")], load_vocabulary()).source("us/dea-marijuana-rulemaking")


def test_nothing_that_is_announced_is_ever_a_rule() -> None:
    source = declared()
    folder = ours("spiders") / "us/dea-marijuana-rulemaking.examples/2026-05-04"
    pages = [Page(d.id, d.url, "", (folder / f"{d.id}.json").read_bytes()) for d in source.documents]
    reading = read(source, pages, date(2026, 5, 4), load_vocabulary())
    assert not reading.problems
    assert not reading.assertions
    assert {p.standing for p in reading.provisions} == {Standing.PENDING}
    short = source.model_copy(update={"expect": source.expect.model_copy(update={"phrases": ("Nothing of it",)})})
    assert read(short, pages, date(2026, 5, 4), load_vocabulary()).problems


def test_a_declaration_that_reads_rules_in_announcements_is_refused(tmp_path: Path) -> None:
    text = (ours("spiders") / "us/dea-marijuana-rulemaking.yml").read_text("utf-8")
    path = tmp_path / "us.yml"
    rule = "rules:\n  - {topic: drug_schedule, find: Rescheduling of, member: controlled_low}\n"
    path.write_text(text + rule, "utf-8")
    with pytest.raises(DeclarationError, match="only announce law; no rule is read in them"):
        parse_source(load_marked(path), "us/x", load_vocabulary())
