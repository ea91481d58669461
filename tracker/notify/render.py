"""Turns a digest into an e-mail and Slack messages with the templates of the operator or ours."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker.domain.digest import Digest, Picture, Section
from tracker.domain.wording import long_date
from tracker.notify.blocks import leaving, messages

WIDTH = 74
HTML_LIMIT = 95_000
"""Bytes of the HTML part; some mail programs cut off what is beyond 102 KB, the way to unsubscribe included."""
_STEPS = ((16, 120, 120), (8, 120, 90), (0, 120, 60), (0, 60, 40), (0, 30, 20), (0, 10, 10))
"""How many entries in full, how many in brief, and how many standing rules; the first step that fits is taken."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the message leads besides the official texts."""

    unsubscribe: str = ""
    """The address that ends the subscription with one click; empty without a public base address."""
    reply_to: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One digest, ready to be sent by any channel."""

    subject: str
    text: str
    html: str
    slack: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a digest a message has room for."""

    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...]
    brief: frozenset[str]
    """Ids of the changes that are told in brief."""
    more: str
    """What was left out, in one sentence; empty where nothing was."""


class Renderer:
    """Renders digests; subscribers who get the same words share the work."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "wrap": _wrap,
            "hang": _hang,
            "moment": moment,
            "groups": _groups,
            "underline": lambda text: "-" * len(text),
        }
        self._templates.globals["rule"] = lambda mark: mark * WIDTH
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
        self._common = lru_cache(maxsize=256)(self._render)
        # Words that no page can guess stand for what differs from one subscriber to the next.
        token = uuid4().hex
        self._who, self._leave = f"who-{token}", f"https://leave.invalid/{token}"

    def render(self, digest: Digest, links: Links) -> Rendered:
        """The subject, both parts of the e-mail and the Slack messages of a digest."""
        shared = replace(links, unsubscribe=self._leave if links.unsubscribe else "")
        common = self._common(replace(digest, subscription=self._who), shared)
        own = {self._who: digest.subscription, self._leave: links.unsubscribe}
        return Rendered(
            subject=common.subject,
            text=_fill(common.text, own),
            html=_fill(common.html, {token: html.escape(value) for token, value in own.items()}),
            slack=leaving(common.slack, links.unsubscribe, links.reply_to, digest.subscription),
        )

    def _render(self, digest: Digest, links: Links) -> Rendered:
        for full, brief, lines in _STEPS:
            shown = _shown(digest, links, full, brief, lines)
            page = self._inliner.inline(self._template("email/digest.html.j2", digest, links, shown))
            if len(page.encode()) <= HTML_LIMIT:
                break
        return Rendered(
            subject=" ".join(self._template("email/digest.subject.j2", digest, links, shown).split()),
            text=_tidy(self._template("email/digest.txt.j2", digest, links, shown)),
            html=page,
            slack=messages(digest, shown.sections, shown.pictures, shown.brief, shown.more, links.home),
        )

    def _template(self, name: str, digest: Digest, links: Links, shown: Shown) -> str:
        return self._templates.get_template(name).render(digest=digest, links=links, shown=shown)


def moment(instant: datetime) -> str:
    """An instant that reads alike everywhere: 16 November 2021, 08:00 UTC."""
    there = instant.astimezone(UTC)
    return f"{long_date(there.date())}, {there:%H:%M} UTC"


def _shown(digest: Digest, links: Links, full: int, brief: int, lines: int) -> Shown:
    order = [entry.change for entry in digest.entries]
    kept = frozenset(order[: full + brief])
    sections = []
    for section in digest.sections:
        groups = [replace(g, entries=tuple(e for e in g.entries if e.change in kept)) for g in section.groups]
        if any(group.entries for group in groups):
            sections.append(replace(section, groups=tuple(group for group in groups if group.entries)))
    quota = max(1, lines // max(1, len(digest.pictures)))
    pictures = tuple(replace(picture, lines=picture.lines[:quota]) for picture in digest.pictures)
    rules = sum(len(picture.lines[quota:]) for picture in digest.pictures)
    more = _more(digest, links, len(order) - len(kept), rules)
    return Shown(tuple(sections), pictures, kept - frozenset(order[:full]), more)


def _more(digest: Digest, links: Links, changes: int, rules: int) -> str:
    counts = [f"{number} more {noun}" for number, noun in ((changes, "changes"), (rules, "rules")) if number]
    command = f"tracker changes --since {digest.since.date()}" if changes else "tracker rules"
    return f"{' and '.join(counts)} did not fit into this message: see {links.home or command}" if counts else ""


def _fill(text: str, values: dict[str, str]) -> str:
    for token, value in values.items():
        text = text.replace(token, value)
    return text


def _groups(items: Iterable[Any], attribute: str) -> Iterator[tuple[str, list[Any]]]:
    """Neighbours with an equal attribute, in the order given; Jinja's own groupby sorts."""
    for name, own in groupby(items, key=lambda item: str(getattr(item, attribute))):
        yield name, list(own)


def _wrap(text: str, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        str(text),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _hang(text: str, label: str) -> str:
    return _wrap(text, " " * 20, f"  {label + ':':<18}")


def _tidy(text: str) -> str:
    """No more than one blank line at a time, none at the ends, and no blanks before a line break."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept) + "\n"
