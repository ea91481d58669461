"""Settings, read once at the edge from the environment and tracker.toml, and passed on as an argument."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.errors import OperatorError

FILE = "tracker.toml"
_PREFIX = "TRACKER_"


class Settings(BaseModel):
    """What an operator can set; the environment wins over tracker.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    """TRACKER_HOME: the data folder."""
    database_url: str = ""
    """TRACKER_DATABASE_URL: SQLite in the home unless set."""
    smtp_url: str = ""
    """TRACKER_SMTP_URL: smtp://user:password@host:587?tls=starttls, or smtps://; without it digests become files."""
    sender: str = ""
    """TRACKER_SENDER: the From of e-mails, such as Access rules <rules@clinic.example>; needed to send."""
    reply_to: str = ""
    """TRACKER_REPLY_TO: who answers when somebody replies, for instance to unsubscribe."""
    base_url: str = ""
    """TRACKER_BASE_URL: the public https address of the pages, for links in digests."""
    secret_key: str = ""
    """TRACKER_SECRET_KEY: encrypts the targets of subscriptions; made and kept in the home unless set."""
    contact: str = ""
    """TRACKER_CONTACT: address or page for publishers, goes into the User-Agent."""
    allow_hosts: tuple[str, ...] = ()
    """TRACKER_ALLOW_HOSTS: private hosts that sources and webhooks may reach, as host or host:port, comma-separated."""
    unverified_after_hours: int = Field(default=24, ge=0)
    """TRACKER_UNVERIFIED_AFTER_HOURS: when subscribers hear of a critical change that no person has decided."""
    only_own_sources: bool = False
    """TRACKER_ONLY_OWN_SOURCES: only the declarations in the home folder are used, none of those that came along."""
    baseline: bool = True
    """TRACKER_BASELINE: a new database starts from what the release knows of each place; false leaves it empty."""
    crawl_timeout: float = Field(default=60.0, gt=0)
    """TRACKER_CRAWL_TIMEOUT: seconds to wait for one answer."""
    crawl_delay: float | None = Field(default=None, ge=0)
    """TRACKER_CRAWL_DELAY: seconds between requests to one host, instead of what the declarations say."""
    sources: Mapping[str, str] = Field(default_factory=dict, exclude=True)
    """Where each setting came from."""

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.home / 'tracker.db'}"

    @property
    def own_spiders(self) -> Path:
        """The folder of this installation's own declarations."""
        return self.home / "spiders"

    @property
    def own_vocabulary(self) -> Path:
        """The folder of this installation's own additions to the vocabularies."""
        return self.home / "vocabulary"

    @property
    def archive(self) -> Path:
        """The folder of archived bytes."""
        return self.home / "archive"

    @property
    def outbox(self) -> Path:
        """The folder that digests go to when no SMTP server is set."""
        return self.home / "outbox"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this installation; raises OperatorError with the setting and the fix.

    tracker.toml is looked for in TRACKER_HOME, else in the current folder (there it may name the home), else in the
    platform's data folder.
    """
    environment = os.environ if environment is None else environment
    home, home_from, values, sources = _home(environment)
    sources["home"] = home_from
    for name in Settings.model_fields:
        given = environment.get(_PREFIX + name.upper())
        if given and name != "home":
            values[name] = (
                [part.strip() for part in given.split(",") if part.strip()] if name == "allow_hosts" else given
            )
            sources[name] = "environment"
    try:
        return Settings(**values, home=home, sources=sources)
    except ValidationError as error:
        item = error.errors()[0]
        name = str(item["loc"][0])
        where = "tracker.toml" if sources.get(name) == "tracker.toml" else f"{_PREFIX}{name.upper()}"
        raise OperatorError(f"{where}: {name} is {item['input']!r}: {item['msg']}.") from None


def _home(environment: Mapping[str, str]) -> tuple[Path, str, dict[str, Any], dict[str, str]]:
    """The data folder, where it was named, and what the settings file there says."""
    if environment.get("TRACKER_HOME"):
        home = Path(environment["TRACKER_HOME"]).expanduser()
        return home, "environment", *_of_home(home)
    here = Path(FILE)
    if here.is_file():
        values, sources = _from_file(here)
        named = values.pop("home", None)
        home = (here.parent / str(named)).expanduser() if named else here.parent
        return home.absolute(), "./tracker.toml", values, sources
    home = user_data_path("access-rules-tracker", appauthor=False)
    return home, "default", *_of_home(home)


def _of_home(home: Path) -> tuple[dict[str, Any], dict[str, str]]:
    values, sources = _from_file(home / FILE)
    if "home" in values:
        raise OperatorError(f"{home / FILE}: the settings in a home cannot name another home; remove `home`.")
    return values, sources


def _from_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    if not path.is_file():
        return {}, {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise OperatorError(f"{path}: {error}.") from None
    unknown = sorted(values.keys() - Settings.model_fields.keys() | (values.keys() & {"sources"}))
    if unknown:
        known = ", ".join(name for name in Settings.model_fields if name not in ("sources", "home"))
        raise OperatorError(f"{path}: unknown setting {unknown[0]!r}; known are {known}.")
    return values, dict.fromkeys(values, "tracker.toml")
