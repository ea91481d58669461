"""Sections of filler in the Canadian numbering, down to subparagraphs and clauses; they answer no topic."""

from __future__ import annotations

from random import Random

from tests.law.lims import Block, Heading
from tests.law.prose import ENGLISH, FRENCH, Prose

_ROMAN = ("(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)")


def prose(language: str, sections: int) -> Prose:
    """Filler of Arcadia that refers to sections of its own regulation."""
    if language == "fr":
        return Prose(FRENCH, "la Direction", lambda rng: f"l’article [[{rng.randint(3, sections)}]]")
    return Prose(ENGLISH, "the Directorate", lambda rng: f"section [[{rng.randint(3, sections)}]]")


def section(number: int, prose: Prose, rng: Random) -> Block:
    """One section of the usual size, about 2.5 kB as XML."""
    count = rng.choice((1, 1, 2, 2, 3, 4))
    if count == 1:
        text, parts = _content(prose, rng)
        return Block("Section", str(number), text, prose.note(rng), parts)
    subsections = []
    for index in range(1, count + 1):
        text, parts = _content(prose, rng)
        note = prose.note(rng) if rng.random() < 0.8 else ""
        subsections.append(Block("Subsection", f"({index})", text, note, parts))
    return Block("Section", str(number), "", "" if subsections[0].note else prose.note(rng), tuple(subsections))


def heading(number: int, prose: Prose, rng: Random, part: int) -> Heading | None:
    """The heading before a section, where one stands: a part every 60 sections, a division every 7."""
    word = "PARTIE" if prose.words is FRENCH else "PART"
    if number % 60 == 0:
        return Heading(1, prose.note(rng), f"{word} {part + number // 60}")
    return Heading(2 + number % 2, prose.note(rng)) if number % 7 == 0 else None


def letter(index: int, language: str) -> str:
    """The label of a paragraph: `(a)`, and `a)` in French."""
    name = chr(ord("a") + index)
    return f"{name})" if language == "fr" else f"({name})"


def _content(prose: Prose, rng: Random) -> tuple[str, tuple[Block, ...]]:
    if rng.random() < 0.45:
        return " ".join(prose.sentence(rng) for _ in range(rng.choice((1, 1, 2)))), ()
    language = "fr" if prose.words is FRENCH else "en"
    items = prose.items(rng, rng.randint(2, 5))
    return prose.stem(rng), tuple(_paragraph(letter(n, language), *item, prose, rng) for n, item in enumerate(items))


def _paragraph(label: str, text: str, end: str, prose: Prose, rng: Random) -> Block:
    if rng.random() > 0.25:
        return Block("Paragraph", label, text + end)
    lead = "dans l’un des cas suivants :" if prose.words is FRENCH else "in any of the following cases:"
    items = prose.items(rng, rng.randint(2, 4), end)
    parts = tuple(_subparagraph(_ROMAN[n], *item, prose, rng) for n, item in enumerate(items))
    return Block("Paragraph", label, lead, parts=parts)


def _subparagraph(label: str, text: str, end: str, prose: Prose, rng: Random) -> Block:
    if rng.random() > 0.1:
        return Block("Subparagraph", label, text + end)
    clauses = tuple(
        Block("Clause", f"({'AB'[n]})", clause + after) for n, (clause, after) in enumerate(prose.items(rng, 2, end))
    )
    return Block("Subparagraph", label, text + (", et" if prose.words is FRENCH else ", and"), parts=clauses)
