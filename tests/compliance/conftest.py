"""What tests of checks share: sandboxes of both levels, contexts, references made on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from compliance.findings import CheckContext, Material, Subject, Term
from compliance.similarity import PRELOAD
from compliance.similarity.fingerprint import fingerprint, text_fingerprint
from compliance.similarity.index import EmbeddedIndex, Reference
from kernel.jail import bubblewrap_works
from kernel.sandbox import Level, Sandbox

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The best sandbox of this machine, with what the checks read by already loaded."""
    with Sandbox(preload=PRELOAD) as one:
        yield one


@pytest.fixture(scope="session", params=list(Level))
def each_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each level; the isolated one only where bubblewrap works."""
    if request.param is Level.ISOLATED and not bubblewrap_works():
        pytest.skip("bubblewrap does not work here")
    with Sandbox(level=request.param, preload=PRELOAD) as one:
        yield one


@pytest.fixture(scope="session")
def context(sandbox: Sandbox) -> Callable[..., CheckContext]:
    def make(
        *references: Reference,
        terms: tuple[Term, ...] = (),
        box: Sandbox = sandbox,
        now: datetime = NOW,
    ) -> CheckContext:
        matches = EmbeddedIndex.build(references, as_of=7)
        return CheckContext(matches=matches, terms=terms, now=now, sandbox=box)

    return make


@pytest.fixture(scope="session")
def registered(sandbox: Sandbox) -> Callable[..., list[Reference]]:
    """Return the references of a text, or of the picture at a path, as work ``work_id``."""

    def make(source: str | Path, *, work_id: UUID) -> list[Reference]:
        found = (
            text_fingerprint(source)
            if isinstance(source, str)
            else fingerprint(source, "image/png", sandbox)
        )
        return [Reference(work_id=work_id, kind=one.kind, payload=one.payload) for one in found]

    return make


@pytest.fixture(scope="session")
def material() -> Callable[..., Material]:
    def make(
        source: str | Path,
        *,
        media_type: str = "",
        subject: Subject = Subject.ARTIFACT,
        **more: object,
    ) -> Material:
        if isinstance(source, str):
            digest = hashlib.sha256(source.encode(errors="replace")).hexdigest()
            return Material(
                subject=subject,
                media_type=media_type or "text/plain",
                sha256=digest,
                text=source,
                **more,
            )
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        return Material(
            subject=subject,
            media_type=media_type or "image/png",
            sha256=digest,
            path=source,
            **more,
        )

    return make
