"""Borealia (XB): a chapter of a code in the D.C. format, one file per section; words and truth in each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from tests.law import dclaw
from tests.law import sentences as say
from tests.law.dclaw import Act, Para, Section
from tests.law.facts import Fact, Trouble, duration, member, members, quantity
from tests.law.prose import ENGLISH, Prose

HOST = "https://code.borealia.example/code/titles"
BASE = date(2018, 7, 1)
WIDER_SINCE = date(2022, 11, 1)
CONDITIONS = ("cancer", "multiple_sclerosis", "epilepsy", "chronic_pain", "terminal_illness")
NUMBERS = tuple(f"9-402.{number:02d}" for number in range(1, 11))
TEMPORARY = ("9-402.03", "9-402.05")
"""Sections that temporary law amends, and that have a (Perm) file once it has."""
_TITLE = "Patient Supply"
EMERGENCY_2021 = Act("B. Act 12-206", f"{_TITLE} Emergency Act of 2021", date(2021, 5, 6), "emergency")
TEMPORARY_2021 = Act("B. Law 12-41", f"{_TITLE} Temporary Act of 2021", date(2021, 7, 28), "temporary")
EMERGENCY_2022 = Act("B. Act 12-318", f"{_TITLE} Emergency Act of 2022", date(2022, 4, 21), "emergency")
TEMPORARY_2022 = Act("B. Law 12-97", f"{_TITLE} Temporary Act of 2022", date(2022, 7, 5), "temporary")
EMERGENCY_2023 = Act("B. Act 13-14", f"{_TITLE} Emergency Act of 2023", date(2023, 2, 14), "emergency")
PERMANENT_2022 = Act("B. Law 13-44", "Health Professions Act of 2022", WIDER_SINCE)
_LEADS = {NUMBERS[0]: "In this chapter, the term:", NUMBERS[4]: "BHA runs a medical program, for which it shall:"}
_HEADINGS = (
    "Definitions.", "Registration of patients.", "Limits on holding.", "Young patients.", "Medical program.",
    "Growing by patients.", "Caregivers.", "Visitors.", "Rules.", "Reports and studies.",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """All that differs between editions; facts and text are both made from it."""

    current: date
    acts: tuple[Act, ...] = ()
    """Emergency and temporary acts so far, oldest first; the annotations name them all."""
    banners: tuple[Act, ...] = ()
    """Those that the banners name; none where no temporary words are printed."""
    started: date | None = None
    """Since when the temporary words have held without a gap."""
    base_since: date = BASE
    """Since when the base words have held, where they hold."""
    pages_known: bool = False
    tidy: bool = False
    gone: tuple[str, ...] = ()
    renamed: bool = False
    wider: bool = False

    @property
    def troubles(self) -> dict[str, Trouble]:
        """The files that have vanished."""
        return dict.fromkeys(self.gone, Trouble.VANISHED)

    @property
    def until(self) -> date | None:
        """The stated end of the temporary words."""
        return max((act.expires for act in self.banners), default=None)


def urls() -> dict[str, str]:
    """The address of every file."""
    found = {number: f"{HOST}/9/sections/{number}.xml" for number in NUMBERS}
    found |= {f"{number}(Perm)": f"{HOST}/99/{number}%28Perm%29.xml" for number in TEMPORARY}
    return {"index": f"{HOST}/9/index.xml", **found}


def facts(state: State) -> list[Fact]:
    """What holds under the current words."""
    since = WIDER_SINCE if state.wider else BASE
    limit, limit_since = ("6", state.started) if state.started else ("3", state.base_since)
    found = [
        Fact("prescriber_class", {}, members(_prescribers(state)), "§ 9-402.01(2)", since),
        Fact("qualifying_conditions", {}, members(_conditions(state)), "§ 9-402.02(b)", since),
        Fact("authorisation_validity", {"instrument": "certification"}, duration("P1Y"), "§ 9-402.02(c)", BASE),
        Fact(
            "possession_limit",
            {"form": "dried_flower"},
            quantity(limit, "oz"),
            "§ 9-402.03(a)",
            limit_since,
            state.until,
        ),
        Fact("minor_access", {}, member("allowed_with_guardian"), "§ 9-402.04(a)", BASE),
        Fact("authorisation_validity", {"instrument": "card"}, duration("P2Y"), "§ 9-402.05(3)", BASE),
        _plants("6", "total", "(a)"),
        _plants("3", "mature", "(b)"),
        _caregivers("1", "caregivers_per_patient", "(a)"),
        _caregivers("5", "patients_per_caregiver", "(b)"),
        Fact("reciprocity_visiting_patients", {}, member("possession_only"), "§ 9-402.08(a)", BASE),
    ]
    if state.started:
        card = {"instrument": "temporary_card"}
        found.append(
            Fact("authorisation_validity", card, duration("P60D"), "§ 9-402.05(3A)", state.started, state.until)
        )
    return found


def documents(state: State, seed: int) -> dict[str, bytes]:
    """Every file of the chapter as it stood."""
    shown = [number for number in NUMBERS if number not in state.gone]
    found = {number: _section(state, seed, number).xml() for number in shown}
    if state.acts:
        base = replace(state, acts=(), banners=(), started=None)
        for number in TEMPORARY:
            section = replace(_section(base, seed, number), permanent=True)
            found[f"{number}(Perm)"] = section.xml()
    chapter = _renamed(state, "Medical Marijuana.")
    return {"index": dclaw.index("Health.", chapter, shown), **found}


def _plants(number: str, maturity: str, place: str) -> Fact:
    qualifier = {"grower_class": "patient", "maturity": maturity}
    return Fact("plant_limit", qualifier, quantity(number, "plant"), f"§ 9-402.06{place}", BASE)


def _caregivers(number: str, direction: str, place: str) -> Fact:
    return Fact("caregiver_limit", {"direction": direction}, quantity(number, "person"), f"§ 9-402.07{place}", BASE)


def _prescribers(state: State) -> tuple[str, ...]:
    return ("physician_any", "physician_assistant", *(("nurse_practitioner",) if state.wider else ()))


def _conditions(state: State) -> tuple[str, ...]:
    return (*CONDITIONS, *(("ptsd",) if state.wider else ()))


def _section(state: State, seed: int, number: str) -> Section:
    rng = Random(f"{seed}:borealia:{number}")
    prose = Prose(ENGLISH, "BHA", lambda rng: f"[[{rng.choice(NUMBERS)}]]")
    temporary = number in TEMPORARY
    acts = tuple(
        Act(
            f"B. Law {rng.randint(4, 11)}-{rng.randint(2, 300)}",
            "",
            date(rng.randint(2009, 2017), rng.randint(1, 12), 9),
        )
        for _ in range(rng.randint(8, 40))
    )
    acts = (*sorted(acts, key=lambda act: act.effective), Act("B. Law 11-9", "Medical Marijuana Act", BASE))
    if temporary:
        acts += state.acts if not state.pages_known else tuple(replace(act, page="70 BR 5120") for act in state.acts)
    if state.wider and number in NUMBERS[:2]:
        acts += (PERMANENT_2022,)
    paras = _PARAS.get(number, _plain)(state, prose, rng)
    return Section(
        number, _renamed(state, _HEADINGS[NUMBERS.index(number)]), tuple(_tidy(state, para) for para in paras),
        _renamed(state, _LEADS.get(number, "")),
        state.banners if temporary else (), acts, containing_doc=state.pages_known,
    )  # fmt: skip


def _tidy(state: State, para: Para) -> Para:
    """The paragraph with the typography and the terms of the state."""
    text = _renamed(state, para.text)
    if not state.tidy:
        text = text.replace("“", '"').replace("”", '"').replace("’", "'")
    return replace(para, text=text, paras=tuple(_tidy(state, below) for below in para.paras))


def _renamed(state: State, text: str) -> str:
    if not state.renamed:
        return text
    text = text.replace("marijuana", "cannabis").replace("Marijuana", "Cannabis")
    return text.replace("Borealia Health Administration", "Borealia Cannabis Authority").replace("BHA", "BCA")


def _filler(prose: Prose, rng: Random, letters: str) -> list[Para]:
    """Subsections from one letter to another, with one that was inserted later."""
    paras = [_filler_para(f"({chr(code)})", prose, rng) for code in range(ord(letters[0]), ord(letters[-1]) + 1)]
    return [paras[0], _filler_para(f"({letters[0]}-1)", prose, rng), *paras[1:]]


def _filler_para(num: str, prose: Prose, rng: Random) -> Para:
    if rng.random() < 0.5:
        return Para(num, prose.sentence(rng))
    outer, inner = ("ABCD", ("i", "ii", "iii")) if num[1].isdigit() else ("1234", "ABC")
    items = prose.items(rng, rng.randint(2, 4))
    paras = [Para(f"({outer[n]})", text + end) for n, (text, end) in enumerate(items)]
    if rng.random() < 0.4:
        below = prose.items(rng, 3, items[0][1])
        cases = tuple(Para(f"({inner[n]})", text + end) for n, (text, end) in enumerate(below))
        paras[0] = Para(f"({outer[0]})", "In any of these cases:", cases)
    return Para(num, prose.stem(rng) + ":", tuple(paras))


def _plain(state: State, prose: Prose, rng: Random) -> list[Para]:
    return [*_filler(prose, rng, "a-d"), Para("(e)", "Repealed.", placeholder="Repealed"), *_filler(prose, rng, "f-m")]


def _definitions(state: State, prose: Prose, rng: Random) -> list[Para]:
    terms = say.either([say.PRESCRIBERS[code] for code in _prescribers(state)])
    known = [
        "“BHA” means the Borealia Health Administration.",
        say.BOREALIA["prescribers"].format(terms=terms),
        "“Caregiver” means a person whom a patient names under [[9-402.07]] to act on the patient’s behalf.",
        "“Medical marijuana” means marijuana that is supplied under this chapter.",
    ]
    notions = ("Batch", "Consignment", "Dispensary", "Interim card", "Seal", "Vault")
    known += [
        f"“{adjective}{notion}” {prose.meaning(rng)}" for notion in notions for adjective in ("", "Closed ", "Old ")
    ]
    paras = [Para(f"({n})", text) for n, text in enumerate(known, 1)]
    return [*paras, Para(f"({len(paras) + 1})", "Repealed.", placeholder="Repealed")]


def _registration(state: State, prose: Prose, rng: Random) -> list[Para]:
    codes = _conditions(state)
    ends = [";"] * (len(codes) - 2) + ["; or", "."]
    phrases = [say.CONDITIONS[code] for code in codes]
    items = tuple(
        Para(f"({n})", phrase[0].upper() + phrase[1:] + end)
        for n, (phrase, end) in enumerate(zip(phrases, ends, strict=True), 1)
    )
    conditions = Para("(b)", say.BOREALIA["conditions"], items)
    certification = Para("(c)", say.BOREALIA["certification"].format(duration="1 year"))
    return [*_filler(prose, rng, "a-a"), conditions, certification, *_filler(prose, rng, "d-m")]


def _holding(state: State, prose: Prose, rng: Random) -> list[Para]:
    ounces = "6 ounces" if state.started else "3 ounces"
    return [Para("(a)", say.BOREALIA["possession"].format(quantity=ounces)), *_filler(prose, rng, "b-h")]


def _minors(state: State, prose: Prose, rng: Random) -> list[Para]:
    return [Para("(a)", say.BOREALIA["minors"].format(age="18")), *_filler(prose, rng, "b-f")]


def _program(state: State, prose: Prose, rng: Random) -> list[Para]:
    paras = [Para("(1)", prose.sentence(rng)), Para("(2)", prose.sentence(rng))]
    paras.append(Para("(3)", say.BOREALIA["card"].format(duration="2 years")))
    if state.started:
        days = "sixty (60) day" if state.tidy else "60-day"
        paras.append(Para("(3A)", say.BOREALIA["temporary_card"].format(duration=days)))
    return [*paras, *(_filler_para(f"({n})", prose, rng) for n in range(4, 30))]


def _growing(state: State, prose: Prose, rng: Random) -> list[Para]:
    total = Para("(a)", say.BOREALIA["plants"].format(number="6"))
    return [total, Para("(b)", say.BOREALIA["mature"].format(number="3")), *_filler(prose, rng, "c-k")]


def _caregiver(state: State, prose: Prose, rng: Random) -> list[Para]:
    own = Para("(a)", say.BOREALIA["caregivers"].format(number="1").replace("caregivers", "caregiver"))
    return [own, Para("(b)", say.BOREALIA["patients"].format(number="5")), *_filler(prose, rng, "c-g")]


def _visitors(state: State, prose: Prose, rng: Random) -> list[Para]:
    return [Para("(a)", say.BOREALIA["visitors"]), *_filler(prose, rng, "b-d")]


_PARAS: dict[str, Callable[[State, Prose, Random], list[Para]]] = dict(
    zip(
        NUMBERS,
        (_definitions, _registration, _holding, _minors, _program, _growing, _caregiver, _visitors),
        strict=False,
    )
)
