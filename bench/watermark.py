"""What the imperceptible mark survives, and how often it is seen where it is not.

``python -m bench.watermark [--pictures N] [--searches N] [--keys N] [--json]``. Pictures are made
here, so that anybody can repeat the figures: house scenes, noise with a photograph's spectrum, and
rectangles; a third each, all sizes 128 to 900 pixels. ``--folder`` adds the PNG and JPEG files in a
folder. One thread. No peer is measured: what we compared is in reference form in docs/marking.md.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from compliance.marking import crop_search, imperceptible, visible
from compliance.marking.errors import CannotMark

KEY = b"a marking key for benches, no more"
PAYLOAD = 0xC0FFEE12
LARGE = 150
Attack = Callable[[Image.Image], Image.Image]
PROMPTS = (
    "a lighthouse at dusk over the sea",
    "mountains in winter, snow",
    "a castle at night with stars",
    "a forest in autumn fog",
    "a city at dawn",
    "a desert at noon",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    n: int
    found: float
    """Share of pictures in which the mark is seen and its payload right."""
    least: float
    """Lowest presence."""
    median: float
    ms: float
    """Median CPU milliseconds per look."""


def plain(number: int) -> Image.Image:
    """Return the plain picture of this number."""
    stream = np.random.default_rng(number)
    width, height = (int(one) for one in stream.integers(128, 900, 2))
    kind = number % 3
    if kind == 0:
        return _scene(number, width, height)
    if kind == 1:
        return _photograph_like(stream, width, height)
    return _rectangles(stream, width, height)


def _scene(number: int, width: int, height: int) -> Image.Image:
    from generation.scene.finish import eight_bits
    from generation.scene.plan import plan
    from generation.scene.render import blank, render
    from generation.scene.words import read

    prompt = PROMPTS[number // 3 % len(PROMPTS)]
    canvas = blank(
        plan(read(prompt), seed=number, prompt=prompt), seed=number, width=width, height=height
    )
    for _ in render(canvas, detail=60):
        pass
    return Image.fromarray(eight_bits(canvas))


def _photograph_like(stream: np.random.Generator, width: int, height: int) -> Image.Image:
    """Return noise whose amplitude falls with one over the frequency, as in photographs."""
    down, across = np.meshgrid(np.fft.fftfreq(height), np.fft.rfftfreq(width), indexing="ij")
    size = np.maximum(np.hypot(down, across), 1 / max(width, height))
    bands = []
    for _ in range(3):
        phase = np.exp(2j * np.pi * stream.random(size.shape))
        field = np.fft.irfft2(phase / size, s=(height, width))
        bands.append(field / field.std())
    mixed = np.stack([bands[0] + 0.4 * one for one in bands], axis=-1)
    return Image.fromarray(np.clip(128 + 38 * mixed, 0, 255).astype(np.uint8))


def _rectangles(stream: np.random.Generator, width: int, height: int) -> Image.Image:
    """Return overlapping flat rectangles, down to a few pixels: screens, plans, comics."""
    picture = np.full((height, width, 3), stream.integers(0, 256, 3), np.uint8)
    for _ in range(int(stream.integers(5, 120))):
        top, left = stream.integers(0, height), stream.integers(0, width)
        tall, wide = stream.integers(2, max(3, height // 3)), stream.integers(2, max(3, width // 3))
        picture[top : top + tall, left : left + wide] = stream.integers(0, 256, 3)
    return Image.fromarray(picture)


# --- what happens to pictures --------------------------------------------------------------------


def _jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def _scaled(picture: Image.Image, share: float) -> Image.Image:
    size = (max(128, round(picture.width * share)), max(128, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _cropped(picture: Image.Image, share: float, down: float, across: float) -> Image.Image:
    width, height = round(picture.width * share), round(picture.height * share)
    left, top = round((picture.width - width) * across), round((picture.height - height) * down)
    return picture.crop((left, top, left + width, top + height))


def _labelled(picture: Image.Image) -> Image.Image:
    copy = picture.copy()
    visible.draw(copy, texts=["AI 程序生成", "AI GENERATED"], place="top-right")
    return copy


ATTACKS: dict[str, Attack] = {
    "none": lambda one: one,
    "JPEG q90": lambda one: _jpeg(one, 90),
    "JPEG q50": lambda one: _jpeg(one, 50),
    "half size": lambda one: _scaled(one, 0.5),
    "half size + q50": lambda one: _jpeg(_scaled(one, 0.5), 50),
    "1.5 x size": lambda one: _scaled(one, 1.5),
    "blur 1.2": lambda one: one.filter(ImageFilter.GaussianBlur(1.2)),
    "brightness +15": lambda one: one.point(lambda value: min(255, value + 15)),
    "our label": _labelled,
    "our label + q50": lambda one: _jpeg(_labelled(one), 50),
}
CROPS: dict[str, Attack] = {
    "crop 90 %, centred": lambda one: _cropped(one, 0.9, 0.5, 0.5),
    "crop 80 %, off centre": lambda one: _cropped(one, 0.8, 0.13, 0.77),
    "crop 73 %, off centre": lambda one: _cropped(one, 0.73, 0.9, 0.2),
    "label, crop 85 %, q80": lambda one: _jpeg(_cropped(_labelled(one), 0.85, 0.2, 0.1), 80),
}


def attacked(pictures: list[Image.Image], *, searches: int) -> Iterator[Row]:
    """Yield what the mark survives, over pictures of 256 pixels and more."""
    marked = [imperceptible.embed(one, payload=PAYLOAD, key=KEY) for one in pictures]
    for name, attack in ATTACKS.items():
        yield _row(name, [attack(one) for one in marked], imperceptible.detect)
    for name, attack in CROPS.items():
        small = [one for one in marked if min(one.size) * 0.7 >= 128][: min(searches, 60)]
        yield _row(name, [attack(one) for one in small], crop_search.search)


def _row(name: str, pictures: list[Image.Image], look: Callable[..., imperceptible.Reading]) -> Row:
    seen, spent = [], []
    for one in pictures:
        began = time.process_time()
        seen.append(look(one, key=KEY))
        spent.append(time.process_time() - began)
    return Row(
        name=name,
        n=len(seen),
        found=statistics.fmean(one.present and one.payload == PAYLOAD for one in seen),
        least=min(one.presence for one in seen),
        median=statistics.median(one.presence for one in seen),
        ms=1000 * statistics.median(spent),
    )


# --- false alarms and what marking costs ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    looks: int
    highest: float
    alarms: int
    threshold: float


def false_alarms(pictures: list[Image.Image], *, keys: int) -> Alarms:
    """Look at plain pictures with many keys, as whole pictures."""
    secrets = [b"a key nothing was marked with %06d" % number for number in range(keys)]
    found = [
        imperceptible.detect(one, key=secret).presence for secret in secrets for one in pictures
    ]
    limit = imperceptible.PRESENT
    return Alarms(
        looks=len(found),
        highest=max(found),
        alarms=sum(one >= limit for one in found),
        threshold=limit,
    )


def false_search_alarms(pictures: list[Image.Image]) -> Alarms:
    """Search plain pictures for a cropped mark."""
    found = [crop_search.search(one, key=KEY).presence for one in pictures]
    limit = crop_search.PRESENT
    return Alarms(
        looks=len(found),
        highest=max(found, default=0.0),
        alarms=sum(one >= limit for one in found),
        threshold=limit,
    )


def embedding(pictures: list[Image.Image]) -> dict[str, float]:
    """Return what marking does: lowest and median PSNR in dB, CPU ms, share refused."""
    distances, spent, refused = [], [], 0
    for one in pictures:
        began = time.process_time()
        try:
            marked = imperceptible.embed(one, payload=PAYLOAD, key=KEY)
        except CannotMark:
            refused += 1
            continue
        spent.append(time.process_time() - began)
        seen = imperceptible.detect(marked, key=KEY)
        refused += not (seen.present and seen.payload == PAYLOAD)
        distances.append(imperceptible.psnr(one, marked))
    return {
        "n": len(pictures),
        "psnr_least_db": min(distances),
        "psnr_median_db": statistics.median(distances),
        "embed_ms": 1000 * statistics.median(spent),
        "not_found_again": refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--searches", type=int, default=12)
    parser.add_argument("--keys", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    files = sorted(told.folder.glob("*.[jp][pn]g")) if told.folder else []
    pictures = [plain(number) for number in range(told.pictures)]
    pictures += [Image.open(file).convert("RGB") for file in files]
    large = [one for one in pictures if min(one.size) >= 256][:LARGE]
    figures: dict[str, dict[str, object]] = {}
    for name, figure in _figures(pictures, large, keys=told.keys, searches=told.searches):
        figures[name] = figure
        if not told.json:
            cells = (
                f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
                for key, value in figure.items()
            )
            print(f"{name:24}", "  ".join(cells), flush=True)
    if told.json:
        print(json.dumps(figures))


def _figures(
    pictures: list[Image.Image], large: list[Image.Image], *, keys: int, searches: int
) -> Iterator[tuple[str, dict[str, object]]]:
    made = embedding(pictures)
    yield "embedding", {"ours": made["psnr_least_db"], "unit": "dB, least", **made}
    for row in attacked(large, searches=searches):
        yield row.name, {"ours": row.found, "unit": "share found", **asdict(row)}
    for name, found in (
        ("false alarms, whole", false_alarms(pictures, keys=keys)),
        ("false alarms, searched", false_search_alarms(pictures[:searches])),
    ):
        yield name, {"ours": found.alarms, "unit": "alarms", "n": found.looks, **asdict(found)}


if __name__ == "__main__":
    main()
