"""The words of Arcadia's regulation in each of its states, in English and French."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from tests.law import filler
from tests.law import sentences as say
from tests.law.arcadia import BASE, CAP_SINCE, DOCUMENTS, DRINK_SINCE, REPEALED_SINCE, ROWS, SPLIT, WIDER_SINCE, State
from tests.law.lims import Amending, Block, Formula, Heading, Regulation, Row, Schedule, Table
from tests.law.prose import NOTIONS

Fillers = dict[int, tuple[Heading | None, Block]]


def fillers(seed: int, sections: int, language: str) -> Fillers:
    """The sections that answer no topic, the same in all editions."""
    prose = filler.prose(language, sections)
    found: Fillers = {}
    for number in range(1, sections + 1):
        rng = Random(f"{seed}:{language}:{number}")
        found[number] = (filler.heading(number, prose, rng, 3), filler.section(number, prose, rng))
    return found


def documents(state: State, fill: dict[str, Fillers]) -> dict[str, bytes]:
    """The regulation in the languages given, and an older one that says it is in force and is wholly repealed."""
    written = {DOCUMENTS[language]: _regulation(state, _Words(language), found) for language, found in fill.items()}
    gone = tuple(Block("Section", str(number), repealed="[Repealed, AR/2019-30, s. 33]") for number in range(1, 31))
    written["former-regulations"] = Regulation(
        "Former Medical Access Regulations",
        "AR/2014-7",
        date(2014, 3, 1),
        state.current,
        (Heading(1, "Interpretation"), *gone),
        amendments=(("AR/2019-30", date(2019, 10, 31)),),
    )
    return {name: regulation.xml() for name, regulation in written.items()}


class _Words:
    """The sentences of one language, with the few forms that its grammar needs."""

    def __init__(self, language: str) -> None:
        self.french = language == "fr"
        self.language = language
        self.title = (
            "Règlement arcadien sur l’accès à des fins médicales"
            if self.french
            else "Arcadia Medical Access Regulations"
        )
        self.say = say.ARCADIA_FR if self.french else say.ARCADIA
        self.conditions = say.CONDITIONS_FR if self.french else say.CONDITIONS
        self.forms = say.FORMS_FR if self.french else say.FORMS
        self.or_ = "ou" if self.french else "or"

    def pick(self, english: str, french: str) -> str:
        """The words of this language."""
        return french if self.french else english

    def gone(self, instrument: str, section: int) -> str:
        """The marker of a repealed provision."""
        return self.pick(f"[Repealed, {instrument}, s. {section}]", f"[Abrogé, {instrument}, art. {section}]")

    def prescribers(self, codes: tuple[str, ...]) -> str:
        """The professions as they stand in the definition."""
        names = say.PRESCRIBERS_FR if self.french else say.PRESCRIBERS
        return say.either([names[code] for code in codes], self.or_)

    def years(self, count: int) -> str:
        """A number of years in words."""
        return (self.pick("one year", "un an"), self.pick("two years", "deux ans"))[count - 1]

    def days(self, written_out: bool) -> str:
        """Sixty days as an adjective, in the two ways that statutes write it."""
        return self.pick("sixty (60) day", "soixante (60) jours") if written_out else self.pick("60-day", "60 jours")

    def label(self, index: int) -> str:
        """The label of a paragraph."""
        return filler.letter(index, self.language)


def _regulation(state: State, words: _Words, found: Fillers) -> Regulation:
    special = _special(state, words)
    body: list[Heading | Block] = []
    for number, (heading, block) in found.items():
        body += [heading] if heading else []
        body += special.get(number, [block])
    agency = (
        (("la Direction", "l’Agence"), ("La Direction", "L’Agence")) if words.french else (("Directorate", "Agency"),)
    )
    terms = (*agency, ("[[fr:Direction]]", "[[fr:Agence]]"), ("[[en:Directorate]]", "[[en:Agency]]"))
    return Regulation(
        words.title,
        "AR/2019-31",
        BASE,
        state.current,
        tuple(body),
        words.language,
        (_schedule(state, words),),
        _related(words) if state.related else (),
        _pending(words) if state.pending else (),
        state.amendments,
        ("S.A. 2015, c. 4", "R.S., c. H-3", "S.A. 2018, c. 2, s. 9"),
        state.number,
        terms if state.renamed else (),
        state.id_shift,
    )


def _special(state: State, words: _Words) -> dict[int, list[Block]]:
    """The sections on which rules rest, by original number; those around them stay filler."""
    text, pick, prose = words.say, words.pick, filler.prose(words.language, 60)

    def subsections(number: int, *parts: Block, history: tuple[tuple[str, date], ...] = ()) -> list[Block]:
        numbered = tuple(replace(part, label=f"({index})") for index, part in enumerate(parts, 1))
        return [Block("Section", str(number), parts=numbered, history=history)]

    def spare(number: int) -> Block:
        rng = Random(f"spare:{number}")
        return Block("Subsection", text=prose.sentence(rng), note=prose.note(rng))

    typo = "" if state.tidy else pick("Retention of recrods", "Conservation des regsitres")
    kept = replace(spare(32), tag="Section", label="32")
    special = {
        1: [_definitions(state, words)],
        30: [_conditions(state, words)],
        32: [replace(kept, note=typo or pick("Retention of records", "Conservation des registres"))],
        33: subsections(
            33,
            spare(34),
            _validity(state, words),
            spare(3),
            Block(
                "Subsection",
                text=text["expired"].format(
                    first=pick("March 31, 2020", "31 mars 2020"),
                    duration=pick("18 months", "18 mois"),
                    date=pick("October 1, 2020", "1er octobre 2020"),
                ),
            ),
            history=_history(state, "AR/2023-77"),
        ),
        35: [Block("Section", "35", text["minors"].format(age="18"), pick("Minors", "Mineurs"))],
        36: [
            Block(
                "Section",
                "36",
                repealed=words.gone("AR/2020-12", 4),
                since=date(2020, 6, 1),
                history=(("AR/2020-12, s. 4", date(2020, 6, 1)),),
            )
        ],
        38: subsections(38, spare(38), replace(spare(39), note="")),
        40: subsections(40, spare(41), _possession(state, words), spare(43), history=_history(state, "AR/2021-88")),
        42: [Block("Section", "42", text["equivalency"], pick("Equivalent amounts", "Quantités équivalentes"))],
        44: [
            Block(
                "Section",
                "44",
                text["plants"].format(number="6" if not words.french else "six"),
                pick("Plants", "Plantes"),
            )
        ],
        45: [_floor_area(words)],
        47: subsections(
            47,
            Block("Subsection", text=text["caregivers"].format(number=pick("two", "deux"))),
            *_patients(state, words, 47),
        ),
        49: subsections(49, spare(49), *_patients(state, words, 49)),
        50: subsections(
            50,
            Block("Subsection", text=text["visitors"].format(duration=words.days(state.tidy))),
            _mention(state, words),
        ),
    }
    if state.split:
        halves = (replace(spare(38), label="38"), replace(spare(39), label=str(SPLIT), note=""))
        special[38] = [replace(half, tag="Section") for half in halves]
    return special


def _definitions(state: State, words: _Words) -> Block:
    prose = filler.prose(words.language, 60)
    rng = Random(f"definitions:{words.language}")
    known = [
        (
            "authorising practitioner",
            "praticien autorisant",
            words.say["prescribers"].format(terms=words.prescribers(state.prescribers)),
        ),
        (
            "daily amount",
            "quantité quotidienne",
            words.pick(
                "means the grams of dried cannabis that a medical authorisation allows for one day.",
                "Nombre de grammes de cannabis séché que permet par jour l’autorisation médicale.",
            ),
        ),
        (
            "Directorate",
            "Direction",
            words.pick("means the Arcadia Health Directorate.", "La Direction de la santé d’Arcadie."),
        ),
        ("infused drink", "boisson infusée", ""),
        *((english, french, prose.meaning(rng)) for english, french in NOTIONS),
    ]
    column = 1 if words.french else 0
    terms = []
    for term in sorted(known, key=lambda term: term[column].lower()):
        own, other = ("fr", "en") if words.french else ("en", "fr")
        text = f"[[{own}:{term[column]}]]" + (f" {term[2]} ([[{other}:{term[1 - column]}]])" if term[2] else "")
        since = REPEALED_SINCE if term[0] == "authorising practitioner" and state.repealed else None
        terms.append(
            Block("Definition", text=text, since=since, repealed="" if term[2] else words.gone("AR/2020-12", 1))
        )
    lead = words.pick(
        "These definitions apply in these Regulations.", "Les définitions ci-après valent pour le présent règlement."
    )
    note = words.pick("Definitions", "Définitions")
    opening = Block("Subsection", "(1)", lead, note, tuple(terms))
    return Block(
        "Section",
        "1",
        parts=(opening, Block("Subsection", "(2)", prose.sentence(rng))),
        history=_history(state, "AR/2023-40"),
    )


def _conditions(state: State, words: _Words) -> Block:
    last = len(state.conditions) - 1
    items = []
    for index, code in enumerate(state.conditions):
        end = "." if index == last else f"; {words.or_}" if index == last - 1 else ";"
        phrase = words.conditions[code]
        if code == "chemo_nausea" and state.nested:  # the same words, over three elements
            cut, middle = (
                phrase.index(words.pick("nausea", "nausées")),
                phrase.index(words.pick("vomiting", "vomissements")),
            )
            halves = (phrase[cut:middle].strip(), phrase[middle:] + end)
            nested = tuple(Block("Subparagraph", f"({'i' * n})", half) for n, half in enumerate(halves, 1))
            items.append(Block("Paragraph", words.label(index), phrase[:cut].strip(), parts=nested))
        else:
            since = WIDER_SINCE if code == "ptsd" else None
            items.append(Block("Paragraph", words.label(index), phrase + end, since=since))
    note = words.pick("Who may be registered", "Inscription")
    return Block("Section", "30", words.say["conditions"], note, tuple(items), history=_history(state, "AR/2023-77"))


def _validity(state: State, words: _Words) -> Block:
    since = WIDER_SINCE if state.years == 2 else None
    return Block("Subsection", text=words.say["validity"].format(duration=words.years(state.years)), since=since)


def _possession(state: State, words: _Words) -> Block:
    parts = (
        Block("Paragraph", words.label(0), words.say["possession_multiple"].format(number="30")),
        Block(
            "Paragraph",
            words.label(1),
            words.say["possession_cap"].format(quantity=f"{state.cap} g"),
            since=CAP_SINCE if state.cap != "150" else None,
        ),
    )
    return Block(
        "Subsection",
        text=words.say["possession"],
        note=words.pick("Carrying limit", "Limite de transport"),
        parts=parts,
    )


def _floor_area(words: _Words) -> Block:
    lead = words.pick(
        "The floor area in square metres that may be lit at a registered site is found by the formula",
        "La surface éclairée, en mètres carrés, d’un lieu inscrit s’obtient par la formule suivante :",
    )
    terms = (
        ("A", words.pick("is the daily amount; and", "représente la quantité quotidienne;")),
        (
            "B",
            words.pick(
                "is 5, the grams that one square metre is expected to yield in a day.",
                "5, soit le rendement attendu, en grammes, d’un mètre carré par jour.",
            ),
        ),
    )
    formula = Formula("(A × 1.5) ÷ B", terms, words.pick("where", "où"))
    inner = Block("Subsection", "(1)", lead, words.pick("Lit area", "Surface éclairée"), (formula,))
    return Block("Section", "45", parts=(inner,))


def _patients(state: State, words: _Words, here: int) -> list[Block]:
    """The sentence that moves from section 47 to 49 and is repealed there, its marker still printed."""
    if here != (49 if state.moved else 47):
        return []
    if state.repealed:
        return [Block("Subsection", repealed=words.gone("AR/2023-40", 2), since=REPEALED_SINCE)]
    return [Block("Subsection", text=words.say["patients"].format(number=words.pick("three", "trois")))]


def _mention(state: State, words: _Words) -> Block:
    text = words.pick(
        'The visitor\'s registration bears the words "FOR THE VISIT ONLY".',
        'L\'inscription du visiteur porte la mention "POUR LA VISITE SEULEMENT".',
    )
    return Block(
        "Subsection", text=text.replace("'", "’").replace(' "', " “").replace('".', "”.") if state.tidy else text
    )


def _schedule(state: State, words: _Words) -> Schedule:
    rows = []
    for form, amount in ROWS:
        grams = (amount or state.drink).replace(".", words.pick(".", ","))
        since = DRINK_SINCE if form == "beverage" and state.drink != "80" else None
        rows.append(Row((words.forms[form], f"{grams} g"), since))
    rows.append(Row((), date(2020, 6, 1), words.gone("AR/2020-12", 9)))
    rows.append(Row((words.forms["seed"], words.pick("1 seed", "1 graine"))))
    heads = words.pick(
        "Item|Class|Amount that stands for 1 g of dried cannabis",
        "Article|Catégorie|Quantité équivalant à 1 g de cannabis séché",
    )
    title = words.pick("Equivalent Amounts", "Quantités équivalentes")
    label, origin = words.pick("SCHEDULE 1", "ANNEXE 1"), words.pick("(Section [[42]])", "(article [[42]])")
    return Schedule(label, origin, Table(title, tuple(heads.split("|")), tuple(rows)), _history(state, "AR/2022-31"))


def _related(words: _Words) -> tuple[Amending, ...]:
    """A transitional provision that prints the old limit in the old words; it is not the limit."""
    text = words.pick("On January 14, 2022: ", "Le 14 janvier 2022 : ") + words.say["possession"]
    parts = (
        Block("Paragraph", words.label(0), words.say["possession_multiple"].format(number="30")),
        Block("Paragraph", words.label(1), words.say["possession_cap"].format(quantity="150 g")),
    )
    note = words.pick("Seizures before the change", "Saisies antérieures")
    return (Amending("AR/2021-88, s. 3", Block("Section", "3", text, note, parts)),)


def _pending(words: _Words) -> tuple[Amending, ...]:
    name = f"[[reg:AR-2019-31|{words.title}]]"
    text = words.pick(
        f"Paragraph 40(2)(b) of the {name} is replaced by this:",
        f"L’alinéa 40(2)b) du {name} est remplacé par ce qui suit :",
    )
    start = words.pick(
        "Section 1 comes into force on January 15, 2022.", "L’article 1 entre en vigueur le 15 janvier 2022."
    )
    new = Block("Paragraph", words.label(1), words.say["possession_cap"].format(quantity="200 g"))
    return (
        Amending("AR/2021-88, s. 1", Block("Section", "1", text), (new,)),
        Amending(
            "AR/2021-88, s. 9", Block("Section", "9", start, words.pick("Coming into force", "Entrée en vigueur"))
        ),
    )


def _history(state: State, instrument: str) -> tuple[tuple[str, date], ...]:
    return tuple(
        (f"{name}, s. {index}", day) for index, (name, day) in enumerate(state.amendments, 1) if name == instrument
    )
