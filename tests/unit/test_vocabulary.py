"""The controlled vocabularies in schemas/vocabulary are complete, agree with each other, and find what people type."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tracker.content import load_yaml
from tracker.domain.vocabulary import UnknownTerm, Vocabulary

FOLDER = Path(__file__).parents[2] / "schemas" / "vocabulary"
DOCUMENTS: dict[str, Any] = {path.stem: load_yaml(path) for path in sorted(FOLDER.glob("*.yml"))}
WORDS = Vocabulary.from_documents(DOCUMENTS)


def with_entry(field: str, key: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """The documents with one entry replaced, added or, for None, taken out."""
    entries = {name: entry for name, entry in DOCUMENTS[field][field].items() if name != key}
    return DOCUMENTS | {field: DOCUMENTS[field] | {field: entries | ({key: body} if body is not None else {})}}


def changed(field: str, key: str, **changes: Any) -> dict[str, Any]:
    return with_entry(field, key, DOCUMENTS[field][field][key] | changes)


# ── What is there ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_vocabulary_has_its_number_of_entries() -> None:
    tiers = [topic.tier for topic in WORDS.topics.values()]
    assert (tiers.count("core"), tiers.count("context")) == (46, 4)
    assert len(WORDS.conditions) == 71
    assert len(WORDS.prescriber_classes) == 21
    assert len(WORDS.authorisation_routes) == 18
    assert len(WORDS.product_forms) == 21
    assert len(WORDS.routes_of_administration) == 10
    assert len(WORDS.source_types) == 10


def test_every_file_is_named_after_the_vocabulary_it_holds() -> None:
    assert all(stem in document for stem, document in DOCUMENTS.items())


@pytest.mark.parametrize("topic", WORDS.topics)
def test_every_topic_says_what_a_rule_may_hold_and_what_a_change_of_it_means(topic: str) -> None:
    entry = WORDS.topic(topic)
    assert entry.severity.restricts in {"critical", "major", "minor"}
    assert entry.question.endswith("?")
    if {"enum", "set"} & set(entry.types):
        assert WORDS.members_of(topic)
        assert all(label and label != key for key, label in WORDS.members_of(topic).items())
    if entry.direction == "rank":
        assert {m for m in WORDS.members_of(topic) if WORDS.rank_of(topic, m) is None} == set(entry.incomparable)


def test_every_group_is_used() -> None:
    assert {topic.group for topic in WORDS.topics.values()} == set(WORDS.groups)


def test_every_qualifier_narrows_some_topic() -> None:
    assert {dim for topic in WORDS.topics.values() for dim in topic.qualifiers} == set(WORDS.qualifiers)


def test_the_codes_of_conditions_are_marked_as_unverified() -> None:
    assert WORDS.codes_unverified


# ── Orders ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def ranks(topic: str) -> list[list[str]]:
    """Members by rank, least access first; those of equal rank together."""
    steps: dict[int, list[str]] = {}
    for member in WORDS.members_of(topic):
        if (rank := WORDS.rank_of(topic, member)) is not None:
            steps.setdefault(rank, []).append(member)
    return [steps[rank] for rank in sorted(steps)]


def test_the_two_widest_access_models_do_not_compare() -> None:
    assert ranks("access_model") == [
        ["prohibited"],
        ["affirmative_defence_only"],
        ["authorised_medicines_only"],
        ["low_thc_only"],
        ["named_patient_exception"],
        ["pilot"],
        ["prescription_only", "state_program_authorisation"],
    ]


def test_an_operational_programme_is_above_everything_and_a_closed_one_below_an_enacted_one() -> None:
    order = [member for step in ranks("program_status") for member in step]
    assert order[-1] == "operational"
    assert order.index("proposed") < order.index("enacted_not_operational")
    assert all(order.index(m) < order.index("closed_to_new_patients") for m in ("expired", "enjoined", "struck_down"))


def test_a_silent_law_on_telehealth_compares_with_nothing() -> None:
    middle = ["hardship_or_primary_care_only", "renewal_only"]
    assert ranks("telehealth_authorisation") == [["prohibited"], middle, ["allowed"]]
    assert WORDS.rank_of("telehealth_authorisation", "not_addressed") is None


def test_reimbursement_rises_from_none_to_standard_benefit() -> None:
    assert [step for [step] in ranks("insurance_reimbursement")] == [
        "prohibited",
        "none",
        "individual_exceptional",
        "conditional_prior_approval",
        "conditional_no_approval",
        "standard_benefit",
    ]


def test_routes_are_ranked_by_ease() -> None:
    hardest_first = [
        "ministerial_licence",
        "named_patient_authorisation",
        "written_certification",
        "special_unlicensed_prescription",
        "ordinary_prescription",
        "notification",
        "self_certification",
    ]
    steps = [WORDS.rank_of("authorisation_route", route) for route in hardest_first]
    assert steps == sorted(set(steps), key=lambda step: step or 0)
    assert WORDS.rank_of("authorisation_route", "affirmative_defence_document") is None


def test_binding_sources_come_first_and_guidance_never_answers_for_the_law() -> None:
    by_rank = sorted(WORDS.source_types.values(), key=lambda kind: kind.rank)
    assert [kind.rank for kind in by_rank if kind.binding] == [1, 2, 3, 4, 5]
    assert [kind.rank for kind in by_rank if kind.publishable] == [1, 2, 3, 4, 5, 6, 7]
    guidance = WORDS.source_type("guideline")
    assert guidance.may_answer("guideline_position")
    assert not guidance.may_answer("access_model")


# ── Members ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_topic_adds_to_the_vocabulary_its_members_come_from() -> None:
    members = WORDS.members_of("qualifying_conditions")
    assert len(members) == 72
    assert {"chronic_pain", "practitioner_discretion", "comparable_condition", "regulator_case_by_case"} <= set(members)


def test_a_profession_can_be_excluded_by_name() -> None:
    assert WORDS.is_member("prescriber_class", "not:dentist")
    assert WORDS.label_of("prescriber_class", "not:dentist") == "not dentist"
    assert not WORDS.is_member("prescriber_class", "not:plumber")
    assert not WORDS.is_member("dispensing_channel", "not:dispensary")


def test_conditions_and_professions_are_contained_in_broader_ones() -> None:
    assert WORDS.ancestors_of_condition("diabetic_neuropathy") == ("neuropathic_pain", "chronic_pain")
    assert WORDS.ancestors_of_condition("chronic_pain") == ()
    assert WORDS.ancestors_of_member("prescriber_class", "specialist_hospital") == ("specialist_any", "physician_any")
    assert WORDS.ancestors_of_member("qualifying_conditions", "regulator_case_by_case") == ()


@pytest.mark.parametrize(
    ("phrase", "language", "condition"),
    [
        ("nerve pain", "en", "neuropathic_pain"),
        ("EDS", "en", "ehlers_danlos"),
        ("MS", "en", "multiple_sclerosis"),
        ("RSD", "en", "crps"),
        ("seizures", "en", "epilepsy"),
        ("ADHS", "de", "adhd"),
        ("dor do membro fantasma", "pt", "phantom_limb_pain"),
        ("chronická neutišitelná bolest", "cs", "intractable_pain"),
        ("sclérose en plaques", "fr", "multiple_sclerosis"),
    ],
)
def test_conditions_have_the_words_people_use(phrase: str, language: str, condition: str) -> None:
    assert phrase in WORDS.condition(condition).synonyms[language]


@pytest.mark.parametrize(
    ("phrase", "condition"),
    [
        ("nerve pain", "neuropathic_pain"),
        ("Nerve   PAIN", "neuropathic_pain"),
        ("nerve-pain", "neuropathic_pain"),
        ("Neuropathic pain, neuropathy", "neuropathic_pain"),
        ("neuropathic_pain", "neuropathic_pain"),
        ("Nervenschmerzen", "neuropathic_pain"),
        ("douleurs neuropathiques", "neuropathic_pain"),
        ("dolor neuropático", "neuropathic_pain"),
        ("dolor neuropatico", "neuropathic_pain"),
        ("EDS", "ehlers_danlos"),
        ("eds", "ehlers_danlos"),
        ("ms", "multiple_sclerosis"),
        ("SEP", "multiple_sclerosis"),
        ("Multiple Sklerose", "multiple_sclerosis"),
        ("SCLEROSE EN PLAQUES", "multiple_sclerosis"),
        ("esclerosis múltiple", "multiple_sclerosis"),
        ("chronic pain", "chronic_pain"),
        ("chronic pain (any)", "chronic_pain"),
        ("Dauerschmerzen", "chronic_pain"),
        ("douleur chronique", "chronic_pain"),
        ("dolor crónico", "chronic_pain"),
        ("seizures", "epilepsy"),
        ("Migräne", "migraine"),
        ("migrana", "migraine"),
        ("shingles pain", "postherpetic_neuralgia"),
        ("Crohn’s disease", "crohns"),
        ("crohns", "crohns"),
        ("ptsd", "ptsd"),
        ("spasticity in multiple sclerosis", "ms_spasticity"),
        ("any other condition", "practitioner_discretion"),
    ],
)
def test_a_condition_is_found_as_laws_clinicians_and_lay_people_write_it(phrase: str, condition: str) -> None:
    assert WORDS.conditions_named(phrase) == (condition,)


def test_every_name_of_a_condition_leads_to_it() -> None:
    for condition in WORDS.conditions.values():
        for name in (condition.id, condition.label, *(p for words in condition.synonyms.values() for p in words)):
            assert condition.id in WORDS.conditions_named(name), name
            assert condition.id in WORDS.conditions_named(f"  {name.upper()} "), name


def test_a_name_that_two_conditions_share_finds_both() -> None:
    shared = Vocabulary.from_documents(changed("conditions", "ptsd", synonyms={"en": ["PTSD"], "de": ["MS"]}))
    assert shared.conditions_named("ms") == ("multiple_sclerosis", "ptsd")


@pytest.mark.parametrize(
    ("phrase", "nearest", "ambiguous"),
    [
        ("pain", "chronic_pain", True),
        ("Schmerzen", "chronic_pain", True),
        ("pain nerve", "neuropathic_pain", True),
        ("Fibromyalga", "fibromyalgia", False),
        ("mulitple sclerosis", "multiple_sclerosis", False),
        ("sleep", "sleep_apnea", True),
    ],
)
def test_a_phrase_that_names_no_condition_carries_the_nearest(phrase: str, nearest: str, ambiguous: bool) -> None:
    with pytest.raises(UnknownTerm) as caught:
        WORDS.conditions_named(phrase)
    assert nearest in caught.value.nearest
    assert (caught.value.kind, caught.value.given, caught.value.ambiguous) == ("condition", phrase, ambiguous)


def test_of_many_near_conditions_the_broadest_stands_for_its_parts() -> None:
    with pytest.raises(UnknownTerm) as caught:
        WORDS.conditions_named("pain")
    near = set(caught.value.nearest)
    assert near
    assert not any(near & set(WORDS.ancestors_of_condition(code)) for code in near)


@pytest.mark.parametrize("phrase", ["", "   ", "the", "?!", "xyzzy", "日本"])
def test_a_phrase_like_no_name_finds_nothing(phrase: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        WORDS.conditions_named(phrase)
    assert (caught.value.nearest, caught.value.ambiguous) == ((), False)


def test_synonyms_are_clean_single_phrases() -> None:
    phrases = [p for c in WORDS.conditions.values() for words in c.synonyms.values() for p in words]
    assert [p for p in phrases if re.search(r"[();]|^\s|\s$|\s\s", p) or len(p) > 100] == []


# ── Units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_customary_units_convert_exactly() -> None:
    assert WORDS.unit("oz").to_canonical == Decimal("28.349523125")
    assert WORDS.unit("oz").to_canonical * 16 == WORDS.unit("lb").to_canonical
    assert WORDS.unit("fl_oz").to_canonical == Decimal("29.5735295625")
    assert WORDS.unit("percent_w_v").to_canonical == 10  # 1 g in 100 ml is 10 mg/ml


def test_months_and_years_are_not_days_and_a_bare_per_cent_has_no_basis() -> None:
    dimensions = {name: unit.dimension for name, unit in WORDS.units.items()}
    assert dimensions["month"] == dimensions["year"] != dimensions["day"] == dimensions["week"] != dimensions["hour"]
    assert len({dimensions[name] for name in ("percent", "percent_w_w", "percent_w_v")}) == 3
    assert dimensions["ng_per_ml"] != dimensions["mg_per_ml"]


@pytest.mark.parametrize(
    ("word", "language", "unit"),
    [("ounces", "en", "oz"), ("Unzen", "de", "oz"), ("grammes", "fr", "g"), ("mois", "fr", "month")],
)
def test_units_are_known_by_the_names_laws_use(word: str, language: str, unit: str) -> None:
    assert word in WORDS.unit(unit).names[language]


# ── Jurisdictions ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("Ontario", "CA-ON"),
        ("D.C.", "US-DC"),
        ("Washington DC", "US-DC"),
        ("Washington, D.C.", "US-DC"),
        ("Deutschland", "DE"),
        ("England", "GB-ENG"),
        ("UK", "GB"),
        ("us-dc", "US-DC"),
        ("US-X-EBCI", "US-x-ebci"),
        ("quebec", "CA-QC"),
        ("Québec", "CA-QC"),
        ("THE NETHERLANDS", "NL"),
        ("NO", "NO"),
        ("no", "NO"),
        ("日本", "JP"),
        ("PR", "US-PR"),
        ("Trinidad & Tobago", "TT"),
        ("int-un", "INT-UN"),
    ],
)
def test_a_place_is_found_by_code_or_any_of_its_names(given: str, code: str) -> None:
    assert WORDS.jurisdiction(given).id == code


@pytest.mark.parametrize(
    ("given", "state"), [("CA", "US-CA"), ("ga", "US-GA"), ("DE", "US-DE"), ("FR", None), ("TX", None), ("PR", None)]
)
def test_two_letters_mean_the_country_and_hint_at_the_state(given: str, state: str | None) -> None:
    assert WORDS.us_state_hint(given) == state
    if state:
        assert WORDS.jurisdiction(given).kind == "country"


def test_every_two_letters_that_iso_shares_with_a_us_state_have_the_hint() -> None:
    shared = " ".join(sorted(code for code in WORDS.jurisdictions if WORDS.us_state_hint(code)))
    assert shared == "AL AR AZ CA CO DE GA ID IL IN KY LA MA MD ME MN MO MS MT NC NE PA SC SD TN VA"


def test_all_parts_of_the_federations_are_there() -> None:
    count = dict.fromkeys(("AU", "CA", "DE", "GB", "US"), 0)
    for place in WORDS.jurisdictions.values():
        if place.parent in count and place.kind != "local":
            count[place.parent] += 1
    assert count == {"AU": 8, "CA": 13, "DE": 16, "GB": 4, "US": 56}
    assert sum(place.parent == "EU" for place in WORDS.jurisdictions.values()) == 27


def test_only_georgia_is_ambiguous() -> None:
    with pytest.raises(UnknownTerm, match="jurisdiction 'Georgia' may be GE or US-GA"):
        WORDS.jurisdiction("Georgia")
    for place in WORDS.jurisdictions.values():
        for name in {place.name, place.local_name, place.short, *place.aliases} - {"Georgia"}:
            assert WORDS.jurisdiction(name) is place


# ── What is not there ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: WORDS.topic("possesion_limit"), "unknown topic 'possesion_limit'; did you mean possession_limit?"),
        (lambda: WORDS.unit("ounce"), "unknown unit 'ounce'; did you mean oz?"),
        (lambda: WORDS.condition("Fibromyalga"), "unknown condition 'Fibromyalga'; did you mean fibromyalgia?"),
        (lambda: WORDS.jurisdiction("Germny"), "unknown jurisdiction 'Germny'; did you mean DE?"),
        (lambda: WORDS.jurisdiction("TX"), "unknown jurisdiction 'TX'; did you mean US-TX?"),
        (lambda: WORDS.jurisdiction("WA"), "unknown jurisdiction 'WA'; did you mean AU-WA or US-WA?"),
        (lambda: WORDS.jurisdiction("Xyzzy"), "unknown jurisdiction 'Xyzzy'"),
        (
            lambda: WORDS.rank_of("access_model", "pillot"),
            "unknown member of access_model 'pillot'; did you mean pilot?",
        ),
        (lambda: WORDS.source_type("statue"), "unknown source type 'statue'; did you mean act?"),
        (lambda: WORDS.topic(""), "unknown topic ''"),
    ],
)
def test_an_unknown_word_names_the_nearest(ask: Callable[[], object], sentence: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        ask()
    assert str(caught.value) == sentence
    assert isinstance(caught.value, KeyError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == sentence


def test_an_unknown_word_carries_its_kind_and_the_ids_nearest_to_it() -> None:
    with pytest.raises(UnknownTerm) as caught:
        WORDS.topic("plant_limits")
    assert (caught.value.kind, caught.value.given, caught.value.nearest) == ("topic", "plant_limits", ("plant_limit",))


# ── Qualifiers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("topic", "qualifier"),
    [
        (
            "possession_limit",
            {"age": "adult", "form": "dried_flower", "holder": "registered_person", "location": "public"},
        ),
        ("authorisation_validity", {"instrument": "temporary_card", "holder": "visitor", "age": "age_65_plus"}),
        ("supply_limit", {"form": "non_solid", "channel": "dispensary", "holder": "hospital_patient"}),
        ("prescriber_class", {"form": "extract", "condition": "chronic_pain", "encounter": "initial", "age": "minor"}),
        (
            "authorisation_route",
            {"form": "oil_oral", "condition": "ptsd", "prescriber_class": "dentist", "age": "age_21_plus"},
        ),
        ("product_equivalency", {"form": "beverage"}),
        ("reciprocity_visiting_patients", {"home_jurisdiction": "US-CA"}),
        ("insurance_reimbursement", {"payer": "GKV"}),
        ("program_status", {"scheme": "rdc-660:2022"}),
        ("access_model", {}),
    ],
)
def test_good_qualifiers_have_no_problem(topic: str, qualifier: dict[str, str]) -> None:
    assert WORDS.validate_qualifier(topic, qualifier) == []


@pytest.mark.parametrize(
    ("topic", "qualifier", "problem"),
    [
        (
            "possession_limit",
            {"locaton": "home"},
            "possession_limit has no qualifier 'locaton' (did you mean location?); allowed: age,",
        ),
        ("possession_limit", {"age": "adlt"}, "age has no value 'adlt' (did you mean adult?)"),
        ("tax_treatment", {"age": "adult"}, "tax_treatment has no qualifier 'age'; it takes no qualifier"),
        ("program_status", {"scheme": "a=b;c"}, "scheme takes one word"),
        ("program_status", {"scheme": ""}, "scheme takes one word"),
    ],
)
def test_bad_qualifiers_are_explained(topic: str, qualifier: dict[str, str], problem: str) -> None:
    [found] = WORDS.validate_qualifier(topic, qualifier)
    assert found.startswith(problem)


def test_a_qualifier_is_shown_in_words() -> None:
    assert WORDS.qualifier_label("form", "non_solid") == "Non-solids that contain cannabis"
    assert WORDS.qualifier_label("home_jurisdiction", "US-CA") == "California"
    assert WORDS.qualifier_label("scheme", "early_access") == "early access"


# ── What the reader refuses ─────────────────────────────────────────────────────────────────────────────────────────

POSSESSION = DOCUMENTS["topics"]["topics"]["possession_limit"]
PLACE = {"name": "X", "kind": "country", "timezone": "Etc/UTC", "languages": ["en"], "parent": "INT-UN"}


@pytest.mark.parametrize(
    ("documents", "problem"),
    [
        (changed("topics", "possession_limit", units=["g", "stone"]), "unit 'stone' is not there"),
        (changed("topics", "possession_limit", group="misc"), "group 'misc' is not there"),
        (changed("topics", "possession_limit", qualifiers=["location", "age"]), "alphabetical order"),
        (
            changed("topics", "possession_limit", qualifiers=["agee"]),
            r"qualifier 'agee' is not there \(did you mean age\?\)",
        ),
        (
            changed("topics", "possession_limit", severity=POSSESSION["severity"] | {"restricts": "grave"}),
            "severity.restricts",
        ),
        (changed("topics", "possession_limit", colour="green"), "possession_limit.colour"),
        (changed("topics", "place_of_use", members=[{"id": "a", "label": "A"}] * 2), "a member appears twice"),
        (changed("topics", "tax_treatment", members=[{"id": "a", "label": "A"}]), "a member has no rank"),
        (changed("topics", "tax_treatment", incomparable=["gift"]), "an incomparable member is no member"),
        (
            changed("topics", "qualifying_conditions", members=[{"id": "ptsd", "label": "A"}]),
            "'ptsd' is in its vocabulary already",
        ),
        (changed("conditions", "ptsd", parent="stress"), "parent 'stress' is not there"),
        (changed("conditions", "chronic_pain", parent="cancer_pain"), "conditions: chronic_pain is above itself"),
        (changed("conditions", "ptsd", synonyms={"en": ["Nerve Pain"]}), "stands for neuropathic_pain and for ptsd"),
        (changed("units", "oz", to_canonical=28.35), "must be quoted"),
        (changed("units", "oz", to_canonical="0"), "greater than 0"),
        (changed("units", "oz", canonical="ml"), "'ml' is not the canonical unit of mass"),
        (changed("units", "oz", names={"en": ["grams"]}), "'grams' stands for g and for oz"),
        (changed("source_types", "bill", rank=1), "'rank 1' stands for"),
        (changed("qualifiers", "form", values={"seed": "Seed"}), "'seed' is in its vocabulary already"),
        (with_entry("qualifiers", "Form", {"label": "X", "free": True}), "'Form' is no id"),
        (with_entry("jurisdictions", "xx", PLACE), "String should match pattern"),
        (with_entry("jurisdictions", "XX-1", PLACE | {"kind": "subdivision"}), "its parent is not XX"),
        (with_entry("jurisdictions", "XX", PLACE | {"name": "France"}), "'France' stands for FR and for XX"),
        (with_entry("jurisdictions", "INT-UN", None), "parent 'INT-UN' is not there"),
    ],
)
def test_a_mistake_in_a_vocabulary_is_named(documents: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Vocabulary.from_documents(documents)


def test_another_document_adds_entries_and_repeats_none() -> None:
    demo = Vocabulary.from_documents(DOCUMENTS | {"demo": {"jurisdictions": {"XA": PLACE | {"name": "Arcadia"}}}})
    assert demo.jurisdiction("Arcadia").id == "XA"
    assert demo.jurisdiction("XA").short == demo.jurisdiction("XA").local_name == "Arcadia"
    assert "XA" not in DOCUMENTS["jurisdictions"]["jurisdictions"]
    with pytest.raises(ValueError, match="demo: jurisdictions already has FR"):
        Vocabulary.from_documents(DOCUMENTS | {"demo": {"jurisdictions": {"FR": PLACE}}})
    with pytest.raises(ValueError, match="demo: a vocabulary file holds a mapping"):
        Vocabulary.from_documents(DOCUMENTS | {"demo": []})
