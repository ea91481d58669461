"""Sources whose documents are named by the links of a page, and the versions kept beneath them by those of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import urldefrag, urljoin

from lxml import etree
from parsel import Selector
from w3lib.encoding import html_to_unicode
from w3lib.html import get_base_url

from tracker.crawl.ledger import BENEATH
from tracker.crawl.spider import Asked, Job, Response, SourceSpider, Unexpected
from tracker.domain.source import Index

_MOST = 2000
"""Documents that are asked for where the declaration expects no maximum."""


class IndexSpider(SourceSpider):
    """Fetches the index, then the documents it links to, and those it linked to once."""

    name = "index"

    def begin(self, job: Job) -> Iterable[Asked]:
        for document in job.source.documents:
            yield self.fetch(job, document.id, document.url)
        if (index := job.source.index) is not None:
            yield self.visit(job, index.url, partial(self.follow, index))
        if (permanent := job.source.permanent) is not None:
            yield self.visit(job, permanent.url, partial(self.follow_beneath, permanent), BENEATH)

    def follow(self, index: Index, job: Job, response: Response) -> Iterable[Asked]:
        linked = documents_of(index, response)
        if not linked:
            raise Unexpected("no link of the index leads to a document")
        return self._asked(job, linked, beneath=False)

    def follow_beneath(self, index: Index, job: Job, response: Response) -> Iterable[Asked]:
        """Permanent versions; where no temporary law lies over anything, the page names none of ours."""
        if next(links_of(index.links, response), None) is None:
            raise Unexpected("the index of permanent versions has no link at all")
        return self._asked(job, documents_of(index, response), beneath=True)

    def _asked(self, job: Job, linked: Mapping[str, str], *, beneath: bool) -> Iterator[Asked]:
        most = job.source.expect.documents.max or _MOST
        if len(linked) > most:
            raise Unexpected(f"the index leads to {len(linked)} documents, and to at most {most} it should")
        # One that the index dropped is asked for too: only its own answer says that it is gone.
        known = {d: url for d, url in job.known_documents.items() if job.source.keeps_beneath(url) is beneath}
        for document, url in {**known, **linked}.items():
            yield self.fetch(job, document, url)


def documents_of(index: Index, response: Response) -> dict[str, str]:
    """The addresses of the documents that an index links to, by id; the first link of an id counts."""
    found: dict[str, str] = {}
    for link in links_of(index.links, response):
        document = index.document_of(link)
        if document is not None:
            found.setdefault(document, link)
    return found


def links_of(xpath: str, response: Response) -> Iterator[str]:
    """What an XPath selects in a page, as absolute addresses; raises Unexpected."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    base = response.url
    try:
        if _is_xml(content_type, response.body):
            page = etree.fromstring(response.body, etree.XMLParser(resolve_entities=False, no_network=True))
        else:
            _, text = html_to_unicode(content_type, response.body)
            page, base = Selector(text=text, type="html").root, get_base_url(text, base)
        selected = page.xpath(xpath)
    except etree.XMLSyntaxError as error:
        raise Unexpected(f"the index is not well-formed XML: {error}") from None
    except etree.XPathError as error:
        raise Unexpected(f"the XPath {xpath!r} of the index cannot be used: {error}") from None
    for link in selected if isinstance(selected, list) else [selected]:
        if not isinstance(link, str):
            raise Unexpected(f"the XPath {xpath!r} of the index selects no addresses; write it like //a/@href")
        try:
            address = urldefrag(urljoin(base, link.strip())).url
        except ValueError:  # no address, no document
            continue
        yield address


def _is_xml(content_type: str, body: bytes) -> bool:
    start = body[:1000].lower()
    return b"<html" not in start and ("xml" in content_type.lower() or start.lstrip().startswith(b"<?xml"))
