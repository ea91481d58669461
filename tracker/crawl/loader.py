"""Finds the spiders in the content folders by name; they are never imported as a package of ours."""

from __future__ import annotations

import importlib
import re
import sys
from difflib import get_close_matches
from types import ModuleType

from tracker.content import folders
from tracker.crawl.spider import SourceSpider
from tracker.errors import ContentMissing, UnknownName

_PACKAGE = "tracker_spiders"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def spider_names() -> list[str]:
    """The spiders there are, ours and the operator's; each is in a file of its name."""
    found = {path.stem for folder in folders("spiders") for path in folder.glob("*.py")}
    return sorted(name for name in found if _NAME.fullmatch(name))


def spider_class(name: str) -> type[SourceSpider]:
    """The spider of that name; the operator's own comes before ours."""
    names = spider_names()
    if name not in names:
        raise UnknownName("spider", name, get_close_matches(name, names), f"There are: {', '.join(names)}.")
    module = _imported(name)
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, SourceSpider) and found.__dict__.get("name") == name:
            return found
    raise ContentMissing(f"{module.__file__} defines no spider with name = {name!r}; name it like its file.")


def _imported(name: str) -> ModuleType:
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(folder) for folder in folders("spiders")]
        sys.modules[_PACKAGE] = package
    try:
        return importlib.import_module(f"{_PACKAGE}.{name}")
    except (ImportError, SyntaxError) as error:
        raise ContentMissing(f"The spider {name!r} cannot be imported: {error}.") from error
