"""What the documentation says is true, and what there is is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tests import coverage_table
from tracker.cli import tracker as root
from tracker.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def _commands(group: click.Group, before: str = "tracker") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found.append((f"{before} {name}", command))
        if isinstance(command, click.Group):
            found += _commands(command, f"{before} {name}")
    return found


COMMANDS = _commands(root)


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    assert command.help, f"{name} has no help"
    assert all(isinstance(p, click.Argument) or getattr(p, "help", "") for p in command.params if p.name != "help")


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "sources"])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"TRACKER_{name.upper()}" in README


def test_the_commands_in_the_readme_exist() -> None:
    known = {name for name, _ in COMMANDS}
    for line in re.findall(r"^    (?:\$ )?(tracker [^#\n]+)$", README, re.MULTILINE):
        words = line.split()
        named = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
        assert named in known or words[1].startswith("--"), line


def test_the_readme_stays_short_and_each_folder_has_its_own() -> None:
    by_hand = README.partition(coverage_table.BEGIN)[0] + README.partition(coverage_table.END)[2]
    assert by_hand.count("\n") <= 250
    for folder in ("spiders", "schemas", "templates", "tests"):
        assert (ROOT / folder / "README.md").read_text("utf-8").startswith("# ")


def test_the_coverage_in_the_readme_is_that_of_the_baselines() -> None:
    assert coverage_table.written(README) == README, "run `python -m tests.coverage_table`"


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    # .ci/run alone names the folder of recorded documents, beside the project.
    leak = re.compile(r"(?<![\w.])/(?:tmp|work|root|home)/\w|\.\./shared")
    for path in ROOT.rglob("*"):
        ours = path.suffix in {".py", ".md", ".yml", ".toml", ".j2", ".txt"} and not {".venv", ".git"} & set(path.parts)
        if ours and path.name != "test_documentation.py":
            assert not leak.search(path.read_text("utf-8")), path
