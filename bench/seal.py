"""What a seal costs by stage: ``python -m bench.seal [--rounds N] [--json]``.

One 1 MP JPEG (a house scene, 1152 x 896, quality 92) and the same as PNG; labels in two languages, crops,
metadata, a local time-stamp authority. CPU time of each stage alone, in this process; the whole through
the sandbox as wall time. The peer of the whole is bare Pillow: decode and encode, nothing between.
One thread. The stages are the functions the sandboxed child runs.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from PIL import Image

from bench.watermark import KEY, PAYLOAD
from compliance.marking import PRELOAD, carriers, child, imperceptible, readback
from compliance.marking.recipe import Label, Recipe, mark, read_back
from compliance.provenance import c2pa_sdk, demo_chain, manifest
from compliance.provenance.time_stamping import server
from generation.engine import Origin
from kernel.sandbox import Sandbox

SIZE = (1152, 896)
AIGC = {
    "Label": "1",
    "ContentProducer": "001191110000MA0000000H10001",  # made up, its check digit verifies
    "ProduceID": "0193b6a2-1d5e-7c3a-9f00-5d2f6f3c1a77",
    "ReservedCode1": "",
    "ContentPropagator": "",
    "PropagateID": "",
    "ReservedCode2": "",
}
LABELS = (
    Label(key="visible.image", language="zh", text="AI 程序生成", place="top-right"),
    Label(key="visible.image", language="en", text="AI GENERATED · PROCEDURAL", place="top-right"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    ours: float
    peer: float | None = None
    n: int
    unit: str = "ms CPU"

    def row(self) -> dict[str, object]:
        ratio = self.ours / self.peer if self.peer else None
        return {
            "ours": self.ours,
            "peer": self.peer,
            "ratio": ratio,
            "unit": self.unit,
            "n": self.n,
        }


def scene() -> Image.Image:
    from generation.scene.finish import eight_bits
    from generation.scene.plan import plan
    from generation.scene.render import blank, render
    from generation.scene.words import read

    prompt = "a lighthouse at dusk over the sea"
    canvas = blank(plan(read(prompt), seed=7, prompt=prompt), seed=7, width=SIZE[0], height=SIZE[1])
    for _ in render(canvas, detail=60):
        pass
    return Image.fromarray(eight_bits(canvas))


def measured(act: Callable[[], object], *, rounds: int, clock: Callable[[], float]) -> float:
    """Return the median of ``rounds`` runs after one to warm up, in milliseconds."""
    act()
    spent = []
    for _ in range(rounds):
        began = clock()
        act()
        spent.append(clock() - began)
    return 1000 * statistics.median(spent)


def stages(source: Path, recipe: Recipe, *, rounds: int) -> list[Figure]:
    """Return the CPU time of each stage of marking and of reading back, alone."""
    data = source.read_bytes()
    kind = recipe.media_type.partition("/")[2]
    picture, encode = child.open_picture(data, media_type=recipe.media_type)
    imprinted = child.imprint(picture, payload=PAYLOAD, key=KEY)
    labelled = imprinted.copy()
    child.draw_labels(labelled, recipe)
    encoded = encode(labelled)
    belongings, _ = child.describe(data, recipe)
    whole = carriers.put(encoded, media_type=recipe.media_type, belongings=belongings)
    with tempfile.NamedTemporaryFile(suffix=source.suffix) as file:
        Path(file.name).write_bytes(whole)
        acts: dict[str, Callable[[], object]] = {
            "decode": lambda: child.open_picture(data, media_type=recipe.media_type),
            "mark": lambda: child.imprint(picture, payload=PAYLOAD, key=KEY),
            "check mark": lambda: imperceptible.detect(labelled, key=KEY),
            "label": lambda: child.draw_labels(imprinted.copy(), recipe),
            "encode": lambda: encode(labelled),
            "metadata": lambda: carriers.put(
                encoded,
                media_type=recipe.media_type,
                belongings=child.describe(data, recipe)[0],
            ),
            "read back": lambda: readback.layers(
                Path(file.name), recipe=recipe, key=KEY, original=None
            ),
        }
        return [
            Figure(
                name=f"{kind} {name}",
                ours=measured(act, rounds=rounds, clock=time.process_time),
                n=rounds,
            )
            for name, act in acts.items()
        ]


def whole(source: Path, recipe: Recipe, *, rounds: int, into: Path) -> list[Figure]:
    """Return the wall time of marking and reading back through a warm sandbox, beside bare Pillow."""
    kind = recipe.media_type.partition("/")[2]

    def bare() -> None:
        picture = Image.open(source).convert("RGB")
        picture.save(io.BytesIO(), kind, **({"quality": 90} if kind == "jpeg" else {}))

    peer = measured(bare, rounds=rounds, clock=time.perf_counter)
    found = []
    with Sandbox(preload=PRELOAD) as sandbox:

        def go(one: Recipe) -> Path:
            return mark(source, into=into, recipe=one, key=KEY, sandbox=sandbox).path

        for name, one in (("with mark", recipe), ("without mark", replace(recipe, mark=False))):
            spent = measured(lambda one=one: go(one), rounds=rounds, clock=time.perf_counter)  # type: ignore[misc]
            found.append(
                Figure(
                    name=f"{kind} marking, sandboxed, {name}",
                    ours=spent,
                    peer=peer,
                    n=rounds,
                    unit="ms wall",
                )
            )
        path = go(recipe)
        spent = measured(
            lambda: read_back(path, recipe=recipe, key=KEY, sandbox=sandbox),
            rounds=rounds,
            clock=time.perf_counter,
        )
        found.append(
            Figure(name=f"{kind} read back, sandboxed", ours=spent, n=rounds, unit="ms wall")
        )
    return found


def signing(source: Path, media_type: str, *, rounds: int, folder: Path) -> list[Figure]:
    """Return what signing costs without and with a stamp, and reading with validation."""
    kind = media_type.partition("/")[2]
    demo_chain.make(folder / "ca")
    held = c2pa_sdk.Credentials(
        chain_pem=(folder / "ca" / demo_chain.SEALER_CHAIN).read_text(),
        key_pem=(folder / "ca" / demo_chain.SEALER_KEY).read_text(),
    )
    roots = (folder / "ca" / demo_chain.ROOTS).read_text()
    authority = server(folder / "ca", port=0)
    thread = threading.Thread(target=authority.serve_forever)
    thread.start()

    def sign(url: str) -> c2pa_sdk.Signed:
        return c2pa_sdk.sign(
            source,
            into=folder / f"sealed{source.suffix}",
            media_type=media_type,
            definition=_definition(media_type),
            credentials=held,
            timestamp_url=url,
        )

    def stamped() -> c2pa_sdk.Signed:
        return sign(f"http://127.0.0.1:{authority.server_port}/")

    try:
        plain = measured(lambda: sign(""), rounds=rounds, clock=time.thread_time)
        wall = measured(stamped, rounds=rounds, clock=time.perf_counter)
        path = stamped().path
        reading = measured(
            lambda: c2pa_sdk.read(path, media_type=media_type, anchors_pem=roots),
            rounds=rounds,
            clock=time.thread_time,
        )
    finally:
        authority.shutdown()
        authority.server_close()
        thread.join()
    return [
        Figure(name=f"{kind} sign, schema included", ours=plain, n=rounds),
        Figure(name=f"{kind} sign and stamp", ours=wall, n=rounds, unit="ms wall"),
        Figure(name=f"{kind} read and validate", ours=reading, n=rounds),
    ]


def _definition(media_type: str) -> dict[str, object]:
    work = manifest.Work(
        manifest_id=str(uuid4()),
        title="bench",
        media_type=media_type,
        origin=Origin.PROCEDURAL,
        made_at=datetime.now(UTC),
        maker=manifest.Maker(name="house_scene", version="1.0"),
        payload=PAYLOAD,
    )
    statement = manifest.Statement(
        release_id=str(uuid4()),
        artifact_id=str(uuid4()),
        packs_digest="ab" * 32,
        packs={"eu.cop": "1"},
        findings={"passed": 6, "failed": 0, "unsure": 0},
        decided_by=("reviewer",),
        event_id=str(uuid4()),
        leaf_index=1,
        operator="TEST operator",
        test=True,
    )
    return manifest.definition(work, statement=statement, version="0.1.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    figures: list[Figure] = []
    picture = scene()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for media_type, suffix in (("image/jpeg", ".jpg"), ("image/png", ".png")):
            source = folder / f"work{suffix}"
            picture.save(source, **({"quality": 92} if suffix == ".jpg" else {}))
            recipe = Recipe(
                media_type=media_type,
                labels=LABELS,
                mark=True,
                payload=PAYLOAD,
                aigc=AIGC,
                source_type=manifest.SOURCE_TYPES[Origin.PROCEDURAL],
                crops=("1:1", "4:5", "9:16"),
            )
            figures += stages(source, recipe, rounds=told.rounds)
            figures += whole(source, recipe, rounds=told.rounds, into=folder)
            figures += signing(source, media_type, rounds=told.rounds, folder=folder)
    if told.json:
        print(json.dumps({figure.name: figure.row() for figure in figures}))
        return
    for figure in figures:
        peer = "" if figure.peer is None else f"{figure.peer:8.1f}"
        print(f"{figure.name:40} {figure.ours:8.1f} {peer:8} {figure.unit} n={figure.n}")


if __name__ == "__main__":
    main()
