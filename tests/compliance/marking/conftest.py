"""What tests of marking share: pictures on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from compliance.marking.recipe import SUFFIXES


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Return a function: save a picture as a media type, with what Pillow is told."""

    def make(picture: Image.Image, media_type: str = "image/png", **how: object) -> Path:
        path = tmp_path / f"source{SUFFIXES[media_type]}"
        picture.save(path, **how)
        return path

    return make
