"""`tracker source` as people type it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.cli import main
from tracker.content import ours

PAGE = (
    '<html lang="en"><head><title>Rules</title></head><body><main><h1>Rules for patients</h1><h2>1. Amounts</h2>'
    "<p>A patient may keep thirty (30) grams at home.</p></main></body></html>"
)
RULE = """rules:
  - topic: possession_limit
    at: section 1
    find: "may keep {quantity} at home"
"""


class Tracker:
    """Runs commands in an installation of their own."""

    def __init__(self, home: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.home, self.captured = home, captured

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.captured.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["source", *words])
        out, err = self.captured.readouterr()
        code = stop.value.code
        return code if isinstance(code, int) else 1, out, err


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tracker:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TRACKER_SPIDERS", raising=False)
    monkeypatch.chdir(tmp_path)
    return Tracker(tmp_path / "home", capsys)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    page = tmp_path / "saved.html"
    page.write_text(PAGE, "utf-8")
    return page


def test_sources_are_listed_with_their_full_jurisdiction(tracker: Tracker) -> None:
    code, out, err = tracker("list")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["source", "jurisdiction", "rules", "state", "read"]
    assert "ca/cannabis-act" in out
    assert "Canada" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_listings_are_for_programs_too(tracker: Tracker) -> None:
    code, out, _ = tracker("list", "--format", "json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["us-dc/medical-cannabis-chapter"]["jurisdiction"] == "District of Columbia"
    assert rows["us-dc/medical-cannabis-chapter"]["documents"] == "by index"
    assert rows["ca/cannabis-act"]["documents"] == 1
    _, out, _ = tracker("list", "--format", "csv")
    listed = list(csv.DictReader(io.StringIO(out)))
    assert [row["id"] for row in listed] == sorted(rows)
    assert listed[0]["rules"] == str(rows["ca/cannabis-act"]["rules"])


def test_a_broken_declaration_is_named_and_the_others_are_listed(tracker: Tracker) -> None:
    folder = tracker.home / "spiders/nl"
    folder.mkdir(parents=True)
    (folder / "broken.yml").write_text("title: Rules\nlangauge: nl\n", "utf-8")
    code, out, err = tracker("list")
    assert code == 1
    assert "broken.yml:2: langauge: unknown key 'langauge'" in err
    assert "ca/cannabis-act" in out
    assert tracker("check", "nl/broken")[0] == 2


def test_a_declaration_is_shown_in_words(tracker: Tracker) -> None:
    code, out, _ = tracker("show", "ca/cannabis-act")
    assert code == 0
    for words in (
        "Jurisdiction: Canada (CA)",
        "Publisher:    Department of Justice Canada",
        "Address:      https://laws-lois.justice.gc.ca/eng/XML/C-24.5.xml (text)",
        "Looked at:    Monday to Friday at 04:47 UTC; 3 seconds between requests",
        "Licence:      Open Government Licence - Canada",
        "Tried live:   never",
        "Equivalency rule (Beverage)",
        "  1. Schedule 3: column 3 of the row “cannabis beverages”",
    ):
        assert words in out
    assert max(len(line) for line in out.splitlines() if "https" not in line) <= 80


@pytest.mark.parametrize("source_id", ["us-dc/medical-cannabis-chapter", "ca/reglement-sur-le-cannabis"])
def test_every_rule_is_shown_with_its_words(tracker: Tracker, source_id: str) -> None:
    _, out, _ = tracker("show", source_id)
    shown = " ".join(out.split())
    declared = json.loads(tracker("list", "--format", "json")[1])
    count = next(row["rules"] for row in declared if row["id"] == source_id)
    assert f"It answers {count} questions:" in shown
    assert "→" in shown


def test_examples_are_checked_with_rule_value_citation_and_quote(tracker: Tracker) -> None:
    code, out, err = tracker("check", "ca/cannabis-act")
    assert (code, err) == (0, "")
    assert "Equivalency rule (Beverage): 570 g = 1 g dried" in out
    assert "Cannabis Act, Schedule 3, item 6: “6 cannabis beverages 570 g”" in out
    assert out.count("10 rules read as expected.") == 2


def test_all_examples_are_checked_at_once(tracker: Tracker) -> None:
    code, out, err = tracker("check", "--all", "--format", "json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    listed = json.loads(tracker("list", "--format", "json")[1])
    assert {row["source"] for row in rows} == {row["id"] for row in listed if row["rules"]}
    assert all(row["quote"] or row["optional"] for row in rows)


def test_the_newcomers_loop(tracker: Tracker, saved: Path) -> None:
    code, out, _ = tracker("new", "nl/rules", "--url", "https://example.org/rules", "--file", str(saved))
    declaration = tracker.home / "spiders/nl/rules.yml"
    assert code == 0
    assert f"wrote {declaration}" in out
    code, out, _ = tracker("check", "nl/rules")
    assert code == 1
    assert "The declaration reads no rule on this day; add one under rules:." in out

    text = declaration.read_text("utf-8")
    declaration.write_text(text.replace("rules: []\n", RULE).replace('short: "FILL IN"', "short: Rules"), "utf-8")
    code, out, _ = tracker("check", "nl/rules")
    assert code == 1
    assert "Possession limit: read as '30 g', and expected.yml does not list it." in " ".join(out.split())

    next(declaration.parent.glob("rules.examples/*/expected.yml")).unlink()
    code, out, _ = tracker("check", "nl/rules")
    assert code == 1
    assert "read it, then run again." in " ".join(out.split())
    code, out, _ = tracker("check", "nl/rules")
    assert code == 0
    assert "Possession limit: 30 g" in out
    assert "Rules, section 1, paragraph 1: “may keep thirty (30) grams at home”" in out
    assert "1 rule read as expected." in out
    assert "nl/rules" in tracker("list")[1]


def test_without_a_page_nothing_is_fetched_and_that_is_said(tracker: Tracker) -> None:
    code, out, _ = tracker("new", "nl/rules", "--url", "https://example.org/rules")
    assert code == 0
    assert "Nothing was fetched" in out
    code, out, _ = tracker("check", "nl/rules")
    assert code == 1
    assert "There is no example" in out


def test_a_new_declaration_goes_to_the_first_named_folder(
    tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    monkeypatch.setenv("TRACKER_SPIDERS", f"{first}{os.pathsep}{second}")
    assert tracker("new", "nl/rules", "--url", "https://example.org")[0] == 0
    assert (first / "nl/rules.yml").is_file()


def test_in_a_checkout_a_new_declaration_would_stand_beside_ours(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ours("spiders").parent)
    code, _, err = tracker("new", "ca/cannabis-act", "--url", "https://example.org")
    assert code == 2
    assert "spiders/ca/cannabis-act.yml is there already; choose another id, or edit it." in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "ca/canabis-act"], "Unknown source 'ca/canabis-act'. Did you mean ca/cannabis-act"),
        (["check", "ca/nothing-like-it"], "Unknown source 'ca/nothing-like-it'."),
        (["check"], "Name sources, or give --all."),
        (["check", "ca/cannabis-act", "--all"], "Name sources, or give --all."),
        (["new", "nl/rules"], "Missing option '--url'"),
        (["new", "rules", "--url", "https://example.org"], "'rules' is no id"),
        (["new", "xx/rules", "--url", "https://example.org"], "Unknown jurisdiction 'XX'."),
        (["new", "nl/rules", "--url", "example.org"], "write an http or https address"),
        (["new", "nl/rules", "--url", "https://example.org", "--file", "none.html"], "'none.html' does not exist"),
        (["list", "--format", "yaml"], "'yaml' is not one of"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(tracker: Tracker, words: list[str], said: str) -> None:
    code, out, err = tracker(*words)
    assert code == 2
    assert said in " ".join(err.split())
    assert out == ""
    assert not (tracker.home / "spiders").exists()


def test_help_names_the_commands_and_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom tracker.cli import main\n"
        "try: main(['source', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'scrapy', 'sqlalchemy', 'rich', 'pydantic', 'lxml', 'jinja2'}\nprint(heavy & set(sys.modules) or '-')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "-"
    for name in ("list", "show", "check", "new"):
        assert f"\n  {name} " in done.stdout
