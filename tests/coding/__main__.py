"""`python -m tests.coding`: the agreement of the two codings."""

from __future__ import annotations

import sys

from tests.coding import report

sys.stdout.write(report() + "\n")
