"""What the composer takes over from an address: a wording on record, and a preset."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from colophon.accounts.models import Person
from colophon.portal import prompt_pages
from colophon.studio import presets, templates
from colophon.studio.models import Preset, PromptVersion
from kernel.errors import BadInput


def asked(request: HttpRequest) -> PromptVersion | None:
    """Return the wording of ``?prompt=<id>&version=n`` or ``&label=production``, else None.

    Raises `NotFound` for a prompt, version or label that is not there.
    """
    prompt_id = id_of(request.GET.get("prompt", ""))
    if prompt_id is None:
        return None
    prompt = prompt_pages.find_prompt(prompt_id)
    version = prompt_pages.find_version(
        prompt,
        number=request.GET.get("version", ""),
        label=request.GET.get("label", ""),
    )
    version.prompt = prompt
    return version


def asks(version: PromptVersion) -> bool:
    """Tell whether a wording has variables to fill before it can run."""
    if version.template_id is not None:
        return False
    try:
        return bool(templates.variables(version.text))
    except BadInput:
        return False


def place_to_fill(version: PromptVersion) -> str:
    path = reverse("prompt", args=[version.prompt_id])
    return f"{path}?version={version.number}#fill"


def preset_of(person: Person, request: HttpRequest) -> Preset | None:
    """Return the preset of ``?preset=<id>`` if the person sees it."""
    preset_id = id_of(request.GET.get("preset", ""))
    return presets.seen_by(person).filter(pk=preset_id).first() if preset_id else None


def id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
