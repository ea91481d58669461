"""Caldera (XC): two pages of a regulator; their words and their truth in each state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.law import dclaw, pages
from tests.law import sentences as say
from tests.law.facts import Fact, Trouble, duration, member, members, quantity
from tests.law.pages import Bullets, Frame, Grid, Page, Paragraph
from tests.law.prose import ENGLISH, Prose

HOST = "https://health.caldera.example/medicines/medical-cannabis"
URLS = {"patients": f"{HOST}/patients", "limits": f"{HOST}/limits"}
BASE = date(2020, 12, 1)
WIDER_SINCE = date(2022, 6, 1)
CONDITIONS = ("chronic_pain", "multiple_sclerosis", "epilepsy", "chemo_nausea", "terminal_illness")
PRESCRIBERS = ("physician_any", "nurse_practitioner")
_EQUAL = (("Fresh plant", "fresh_plant", "5"), ("Drink", "beverage", "90"), ("Concentrate", "concentrate", "0.25"))


@dataclass(frozen=True)
class State:
    """All that differs between editions; facts and text are both made from it."""

    current: date
    frame: int = 0
    tidy: bool = False
    split: bool = False
    wider: bool = False
    renamed: bool = False
    redesigned: bool = False
    answers: dict[str, Trouble] = field(default_factory=dict)
    """What stands at an address in place of the page."""

    @property
    def troubles(self) -> dict[str, Trouble]:
        """The documents that should be held."""
        return dict.fromkeys(URLS, Trouble.REDESIGN) if self.redesigned else self.answers


def facts(state: State) -> list[Fact]:
    """What holds, whatever stands at the addresses today."""
    since = WIDER_SINCE if state.wider else BASE
    grams = "90" if state.wider else "60"
    found = [
        Fact("prescriber_class", {}, members(PRESCRIBERS), "section Who can certify", BASE),
        Fact("qualifying_conditions", {}, members(_conditions(state)), "section Conditions", since),
        Fact("authorisation_validity", {"instrument": "certification"}, duration("P1Y"), "section Certificates", BASE),
        Fact("minor_access", {}, member("allowed_with_guardian"), "section Young patients", BASE),
        Fact("reciprocity_visiting_patients", {}, member("possession_only"), "section Visitors", BASE),
        Fact("possession_limit", {"form": "dried_flower"}, quantity(grams, "g"), "section Carrying limits", since),
        Fact("possession_limit", {"form": "oil_oral"}, quantity("120", "ml"), "section Carrying limits", BASE),
        Fact("plant_limit", {"grower_class": "patient"}, quantity("4", "plant"), "section Growing at home", BASE),
        Fact(
            "caregiver_limit",
            {"direction": "caregivers_per_patient"},
            quantity("2", "person"),
            "section Caregivers",
            BASE,
        ),
    ]
    for _, form, grams in _EQUAL:
        value = quantity(grams, "g", "1 g dried")
        found.append(Fact("product_equivalency", {"form": form}, value, "section Comparing products", BASE))
    return found


def documents(state: State, seed: int) -> dict[str, bytes]:
    """What the two addresses answer with."""
    site = "Caldera Medicines Office" if state.renamed else "Caldera Department of Health"
    frame = Frame(site, state.current, seed * 1000 + state.frame)
    write = pages.redesigned if state.redesigned else pages.classic
    texts = {"patients": _patients(state, seed), "limits": _limits(state, seed)}
    return {name: _answer(state.answers.get(name), write(text, frame), frame) for name, text in texts.items()}


def _answer(trouble: Trouble | None, page: bytes, frame: Frame) -> bytes:
    if trouble is Trouble.TRUNCATED:
        return pages.truncated(page)
    walls = {
        Trouble.SOFT_404: pages.soft_404,
        Trouble.LOGIN: pages.login,
        Trouble.CHALLENGE: pages.challenge,
        Trouble.MAINTENANCE: pages.maintenance,
    }
    return walls[trouble](frame) if trouble in walls else page


def _conditions(state: State) -> tuple[str, ...]:
    return (*CONDITIONS, *(("glaucoma",) if state.wider else ()))


def _page(state: State, title: str, seed: int, sections: tuple[tuple[str, tuple[pages.Part, ...]], ...]) -> Page:
    rng = Random(f"{seed}:caldera:{title}")
    prose = Prose(ENGLISH, "the Department", lambda rng: f"form MC-{rng.randint(1, 40)}")
    since = WIDER_SINCE if state.wider else BASE
    applies = say.CALDERA["applies"].format(date=dclaw.long_date(since))
    intro = ("The Department of Health keeps the register of patients and decides on applications.", applies)
    titles = rng.sample(prose.words.notes, 9)
    extra = [(heading, tuple(Paragraph(_sentences(prose, rng)) for _ in range(3))) for heading in titles]
    middle = len(sections) // 2  # rules stand at both ends, so that a page that broke off has lost some
    ordered = (*sections[:middle], *extra, *sections[middle:])
    shown = tuple((heading, tuple(_worded(state, part) for part in parts)) for heading, parts in ordered)
    return Page(_terms(state, title), tuple(_terms(state, text) for text in intro), shown)


def _sentences(prose: Prose, rng: Random) -> str:
    return " ".join(prose.sentence(rng) for _ in range(4))


def _worded(state: State, part: pages.Part) -> pages.Part:
    """A part with the typography and the terms of the state."""
    return Paragraph(_terms(state, part.text)) if isinstance(part, Paragraph) else part


def _terms(state: State, text: str) -> str:
    text = text.replace("'", "’")
    if not state.tidy:
        text = text.replace("“", '"').replace("”", '"').replace("’", "'")
    if state.renamed:
        text = text.replace("Department of Health", "Medicines Office").replace("Department", "Office")
        text = text.replace("dispensaries", "supply points").replace("certificate", "treatment note")
        text = text.replace("Certificate", "Treatment note")
    return text


def _patients(state: State, seed: int) -> Page:
    text = say.CALDERA
    listed = tuple(say.CONDITIONS[code][0].upper() + say.CONDITIONS[code][1:] for code in _conditions(state))
    terms = say.either([say.PRESCRIBERS[code] for code in PRESCRIBERS])
    renewal = text["renewal"].format(duration="thirty (30) day" if state.tidy else "30-day")
    sections: tuple[tuple[str, tuple[pages.Part, ...]], ...] = (
        ("Who can certify", (Paragraph(text["prescribers"].format(terms=terms)),)),
        ("Conditions", (Paragraph(text["conditions"]), Bullets(listed, state.split))),
        ("Certificates", (Paragraph(text["validity"].format(duration="1 year")), Paragraph(renewal))),
        ("Young patients", (Paragraph(text["minors"].format(age="18")),)),
        ("Visitors", (Paragraph(text["visitors"]),)),
    )
    return _page(state, "Medical cannabis for patients", seed, sections)


def _limits(state: State, seed: int) -> Page:
    text = say.CALDERA
    held = (("Dried flower", "90 g" if state.wider else "60 g"), ("Oil", "120 ml"), ("Edibles", "10 packages"))
    equal = tuple((name, f"{grams} g") for name, _, grams in _EQUAL)
    sections: tuple[tuple[str, tuple[pages.Part, ...]], ...] = (
        (
            "Carrying limits",
            (Paragraph(text["possession"]), Grid("Carrying limits by product", ("Product", "Limit"), held)),
        ),
        ("Comparing products", (Paragraph(text["equivalency"]), Grid("Equal amounts", ("Product", "Amount"), equal))),
        ("Growing at home", (Paragraph(text["plants"].format(number="four")),)),
        ("Caregivers", (Paragraph(text["caregivers"].format(number="two")),)),
    )
    return _page(state, "Medical cannabis limits", seed, sections)
