"""What an engine is asked for, what it gives back, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kernel.canonical import Json
from kernel.errors import Fault, Refused
from kernel.words import msgid


class Origin(StrEnum):
    """How a work came to be. An input of every clause."""

    PROCEDURAL = "procedural"
    NEURAL = "neural"
    EDITED = "edited"
    COMPOSITE = "composite"
    HUMAN = "human"


class Medium(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    MUSIC = "music"
    SPEECH = "speech"


class Kind(StrEnum):
    """What may be given for a parameter."""

    WHOLE = "whole"
    """A whole number from ``least`` to ``most``; measures that need a fraction count in thousandths."""
    CHOICE = "choice"
    """One of ``choices``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that may be set on an engine, as forms show it and `guard.resolved` checks it."""

    says: str
    """One sentence, a msgid."""
    kind: Kind
    default: int | str
    """What is used where nothing is given."""
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    """What a whole number counts, a msgid: pixels, thousandths, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What people and manifests are told about an engine."""

    name: str
    version: str
    """Changes whenever the same request would give other bytes."""
    medium: Medium
    media_type: str
    origin: Origin
    says: str
    """One sentence, a msgid."""
    model: str = ""
    """``owner/name@commit`` where a model takes part, else empty."""
    model_digest: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    """Name -> what may be given for it."""
    amount: tuple[str, ...] = ()
    """Whole parameters whose product says how large a run is; none: all runs are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    prompt: str
    seed: int
    parameters: Mapping[str, Json] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something to show while the work is being made: text or picture so far, a share of the whole."""

    share: float
    """Done so far, 0 to 1."""
    text: str = ""
    """The whole text as it stands."""
    picture: bytes = b""
    """A small JPEG of how it stands; made only where `Run.shown` asks for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A finished work: one file inside ``Run.into``."""

    path: Path
    media_type: str
    record: Mapping[str, Json] = field(default_factory=dict)
    """What the engine did: seed, resolved parameters, versions of libraries that shape the bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What an engine is given for one run."""

    into: Path
    """An empty folder of this run alone."""
    cancelled: Callable[[], bool] = lambda: False
    """Cheap to call; ask it at every step and raise `Cancelled`."""
    shown: Callable[[], bool] = lambda: False
    """Whether somebody would see a preview now; cheap to call, true about twice a second."""
    deadline: float = float("inf")
    """`time.monotonic()` value after which to raise `PastDeadline`."""


class Engine(Protocol):
    """One way to generate. Implementations live one per file in `generation.engines` as ``ENGINE``."""

    @property
    def name(self) -> str: ...

    def describe(self) -> Card: ...

    def load(self, device: str) -> None:
        """Make ready; the only place that may import torch, transformers or diffusers."""

    def generate(self, request: Request, run: Run) -> Iterator[Piece | Output]:
        """Give pieces while working and exactly one `Output`, last.

        Same request, same card version: same bytes (invariant 12).
        Raises `EngineRefused` for a request that can never work, `EngineFault` otherwise.
        """

    def unload(self) -> None: ...


class EngineRefused(Refused):
    code = "engine_refused"
    status = 422
    says = msgid("{engine} cannot make this: {why}.")
    remedy = msgid("Change the request as described and submit it again.")


class EngineFault(Fault):
    code = "engine_fault"
    says = msgid("The engine {engine} failed: {cause}.")


class Cancelled(Refused):
    code = "cancelled"
    status = 409
    says = msgid("The run was cancelled.")
    remedy = msgid("Submit it again when you want it after all.")


class PastDeadline(Fault):
    code = "past_deadline"
    says = msgid("The engine {engine} did not finish within {seconds} s.")
