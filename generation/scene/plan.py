"""The scene graph: which elements a scene has and where they stand. Knows no colours.

Lengths are shares: ``x`` of the width, ``y`` of the height, sizes of the shorter side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from generation.scene.streams import stream
from generation.scene.words import RANK, Wish

ABSTRACT = frozenset({"mosaic", "rings", "bands"})
PLANTS = frozenset({"palm", "blossom", "tree", "pine"})
_OWN_TREES: Mapping[str, tuple[str, ...]] = {"palm": ("forest", "island"), "tree": ("forest",)}
ON_WATER = frozenset({"sea", "island", "lighthouse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing in the scene. ``kind`` chooses the painter, ``name`` the random stream."""

    name: str
    kind: str
    x: float = 0.5
    y: float = 0.5
    size: float = 0.2
    depth: float = 0.0
    """0 near, 1 lost in the haze."""
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    subject: str
    time: str
    weather: str
    season: str
    palette: str
    horizon: float
    shore: float
    """Where the water begins, as a share of the height; 2 where there is none."""
    sun_x: float
    elements: tuple[Element, ...] = field(default=())
    """Back to front."""


def plan(wish: Wish, *, seed: int, prompt: str = "") -> Scene:
    """Return the scene that ``wish`` and ``seed`` describe.

    Where no word was understood, the prompt itself takes part in the choice, so that two
    prompts nobody understands do not share one picture.
    """
    subject = wish.subject
    if not subject:
        salt = "" if wish.understood else prompt
        choice = stream(seed, f"subject{salt}").random()
        landscapes = [name for name in RANK if name not in ABSTRACT]
        subject = landscapes[int(choice * len(landscapes))]
    hour = wish.time or _pick(seed, "time", ("day", "day", "dawn", "sunset"))
    weather = wish.weather or _pick(seed, "weather", ("clear", "clouds", "clouds"))
    season = wish.season or ("winter" if weather == "snow" else "summer")
    if subject in ABSTRACT:
        pattern = Element(name=subject, kind="pattern", variant=subject)
        parts: tuple[Element, ...] = (pattern,)
        horizon, shore = 1.0, 2.0
    else:
        horizon = _between(seed, "horizon", 0.56, 0.64)
        shore = horizon if subject in ON_WATER else 2.0
        if "water" in wish.extras and subject not in ON_WATER and subject != "desert":
            shore = min(0.9, horizon + 0.16)
        parts = tuple(_elements(subject, wish, seed=seed, horizon=horizon, shore=shore))
    return Scene(
        subject=subject,
        time=hour,
        weather=weather,
        season=season,
        palette=wish.palette,
        horizon=horizon,
        shore=shore,
        sun_x=_sun_x(seed),
        elements=parts,
    )


def _between(seed: int, name: str, low: float, high: float) -> float:
    return low + (high - low) * float(stream(seed, name).random())


def _pick(seed: int, name: str, options: tuple[str, ...]) -> str:
    return options[int(stream(seed, name).random() * len(options))]


def _sun_x(seed: int) -> float:
    """To one side, on a third: the middle belongs to the subject."""
    left = stream(seed, "sun side").random() < 0.5
    offset = _between(seed, "sun x", -0.07, 0.07)
    return (0.26 if left else 0.74) + offset


def _elements(
    subject: str, wish: Wish, *, seed: int, horizon: float, shore: float
) -> list[Element]:
    """Return the elements back to front: heavens, far land, subject, near things, weather."""
    found = [Element(name="sky", kind="sky")]
    if "fireworks" in wish.extras:
        found += _row(seed, "firework", count=5, kind="firework", y=(0.1, 0.4), size=(0.16, 0.3))
    if "balloon" in wish.extras:
        found += _row(seed, "balloon", count=4, kind="balloon", y=(0.12, 0.38), size=(0.07, 0.15))
    far = _far_land(subject, wish, seed=seed, horizon=horizon)
    found += far + _SUBJECTS[subject](seed, horizon)
    if subject == "forest" and "pines" in wish.extras:
        found = [replace(part, variant="pine") if part.kind == "wood" else part for part in found]
    if shore < 1.5 and not any(part.kind == "water" for part in found):
        found.append(Element(name="water", kind="water", y=shore))
    found += _near(subject, wish, seed=seed, horizon=horizon, shore=shore)
    return [part for part in found if part.kind not in wish.without]


def _far_land(subject: str, wish: Wish, *, seed: int, horizon: float) -> list[Element]:
    if subject in {"mountains", "desert", "city"}:
        return []
    peaks = "peaks" in wish.extras
    count = 3 if peaks else 2
    if subject in ON_WATER and not peaks:
        count = 1
    return [
        Element(
            name=f"far ridge {n}",
            kind="ridge",
            y=horizon + 0.012 * n,
            size=(0.34 if peaks else 0.15) * (1 - 0.26 * n) * (0.5 if subject in ON_WATER else 1),
            depth=0.86 - 0.2 * n,
            variant="peak" if peaks else "hill",
        )
        for n in range(count)
    ]


def _near(subject: str, wish: Wish, *, seed: int, horizon: float, shore: float) -> list[Element]:
    """Return what was asked for beside the subject, or belongs to it, in front of it."""
    found: list[Element] = []
    extras = wish.extras
    if "boat" in extras or (subject == "sea" and "boat" not in wish.without):
        water = shore if shore < 1.5 else horizon + 0.2
        for n in range(2 if subject == "sea" else 1):
            found.append(
                Element(
                    name=f"boat {n}",
                    kind="boat",
                    x=_between(seed, f"boat {n} x", 0.2, 0.8),
                    y=water + _between(seed, f"boat {n} y", 0.05, 0.16),
                    size=_between(seed, f"boat {n} size", 0.1, 0.17),
                )
            )
    for word, kind, count in (
        ("palms", "palm", 4),
        ("blossom", "blossom", 4),
        ("trees", "tree", 5),
    ):
        if word in extras and subject not in _OWN_TREES.get(kind, ()):
            found += _row(seed, kind, count=count, kind=kind, y=(0.9, 1.02), size=(0.26, 0.4))
    pines = "pines" in extras and subject != "forest"
    if pines or (
        subject in {"mountains", "castle"} and shore > 1.5 and "pines" not in wish.without
    ):
        found += _row(
            seed, "pine", count=11, kind="pine", y=(0.93, 1.05), size=(0.16, 0.34), edges=True
        )
    if "rocks" in extras and subject != "lighthouse":
        found += _row(seed, "rock", count=5, kind="rock", y=(0.86, 0.98), size=(0.06, 0.13))
    if "birds" in extras or (subject in ON_WATER and "birds" not in wish.without):
        found.append(Element(name="birds", kind="birds", x=0.5, y=horizon - 0.3, size=0.03))
    if "lanterns" in extras:
        found += _row(seed, "lantern", count=16, kind="lantern", y=(0.06, 0.62), size=(0.02, 0.05))
    if shore < 1.5 and any(part.kind in PLANTS for part in found):
        found.append(Element(name="bank", kind="ground", y=0.88))
    found.sort(key=lambda part: (part.kind in {"birds", "lantern"}, part.y))
    found.append(Element(name="falling", kind="falling"))
    return found


def _row(
    seed: int,
    name: str,
    *,
    count: int,
    kind: str,
    y: tuple[float, float],
    size: tuple[float, float],
    edges: bool = False,
    depth: float = 0.0,
) -> list[Element]:
    """Return ``count`` things spread over the width, one to a share of it; nearer is bigger."""
    found = []
    for n in range(count):
        rng = stream(seed, f"{name} {n}")
        x = (n + 0.15 + 0.7 * rng.random()) / count
        if edges:  # leave the middle open: thin the row out toward it
            x = 0.5 + (x - 0.5) * 1.12
            if abs(x - 0.5) < 0.2:
                continue
        near = rng.random()
        found.append(
            Element(
                name=f"{name} {n}",
                kind=kind,
                x=float(x),
                y=float(y[0] + (y[1] - y[0]) * near),
                size=float(size[0] + (size[1] - size[0]) * (0.6 * near + 0.4 * rng.random())),
                depth=depth,
            )
        )
    return sorted(found, key=lambda part: part.y)


def _mountains(seed: int, horizon: float) -> list[Element]:
    ridges = [
        Element(
            name=f"mountain {n}",
            kind="ridge",
            x=_between(seed, f"mountain {n} x", 0.3, 0.7),
            y=horizon + 0.035 * n,
            size=(0.30, 0.40, 0.25, 0.14)[n],
            depth=(0.8, 0.5, 0.3, 0.12)[n],
            variant=("peak", "peak", "peak", "hill")[n],
        )
        for n in range(4)
    ]
    return [*ridges, Element(name="meadow", kind="ground", y=horizon + 0.12)]


def _castle(seed: int, horizon: float) -> list[Element]:
    x = _between(seed, "castle x", 0.42, 0.58)
    return [
        Element(name="meadow", kind="ground", y=horizon),
        Element(name="mound", kind="mound", x=x, y=horizon + 0.1, size=0.62),
        Element(name="castle", kind="castle", x=x, y=horizon + 0.03, size=0.46),
    ]


def _city(seed: int, horizon: float) -> list[Element]:
    rows = [
        Element(
            name=f"skyline {n}",
            kind="skyline",
            y=horizon + 0.03,
            size=(0.34, 0.44, 0.3)[n],
            depth=(0.72, 0.4, 0.08)[n],
        )
        for n in range(3)
    ]
    return [*rows, Element(name="water", kind="water", y=horizon + 0.03)]


def _forest(seed: int, horizon: float) -> list[Element]:
    found = [Element(name="meadow", kind="ground", y=horizon - 0.02)]
    for row, (depth, count) in enumerate(((0.62, 26), (0.38, 19), (0.16, 13), (0.0, 8))):
        y = horizon + (0.02, 0.1, 0.22, 0.44)[row]
        size = (0.2, 0.29, 0.4, 0.62)[row]
        found += _row(
            seed,
            f"forest {row}",
            count=count,
            kind="wood",
            y=(y, y + 0.03),
            size=(size * 0.75, size),
            edges=row == 3,
            depth=depth,
        )
    return found


def _sea(seed: int, horizon: float) -> list[Element]:
    return [Element(name="water", kind="water", y=horizon)]


def _desert(seed: int, horizon: float) -> list[Element]:
    found = [
        Element(name="far ridge 0", kind="ridge", y=horizon, size=0.1, depth=0.75, variant="hill")
    ]
    for n in range(2):
        found.append(
            Element(
                name=f"pyramids {n}",
                kind="pyramids",
                x=_between(seed, f"pyramid {n} x", 0.2, 0.45) + 0.33 * n,
                y=horizon + 0.05,
                size=_between(seed, f"pyramid {n} size", 0.14, 0.26),
                depth=0.32,
            )
        )
    for n in range(4):
        found.append(
            Element(
                name=f"dune {n}",
                kind="dune",
                y=horizon + (0.02, 0.11, 0.24, 0.4)[n],
                size=(0.05, 0.1, 0.15, 0.2)[n],
                depth=(0.45, 0.25, 0.1, 0.0)[n],
            )
        )
    return found


def _island(seed: int, horizon: float) -> list[Element]:
    x = _between(seed, "island x", 0.36, 0.64)
    palms = [
        Element(
            name=f"island palm {n}",
            kind="palm",
            x=x + (-0.1, 0.0, 0.07, 0.13)[n] + _between(seed, f"palm {n}", -0.02, 0.02),
            y=horizon + 0.085,
            size=_between(seed, f"palm {n} size", 0.24, 0.38),
        )
        for n in range(4)
    ]
    island = Element(name="island", kind="island", x=x, y=horizon + 0.1, size=0.5)
    return [Element(name="water", kind="water", y=horizon), island, *palms]


def _lighthouse(seed: int, horizon: float) -> list[Element]:
    x = 0.7 if _sun_x(seed) < 0.5 else 0.3
    x += _between(seed, "lighthouse x", -0.05, 0.05)
    return [
        Element(name="water", kind="water", y=horizon),
        Element(name="headland", kind="headland", x=x, y=horizon + 0.12, size=0.62),
        Element(name="lighthouse", kind="lighthouse", x=x, y=horizon + 0.055, size=0.58),
    ]


def _village(seed: int, horizon: float) -> list[Element]:
    found = [Element(name="meadow", kind="ground", y=horizon)]
    for row in range(3):
        found += _row(
            seed,
            f"house {row}",
            count=(6, 5, 3)[row],
            kind="house",
            y=(horizon + (0.03, 0.1, 0.21)[row], horizon + (0.06, 0.15, 0.25)[row]),
            size=((0.08, 0.11), (0.12, 0.16), (0.17, 0.22))[row],
            depth=(0.3, 0.14, 0.0)[row],
        )
    church = Element(
        name="church",
        kind="church",
        x=_between(seed, "church x", 0.35, 0.65),
        y=horizon + 0.075,
        size=0.3,
        depth=0.16,
    )
    trees = _row(
        seed,
        "village tree",
        count=7,
        kind="tree",
        y=(horizon + 0.05, horizon + 0.3),
        size=(0.1, 0.2),
    )
    return [found[0], *sorted([*found[1:], church, *trees], key=lambda part: part.y)]


def _temple(seed: int, horizon: float) -> list[Element]:
    x = _between(seed, "temple x", 0.4, 0.6)
    trees = _row(
        seed,
        "temple tree",
        count=9,
        kind="tree",
        y=(horizon + 0.1, horizon + 0.2),
        size=(0.14, 0.26),
    )
    return [
        Element(name="meadow", kind="ground", y=horizon),
        Element(name="mound", kind="mound", x=x, y=horizon + 0.13, size=0.6),
        Element(name="temple", kind="temple", x=x, y=horizon + 0.09, size=0.56),
        *(tree for tree in trees if abs(tree.x - x) > 0.16),
    ]


_SUBJECTS: Mapping[str, Callable[[int, float], list[Element]]] = {
    "mountains": _mountains,
    "castle": _castle,
    "city": _city,
    "forest": _forest,
    "sea": _sea,
    "desert": _desert,
    "island": _island,
    "lighthouse": _lighthouse,
    "village": _village,
    "temple": _temple,
}
