"""Batches of sources in one engine: politeness between them, indexes, bugs, and an end before the end."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.crawl_child import Crawl, indexed, source
from tests.integration.loopback_site import LAW, Site, after, linking, page, unless_current
from tracker.archive import FolderArchive
from tracker.domain.capture import Outcome

CRASHING = """
from tracker.crawl.spider import SourceSpider


class Crashing(SourceSpider):
    name = "crashing"

    def begin(self, job):
        yield self.fetch(job, "law-1", job.source.documents[0].url)
        yield self.visit(job, job.source.index.url, self.follow)
        raise RuntimeError("a bug while beginning")

    def follow(self, job, response):
        yield self.fetch(job, "law-3", job.source.documents[2].url)
        raise RuntimeError("a bug while following")
"""

INDEX_PAGES = {
    "/index": linking("law-1#part", "/law-1", "law-2", "help", "mailto:clerk", "http://[bad/law-9", "/sub/law-gone"),
    "/law-1": page(),
    "/law-2": unless_current("If-None-Match", '"2"'),
    "/law-dropped": page(),
    "/based": page(b'<base href="/sub/"><a href="law-1">', Content_Type="text/html"),
    "/sub/law-1": page(),
    "/xml": page(b'<?xml version="1.0"?><i xmlns="urn:x"><l>law-1</l></i>', Content_Type="application/xml"),
    "/entity": page(
        b'<!DOCTYPE i [<!ENTITY e SYSTEM "file:///etc/hostname">]><i><l>law-&e;</l></i>', Content_Type="text/xml"
    ),
    "/malformed": page(b"<i><l>law-1</l>", Content_Type="text/xml"),
    "/redesigned": linking("welcome", "help"),
    "/kept": linking("law-1(Perm)", "law-2(Perm)", "other-3(Perm)"),
    "/law-1(Perm)": page(),
    "/law-2(Perm)": page(),
    "/kept-none": linking("other-3(Perm)"),
    "/kept-empty": page(b"<html><p>Nothing is reserved.</p></html>", Content_Type="text/html"),
}


@pytest.fixture(scope="module")
def gazette() -> Iterator[Site]:
    with Site("127.0.0.1", INDEX_PAGES) as site:
        yield site


@pytest.fixture(scope="module")
def indexes(gazette: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder = tmp_path_factory.mktemp("indexes")
    (folder / "spiders").mkdir()
    (folder / "spiders" / "crashing.py").write_text(CRASHING)
    second = {"snapshot": FolderArchive(folder / "archive").put(LAW), "etag": '"2"'}
    known = {name: gazette.url(f"/{name}") for name in ("law-2", "law-dropped", "law-vanished")}

    def kept(path: str) -> dict[str, str]:
        return {"url": gazette.url(path), "links": "//a/@href", "match": r"/(?P<id>law-\d+\(Perm\))$"}

    three = [{"id": f"law-{number}", "url": gazette.url("/law-1")} for number in (1, 2, 3)]
    jobs = [
        {
            "source": indexed("index", gazette.url("/index")),
            "validators": dict.fromkeys((gazette.url("/law-2"), gazette.url("/index")), second),
            "known_documents": known,
        },
        {"source": indexed("based", gazette.url("/based"))},
        {"source": indexed("xml", gazette.url("/xml"), "//*[local-name()='l']/text()")},
        {"source": indexed("entity", gazette.url("/entity"), "//l/text()")},
        {"source": indexed("malformed", gazette.url("/malformed"), "//l/text()")},
        {"source": indexed("redesigned", gazette.url("/redesigned")), "known_documents": known},
        {"source": indexed("elements", gazette.url("/index"), "//a")},
        {"source": indexed("missing", gazette.url("/no-index"))},
        {
            "source": indexed("beneath", gazette.url("/index"), permanent=kept("/kept")),
            "known_documents": {
                "law-dropped": gazette.url("/law-dropped"),
                "law-9(Perm)": gazette.url("/law-9(Perm)"),
            },
        },
        {"source": indexed("nothing-beneath", gazette.url("/index"), permanent=kept("/kept-none"))},
        {"source": indexed("empty-beneath", gazette.url("/index"), permanent=kept("/kept-empty"))},
        {"source": indexed("crashing", gazette.url("/index"), spider="crashing", documents=three)},
    ]
    crawl = Crawl(folder / "archive", jobs, folder / "spiders", allow_hosts=["127.0.0.1"])
    yield crawl
    crawl.captures()


def test_an_index_leads_to_its_documents_and_to_those_it_once_had(indexes: Crawl) -> None:
    found = {
        document: capture.outcome for (name, document), capture in indexes.captures().items() if name == "xa/index"
    }
    assert found == {
        "law-1": Outcome.FETCHED,
        "law-2": Outcome.NOT_MODIFIED,
        "law-gone": Outcome.GONE,
        "law-dropped": Outcome.FETCHED,
        "law-vanished": Outcome.GONE,
    }


def test_permanent_versions_are_named_by_a_page_of_their_own(indexes: Crawl) -> None:
    """One that it no longer names is asked for too: only its own answer says that it went with the law over it."""
    found = {document: c.outcome for (name, document), c in indexes.captures().items() if name == "xa/beneath"}
    assert {document: outcome for document, outcome in found.items() if "(Perm)" in document} == {
        "law-1(Perm)": Outcome.FETCHED,
        "law-2(Perm)": Outcome.FETCHED,
        "law-9(Perm)": Outcome.GONE,
    }
    assert found["law-1"] is found["law-dropped"] is Outcome.FETCHED


def test_there_may_be_no_permanent_version_of_ours_but_a_page_without_links_is_another_page(indexes: Crawl) -> None:
    names = [document for (name, document) in indexes.captures() if name == "xa/nothing-beneath"]
    assert "law-1" in names
    assert not [name for name in names if "(Perm)" in name or name == "permanent"]
    empty = indexes.of("empty-beneath", "permanent")
    assert (empty.outcome, empty.reason) == (Outcome.UNEXPECTED, "the index of permanent versions has no link at all")


def test_an_index_is_always_asked_for_as_a_whole(indexes: Crawl, gazette: Site) -> None:
    indexes.captures()
    assert "If-None-Match" not in gazette.headers("/index")


def test_an_index_cannot_make_us_read_our_own_files(indexes: Crawl) -> None:
    assert indexes.of("entity", "law-").outcome is Outcome.GONE


def test_links_are_found_in_xml_and_from_another_base(indexes: Crawl, gazette: Site) -> None:
    assert indexes.of("xml", "law-1").url == gazette.url("/law-1")
    assert indexes.of("based", "law-1").url == gazette.url("/sub/law-1")


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("malformed", Outcome.UNEXPECTED, "the index is not well-formed XML: "),
        ("redesigned", Outcome.UNEXPECTED, "no link of the index leads to a document"),
        ("elements", Outcome.UNEXPECTED, "the XPath '//a' of the index selects no addresses; write it like //a/@href"),
        ("missing", Outcome.GONE, "the server answered 404 (not found)"),
    ],
)
def test_an_index_that_leads_nowhere_is_reported_itself(
    indexes: Crawl, name: str, outcome: Outcome, reason: str
) -> None:
    assert [document for source_id, document in indexes.captures() if source_id == f"xa/{name}"] == ["index"]
    capture = indexes.of(name, "index")
    assert capture.outcome is outcome
    assert capture.reason.startswith(reason)


def test_a_bug_in_a_spider_loses_no_document(indexes: Crawl) -> None:
    recorded = {document: indexes.of("crashing", document).reason for document in ("index", "law-1", "law-2", "law-3")}
    lost = "no answer was recorded"
    assert recorded == {"index": lost, "law-1": "", "law-2": lost, "law-3": ""}
    assert "a bug while following" in indexes.complaints


def test_sources_that_share_a_host_ask_it_in_turn(tmp_path: Path) -> None:
    pages = {"/index": linking("law-1", "law-2"), "/law-1": page(), "/law-2": page(), "/a": page(), "/b": page()}
    with Site("127.0.0.1", pages) as site:
        slow = source("pages", {"a": site.url("/a"), "b": site.url("/b")}, delay=0.3)
        quick = indexed("index", site.url("/index"), delay=0.1)
        crawl = Crawl(tmp_path, [{"source": slow}, {"source": quick}], allow_hosts=["127.0.0.1"], delay=None)
        assert {capture.outcome for capture in crawl.captures().values()} == {Outcome.FETCHED}
        assert len(crawl.captures()) == 4
        moments = [moment for moment, _, _ in site.asked]
    assert len(moments) == 6
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(moments))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_crawl_says_what_it_did_not_get(tmp_path: Path, number: signal.Signals) -> None:
    with Site("127.0.0.1", {"/a": page(), "/b": after(30), "/c": page()}) as site:
        job = {"source": source("slow", {document: site.url(f"/{document}") for document in "abc"})}
        crawl = Crawl(tmp_path, [job], allow_hosts=["127.0.0.1"], delay=0.2)
        while not site.times("/b"):
            time.sleep(0.01)
        crawl.process.send_signal(number)
        begun = time.monotonic()
        reasons = {document: capture.reason for (_, document), capture in crawl.captures().items()}
        assert time.monotonic() - begun < 10
    assert reasons == {"a": "", "b": "interrupted", "c": "interrupted"}
    assert crawl.process.returncode == 0


def test_an_archive_that_cannot_be_written_ends_the_crawl_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("not a folder")
    with Site("127.0.0.1", {"/a": page(), "/b": page()}) as site:
        job = {"source": source("pages", {"a": site.url("/a"), "b": site.url("/b")})}
        crawl = Crawl(tmp_path / "archive", [job], allow_hosts=["127.0.0.1"])
        assert crawl.captures() == {}
    assert crawl.process.returncode == 2
    assert crawl.complaints.startswith(f"The archive at {tmp_path / 'archive'} cannot be written")
    assert crawl.complaints.count("\n") == 1


def test_a_spider_that_nobody_wrote_ends_the_crawl_with_one_sentence(tmp_path: Path) -> None:
    crawl = Crawl(tmp_path, [{"source": source("pages", {"a": "http://127.0.0.1:1/"}, spider="pages")}])
    crawl.captures()
    assert crawl.complaints == "Unknown spider 'pages'. Did you mean page? There are: index, page.\n"
    assert crawl.process.returncode == 2
