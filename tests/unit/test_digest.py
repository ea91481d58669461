"""A digest tells what was asked for, status first, with proof, and says nothing it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit import digest_sample as sample
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding
from tracker.domain.digest import (
    DISCLAIMER,
    SUBJECT_LIMIT,
    Digest,
    SourceCoverage,
    StandingRule,
    compose,
    matches,
)
from tracker.domain.entry import Part, entry, one_line, web_address
from tracker.domain.partial import PartialDate
from tracker.domain.rule import Basis, Cause, Level, RuleKey, Status
from tracker.domain.subscription import Wish
from tracker.domain.value import Text

NOW = sample.UNTIL
WORDS = sample.words()
DC = Wish(("US-DC",))


def told(changes: list[Change], wish: Wish, *, told_before: bool = True) -> Digest:
    found = compose(
        changes, sample.subscription(wish, told_before), sample.SINCE, NOW, sample.COVERAGE, (), sample.words()
    )
    assert found is not None
    return found


def subject(change: Change) -> str:
    return told([change], Wish((change.key.jurisdiction,))).subject


# ── Who hears of what ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        (DC, True),
        (Wish(("US",)), False),
        (Wish(("US",), with_children=True), True),
        (Wish(("INT-UN",), with_children=True), True),
        (Wish(("US-MD",), with_children=True), False),
        (Wish(("US-DC",), topics=("possession_limit",)), True),
        (Wish(("US-DC",), topics=("supply_limit",)), False),
        (Wish(("US-DC",), minimum=Severity.CRITICAL), False),
        (Wish(("US-DC",), minimum=Severity.MINOR), True),
    ],
)
def test_a_wish_names_places_topics_and_weight(wish: Wish, wanted: bool) -> None:
    assert matches(sample.temporary_in_dc(), wish, WORDS, NOW) is wanted


@pytest.mark.parametrize("kind", [Kind.RENUMBERED, Kind.RENAMED, Kind.UNIT_RESTATED])
def test_the_same_rule_in_other_words_is_silent(kind: Kind) -> None:
    assert not matches(replace(sample.temporary_in_dc(), kind=kind), DC, WORDS, NOW)


@pytest.mark.parametrize("cause", [Cause.EXTRACTOR, Cause.REVIEW])
def test_only_the_law_and_our_own_errors_are_news(cause: Cause) -> None:
    ours = replace(sample.temporary_in_dc(), cause=cause)
    assert not matches(ours, DC, WORDS, NOW)
    assert matches(replace(ours, kind=Kind.OUR_CORRECTION), DC, WORDS, NOW)


def test_a_correction_reaches_everybody_who_follows_the_rule_however_small_it_is() -> None:
    small = replace(sample.correction_in_canada(), severity=Severity.MINOR)
    assert matches(small, Wish(("CA",), minimum=Severity.CRITICAL), WORDS, NOW)
    assert not matches(small, Wish(("US-DC",)), WORDS, NOW)


@pytest.mark.parametrize(("quote", "citation"), [("", "§ 1"), ("2 oz", ""), (" \n", "§ 1")])
def test_no_quote_and_citation_no_alert(quote: str, citation: str) -> None:
    honest = sample.temporary_in_dc()
    assert honest.after is not None
    bare = replace(honest.after, passage=replace(honest.after.passage, quote=quote, citation=citation))
    assert not matches(replace(honest, after=bare), DC, WORDS, NOW)


@pytest.mark.parametrize(
    ("review", "age", "wanted"),
    [
        (Review.WAITING, timedelta(hours=23, minutes=59), False),
        (Review.WAITING, timedelta(hours=24), True),
        (Review.ACCEPTED, timedelta(0), True),
        (Review.REJECTED, timedelta(days=9), False),
    ],
)
def test_a_critical_change_waits_for_a_person_but_not_for_ever(review: Review, age: timedelta, wanted: bool) -> None:
    held = replace(sample.temporary_in_dc(), review=review, observed_at=NOW - age)
    assert matches(held, DC, WORDS, NOW) is wanted


def test_how_long_it_waits_is_a_setting() -> None:
    held = replace(sample.temporary_in_dc(), review=Review.WAITING, observed_at=NOW - timedelta(hours=2))
    assert matches(held, DC, WORDS, NOW, patience=timedelta(hours=1))


# ── What one change says ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_says_what_from_when_for_whom_with_what_effect_and_what_to_do() -> None:
    found = entry(sample.temporary_in_dc(), WORDS)
    assert found.status == "TEMPORARY until 3 February 2022"
    assert [(fact.label, fact.text, fact.mark) for fact in found.facts] == [
        ("Before", "2 oz", "del"),
        ("Now", "8 oz", "ins"),
        ("When", "from 5 November 2021 until 3 February 2022", ""),
        ("For", "Dried flower; Patient", ""),
        ("Effect", "opens access (major)", ""),
        (
            "What to do",
            "It applies until 3 February 2022. What applies afterwards is not settled: look again before that day.",
            "",
        ),
    ]
    newer, older = found.proof
    assert "8 ounces" in newer.quote
    assert "2 ounces" in older.quote
    assert (newer.citation, newer.url) == ("D.C. Code § 7-1671.03(a)", sample.DC_URL)
    assert len(newer.snapshot) == 64


def test_a_set_says_what_was_added_and_removed() -> None:
    found = entry(sample.conditions_in_texas(), WORDS)
    assert found.added
    assert not found.removed
    assert [fact.label for fact in found.facts][:2] == ["Added", "When"]


def test_unverified_concludes_nothing() -> None:
    found = entry(sample.repeal_in_switzerland(), WORDS)
    assert found.unverified
    assert (found.status, found.direction, found.when) == ("UNVERIFIED", "", "")
    assert [side.label for side in found.proof] == ["New reading", "Earlier reading"]
    assert "we conclude nothing" in found.advice
    everything_said = " ".join((found.headline, found.advice)).lower()
    assert not any(word in everything_said for word in ("repealed", "no longer", "removed", "restricts"))


def test_the_same_change_once_accepted_is_told_plainly() -> None:
    found = entry(replace(sample.repeal_in_switzerland(), review=Review.ACCEPTED), WORDS)
    assert (found.status, found.part) == ("REPEALED", Part.ENDED)


def test_a_first_seen_date_is_never_an_effective_date() -> None:
    honest = sample.conditions_in_texas()
    assert honest.after is not None
    unsure = replace(honest, after=replace(honest.after, basis=Basis.FIRST_SEEN, id=""))
    assert entry(unsure, WORDS).when == "first seen 1 September 2021; the text states no date"
    ending = replace(unsure.after or honest.after, valid=replace(honest.after.valid, end=date(2022, 1, 1)), id="")
    assert entry(replace(unsure, after=ending), WORDS).when.endswith("states no date; ends 1 January 2022")


def test_what_binds_nobody_is_never_critical() -> None:
    assert sample.prescribers_in_germany().severity is Severity.CRITICAL
    found = entry(sample.prescribers_in_germany(), WORDS)
    assert found.severity is Severity.MAJOR
    assert (found.when, found.direction) == ("if adopted, from 1 July 2022", "if adopted, restricts access")


def test_a_correction_shows_the_error_and_the_text_but_no_effect() -> None:
    found = entry(sample.correction_in_canada(), WORDS)
    assert [(fact.label, fact.mark) for fact in found.facts][:2] == [("We reported", "del"), ("The text says", "ins")]
    assert not found.direction
    assert "law did not change" in found.advice
    assert len(found.proof) == 1  # both readings rest on the same words


@pytest.mark.parametrize(
    ("direction", "severity", "said"),
    [
        (Direction.RESTRICTS, Severity.CRITICAL, "Change nothing on your own"),
        (Direction.UNCLEAR, Severity.CRITICAL, "Change nothing on your own"),
        (Direction.EXPANDS, Severity.CRITICAL, "ask a prescriber"),
        (Direction.RESTRICTS, Severity.MAJOR, "next visit"),
        (Direction.RESTRICTS, Severity.MINOR, "not about treatment"),
    ],
)
def test_the_advice_follows_the_weight(direction: Direction, severity: Severity, said: str) -> None:
    weighed = replace(sample.conditions_in_texas(), direction=direction, severity=severity)
    assert said in entry(weighed, WORDS).advice


# ── Subject lines ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            sample.temporary_in_dc(),
            "[District of Columbia] TEMPORARY until 3 February 2022: Possession limit 2 oz → 8 oz",
        ),
        (
            sample.correction_in_canada(),
            "[Canada] CORRECTION: Possession limit is the lesser of 30 times the daily quantity and 150 g, not 30 g",
        ),
        (
            sample.fill_in_luxembourg(),
            "[Luxembourg] ADOPTED, from 31 December 2021: Validity of the authorisation 30 days → 28 days",
        ),
        (sample.repeal_in_switzerland(), "[Switzerland] UNVERIFIED: Patient registration: the official text changed"),
        (
            replace(sample.repeal_in_switzerland(), review=Review.ACCEPTED),
            "[Switzerland] REPEALED: Patient registration",
        ),
    ],
)
def test_one_change_can_be_triaged_by_its_subject(change: Change, line: str) -> None:
    assert subject(change) == line


def test_new_extended_ending_and_moved_rules_have_subjects_of_their_own() -> None:
    temporary = sample.temporary_in_dc()
    assert temporary.after is not None
    kept = replace(temporary.after, valid=replace(temporary.after.valid, end=None), status=Status.IN_FORCE, id="")
    changes = {
        "Possession limit: 8 oz (new)": replace(temporary, before=None),
        "Possession limit stays 8 oz": replace(temporary, kind=Kind.TEMPORARY_EXTENDED),
        "Possession limit stays 8 oz, no end stated any more": replace(
            temporary, kind=Kind.TEMPORARY_EXTENDED, after=kept, status=Status.IN_FORCE
        ),
        "Possession limit 2 oz is about to end": replace(temporary, kind=Kind.TEMPORARY_ENDING),
        "Possession limit 8 oz: the start has moved": replace(temporary, kind=Kind.EFFECTIVE_DATE_CHANGED),
    }
    for headline, change in changes.items():
        assert subject(change).endswith(headline)


def test_many_changes_are_counted_and_places_named_in_full_as_far_as_there_is_room() -> None:
    both = told([sample.temporary_in_dc(), critical_in_canada()], Wish(("US-DC", "CA")))
    assert both.subject == "[Canada, District of Columbia] 2 rule changes, 1 critical"
    assert sample.weekly().subject == (
        "[Canada and 7 more] 1 correction, 3 rule changes, 1 proposal, 1 guideline, 1 disagreement, 1 unverified"
    )


def test_no_subject_is_too_long_or_has_a_second_line() -> None:
    endless = replace(sample.DC_EIGHT, value=Text(text="eight\r\nounces " * 90), id="")
    line = subject(replace(sample.temporary_in_dc(), after=endless))
    assert len(line) <= SUBJECT_LIMIT
    assert line.endswith("…")
    assert line.isprintable()


def critical_in_canada() -> Change:
    said = replace(
        sample.correction_in_canada(), kind=Kind.VALUE_CHANGED, cause=Cause.SOURCE, severity=Severity.CRITICAL
    )
    return replace(said, direction=Direction.RESTRICTS)


# ── The digest as a whole ───────────────────────────────────────────────────────────────────────────────────────────


def test_corrections_come_first_then_the_most_severe_then_the_alphabet() -> None:
    assert [section.name for section in sample.weekly().sections] == [
        "Canada",
        "Switzerland",
        "Croatia",
        "District of Columbia",
        "England",
        "Germany",
        "Luxembourg",
        "Texas",
    ]


def test_what_is_law_never_stands_with_what_is_not() -> None:
    key = sample.DC_POSSESSION
    proposed = replace(sample.DC_EIGHT, status=Status.PROPOSED, id="")
    adopted = replace(sample.DC_EIGHT, status=Status.ENACTED_PENDING, id="")
    changes = [
        sample.change(sample.DC_TWO, proposed, Kind.STATUS_ADVANCED),
        sample.change(sample.DC_TWO, adopted, Kind.ENACTED_PENDING),
        sample.temporary_in_dc(),
        sample.change(None, replace(sample.DC_TWO, key=replace(key, qualifier=""), id=""), Kind.RULE_ADDED),
        replace(sample.temporary_in_dc(), kind=Kind.OUR_CORRECTION, cause=Cause.EXTRACTOR),
        unverified(),
    ]
    (section,) = told(changes, DC).sections
    assert [group.part for group in section.groups] == [
        Part.CORRECTION,
        Part.IN_FORCE,
        Part.TEMPORARY,
        Part.ADOPTED,
        Part.PROPOSED,
        Part.UNVERIFIED,
    ]
    assert all(entry.status == "PROPOSED, not law" for entry in section.groups[4].entries)


def unverified() -> Change:
    return replace(sample.temporary_in_dc(), review=Review.WAITING, kind=Kind.VALUE_CHANGED)


def test_within_a_part_the_most_severe_comes_first() -> None:
    milder = replace(sample.temporary_in_dc(), severity=Severity.MINOR)
    graver = replace(sample.temporary_in_dc(), kind=Kind.VALUE_CHANGED, severity=Severity.CRITICAL)
    digest = told([milder, graver], replace(DC, minimum=Severity.MINOR))
    assert [found.severity for found in digest.entries] == [Severity.CRITICAL, Severity.MINOR]


def test_nothing_to_say_is_no_message() -> None:
    asked = sample.subscription(DC)
    assert compose([], asked, sample.SINCE, NOW, sample.COVERAGE, (), WORDS) is None
    elsewhere = [sample.correction_in_canada()]
    assert compose(elsewhere, asked, sample.SINCE, NOW, sample.COVERAGE, (), WORDS) is None


def test_silence_can_be_asked_for_and_is_informative() -> None:
    digest = sample.quiet()
    assert digest.subject == "[Canada] No change. 1 official source checked."
    assert digest.coverage.sentence == "1 official source checked, last on 22 November 2021, 05:30 UTC."
    assert not digest.entries


def test_no_change_is_not_claimed_while_a_person_still_looks_at_one() -> None:
    held = replace(sample.temporary_in_dc(), review=Review.WAITING, observed_at=NOW - timedelta(hours=1))
    digest = told([held], replace(DC, even_when_quiet=True))
    assert digest.subject == "[District of Columbia] No confirmed change. 1 official source checked."
    assert not digest.entries


def test_what_could_not_be_read_is_named_and_proves_nothing() -> None:
    digest = told([], Wish(("CH", "EE"), even_when_quiet=True))
    assert digest.subject == "[Switzerland, Estonia] No change. 0 of 1 official source could be read."
    assert digest.coverage.gaps == (
        "We could not read Betäubungsmittelgesetz since 18 November 2021 (the site answered 503 for four days). "
        "This says nothing about the rules in it.",
        "No source is watched for Estonia yet: silence says nothing about the law there.",
    )


def test_a_source_below_the_place_covers_it_only_with_its_children() -> None:
    coverage = [SourceCoverage("us-dc/code", "D.C. Code", "US-DC", NOW)]
    for wish, gaps in ((Wish(("US",), True, even_when_quiet=True), 0), (Wish(("US",), even_when_quiet=True), 1)):
        digest = compose([], sample.subscription(wish), sample.SINCE, NOW, coverage, (), WORDS)
        assert digest is not None
        assert len(digest.coverage.gaps) == gaps


def test_every_digest_ends_with_the_disclaimer() -> None:
    assert DISCLAIMER.startswith("Do not stop or change treatment because of this message.")
    for digest in (sample.weekly(), sample.first(), sample.quiet()):
        assert digest.disclaimer == DISCLAIMER


# ── The first message ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_message_says_where_things_stand_and_never_lists_all_as_new() -> None:
    digest = sample.first()
    assert digest.subject == "[Canada, District of Columbia, Estonia] Where things stand: 2 rules"
    assert not digest.entries
    assert [(picture.name, len(picture.lines)) for picture in digest.pictures] == [
        ("Canada", 1),
        ("District of Columbia", 1),
        ("Estonia", 0),
    ]
    line = digest.pictures[1].lines[0]
    assert (line.value, line.status) == ("8 oz", "TEMPORARY until 3 February 2022")
    assert line.evidence == "confirmed 22 November 2021"
    assert digest.period == "22 November 2021"


def test_the_first_message_also_tells_what_changed_since_the_subscription() -> None:
    digest = told([sample.temporary_in_dc()], DC, told_before=False)
    assert digest.subject == "[District of Columbia] Where things stand: no rule recorded yet; 1 rule change"
    assert len(digest.entries) == 1


def test_later_messages_do_not_repeat_where_things_stand() -> None:
    digest = compose(
        [], sample.subscription(replace(DC, even_when_quiet=True)), sample.SINCE, NOW, (), sample.STANDING, WORDS
    )
    assert digest is not None
    assert not digest.pictures


def test_a_coded_value_says_so_until_a_crawl_has_met_it() -> None:
    coding = Coding("somebody", date(2026, 11, 20), "act", PartialDate("2021-03-01"))
    unmet = replace(sample.DC_TWO.passage, quote="")
    coded = replace(sample.DC_TWO, level=Level.CODED, coding=coding, passage=unmet, id="")
    lapsed = StandingRule(Status.UNKNOWN, sample.DC_EIGHT, None)
    asked = sample.subscription(DC, told_before=False)
    digest = compose([], asked, sample.SINCE, NOW, (), (StandingRule(Status.IN_FORCE, coded), lapsed), WORDS)
    assert digest is not None
    lines = digest.pictures[0].lines
    assert "coded from the official text of 1 March 2021, not yet confirmed by a crawl" in {
        line.evidence for line in lines
    }
    assert "its stated end, 3 February 2022, has passed; what applies now is not known to us" in {
        line.when for line in lines
    }


def test_the_first_message_keeps_to_the_topics_asked_for() -> None:
    asked = sample.subscription(Wish(("US-DC",), topics=("supply_limit",)), told_before=False)
    digest = compose([], asked, sample.SINCE, NOW, (), sample.STANDING, WORDS)
    assert digest is not None
    assert not digest.pictures[0].lines


# ── Hostile words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_words_from_a_page_stay_on_one_line() -> None:
    assert one_line(" a\r\nBcc: b\x00\x1b[31m\u2028c\u202ed\ufeff ") == "a Bcc: b[31m cd"
    assert one_line("one two three", 9) == "one two…"
    assert one_line("x" * 50, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://example.org/a b?x=ü#y", "https://example.org/a%20b?x=%C3%BC#y"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/" + "x" * 3000, ""),
    ],
)
def test_only_web_addresses_stand_behind_links(given: str, kept: str) -> None:
    assert web_address(given) == kept


def test_an_unknown_place_below_another_is_not_matched_by_accident() -> None:
    invented = replace(sample.temporary_in_dc(), key=RuleKey("XX-YY", "possession_limit"))
    assert not matches(invented, Wish(("US",), with_children=True), WORDS, NOW)
