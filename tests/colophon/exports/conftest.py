"""The bundle of the whole story, packed and unpacked, and the keys that an outsider holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_evidence import (
    Trust,
    make_story,
    unpacked,
)


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "trust")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_story(tmp_path / "evidence.zip")


@pytest.fixture
def bag(bundle: Path, tmp_path: Path) -> Path:
    return unpacked(bundle, tmp_path / "unpacked")
