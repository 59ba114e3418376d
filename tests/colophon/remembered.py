"""What the house makes again and again is drawn, and looked at, once a run.

Most tests begin with the same few works. The same request gives the same bytes (invariant 12, held
by the tests of engines and of reruns), so `House.make` plays back what the engine and the sandbox
really gave this run for the same request and the same file. Whoever calls them without it gets
them fresh.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

from colophon.store.parsing import sandbox
from generation.engine import Engine, Output, Piece, Request, Run
from generation.shelf import ENGINES

_plays_back: ContextVar[bool] = ContextVar("plays_back", default=False)
_Reply = tuple[Any, dict[str, bytes]]


@contextmanager
def played_back() -> Iterator[None]:
    """Within it, this thread's engines and sandbox repeat what they gave before in this run."""
    token = _plays_back.set(True)
    try:
        yield
    finally:
        _plays_back.reset(token)


def begin() -> None:
    """Have this process remember. Called once a run."""
    for engine in ENGINES:
        engine.generate = _remembering_engine(engine)
    sandbox().call = _remembering_call(sandbox().call)


def _remembering_engine(engine: Engine) -> Callable[[Request, Run], Iterator[Piece | Output]]:
    real, known = engine.generate, {}

    def generate(request: Request, run: Run) -> Iterator[Piece | Output]:
        if not _plays_back.get():
            yield from real(request, run)
            return
        told = json.dumps(dict(request.parameters), sort_keys=True)
        key = (request.prompt, request.seed, told, *map(_digest, request.inputs))
        if key not in known:
            said = list(real(request, run))
            known[key] = said, said[-1].path.read_bytes()
        (*pieces, output), data = known[key]
        yield from pieces
        path = run.into / output.path.name
        path.write_bytes(data)
        yield replace(output, path=path)

    return generate


def _remembering_call(real: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[object, _Reply] = {}

    def call(
        target: str,
        arguments: dict[str, Any],
        *,
        reads: dict[str, Path],
        into: Path | None = None,
        **limits: float,
    ) -> Any:
        if not _plays_back.get():
            return real(target, arguments, reads=reads, into=into, **limits)
        files = [(name, path.suffix, _digest(path)) for name, path in sorted(reads.items())]
        key = json.dumps([target, arguments, files, into is not None], sort_keys=True)
        if key not in known:
            value = real(target, arguments, reads=reads, into=into, **limits)
            left = {one.name: one.read_bytes() for one in into.iterdir()} if into else {}
            known[key] = json.dumps(value), left
            return value
        value, left = known[key]
        for name, data in left.items():
            (into / name).write_bytes(data)
        return json.loads(value)

    return call


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
