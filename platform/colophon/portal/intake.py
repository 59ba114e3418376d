"""Several files brought in at once: what is said of all, what is said of each, what came of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, QueryDict

from colophon.accounts.models import Person
from colophon.portal.drafting import id_of
from colophon.rights import services as rights
from colophon.store import services as store
from colophon.store.parsing import sandbox
from colophon.studio import incoming, transfers
from colophon.studio.models import Artifact, Project, Transfer, Upload
from colophon.web.answers import problem
from compliance.provenance.inbound import read_inbound
from kernel.errors import BadInput, Refused

PARENTS_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file: a work, or why not."""

    name: str
    work: Artifact | None = None
    problem: Mapping[str, Any] | None = None


def row(transfer: Transfer, form: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the form row of one file shows; its credentials are read in the sandbox."""
    upload = transfer.upload
    held = (
        read_inbound(store.path_of(upload.sha256), upload.media_type, sandbox()) if upload else {}
    )
    return {"transfer": transfer, "upload": upload, "inbound": held, "form": form or {}}


def parents(author: Person) -> list[Artifact]:
    """Return the works an incoming file may be an edit of: the newest of the organisation."""
    return list(Artifact.objects.order_by("-at").only("id", "title", "at")[:PARENTS_SHOWN])


def bring_all(request: HttpRequest, person: Person) -> list[Outcome]:
    """Bring in every file that was sent or lies ready; a refused one says why and the others go on."""
    form = request.POST
    outcomes: list[Outcome] = []
    for file in request.FILES.getlist("file"):
        outcomes.append(_one(person, form, key="", name=file.name or "file", file=file))
    for transfer_id in form.getlist("transfer"):
        wanted = id_of(transfer_id)
        if wanted is None:
            continue
        outcomes.append(_one(person, form, key=f".{wanted}", name=transfer_id, transfer=wanted))
    if not outcomes:
        raise BadInput(field="file", value="", why="choose one")
    return outcomes


def _one(
    person: Person,
    form: QueryDict,
    *,
    key: str,
    name: str,
    file: Any = None,
    transfer: UUID | None = None,
) -> Outcome:
    try:
        with transaction.atomic():
            held = transfers.find(by=person, transfer_id=transfer) if transfer else None
            upload, name = (held.upload, held.name) if held else (None, name)
            if upload is None and file is not None:
                upload = incoming.receive(by=person, name=name, pieces=file.chunks())
            if upload is None:
                raise BadInput(field="file", value=name[:80], why="it has not come whole yet")
            _record_rights(person, form, upload, key)
            work = incoming.bring_in(by=person, incoming=_declared(form, upload, key))
            if held is not None:
                transfers.discard(transfer=held)
        return Outcome(name=name, work=work)
    except Refused as error:
        return Outcome(name=name, problem=problem(error))


def _declared(form: QueryDict, upload: Upload, key: str) -> incoming.Incoming:
    share = _of(form, "ai_share", key)
    if not share.isdecimal() or int(share) > 100:
        raise BadInput(field="ai_share", value=share[:20], why="it is a per cent from 0 to 100")
    project = Project.objects.filter(pk=id_of(form.get("project"))).first()  # type: ignore[misc]
    if project is None:
        raise BadInput(field="project", value="", why="choose one")
    return incoming.Incoming(
        project=project,
        upload=upload,
        title=form.get(f"title{key}", ""),
        tool=_of(form, "tool", key),
        ai_share_permille=10 * int(share),
        parent=_parent(_of(form, "parent", key)),
    )


def _record_rights(person: Person, form: QueryDict, upload: Upload, key: str) -> None:
    basis = _of(form, "basis", key)
    if basis:
        rights.record_input_rights(
            by=person,
            sha256=upload.sha256,
            basis=basis,
            holder=_of(form, "holder", key),
            uses=rights.USES,
        )


def _of(form: QueryDict, field: str, key: str) -> str:
    """Return what is said of one file, else what is said of all."""
    return (form.get(f"{field}{key}", "").strip() if key else "") or form.get(field, "").strip()


def _parent(told: str) -> Artifact | None:
    wanted: UUID | None = id_of(told)
    if wanted is None:
        return None
    found = Artifact.objects.filter(pk=wanted).first()
    if found is None:
        raise BadInput(field="parent", value=told[:40], why="there is no such work here")
    return found
