"""A page that shows every shared part, for those who build pages; not there in production."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colophon.web import labels

TITLES = (
    "Lighthouse, dawn",
    "Very_long_name_without_any_space_that_must_break_somewhere.png",
    "水乡之夜",
)
COLOURS = ("#1d2d46", "#8fbaf6", "#e5ba62", "#b2351a", "#f3f3ef")
VALUES = (3, 8, 12, 9, 15, 22, 17, 14, 18, 31, 24, 16, 11, 13)


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Every part with sample data, in both themes as any page."""
    shown = {
        "titles": TITLES,
        "colours": COLOURS,
        "values": VALUES,
        "states": labels.STATES,
        "origins": labels.ORIGINS,
    }
    return render(request, "web/parts.html", shown)
