"""Whole crawls of sites on loopback: whatever a publisher does, each document ends in one capture that says so."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.crawl_child import Crawl, source
from tests.integration.loopback_site import (
    LAW,
    Answer,
    Site,
    after,
    cut_off,
    half_a_chunk,
    hang_up,
    in_turn,
    page,
    self_signed,
    unless_current,
)
from tracker.archive import FolderArchive
from tracker.domain.capture import Outcome

NO_SUCH_NAME = ".".join(["a" * 60] * 5)  # longer than any name may be, so that no question leaves this machine
LAW_HASH = sha256(LAW).hexdigest()
MODIFIED = "Sat, 1 Jan 2022 00:00:00 GMT"


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKED = gzip.compress(LAW)
IN_TWO_DAYS = format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)
NEW, BAD = Outcome.FETCHED, Outcome.UNEXPECTED
DOWN, NO, GONE = Outcome.UNREACHABLE, Outcome.REFUSED, Outcome.GONE

ANSWERS: dict[str, tuple[Answer, Outcome, str]] = {
    "new": (page(ETag='W/"1-gzip"', Content_Type="Text/XML; charset=utf-8"), NEW, ""),
    "tagged": (unless_current("If-None-Match", 'W/"abc-gzip"'), Outcome.NOT_MODIFIED, ""),
    "dated": (unless_current("If-Modified-Since", MODIFIED), Outcome.NOT_MODIFIED, ""),
    "not-in-archive": (unless_current("If-Modified-Since", MODIFIED), NEW, ""),
    "304-unasked": (page(b"", 304), BAD, "the server answered 304 (not modified)"),
    "missing": (page(b"no", 404), GONE, "the server answered 404 (not found)"),
    "gone": (page(b"no", 410), GONE, "the server answered 410 (gone)"),
    "forbidden": (page(b"no", 403), NO, "the server answered 403 (forbidden)"),
    "partial": (page(LAW, 206), BAD, "the server answered 206 (partial content)"),
    "transformed": (page(LAW, 203), BAD, "the server answered 203 (non-authoritative information)"),
    "empty": (page(b""), BAD, "the answer was empty"),
    "gone-and-damaged": (page(b"no", 404, Content_Encoding="gzip"), GONE, "the server answered 404 (not found)"),
    "broken": (page(b"no", 500), DOWN, "the server answered 500 (internal server error)"),
    "flaky": (in_turn(page(b"", 502), page(b"", 503), page()), NEW, ""),
    "packed": (page(PACKED, Content_Encoding="gzip"), NEW, ""),
    "packed-twice": (page(gzip.compress(PACKED), Content_Encoding="gzip, gzip"), NEW, ""),
    "two-members": (page(gzip.compress(LAW[:9]) + gzip.compress(LAW[9:]) + b"\0", Content_Encoding="gzip"), NEW, ""),
    "deflated": (page(zlib.compress(LAW), Content_Encoding="deflate"), NEW, ""),
    "deflated-raw": (page(_raw_deflate(LAW), Content_Encoding="deflate"), NEW, ""),
    "packed-cut-off": (page(PACKED[:-9], Content_Encoding="gzip"), BAD, "ended before it was complete"),
    "packed-damaged": (
        page(PACKED[:-8] + b"12345678", Content_Encoding="gzip"),
        BAD,
        "damaged: could not be decompressed",
    ),
    "packed-unasked": (page(Content_Encoding="br"), BAD, "compressed in a way that was not asked for ('br')"),
    "bomb": (page(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), BAD, "larger than 200000 bytes"),
    "large": (page(bytes(200_001)), BAD, "larger than 200000 bytes"),
    "cut-off": (cut_off, BAD, "ended before it was complete"),
    "half-a-chunk": (half_a_chunk, BAD, "ended before it was complete"),
    "moved": (page(b"", 301, Location="/new"), NEW, ""),
    "moved-to-old-notice": (page(b"", 302, Location="/dated"), NEW, ""),
    "circle": (page(b"", 302, Location="/circle"), BAD, "redirected more than 5 times"),
    "to-metadata": (page(b"", 302, Location="http://169.254.169.254/x"), DOWN, "169.254.169.254 is a private address"),
    "to-localhost": (
        page(b"", 302, Location="http://localhost:1/"),
        DOWN,
        "localhost leads to the private address 127.0.0.1",
    ),
    "to-file": (page(b"", 302, Location="file:///etc/hostname"), DOWN, "not allowed: file: is neither http nor https"),
    "to-nonsense": (page(b"", 302, Location="http://[half/"), BAD, "redirected to an address that cannot be read"),
}


@pytest.fixture(scope="module")
def gazette() -> Iterator[Site]:
    with Site("127.0.0.1", {f"/{name}": answer for name, (answer, _, _) in ANSWERS.items()}) as site:
        yield site


@pytest.fixture(scope="module")
def answers(gazette: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    archive = tmp_path_factory.mktemp("answers")
    known = {"snapshot": FolderArchive(archive).put(LAW), "last_modified": MODIFIED}
    validators = {
        "tagged": {**known, "etag": 'W/"abc-gzip"'},
        "dated": known,
        "moved-to-old-notice": known,
        "not-in-archive": {**known, "snapshot": "0" * 64},
    }
    job = {
        "source": source("answers", {name: gazette.url(f"/{name}") for name in ANSWERS}),
        "validators": {gazette.url(f"/{name}"): validator for name, validator in validators.items()},
    }
    allowed = [f"127.0.0.1:{gazette.server_port}"]
    crawl = Crawl(archive, [job], allow_hosts=allowed, max_bytes=200_000, contact="https://tracker.example")
    yield crawl
    crawl.captures()


@pytest.mark.parametrize("document", ANSWERS)
def test_an_answer_has_the_outcome_it_deserves(answers: Crawl, document: str) -> None:
    _, outcome, reason = ANSWERS[document]
    capture = answers.of("answers", document)
    assert (capture.outcome, bool(capture.reason)) == (outcome, bool(reason))
    assert reason in capture.reason
    assert (capture.snapshot is not None) == capture.usable


def test_bytes_are_archived_as_they_were_before_compression(answers: Crawl) -> None:
    fetched = [capture for capture in answers.captures().values() if capture.outcome is NEW]
    assert {capture.snapshot for capture in fetched} == {LAW_HASH}
    assert answers.archive.get(LAW_HASH) == LAW


def test_a_confirmed_copy_is_named(answers: Crawl) -> None:
    assert answers.of("answers", "tagged").snapshot == LAW_HASH
    assert answers.of("answers", "tagged").status == 304


def test_a_capture_carries_the_evidence(answers: Crawl, gazette: Site) -> None:
    capture = answers.of("answers", "moved")
    assert capture.url == gazette.url("/moved")
    assert capture.headers["final-url"] == gazette.url("/new")
    assert capture.headers["etag"] == 'W/"1-gzip"'
    assert capture.media_type == "text/xml"
    assert abs(capture.fetched_at - datetime.now(UTC)) < timedelta(minutes=2)


def test_publishers_see_who_asks_in_which_language(answers: Crawl, gazette: Site) -> None:
    answers.captures()
    headers = gazette.headers("/new")
    assert headers["User-Agent"].startswith("access-rules-tracker/")
    assert headers["User-Agent"].endswith("(+https://tracker.example)")
    assert headers["Accept-Language"] == "de"
    assert "Cookie" not in headers


def test_what_may_pass_is_tried_three_times(answers: Crawl, gazette: Site) -> None:
    answers.captures()
    tried = {name: len(gazette.times(f"/{name}")) for name in ("broken", "cut-off", "missing", "large")}
    assert tried == {"broken": 3, "cut-off": 3, "missing": 1, "large": 1}
    assert len(gazette.times("/robots.txt")) == 1


def test_an_answer_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with Site("127.0.0.1", {"/slow": after(20)}) as site:
        job = {"source": source("slow", {"slow": site.url("/slow")})}
        capture = Crawl(tmp_path, [job], allow_hosts=["127.0.0.1"], timeout=0.7).of("slow", "slow")
    assert (capture.outcome, capture.reason) == (DOWN, "timed out after 0.7 s")


ROBOTS: dict[str, Answer] = {
    "broken": page(b"", 503),
    "busy": page(b"", 429),
    "closed": page(b"", 403),
    "strict": page(
        b"User-agent: access-rules-tracker\nDisallow: /secret\nCrawl-delay: 0.6\n\nUser-agent: *\nDisallow: /"
    ),
    "moved": page(b"", 301, Location="/elsewhere.txt"),
}


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, Site]]:
    """Each on an address of its own, since what a host says about waiting holds for the whole host."""
    law = {"/a": page(), "/b": page(), "/c": page()}
    answers: dict[str, dict[str, Answer]] = {
        **{name: {"/robots.txt": robots, "/secret": page(), **law} for name, robots in ROBOTS.items()},
        "waits": {"/a": in_turn(page(b"", 503, Retry_After="1"), page()), "/b": page()},
        "tomorrow": {"/a": page(b"", 429, Retry_After=IN_TWO_DAYS), "/b": page()},
        "annoyed": {"/a": page(b"", 429), "/b": page()},
        "silent": {"/a": hang_up, "/b": hang_up, "/c": hang_up, "/d": page()},
    }
    answers["moved"]["/elsewhere.txt"] = page(b"User-agent: *\nDisallow: /b")
    sites = {name: Site(f"127.0.0.{number}", pages) for number, (name, pages) in enumerate(answers.items(), 10)}
    yield sites
    for site in sites.values():
        site.__exit__()


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site("127.0.0.30", {"/a": page()}, self_signed(tmp_path_factory.mktemp("tls") / "own.pem")) as site:
        yield site


ELSEWHERE = {
    "http://127.0.0.40:1/": "not allowed: 127.0.0.40 is a private address; the operator can allow it by name",
    "http://127.0.0.41:2/": "no connection: 127.0.0.41 refused it",
    "http://[::1]/": "not allowed: ::1 is a private address",
    "http://[::ffff:127.0.0.1]/": "not allowed: ::ffff:127.0.0.1 is a private address",
    "http://[64:ff9b::7f00:1]/": "not allowed: 64:ff9b::7f00:1 is a private address",
    "http://[fec0::1]/": "not allowed: fec0::1 is a private address",
    "http://169.254.169.254/latest/meta-data": "not allowed: 169.254.169.254 is a private address",
    "http://0x7f.1/": "not allowed: 0x7f.1 is a private address",
    "http://2130706433/": "not allowed: 2130706433 is a private address",
    "http://100.64.0.1/": "not allowed: 100.64.0.1 is a private address",
    "http://224.0.0.1/": "not allowed: 224.0.0.1 is a private address",
    "http://localhost:1/": "not allowed: localhost leads to the private address 127.0.0.1",
    f"http://{NO_SUCH_NAME}/": f"no connection: the name {NO_SUCH_NAME} could not be resolved",
    f"http://{'a' * 64}.example/": "not allowed: the address has an impossible host or port, or a password",
    "http://law.example:99999/": "the address cannot be read: Port out of range 0-65535",
}


@pytest.fixture(scope="module")
def policies(hosts: dict[str, Site], untrusted: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder = tmp_path_factory.mktemp("policies")
    asked = {"strict": "abc", "silent": "abcd"}
    jobs = [
        source(name, {path: site.url(f"/{path}") for path in asked.get(name, "ab")}) for name, site in hosts.items()
    ]
    jobs.append(source("secret", {"secret": hosts["strict"].url("/secret")}))
    jobs.append(source("untrusted", {"a": untrusted.url("/a")}))
    jobs.append(source("elsewhere", {url: url for url in ELSEWHERE}))
    allowed = [site.host for site in (*hosts.values(), untrusted)] + ["127.0.0.41:2"]
    crawl = Crawl(
        folder / "archive",
        [{"source": each} for each in jobs],
        allow_hosts=allowed,
        delay=0.02,
        robots_folder=str(folder / "robots"),
    )
    yield crawl
    crawl.captures()


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nothing_is_fetched_from_addresses_that_are_private_or_do_not_exist(policies: Crawl, address: str) -> None:
    capture = policies.of("elsewhere", address)
    assert not capture.usable
    assert capture.reason.startswith(ELSEWHERE[address])


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("broken", DOWN, "robots.txt answered 503 (service unavailable); asked again later"),
        ("busy", NO, "the server answered 429 (too many requests)"),
        ("closed", NEW, ""),
        ("strict", NEW, ""),
        ("moved", NEW, ""),
        ("waits", NEW, ""),
        ("tomorrow", NO, "the publisher asks to wait until "),
        ("annoyed", NO, "the server answered 429 (too many requests)"),
        ("silent", DOWN, "127.0.0.18 closed the connection without an answer"),
        ("untrusted", DOWN, "no connection: the certificate of 127.0.0.30 could not be verified"),
    ],
)
def test_hosts_are_asked_as_they_wish(policies: Crawl, name: str, outcome: Outcome, reason: str) -> None:
    capture = policies.of(name, "a")
    assert capture.outcome is outcome
    assert capture.reason.startswith(reason)
    assert bool(capture.reason) == bool(reason)


def test_robots_txt_forbids_paths(policies: Crawl, hosts: dict[str, Site]) -> None:
    secret, moved = policies.of("secret", "secret"), policies.of("moved", "b")
    assert (secret.outcome, secret.reason) == (NO, "robots.txt of 127.0.0.13 does not allow this address")
    assert moved.outcome is NO
    assert not hosts["strict"].times("/secret")


def test_a_crawl_delay_wins_over_a_shorter_one_of_ours(policies: Crawl, hosts: dict[str, Site]) -> None:
    policies.captures()
    moments = sorted(moment for path in ("/a", "/b", "/c") for moment in hosts["strict"].times(path))
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(moments))


def test_retry_after_holds_for_the_whole_host(policies: Crawl, hosts: dict[str, Site]) -> None:
    policies.captures()
    first, again = hosts["waits"].times("/a")
    assert again - first >= 0.95
    assert hosts["waits"].times("/b")[0] - first >= 0.95


@pytest.mark.parametrize(("name", "document"), [("tomorrow", "b"), ("annoyed", "b"), ("silent", "d")])
def test_a_host_that_will_not_answer_is_left_alone(
    policies: Crawl, hosts: dict[str, Site], name: str, document: str
) -> None:
    assert not policies.of(name, document).usable
    assert not hosts[name].times(f"/{document}")


def test_robots_txt_is_kept_for_a_day(policies: Crawl, hosts: dict[str, Site], tmp_path: Path) -> None:
    policies.captures()
    before = {name: len(site.times("/robots.txt")) for name, site in hosts.items()}
    jobs = [{"source": source(name, {"a": hosts[name].url("/a")})} for name in ("strict", "closed", "broken")]
    robots = policies.archive.folder.with_name("robots")
    allowed = [site.host for site in hosts.values()]
    again = Crawl(tmp_path, jobs, allow_hosts=allowed, robots_folder=str(robots))
    assert [again.of(name, "a").outcome for name in ("strict", "closed", "broken")] == [NEW, NEW, DOWN]
    after_that = {name: len(site.times("/robots.txt")) for name, site in hosts.items()}
    assert {name for name in before if after_that[name] > before[name]} == {"broken"}
