"""What the rules of a place say about a condition: law and guidance apart, and unknown says unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.chronicle import members, words
from tracker.domain.access import TOPICS, Access, Finding, finding
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Passage, RuleKey, Status, Version
from tracker.domain.timeline import Answer
from tracker.domain.value import Bare, Member, MemberSet, State, Text, Value

WORDS = words()
CLAUSES = [code for code, condition in WORDS.conditions.items() if condition.kind == "clause"]
CONDITIONS = [code for code in WORDS.conditions if code not in CLAUSES]
MEMBERS = sorted(WORDS.members_of("qualifying_conditions"))
ORDER = list(Access)

Rules = dict[RuleKey, Answer]


def rule(topic: str, value: Value, status: Status = Status.IN_FORCE, only: str = "") -> Rules:
    """One rule of a place, as it holds on a day."""
    key = RuleKey("NL", topic, only)
    passage = Passage("", "s. 1", "nl/act", "act", "https://law.example", "")
    # What has lapsed was temporary law.
    of = Status.TEMPORARY if status is Status.UNKNOWN else status
    version = Version(key, value, Period(date(2020, 1, 1)), datetime(2020, 1, 1, tzinfo=UTC), passage, Basis.STATED, of)
    return {key: Answer(status, version)}


def listed(*names: str, kind: str | None = "closed", status: Status = Status.IN_FORCE, only: str = "") -> Rules:
    """A list of conditions: closed, open or read in part."""
    value = members(*names)
    value = value.model_copy(update={"attrs": {"list_type": kind}}) if kind else value
    return rule("qualifying_conditions", value, status, only)


def model(member: str, status: Status = Status.IN_FORCE, only: str = "") -> Rules:
    return rule("access_model", Member(member=member), status, only)


def found(condition: str, *rules: Rules) -> Finding:
    together: Rules = {}
    for each in rules:
        assert not together.keys() & each.keys()
        together |= each
    return finding(together, condition, WORDS)


def said(condition: str, *rules: Rules) -> tuple[Access, str | None]:
    answer = found(condition, *rules)
    return answer.access, answer.via


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["closed", "open", "partial", None])
@pytest.mark.parametrize(
    ("condition", "names", "access", "via"),
    [
        ("epilepsy", ["epilepsy", "ptsd"], Access.LISTED, "epilepsy"),
        ("neuropathic_pain", ["chronic_pain"], Access.BROADER, "chronic_pain"),
        ("diabetic_neuropathy", ["chronic_pain"], Access.BROADER, "chronic_pain"),
        ("neuropathic_pain", ["chronic_pain", "neuropathic_pain"], Access.LISTED, "neuropathic_pain"),
        ("multiple_sclerosis", ["ms_spasticity"], Access.NARROWER, "ms_spasticity"),
        ("chronic_pain", ["diabetic_neuropathy"], Access.NARROWER, "diabetic_neuropathy"),
        ("neuropathic_pain", ["chronic_pain", "diabetic_neuropathy"], Access.BROADER, "chronic_pain"),
        ("epilepsy", ["practitioner_discretion"], Access.DISCRETION, "practitioner_discretion"),
        ("epilepsy", ["epilepsy", "practitioner_discretion"], Access.LISTED, "epilepsy"),
        (
            "multiple_sclerosis",
            ["ms_spasticity", "practitioner_discretion"],
            Access.DISCRETION,
            "practitioner_discretion",
        ),
        ("epilepsy", ["regulator_case_by_case"], Access.CASE_BY_CASE, "regulator_case_by_case"),
        ("epilepsy", ["ptsd", "comparable_condition"], Access.CASE_BY_CASE, "comparable_condition"),
        ("epilepsy", ["rare_disease"], Access.CASE_BY_CASE, "rare_disease"),
        ("multiple_sclerosis", ["ms_spasticity", "comparable_condition"], Access.NARROWER, "ms_spasticity"),
    ],
)
def test_a_list_names_a_condition_a_broader_one_a_part_of_it_or_leaves_it_to_somebody(
    kind: str | None, condition: str, names: list[str], access: Access, via: str
) -> None:
    assert said(condition, listed(*names, kind=kind)) == (access, via)


@pytest.mark.parametrize(
    ("kind", "access"),
    [("closed", Access.NOT_LISTED), ("open", Access.UNKNOWN), ("partial", Access.UNKNOWN), (None, Access.UNKNOWN)],
)
def test_only_a_closed_list_says_by_its_silence_that_a_condition_is_not_on_it(kind: str | None, access: Access) -> None:
    assert said("fibromyalgia", listed("epilepsy", "ptsd", kind=kind)) == (access, None)


def test_siblings_are_not_each_other() -> None:
    assert said("fibromyalgia", listed("neuropathic_pain", "arthritis")) == (Access.NOT_LISTED, None)


def test_silence_counts_only_where_every_list_of_the_place_is_whole() -> None:
    whole = listed("epilepsy", only="list_role=statutory")
    assert said("ptsd", whole, listed("cancer", only="list_role=regulatory"))[0] is Access.NOT_LISTED
    assert said("ptsd", whole, listed("cancer", kind="partial", only="list_role=regulatory"))[0] is Access.UNKNOWN


@pytest.mark.parametrize("narrowed", ["age=minor", "form=dried_flower", "scheme=pilot"])
def test_the_list_of_one_age_form_or_scheme_says_nothing_about_the_others(narrowed: str) -> None:
    assert said("ptsd", listed("epilepsy", only=narrowed))[0] is Access.UNKNOWN
    assert said("ptsd", listed("epilepsy"), listed("cancer", only=narrowed))[0] is Access.UNKNOWN
    assert said("epilepsy", listed("cancer"), listed("epilepsy", only=narrowed)) == (Access.LISTED, "epilepsy")


def test_the_clearest_of_several_lists_answers_and_is_named() -> None:
    named, left = (
        listed("epilepsy", only="list_role=statutory"),
        listed("practitioner_discretion", kind="open", only="age=adult"),
    )
    answer = found("epilepsy", left, named)
    assert (answer.access, answer.key) == (Access.LISTED, next(iter(named)))
    assert answer.answer is named[next(iter(named))]
    assert found("ptsd", left, named).key == next(iter(left))


def test_a_choice_of_the_practitioner_may_be_a_state_of_the_list() -> None:
    left = rule("qualifying_conditions", Bare(state=State.PRACTITIONER_DETERMINED))
    assert said("ptsd", left) == (Access.DISCRETION, None)


@pytest.mark.parametrize(
    "state", [State.NOT_ADDRESSED, State.NOT_FOUND, State.UNREADABLE, State.SET_BY_OTHER_INSTRUMENT]
)
def test_a_list_that_says_nothing_says_nothing(state: State) -> None:
    silent = rule("qualifying_conditions", Bare(state=state), only="list_role=regulatory")
    assert said("ptsd", silent)[0] is Access.UNKNOWN
    assert said("ptsd", silent, listed("epilepsy"))[0] is Access.UNKNOWN
    assert said("epilepsy", silent, listed("epilepsy"))[0] is Access.LISTED


def test_nothing_known_is_unknown_and_never_no() -> None:
    answer = found("epilepsy")
    assert answer == Finding(Access.UNKNOWN)
    assert said("epilepsy", rule("minor_access", Member(member="prohibited")))[0] is Access.UNKNOWN
    assert said("epilepsy", model("state_program_authorisation"))[0] is Access.UNKNOWN


# ── What does not hold, and what is no law ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.PROPOSED, Status.REPEALED])
def test_a_list_that_has_lapsed_or_is_proposed_gives_no_access_and_denies_none(status: Status) -> None:
    assert said("epilepsy", listed("epilepsy", "practitioner_discretion", status=status))[0] is Access.UNKNOWN
    assert said("ptsd", listed("epilepsy", status=status))[0] is Access.UNKNOWN
    left = rule("qualifying_conditions", Bare(state=State.PRACTITIONER_DETERMINED), status)
    assert said("ptsd", left)[0] is Access.UNKNOWN


def test_beside_a_closed_list_a_lapsed_one_leaves_open_what_a_proposed_one_does_not() -> None:
    whole = listed("epilepsy", only="list_role=statutory")
    assert said("ptsd", whole, listed("cancer", status=Status.UNKNOWN))[0] is Access.UNKNOWN
    assert said("ptsd", whole, listed("ptsd", status=Status.PROPOSED))[0] is Access.NOT_LISTED


def test_temporary_law_is_law() -> None:
    assert said("epilepsy", listed("epilepsy", status=Status.TEMPORARY)) == (Access.LISTED, "epilepsy")
    assert said("ptsd", listed("epilepsy", status=Status.TEMPORARY))[0] is Access.NOT_LISTED


@pytest.mark.parametrize("apart", ["list_role=guidance", "list_role=reimbursement", "payer=public", "payer=medicaid"])
def test_lists_of_guidance_and_of_payers_never_count_as_access(apart: str) -> None:
    beside = listed("epilepsy", "practitioner_discretion", only=apart)
    assert said("epilepsy", beside)[0] is Access.UNKNOWN
    assert said("ptsd", listed("cancer"), beside)[0] is Access.NOT_LISTED
    assert said("ptsd", listed("cancer"), listed("epilepsy", kind="partial", only=apart))[0] is Access.NOT_LISTED


def test_a_prohibition_without_exception_is_stronger_than_silence() -> None:
    ban = model("prohibited")
    answer = found("epilepsy", ban)
    assert (answer.access, answer.key) == (Access.PROHIBITED, next(iter(ban)))
    assert said("epilepsy", ban, listed("practitioner_discretion", only="list_role=guidance"))[0] is Access.PROHIBITED


@pytest.mark.parametrize(
    "opening",
    [
        model("authorised_medicines_only", only="form=authorised_product"),
        model("pilot", only="scheme=trial"),
        model("prohibited", status=Status.UNKNOWN, only="scheme=trial"),
    ],
)
def test_a_place_that_opens_any_way_does_not_prohibit(opening: Rules) -> None:
    assert said("epilepsy", model("prohibited"), opening)[0] is Access.UNKNOWN
    assert said("epilepsy", model("prohibited"), opening, listed("epilepsy"))[0] is Access.LISTED


@pytest.mark.parametrize(
    "ban",
    [
        model("prohibited", only="form=dried_flower"),
        model("prohibited", only="scheme=pilot"),
        model("prohibited", status=Status.UNKNOWN),
        model("prohibited", status=Status.PROPOSED),
        rule("access_model", Bare(state=State.NOT_FOUND)),
    ],
)
def test_a_ban_of_one_form_a_lapsed_ban_and_a_proposed_one_prohibit_nothing(ban: Rules) -> None:
    assert said("epilepsy", ban)[0] is Access.UNKNOWN
    assert said("epilepsy", ban, listed("epilepsy"))[0] is Access.LISTED


# ── What else has to be known ───────────────────────────────────────────────────────────────────────────────────────


def keys(*rules: Rules) -> tuple[RuleKey, ...]:
    return tuple(sorted(key for each in rules for key in each))


def test_tests_prior_treatment_and_prescribers_of_the_condition_and_of_all_conditions_are_named() -> None:
    lasting = rule("condition_definition", Text(text="lasts 90 days"), only="condition=chronic_pain")
    other = rule("condition_definition", Text(text="seizures"), only="condition=epilepsy")
    failed = rule("prior_treatment_requirement", Member(member="two_lines_failed"), only="condition=neuropathic_pain")
    considered = rule("prior_treatment_requirement", Member(member="considered"))
    elsewhere = rule("prior_treatment_requirement", Member(member="none"), only="condition=ptsd")
    doctors = rule("prescriber_class", members("physician_any"))
    answer = found("neuropathic_pain", listed("chronic_pain"), lasting, other, failed, considered, elsewhere, doctors)
    assert (answer.access, answer.via) == (Access.BROADER, "chronic_pain")
    assert answer.tests == keys(lasting)
    assert answer.prior == keys(failed, considered)
    assert answer.prescribers == keys(doctors)


def test_the_test_of_the_part_that_is_listed_is_named() -> None:
    spastic = rule("condition_definition", Text(text="failed two medicines"), only="condition=ms_spasticity")
    assert found("multiple_sclerosis", listed("ms_spasticity"), spastic).tests == keys(spastic)
    assert found("multiple_sclerosis", listed("multiple_sclerosis"), spastic).tests == ()


def test_a_definition_without_a_condition_is_no_test_of_this_one() -> None:
    assert found("epilepsy", listed("epilepsy"), rule("condition_definition", Text(text="serious"))).tests == ()


def test_what_a_payer_asks_for_is_no_condition_of_access() -> None:
    paid = rule("prior_treatment_requirement", Member(member="all_standard_exhausted"), only="payer=public")
    worded = rule("condition_definition", Text(text="serious"), only="condition=epilepsy;payer=public")
    answer = found("epilepsy", listed("epilepsy"), paid, worded)
    assert (answer.prior, answer.tests) == ((), ())


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.PROPOSED])
def test_what_no_longer_holds_or_is_proposed_is_asked_of_nobody(status: Status) -> None:
    failed = rule("prior_treatment_requirement", Member(member="two_lines_failed"), status)
    doctors = rule("prescriber_class", members("physician_any"), status)
    answer = found("epilepsy", listed("epilepsy"), failed, doctors)
    assert (answer.prior, answer.prescribers) == ((), ())


def test_guidelines_stand_apart_and_never_answer() -> None:
    against = rule("guideline_position", Member(member="do_not_offer"), only="condition=chronic_pain")
    other = rule("guideline_position", Member(member="recommend"), only="condition=epilepsy")
    answer = found("neuropathic_pain", against, other)
    assert (answer.access, answer.guidance) == (Access.UNKNOWN, keys(against))
    allowed = found("neuropathic_pain", against, other, listed("neuropathic_pain"))
    assert (allowed.access, allowed.guidance) == (Access.LISTED, keys(against))


def test_a_topic_that_is_looked_at_is_one_that_is_asked_for() -> None:
    assert {"qualifying_conditions", "access_model", "guideline_position"} <= set(TOPICS) <= set(WORDS.topics)


# ── Whatever a place says ───────────────────────────────────────────────────────────────────────────────────────────

ROLES = [
    "",
    "list_role=statutory",
    "list_role=regulatory",
    "age=minor",
    "scheme=pilot",
    "list_role=guidance",
    "list_role=reimbursement",
    "payer=public",
]
NOT_LAW = ["list_role=guidance", "list_role=reimbursement", "payer=public"]
STATUSES = st.sampled_from([Status.IN_FORCE, Status.IN_FORCE, Status.TEMPORARY, Status.UNKNOWN])
NAMES = st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=4)
KINDS = st.sampled_from(["closed", "closed", "open", "partial"])
MODELS = st.sampled_from(["prohibited", "pilot", "prescription_only"])


@st.composite
def places(draw: st.DrawFn) -> Rules:
    rules: Rules = {}
    for role in draw(st.lists(st.sampled_from(ROLES), max_size=3, unique=True)):
        rules |= listed(*draw(NAMES), kind=draw(KINDS), status=draw(STATUSES), only=role)
    if draw(st.booleans()):
        rules |= model(draw(MODELS), draw(STATUSES))
    return rules


def lists_of(rules: Mapping[RuleKey, Answer]) -> list[RuleKey]:
    return [key for key in rules if key.topic == "qualifying_conditions"]


def names_in(answer: Answer) -> tuple[str, ...]:
    assert isinstance(answer.version.value, MemberSet)
    return answer.version.value.members


@given(places(), st.sampled_from(CONDITIONS), st.sampled_from(MEMBERS), st.data())
def test_adding_a_member_to_a_list_never_reduces_access(
    rules: Rules, condition: str, added: str, data: st.DataObject
) -> None:
    assume(lists_of(rules))
    key = data.draw(st.sampled_from(lists_of(rules)))
    held = rules[key]
    longer = members(*names_in(held), added).model_copy(update={"attrs": held.version.value.attrs})
    more = rules | {key: replace(held, version=replace(held.version, value=longer))}
    before, after = finding(rules, condition, WORDS), finding(more, condition, WORDS)
    assert ORDER.index(after.access) <= ORDER.index(before.access)
    law = held.status is not Status.UNKNOWN and key.qualifier not in NOT_LAW
    if added == condition and law and before.access is not Access.PROHIBITED:
        assert after.access is Access.LISTED


@given(places(), st.sampled_from(CONDITIONS), NAMES, st.sampled_from(NOT_LAW), KINDS)
def test_what_is_no_law_changes_no_answer(rules: Rules, condition: str, names: list[str], role: str, kind: str) -> None:
    beside = listed(*names, kind=kind, only=role)
    assume(not rules.keys() & beside.keys())
    assert finding(rules | beside, condition, WORDS) == finding(rules, condition, WORDS)


@given(places(), st.sampled_from(CONDITIONS))
def test_an_answer_names_the_rule_it_rests_on_and_unknown_names_none(rules: Rules, condition: str) -> None:
    answer = finding(rules, condition, WORDS)
    if answer.access is Access.UNKNOWN:
        assert (answer.key, answer.answer, answer.via) == (None, None, None)
        return
    assert answer.key is not None
    assert answer.answer is rules[answer.key]
    assert answer.answer.status in (Status.IN_FORCE, Status.TEMPORARY)
    if answer.via is not None:
        assert answer.via in names_in(answer.answer)
    if answer.access is Access.LISTED:
        assert answer.via == condition
    if answer.access is Access.BROADER:
        assert answer.via in WORDS.ancestors_of_condition(condition)
    if answer.access is Access.NARROWER:
        assert answer.via is not None
        assert condition in WORDS.ancestors_of_condition(answer.via)


@given(places(), st.sampled_from(CONDITIONS))
def test_a_condition_is_never_worse_off_than_the_broader_one_that_is_named(rules: Rules, condition: str) -> None:
    for above in WORDS.ancestors_of_condition(condition):
        if finding(rules, above, WORDS).access in (Access.LISTED, Access.BROADER):
            assert finding(rules, condition, WORDS).access in (Access.LISTED, Access.BROADER)
