"""The labels on the real file, as a reviewer would have them sealed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colophon.accounts.access import demand
from colophon.accounts.roles import Act
from colophon.console import case_page
from colophon.console.said import label_change
from colophon.releases import conflicts, proofing
from colophon.web import sheets
from colophon.web.answers import problem
from colophon.web.middleware import signed_in
from compliance.policy.stricter import LabelChange
from kernel.errors import Refused


@require_safe
def labels(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """The file with the labels it would be sealed with: as asked for here, or as first approved.

    A part of the page of a case; it asks again by itself when the labels asked for change.
    """
    person = signed_in(request)
    demand(person, Act.REVIEW)
    release = case_page.find_case(release_id)
    shown: dict[str, object] = {"release": release, "work": release.artifact}
    try:
        if release.state == "second_review":
            first = conflicts.approval_of(release)
            change = LabelChange.of(first.labels if first is not None else {})
        else:
            change = label_change(request.GET)
        sealed = proofing.as_sealed(release, change=change)
    except Refused as error:
        return render(request, "console/_sheet.html", shown | {"problem": problem(error)})
    shown |= {"one": sheets.shown(sealed.sheet), "by_place": sealed.by_place}
    shown["changed"] = change != LabelChange()
    return render(request, "console/_sheet.html", shown)
