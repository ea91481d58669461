"""What the crawl may connect to, how long it waits, and that its ledger balances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego
from scrapy.http import Response

from tracker.crawl.egress import AllowedHosts, is_public, literal_address
from tracker.crawl.ledger import Ledger
from tracker.crawl.retry import asked_to_wait_until
from tracker.crawl.robots import RobotsFolder, Rules
from tracker.domain.capture import Capture, Outcome

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.9.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("::1", "::1"),
        ("1.example.org", None),
        ("laws.example", None),
        ("dead.beef", None),
    ],
)
def test_hosts_that_are_addresses(host: str, address: str | None) -> None:
    assert literal_address(host) == address


def test_an_operator_allows_a_host_or_one_of_its_ports() -> None:
    allowed = AllowedHosts(["Intranet.example", "127.0.0.1:8000", "[::1]:8000"])
    assert allowed.covers("intranet.example", 80)
    assert allowed.covers("127.0.0.1", 8000)
    assert allowed.covers("::1", 8000)
    assert not allowed.covers("127.0.0.1", 8001)
    assert not allowed.covers("other.example", 80)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("120", NOW + timedelta(seconds=120)),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), NOW + timedelta(hours=1)),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), NOW),
        ("9" * 400, NOW + timedelta(days=366)),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("\u00b2", None),
    ],
)
def test_retry_after(said: str, until: datetime | None) -> None:
    response = Response("https://laws.example/", headers={"Retry-After": said.encode("latin-1")})
    assert asked_to_wait_until(response, NOW) == until


@pytest.mark.parametrize(("asked", "given"), [("7", 7.0), ("3600", 60.0), ("often", 0.0), ("-4", 0.0)])
def test_a_crawl_delay_is_heeded_up_to_a_minute(asked: str, given: float) -> None:
    assert Rules(Protego.parse(f"User-agent: *\nCrawl-delay: {asked}")).delay == given


def test_a_robots_file_is_kept_and_a_damaged_one_forgotten(tmp_path: Path) -> None:
    folder = RobotsFolder(tmp_path / "robots")
    assert folder.get("https://laws.example/robots.txt") is None
    folder.put("https://laws.example/robots.txt", "Disallow: /")
    assert folder.get("https://laws.example/robots.txt") == "Disallow: /"
    assert folder.get("https://other.example/robots.txt") is None
    [file] = (tmp_path / "robots").iterdir()
    for damage in ("{", "[]", '{"text": "x", "fetched_at": "2020-01-01T00:00:00+00:00"}', '{"fetched_at": 1}'):
        file.write_text(damage)
        assert folder.get("https://laws.example/robots.txt") is None


DOCUMENTS = st.sampled_from("abcd")


@given(st.lists(st.tuples(st.sampled_from(["expect", "record", "settle"]), DOCUMENTS)))
def test_every_document_ends_with_one_capture(steps: list[tuple[str, str]]) -> None:
    told: list[Capture] = []
    ledger = Ledger([], told.append)
    asked, settled = set(), set()
    for step, document in steps:
        if step == "expect":
            ledger.expect("xa/law", document, "https://laws.example/")
            asked.add(document)
        elif step == "record":
            ledger.record(Capture("xa/law", document, "https://laws.example/", NOW, Outcome.FETCHED))
            asked.add(document)
        elif document not in [capture.document for capture in told]:
            ledger.settle("xa/law", document)
            settled.add(document)
    ledger.close("no answer was recorded")
    assert sorted(capture.document for capture in told) == sorted(asked - settled)
