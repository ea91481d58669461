"""Arcadia (XA): one big regulation in the Canadian format; what is true in each of its states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.law.facts import Fact, Trouble, duration, member, members, multiple, quantity, smaller_of

HOST = "https://laws.arcadia.example"
URLS = {
    "regulations": f"{HOST}/eng/XML/AR-2019-31.xml",
    "reglement-fr": f"{HOST}/fra/XML/AR-2019-31.xml",
    "former-regulations": f"{HOST}/eng/XML/AR-2014-7.xml",
}
DOCUMENTS = {"en": "regulations", "fr": "reglement-fr"}
BASE = date(2019, 11, 1)
CAP_SINCE, DRINK_SINCE = date(2022, 1, 15), date(2022, 5, 2)
REPEALED_SINCE, WIDER_SINCE = date(2023, 6, 5), date(2024, 1, 1)
TERM = 's. 1(1) "authorising practitioner"'
CONDITIONS = ("chronic_pain", "multiple_sclerosis", "epilepsy", "muscle_spasms", "chemo_nausea", "terminal_illness")
SPLIT = 1038  # original number of the section that is split off section 38 and printed as 39
ROWS = (("dried_flower", "1"), ("fresh_plant", "6"), ("edible_food", "12"), ("beverage", ""), ("concentrate", "0.2"))


@dataclass(frozen=True)
class State:
    """All that differs between editions; facts and text are both made from it."""

    current: date
    id_shift: int = 0
    tidy: bool = False
    """Margin typo corrected, quotes curled, "60-day" written out."""
    pending: bool = False
    related: bool = False
    cap: str = "150"
    drink: str = "80"
    split: bool = False
    moved: bool = False
    renamed: bool = False
    repealed: bool = False
    nested: bool = False
    prescribers: tuple[str, ...] = ("physician_any", "nurse_practitioner")
    conditions: tuple[str, ...] = CONDITIONS
    years: int = 1
    amendments: tuple[tuple[str, date], ...] = (("AR/2020-12", date(2020, 6, 1)),)

    @property
    def troubles(self) -> dict[str, Trouble]:
        """None: this publisher never fails."""
        return {}

    def number(self, original: int) -> int:
        """Where a section of the first edition stands now."""
        if original == SPLIT:
            return 39
        return original + 1 if self.split and original > 38 else original


def facts(state: State) -> list[Fact]:
    """What holds under the current words."""
    at = state.number
    wider = WIDER_SINCE if state.years == 2 else BASE
    limit = smaller_of(multiple("30", "daily_quantity"), quantity(state.cap, "g"))
    found = [
        Fact("prescriber_class", {}, members(state.prescribers), TERM, REPEALED_SINCE if state.repealed else BASE),
        Fact("qualifying_conditions", {}, members(state.conditions), "s. 30", wider),
        Fact(
            "authorisation_validity",
            {"instrument": "medical_document"},
            duration(f"P{state.years}Y"),
            "s. 33(2)",
            wider,
        ),
        Fact("minor_access", {}, member("allowed_with_guardian"), "s. 35", BASE),
        Fact(
            "possession_limit",
            {"holder": "patient", "location": "public"},
            limit,
            f"s. {at(40)}(2)",
            BASE if state.cap == "150" else CAP_SINCE,
        ),
        Fact(
            "plant_limit",
            {"grower_class": "patient", "maturity": "total"},
            quantity("6", "plant"),
            f"s. {at(44)}",
            BASE,
        ),
        Fact(
            "caregiver_limit",
            {"direction": "caregivers_per_patient"},
            quantity("2", "person"),
            f"s. {at(47)}(1)",
            BASE,
        ),
        Fact("reciprocity_visiting_patients", {}, member("temporary_registration"), f"s. {at(50)}(1)", BASE),
        Fact("authorisation_validity", {"instrument": "temporary_card"}, duration("P60D"), f"s. {at(50)}(1)", BASE),
    ]
    if not state.repealed:
        place = f"s. {at(49 if state.moved else 47)}(2)"
        found.append(
            Fact("caregiver_limit", {"direction": "patients_per_caregiver"}, quantity("3", "person"), place, BASE)
        )
    for item, (form, amount) in enumerate(ROWS, 1):
        since = DRINK_SINCE if form == "beverage" and state.drink != "80" else BASE
        value = quantity(amount or state.drink, "g", "1 g dried")
        found.append(Fact("product_equivalency", {"form": form}, value, f"Schedule 1, item {item}", since))
    return found
