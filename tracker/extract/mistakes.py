"""What is wrong with a declaration that its models cannot know: names of the vocabulary, patterns, selectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from tracker.content import folders
from tracker.domain.source import Case, Html, RuleDeclaration, Source
from tracker.domain.vocabulary import UnknownTerm, Vocabulary
from tracker.extract import terms
from tracker.extract.pattern import Pattern, compile_pattern, unit_names

Mistake = tuple[tuple[str | int, ...], str]
"""Where it is, from the outside in, and what it is."""

_LISTED = 60
_LENGTH = re.compile(r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?)?")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def mistakes_in(source: Source, words: Vocabulary) -> Iterator[Mistake]:
    """Everything that would go wrong when the source is read."""
    if source.jurisdiction not in words.jurisdictions:
        yield ("jurisdiction",), _unknown("jurisdiction", source.jurisdiction, words.jurisdictions)
    if source.instrument.type not in words.source_types:
        yield ("instrument", "type"), _unknown("source type", source.instrument.type, words.source_types)
    yield from _in_template(("instrument", "cite"), source.instrument.cite, ("short", "provision"))
    if source.html is not None:
        yield from _in_html(source.html)
    if source.pdf is not None:
        yield from _in_template(("pdf", "citation"), source.pdf.citation, ("heading", "number"))
        yield from _in_effective("pdf", source.pdf.effective)
        if source.pdf.section is not None and re.match(source.pdf.section, ""):
            yield ("pdf", "section"), f"found {source.pdf.section!r}, with which every line begins"
    spiders = sorted({path.stem for folder in folders("spiders") for path in folder.glob("[!_]*.py")})
    if source.spider not in spiders:
        yield ("spider",), _unknown("spider", source.spider, dict.fromkeys(spiders))
    if source.rules and source.format.announces:
        yield ("rules",), f"documents of the format {source.format.value!r} only announce law; no rule is read in them"
    units = unit_names(words, source.language)
    for index, rule in enumerate(source.rules):
        for where, what in _in_rule(rule, source.language, units, words):
            yield ("rules", index, *where), what


def _in_html(html: Html) -> Iterator[Mistake]:
    selectors = [(("html", "content"), html.content), (("html", "section"), html.section)]
    for where, css in (*selectors, *((("html", "drop", number), css) for number, css in enumerate(html.drop))):
        try:
            CSSSelector(css)
        except SelectorError as error:
            yield where, f"found {css!r}, which is no CSS selector: {error}"
    yield from _in_template(("html", "citation"), html.citation, ("heading", "number"))
    yield from _in_effective("html", html.effective)


def _in_effective(block: str, effective: str | None) -> Iterator[Mistake]:
    if effective is not None:
        if "{date}" not in effective:
            yield (block, "effective"), f"found {effective!r}; it needs {{date}} where the day stands"
        yield from _in_template((block, "effective"), effective, ("date",))


def _in_template(where: tuple[str, ...], template: str, names: tuple[str, ...]) -> Iterator[Mistake]:
    for name in _PLACEHOLDER.findall(template):
        if name not in names:
            yield where, _unknown("placeholder", name, dict.fromkeys(names))
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        yield where, f"found {template!r}; braces stand around a name only"


def _in_rule(rule: RuleDeclaration, language: str, units: tuple[str, ...], words: Vocabulary) -> Iterator[Mistake]:
    try:
        topic = words.topic(rule.topic)
    except UnknownTerm as error:
        yield ("topic",), f"{error}{'' if error.nearest else '.'} {_known(words.topics)}"
        return
    for problem in words.validate_qualifier(topic.id, rule.qualifier):
        yield ("qualifier",), problem
    cases: list[tuple[tuple[str | int, ...], Case]] = [((), rule)]
    cases += [(("cases", number), case) for number, case in enumerate(rule.cases)]
    for where, case in cases:
        for inner, what in _in_case(case, topic.id, language, units, words):
            yield (*where, *inner), what


def _in_case(case: Case, topic: str, language: str, units: tuple[str, ...], words: Vocabulary) -> Iterator[Mistake]:
    pattern: Pattern | None = None
    if case.find is not None:
        try:
            pattern = compile_pattern(case.find, language, units)
        except ValueError as error:
            yield ("find",), f"unreadable pattern: {error}"
    if case.table is not None:
        try:
            re.compile(case.table.row)
        except re.error as error:
            yield ("table", "row"), f"found {case.table.row!r}, which is no regular expression: {error}"
        if case.table.column < 1:
            yield ("table", "column"), f"found {case.table.column}; columns are counted from 1"
    if case.unit is not None and case.unit not in words.units:
        forms = {name: unit.id for unit in words.units.values() for names in unit.names.values() for name in names}
        yield ("unit",), _unknown("unit", case.unit, {**forms, **{code: code for code in words.units}}, words.units)
    if case.vocabulary is not None and case.vocabulary not in _vocabularies(words):
        yield ("vocabulary",), _unknown("vocabulary", case.vocabulary, _vocabularies(words))
    for phrase in case.members if not case.items else ():
        if terms.ANY in phrase:
            yield ("members", phrase), "'...' stands for any words of an item; it needs items"
    known = words.members_of(topic)
    members = [(("member",), case.member)] if case.member else []
    for where, member in (*members, *((("members", phrase), member) for phrase, member in case.members.items())):
        if known and member.removeprefix("not:") not in known:
            yield where, _unknown(f"member of {topic}", member, known)
    for name, length in (("iso", case.iso), ("period", case.period)):
        if length is not None and not _LENGTH.fullmatch(length):
            yield (name,), f"found {length!r}; write an ISO 8601 duration such as P30D or P1Y"
    money = pattern is not None and "money" in pattern.values
    if money and case.amount is not None:
        yield ("amount",), "the words carry the amount where {money} stands"
    elif pattern is not None and case.amount is None and money != (case.currency is not None):
        yield ("currency",), "{money} and its currency belong together"
    if pattern is not None and case.combine is not None and not {"number", "quantity"} <= set(pattern.values):
        yield ("combine",), "it combines {number} times something with {quantity}; find needs both"
    if pattern is not None:
        for name, text in case.attrs.items():
            yield from _in_template(("attrs", name), text, pattern.values)


def _vocabularies(words: Vocabulary) -> dict[str, Any]:
    """The vocabularies whose labels and synonyms can be terms of a list."""
    topics = (topic.vocabulary for topic in words.topics.values())
    return dict.fromkeys(sorted({*filter(None, topics), "conditions", "prescriber_classes", "product_forms"}))


def _unknown(kind: str, given: str, meant: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> str:
    """A name nobody knows, with the nearest and, where that can be read, all that are known."""
    near = get_close_matches(given, meant, 1, 0.5)
    guess = meant[near[0]] if near and known is not None else next(iter(near), None)
    listed = "" if guess and len(known or meant) > _LISTED else f" {_known(known or meant)}"
    return f"unknown {kind} {given!r}." + (f" Did you mean {guess!r}?" if guess else "") + listed


def _known(known: Mapping[str, Any]) -> str:
    listed = sorted(known)
    return f"Known are {', '.join(listed[:_LISTED])}" + (", ..." if len(listed) > _LISTED else ".") if listed else ""
