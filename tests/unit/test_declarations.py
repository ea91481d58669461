"""Whatever is wrong with a declaration is said with file, line, field, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.content import load_marked
from tracker.errors import DeclarationError, UnknownName
from tracker.extract.declarations import Declarations, load_sources, load_vocabulary

WORDS = load_vocabulary()
GOOD = """title: Rules for patients
jurisdiction: NL
publisher: {name: Ministry}
instrument: {title: Act on medicines, short: Act, type: act}
spider: page
format: html
language: en
documents:
  - {id: text, url: "https://example.org/rules"}
schedule: "41 4 * * mon-fri"
access: {licence: none, terms: none, tried_live: never}
html: {content: main}
rules:
  - topic: possession_limit
    qualifier: {holder: patient}
    at: section 1
    find: may keep {quantity} at home
  - topic: prescriber_class
    at: section 2
    find: prescribed by {terms}
    vocabulary: prescriber_classes
    members:
      physician: physician_any
"""
AT = "    at: section 1\n"


def load(folder: Path, text: str) -> Declarations:
    (folder / "nl").mkdir()
    (folder / "nl/wrong.yml").write_text(text, "utf-8")
    (folder / "nl/good.yml").write_text(GOOD, "utf-8")
    return load_sources([folder], WORDS)


@pytest.mark.parametrize(
    ("old", "new", "line", "parts"),
    [
        (
            "schedule:",
            "shedule:",
            10,
            ["shedule: unknown key 'shedule'; allowed are title,", "Did you mean 'schedule'?"],
        ),
        ("    find: may", "    fnd: may", 17, ["rules.0.fnd: unknown key 'fnd'; allowed are at, find,", "'find'?"]),
        ("{content: main}", "{contnt: main}", 12, ["html.contnt: unknown key 'contnt'", "Did you mean 'content'?"]),
        ("title: Rules for patients\n", "", 1, ["title: this key is required."]),
        ("title: Rules", "id: x/y\ntitle: Rules", 1, ["id: set by the tracker; remove this key."]),
        (
            "possession_limit",
            "posession_limit",
            14,
            ["rules.0.topic: ", "'posession_limit'", "possession_limit?", "Known are"],
        ),
        (
            "{holder: patient}",
            "{holdr: patient}",
            15,
            ["rules.0.qualifier: ", "'holdr'", "did you mean holder?", "allowed: "],
        ),
        ("{holder: patient}", "{holder: pacient}", 15, ["holder has no value 'pacient' (did you mean patient?)"]),
        (AT, AT + "    unit: gramm\n", 17, ["rules.0.unit: unknown unit 'gramm'. Did you mean 'g'? Known are day,"]),
        (
            ": physician_any",
            ": fysician_any",
            23,
            ["rules.1.members.physician: ", "'fysician_any'", "'physician_any'? Known are"],
        ),
        (
            "    vocabulary: prescriber_classes",
            "    member: fysician_any",
            21,
            ["rules.1.member: unknown member", "'physician_any'"],
        ),
        (
            "prescriber_classes",
            "prescriber_clases",
            21,
            ["rules.1.vocabulary: ", "Did you mean 'prescriber_classes'? Known are"],
        ),
        ("jurisdiction: NL", "jurisdiction: NLX", 2, ["jurisdiction: unknown jurisdiction 'NLX'. Did you mean 'NL'?"]),
        (
            "type: act",
            "type: akt",
            4,
            ["instrument.type: unknown source type 'akt'. Did you mean 'act'? Known are act,"],
        ),
        ("format: html", "format: htm", 6, ["format: found 'htm'; allowed are 'lims',", "Did you mean 'html'?"]),
        ("format: html", "format: [html]", 6, ["format: found ['html']; allowed are"]),
        (
            AT,
            AT + "    state: unlimted\n",
            17,
            ["rules.0.state: found 'unlimted'; allowed are", "Did you mean 'unlimited'?"],
        ),
        ("mon-fri", "1-5", 10, ["schedule: found '41 4 * * 1-5'; write five cron fields in UTC with weekdays by name"]),
        (
            "{quantity} at",
            "{quantty} at",
            17,
            ["rules.0.find: unreadable pattern: unknown {quantty}; a pattern knows {quantity}"],
        ),
        ("may keep {", "may <keep {", 17, ["rules.0.find: unreadable pattern: cannot read the pattern at '<keep"]),
        (
            "may keep {quantity} at home",
            '"{quantity}"',
            17,
            ["rules.0.find: unreadable pattern: a pattern needs words"],
        ),
        (AT, AT + '    table: {row: "(", column: 0}\n', 17, ["table.row: found '('", "table.column: found 0"]),
        (AT, AT + "    iso: 30 days\n", 17, ["rules.0.iso: found '30 days'; write an ISO 8601 duration"]),
        (AT, AT + "    period: monthly\n", 17, ["rules.0.period: found 'monthly'; write an ISO 8601 duration"]),
        (
            AT,
            AT + '    attrs: {from: "{age}"}\n',
            17,
            ["rules.0.attrs.from: unknown placeholder 'age'. Known are quantity."],
        ),
        (AT, AT + "    since: 2026-02-30\n", 17, ["rules.0.since: found '2026-02-30'; "]),
        (
            AT,
            AT + "    cases:\n      - {find: x, state: nun}\n",
            18,
            ["rules.0.cases.0.state: found 'nun'; allowed are"],
        ),
        ("content: main", 'content: "main["', 12, ["html.content: found 'main[', which is no CSS selector"]),
        (
            "content: main",
            'content: main, citation: "{nr}"',
            12,
            ["html.citation: unknown placeholder 'nr'.", "Known are heading,"],
        ),
        ("content: main", "content: main, effective: from", 12, ["html.effective: found 'from'; it needs {date}"]),
        (
            "type: act",
            'type: act, cite: "{shrt}"',
            4,
            ["instrument.cite: unknown placeholder 'shrt'. Did you mean 'short'?"],
        ),
        (
            "https://example.org/rules",
            "ftp://example.org",
            9,
            ["documents.0.url: found 'ftp://example.org'; write an http"],
        ),
        ("title: Rules", "title: A\ntitle: Rules", 2, ["the key 'title' appears twice (first on line 1)"]),
        ("rules:\n", "rules: [\n", 14, ["did not find expected node content"]),
    ],
)
def test_a_mistake_is_named_and_other_sources_still_load(
    tmp_path: Path, old: str, new: str, line: int, parts: list[str]
) -> None:
    assert old in GOOD
    found = load(tmp_path, GOOD.replace(old, new, 1))
    assert list(found.sources) == ["nl/good"]
    (problem,) = found.problems
    assert f"{tmp_path}/nl/wrong.yml:{line}: " in str(problem)
    for part in parts:
        assert part in str(problem)


def test_every_mistake_in_a_file_is_named_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("possession_limit", "posession").replace("type: act", "type: akt").replace("{terms}", "{trms}")
    (problem,) = load(tmp_path, wrong).problems
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in str(problem).splitlines()] == ["4", "14", "20"]


def test_a_file_that_is_no_declaration_is_named(tmp_path: Path) -> None:
    for text in ("", "- a list\n", "just words\n"):
        folder = tmp_path / str(len(text))
        folder.mkdir()
        assert "title: this key is required." in str(load(folder, text).problems[0])


def test_a_file_in_another_encoding_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_bytes(GOOD.replace("Ministry", "Minist\u00e8re").encode("latin-1"))
    with pytest.raises(DeclarationError, match=r"wrong\.yml:3: this is not UTF-8"):
        load_marked(path)


def test_norway_is_a_country_and_a_day_is_text(tmp_path: Path) -> None:
    text = GOOD.replace("jurisdiction: NL", "jurisdiction: NO").replace("Ministry", "2024-04-01")
    source = load(tmp_path, text).source("nl/wrong")
    assert source.jurisdiction == "NO"
    assert source.publisher.name == "2024-04-01"


def test_a_source_is_asked_for_by_name(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD.replace("type: act", "type: akt"))
    assert found.source("nl/good").id == "nl/good"
    with pytest.raises(DeclarationError, match="akt"):
        found.source("nl/wrong")
    with pytest.raises(UnknownName, match="nl/good"):
        found.source("nl/god")


def test_the_first_folder_that_has_an_id_wins(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, title in ((one, "Theirs"), (other, "Ours")):
        (folder / "nl").mkdir(parents=True)
        (folder / "nl/good.yml").write_text(GOOD.replace("Rules for patients", title), "utf-8")
        (folder / "nl/baseline.yml").write_text("no: declaration\n", "utf-8")
    found = load_sources([one, other], WORDS)
    assert [source.title for source in found.sources.values()] == ["Theirs"]
    assert not found.problems


def test_the_fingerprint_names_how_a_source_is_read_and_nothing_else(tmp_path: Path) -> None:
    how = GOOD.replace("may keep", "can keep")
    when = GOOD.replace("41 4", "42 4").replace("Rules for patients", "Rules")
    prints = []
    for number, text in enumerate((GOOD, how, when)):
        (tmp_path / str(number)).mkdir()
        prints.append(load(tmp_path / str(number), text).source("nl/wrong").fingerprint)
    assert prints[0] == prints[2] != prints[1]
