"""What is seen in one picture: PDQ hashes and SIFT features. The first half runs in the sandbox.

PDQ: facebook/ThreatExchange, pdq/; SIFT: Lowe, IJCV 2004; RootSIFT: Arandjelovic and Zisserman,
CVPR 2012. Descriptors are kept as one byte per dimension.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.intake import pixels, views
from compliance.similarity.errors import DamagedFingerprint
from kernel.canonical import Json

VERSION = "1"
SIDE = 512
"""Pixels on the long side of the frame features are found in."""
FEATURES = 300
_SHORTEST = 16  # pixels: below it SIFT has no octave to look at
_POINT = 64  # points are kept in 1/64 pixel
_DESCRIPTOR = 512  # RootSIFT entries lie below 0.5 but for rare ones, which are clipped
_HASH = struct.Struct("<4s32sB")
_SIFT = struct.Struct("<4sHHI")
_MIRROR = np.array(
    [
        ((3 - row) * 4 + cell) * 8 + (8 - direction) % 8
        for row in range(4)
        for cell in range(4)
        for direction in range(8)
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Local features of one picture, in a frame whose long side has `SIDE` pixels."""

    width: int
    height: int
    points: NDArray[np.float32]
    """Shape (features, 2): x, y in pixels of the frame."""
    descriptors: NDArray[np.uint8]
    """Shape (features, 128)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that the checks learn about one picture."""

    width: int
    height: int
    frames: int
    quality: int
    """PDQ's own measure of how much there is to hash, 0 to 100; its authors discard below 50."""
    hashes: NDArray[np.uint8]
    """Shape (8, 32): the hash of the picture under each of the 8 turns and mirrorings."""
    features: Features


def look(
    material: Path,
    *,
    media_type: str,
    sandbox: Any,
    seconds: float = 20.0,
    views: Path | None = None,
) -> Seen:
    """Return what is seen in the picture at ``material``, decoded inside the sandbox.

    Into the folder ``views`` go small views of it and its colours, of the same decoding; see
    `compliance.intake.views`.

    Raises:
        Unreadable: it is no such picture, or too large.
        SandboxFault: the reader crashed or ran out of time or memory.
        DamagedFingerprint: the reader gave back something else than it should.
    """
    found = sandbox.call(
        "compliance.similarity.looking:see",
        {"media_type": media_type},
        reads={"picture": material},
        into=views,
        seconds=seconds,
    )
    try:
        return Seen(
            width=int(found["width"]),
            height=int(found["height"]),
            frames=int(found["frames"]),
            quality=min(100, max(0, int(found["quality"]))),
            hashes=np.frombuffer(base64.b64decode(found["hashes"]), np.uint8).reshape(8, 32),
            features=unpack_features(base64.b64decode(found["features"])),
        )
    except (KeyError, TypeError, ValueError):
        raise DamagedFingerprint(kind="image") from None


def see(arguments: Mapping[str, Json], reads: Mapping[str, Path], into: Path | None) -> Json:
    """Decode ``reads["picture"]`` and describe it. A sandbox target.

    Raises:
        NoPicture, TooManyPixels: see `compliance.intake.pixels.opened`.
    """
    import pdqhash

    cv2 = _cv2()
    with pixels.opened(reads["picture"], media_type=str(arguments["media_type"])) as image:
        frames = pixels.frames(image)
        picture = pixels.rgb(image)
    height, width = picture.shape[:2]
    if width * height > SIDE * SIDE * 16:  # halve the work of the two reductions below
        picture = cv2.resize(picture, _frame(width, height, SIDE * 4), interpolation=cv2.INTER_AREA)
    square = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    vectors, quality = pdqhash.compute_dihedral(square)  # takes RGB, unlike OpenCV's own
    if into is not None:
        told = {"width": width, "height": height, "quality": int(quality)}
        told["pdq"] = np.packbits(np.asarray(vectors[0], np.uint8)).tobytes().hex()
        views.leave(picture, into=into, said=told)
    size = _frame(width, height, SIDE)
    shrinks = size[0] < picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=how), cv2.COLOR_RGB2GRAY)
    features = pack_features(find_features(grey))
    return {
        "width": width,
        "height": height,
        "frames": frames,
        "quality": int(quality),
        "hashes": _text(np.packbits(np.asarray(vectors, np.uint8), axis=1).tobytes()),
        "features": _text(features),
    }


def find_features(grey: NDArray[np.uint8]) -> Features:
    """Return up to `FEATURES` SIFT features of a grey picture, strongest first."""
    cv2 = _cv2()
    height, width = grey.shape
    points = np.zeros((0, 2), np.float32)
    descriptors = np.zeros((0, 128), np.uint8)
    if min(width, height) >= _SHORTEST:
        sift = cv2.SIFT_create(nfeatures=FEATURES, contrastThreshold=0.02)
        found, raw = sift.detectAndCompute(grey, None)
        if raw is not None and len(found):
            # SIFT gives a point once per orientation and may exceed what it was asked for.
            best = np.argsort([-one.response for one in found], kind="stable")[:FEATURES]
            points = np.array([found[at].pt for at in best], np.float32)
            root = np.sqrt(raw[best] / np.maximum(raw[best].sum(axis=1, keepdims=True), 1e-7))
            descriptors = np.minimum(255, np.rint(root * _DESCRIPTOR)).astype(np.uint8)
    return Features(width=width, height=height, points=points, descriptors=descriptors)


def mirror(features: Features) -> Features:
    """Return the features of the same picture seen in a mirror, left for right.

    A SIFT descriptor is 4 rows of 4 cells of 8 directions, laid along the feature's own direction:
    a mirror swaps the rows and turns the directions the other way. Looking at the mirrored pixels
    instead costs as much as the first look and gives the same within 4 % of a stranger's distance.
    """
    points = features.points.copy()
    points[:, 0] = features.width - 1 - points[:, 0]
    return Features(
        width=features.width,
        height=features.height,
        points=points,
        descriptors=np.ascontiguousarray(features.descriptors[:, _MIRROR]),
    )


def pack_features(features: Features) -> bytes:
    """Return the bytes kept of a picture's features: 132 per feature."""
    points = np.clip(np.rint(features.points * _POINT), 0, 65535).astype("<u2")
    head = _SIFT.pack(b"sif1", features.width, features.height, len(points))
    return head + points.tobytes() + features.descriptors.tobytes()


def unpack_features(payload: bytes) -> Features:
    """Return what `pack_features` was given. Raises `DamagedFingerprint`."""
    if len(payload) < _SIFT.size:
        raise DamagedFingerprint(kind="image")
    tag, width, height, count = _SIFT.unpack_from(payload)
    if tag != b"sif1" or len(payload) != _SIFT.size + 132 * count or not width or not height:
        raise DamagedFingerprint(kind="image")
    points = np.frombuffer(payload, "<u2", 2 * count, _SIFT.size).reshape(-1, 2)
    descriptors = np.frombuffer(payload, np.uint8, 128 * count, _SIFT.size + 4 * count)
    return Features(
        width=width,
        height=height,
        points=points.astype(np.float32) / np.float32(_POINT),
        descriptors=descriptors.reshape(-1, 128),
    )


def pack_hash(row: NDArray[np.uint8], *, quality: int) -> bytes:
    """Return the bytes kept of a picture's PDQ hash."""
    return _HASH.pack(b"pdq1", row.tobytes(), quality)


def unpack_hash(payload: bytes) -> tuple[NDArray[np.uint8], int]:
    """Return shape (32,) and the quality. Raises `DamagedFingerprint`."""
    if len(payload) != _HASH.size or payload[:4] != b"pdq1":
        raise DamagedFingerprint(kind="image")
    _, row, quality = _HASH.unpack(payload)
    return np.frombuffer(row, np.uint8), int(quality)


def _frame(width: int, height: int, side: int) -> tuple[int, int]:
    scale = side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _cv2() -> Any:
    import cv2

    cv2.setNumThreads(1)  # it would take every core of a machine that runs one worker per core
    return cv2
