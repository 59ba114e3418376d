"""Pages for everybody; nobody signs in, and nothing of a tenant is read but what was published."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colophon.public import selectors
from colophon.public.guarantees import GUARANTEES
from colophon.store import services as store


@require_safe
def publication(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """The colophon of a published work, or the statement of reasons once it was withdrawn."""
    page = selectors.publication_page(publication_id)
    response = render(request, "public/publication.html", {"page": page, "pub": page.pub})
    if page.offered and page.pub.detached:
        link = store.url(
            page.pub.manifest_sha256, media_type="application/c2pa", name=f"{publication_id}.c2pa"
        )
        # Source: C2PA 2.2, section 11.5: a manifest that stands beside its asset.
        response["Link"] = f'<{link}>; rel="c2pa-manifest"'
    return response


@require_safe
def guarantees(request: HttpRequest) -> HttpResponse:
    """Which promise is a boundary in which size, and which is only shown."""
    return render(request, "public/guarantees.html", {"guarantees": GUARANTEES})


@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """What an error code means and what to do."""
    kind = selectors.error_named(code)
    # Not the class itself: a template calls what it can call.
    said = {"code": kind.code, "says": kind.says, "remedy": kind.remedy, "status": kind.status}
    return render(request, "public/problem.html", {"error": said})
