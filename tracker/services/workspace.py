"""What every use case works with: settings, vocabulary, declarations, archive, database, opened when needed."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.content import folders
from tracker.domain.vocabulary import UnknownTerm, Vocabulary
from tracker.errors import UnknownName
from tracker.extract.declarations import Declarations, load_sources, load_vocabulary
from tracker.settings import Settings

if TYPE_CHECKING:
    from tracker.archive import FolderArchive
    from tracker.extract.baselines import Baselines
    from tracker.store.database import Database


class Workspace:
    """One installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def words(self) -> Vocabulary:
        """The vocabularies; raises DeclarationError."""
        own = self.settings.own_vocabulary
        return load_vocabulary((own,) if own.is_dir() else ())

    def without_baseline(self) -> Workspace:
        """The same installation, whose database stays without a baseline if it has none yet."""
        return Workspace(self.settings.model_copy(update={"baseline": False}))

    def start(self) -> None:
        """Make sure that the database is there, with the baseline of what has not been recorded otherwise."""
        _ = self.database

    def jurisdiction(self, given: str) -> str:
        """The code of a jurisdiction given as code or name; raises UnknownName with the nearest ones."""
        try:
            return self.words.jurisdiction(given).id
        except UnknownTerm as error:
            near = error.nearest or tuple(get_close_matches(given.upper(), self.words.jurisdictions, 3, 0.5))
            raise UnknownName("jurisdiction", given, near) from None

    @property
    def spider_folders(self) -> tuple[Path, ...]:
        """Where declarations and baselines are, in the order in which they count."""
        own = self.settings.own_spiders
        theirs = () if self.settings.only_own_sources else folders("spiders")
        return ((own,) if own.is_dir() else ()) + theirs

    @cached_property
    def declarations(self) -> Declarations:
        """The declared sources, and what is wrong with the others."""
        return load_sources(self.spider_folders, self.words)

    @cached_property
    def baselines(self) -> Baselines:
        """What the release and the operator know of each jurisdiction before any crawl."""
        from tracker.extract.baselines import load_baselines

        return load_baselines(self.words, self.spider_folders)

    @cached_property
    def archive(self) -> FolderArchive:
        """The archived bytes."""
        from tracker.archive import FolderArchive

        return FolderArchive(self.settings.archive)

    @cached_property
    def database(self) -> Database:
        """The database, brought to the revision of this program, with the baseline in it; raises DatabaseProblem."""
        from tracker.store.database import open_database

        database = open_database(self.settings.database)
        if self.settings.baseline:
            from tracker.services.baseline import take_over_once

            take_over_once(database, self.spider_folders, self.words)
        return database
