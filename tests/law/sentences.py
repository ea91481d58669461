"""The sentences on which tracked rules rest, shared by the generators and by declarations that read them.

The fields are those of a declaration's `find`: {quantity}, {duration}, {number}, {age}, {date} and {terms}; only
{first}, a date that is not read, is the generator's own. `README.md` says where each sentence stands.
"""

from __future__ import annotations

ARCADIA = {
    "prescribers": "means {terms} who may lawfully practise in Arcadia.",
    "conditions": "The Directorate may register an individual for medical access who has been diagnosed with",
    "validity": "A medical authorisation may not be relied on later than {duration} after the day of its signature.",
    "expired": "Despite subsection (2), a medical authorisation signed before {first} may be relied on for {duration} "
    "after the day of its signature, until {date}.",
    "minors": "An individual who is younger than {age} years may be registered only if a parent or guardian consents "
    "in writing and keeps the cannabis for them.",
    "possession": "Away from their dwelling, a registered individual may carry no more cannabis than the smaller of",
    "possession_multiple": "{number} times the daily amount that their medical authorisation states, and",
    "possession_cap": "{quantity} in total.",
    "equivalency": "For the purposes of this Part, the amount in column 2 of Schedule 1 for a class of cannabis stands "
    "for 1 g of dried cannabis.",
    "plants": "A registered individual may tend no more than {number} cannabis plants at their registered site.",
    "caregivers": "A registered individual may name no more than {number} caregivers.",
    "patients": "A caregiver may act for no more than {number} registered individuals at the same time.",
    "visitors": "A visitor who is registered in another jurisdiction may obtain a {duration} visitor registration from "
    "the Directorate.",
}

ARCADIA_FR = {
    "prescribers": "S’entend {terms} habilité à exercer en Arcadie.",
    "conditions": "La Direction peut inscrire à des fins médicales l’individu chez qui est diagnostiqué",
    "validity": "L’autorisation médicale ne peut être invoquée plus de {duration} après le jour de sa signature.",
    "expired": "Malgré le paragraphe (2), l’autorisation médicale signée avant le {first} peut être invoquée pendant "
    "{duration} après le jour de sa signature, jusqu’au {date}.",
    "minors": "L’individu âgé de moins de {age} ans n’est inscrit que si un parent ou tuteur y consent par écrit et "
    "garde le cannabis pour lui.",
    "possession": "Hors de son logement, l’individu inscrit ne peut transporter plus de cannabis que la plus petite "
    "des quantités suivantes :",
    "possession_multiple": "{number} fois la quantité quotidienne que fixe son autorisation médicale;",
    "possession_cap": "{quantity} au total.",
    "equivalency": "Pour la présente partie, la quantité figurant à la colonne 2 de l’annexe 1 pour une catégorie de "
    "cannabis équivaut à 1 g de cannabis séché.",
    "plants": "L’individu inscrit ne peut entretenir plus de {number} plantes de cannabis à son lieu inscrit.",
    "caregivers": "L’individu inscrit ne peut nommer plus de {number} aidants.",
    "patients": "L’aidant ne peut agir en même temps pour plus de {number} individus inscrits.",
    "visitors": "Le visiteur inscrit ailleurs peut obtenir de la Direction une inscription de visiteur de {duration}.",
}

BOREALIA = {
    "prescribers": "“Authorized practitioner” means {terms} who holds a current Borealia license.",
    "conditions": "BHA shall register a patient whose authorized practitioner has certified that the patient has:",
    "certification": "A certification supports an application for {duration} after the practitioner signs it.",
    "possession": "A patient or caregiver shall not hold more than {quantity} of dried medical marijuana at one time.",
    "minors": "A patient under {age} years of age may be registered only where a parent or legal guardian consents in "
    "writing and is registered as the caregiver.",
    "card": "Issue registration cards that lapse {duration} after the day of issue;",
    "temporary_card": "Issue {duration} interim cards to patients whose applications are complete;",
    "plants": "A patient may keep no more than {number} living marijuana plants at the patient's residence.",
    "mature": "Of the plants kept under subsection (a) of this section, no more than {number} may be in flower.",
    "caregivers": "A patient may name no more than {number} caregivers.",
    "patients": "A caregiver may serve no more than {number} patients.",
    "visitors": "A visitor who carries a current card of another jurisdiction may hold medical marijuana within the "
    "limits of [[9-402.03]], but may not obtain it in Borealia.",
}

CALDERA = {
    "applies": "Applies from {date}.",
    "prescribers": "A certificate can be written by {terms} registered in Caldera.",
    "conditions": "You can apply if your practitioner confirms that you have one of these conditions:",
    "validity": "A certificate lasts for {duration} from the day it is signed.",
    "renewal": "There is a {duration} grace period for renewals, called the “bridge period”.",
    "minors": "If you are under {age} years old, a parent or guardian must agree in writing and collect for you.",
    "visitors": "Visitors who are patients elsewhere may carry their medicine, but dispensaries can't sell to them.",
    "possession": "This is the most you may have with you at any time:",
    "equivalency": "These amounts count as 1 g of dried flower:",
    "plants": "You may grow up to {number} plants at home for your own treatment.",
    "caregivers": "You may name up to {number} caregivers.",
}

CONDITIONS = {
    "chronic_pain": "chronic pain",
    "multiple_sclerosis": "multiple sclerosis",
    "epilepsy": "epilepsy",
    "muscle_spasms": "persistent muscle spasms, whether or not multiple sclerosis causes them",
    "chemo_nausea": "chemotherapy-induced nausea and vomiting",
    "cancer": "cancer",
    "glaucoma": "glaucoma",
    "ptsd": "post-traumatic stress disorder",
    "terminal_illness": "terminal illness",
}

CONDITIONS_FR = {
    "chronic_pain": "la douleur chronique",
    "multiple_sclerosis": "la sclérose en plaques",
    "epilepsy": "l’épilepsie",
    "muscle_spasms": "des spasmes musculaires persistants, que la sclérose en plaques en soit ou non la cause",
    "chemo_nausea": "des nausées ou vomissements induits par chimiothérapie",
    "ptsd": "l’état de stress post-traumatique",
    "terminal_illness": "une maladie en phase terminale",
}

PRESCRIBERS = {
    "physician_any": "a physician",
    "nurse_practitioner": "a nurse practitioner",
    "physician_assistant": "a physician assistant",
    "pharmacist": "a pharmacist",
}

PRESCRIBERS_FR = {
    "physician_any": "d’un médecin",
    "nurse_practitioner": "d’un infirmier praticien",
    "pharmacist": "d’un pharmacien",
}

FORMS = {
    "dried_flower": "dried cannabis",
    "fresh_plant": "fresh cannabis",
    "edible_food": "cannabis in solid food",
    "beverage": "infused drinks",
    "concentrate": "cannabis resin and concentrate",
    "seed": "cannabis seeds",
}

FORMS_FR = {
    "dried_flower": "cannabis séché",
    "fresh_plant": "cannabis frais",
    "edible_food": "cannabis dans un aliment solide",
    "beverage": "boissons infusées",
    "concentrate": "résine et concentré de cannabis",
    "seed": "graines de cannabis",
}


def either(words: list[str], conjunction: str = "or") -> str:
    """`a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
