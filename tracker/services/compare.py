"""The rules of several places side by side: topics down, jurisdictions across."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.domain.vocabulary import Vocabulary
from tracker.services.answers import Json, Question, rules
from tracker.store.database import Connection

USUAL = (
    "access_model",
    "program_status",
    "authorisation_route",
    "prescriber_class",
    "qualifying_conditions",
    "prior_treatment_requirement",
    "minor_access",
    "product_forms_allowed",
    "routes_of_administration",
    "possession_limit",
    "supply_limit",
    "authorisation_validity",
    "follow_up_requirement",
    "registration_requirement",
    "telehealth_authorisation",
    "insurance_reimbursement",
)
"""What is compared where no topic is named: what patients and clinicians ask most."""


def compare(
    conn: Connection,
    words: Vocabulary,
    jurisdictions: Sequence[str],
    topics: Sequence[str],
    as_of: date | None,
    now: datetime,
) -> Json:
    """A matrix of rules; a cell holds the place's own rules of a topic, else those that reach it from above."""
    answers = {code: rules(conn, words, Question(code, tuple(topics) or USUAL, as_of), now) for code in jurisdictions}
    rows = []
    for topic in topics or USUAL:
        cells = {code: _cell(answer, topic) for code, answer in answers.items()}
        rows.append({"topic": topic, "name": words.topic(topic).name, "cells": cells})
    day = as_of or now.date()
    names = {code: words.jurisdiction(code).name for code in jurisdictions}
    return {"as_of": day.isoformat(), "jurisdictions": names, "rows": rows}


def _cell(answer: Json, topic: str) -> list[Json]:
    own = [rule for part in ("rules", "guidance") for rule in answer[part] if rule["topic"] == topic]
    return own or [rule for rule in answer["inherited"] if rule["topic"] == topic]
