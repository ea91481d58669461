"""`tracker find`, `compare`, `upcoming`, `rules` and the coverage, as people type them, on baselines of one's own."""

from __future__ import annotations

import csv
import io
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.integration.seeded import BASELINE, MARK, Program, crawl, install, opened, page
from tracker.cli import tracker as root
from tracker.domain.wording import long_date

TODAY = datetime.now(UTC).date()
SOON, LATER = TODAY + timedelta(60), TODAY + timedelta(400)
HEADS = (
    "Named in the law",
    "A broader condition",
    "The practitioner decides",
    "Only in part",
    "Not named",
    "Not on the list",
    "No lawful access",
    "Not known",
)
Rule = dict[str, Any]


def rule(topic: str, value: Any, **more: Any) -> Rule:
    return {"topic": topic, "value": value, "text": "act", "citation": "Access Act, s. 3", **more}


def conditions(*members: str, kind: str = "closed", **more: Any) -> Rule:
    return rule("qualifying_conditions", {"members": list(members), "attrs": {"list_type": kind}}, **more)


def place(home: Path, code: str, *rules: Rule, date: str = "2021-06-30") -> None:
    """The baseline of one jurisdiction; what guidelines say stands in a text of their own."""
    text = {
        "title": "Access Act",
        "authority": "Parliament",
        "type": "act",
        "url": f"https://law.example/{code.lower()}",
        "language": "en",
        "date": date,
    }
    guide = text | {"title": "Guide", "type": "guidance", "date": "2022-01-01"}
    guide["url"] = f"https://college.example/{code.lower()}"
    used = {each["text"] for each in rules}
    file = {
        "jurisdiction": code,
        "coder": {"by": "A. Coder", "on": "2022-03-01"},
        "addresses": [
            {
                "title": "Office",
                "authority": "Ministry",
                "url": f"https://health.example/{code.lower()}",
                "type": "regulator_page",
                "language": "en",
            }
        ],
        "texts": {name: body for name, body in (("act", text), ("guide", guide)) if name in used},
        "coded": [{"passage": yaml.safe_load(MARK), **each} for each in rules],
    }
    path = home / "spiders" / code.lower() / "baseline.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(file, allow_unicode=True), "utf-8")


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """Ten places, each with another answer."""
    home = tmp_path / "home"
    doctors = rule("prescriber_class", ["physician_any"], citation="Access Act, s. 5")
    place(
        home,
        "NL",
        rule("access_model", "prescription_only"),
        conditions("neuropathic_pain", "epilepsy"),
        doctors,
        rule("prescriber_class", ["specialist_any"], qualifier={"age": "minor"}),
        rule("prior_treatment_requirement", "two_lines_failed", qualifier={"condition": "neuropathic_pain"}),
        rule("prior_treatment_requirement", "all_standard_exhausted", qualifier={"payer": "public"}),
        rule("possession_limit", {"number": 30, "unit": "g"}, qualifier={"holder": "patient"}),
        rule("possession_limit", {"number": 30, "unit": "g"}, qualifier={"holder": "caregiver"}),
        rule("authorisation_validity", "P1Y"),
        rule("minor_access", "allowed_with_guardian"),
        rule(
            "supply_limit",
            {"number": 60, "unit": "g"},
            status="temporary",
            valid_from="2021-01-01",
            valid_to=SOON.isoformat(),
        ),
        rule(
            "guideline_position",
            "do_not_offer",
            qualifier={"condition": "chronic_pain"},
            text="guide",
            citation="Guide, rec. 4",
        ),
    )
    place(home, "BE", conditions("chronic_pain", kind="open"), rule("minor_access", "prohibited"), doctors)
    place(home, "GB", conditions("practitioner_discretion", kind="open"), rule("access_model", "prescription_only"))
    place(
        home,
        "GB-ENG",
        rule("guideline_position", "recommend", qualifier={"condition": "epilepsy"}, text="guide", citation="Guide, 1"),
    )
    place(home, "LU", conditions("diabetic_neuropathy", kind="partial"))
    place(home, "IT", conditions("epilepsy", "regulator_case_by_case", kind="open"))
    place(home, "PT", conditions("ptsd", "cancer"), date="2019")
    place(home, "SE", rule("access_model", "prohibited"))
    place(
        home,
        "FR",
        conditions("neuropathic_pain", status="temporary", valid_from="2020-01-01", valid_to="2022-01-01"),
        rule("minor_access", "allowed_with_guardian", valid_from=LATER.isoformat()),
    )
    place(home, "US-MN", rule("minor_access", "allowed_as_adult"))
    return Program(home, monkeypatch, capsys)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def narrow(out: str, width: int = 80) -> bool:
    return max(map(len, out.splitlines())) <= width


# ── find ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_place_stands_below_what_its_law_says(tracker: Program) -> None:
    code, out, err = tracker("find", "nerve", "pain")
    assert (code, err) == (0, "")
    assert narrow(out)
    sections = re.split(r"\n\n", out)
    assert " ".join(sections[0].split()) == (
        f"Neuropathic pain, neuropathy (asked as “nerve pain”): where it gives access on {long_date(TODAY)}"
    )
    below = {head: next((part for part in sections if part.startswith(head)), "") for head in HEADS}
    for head, code_ in zip(HEADS, ("NL", "BE", "GB", "LU", "IT", "PT", "SE", "FR"), strict=True):
        name = opened(tracker.home).words.jurisdiction(code_).name
        assert name in below[head], (head, name)
        assert sum(f"{name} ({code_})" in part for part in sections) == (head != "Not known")
    assert "England (GB-ENG), as in United Kingdom" in below["The practitioner decides"]
    assert "Minnesota" in below["Not known"], "federal law lends a state nothing"
    assert "that says nothing about the law" in below["Not known"]
    assert "Do not stop or change treatment" in " ".join(out.split())


def test_a_place_comes_with_test_prior_treatment_prescriber_citation_and_age(tracker: Program) -> None:
    _, out, _ = tracker("find", "neuropathic pain", "--jurisdiction", "NL")
    said = " ".join(out.split())
    assert "Netherlands (NL) before: Two lines of treatment failed by: " in said
    assert "Any physician" in said
    assert "(minor, as this law defines it)" in said, "who may prescribe to minors only is not shown as for all"
    assert "All standard treatment" not in said, "what a payer asks for is no condition of access"
    assert "Access Act, s. 3; text of 2021" in said
    assert "not yet confirmed by a crawl" in said


def test_guidelines_stand_apart_from_the_law(tracker: Program) -> None:
    _, out, _ = tracker("find", "nerve", "pain")
    law, _, guided = out.partition("Guidelines, not law")
    assert "Guide, rec. 4" in guided
    assert "Guide, rec. 4" not in law
    (nl,) = tracker.json("find", "nerve", "pain", "--jurisdiction", "NL")
    assert [each["citation"] for each in nl["guidance"]] == ["Guide, rec. 4"]
    assert nl["rule"]["citation"] == "Access Act, s. 3"
    assert not {each["topic"] for part in ("tests", "prior_treatment", "prescribers") for each in nl[part]} & {
        "guideline_position"
    }


@pytest.mark.parametrize(
    "phrase",
    ["nerve pain", "NERVE PAIN", "neuropathic_pain", "Nervenschmerzen", "douleurs neuropathiques", "dolor neuropático"],
)
def test_a_condition_is_found_in_the_words_of_lay_people_of_four_languages(tracker: Program, phrase: str) -> None:
    rows = {row["jurisdiction"]: row for row in tracker.json("find", phrase)}
    assert {code: (row["access"], row["via"], row["inherited_from"]) for code, row in rows.items()} == {
        "NL": ("listed", "neuropathic_pain", None),
        "BE": ("broader", "chronic_pain", None),
        "GB": ("discretion", "practitioner_discretion", None),
        "GB-ENG": ("discretion", "practitioner_discretion", "GB"),
        "LU": ("narrower", "diabetic_neuropathy", None),
        "IT": ("case_by_case", "regulator_case_by_case", None),
        "PT": ("not_listed", None, None),
        "SE": ("prohibited", None, None),
        "FR": ("unknown", None, None),
        "US-MN": ("unknown", None, None),
    }
    assert {row["condition"] for row in rows.values()} == {"neuropathic_pain"}
    for row in rows.values():
        assert (row["rule"] is None) == (row["access"] == "unknown")


def test_guidelines_of_a_part_of_a_country_are_its_own(tracker: Program) -> None:
    (row,) = tracker.json("find", "epilepsy", "--jurisdiction", "GB-ENG")
    assert (row["access"], row["inherited_from"]) == ("discretion", "GB")
    assert [each["citation"] for each in row["guidance"]] == ["Guide, 1"]


def test_a_state_borrows_nothing_from_federal_law(tracker: Program) -> None:
    place(tracker.home, "US", conditions("neuropathic_pain"), rule("access_model", "prescription_only"))
    assert tracker("db", "upgrade")[0] == 0
    rows = {row["jurisdiction"]: row for row in tracker.json("find", "nerve pain")}
    assert (rows["US"]["access"], rows["US-MN"]["access"]) == ("listed", "unknown")
    assert (rows["US-MN"]["inherited_from"], rows["US-MN"]["rule"]) == (None, None)


def test_answers_are_for_spreadsheets_too(tracker: Program) -> None:
    code, out, _ = tracker("find", "nerve pain", "--format", "csv")
    rows = table(out)
    assert code == 0
    assert [row["access"] for row in rows][:2] == ["listed", "broader"]
    assert rows[0]["value"] == "Epilepsy / seizure disorder, Neuropathic pain, neuropathy"
    assert rows[0]["url"] == "https://law.example/nl"
    assert rows[0]["prior_treatment"] == "Two lines of treatment failed"
    assert "not yet confirmed by a crawl" in rows[0]["evidence"]


def test_only_the_places_that_are_asked_for_answer_and_one_that_nobody_knows_is_unknown(tracker: Program) -> None:
    rows = tracker.json("find", "epilepsy", "--jurisdiction", "Belgium", "--jurisdiction", "JP")
    assert [(row["jurisdiction"], row["access"]) for row in rows] == [("BE", "unknown"), ("JP", "unknown")]


def test_on_a_day_before_its_text_nothing_is_known_of_a_list(tracker: Program) -> None:
    (before,) = tracker.json("find", "epilepsy", "--jurisdiction", "NL", "--as-of", "2021-06-29")
    (after,) = tracker.json("find", "epilepsy", "--jurisdiction", "NL", "--as-of", "2021-06-30")
    assert (before["access"], after["access"]) == ("unknown", "listed")
    (then,) = tracker.json("find", "nerve pain", "--jurisdiction", "FR", "--as-of", "2021-12-31")
    assert (then["access"], then["rule"]["status"]) == ("listed", "temporary")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["find", "fibromyalga"], "Unknown condition 'fibromyalga'. Did you mean fibromyalgia?"),
        (["find", "pain"], "Unknown condition 'pain'. Did you mean chronic pain (any)"),
        (["find", "xyzzy"], "Unknown condition 'xyzzy'."),
        (["find", "MS", "--jurisdiction", "Nederland en"], "Unknown jurisdiction 'Nederland en'"),
        (["find", "MS", "--as-of", "2021-02-30"], "--as-of '2021-02-30' is not a day of the calendar"),
        (["find"], "Missing argument"),
        (["compare", "NL", "XX"], "Unknown jurisdiction 'XX'"),
        (["compare", "NL", "--topic", "posession_limit"], "Did you mean possession_limit?"),
        (["compare"], "Missing argument"),
        (["upcoming", "Atlantis"], "Unknown jurisdiction 'Atlantis'"),
        (["upcoming", "--days", "0"], "0 is not in the range"),
        (["source", "list", "--coverage", "--format", "yaml"], "'yaml' is not one of"),
        (["baseline", "check", "nowhere.yml"], "'nowhere.yml' does not exist"),
    ],
)
def test_wrong_use_is_exit_code_2_and_names_the_fix(tracker: Program, asked: list[str], said: str) -> None:
    code, out, err = tracker(*asked)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_a_two_letter_state_is_the_country_and_says_so(tracker: Program) -> None:
    code, _, err = tracker("find", "epilepsy", "--jurisdiction", "DE")
    assert code == 0
    assert "DE is Germany; for Delaware write US-DE." in err


# ── compare ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_stand_side_by_side_where_the_terminal_is_wide_enough(
    tracker: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = tracker("compare", "NL", "BE")
    assert (code, err) == (0, "")
    assert narrow(out)
    head = next(line for line in out.splitlines() if "Netherlands (NL)" in line)
    assert "Belgium (BE)" in head
    assert re.search(r"^Possession limit +30 g, for caregiver; +\?", out, re.MULTILINE)
    said = " ".join(out.split())
    assert "? is not known, which says nothing about the law." in said
    assert "values are not yet confirmed by a crawl" in said
    monkeypatch.setenv("COLUMNS", "50")
    _, below, _ = tracker("compare", "NL", "BE", "GB-ENG")
    assert narrow(below, 50)
    assert re.search(r"^Access model\n  NL +Prescription", below, re.MULTILINE)
    assert re.search(r"^  GB-ENG +Prescription.*\n?.*\[United Kingdom\]", below, re.MULTILINE)


def test_the_whole_matrix_is_for_programs(tracker: Program) -> None:
    found = tracker.json("compare", "NL", "GB-ENG", "NL", "--topic", "access_model", "--topic", "possession_limit")
    assert found["as_of"] == TODAY.isoformat()
    assert list(found["jurisdictions"]) == ["NL", "GB-ENG"]
    models, limits = found["rows"]
    assert (models["topic"], models["name"]) == ("access_model", "Access model")
    assert [each["inherited_from"] for each in models["cells"]["GB-ENG"]] == ["GB"]
    assert [each["display"] for each in limits["cells"]["NL"]] == ["30 g", "30 g"]
    assert limits["cells"]["GB-ENG"] == []
    _, out, _ = tracker("compare", "NL", "BE", "--format", "csv")
    rows = {row["topic"]: row for row in table(out)}
    assert rows["possession_limit"] == {
        "topic": "possession_limit",
        "NL": "30 g, for caregiver (Access Act, s. 3; text of 2021); "
        "30 g, for patient (Access Act, s. 3; text of 2021)",
        "BE": "",
    }
    assert rows["minor_access"]["BE"].startswith("Not allowed (")


def test_guidelines_can_be_compared(tracker: Program) -> None:
    found = tracker.json("compare", "NL", "BE", "--topic", "guideline_position")
    (row,) = found["rows"]
    assert [each["display"] for each in row["cells"]["NL"]] == ["Do not offer"]
    assert row["cells"]["BE"] == []


def test_nothing_to_compare_says_so(tracker: Program) -> None:
    code, out, _ = tracker("compare", "SE", "US-MN", "--topic", "possession_limit")
    assert code == 0
    assert "Nothing is recorded of these topics. That says nothing about the law." in out


def test_a_past_day_is_compared_as_it_was(tracker: Program) -> None:
    found = tracker.json("compare", "FR", "--topic", "qualifying_conditions", "--as-of", "2021-05-05")
    (cell,) = found["rows"][0]["cells"]["FR"]
    assert (found["as_of"], cell["status"]) == ("2021-05-05", "temporary")


# ── upcoming ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_ends_what_ended_and_what_begins_is_told_with_its_day(tracker: Program) -> None:
    rows = tracker.json("upcoming", "--days", "500")
    assert [(row["on"], row["event"], row["jurisdiction"], row["topic"]) for row in rows] == [
        ("2022-01-01", "ended", "FR", "qualifying_conditions"),
        (SOON.isoformat(), "ends", "NL", "supply_limit"),
        (LATER.isoformat(), "begins", "FR", "minor_access"),
    ]
    assert [row["rule"]["status"] for row in rows] == ["unknown", "temporary", "enacted_pending"]
    assert [row["event"] for row in tracker.json("upcoming")] == ["ended", "ends"]
    assert [row["event"] for row in tracker.json("upcoming", "--days", "30")] == ["ended"]
    assert [row["event"] for row in tracker.json("upcoming", "NL", "BE")] == ["ends"]


def test_what_is_to_come_fits_a_terminal_and_a_spreadsheet(tracker: Program) -> None:
    code, out, err = tracker("upcoming", "--days", "500")
    assert (code, err) == (0, "")
    assert narrow(out)
    assert f"{long_date(SOON)}: Netherlands" in out
    said = " ".join(out.split())
    assert "60 g is to end" in said
    assert "was to end; what applies now is not known" in said
    assert "Allowed with a parent or guardian begins" in said
    rows = table(tracker("upcoming", "--days", "500", "--format", "csv")[1])
    assert [(row["event"], row["display"]) for row in rows][1] == ("ends", "60 g")
    assert rows[1]["citation"] == "Access Act, s. 3"
    assert all("not yet confirmed by a crawl" in row["evidence"] for row in rows)


def test_nothing_to_come_says_so(tracker: Program) -> None:
    code, out, _ = tracker("upcoming", "BE", "--days", "30")
    assert code == 0
    assert "Nothing is known to begin or end within 30 days." in out
    assert tracker.json("upcoming", "BE") == []


def test_a_proposal_is_nothing_that_comes(tracker: Program) -> None:
    place(tracker.home, "JP", rule("minor_access", "prohibited", status="proposed", valid_from=SOON.isoformat()))
    assert tracker("db", "upgrade")[0] == 0
    assert tracker.json("upcoming", "JP") == []


# ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_rules_of_a_place_fit_one_screen(tracker: Program) -> None:
    code, out, err = tracker("rules", "NL")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert narrow(out)
    assert len(lines) <= 40
    assert lines[0] == f"Netherlands (NL): rules on {long_date(TODAY)}"
    for question in ("Prescribed?", "By whom?", "For what?", "Tried before?", "How much?", "How long?", "Next?"):
        assert sum(line.startswith(question) for line in lines) == 1, question
    said = " ".join(out.split())
    assert "30 g, for caregiver; patient (Access Act, s. 3)" in said
    assert f"TEMPORARY until {long_date(SOON)}: " in said
    assert f"(60 g) is stated to end on {long_date(SOON)}" in said
    assert "Not known:" in said
    assert "That says nothing about the law." in said
    assert "rules from official texts of 2021, not yet confirmed by a crawl." in said
    assert said.endswith("before you act.")


def test_guidance_is_marked_on_the_screen(tracker: Program) -> None:
    _, out, _ = tracker("rules", "NL")
    (line,) = [line for line in out.splitlines() if "Guide, rec. 4" in line or "chronic pain" in line.lower()]
    assert "not law" in line.lower()


def test_a_place_of_which_only_a_guideline_is_known_shows_it(tracker: Program) -> None:
    against = rule("guideline_position", "do_not_offer", qualifier={"condition": "epilepsy"}, text="guide")
    place(tracker.home, "JP", against)
    assert tracker("db", "upgrade")[0] == 0
    _, out, _ = tracker("rules", "JP")
    assert "Do not offer" in out
    assert re.search(r"Not known: +Prescribed\?", out)


def test_the_law_of_the_country_is_named_where_a_part_of_it_has_none(tracker: Program) -> None:
    said = " ".join(tracker("rules", "GB-ENG")[1].split())
    assert "[United Kingdom]" in said
    assert "Any condition at practitioner's discretion" in said


def test_lapsed_law_is_unknown_and_its_last_value_is_shown_as_such(tracker: Program) -> None:
    said = " ".join(tracker("rules", "FR")[1].split())
    assert "UNKNOWN, its end 1 January 2022 has passed; before: Neuropathic pain" in said


def test_a_place_of_which_nothing_is_known_says_where_to_look(tracker: Program) -> None:
    code, out, _ = tracker("rules", "JP")
    assert code == 0
    assert "Nothing is recorded here yet." in out
    assert "tracker source list --coverage" in out
    assert "That says nothing about the law." in out


def test_everything_is_there_with_full_and_for_programs(tracker: Program) -> None:
    _, out, _ = tracker("rules", "NL", "--full")
    said = " ".join(out.split())
    assert said.count("coded from the official text of 30 June 2021, not yet confirmed by a crawl") == 11
    assert said.count("coded from the official text of 1 January 2022, not yet confirmed by a crawl") == 1
    assert "https://law.example/nl" in said
    assert "GUIDANCE, NOT LAW" in said
    found = tracker.json("rules", "NL")
    assert (len(found["rules"]), len(found["guidance"]), found["proposed"]) == (11, 1, [])
    assert all(each["quote"] is None and each["level"] == "coded" for each in found["rules"])
    assert [each["topic"] for each in found["overlays"]] == ["supply_limit"]
    rows = table(tracker("rules", "NL", "--format", "csv")[1])
    assert {row["part"] for row in rows} == {"rules", "guidance"}


def test_a_proposal_never_stands_among_the_law(tracker: Program) -> None:
    place(tracker.home, "JP", rule("minor_access", "allowed_as_adult", status="proposed"))
    assert tracker("db", "upgrade")[0] == 0
    found = tracker.json("rules", "JP")
    assert found["rules"] == []
    assert [(each["topic"], each["status"]) for each in found["proposed"]] == [("minor_access", "proposed")]
    assert "minor_access" in {gap["topic"] for gap in found["gaps"]}
    _, out, _ = tracker("rules", "JP")
    assert not re.search(r"^Minors\?", out, re.MULTILINE)
    assert "PROPOSED, not law: Access for minors: Allowed as for adults" in " ".join(out.split())
    assert "PROPOSED, NOT LAW" in tracker("rules", "JP", "--full")[1]
    (row,) = tracker.json("find", "epilepsy", "--jurisdiction", "JP")
    assert row["access"] == "unknown"
    known = [row for row in tracker.json("source", "list", "--coverage") if row["jurisdiction"] == "JP"]
    assert [(row["topic"], row["level"]) for row in known] == [(None, "listed")]


def test_a_screen_tells_apart_what_a_crawl_has_met(tracker: Program) -> None:
    install(tracker.home)
    here = opened(tracker.home)
    crawl(here, page())
    here.database.close()
    said = " ".join(tracker("rules", "NL")[1].split())
    assert "30 g, for patient (Access Rules, section 1, paragraph 1)" in said
    assert re.search(r"Prescription \(ordinary or special, pharmacy supply\) \(Access Act, art\. 3; undated text", said)
    assert "3 rules confirmed by a crawl" in said
    assert "not yet confirmed by a crawl" in said


def test_a_screen_on_which_most_is_unmet_says_so_of_each_line(tracker: Program) -> None:
    more = "".join(
        f"  - {{topic: {topic}, value: {value}, text: act, citation: art. 9, passage: {MARK}}}\n"
        for topic, value in (
            ("minor_access", "prohibited"),
            ("telehealth_authorisation", "allowed"),
            ("authorisation_validity", "P1Y"),
            ("insurance_reimbursement", "none"),
            ("prior_treatment_requirement", "considered"),
        )
    )
    install(tracker.home, BASELINE + more)
    here = opened(tracker.home)
    crawl(here, page())
    here.database.close()
    said = " ".join(tracker("rules", "NL")[1].split())
    assert said.count("(art. 9; undated text, 2018 or later)") == 5
    assert "(Access Rules, section 1, paragraph 1)" in said


# ── Coverage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_coverage_fits_a_terminal_and_says_what_its_signs_mean(tracker: Program) -> None:
    code, out, err = tracker("source", "list", "--coverage")
    assert (code, err) == (0, "")
    assert narrow(out)
    rows = {line.split()[0]: line for line in out.splitlines() if line}
    assert rows["Netherlands"].split()[1:6] == ["NL", "9*", "c21", "c21", "c21"]
    assert rows["Portugal"].split()[1:] == ["PT", "1", "c19"]
    assert rows["England"].split()[1:] == ["GB-ENG", "1", "↑", "↑"]
    said = " ".join(out.split())
    assert "1 jurisdictions are answered in full" in said
    assert "coded" in said


def test_coverage_lists_every_topic_for_programs(tracker: Program) -> None:
    rows = tracker.json("source", "list", "--coverage")
    assert {row["jurisdiction"]: row["full"] for row in rows}["NL"] is True
    of = {(row["jurisdiction"], row["topic"]): row for row in rows}
    assert of["PT", "qualifying_conditions"] == {
        "jurisdiction": "PT",
        "name": "Portugal",
        "full": False,
        "topic": "qualifying_conditions",
        "level": "coded",
        "crawled": False,
        "text_date": "2019",
        "not_before": None,
        "binding": True,
        "addresses": 2,
    }
    assert of["NL", "guideline_position"]["binding"] is False
    listed = table(tracker("source", "list", "--coverage", "--format", "csv")[1])
    assert len(listed) == len(rows)
    assert {row["text_date"] for row in listed} >= {"2019", "2021-06-30"}


OTHERS = [
    rule("possession_limit", {"number": 30, "unit": "g"}),
    rule("supply_limit", {"number": 30, "unit": "g"}),
    rule("authorisation_validity", "P1Y"),
    rule("minor_access", "prohibited"),
    rule("registration_requirement", "none"),
    rule("residency_requirement", "none"),
    rule("insurance_reimbursement", "none"),
]
NEEDED = [rule("access_model", "pilot"), rule("prescriber_class", ["physician_any"]), conditions("epilepsy")]
GUIDED = rule("telehealth_authorisation", "prohibited", qualifier={"encounter": "renewal"}, text="guide")


@pytest.mark.parametrize(
    ("rules", "full"),
    [
        ([*NEEDED, *OTHERS[:5]], True),
        ([*NEEDED, *OTHERS[:4]], False),
        ([*NEEDED, *OTHERS[:4], GUIDED], False),
        ([*NEEDED[1:], *OTHERS], False),
        ([*NEEDED[:2], *OTHERS], False),
        ([NEEDED[0], NEEDED[2], *OTHERS], False),
    ],
)
def test_a_full_answer_has_the_three_main_topics_and_five_more_from_law(
    tracker: Program, rules: list[Rule], full: bool
) -> None:
    place(tracker.home, "JP", *rules)
    assert {row["full"] for row in tracker.json("source", "list", "--coverage") if row["jurisdiction"] == "JP"} == {
        full
    }


def test_of_several_rules_of_a_topic_the_law_counts_before_newer_guidance(tracker: Program) -> None:
    law = rule("telehealth_authorisation", "allowed", qualifier={"encounter": "initial"})
    place(tracker.home, "JP", law, GUIDED)
    (row,) = [row for row in tracker.json("source", "list", "--coverage") if row["jurisdiction"] == "JP"]
    assert (row["topic"], row["binding"], row["text_date"]) == ("telehealth_authorisation", True, "2021-06-30")


def test_a_place_with_addresses_alone_is_listed_and_one_with_a_source_is_watched(tracker: Program) -> None:
    place(tracker.home, "JP")
    folder = install(tracker.home / "other") / "spiders" / "nl"
    declared = (folder / "rules.yml").read_text("utf-8").replace("jurisdiction: NL", "jurisdiction: KR")
    (tracker.home / "spiders" / "kr").mkdir()
    (tracker.home / "spiders" / "kr" / "rules.yml").write_text(declared, "utf-8")
    rows = {row["jurisdiction"]: row for row in tracker.json("source", "list", "--coverage")}
    assert (rows["JP"]["level"], rows["JP"]["topic"], rows["JP"]["addresses"]) == ("listed", None, 1)
    assert (rows["KR"]["level"], rows["KR"]["topic"], rows["KR"]["addresses"]) == ("watched", None, 1)


def test_what_a_crawl_has_met_is_as_old_as_the_crawl(tracker: Program) -> None:
    install(tracker.home)
    here = opened(tracker.home)
    crawl(here, page())
    here.database.close()
    of = {(row["jurisdiction"], row["topic"]): row for row in tracker.json("source", "list", "--coverage")}
    met, unmet = of["NL", "possession_limit"], of["NL", "access_model"]
    assert (met["level"], met["crawled"], met["text_date"]) == ("read", True, TODAY.isoformat())
    assert (unmet["level"], unmet["crawled"], unmet["not_before"]) == ("coded", False, "2018")


def test_a_wrong_baseline_is_said_and_the_others_are_listed(tracker: Program) -> None:
    path = tracker.home / "spiders" / "jp" / "baseline.yml"
    path.parent.mkdir()
    path.write_text("jurisdiction: JP\nfoo: 1\n", "utf-8")
    code, out, err = tracker("source", "list", "--coverage")
    assert code == 1
    assert f"tracker: {path}:2: foo: unknown key 'foo'" in err
    assert "Netherlands" in out


# ── baseline ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_baselines_of_this_installation_are_checked(tracker: Program) -> None:
    assert tracker("baseline", "check") == (0, "10 jurisdictions, 25 coded values, 0 read from recorded texts\n", "")
    path = tracker.home / "spiders" / "pt" / "baseline.yml"
    path.write_text(path.read_text("utf-8").replace("ptsd", "ptds"), "utf-8")
    code, out, err = tracker("baseline", "check")
    assert (code, out[:16]) == (1, "9 jurisdictions,")
    assert re.search(rf"tracker: {re.escape(str(path))}:\d+: coded\.0\.value: .*'ptds' \(did you mean ptsd", err)
    good, other = (tracker.home / "spiders" / name / "baseline.yml" for name in ("nl", "be"))
    assert tracker("baseline", "check", good, other)[:2] == (
        0,
        "2 jurisdictions, 15 coded values, 0 read from recorded texts\n",
    )
    code, out, err = tracker("baseline", "check", good, path)
    assert (code, out[:16]) == (1, "1 jurisdictions,")
    assert str(path) in err


def test_an_upgrade_names_the_corrections_that_it_brings(tracker: Program) -> None:
    assert tracker("rules", "PT")[0] == 0
    place(tracker.home, "PT", conditions("ptsd", "epilepsy"), date="2019")
    code, out, _ = tracker("db", "upgrade")
    assert code == 0
    assert "Portugal: correction: Qualifying conditions: we reported" in out
    assert [row["kind"] for row in tracker.json("changes", "--jurisdiction", "PT")] == ["our_correction"]
    assert "correction" not in tracker("db", "upgrade")[1]


def test_a_passage_is_marked_as_a_baseline_writes_it(tracker: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "A registered patient may keep no more than thirty (30) grams of dried flower."
    monkeypatch.setattr("sys.stdin", io.StringIO(f"  {words}\n"))
    code, out, _ = tracker("baseline", "mark")
    assert code == 0
    assert yaml.safe_load(out) == {"passage": yaml.safe_load(MARK)}
    assert "patient" not in out


@pytest.mark.parametrize("nothing", ["", "  \n", "…\n"])
def test_a_passage_without_words_is_no_passage(tracker: Program, monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(nothing))
    code, out, err = tracker("baseline", "mark")
    assert (code, out) == (2, "")
    assert "standard input" in err


# ── Whoever writes a text ───────────────────────────────────────────────────────────────────────────────────────────


def test_no_citation_steers_the_terminal(tracker: Program) -> None:
    hostile = "s. 9 \x1b]0;title\x07\u202ecba"
    place(tracker.home, "JP", conditions("epilepsy", citation=hostile, status="temporary", valid_to=SOON.isoformat()))
    assert tracker("db", "upgrade")[0] == 0
    for asked in (
        ["find", "epilepsy"],
        ["rules", "JP"],
        ["rules", "JP", "--full"],
        ["upcoming", "JP"],
        ["compare", "JP", "NL"],
    ):
        code, out, _ = tracker(*asked)
        assert code == 0
        assert not set("\x1b\x07\u202e") & set(out), asked
    (row,) = tracker.json("find", "epilepsy", "--jurisdiction", "JP")
    assert row["rule"]["citation"] == hostile, "for programs it is exact"


# ── Help ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def examples() -> list[str]:
    """The examples of the help of these commands."""
    found = []
    context = click.Context(root)
    for path in (("find",), ("compare",), ("upcoming",), ("rules",), ("source", "list"), ("baseline", "check")):
        command: click.Command | None = root
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(context, name)
        assert command is not None
        found += re.findall(r"^\s*Example: tracker (.+)$", command.help or "", re.MULTILINE)
    return found


def test_every_command_has_an_example() -> None:
    assert len(examples()) == 6


@pytest.mark.parametrize("example", examples())
def test_the_examples_of_the_help_run(tracker: Program, example: str) -> None:
    code, out, err = tracker(*shlex.split(example))
    assert code == 0, err
    assert out.strip()
