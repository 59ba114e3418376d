"""What works are made and sent with: catalogues, engines, quotas, channels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colophon.accounts import proposals
from colophon.accounts.models import Person, Team
from colophon.accounts.proposal import Proposal
from colophon.console.admin.frame import looks, page, uuid_of
from colophon.rights import services as rights
from colophon.rights.models import RegisteredWork
from colophon.store.parsing import sandbox
from colophon.studio import switches
from colophon.studio.models import EngineOff, Project, Quota
from colophon.studio.models.quota import Scope
from colophon.studio.proposing import quota_id
from generation.shelf import ENGINES
from kernel.errors import BadInput, Refused

PAGE = 50
NAMES_FROM = 1_000
"""Works whose catalogues are offered as a filter; others are named in the address."""
DAYS = 90

_TIMES = """
select engine, version, count(*), count(*) filter (where outcome = 'failed'),
       percentile_cont(0.5) within group (order by ms) filter (where outcome = 'done')
  from studio_timing where at > now() - %s * interval '1 day'
 group by engine, version
"""


@require_http_methods(["GET", "HEAD", "POST"])
def catalogues(request: HttpRequest) -> HttpResponse:
    """Registered works, by catalogue and words; posting registers one."""
    person = looks(request)
    if request.method != "POST":
        return _catalogues(request)
    form, file = request.POST, request.FILES.get("file")
    try:
        if file is None:
            raise BadInput(field="file", value="", why="a work is registered with its file")
        work = rights.register(
            by=person,
            title=form.get("title", ""),
            right_holder=form.get("right_holder", ""),
            media_type=(file.content_type or "").split(";")[0],
            pieces=file.chunks(),
            sandbox=sandbox(),
            catalogue=form.get("catalogue", "").strip()[:120] or "own",
        )
    except Refused as error:
        return _catalogues(request, error=error)
    messages.success(
        request, gettext("Registered: “{title}”. Checks find it now.").format(title=work.title)
    )
    return redirect("catalogues")


@require_safe
def engines(request: HttpRequest) -> HttpResponse:
    """Every engine on the shelf: what it is, how long it takes, for whom it is off."""
    looks(request)
    return _engines(request)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switch an engine off for everybody or a team, or on again."""
    person = looks(request)
    form = request.POST
    try:
        if form.get("off"):
            switches.switch_on(by=person, off_id=uuid_of(form["off"]))
        else:
            team = Team.objects.filter(pk=uuid_of(form.get("team", ""))).first()
            if form.get("team") and team is None:
                raise BadInput(field="team", value=form["team"][:40], why="it is no team of yours")
            switches.switch_off(
                by=person,
                engine=form.get("engine", ""),
                team=team,
                reason=form.get("reason", ""),
            )
    except Refused as error:
        return _engines(request, error=error)
    messages.success(request, gettext("Switched, and on record."))
    return redirect("engines")


@require_http_methods(["GET", "HEAD", "POST"])
def quotas(request: HttpRequest) -> HttpResponse:
    """What may be made in a month; posting proposes another number."""
    person = looks(request)
    if request.method != "POST":
        return _quotas(request)
    form = request.POST
    try:
        scope, subject = form.get("scope", ""), _subject(form)
        made = proposals.propose(
            by=person,
            kind="quota",
            about_id=quota_id(scope, subject),
            after={
                "scope": scope,
                "subject": str(subject or ""),
                "jobs": _number(form, "jobs"),
                "seconds": _number(form, "seconds"),
            },
            reason=form.get("reason", ""),
        )
    except Refused as error:
        return _quotas(request, error=error)
    messages.info(request, gettext("Proposed. It is so once another person agrees."))
    return redirect("proposal", made.pk)


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Where cleared works go: the publication page, and that nothing else is connected."""
    looks(request)
    return page(request, "channels", {"origin": settings.COLOPHON_ORIGIN})


def _catalogues(request: HttpRequest, *, error: Refused | None = None) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80].replace("\x00", "")
    name = request.GET.get("catalogue", "")[:120]
    rows = RegisteredWork.objects.order_by("-pk")
    if name:
        rows = rows.filter(catalogue=name)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(right_holder__icontains=q))
    if request.GET.get("before"):
        rows = rows.filter(pk__lt=uuid_of(request.GET["before"]))
    found = list(rows.annotate(licensed=Count("licences"))[: PAGE + 1])
    newest = RegisteredWork.objects.order_by("-pk").values_list("catalogue", flat=True)
    more = f"?q={q}&catalogue={name}&before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    shown = {
        "q": q,
        "name": name,
        "rows": found[:PAGE],
        "older": more,
        "catalogues": sorted({name, *newest[:NAMES_FROM]} - {""}),
    }
    return page(request, "catalogues", shown, error=error)


def _engines(request: HttpRequest, *, error: Refused | None = None) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [DAYS])
        times = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    off: dict[str, list[EngineOff]] = {}
    for one in EngineOff.objects.select_related("team", "by").order_by("at"):
        off.setdefault(one.engine, []).append(one)
    rows = []
    for engine in ENGINES:
        card = engine.describe()
        jobs, failed, median = times.get((card.name, card.version), (0, 0, None))
        rows.append(
            {
                "card": card,
                "jobs": jobs,
                "failed": failed,
                "seconds": f"{median / 1000:.1f}" if median is not None else "",
                "off": off.get(card.name, []),
                "parameters": list(card.parameters.items()),
            }
        )
    teams = list(Team.objects.order_by("name")[:500])
    return page(request, "engines", {"rows": rows, "teams": teams, "days": DAYS}, error=error)


def _quotas(request: HttpRequest, *, error: Refused | None = None) -> HttpResponse:
    rows = list(Quota.objects.select_related("set_by").order_by("scope", "subject_id")[:200])
    ids = [one.subject_id for one in rows if one.subject_id]
    names: dict[UUID, str] = {}
    for model in (Person, Team, Project):
        names |= dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))
    shown = {
        "rows": [{"quota": one, "whose": names.get(one.subject_id or one.pk, "")} for one in rows],
        "teams": list(Team.objects.order_by("name")[:500]),
        "scopes": Scope.values,
        "waiting": list(Proposal.objects.filter(state="open", kind="quota").order_by("-at")[:20]),
    }
    return page(request, "quotas", shown, error=error)


def _subject(form: Any) -> UUID | None:
    """Return whose quota it is: a team from the list, a person by address, a project by id."""
    scope, said = form.get("scope", ""), form.get("subject", "").strip()
    if scope == "team" and form.get("team"):
        said = form["team"]
    if not said:
        return None
    models: dict[str, Any] = {"person": Person, "team": Team, "project": Project}
    if scope not in models:
        raise BadInput(field="scope", value=scope[:20], why="known: person, team, project")
    by = {"email": said.lower()} if scope == "person" and "@" in said else {"pk": uuid_of(said)}
    found = models[scope].objects.filter(**by).values_list("pk", flat=True).first()
    if found is None:
        raise BadInput(field="subject", value=said[:60], why=f"there is no such {scope}")
    return UUID(str(found))


def _number(form: Any, field: str) -> int | None:
    said = form.get(field, "").strip()
    if not said:
        return None
    if not said.isdecimal() or len(said) > 10:
        raise BadInput(
            field=field, value=said[:20], why="it is a whole number, or empty for no limit"
        )
    return int(said)
