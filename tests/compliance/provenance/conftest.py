"""TEST credentials, a running time-stamp authority, and works as a seal makes them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image
from provenance_cases import KEY, STATEMENT, WORK

from compliance.marking import PRELOAD
from compliance.marking.recipe import SUFFIXES, Label, Recipe, mark
from compliance.provenance import c2pa_sdk, demo_chain, manifest
from compliance.provenance.time_stamping import server
from kernel.sandbox import Sandbox


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a sealer has: credentials, roots, a time-stamp authority."""

    credentials: c2pa_sdk.Credentials
    roots: str
    roots_path: Path
    url: str


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The best sandbox of this machine, warm for marking."""
    with Sandbox(preload=PRELOAD) as one:
        yield one


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("authority")
    demo_chain.make(folder)
    running = server(folder, port=0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield Bench(
        credentials=c2pa_sdk.Credentials(
            chain_pem=(folder / demo_chain.SEALER_CHAIN).read_text(),
            key_pem=(folder / demo_chain.SEALER_KEY).read_text(),
        ),
        roots=(folder / demo_chain.ROOTS).read_text(),
        roots_path=folder / demo_chain.ROOTS,
        url=f"http://127.0.0.1:{running.server_port}/",
    )
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(scope="session")
def work_of() -> Callable[..., manifest.Work]:
    """Return a function: the standard work, with changes and an id of its own."""

    def make(**changes: Any) -> manifest.Work:
        return replace(WORK, **({"manifest_id": str(uuid4())} | changes))

    return make


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function: the path of an unmarked work of a media type."""
    folder = tmp_path_factory.mktemp("plain")

    def make(media_type: str) -> Path:
        path = folder / f"work{SUFFIXES[media_type]}"
        if media_type == "text/plain":
            path.write_text("The light turns, and the sea answers.\n", encoding="utf-8")
        else:
            across, down = np.meshgrid(np.linspace(0, 200, 640), np.linspace(0, 55, 480))
            soft = np.stack([across, down + 60, across / 2 + down], axis=-1)
            Image.fromarray(soft.astype(np.uint8)).save(path)
        return path

    return make


@pytest.fixture(scope="session")
def sealed(
    bench: Bench,
    plain: Callable[[str], Path],
    sandbox: Sandbox,
    work_of: Callable[..., manifest.Work],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], c2pa_sdk.Signed]:
    """Return a function: a work of a media type with every layer, as the sealer makes it."""

    def make(media_type: str) -> c2pa_sdk.Signed:
        folder = tmp_path_factory.mktemp("sealed")
        picture = media_type != "text/plain"
        label = Label(
            key="visible",
            language="zh",
            text="AI 程序生成",
            place="top-right" if picture else "start",
        )
        recipe = Recipe(media_type=media_type, labels=(label,), mark=picture, payload=0xC0FFEE12)
        marked = mark(plain(media_type), into=folder, recipe=recipe, key=KEY, sandbox=sandbox)
        work = work_of(media_type=media_type, payload=recipe.payload if picture else None)
        return c2pa_sdk.sign(
            marked.path,
            into=folder / f"sealed{SUFFIXES[media_type]}",
            media_type=media_type,
            definition=manifest.definition(work, statement=STATEMENT, version="0.1.0"),
            credentials=bench.credentials,
            timestamp_url=bench.url,
        )

    return make
