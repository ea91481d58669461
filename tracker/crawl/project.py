"""The Scrapy project of a checkout: `scrapy list` names the sources, `scrapy crawl ID` fetches and archives one."""

from __future__ import annotations

import builtins
import logging
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from tracker.content import folders
from tracker.crawl.batch import Batch
from tracker.crawl.job import Job, Options
from tracker.crawl.ledger import Ledger
from tracker.crawl.loader import spider_class
from tracker.crawl.settings import engine_settings
from tracker.domain.capture import Capture
from tracker.domain.source import Source
from tracker.errors import TrackerError
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.settings import load_settings

_SETTINGS = load_settings()
_OPTIONS = Options(
    contact=_SETTINGS.contact,
    allow_hosts=_SETTINGS.allow_hosts,
    robots_folder=_SETTINGS.home / "robots",
    delay=_SETTINGS.crawl_delay,
    timeout=_SETTINGS.crawl_timeout,
)

BOT_NAME = "access-rules-tracker"
SPIDER_LOADER_CLASS = "tracker.crawl.project.SourceLoader"
LOG_LEVEL = "INFO"
TRACKER_ARCHIVE = "tracker.archive.FolderArchive"
TRACKER_ARCHIVE_FOLDER = str(_SETTINGS.archive)
globals().update(engine_settings(_OPTIONS, ()))


class SourceBatch(Batch):
    """One declared source, fetched whole, as a Scrapy user runs it."""

    source: ClassVar[Source]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(engine_settings(_OPTIONS, [cls.source]), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, **kwargs: Any) -> Self:
        settings = crawler.settings
        archive = load_object(settings["TRACKER_ARCHIVE"])(Path(settings["TRACKER_ARCHIVE_FOLDER"]))
        job = Job(cls.source)
        ledger = Ledger([job], lambda capture: batch.say(capture))
        work = {spider_class(cls.source.spider): [job]}
        batch = super().from_crawler(crawler, work=work, archive=archive, ledger=ledger, **kwargs)
        return batch

    def say(self, capture: Capture) -> None:
        """Log how a document answered."""
        self.logger.info("%s: %s %s", capture.document, capture.outcome, capture.reason or capture.snapshot)

    def closed(self, reason: str) -> None:
        """Log where the bytes are, and who reads them."""
        folder = self.settings["TRACKER_ARCHIVE_FOLDER"]
        self.logger.info("What was fetched is in %s; it is read by `tracker crawl %s`.", folder, self.name)


class SourceLoader:
    """Gives Scrapy a spider for each declared source."""

    def __init__(self) -> None:
        own, words = _SETTINGS.own_spiders, _SETTINGS.own_vocabulary
        theirs = () if _SETTINGS.only_own_sources else folders("spiders")
        self._declarations = load_sources(
            ((own,) if own.is_dir() else ()) + theirs, load_vocabulary((words,) if words.is_dir() else ())
        )
        for problem in self._declarations.problems:
            logging.getLogger(__name__).warning("%s", problem)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls()

    def list(self) -> list[str]:
        """The ids of the sources."""
        return sorted(self._declarations.sources)

    def load(self, spider_name: str) -> type[SourceBatch]:
        """A spider that fetches the source of that id."""
        try:
            source = self._declarations.source(spider_name)
        except TrackerError as error:
            raise UsageError(str(error), print_help=False) from None
        return type("SourceBatch", (SourceBatch,), {"name": source.id, "source": source})

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The sources that have a document at the address of a request."""
        return [name for name, source in self._declarations.sources.items() if source.document_of(request.url)]
