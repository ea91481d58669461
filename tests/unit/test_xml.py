"""Hostile or broken bytes are refused with the reason, and nothing else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import ExtractionError
from tracker.extract.xml import parse

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def refused(body: bytes) -> str:
    with pytest.raises(ExtractionError) as caught:
        parse(body)
    return str(caught.value)


def test_a_document_may_start_with_a_byte_order_mark_and_name_its_encoding() -> None:
    assert parse(b"\xef\xbb\xbf<law>30 g</law>").text == "30 g"
    assert parse("<?xml version='1.0' encoding='UTF-16'?><law>élan</law>".encode("utf-16")).text == "élan"
    assert parse("<?xml version='1.0' encoding='ISO-8859-1'?><law>élan</law>".encode("latin-1")).text == "élan"


def test_comments_and_instructions_are_not_words() -> None:
    assert parse(b"<law>30<!-- 60 --><?go on?> g</law>").text == "30 g"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "Document is empty"),
        (b"<law><a></law>", "Opening and ending tag mismatch"),
        (b"<law>30", "line 1"),
        (b"<law>\xe9lan</law>", "line 1, column "),
        (b"<law>&nbsp;</law>", "Entity 'nbsp' not defined"),
        (b"<?xml version='1.0' encoding='klingon'?><law/>", "encoding"),
        (b"<law>" + b"<a>" * 400 + b"</a>" * 400 + b"</law>", "depth"),
        (b"<law>a\x00b</law>", "line 1"),
    ],
)
def test_malformed_xml_is_refused_with_the_place_said_once(body: bytes, why: str) -> None:
    reason = refused(body)
    assert why in reason
    assert "<string>" not in reason
    assert reason.count("line 1, column 1)") <= 1


def test_a_page_instead_of_the_document_is_called_one() -> None:
    assert refused(b"<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title><p>") == (
        "The document is an HTML page instead of XML."
    )


def test_a_document_cannot_read_files_or_grow(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", "utf-8")
    for body in (
        f'<!DOCTYPE law [<!ENTITY x SYSTEM "{secret.as_uri()}">]><law>&x;</law>',
        f'<!DOCTYPE law [<!ENTITY l0 "ha">{LAUGHS}]><law>&l11;</law>',
        '<!DOCTYPE law [<!ENTITY x "30 g">]><law/>',
        f'<!DOCTYPE law [<!ENTITY % x SYSTEM "{secret.as_uri()}">]><law/>',
    ):
        assert any(why in refused(body.encode()) for why in ("defines XML entities", "amplification"))


def test_words_that_stand_in_a_file_elsewhere_are_missed_and_not_dropped(tmp_path: Path) -> None:
    dtd = tmp_path / "law.dtd"
    dtd.write_text('<!ENTITY limit "30 g">', "utf-8")
    body = f'<!DOCTYPE law SYSTEM "{dtd.as_uri()}"><law>not more than &limit;</law>'.encode()
    assert refused(body) == "The document uses &limit; without saying what that is; it was not read."
    assert parse(f'<!DOCTYPE law SYSTEM "{dtd.as_uri()}"><law>30 g</law>'.encode()).text == "30 g"
