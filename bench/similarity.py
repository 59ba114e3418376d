"""How much of what was copied is found, and how long a look takes: ``python -m bench.similarity``.

The pictures are made here, textured and flat, so that anybody can repeat the figures. They are
no photographs: docs/similarity.md says what that means. One thread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from compliance.checks import image_overlap
from compliance.findings import CheckContext, Finding, Material, Subject
from compliance.similarity import PRELOAD, looking
from compliance.similarity.fingerprint import fingerprint
from compliance.similarity.index import EmbeddedIndex, Reference
from compliance.similarity.pictures import votes, within
from compliance.similarity.postings import Postings
from kernel.sandbox import Sandbox

Picture = NDArray[np.uint8]
Edit = Callable[[Picture], Picture]


def textured(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return a picture full of detail, RGB: noise of six scales, strokes and blobs."""
    import cv2

    rng = np.random.default_rng(seed)
    layers = np.zeros((height, width, 3), np.float32)
    for octave in range(6):
        small = rng.normal(size=(2 + (3 << octave), 2 + (4 << octave), 3)).astype(np.float32)
        grown = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        layers += grown * float(rng.uniform(0.4, 1.0)) / (1.4**octave)
    low, high = np.percentile(layers, (1, 99))
    picture = np.clip((layers - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    for _ in range(60):
        centre = tuple(int(x) for x in rng.integers((0, 0), (width, height)))
        axes = tuple(int(x) for x in rng.integers(6, 70, 2))
        colour = tuple(int(x) for x in rng.integers(0, 256, 3))
        thickness = int(rng.choice([-1, 2, 4]))
        turn = int(rng.integers(0, 180))
        cv2.ellipse(picture, centre, axes, turn, 0, 360, colour, thickness, cv2.LINE_AA)
    return picture


def plain(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return a picture with next to nothing in it, RGB: one colour running into another."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(60, 200, (2, 3))
    share = np.linspace(0, 1, height)[:, None, None]
    shades = (ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shades, (height, width, 3)))


def flat(seed: int, *, width: int = 1200, height: int = 840) -> Picture:
    """Return an illustration of few shapes in plain colours, RGB: a poster, a logo."""
    import cv2

    rng = np.random.default_rng(seed)
    picture = plain(seed, width=width, height=height)
    for _ in range(int(rng.integers(3, 8))):
        centre = tuple(int(x) for x in rng.integers((0, 0), (width, height)))
        colour = tuple(int(x) for x in rng.integers(0, 256, 3))
        cv2.circle(picture, centre, int(rng.integers(60, 260)), colour, -1, cv2.LINE_AA)
    return picture


def _crop(picture: Picture, share: float) -> Picture:
    """Keep ``share`` of each side, from a little off the middle."""
    height, width = picture.shape[:2]
    high, wide = round(height * share), round(width * share)
    top, left = (height - high) * 2 // 3, (width - wide) // 3
    return np.ascontiguousarray(picture[top : top + high, left : left + wide])


def _mirror(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _jpeg(picture: Picture, quality: int) -> Picture:
    import cv2

    _, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1]).astype(np.uint8)


def _turn(picture: Picture, degrees: float) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(turned, np.uint8)


def _tilt(picture: Picture) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[60, 40], [-20, 10], [-70, -30], [10, -50]], np.float32)
    tilt = cv2.getPerspectiveTransform(moved, corners)
    return np.asarray(cv2.warpPerspective(picture, tilt, (width, height)), np.uint8)


def _pad(picture: Picture, share: float) -> Picture:
    height, width = picture.shape[:2]
    edge = ((round(height * share),) * 2, (round(width * share),) * 2, (0, 0))
    return np.pad(picture, edge, constant_values=255)


def _inset(picture: Picture, share: float) -> Picture:
    import cv2

    height, width = picture.shape[:2]
    scene = textured(999_999, width=width, height=height)
    size = round(width * share), round(height * share)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    scene[40 : 40 + size[1], 70 : 70 + size[0]] = small
    return scene


def _noise(picture: Picture) -> Picture:
    noise = np.random.default_rng(7).normal(0, 20, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def _gamma(picture: Picture) -> Picture:
    return (255 * (picture / 255) ** 0.6).astype(np.uint8)


def _grey(picture: Picture) -> Picture:
    shade = picture.mean(axis=2, keepdims=True).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade, picture.shape))


EDITS: dict[str, Edit] = {
    "same": lambda p: p,
    "jpeg q20": lambda p: _jpeg(p, 20),
    "jpeg q8": lambda p: _jpeg(p, 8),
    "noise 20": _noise,
    "gamma 0.6": _gamma,
    "grey": _grey,
    "mirror": _mirror,
    "turn 90": lambda p: np.ascontiguousarray(np.rot90(p)),
    "turn 180": lambda p: np.ascontiguousarray(np.rot90(p, 2)),
    "turn 5": lambda p: _turn(p, 5),
    "turn 30": lambda p: _turn(p, 30),
    "tilt": _tilt,
    "crop 80 %": lambda p: _crop(p, 0.8),
    "crop 60 %": lambda p: _crop(p, 0.6),
    "crop 40 %": lambda p: _crop(p, 0.4),
    "mirror + crop 60 %": lambda p: _mirror(_crop(p, 0.6)),
    "mirror + crop 60 % + jpeg q20": lambda p: _jpeg(_mirror(_crop(p, 0.6)), 20),
    "pad 20 %": lambda p: _pad(p, 0.2),
    "inset 60 %": lambda p: _inset(p, 0.6),
    "inset 35 %": lambda p: _inset(p, 0.35),
}


def save(picture: Picture, path: Path) -> Path:
    """Write ``picture`` as PNG, quickly rather than small, and return its path."""
    from PIL import Image

    Image.fromarray(picture).save(path, "PNG", compress_level=1)
    return path


def work(number: int) -> UUID:
    """Return the id of work ``number`` of the bench."""
    return UUID(int=number + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number, beside what a user would pick instead, in the same run."""

    name: str
    ours: float
    unit: str
    n: int
    peer: float | None = None

    def row(self) -> dict[str, object]:
        ratio = round(self.ours / self.peer, 3) if self.peer else None
        found = {"ours": round(self.ours, 4), "peer": self.peer, "ratio": ratio}
        return {**found, "unit": self.unit, "n": self.n}


def measure_text(documents: int) -> Iterator[Figure]:
    """Give the figures of the word index over Zipf-drawn documents of 226 words on average."""
    rng = np.random.default_rng(0)
    chances = 1 / np.arange(1, 50_001) ** 1.05
    lengths = np.clip(rng.lognormal(5.3, 0.5, documents).astype(int), 50, 1500)
    words = rng.choice(50_000, int(lengths.sum()), p=chances / chances.sum()).astype(np.uint32)
    texts = np.split(words, np.cumsum(lengths)[:-1])
    begun = time.process_time()
    index = Postings(texts, gram=5, window=4, stock=np.zeros(0, np.uint64))
    yield Figure(name="text_build_s", ours=time.process_time() - begun, unit="s", n=len(words))
    milliseconds, found, clean = [], 0, 0
    for number in range(250):
        query = rng.choice(50_000, 300, p=chances / chances.sum()).astype(np.uint32)
        source, at, there = (int(rng.integers(bound)) for bound in (documents, 290, 40))
        if number < 200:  # the other 50 hold nothing that was planted
            query[at : at + 8] = texts[source][there : there + 8]
        begun = time.process_time()
        runs = list(index.runs(query, least=8))
        milliseconds.append(1000 * (time.process_time() - begun))
        hit = any(d == source and s <= at and e >= at + 8 for d, s, e, _ in runs)
        found += hit and number < 200
        clean += bool(runs) and number >= 200
    yield Figure(name="text_query_ms", ours=statistics.median(milliseconds), unit="ms", n=250)
    yield Figure(name="text_run8_recall", ours=found / 200, unit="share", n=200)
    yield Figure(name="text_false_rate", ours=clean / 50, unit="share", n=50)


def measure_scan(rows: int) -> Iterator[Figure]:
    """Give the figures of the hash scan: eight hashes, as one picture asks, 60 bits changed."""
    rng = np.random.default_rng(0)
    stored = rng.integers(0, 256, (rows, 32), dtype=np.uint8)
    milliseconds, found = [], 0
    for number in range(40):
        queries = rng.integers(0, 256, (8, 32), dtype=np.uint8)
        planted = int(rng.integers(rows))
        queries[number % 8] = stored[planted]
        for bit in rng.choice(256, 60, replace=False):
            queries[number % 8, bit // 8] ^= 1 << (bit % 8)
        begun = time.process_time()
        hits = within(stored, queries, radius=60)
        milliseconds.append(1000 * (time.process_time() - begun) / 8)
        found += any(row == planted for _, row, _ in hits)
    name = f"image_scan_{rows // 1_000_000}m"
    yield Figure(name=f"{name}_ms", ours=statistics.median(milliseconds), unit="ms/hash", n=320)
    yield Figure(name="image_scan_recall_d60", ours=found / 40, unit="share", n=40)


def measure_vote(pictures: int) -> Iterator[Figure]:
    """Give the time of the exact vote among 300 features of each of ``pictures``."""
    rng = np.random.default_rng(0)
    stored = rng.integers(0, 120, (pictures * 300, 128), dtype=np.uint8)
    starts = np.arange(0, len(stored), 300)
    asked = [stored[:300], rng.integers(0, 120, (300, 128), dtype=np.uint8)]
    begun = time.process_time()
    counts = votes(stored, starts, asked)
    spent = 1000 * (time.process_time() - begun)
    if counts[0] < 290:
        raise RuntimeError("the vote lost a picture that is in the index")
    yield Figure(name=f"image_vote_{pictures}_ms", ours=spent, unit="ms", n=1)


class Gallery:
    """Registered pictures, and the check asked of queries: wall time, one sandboxed child."""

    def __init__(self, folder: Path, *, pictures: int) -> None:
        self.path = folder / "picture.png"
        self.sandbox = Sandbox(preload=PRELOAD)
        rows = []
        self.hashes: list[NDArray[np.uint8]] = []
        for number in range(pictures):
            found = fingerprint(save(textured(number), self.path), "image/png", self.sandbox)
            self.hashes.append(looking.unpack_hash(found[0].payload)[0])
            rows += [
                Reference(work_id=work(number), kind=one.kind, payload=one.payload) for one in found
            ]
        index = EmbeddedIndex.build(rows, as_of=1)
        now = datetime.now(UTC)
        self.context = CheckContext(matches=index, terms=(), now=now, sandbox=self.sandbox)

    def ask(self, picture: Picture) -> tuple[Finding, float]:
        """Return the finding and the milliseconds it took, decoding included."""
        save(picture, self.path)
        asked = Material(
            subject=Subject.ARTIFACT, media_type="image/png", sha256="", path=self.path
        )
        begun = time.perf_counter()
        (finding,) = image_overlap.CHECK.ask(asked, self.context)
        return finding, 1000 * (time.perf_counter() - begun)

    def plain_pdq(self) -> bool:
        """Tell whether PDQ as published, one hash at 31 bits, finds the picture asked last."""
        seen = looking.look(self.path, media_type="image/png", sandbox=self.sandbox)
        apart = np.bitwise_count(np.array(self.hashes) ^ seen.hashes[0]).sum(axis=1)
        return bool(apart.min() <= 31)


def measure_pictures(folder: Path, *, pictures: int) -> Iterator[Figure]:
    """Give recall by edit, false alarms, and what flat pictures are answered."""
    gallery = Gallery(folder, pictures=pictures)
    hit_ms: list[float] = []
    silent_ms: list[float] = []
    found: Counter[str] = Counter()
    peer: Counter[str] = Counter()
    for edit, apply in EDITS.items():
        for number in range(pictures):
            finding, spent = gallery.ask(apply(textured(number)))
            hit = [row["work"] for row in finding.evidence] == [str(work(number))]
            found[edit] += hit
            peer[edit] += gallery.plain_pdq()
            hit_ms += [spent] * hit
        share, others = found[edit] / pictures, peer[edit] / pictures
        yield Figure(name=edit, ours=share, peer=others, unit="share", n=pictures)
    false = 0
    for seed in range(1000, 1000 + 3 * pictures):
        finding, spent = gallery.ask(textured(seed))
        false += bool(finding.evidence)
        silent_ms.append(spent)
    total = pictures * len(EDITS)
    every, others = found.total() / total, peer.total() / total
    yield Figure(name="image_recall", ours=every, peer=others, unit="share", n=total)
    yield Figure(name="image_false_positives", ours=false, unit="pictures", n=3 * pictures)
    yield Figure(
        name="image_check_hit_ms", ours=statistics.median(hit_ms), unit="ms wall", n=len(hit_ms)
    )
    yield Figure(
        name="image_check_silent_ms",
        ours=statistics.median(silent_ms),
        unit="ms wall",
        n=len(silent_ms),
    )
    answers = Counter(gallery.ask(flat(seed))[0].code for seed in range(2 * pictures))
    for code, count in sorted(answers.items()):
        yield Figure(
            name=f"flat: {code}", ours=count / (2 * pictures), unit="share", n=2 * pictures
        )
    gallery.sandbox.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pictures", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for figure in (
            *measure_text(arguments.documents),
            *measure_scan(arguments.rows),
            *(one for size in (300, 1000, 3000) for one in measure_vote(size)),
            *measure_pictures(Path(folder), pictures=arguments.pictures),
        ):
            figures.append(figure)
            peer = "" if figure.peer is None else f"{figure.peer:10.3f}"
            if not arguments.json:
                print(f"{figure.name:32} {figure.ours:10.3f} {peer:10} {figure.unit} n={figure.n}")
    if arguments.json:
        print(json.dumps({figure.name: figure.row() for figure in figures}))


if __name__ == "__main__":
    main()
