"""Lists of terms in running text, each known to the declaration or the vocabulary; an unknown one is never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tracker.extract.normalise import comparable, worded

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary

ANY = "..."
"""Stands for any words of an item, within the phrase that names it."""
_TAKEN = " | "
_JOINTS = re.compile(
    r"\b(?:and|or|and/or|an|a|the|any|of|following|et|ou|un|une|le|la|les|des|y|o|und|oder|sowie|bzw|beziehungsweise"
    r"|der|die|das|den|dem|ein|eine|einem|einen|einer|eines|von|durch)\b"
)


class UnknownTerm(ValueError):
    """A term that neither the declaration nor the vocabulary knows."""

    def __init__(self, term: str) -> None:
        self.term = term
        super().__init__(term)


def known_phrases(
    members: Mapping[str, str], vocabulary: str | None, language: str, words: Vocabulary
) -> dict[str, str]:
    """What the terms of a list may be: the declaration's own words before the vocabulary's."""
    own = {_comparable(phrase): member for phrase, member in members.items()}
    return {**vocabulary_terms(vocabulary, language, words), **own} if vocabulary else own


def _comparable(phrase: str) -> str:
    return ANY.join(f" {comparable(part)} " if comparable(part) else "" for part in phrase.split(ANY)).strip()


def vocabulary_terms(name: str, language: str, words: Vocabulary) -> dict[str, str]:
    """Comparable phrases of a vocabulary and the members they mean; one in capitals is found in capitals only."""
    if name == "conditions":
        return {
            worded(phrase) if phrase.isupper() else comparable(phrase): code
            for code, condition in words.conditions.items()
            for phrase in (condition.label, *condition.synonyms.get(language, ()), *condition.synonyms.get("en", ()))
        }
    table: Mapping[str, object] = getattr(words, name)
    labels = {comparable(str(getattr(term, "label", code))): code for code, term in table.items()}
    return labels | {comparable(code.replace("_", " ")): code for code in table}


def _refuse_named(any_words: Iterable[str], phrases: Mapping[str, str], meant: str, text: str) -> None:
    """Raise UnknownTerm where words that may be any name another member: whether it is meant, only a person can say."""
    for words in any_words:
        for phrase, member in phrases.items():
            named = rf"(?<!\w){re.escape(phrase)}(?!\w)"
            if member != meant and ANY not in phrase and re.search(named, words, re.IGNORECASE):
                raise UnknownTerm(text)


def members_in(text: str, phrases: Mapping[str, str]) -> list[str]:
    """The members that a list in running text names, longest phrase first; raises UnknownTerm for what is left over."""
    rest, all_capitals = worded(text), text.isupper()
    found: list[str] = []
    for phrase in sorted(phrases, key=len, reverse=True):
        if not phrase or (ANY not in phrase and phrase.lower() not in rest.lower()):
            continue
        capitals = phrase.isupper() and not all_capitals
        words = rf"(?<!\w){re.escape(phrase)}(?!\w)".replace(re.escape(ANY), r"([^|]*)")
        pattern = re.compile(words, 0 if capitals else re.IGNORECASE)
        if hit := pattern.search(rest):
            _refuse_named(hit.groups(), phrases, phrases[phrase], text)
            found.append(phrases[phrase])
            rest = pattern.sub(_TAKEN, rest)
    left = [term for part in _JOINTS.sub(_TAKEN, rest.lower()).split("|") if (term := part.strip())]
    if left or not found:
        raise UnknownTerm(", ".join(left) or text)
    return found
