"""The archive gives back what it was given, whole or compacted, or says in one sentence why it cannot."""

from __future__ import annotations

import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.archive import FolderArchive
from tracker.archive.compact import compact
from tracker.archive.frames import compress
from tracker.errors import ArchiveProblem

MISSING = "0" * 64


@pytest.fixture
def archive(tmp_path: Path) -> FolderArchive:
    return FolderArchive(tmp_path / "archive")


def editions(number: int, size: int = 40_000, seed: int = 1) -> list[bytes]:
    """A document that changes a little from edition to edition."""
    dice = random.Random(seed)
    text = bytearray(dice.randbytes(size))
    found = []
    for _ in range(number):
        start = dice.randrange(size - 20)
        text[start : start + 20] = dice.randbytes(20)
        found.append(bytes(text))
    return found


def files(archive: FolderArchive, suffix: str) -> list[Path]:
    return sorted(archive.folder.glob(f"*/*/*{suffix}"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=8))
def test_what_is_put_is_got(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = FolderArchive(Path(folder))
        names = [archive.put(body) for body in bodies]
        assert names == [sha256(body).hexdigest() for body in bodies]
        assert [archive.get(name) for name in names] == bodies
        assert archive.sizes()[0] == len(set(bodies))


@settings(max_examples=15)
@given(st.lists(st.lists(st.integers(0, 14), max_size=20), max_size=4))
def test_compaction_loses_nothing_whatever_the_chains(orders: list[list[int]]) -> None:
    bodies = editions(15, 300)
    with tempfile.TemporaryDirectory() as folder:
        archive = FolderArchive(Path(folder))
        names = [archive.put(body) for body in bodies]
        for order in orders:
            done = compact(archive, [[names[place] for place in order]])
            assert done.after <= done.before
        assert [archive.get(name) for name in names] == bodies


def test_known_bytes_cost_no_write(archive: FolderArchive) -> None:
    archive.put(b"law")
    before = {path: path.stat().st_mtime_ns for path in archive.folder.rglob("*")}
    archive.put(b"law")
    assert {path: path.stat().st_mtime_ns for path in archive.folder.rglob("*")} == before


def test_a_snapshot_lies_in_folders_named_by_its_hash(archive: FolderArchive) -> None:
    name = archive.put(b"law")
    assert files(archive, ".zst") == [archive.folder / name[:2] / name[2:4] / f"{name}.zst"]
    assert not files(archive, ".tmp")


def test_an_archive_knows_what_it_holds(archive: FolderArchive) -> None:
    assert archive.sizes() == (0, 0)
    name = archive.put(b"law" * 1000)
    assert name in archive
    assert MISSING not in archive
    assert archive.sizes() == (1, files(archive, ".zst")[0].stat().st_size)


def test_later_editions_cost_little_and_every_tenth_is_whole(archive: FolderArchive) -> None:
    bodies = editions(25)
    names = [archive.put(body) for body in bodies]
    done = compact(archive, [names])
    assert done.shrunk == 22
    assert sorted(names.index(path.stem) for path in files(archive, ".zst")) == [0, 10, 20]
    assert done.after < 0.15 * done.before
    assert archive.sizes() == (25, done.after)
    assert [archive.get(name) for name in names] == bodies
    assert compact(archive, [names]).shrunk == 0


def test_editions_that_come_after_a_compaction_are_compacted_too(archive: FolderArchive) -> None:
    bodies = editions(12)
    names = [archive.put(body) for body in bodies[:6]]
    compact(archive, [names])
    names += [archive.put(body) for body in bodies[6:]]
    assert compact(archive, [names]).shrunk == 5
    assert [archive.get(name) for name in names] == bodies


def test_a_difference_that_is_not_smaller_is_not_kept(archive: FolderArchive) -> None:
    names = [archive.put(random.Random(seed).randbytes(5000)) for seed in range(3)]
    assert compact(archive, [names]).shrunk == 0
    assert not files(archive, ".delta")


def test_bytes_that_were_put_again_after_compaction_cost_no_write(archive: FolderArchive) -> None:
    bodies = editions(3)
    compact(archive, [[archive.put(body) for body in bodies]])
    before = archive.sizes()
    for body in bodies:
        archive.put(body)
    assert archive.sizes() == before


def test_two_compactions_do_not_run_at_once(archive: FolderArchive) -> None:
    def chains() -> object:
        yield []
        compact(archive, [])

    with pytest.raises(ArchiveProblem, match="is being compacted already; wait for that to end"):
        compact(archive, chains())  # type: ignore[arg-type]


def test_a_missing_snapshot_is_named_with_the_fix(archive: FolderArchive) -> None:
    with pytest.raises(
        ArchiveProblem, match=f"^Snapshot {MISSING} is missing in the archive at .*; restore the folder"
    ):
        archive.get(MISSING)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, MISSING + "0"])
def test_only_hashes_name_snapshots(archive: FolderArchive, name: str) -> None:
    with pytest.raises(ArchiveProblem, match="is no snapshot"):
        archive.get(name)


@pytest.mark.parametrize(
    "damage",
    [lambda frame: frame[:-3], lambda frame: b"no frame", lambda frame: compress(b"forged"), lambda frame: b""],
    ids=["cut off", "no frame", "forged", "empty"],
)
def test_damage_is_noticed(archive: FolderArchive, damage: object) -> None:
    name = archive.put(b"law" * 100)
    [file] = files(archive, ".zst")
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ArchiveProblem, match=rf"^Snapshot {name} is damaged \(.*\) in the archive"):
        archive.get(name)


@pytest.mark.parametrize("delta", [b"", b"short", bytes.fromhex(MISSING) + b"frame"])
def test_damage_to_a_difference_is_noticed(archive: FolderArchive, delta: bytes) -> None:
    names = [archive.put(body) for body in editions(2)]
    compact(archive, [names])
    [file] = files(archive, ".delta")
    file.write_bytes(delta)
    with pytest.raises(ArchiveProblem, match=r"^Snapshot [0-9a-f]{64} is (damaged|missing)"):
        archive.get(names[1])


def test_differences_that_lead_in_a_circle_are_damage(archive: FolderArchive) -> None:
    names = [archive.put(body) for body in editions(2)]
    for name, other in zip(names, reversed(names), strict=True):
        place = archive.folder / name[:2] / name[2:4] / name
        place.with_suffix(".delta").write_bytes(bytes.fromhex(other) + b"frame")
        place.with_suffix(".zst").unlink()
    with pytest.raises(ArchiveProblem, match="is damaged"):
        archive.get(names[0])


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    name = FolderArchive(tmp_path).put(bytes(10_000_000))
    with pytest.raises(ArchiveProblem, match=r"damaged \(longer than 1000000 bytes\)"):
        FolderArchive(tmp_path, largest=1_000_000).get(name)


def test_a_folder_that_cannot_be_written_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveProblem, match=r"^The archive at .*file cannot be written \(.*\); make room or correct"):
        FolderArchive(tmp_path / "file").put(b"law")


def put_all(folder: Path, bodies: list[bytes], compacting: bool) -> list[str]:
    archive = FolderArchive(folder)
    names = [archive.put(body) for body in bodies]
    for _ in range(3 if compacting else 0):
        compact(archive, [names])
    assert [archive.get(name) for name in names] == bodies
    return names


def test_several_processes_share_an_archive(tmp_path: Path) -> None:
    bodies = editions(30, 5000)
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        work = [pool.submit(put_all, tmp_path, bodies, number == 0) for number in range(3)]
        names = list(chain.from_iterable(each.result() for each in work))
    archive = FolderArchive(tmp_path)
    assert archive.sizes()[0] == len(set(names)) == 30
    assert [archive.get(name) for name in names[:30]] == bodies
    assert not files(archive, ".tmp")
