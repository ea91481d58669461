"""The shape of the code: arrows point inward, modules stay small, nothing unfinished is left lying about."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted([*(ROOT / "tracker").rglob("*.py"), *(ROOT / "spiders").rglob("*.py")])


def test_arrows_point_inward() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400, "split it"
    assert not text.strip() or text.lstrip().startswith('"""'), "a module begins with a sentence that says what it is"
    assert not re.search(r"NotImplementedError|\bTODO\b|\bFIXME\b", text)


def test_the_crawl_child_knows_no_database() -> None:
    program = "import sys, tracker.services.fetch, tracker.crawl.run; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom tracker.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('scrapy', 'sqlalchemy', 'rich', 'fastapi', 'pydantic', 'lxml')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_top_level_holds_what_the_product_asks_for() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    top = {name.split("/")[0] for name in listed if not name.startswith(".")}
    allowed = {"tracker", "spiders", "schemas", "templates", "tests", "pyproject.toml", "README.md"}
    assert top <= allowed | {"LICENSE", "constraints.txt", "scrapy.cfg"}
