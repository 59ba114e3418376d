"""People, their roles, and invitations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import Max, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts import invitations, proposals
from colophon.accounts import services as accounts
from colophon.accounts.access import demand
from colophon.accounts.models import Invitation, Person, Team
from colophon.accounts.proposal import Proposal
from colophon.accounts.proposing import person as find_person
from colophon.accounts.proposing import roles_of
from colophon.accounts.roles import DECIDING, TABLE, Act, Role
from colophon.accounts.session import Session
from colophon.console.admin.frame import looks, page, uuid_of
from colophon.studio.errors import NotFound
from kernel.errors import BadInput, Refused
from kernel.ids import new_id

PAGE = 50
MOST_INVITATIONS = 50
MOST_NAMES = 12
_SEEN = Session.objects.filter(person=OuterRef("pk")).order_by("-seen_at").values("seen_at")[:1]
_HOLDERS = """
select role, count(*), (array_agg(array[id::text, name] order by name, id))[1:%s]
  from accounts_person, jsonb_array_elements_text(roles) role where is_active group by role
"""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name, with roles and when they were last here; posting invites somebody."""
    person = looks(request)
    if request.method != "POST":
        return _page(request)
    form = request.POST
    try:
        demand(person, Act.INVITE)
        roles = [Role(one) for one in roles_of(form.getlist("role"))]
        team = Team.objects.filter(pk=uuid_of(form.get("team", ""))).first()
        if form.get("team") and team is None:
            raise BadInput(field="team", value=form["team"][:40], why="it is no team of yours")
        if invitations.takes_two(by=person, roles=roles):
            made = proposals.propose(
                by=person,
                kind="invitation",
                about_id=new_id(),
                after={
                    "email": form.get("email", ""),
                    "name": form.get("name", ""),
                    "roles": roles,
                    "team": str(team.pk) if team else "",
                },
                reason=form.get("reason", ""),
            )
            messages.info(request, gettext("Proposed. The invitation goes once another agrees."))
            return redirect("proposal", made.pk)
        secret = accounts.invite(
            by=person,
            email=form.get("email", ""),
            name=form.get("name", ""),
            roles=roles,
            team=team,
        )
    except Refused as error:
        return _page(request, error=error)
    return _page(request, link=_link(request, secret))


@never_cache
@require_POST
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send an invitation anew, or take it back."""
    person = looks(request)
    held = Invitation.objects.filter(pk=invitation_id).first()
    if held is None:
        raise NotFound(kind="invitation")
    try:
        if request.POST.get("act") == "withdraw":
            invitations.withdraw(by=person, invitation=held)
            messages.info(request, gettext("Taken back; its link opens nothing now."))
            return redirect("people")
        return _page(request, link=_link(request, invitations.renew(by=person, invitation=held)))
    except Refused as error:
        return _page(request, error=error)


@require_http_methods(["GET", "HEAD", "POST"])
def one_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person; posting proposes other roles, or whether they may come in."""
    person = looks(request)
    found = find_person(person_id)
    if request.method != "POST":
        return _person(request, found)
    form = request.POST
    after: dict[str, Any]
    try:
        if form.get("act") == "roles":
            kind, after = "person.roles", {"roles": form.getlist("role")}
        elif form.get("act") in ("activate", "deactivate"):
            kind, after = "person.active", {"active": form["act"] == "activate"}
        else:
            raise BadInput(field="act", value=form.get("act", "")[:20], why="choose one")
        made = proposals.propose(
            by=person, kind=kind, about_id=found.pk, after=after, reason=form.get("reason", "")
        )
    except Refused as error:
        return _person(request, found, error=error)
    messages.info(request, gettext("Proposed. It is so once another person agrees."))
    return redirect("proposal", made.pk)


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every act and the roles that may do it, in one table; and who holds each role."""
    looks(request)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [MOST_NAMES])
        held = {role: (many, some) for role, many, some in cursor.fetchall()}
    shown = {
        "roles": [str(role) for role in Role],
        "rows": [(act.value, [role in TABLE[act] for role in Role]) for act in Act],
        "holders": [
            {
                "role": str(role),
                "some": [{"id": pk, "name": name} for pk, name in some],
                "more": max(0, many - MOST_NAMES),
                "many": many,
                "deciding": role in DECIDING,
            }
            for role in Role
            for many, some in [held.get(str(role), (0, []))]
        ],
    }
    return page(request, "roles", shown)


def _page(request: HttpRequest, *, link: str = "", error: Refused | None = None) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80].replace("\x00", "")
    role = request.GET.get("role", "")
    rows = Person.objects.select_related("team").annotate(seen=Subquery(_SEEN))
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(email__icontains=q))
    if role in set(Role):
        rows = rows.filter(roles__contains=[role])
    last = Person.objects.filter(pk=uuid_of(request.GET.get("after", ""))).first()
    if last is not None:
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.order_by("name", "pk")[: PAGE + 1])
    open_ = Invitation.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    shown: dict[str, Any] = {
        "q": q,
        "role": role,
        "rows": found[:PAGE],
        "older": f"?q={q}&role={role}&after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "invitations": list(open_.select_related("invited_by").order_by("-at")[:MOST_INVITATIONS]),
        "now": timezone.now(),
        "teams": list(Team.objects.order_by("name")[:500]),
        "roles": [(str(one), one in DECIDING) for one in Role],
        "mail_server": bool(settings.COLOPHON_MAIL_URL),
        "link": link,
        "chosen": request.POST.getlist("role"),
    }
    return page(request, "people", shown, error=error)


def _person(request: HttpRequest, found: Person, *, error: Refused | None = None) -> HttpResponse:
    about = Proposal.objects.filter(about_kind="person", about_id=found.pk).order_by("-at")
    shown = {
        "found": found,
        "roles": [(str(one), one in DECIDING) for one in Role],
        "chosen": request.POST.getlist("role") if error else found.roles,
        "seen": found.sessions.aggregate(at=Max("seen_at"))["at"],
        "proposals": [
            {"held": one, "kind": proposals.KINDS[one.kind].name}
            for one in about.select_related("proposed_by")[:20]
            if one.kind in proposals.KINDS
        ],
    }
    return page(request, "person", shown, error=error)


def _link(request: HttpRequest, secret: str) -> str:
    return settings.COLOPHON_ORIGIN + reverse("join", args=[secret])
