"""Copy from the facts of a prompt, by grammar: ``ENGINES.get("house_copy")``.

No model takes part and no fact is invented: what the prompt does not say is not in the text.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

from generation.copy.compose import GRAMMARS, layout, sentences
from generation.copy.facts import language_of, read
from generation.engine import Card, EngineRefused, Medium, Origin, Output, Piece, Request, Run
from generation.guard import check_stop, one_of, refuse_unknown
from kernel.canonical import Json
from kernel.words import msgid

NAME = "house_copy"
VERSION = "1.0"
MEDIA_TYPE = "text/plain"
PARAMETERS = {
    "language": msgid("Language of the text: en, zh, or auto for that of the prompt."),
    "length": msgid("short (under 150 tokens) or long."),
}


class HouseCopy:
    """Deterministic copy; see `generation.copy`."""

    name = NAME

    def describe(self) -> Card:
        return Card(
            name=NAME,
            version=VERSION,
            medium=Medium.TEXT,
            media_type=MEDIA_TYPE,
            origin=Origin.PROCEDURAL,
            says=msgid("Sets the facts of a prompt into copy by grammar, without a model."),
            parameters=PARAMETERS,
        )

    def load(self, device: str) -> None:
        """Nothing to load."""

    def generate(self, request: Request, run: Run) -> Iterator[Piece | Output]:
        """Give the text sentence by sentence, then the file.

        Raises:
            EngineRefused: no words to work with, or a parameter it does not know.
        """
        started = time.monotonic()
        refuse_unknown(request, engine=NAME, known=PARAMETERS)
        asked = request.parameters
        language = one_of(
            asked, "language", engine=NAME, options=("auto", *GRAMMARS), default="auto"
        )
        length = one_of(asked, "length", engine=NAME, options=("short", "long"), default="short")
        facts = read(request.prompt)
        if not facts.title:
            raise EngineRefused(engine=NAME, why="the prompt holds no words; name at least a title")
        spoken = language_of(request.prompt) if language == "auto" else language
        seed = hashlib.sha256(f"{request.seed}\n{request.prompt}".encode()).hexdigest()
        parts: list[tuple[str, str]] = []
        for part in sentences(facts, language=spoken, length=length, seed=seed):
            check_stop(run, engine=NAME, started=started)
            parts.append(part)
            yield Piece(share=min(0.95, len(parts) / 10), text=layout(parts, language=spoken))
        path = run.into / "copy.txt"
        path.write_text(layout(parts, language=spoken), "utf-8", newline="")
        known: dict[str, Json] = dict(facts.known())
        yield Output(
            path=path,
            media_type=MEDIA_TYPE,
            record={"language": spoken, "length": length, "facts": known},
        )

    def unload(self) -> None:
        """Nothing to unload."""


ENGINE = HouseCopy()
