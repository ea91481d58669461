"""The baselines that come with the tracker: what every coded value must show before anybody is told of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tracker.content import ours
from tracker.domain.baseline import Baseline
from tracker.domain.rule import Level, RuleKey, Version
from tracker.domain.value import Member, MemberSet, Text
from tracker.domain.wording import display, evidence, since
from tracker.extract.baselines import load_baseline, load_baselines
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.fingerprint import fingerprint

WORDS = load_vocabulary()
SEEDS = ("GB", "GB-ENG", "US-MN", "DE", "CA")
LONGEST_NOTE = 240
"""Characters: a note is one short sentence of ours, never a passage."""
NOT_A_NEUTRAL_COPY = re.compile(
    r"weed|marijuana(?!\.)|canna(?!bis\.(?:ny|az|ct))|norml|mpp\.org|clinic|dispensary|attorney|lawfirm|einpresswire|news",
    re.I,
)


@cache
def baselines() -> tuple[Baseline, ...]:
    loaded = load_baselines(WORDS, [ours("spiders")])
    assert not loaded.problems, "\n".join(map(str, loaded.problems))
    return loaded.found


def coded() -> list[Version]:
    return [version for baseline in baselines() for version in baseline.coded]


def test_every_coded_value_says_which_text_of_which_age_it_rests_on() -> None:
    for version in coded():
        coding = version.coding
        assert coding is not None, version.key
        assert version.level is Level.CODED
        assert (coding.text_date is None) != (coding.not_before is None), version.key
        assert coding.passages, version.key
        assert all(mark.words >= 1 and re.fullmatch(r"[0-9a-f]{64}", mark.sha256) for mark in coding.passages)
        assert coding.dated <= coding.on <= datetime.now(UTC).date(), version.key
        assert version.passage.citation.strip(), version.key
        assert version.passage.url.startswith("http"), version.key
        assert "not yet confirmed by a crawl" in evidence(version, None)


def test_every_citation_of_law_has_a_pinpoint() -> None:
    for version in coded():
        assert version.coding is not None
        if WORDS.source_type(version.coding.source_type).binding:
            assert re.search(r"\d|§|条", version.passage.citation), (version.key, version.passage.citation)


def test_every_value_is_written_in_the_vocabulary_and_can_be_shown() -> None:
    for version in coded():
        key, value = version.key, version.value
        assert not WORDS.validate_qualifier(key.topic, key.qualifiers), key
        if isinstance(value, Member):
            assert WORDS.is_member(key.topic, value.member), key
        if isinstance(value, MemberSet):
            assert value.members, key
            assert all(WORDS.is_member(key.topic, member) for member in value.members), key
        assert display(key, value, WORDS).strip()
        assert since(version).strip()


def test_no_value_rests_on_guidance_or_less_but_a_guideline() -> None:
    for version in coded():
        assert version.coding is not None
        assert WORDS.source_type(version.coding.source_type).may_answer(version.key.topic), version.key


def test_nothing_rests_on_a_copy_at_a_clinic_a_shop_or_the_press() -> None:
    for version in coded():
        assert version.coding is not None
        host = urlsplit(version.coding.read_at).hostname or ""
        assert not NOT_A_NEUTRAL_COPY.search(host), (str(version.key), version.coding.read_at)


def test_notes_and_summaries_are_short_and_ours() -> None:
    for version in coded():
        assert version.coding is not None
        assert len(version.coding.note) <= LONGEST_NOTE, (version.key, version.coding.note)
        if isinstance(version.value, Text):
            assert len(version.value.text) <= LONGEST_NOTE, (version.key, version.value.text)


def test_a_coded_value_never_contradicts_what_a_spider_reads() -> None:
    read = {
        RuleKey.of(source.jurisdiction, rule.topic, rule.qualifier)
        for source in load_sources([ours("spiders")], WORDS).sources.values()
        for rule in source.rules
    }
    assert not {str(version.key) for version in coded() if version.key in read}


def test_a_list_of_conditions_says_how_much_of_it_was_read() -> None:
    for version in coded():
        if version.key.topic == "qualifying_conditions" and isinstance(version.value, MemberSet):
            assert version.value.attrs.get("list_type") in ("closed", "open", "partial"), version.key


def test_the_example_of_the_readme_is_a_baseline(tmp_path: Path) -> None:
    example = re.findall(r"```yml\n(.*?)```", (ours("spiders") / "README.md").read_text("utf-8"), re.DOTALL)[0]
    file = tmp_path / "nl/baseline.yml"
    file.parent.mkdir()
    file.write_text(example, "utf-8")
    [version] = load_baseline(file, WORDS).coded
    assert display(version.key, version.value, WORDS) == "30 g"
    assert version.coding is not None
    assert fingerprint("A patient may keep thirty (30) grams at home.") in version.coding.passages


@pytest.mark.parametrize("code", SEEDS)
def test_what_the_seeds_ask_is_answered(code: str) -> None:
    own = [baseline for baseline in baselines() if baseline.jurisdiction == code]
    topics = {version.key.topic for baseline in own for version in baseline.versions}
    above = WORDS.ancestors_of_jurisdiction(code) if code == "GB-ENG" else ()
    topics |= {v.key.topic for b in baselines() if b.jurisdiction in above for v in b.versions}
    assert topics >= {"access_model", "prescriber_class", "qualifying_conditions", "authorisation_route"}
    assert len(topics) >= 15, sorted(topics)
