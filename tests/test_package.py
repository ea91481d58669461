"""The built wheel, run from an empty folder: one import package, everything it needs inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_puts_one_package_beside_everybody_s(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "tracker",
        next(n for n in names if ".dist-info" in n).split("/")[0],
    }
    assert not [name for name in names if name.endswith((".db", ".pyc", ".eml")) or "/tests/" in name]
    inside = "\n".join(names)
    for part in (
        "tracker/_content/spiders/page.py",
        "tracker/_content/spiders/ca/cannabis-act.yml",
        "tracker/_content/schemas/vocabulary/topics.yml",
        "tracker/_content/schemas/source.schema.json",
        "tracker/_content/templates/email/digest.html.j2",
        "tracker/_content/templates/web/",
        "tracker/store/migrations/versions/",
        "tracker/demo/site/",
    ):
        assert part in inside


def test_it_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "TRACKER_HOME": str(tmp_path / "home")}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("-c", "import tracker; print(tracker.__file__)").startswith(str(installed))
    assert "demo" in run("-m", "tracker", "--help")
    run("-m", "tracker", "db", "upgrade")
    assert "ca/cannabis-act" in run("-m", "tracker", "source", "list", "--format", "csv")
    assert "Cannabis Act" in run("-m", "tracker", "source", "check", "ca/cannabis-act")
    run("-m", "tracker", "schema", "check")
    assert '"rules": []' in run("-m", "tracker", "rules", "CA", "--format", "json")
