"""A submission of several jobs as a labelled grid, and a run repeated from a record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from colophon.accounts.access import demand, may
from colophon.accounts.roles import Act
from colophon.portal import grids, selectors
from colophon.studio import batches, rerunning
from colophon.web.middleware import signed_in


@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The grid of a submission: every job in its place, with what came of it."""
    person = signed_in(request)
    demand(person, Act.SEE_WORKS)
    shown = grids.grid(selectors.find_batch(batch_id)) | {"may_submit": may(person, Act.SUBMIT)}
    part = "portal/_batch.html" if request.headers.get("HX-Request") else "portal/batch.html"
    return render(request, part, shown)


@require_POST
def cancel_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    stopped = batches.cancel(by=signed_in(request), batch=selectors.find_batch(batch_id))
    said = ngettext("{n} job was stopped.", "{n} jobs were stopped.", stopped)
    messages.info(request, said.replace("{n}", str(stopped)))
    return redirect("batch", batch_id=batch_id)


@require_POST
def rerun(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Run the record of a work once more; its result says whether the same bytes came out."""
    job = rerunning.rerun(by=signed_in(request), artifact=selectors.find_work(work_id))
    return redirect(f"{reverse('studio')}?recall={job.id}")
