"""Presets: keep an engine with its parameters and words, use it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from colophon.accounts.access import demand
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import selectors
from colophon.portal.prompting import id_of
from colophon.studio import presets as services
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput, Refused

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def presets(request: HttpRequest) -> HttpResponse:
    """One's own presets and those of the team; keep another one."""
    person = signed_in(request)
    demand(person, Act.SUBMIT)
    if request.method != "POST":
        return _page(request, person, _fresh(request))
    form = request.POST
    said = {name: form.get(name, "") for name in ("name", "engine", "parameters", "words")}
    try:
        services.keep(
            by=person,
            name=said["name"],
            engine=said["engine"],
            parameters=_parameters(said["engine"], said["parameters"]),
            words=said["words"].replace("\r\n", "\n"),
            shared=bool(form.get("shared")),
        )
    except Refused as error:
        shown = said | {"shared": form.get("shared", "")}
        return _page(request, person, shown, said=problem(error), status=error.status)
    return redirect("presets")


@require_POST
def delete(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """Delete a preset of one's own."""
    services.delete(by=signed_in(request), preset_id=preset_id)
    return redirect("presets")


def _fresh(request: HttpRequest) -> dict[str, str]:
    """Begin from a job's settings for ``?from=<job>``, else from nothing."""
    job_id = id_of(request.GET.get("from", ""))
    if job_id is None:
        return {}
    job = selectors.find_job(job_id)
    lines = [f"{name} = {value}" for name, value in job.parameters.items()]
    return {"name": job.title[:80], "engine": job.engine, "parameters": "\n".join(lines)}


def _parameters(engine: str, text: str) -> dict[str, Json]:
    """Read “name = value” lines as the engine's parameters have their kinds."""
    known = ENGINES.get(engine).describe().parameters
    found: dict[str, Json] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, value = (one.strip() for one in line.partition("="))
        if not sign or not value:
            raise BadInput(field="parameters", value=line[:40], why="a line reads name = value")
        whole = name in known and known[name].kind.value != "choice"
        found[name] = int(value) if whole and value.lstrip("-").isdecimal() else value
    return found


def _page(
    request: HttpRequest,
    person: Person,
    form: dict[str, Any],
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = services.seen_by(person).select_related("owner").order_by("name", "pk")[:SHOWN]
    shown = {
        "presets": list(rows),
        "form": form,
        "cards": selectors.cards(),
        "place": services.PLACE,
        "problem": said,
    }
    return render(request, "portal/presets.html", shown, status=status)
