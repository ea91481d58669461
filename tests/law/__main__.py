"""`python -m tests.law DIR`: all editions of all histories as a folder for `tracker replay DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.law import history, manifest


def main() -> None:
    """Reads the arguments, writes the folder, says what it wrote."""
    parser = argparse.ArgumentParser(prog="python -m tests.law", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sections", type=int, default=480, help="sections of Arcadia's regulation (default: 480, 1.3 MB)"
    )
    parser.add_argument("--french", action="store_true", help="write Arcadia's regulation in French too")
    given = parser.parse_args()
    languages = ("en", "fr") if given.french else ("en",)
    histories = (
        history.canada_like(given.seed, given.sections, languages),
        history.dc_like(given.seed),
        history.page_like(given.seed),
    )
    paths = manifest.write(given.folder, histories)
    size = sum(path.stat().st_size for path in paths) / 2**20
    print(f"{len(paths)} documents, {size:.1f} MiB, {given.folder / 'MANIFEST.tsv'}")


if __name__ == "__main__":
    main()
