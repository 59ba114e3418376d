"""Is one picture a part of another? Feature matches that agree on one plausible map.

Source: ratio test, Lowe, IJCV 2004; RANSAC, Fischler and Bolles, CACM 1981; the two checks
against collapsed maps and the measurements are in docs/similarity.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.similarity.looking import Features, mirror
from compliance.similarity.pictures import squared_distances

RATIO = 0.8
WITHIN = 5.0  # pixels of the 512-pixel frame
_LEAST = 4  # matches; an affine map needs 3 and one more to be tested at all

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """A map from the query's frame (mirrored first, where it says so) into the reference's."""

    inliers: int
    """Distinct places on both sides that agree with the map."""
    matches: int
    """Feature matches it was chosen from."""
    mirrored: bool
    map: Points
    """Shape (2, 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The part two pictures share, whole numbers only."""

    here: list[list[int]]
    """Corners in the query picture, permille of its width and height."""
    there: list[list[int]]
    """The same corners in the reference."""
    here_permille: int
    there_permille: int
    """Area of each, permille of the whole picture."""
    degrees: int
    """Turn that was undone, clockwise as seen on a screen, -179 to 180."""
    scale_permille: int
    """Length in the reference for 1000 of the same length in the query, in frame pixels."""


def align(query: Features, reference: Features) -> Aligned | None:
    """Return the better of the plain and the mirrored map; none where neither holds."""
    found = (
        _map(query, reference, mirrored=False),
        _map(mirror(query), reference, mirrored=True),
    )
    return max((one for one in found if one), key=lambda one: one.inliers, default=None)


def _map(query: Features, reference: Features, *, mirrored: bool) -> Aligned | None:
    if min(len(query.points), len(reference.points)) < _LEAST:
        return None
    cv2 = _cv2()
    apart = squared_distances(query.descriptors, reference.descriptors)
    rows = np.arange(len(apart))
    nearest = np.argpartition(apart, 1, axis=1)[:, :2]
    first, second = np.sort(apart[rows[:, None], nearest], axis=1).T
    good = first < RATIO**2 * second
    if good.sum() < _LEAST:
        return None
    source = query.points[good]
    target = reference.points[apart[good].argmin(axis=1)]
    matrix, agrees = cv2.estimateAffine2D(
        source, target, ransacReprojThreshold=WITHIN, maxIters=1000, confidence=0.995
    )
    if matrix is None or not _plausible(matrix):
        return None
    kept = agrees.ravel() > 0
    # A point found in two orientations, or many points on one, is one place and counts once.
    inliers = min(len(np.unique(side[kept].round(), axis=0)) for side in (source, target))
    return Aligned(inliers=inliers, matches=int(good.sum()), mirrored=mirrored, map=matrix)


def _plausible(matrix: Points) -> bool:
    """Tell whether a picture could have been edited so: collapsed maps cause the false alarms."""
    if not np.isfinite(matrix).all() or np.linalg.det(matrix[:, :2]) <= 0:
        return False  # a reflection: the mirrored query is there to find those
    largest, smallest = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(smallest > 0.1 and largest < 10 and largest / smallest < 3)


def region(aligned: Aligned, query: Features, reference: Features) -> Region:
    """Return which part of ``query`` lies in which part of ``reference``."""
    cv2 = _cv2()
    frame = _corners(query.width, query.height)
    projected = frame @ aligned.map[:, :2].T + aligned.map[:, 2]
    whole = _corners(reference.width, reference.height)
    _, shared = cv2.intersectConvexConvex(
        cv2.convexHull(projected.astype(np.float32)), whole.astype(np.float32)
    )
    there = np.zeros((0, 2)) if shared is None else shared.reshape(-1, 2).astype(np.float64)
    here = (there - aligned.map[:, 2]) @ np.linalg.inv(aligned.map[:, :2]).T
    if aligned.mirrored:
        here[:, 0] = query.width - here[:, 0]
    turn = math.degrees(math.atan2(aligned.map[1, 0], aligned.map[0, 0]))
    return Region(
        here=_permille(here, query),
        there=_permille(there, reference),
        here_permille=_share(here, query),
        there_permille=_share(there, reference),
        degrees=round(turn),
        scale_permille=round(1000 * math.sqrt(np.linalg.det(aligned.map[:, :2]))),
    )


def whole(*, mirrored: bool, quarters: int) -> Region:
    """Return the region of a picture found as a whole, mirrored and then turned.

    ``quarters`` counts quarter turns to the left.
    """
    corners = [[0, 0], [1000, 0], [1000, 1000], [0, 1000]]
    there = [[1000 - x, y] if mirrored else [x, y] for x, y in corners]
    for _ in range(quarters % 4):
        there = [[y, 1000 - x] for x, y in there]
    turned = -90 * (quarters % 4)
    return Region(
        here=corners,
        there=there,
        here_permille=1000,
        there_permille=1000,
        degrees=turned + 360 if turned <= -180 else turned,
        scale_permille=1000,
    )


def _corners(width: int, height: int) -> Points:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def _permille(polygon: Points, features: Features) -> list[list[int]]:
    share = polygon / (features.width, features.height)
    rows: list[list[int]] = np.clip(np.rint(1000 * share), 0, 1000).astype(int).tolist()
    return rows


def _share(polygon: Points, features: Features) -> int:
    """Return the area of ``polygon`` by the shoelace formula, permille of the frame."""
    x, y = polygon.T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    return min(1000, round(1000 * float(area) / (features.width * features.height)))


def _cv2() -> Any:
    import cv2

    cv2.setNumThreads(1)
    return cv2
