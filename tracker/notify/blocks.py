"""Slack messages as Block Kit: rich text elements are no markup language, so no page can write one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tracker.domain.digest import Digest, Picture, Section
from tracker.domain.entry import Entry, one_line
from tracker.domain.wording import long_date

BLOCKS = 45
"""Blocks in one message; Slack takes 50, and every message needs room for its end."""
CHARACTERS = 9_000
"""Characters in one message; Slack answers msg_blocks_too_long from about 13,200 of everything."""

Block = dict[str, Any]


def messages(
    digest: Digest,
    sections: Sequence[Section],
    pictures: Sequence[Picture],
    brief: frozenset[str],
    more: str,
    home: str,
) -> tuple[dict[str, Any], ...]:
    """A digest as one message, or several where one would be too long; each says which it is."""
    filled: list[list[Block]] = [[]]
    for block in _blocks(digest, sections, pictures, brief, more, home):
        pile = filled[-1]
        if pile and (len(pile) >= BLOCKS or _length(pile) + _length([block]) > CHARACTERS):
            filled.append(pile := [])
        pile.append(block)
    total = len(filled)
    return tuple(_message(digest.subject, pile, number, total) for number, pile in enumerate(filled, 1))


def leaving(
    common: tuple[dict[str, Any], ...], unsubscribe: str, reply_to: str, subscription: str
) -> tuple[dict[str, Any], ...]:
    """The messages with the way to unsubscribe below the last one."""
    if unsubscribe:
        end = [_link(unsubscribe, "Unsubscribe"), _text(" with one click.")]
    elif reply_to:
        end = [_text(f"To unsubscribe, write to {reply_to}.")]
    else:
        end = [_text(f"To unsubscribe, ask whoever runs this tracker: tracker subscription remove {subscription}")]
    last = common[-1]
    return (*common[:-1], {**last, "blocks": [*last["blocks"], _rich(_section(*end))]})


def _message(subject: str, blocks: list[Block], number: int, total: int) -> dict[str, Any]:
    title = subject if total == 1 else f"{subject} ({number} of {total})"
    # `text` is what notifications show; there Slack reads markup unless told not to, and <, > and & always.
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {
        "text": escaped,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [_header(title), *blocks],
    }


def _blocks(
    digest: Digest,
    sections: Sequence[Section],
    pictures: Sequence[Picture],
    brief: frozenset[str],
    more: str,
    home: str,
) -> Iterator[Block]:
    yield _rich(_section(_text(f"{one_line(', '.join(digest.places), 500)}\n{digest.period}")))
    for picture in pictures:
        yield _header(picture.name)
        if not picture.lines:
            yield _rich(_section(_text("No rule is recorded here yet. That says nothing about the law.")))
        for line in picture.lines:
            name = f"{line.rule} ({line.scope})" if line.scope else line.rule
            told = [
                _text(f"{name}: "),
                _text(line.value, bold=True),
                _text(f"\n{line.status}, {line.when}; {line.evidence} · "),
            ]
            yield _rich(_section(*told, _link(line.url, line.citation)))
    if pictures:
        yield _rich(_section(_text("From now on you hear only of what changes.")))
    for section in sections:
        yield {"type": "divider"}
        yield _header(section.name)
        for group in section.groups:
            yield _rich(_section(_text(group.part, italic=True)))
            for entry in group.entries:
                yield from _entry(entry, entry.change in brief)
    yield {"type": "divider"}
    if more:
        yield _rich(_section(_text(more)))
    yield _rich(_section(_text(digest.disclaimer, bold=True)))
    coverage = " ".join((digest.coverage.sentence, *digest.coverage.gaps))
    yield _rich(_section(_text(one_line(coverage, 2900))))
    if home:
        yield _rich(_section(_text("All rules, their history and the archived texts: "), _link(home, home)))


def _entry(entry: Entry, brief: bool) -> Iterator[Block]:
    title = [_text(entry.status, bold=True), _text(f"\n{entry.headline}", bold=True)]
    if brief:
        yield _rich(_section(*title, _text("\n"), _link(entry.proof[0].url, entry.proof[0].citation)))
        return
    facts: list[Block] = []
    for fact in entry.facts:
        facts += [_text(f"\n{fact.label}: "), _text(fact.text, strike=fact.mark == "del", bold=fact.mark == "ins")]
    proof: list[Block] = []
    for number, side in enumerate(entry.proof):
        if side.quote and len(entry.proof) > 1:
            proof.append(_section(_text(f"{side.label}:")))
        if side.quote:
            proof.append({"type": "rich_text_quote", "elements": [_text(f"“{side.quote}”")]})
        read = f" · read {long_date(entry.seen_at.date())}" if number == 0 else ""
        archived = f" · archived copy {side.snapshot[:12]}" if side.snapshot else ""
        proof.append(_section(_link(side.url, side.citation), *([_text(read + archived)] if read or archived else [])))
    yield _rich(_section(*title, *facts), *proof)


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": one_line(text, 150), "emoji": False}}


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> Block:
    style = {name: True for name, on in (("bold", bold), ("italic", italic), ("strike", strike)) if on}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _link(url: str, text: str) -> Block:
    return {"type": "link", "url": url, "text": text} if url else _text(text)


def _length(blocks: list[Block]) -> int:
    """Characters of everything that Slack counts: texts and addresses."""
    return sum(len(value) for block in blocks for value in _strings(block))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key in ("text", "url", "elements"):
            yield from _strings(node.get(key))
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)
    elif isinstance(node, str):
        yield node
