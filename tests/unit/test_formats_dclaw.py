"""D.C. Law Library XML: paragraphs, banners of temporary law, and the acts that the annotations name."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.provision import Amendment, Ending, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract.formats.dclaw import segment

NS = "https://code.dccouncil.us/schemas/dc-library"
EMERGENCY = "*NOTE: This section includes amendments by emergency legislation that will expire on {}. To view it.*"
TEMPORARY = "*NOTE: This section includes amendments by temporary legislation that will expire on {}.*"


def section(inside: str, number: str = "9-402.03") -> bytes:
    head = f"<num>{number}</num><heading>Limits.</heading>"
    return f'<section xmlns="{NS}">{head}{inside}</section>'.encode()


def banner(text: str, day: str) -> str:
    return f"<text>{text.format(day)}</text>"


def note(doc: str, eff: str, kind: str = "") -> str:
    return f'<annotations><annotation doc="{doc}" eff="{eff}" type="{kind}">x</annotation></annotations>'


def test_paragraphs_are_cited_by_their_labels() -> None:
    inside = """<para><num>(a)</num><text>A patient may keep:</text><para><num>(1)</num><text>3 oz; and</text></para>
    <aftertext>at home.</aftertext></para><para><text>Unlabelled.</text></para>"""
    found = segment(section(inside), "text", "en")
    assert [(p.citation, p.text) for p in found] == [
        ("§ 9-402.03(a)", "A patient may keep:"),
        ("§ 9-402.03(a)(1)", "3 oz; and"),
        ("§ 9-402.03(a)", "at home."),
        ("§ 9-402.03", "Unlabelled."),
    ]
    assert found[0].heading == "Limits"


@pytest.mark.parametrize(
    ("text", "repealed"),
    [("[Repealed].", True), ("Expired.", True), ("Repealed rules stay void for whatever happened after that.", False)],
)
def test_a_repeal_mark_is_no_law(text: str, repealed: bool) -> None:
    (found,) = segment(section(f"<text>{text}</text>"), "text", "en")
    assert (found.standing is Standing.REPEALED) is repealed


def test_a_banner_is_no_law_and_says_when_temporary_law_ends() -> None:
    inside = banner(EMERGENCY, "March 10, 2022") + banner(TEMPORARY, "January 5, 2023") + "<text>3 oz</text>"
    (found,) = segment(section(inside), "text", "en")
    assert found.text == "3 oz"
    assert found.dating.section_wide
    assert found.dating.endings == (
        Ending(TemporaryKind.EMERGENCY, date(2022, 3, 10)),
        Ending(TemporaryKind.TEMPORARY, date(2023, 1, 5)),
    )


def test_each_act_is_named_once_with_the_kind_that_any_annotation_gives_it() -> None:
    inside = "<text>3 oz</text>" + "".join(
        [
            note("D.C. Act 24-1", "2021-05-06"),
            note("D.C. Act 24-1", "2021-05-06", "Emergency Legislation"),
            note("D.C. Law 13-315", "2018-05-01", "Applicability"),
            note("D.C. Law 1", "2010-01-01"),
            "<annotations><annotation doc='D.C. Law 2'>x</annotation></annotations>",
        ]
    )
    (found,) = segment(section(inside), "text", "en")
    assert found.dating.amendments == (
        Amendment("D.C. Act 24-1", date(2021, 5, 6), TemporaryKind.EMERGENCY),
        Amendment("D.C. Law 1", date(2010, 1, 1), None),
    )


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (
            banner(EMERGENCY, "February 31, 2027"),
            "§ 9-402.03: banner: 'February 31, 2027' is a date that does not exist.",
        ),
        (
            note("D.C. Law 13-315", "x2018-05-01"),
            "§ 9-402.03: annotation of D.C. Law 13-315: 'x2018-05-01' is a date that does not exist.",
        ),
    ],
)
def test_a_date_that_does_not_exist_is_named_with_its_place(inside: str, reason: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        segment(section(inside + "<text>3 oz</text>"), "text", "en")
    assert str(caught.value) == reason


def test_a_permanent_version_is_cited_as_the_section_over_it_and_is_no_law_today() -> None:
    inside = """<para><num undesignated="true">(a)</num><text>It shall:</text>
    <para><num>(3)</num><text>Issue cards; and</text></para><para><num>(4)</num><text>Repealed.</text></para></para>
    <annotations><annotation doc="B. Law 2-81">Apr. 16, 2020, B. Law 23-81</annotation></annotations>"""
    found = segment(section(inside, "9-402.05(Perm)"), "9-402.05(Perm)", "en")
    assert [(p.citation, p.path, p.standing) for p in found] == [
        ("§ 9-402.05", ("9-402.05",), Standing.UNDERLYING),
        ("§ 9-402.05(3)", ("9-402.05", "(3)"), Standing.UNDERLYING),
        ("§ 9-402.05(4)", ("9-402.05", "(4)"), Standing.UNDERLYING),
    ]
    assert found[0].dating.amendments == ()


@pytest.mark.parametrize(
    ("document", "reason"), [(b"<law/>", "the root element is <law>"), (section("", " "), "carries no number")]
)
def test_another_document_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        segment(document, "text", "en")
