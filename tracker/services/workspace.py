"""What every use case works with: settings, vocabulary, declarations, archive, database, opened when needed."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.content import folders
from tracker.domain.vocabulary import UnknownTerm, Vocabulary
from tracker.errors import UnknownName
from tracker.extract.declarations import Declarations, load_sources, load_vocabulary
from tracker.settings import Settings

if TYPE_CHECKING:
    from tracker.archive import FolderArchive
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

    def jurisdiction(self, given: str) -> str:
        """The code of a jurisdiction given as code or name; raises UnknownName with the nearest ones."""
        try:
            return self.words.jurisdiction(given).id
        except UnknownTerm as error:
            near = error.nearest or tuple(get_close_matches(given.upper(), self.words.jurisdictions, 3, 0.5))
            raise UnknownName("jurisdiction", given, near) from None

    @cached_property
    def declarations(self) -> Declarations:
        """The declared sources, and what is wrong with the others."""
        own = self.settings.own_spiders
        theirs = () if self.settings.only_own_sources else folders("spiders")
        return load_sources(((own,) if own.is_dir() else ()) + theirs, self.words)

    @cached_property
    def archive(self) -> FolderArchive:
        """The archived bytes."""
        from tracker.archive import FolderArchive

        return FolderArchive(self.settings.archive)

    @cached_property
    def database(self) -> Database:
        """The database, brought to the revision of this program; raises DatabaseProblem."""
        from tracker.store.database import open_database

        return open_database(self.settings.database)
