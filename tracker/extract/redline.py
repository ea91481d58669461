"""What was kept, taken out and put in, word by word."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein


def redline(before: str, after: str) -> list[dict[str, str]]:
    """The steps from one text to another, in reading order: each has one of the keys keep, delete and insert."""
    old, new = before.split(), after.split()
    steps: list[dict[str, str]] = []
    for step in Levenshtein.opcodes(old, new):
        if step.tag == "equal":
            steps.append({"keep": " ".join(new[step.dest_start : step.dest_end])})
            continue
        if step.src_start < step.src_end:
            steps.append({"delete": " ".join(old[step.src_start : step.src_end])})
        if step.dest_start < step.dest_end:
            steps.append({"insert": " ".join(new[step.dest_start : step.dest_end])})
    return steps
