"""Releases: ask, claim, decide, publish, withdraw."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from colophon.api import shapes
from colophon.api.answers import once
from colophon.publishing import complaining
from colophon.publishing import services as publishing
from colophon.publishing.models import Publication, Published
from colophon.releases import appealing, planting, services, settling
from colophon.releases.models import Release
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact
from colophon.web.middleware import signed_in
from kernel.errors import BadInput

router = Router()


@router.post("/releases")
@once
def ask(request: HttpRequest, said: shapes.ReleaseIn) -> HttpResponse:
    """Ask to publish a work somewhere. Each destination is open, or blocked by named clauses."""
    work = (
        Artifact.objects.select_related("assessment", "project", "tenant")
        .filter(pk=said.work)
        .first()
    )
    if work is None:
        raise NotFound(kind="work")
    release = services.request(by=signed_in(request), artifact=work, destinations=said.destinations)
    return JsonResponse(shapes.release(release), status=201)


@router.get("/releases")
def waiting(request: HttpRequest, state: str = "in_review") -> HttpResponse:
    """The cases in one state, oldest first, at most 100."""
    rows = Release.objects.filter(state=state).order_by("at")[:100]
    return JsonResponse({"releases": [{"id": str(row.id), "state": row.state} for row in rows]})


@router.get("/releases/{release_id}")
def see(request: HttpRequest, release_id: UUID) -> HttpResponse:
    return JsonResponse(shapes.release(_release(release_id)))


@router.post("/releases/{release_id}/claim")
@once
def claim(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Take a case for two minutes, or renew one's own hold."""
    held = services.claim(by=signed_in(request), release=_release(release_id))
    return JsonResponse({"until": held.until.isoformat()})


@router.post("/releases/{release_id}/decisions")
@once
def decide(request: HttpRequest, release_id: UUID, said: shapes.DecisionIn) -> HttpResponse:
    """Decide a claimed case over the bytes that were looked at; ``decision`` says until when it
    can be undone."""
    release, opinion = _release(release_id), said.opinion()
    if planting.golden_of(release) is not None:
        planting.answer(by=signed_in(request), release=release, opinion=opinion)
        return JsonResponse(shapes.release(_release(release_id)), status=201)
    made = services.decide(by=signed_in(request), release=release, opinion=opinion)
    told = shapes.release(_release(release_id)) | {"decision": shapes.decision(made)}
    return JsonResponse(told, status=201)


@router.post("/decisions/{decision_id}/undo")
@once
def undo(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take one's own decision back before it takes effect; the case is claimed again."""
    release = settling.undo(by=signed_in(request), decision_id=decision_id)
    return JsonResponse(shapes.release(_release(release.id)))


@router.post("/releases/{release_id}/appeal")
@once
def appeal(request: HttpRequest, release_id: UUID, said: shapes.AppealIn) -> HttpResponse:
    """Appeal against the refusal of one's own work."""
    made = appealing.file(
        by=signed_in(request), release=_release(release_id), words=said.words, news=said.news
    )
    return JsonResponse(shapes.appeal(made), status=201)


@router.post("/appeals/{appeal_id}/hearing")
@once
def hear(request: HttpRequest, appeal_id: UUID, said: shapes.HearingIn) -> HttpResponse:
    """Answer an appeal: ``overturned`` sends the work back into review."""
    if said.outcome not in ("upheld", "overturned"):
        raise BadInput(field="outcome", value=said.outcome[:20], why="upheld or overturned")
    settled = appealing.hear(
        by=signed_in(request),
        appeal_id=appeal_id,
        overturn=said.outcome == "overturned",
        answer=said.answer,
    )
    return JsonResponse(shapes.appeal(settled))


@router.post("/releases/{release_id}/publish")
@once
def publish(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Make a sealed work public."""
    made = publishing.publish(by=signed_in(request), release=_release(release_id))
    return JsonResponse({"id": str(made.id), "page": f"/p/{made.id}"}, status=201)


@router.post("/publications/{publication_id}/withdraw")
@once
def withdraw(request: HttpRequest, publication_id: UUID, said: shapes.WithdrawalIn) -> HttpResponse:
    """Take a publication back with its clause and reason; with destinations, from those alone."""
    row, by, told = _publication(publication_id), signed_in(request), said.dict()
    if told.pop("destinations"):
        made = publishing.restrict(by=by, publication=row, destinations=said.destinations, **told)
    else:
        made = publishing.withdraw(by=by, publication=row, **told)
    state = "restricted" if made.destinations else "withdrawn"
    return JsonResponse({"id": str(row.id), "state": state})


@router.post("/publications/{publication_id}/appeal")
@once
def complain(request: HttpRequest, publication_id: UUID, said: shapes.AppealIn) -> HttpResponse:
    """Appeal against the withdrawal of one's own publication."""
    made = complaining.file(
        by=signed_in(request),
        publication=_publication(publication_id),
        words=said.words,
        news=said.news,
    )
    return JsonResponse(shapes.complaint(made), status=201)


@router.post("/complaints/{complaint_id}/hearing")
@once
def hear_complaint(
    request: HttpRequest, complaint_id: UUID, said: shapes.HearingIn
) -> HttpResponse:
    """Answer an appeal against a withdrawal: ``overturned`` publishes the work again."""
    if said.outcome not in ("upheld", "overturned"):
        raise BadInput(field="outcome", value=said.outcome[:20], why="upheld or overturned")
    settled = complaining.hear(
        by=signed_in(request),
        complaint_id=complaint_id,
        overturn=said.outcome == "overturned",
        answer=said.answer,
    )
    return JsonResponse(shapes.complaint(settled))


@router.get("/publications/{publication_id}", auth=None)
def see_publication(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """What the public may know of a publication; needs no token."""
    row = Published.objects.filter(pk=publication_id).first()
    if row is None:
        raise NotFound(kind="publication")
    return JsonResponse(shapes.publication(row))


def _publication(publication_id: UUID) -> Publication:
    rows = Publication.objects.select_related("release__artifact", "release__author")
    found = rows.filter(pk=publication_id).first()
    if found is None:
        raise NotFound(kind="publication")
    return found


def _release(release_id: UUID) -> Release:
    row = (
        Release.objects.select_related("artifact__assessment", "artifact__tenant", "author")
        .prefetch_related("destinations")
        .filter(pk=release_id)
        .first()
    )
    if row is None:
        raise NotFound(kind="release")
    return row
