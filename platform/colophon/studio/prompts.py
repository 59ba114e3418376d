"""Prompts: every wording is kept under its number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio import templates
from colophon.studio.errors import TooMuch
from colophon.studio.members import demand_making
from colophon.studio.models import Project, Prompt, PromptVersion
from kernel.canonical import Json
from kernel.errors import BadInput

PROMPT_BYTES = 32_000


@transaction.atomic
def write(
    *, by: Person, project: Project, text: str, title: str = "", prompt_id: UUID | None = None
) -> PromptVersion:
    """Keep a wording as the next version of a prompt, or as the first of a new one.

    A text the prompt has already is that version: moving a label is the way back to it.
    Raises `BadInput`, `TooMuch`, `NotYourPart`, `Archived`.
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
        prompt = Prompt.objects.create(project=project, title=_titled(title, text))
    held = prompt.versions.filter(text=text).order_by("-number").first()
    if held is not None:
        return held
    if prompt.template_id is not None:
        # Its wordings come of filling a template; one written by hand begins a prompt of its own.
        prompt = Prompt.objects.create(project=project, title=_titled(title, text))
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


@transaction.atomic
def fill(*, by: Person, version: PromptVersion, values: Mapping[str, str]) -> PromptVersion:
    """Return the wording that comes of filling ``version``, kept with the values it was filled with.

    The same values give the same wording, which is kept once; a version that asks for nothing is
    returned as it is. Raises `MissingValue`, `BadInput`, `TooMuch`, `NotYourPart`, `Archived`.
    """
    demand(by, Act.SUBMIT)
    template = Prompt.objects.select_related("project").get(pk=version.prompt_id)
    demand_making(by, template.project)
    said = templates.render(version.text, values)
    if not said.values:
        return version
    clean(said.text)
    # Two who fill it at once take turns here: one numbering for all its wordings.
    Prompt.objects.select_for_update().get(pk=template.pk)
    kept, _ = Prompt.objects.get_or_create(
        template=template, defaults={"project": template.project, "title": template.title}
    )
    held = kept.versions.filter(template=version, values=said.values).first()
    if held is not None:
        return held
    number = (kept.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    filled = PromptVersion.objects.create(
        prompt=kept, number=number, text=said.text, by=by, template=version, values=said.values
    )
    facts: dict[str, Json] = {
        "prompt_id": str(template.pk),
        "number": version.number,
        "template": str(version.pk),
        "text_sha256": hashlib.sha256(said.text.encode()).hexdigest(),
        "values": dict(said.values),
        "person": pseudonym(by),
    }
    record("prompt.filled", About("prompt_version", filled.pk), facts)
    return filled


@transaction.atomic
def rename(*, by: Person, prompt: Prompt, title: str) -> None:
    """Give a prompt another title. Raises `BadInput`, `NotYourPart`, `Archived`."""
    demand(by, Act.SUBMIT)
    demand_making(by, prompt.project)
    said = title.replace("\x00", "").strip()[:120]
    if not said:
        raise BadInput(field="title", value="", why="a prompt needs a title")
    held = Prompt.objects.select_for_update().get(pk=prompt.pk)
    if held.title == said:
        return
    facts = {"person": pseudonym(by), "prompt": str(prompt.pk)}
    Prompt.objects.filter(pk=prompt.pk).update(title=said)
    # About the project: titles of a private one are then hidden with it.
    told = {**facts, "before": held.title, "after": said}
    record("prompt.renamed", About("project", prompt.project_id), told)


def _titled(title: str, text: str) -> str:
    return (title.strip() or text.strip())[:120]


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
