"""Sources whose documents each have an address of their own."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.crawl.spider import Asked, Job, SourceSpider


class PageSpider(SourceSpider):
    """Fetches each declared document."""

    name = "page"

    def begin(self, job: Job) -> Iterable[Asked]:
        for document in job.source.documents:
            yield self.fetch(job, document.id, document.url)
