"""Prompts: every wording is kept under its number."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.errors import TooMuch
from colophon.studio.members import demand_making
from colophon.studio.models import Project, Prompt, PromptVersion
from kernel.errors import BadInput

PROMPT_BYTES = 32_000


@transaction.atomic
def write(
    *, by: Person, project: Project, text: str, title: str = "", prompt_id: UUID | None = None
) -> PromptVersion:
    """Keep a wording as the next version of a prompt, or as the first of a new one.

    The same text as the newest version is that version. Raises `BadInput`, `TooMuch`.
    """
    demand(by, Act.SUBMIT)
    demand_making(by, project)
    clean(text)
    prompt = (
        Prompt.objects.select_for_update().filter(pk=prompt_id, project=project).first()
        if prompt_id
        else None
    )
    if prompt is None:
        if prompt_id:
            raise BadInput(field="prompt", value=prompt_id, why="no such prompt in this project")
        prompt = Prompt.objects.create(project=project, title=(title or text.strip())[:120])
    newest = prompt.versions.order_by("-number").first()
    if newest is not None and newest.text == text:
        return newest
    number = (prompt.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = PromptVersion.objects.create(prompt=prompt, number=number, text=text, by=by)
    record(
        "prompt.written",
        About("prompt_version", version.id),
        {
            "prompt_id": str(prompt.id),
            "number": number,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "person": pseudonym(by),
        },
    )
    return version


def clean(text: str) -> None:
    """Refuse what PostgreSQL and people cannot take: empty, NUL, lone surrogates, too long."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise BadInput(field="prompt", value="…", why="it holds half of a character") from error
    if size > PROMPT_BYTES:
        raise TooMuch(field="prompt", size=size, most=PROMPT_BYTES)
    if not text.strip():
        raise BadInput(field="prompt", value="", why="it is empty")
    if "\x00" in text:
        raise BadInput(
            field="prompt", value="U+0000", why=f"a NUL stands at character {text.index(chr(0))}"
        )
