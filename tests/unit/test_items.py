"""Lists whose items lie at several depths, phrases that leave words open, and words that mean an amount."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker.content import load_marked
from tracker.domain.provision import Provision
from tracker.domain.source import Index, RuleDeclaration
from tracker.domain.value import MemberSet, Money, Quantity, Value
from tracker.errors import DeclarationError
from tracker.extract import terms
from tracker.extract.declarations import load_vocabulary, parse_source
from tracker.extract.match import Book, Found, NotFound, is_under, match
from tracker.extract.pattern import unit_names
from tracker.extract.values import Unreadable

WORDS = load_vocabulary()
LEADS = {"(2)": "It may be given for:", "(b)": "an illness that produces:"}
MEMBERS = {"admitted to ... or palliative care": "palliative_hospice", "any other ...": "comparable_condition"}


def provisions(*items: str, under: dict[str, str] | None = None) -> list[Provision]:
    """`(2)(a) text` below regulation 1 A."""
    found = [("(2)", LEADS["(2)"])]
    found += [tuple(item.split(" ", 1)) for item in items]  # type: ignore[misc]
    result = []
    for label, text in found:
        path = ("14.17.04.01", "A", *(f"({part}" for part in label.split("(")[1:]))
        result.append(Provision("text", path, f"COMAR {''.join(path)}", "", text))
    return result


LISTED = provisions(
    "(2)(a) A person admitted to a hospice or palliative care; or",
    "(2)(b) an illness that produces:",
    "(2)(b)(i) Seizures;",
    "(2)(b)(ii) Severe or chronic pain; or",
    "(2)(b)(iii) Any other thing that nothing has helped.",
)


def read(rule: dict[str, Any], listed: list[Provision] = LISTED) -> Value:
    declared = RuleDeclaration.model_validate({"topic": "qualifying_conditions", "at": "COMAR 14.17.04.01A(2)", **rule})
    found = match(declared, Book(listed, unit_names(WORDS)), "en", WORDS)
    assert isinstance(found, Found)
    return found.value


def leaves(members: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"items": "leaves", "vocabulary": "conditions", "members": members, **more}


def test_each_item_that_leads_in_no_other_is_a_term() -> None:
    value = read(leaves({**MEMBERS, "person admitted to ... or palliative care": "palliative_hospice"}))
    assert isinstance(value, MemberSet)
    assert value.members == ("chronic_pain", "comparable_condition", "epilepsy", "palliative_hospice")


def test_an_item_nobody_knows_is_never_dropped() -> None:
    more = [*LISTED, *provisions("(2)(b)(iv) Gout.")[1:]]
    with pytest.raises(Unreadable, match=r'the item "Gout" is not known'):
        read(leaves({**MEMBERS, "person admitted to ... or palliative care": "palliative_hospice"}), more)


def test_words_that_must_lead_in_a_list_must_stand_there() -> None:
    known = leaves(
        {"person admitted to ... or palliative care": "palliative_hospice", "any other ...": "comparable_condition"}
    )
    assert read({**known, "find": "may be given for ... illness that produces"}) == read(known)
    with pytest.raises(NotFound):
        read({**known, "find": "may never be given for ... illness that produces"})


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("any other severe condition", ["comparable_condition"]),
        ("epilepsy and any other severe condition", ["epilepsy", "comparable_condition"]),
        ("any other severe condition, epilepsy", None),
        ("another severe condition", None),
    ],
)
def test_open_words_never_swallow_what_another_phrase_names(text: str, members: list[str] | None) -> None:
    phrases = terms.known_phrases({"any other ...": "comparable_condition", "epilepsy": "epilepsy"}, None, "en", WORDS)
    if members is None:
        with pytest.raises(terms.UnknownTerm):
            terms.members_in(text, phrases)
    else:
        assert set(terms.members_in(text, phrases)) == set(members)


def declared(rule: dict[str, Any], folder: Path) -> str:
    """What is wrong with a declaration of one rule."""
    data = {
        "title": "T", "jurisdiction": "US-MD", "publisher": {"name": "P"},
        "instrument": {"title": "T", "short": "T", "type": "regulation"}, "spider": "page", "format": "comar",
        "language": "en", "documents": [{"id": "14.17.04", "url": "https://example.org/04.xml"}],
        "schedule": "1 5 * * mon", "access": {"licence": "l", "terms": "t", "tried_live": "never"}, "rules": [rule],
    }  # fmt: skip
    (folder / "x.yml").write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(DeclarationError) as caught:
        parse_source(load_marked(folder / "x.yml"), "us-md/x", WORDS)
    return str(caught.value)


def test_open_words_are_for_items_only(tmp_path: Path) -> None:
    rule = {
        "topic": "qualifying_conditions",
        "find": "for {terms}",
        "members": {"any other ...": "comparable_condition"},
    }
    assert "it needs items" in declared(rule, tmp_path)


def test_an_amount_is_said_once(tmp_path: Path) -> None:
    rule = {"topic": "registration_fee", "find": "the fee is {money}", "amount": 0, "currency": "USD"}
    assert "the words carry the amount" in declared(rule, tmp_path)


def test_words_may_mean_an_amount_that_they_do_not_print() -> None:
    text = provisions("(2)(a) No fee is due.")
    free = {"topic": "registration_fee", "find": "no fee is due", "amount": 0}
    assert read({**free, "currency": "USD"}, text) == Money(amount=Decimal(0), currency="USD")
    assert read({**free, "unit": "person"}, text) == Quantity(number=Decimal(0), unit="person")


@pytest.mark.parametrize(
    ("citation", "place", "under"),
    [
        ("COMAR 14.17.04.01A(2)", "COMAR 14.17.04.01", True),
        ("COMAR 14.17.04.01A(2)", "COMAR 14.17.04.01A", True),
        ("COMAR 14.17.04.01A", "COMAR 14.17.04", True),
        ("COMAR 14.17.04.01AA(2)", "COMAR 14.17.04.01A", False),
        ("COMAR 14.17.04.01-1A", "COMAR 14.17.04.01", False),
        ("COMAR 14.17.041.01A", "COMAR 14.17.04", False),
        ("COMAR 14.17.04.01A, row 2", "COMAR 14.17.04.01", True),
        ("reg. 16A(1)", "reg. 16", False),
        ("s. 266A", "s. 266", False),
    ],
)
def test_maryland_cites_a_section_without_a_mark(citation: str, place: str, under: bool) -> None:
    assert is_under(citation, place) is under


def test_an_id_that_spans_folders_is_still_the_name_of_a_file() -> None:
    index = Index(
        url="https://example.org/register/53/index.xml", links="//@href", match=r"register/(?P<id>\d+/\d+)\.xml$"
    )
    assert index.document_of("https://example.org/register/53/20.xml") == "53-20"
