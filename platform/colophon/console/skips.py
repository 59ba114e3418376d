"""Skipped cases as a table to take away: by pseudonym, never by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from colophon.accounts.access import demand
from colophon.accounts.models import pseudonym
from colophon.accounts.roles import Act
from colophon.releases.caring import care_of
from colophon.releases.models import Skip
from colophon.web.middleware import signed_in

MOST = 50_000


class _Line:
    """What `csv.writer` writes into, handed on."""

    def write(self, text: str) -> str:
        return text


@require_safe
def skips(request: HttpRequest) -> StreamingHttpResponse:
    """Return the newest skips as CSV; without reviewers where the house keeps no personal figures."""
    person = signed_in(request)
    demand(person, Act.CUT_EVIDENCE)
    with_people = care_of(person).personal_figures
    rows = list(Skip.objects.select_related("person").order_by("-at")[:MOST])
    response = StreamingHttpResponse(_lines(rows, with_people=with_people), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="skips.csv"'
    return response


def _lines(rows: list[Skip], *, with_people: bool) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(["at", "release", "reviewer", "kind", "reason"])
    for one in rows:
        who = pseudonym(one.person) if with_people else ""
        # A cell that begins like a formula would be one in a spreadsheet.
        words = f"'{one.reason}" if one.reason[:1] in "=+-@\t\r" and one.reason else one.reason
        yield writer.writerow([one.at.isoformat(), str(one.release_id), who, one.kind, words])
