"""What an author does with one work beside asking for its release: tags, a working copy, its like."""

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
from colophon.portal import lineage, selectors
from colophon.store import services as store
from colophon.studio import copies, tagging
from colophon.studio.models import Artifact
from colophon.studio.resembling import like
from colophon.studio.searching import Wish, search
from colophon.web.middleware import signed_in

SIMILAR = 6


def parts(person: Person, work: Artifact) -> dict[str, Any]:
    """Return what the page of a work shows of these."""
    rows = work.taggings.select_related("tag").order_by("tag__word")
    look = getattr(work, "look", None)
    colours = [colour for colour, _ in look.colours] if look is not None else []
    return {
        "swatch_colours": colours,
        "swatch_label": gettext("Colours: {names}").format(names=", ".join(colours)),
        "tags": [one.tag.word for one in rows],
        "may_tag": may(person, Act.SUBMIT),
        "may_copy": may(person, Act.BRING_IN) and copies.can_copy(work),
        "tree": lineage.tree(work),
    }


@require_POST
def retag(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Put tags on a work, or take one off."""
    person = signed_in(request)
    work = selectors.find_work(work_id)
    gone = request.POST.get("remove", "")
    tagging.retag(
        by=person,
        artifact=work,
        add=tagging.words_of(request.POST.get("tags", "")),
        remove=[gone] if gone else [],
    )
    return redirect("work", work_id=work_id)


@require_POST
def working_copy(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Hand out a copy that says that nobody cleared it; the copy is on record."""
    person = signed_in(request)
    made = copies.hand_out(by=person, artifact=selectors.find_work(work_id))
    messages.success(
        request, gettext("A working copy was handed out. It is marked “not cleared” and on record.")
    )
    link = store.url(made.sha256, media_type=made.media_type, name=made.name, save=True)
    return redirect(link)


@require_safe
def similar(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """The works most like this one, for a page that asks for them once it is there."""
    demand(signed_in(request), Act.SEE_WORKS)
    work = selectors.find_work(work_id)
    look = getattr(work, "look", None)
    ids = like(look) if look is not None else []
    page = search(Wish(among=tuple(ids)), page=SIMILAR)
    shown = {"works": selectors.cards_of(page.ids), "total": page.total, "work_id": work_id}
    return render(request, "portal/_similar.html", shown)
