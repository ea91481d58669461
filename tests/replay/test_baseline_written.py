"""What the baselines say of recorded texts is what a replay of these texts says, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracker.services.baseline import baseline_path, written
from tracker.services.workspace import Workspace
from tracker.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("TRACKER_CORPUS" not in os.environ, reason="TRACKER_CORPUS is not set"),
]


def test_the_baselines_are_those_that_a_replay_writes(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path, baseline=False))
    texts = written(workspace, Path(os.environ["TRACKER_CORPUS"]))
    assert sorted(texts) == ["CA", "DE", "US-DC", "US-IA", "US-MD"]
    for jurisdiction, text in texts.items():
        assert baseline_path(jurisdiction).read_text("utf-8") == text, (
            f"run `tracker baseline write` for {jurisdiction}"
        )
