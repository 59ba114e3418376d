"""One page for each work, and what an author does with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person
from colophon.accounts.roles import Act
from colophon.portal import appeals, board_pages, releasing, selectors, trashing, work_parts
from colophon.publishing import complaining
from colophon.publishing import services as publishing
from colophon.publishing.models import Publication
from colophon.releases import answering, appealing, judging
from colophon.releases import services as releases
from colophon.studio.errors import NotFound
from colophon.studio.models import Artifact
from colophon.web import evidence, findings
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from kernel.errors import Refused

TAKEN_BACK_FROM = ("requested", "in_review", "held", "escalated", "second_review", "returned")


@require_safe
def work(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """One work: file, lineage, findings, decisions, seal, publication, proof."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    return _page(request, person, selectors.find_work(work_id))


@require_safe
def ruling(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """What the packs would say of the destinations chosen, before anybody is asked."""
    person = signed_in(request)
    demand(person, Act.REQUEST_RELEASE)
    held = selectors.find_work(work_id)
    shown = _foreseen(held, _wanted(request.GET))
    shown["answerable"] = releasing.answerable(person, held)
    return render(request, "portal/_ruling.html", shown)


@require_POST
def ask_release(request: HttpRequest, work_id: UUID) -> HttpResponse:
    person = signed_in(request)
    held = selectors.find_work(work_id)
    wanted, answered = _wanted(request.POST), request.POST.get("answers", "")
    try:
        if answered:
            returned = selectors.find_release(_id(answered))
            answering.answer(by=person, returned=returned, artifact=held, destinations=wanted)
        else:
            releases.request(by=person, artifact=held, destinations=wanted)
    except Refused as error:
        return _page(request, person, held, said=problem(error), status=error.status)
    messages.success(request, gettext("Release asked for. A reviewer decides next."))
    return redirect("work", work_id=work_id)


@require_POST
def publish(request: HttpRequest, release_id: UUID) -> HttpResponse:
    release = selectors.find_release(release_id)
    made = publishing.publish(by=signed_in(request), release=release)
    return redirect("publication", publication_id=made.id)


@require_POST
def take_back(request: HttpRequest, release_id: UUID) -> HttpResponse:
    release = selectors.find_release(release_id)
    reason = request.POST.get("reason", "")
    releases.withdraw_request(by=signed_in(request), release=release, reason=reason)
    messages.success(request, gettext("The request was taken back."))
    return redirect("work", work_id=release.artifact_id)


@require_POST
def appeal(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """File an appeal; where it is refused the page keeps what was typed."""
    person = signed_in(request)
    release = selectors.find_release(release_id)
    words, news = request.POST.get("words", ""), request.POST.get("news", "")
    try:
        appealing.file(by=person, release=release, words=words, news=news)
    except Refused as error:
        held = selectors.find_work(release.artifact_id)
        return _page(request, person, held, said=problem(error), status=error.status)
    messages.success(request, gettext("Your appeal is filed. Somebody else hears it."))
    return redirect("work", work_id=release.artifact_id)


@require_POST
def withdraw(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Take a publication back, or from some destinations; a refusal keeps what was typed."""
    person = signed_in(request)
    publication = _publication(publication_id)
    clause, reason = request.POST.get("clause", ""), request.POST.get("reason", "")
    told: dict[str, Any] = {"by": person, "publication": publication}
    told |= {"clause": clause, "reason": reason}
    try:
        if request.POST.get("what") == "restrict":
            publishing.restrict(**told, destinations=_wanted(request.POST))
        else:
            publishing.withdraw(**told)
    except Refused as error:
        held = selectors.find_work(publication.release.artifact_id)
        return _page(request, person, held, said=problem(error), status=error.status)
    return redirect("publication", publication_id=publication_id)


@require_POST
def complain(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Appeal against a withdrawal; where it is refused the page keeps what was typed."""
    person = signed_in(request)
    publication = _publication(publication_id)
    words, news = request.POST.get("words", ""), request.POST.get("news", "")
    try:
        complaining.file(by=person, publication=publication, words=words, news=news)
    except Refused as error:
        held = selectors.find_work(publication.release.artifact_id)
        return _page(request, person, held, said=problem(error), status=error.status)
    messages.success(request, gettext("Your appeal is filed. Somebody else hears it."))
    return redirect("work", work_id=publication.release.artifact_id)


def _publication(publication_id: UUID) -> Publication:
    """Return a publication, joined with a work that whoever asks may see; raise `NotFound`."""
    rows = Publication.objects.select_related("release__artifact", "release__author")
    found = rows.filter(pk=publication_id).first()
    if found is None:
        raise NotFound(kind="publication")
    return found


def _page(
    request: HttpRequest,
    person: Person,
    held: Artifact,
    *,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = selectors.work_page(held)
    mine = held.author_id == person.pk
    askable = page.alive is None and may(person, Act.REQUEST_RELEASE) and page.state != "checking"
    shown: dict[str, Any] = {"page": page, "work": held, "problem": said, "askable": askable}
    shown["may_rerun"] = may(person, Act.SUBMIT)
    shown |= board_pages.boards_of(person, held) | work_parts.parts(person, held)
    shown |= trashing.aside_of(person, held)
    shown["placed"] = selectors.placed(held)
    if askable:
        wanted = held.project.destinations or releases.DESTINATIONS
        shown |= _foreseen(held, wanted, titles=evidence.titles(page.matches))
        shown["answerable"] = releasing.answerable(person, held)
    newest = page.newest
    shown["follow"] = releasing.follow(newest)
    shown |= appeals.standing(person, newest)
    shown |= appeals.against_withdrawal(person, newest, getattr(newest, "publication", None))
    if newest is not None:
        publisher = may(person, Act.PUBLISH)
        shown["may_publish"] = newest.state == "sealed" and (mine or publisher)
        shown["may_take_back"] = newest.state in TAKEN_BACK_FROM and newest.author_id == person.pk
        withdrawer = may(person, Act.WITHDRAW)
        shown["may_withdraw"] = newest.state in ("published", "restricted") and withdrawer
        shown["seal"] = getattr(newest, "seal", None)
        shown["publication"] = getattr(newest, "publication", None)
    return render(request, "portal/work.html", shown, status=status)


def _foreseen(
    held: Artifact, wanted: Any, *, titles: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return how each destination would fare now, clause by clause."""
    chosen = tuple(one for one in releases.DESTINATIONS if one in wanted)
    shown: dict[str, Any] = {"work": held, "chosen": chosen, "all": releases.DESTINATIONS}
    if not chosen:
        return shown
    try:
        said = judging.ruling_for(held, destinations=chosen, purpose=held.project.purpose)
    except Refused as error:
        return shown | {"ruling_problem": problem(error)}
    return shown | {
        "foreseen": said,
        "by_place": findings.standing_by_destination(said).items(),
        "foreseen_clauses": findings.clauses(said.bound),
        "foreseen_ways": findings.ways(said.bound, opened=said.open, titles=titles),
    }


def _wanted(form: Any) -> list[str]:
    return [str(one) for one in form.getlist("destination")]


def _id(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError as error:
        raise NotFound(kind="release") from error
