"""`python -m tests.situations`: watch every situation and write the table into README.md beside this file."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.situations import README, written
from tests.situations.report import table
from tests.situations.watch import watch

with TemporaryDirectory() as folder:
    made = table(watch(Path(folder) / "home"))
README.write_text(written(README.read_text("utf-8"), made), "utf-8")
sys.stdout.write(f"{made}\n\nwrote {README}\n")
