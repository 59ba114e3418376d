"""Every address of the site. A face states its whole paths; here they are only put together."""

from __future__ import annotations

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

FACES = ("api", "portal", "console", "public", "web")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"colophon.{face}.urls"))
    for face in FACES
    if (Path(__file__).parent / face / "urls.py").exists()
]
