"""What tests of marking share: pictures on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from compliance.marking import PRELOAD
from compliance.marking.recipe import SUFFIXES
from kernel.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The best sandbox of this machine, warm for marking."""
    with Sandbox(preload=PRELOAD) as one:
        yield one


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Return a function: save a picture as a media type, with what Pillow is told."""

    def make(picture: Image.Image, media_type: str = "image/png", **how: object) -> Path:
        path = tmp_path / f"source{SUFFIXES[media_type]}"
        picture.save(path, **how)
        return path

    return make
