"""Acts and laws of the District, permanent versions of its code, and federal rulemaking, as they were recorded.

TRACKER_CORPUS and TRACKER_FORMATS name the folders with the documents; they are not part of this repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

import pytest
import yaml

from tracker.content import ours
from tracker.domain.change import TextKind
from tracker.domain.provision import Amendment, Ending, Provision, Standing, TemporaryKind
from tracker.domain.rule import Basis
from tracker.errors import ExtractionError
from tracker.extract import match, numbers
from tracker.extract.compare import text_changes
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.formats import dclaw, regulations_gov
from tracker.extract.normalise import squeezed
from tracker.extract.read import Page, read

CORPUS, FORMATS = os.environ.get("TRACKER_CORPUS"), os.environ.get("TRACKER_FORMATS")
recorded = pytest.mark.skipif(CORPUS is None, reason="TRACKER_CORPUS is not set")
collected = pytest.mark.skipif(FORMATS is None, reason="TRACKER_FORMATS is not set")

WORDS = load_vocabulary()
SOURCES = load_sources([ours("spiders")], WORDS).sources
DISTRICT, FEDERAL = Path(CORPUS or "") / "us-dc", Path(CORPUS or "") / "us/regulations-gov-search"
EMERGENCY, TEMPORARY = TemporaryKind.EMERGENCY, TemporaryKind.TEMPORARY

LAWS = {
    "acts-24-206": (EMERGENCY, date(2021, 11, 5), date(2022, 2, 3), 19),
    "acts-24-323": (EMERGENCY, date(2022, 2, 11), date(2022, 5, 1), 22),
    "acts-24-400": (EMERGENCY, date(2022, 5, 9), date(2022, 8, 7), 22),
    "acts-24-469": (EMERGENCY, date(2022, 7, 6), date(2022, 10, 4), 9),
    "acts-24-565": (EMERGENCY, date(2022, 10, 17), date(2023, 1, 15), 26),
    "laws-24-122": (TEMPORARY, date(2022, 5, 18), date(2022, 12, 29), 22),
    "laws-24-229": (TEMPORARY, date(2022, 12, 21), date(2023, 8, 3), 27),
}
"""Kind, first day, end and number of provisions of each act and law."""
_REFERENCE = re.compile(r"(?:section \d+|§ 7-1671\.\d+\w?)(?:\(\w+\))*|this (?:act|chapter)")
_WHERE = re.compile(r"(7-1671\.\d+[a-z]?)")


def file_of(folder: str) -> Path:
    (found,) = (DISTRICT / folder).glob("*.xml")
    return found


def law(folder: str) -> list[Provision]:
    return dclaw.segment(file_of(folder).read_bytes(), folder, "en")


@recorded
@pytest.mark.parametrize("folder", LAWS)
def test_an_act_says_of_which_kind_it_is_and_when_it_ends(folder: str) -> None:
    kind, begins, ends, count = LAWS[folder]
    name = f"D.C. {'Act' if folder.startswith('acts') else 'Law'} {folder[5:]}"
    found = law(folder)
    assert len(found) == count
    for provision in found:
        assert provision.dating.endings == (Ending(kind, ends),)
        assert provision.dating.amendments == (Amendment(name, begins, kind),)
        assert provision.dating.effective_on == begins
        assert provision.standing is Standing.IN_FORCE
        assert provision.citation.startswith(f"{name}, sec. ")
    assert len({provision.citation for provision in found}) == count
    # The banners that the act puts over the sections say the same.
    printed = " ".join(file_of(folder).read_text("utf-8").split())
    stated = re.findall(rf"that will expire on ({numbers.DATE})", printed, re.IGNORECASE)
    assert {numbers.day(day) for day in stated} == {ends}


@recorded
@pytest.mark.parametrize("folder", LAWS)
def test_what_an_act_puts_into_the_code_stands_there_in_the_next_publication(folder: str) -> None:
    """The words that it quotes, at the place that it names; up to where the codifier filled in a day."""
    put = [p for p in law(folder) if any(part.startswith('"') for part in p.path) and _WHERE.search(p.target)]
    assert put, "every recorded act adds words to the chapter"
    for provision in put:
        over = match.Book(publication(provision), ()).under(provision.target)
        told = compared(provision.text.split("after the effective date of")[0])
        assert told.rstrip(";.") in compared(" ".join(each.text for each in over)), provision.citation


def compared(text: str) -> str:
    """Words without their references, which the codifier writes anew: "section 5" is "§ 7-1671.04" in the code."""
    return squeezed(_REFERENCE.sub("#", text)).lower()


def publication(provision: Provision) -> list[Provision]:
    """The section that a provision amends, as it was first published after it had taken effect with its act named."""
    named = _WHERE.search(provision.target)
    assert named is not None
    for path in sorted((DISTRICT / f"code-{named[1]}").glob("*.xml")):
        found = dclaw.segment(path.read_bytes(), named[1], "en")
        if provision.dating.amendments[0] in found[0].dating.amendments:
            return found
    raise AssertionError(f"{provision.citation} was never codified")


@recorded
def test_the_newest_acts_are_read_as_temporary_until_the_day_on_which_they_end() -> None:
    source = SOURCES["us-dc/medical-cannabis-temporary-law"]
    files = {"law-24-229": "laws-24-229", "act-24-565": "acts-24-565"}
    pages = [Page(d.id, d.url, d.id, file_of(files[d.id]).read_bytes()) for d in source.documents]
    found = read(source, pages, date(2023, 1, 1), WORDS)
    assert not found.problems
    assert not found.losses
    shown = {(a.key.topic, a.key.qualifier): a for a in found.assertions}
    assert {(topic, a.passage.citation) for (topic, _), a in shown.items()} == {
        ("possession_limit", "D.C. Law 24-229, sec. 2(c)"),
        ("residency_requirement", "D.C. Law 24-229, sec. 2(a)(2)"),
        ("reciprocity_visiting_patients", 'D.C. Law 24-229, sec. 2(d)(1) "(C)"'),
        ("authorisation_validity", 'D.C. Law 24-229, sec. 2(d)(1) "(C)"'),
        ("authorisation_validity", 'D.C. Law 24-229, sec. 2(d)(2) "(3)"'),
    }
    assert {a.endings for a in found.assertions} == {(Ending(TEMPORARY, date(2023, 8, 3)),)}
    assert {(a.effective_on, a.basis) for a in found.assertions} == {(date(2022, 12, 21), Basis.STATED)}
    alone = read(source.model_copy(update={"expect": source.expect.of_a_part()}), pages[1:], date(2023, 1, 1), WORDS)
    assert {a.endings for a in alone.assertions} == {(Ending(EMERGENCY, date(2023, 1, 15)),)}
    assert read(source, pages, date(2023, 8, 3), WORDS).assertions == ()


@recorded
def test_the_newest_act_and_the_chapter_say_the_same() -> None:
    """What the codified text says of a rule that the act states is what the act states."""
    acts, chapter = SOURCES["us-dc/medical-cannabis-temporary-law"], SOURCES["us-dc/medical-cannabis-chapter"]
    pages = [Page("law-24-229", "", "", file_of("laws-24-229").read_bytes())]
    part = acts.model_copy(update={"expect": acts.expect.of_a_part()})
    said = {a.key: a.value for a in read(part, pages, date(2023, 1, 11), WORDS).assertions}
    newest = [sorted(folder.glob("*.xml"))[-1] for folder in sorted(DISTRICT.glob("code-7-1671.*"))]
    over = [Page(path.parent.name.removeprefix("code-"), "", "", path.read_bytes()) for path in newest]
    chapter = chapter.model_copy(update={"expect": chapter.expect.of_a_part()})
    codified = {a.key: a.value for a in read(chapter, over, date(2023, 3, 14), WORDS).assertions}
    assert len(said) == 5
    assert said.items() <= codified.items()


@recorded
def test_every_permanent_version_is_read_beneath_its_section() -> None:
    folders = sorted(DISTRICT.glob("code-*(Perm)"))
    assert len(folders) == 6
    for folder in folders:
        found = dclaw.segment(file_of(folder.name).read_bytes(), folder.name, "en")
        section = folder.name.removeprefix("code-").removesuffix("(Perm)")
        assert {p.standing for p in found} == {Standing.UNDERLYING}
        assert {p.path[0] for p in found} == {section}
        assert all(p.citation.startswith(f"§ {section}") for p in found)
        over = sorted((DISTRICT / f"code-{section}").glob("*.xml"))[0]
        places = {p.citation for p in dclaw.segment(over.read_bytes(), section, "en")}
        assert len({p.citation for p in found} & places) > len(found) / 2, "the places are those of the section over it"


def answers() -> Iterator[tuple[str, list[Provision]]]:
    for path in sorted(FEDERAL.glob("*.json")):
        started = process_time()
        found = regulations_gov.segment(path.read_bytes(), path.stem)
        assert process_time() - started < 1
        yield path.stem, found


@recorded
def test_a_day_of_federal_rulemaking_is_pending_from_end_to_end() -> None:
    told = {day: len(found) for day, found in answers()}
    assert told == {"2016-12-14": 25, "2019-04-03": 30, "2020-03-23": 29, "2020-12-18": 27}
    for _, found in answers():
        assert {p.standing for p in found} == {Standing.PENDING}
        assert all("\n" not in p.text and p.text.endswith(".") for p in found)


@recorded
def test_what_the_days_say_of_cannabis() -> None:
    said = {
        p.citation: (p.heading, p.text.partition(":")[0], re.findall(r"until ([\d-]+)", p.text))
        for _, found in answers()
        for p in found
        if re.search("mari[jh]uana|cannabis", p.text, re.IGNORECASE)
    }
    assert said == {
        "DEA-2011-0006-0009, FR Doc. 2016-29941": ("Docket DEA-2011-0006", "Rule", []),
        "FDA-2019-N-1482-0001, FR Doc. 2019-06436": (
            "Docket FDA-2019-N-1482",
            "Proposed Rule (Request for Comment)",
            [],
        ),
        "DEA-2020-0008-0001, FR Doc. 2020-05796": ("Docket DEA-2020-0008", "Proposed Rule", ["2020-05-22"]),
        "DEA-2020-0008-0255, FR Doc. 2020-27999": ("Docket DEA-2020-0008", "Rule", []),
    }


@recorded
def test_a_final_rule_in_the_docket_of_a_proposed_one_is_one_pending_text() -> None:
    docket = [p for _, found in answers() for p in found if p.heading == "Docket DEA-2020-0008"]
    (change,) = text_changes("us/x", "docket", docket[:1], docket, datetime(2020, 12, 18, tzinfo=UTC))
    assert (change.citation, change.kind) == ("DEA-2020-0008-0255, FR Doc. 2020-27999", TextKind.PENDING_TEXT)


@collected
def test_half_an_answer_and_a_refusal_are_told_apart_from_documents() -> None:
    folder = Path(FORMATS or "") / "us-regulations-gov"
    with pytest.raises(ExtractionError, match=r"holds 25 of 68 documents; narrow the search"):
        regulations_gov.segment((folder / "regulations_docs.json").read_bytes(), "docs")
    said: dict[str, list[str]] = {"documents": [], "refused": []}
    for path in sorted(folder.glob("*.yml")):
        for exchange in yaml.safe_load(path.read_text("utf-8"))["http_interactions"]:
            body = exchange["response"]["body"]["string"].encode()
            try:
                said["documents"] += [p.citation for p in regulations_gov.segment(body, "docs")]
            except ExtractionError as error:
                said["refused"].append(str(error))
    assert said["documents"][:2] == [
        "FRTIB_FRDOC_0001-0319, FR Doc. 2020-22330",
        "NSF_FRDOC_0001-2638, FR Doc. 2021-04117",
    ]
    assert sum(reason.startswith("The API refused to answer") for reason in said["refused"]) == 3
