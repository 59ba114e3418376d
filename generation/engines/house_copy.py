"""Copy from the facts of a prompt, by grammar: ``ENGINES.get("house_copy")``.

No model takes part and no fact is invented: what the prompt does not say is not in the text, and
what of the prompt was not understood as a fact is in the record as unused.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping

from generation.engine import (
    Card,
    EngineRefused,
    Kind,
    Medium,
    Origin,
    Output,
    Parameter,
    Piece,
    Request,
    Run,
)
from generation.guard import check_stop, refuse_inputs, resolved
from kernel.canonical import Json
from kernel.words import msgid

NAME = "house_copy"
VERSION = "2.0"
MEDIA_TYPE = "text/plain"
PARAMETERS: Mapping[str, Parameter] = {
    "language": Parameter(
        says=msgid("Language of the text; auto takes that of the prompt."),
        kind=Kind.CHOICE,
        choices=("auto", "en", "zh"),
        default="auto",
    ),
    "length": Parameter(
        says=msgid("Short stays under 150 tokens; auto is short where the facts fit."),
        kind=Kind.CHOICE,
        choices=("auto", "short", "long"),
        default="auto",
    ),
    "tone": Parameter(
        says=msgid("How it speaks; auto takes the tone of the prompt."),
        kind=Kind.CHOICE,
        choices=("auto", "warm", "lively", "formal", "plain"),
        default="auto",
    ),
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

    def unload(self) -> None:
        """Nothing to unload."""

    def generate(self, request: Request, run: Run) -> Iterator[Piece | Output]:
        """Give the text so far after every sentence, then the file ``copy.txt``.

        Raises:
            EngineRefused: no words to work with, facts too long for a short text, or a
                parameter that is unknown or out of range.
            Cancelled, PastDeadline: the run was stopped between two sentences.
        """
        from generation.copy.compose import cost, fitted, layout, plan, sentences
        from generation.copy.facts import language_of, read

        started = time.monotonic()
        refuse_inputs(request, engine=NAME)
        asked = {
            name: str(value)
            for name, value in resolved(request.parameters, engine=NAME, known=PARAMETERS).items()
        }
        language = asked["language"]
        language = language_of(request.prompt) if language == "auto" else language
        facts = read(request.prompt, language=language)
        if not any(sign.isalnum() for sign in facts.title):
            raise EngineRefused(
                engine=NAME,
                field="prompt",
                why="the prompt holds no words; name at least a title",
            )
        tone = (facts.tone or "warm") if asked["tone"] == "auto" else asked["tone"]
        length = "short" if asked["length"] == "auto" else asked["length"]
        # The prompt takes part: two prompts under one seed shall not share their sentences.
        text = f"{request.seed}\n{request.prompt}"
        seed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        slots = plan(facts, language=language, tone=tone, length=length, seed=seed)
        if length == "short":
            slots = fitted(slots, facts, language=language, seed=seed)
        parts: list[tuple[str, str]] = []
        for part in sentences(slots, facts, seed=seed):
            check_stop(run, engine=NAME, started=started)
            parts.append(part)
            yield Piece(share=len(parts) / (len(slots) + 1), text=layout(parts, language=language))
        made = layout(parts, language=language)
        if asked["length"] == "short" and cost(made) >= 150:
            raise EngineRefused(
                engine=NAME,
                field="length",
                value="short",
                why="length is short, but the facts alone need 150 tokens or more; use long",
            )
        path = run.into / "copy.txt"
        path.write_text(made, "utf-8", newline="")
        known: dict[str, Json] = dict(facts.known())
        record: dict[str, Json] = {
            "seed": request.seed,
            "language": language,
            "length": length,
            "tone": tone,
            "facts": known,
            "unused": facts.unused,
        }
        yield Output(path=path, media_type=MEDIA_TYPE, record=record)


ENGINE = HouseCopy()
