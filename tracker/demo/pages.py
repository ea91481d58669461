"""The invented regulators' web site: its pages as first published, and after everything that happens on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.domain.wording import long_date

TEMPLATES = Path(__file__).parent / "site"

ANSWERS = "answers.txt"
"""The file of the site that says which addresses answer with an error; it is not served."""

OUTAGE = "/delmara/prescribers.html"

_ANSWERS_HEAD = """\
# Addresses that answer with an error instead of their file: a status and a path, one to a line.
# Add a line to break a page, delete it to repair the page.
"""


@dataclass(frozen=True)
class Dates:
    """The days that pages name, seen from the day of the demonstration."""

    today: date

    @property
    def start(self) -> date:
        """When the site was built before it changed."""
        return self.today - timedelta(days=1)

    @property
    def since(self) -> date:
        """When Arcadia's amendment comes into force."""
        return self.today.replace(day=1)

    @property
    def begun(self) -> date:
        """When Borealia's emergency act began."""
        return self.today - timedelta(days=30)

    @property
    def until(self) -> date:
        """When Borealia's emergency act ends."""
        return self.begun + timedelta(days=90)


def publish(folder: Path, dates: Dates, changed: bool = False) -> list[str]:
    """Write the pages into a folder, before or after they change; returns the paths whose bytes are new."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # our own pages, without any input
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "changed": changed,
        "built": dates.today if changed else dates.start,
        "start": dates.start,
        "since": dates.since,
        "begun": dates.begun,
        "until": dates.until,
        "long": long_date,
        "us": _american,
        "quoted": (lambda words: f"“{words}”") if changed else (lambda words: f'"{words}"'),
    }
    written = []
    for template in sorted(TEMPLATES.rglob("*.*")):
        name = template.relative_to(TEMPLATES).as_posix()
        if template.name.startswith("_"):
            continue
        page = environment.get_template(name).render()
        if _write(folder / name, page):
            written.append(name)
    _write(folder / ANSWERS, _ANSWERS_HEAD + (f"503 {OUTAGE}\n" if changed else ""))
    return written


def _write(file: Path, text: str) -> bool:
    if file.is_file() and file.read_text("utf-8") == text:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return True


def _american(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
