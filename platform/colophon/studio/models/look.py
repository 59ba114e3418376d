"""What a work looks like at a glance: small views, colours, first lines."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact


class Look(TenantRow):
    """Derived once from a work's bytes, for lists; never what is reviewed or sealed. Append-only."""

    seq = models.BigAutoField(primary_key=True)
    artifact = models.OneToOneField(Artifact, on_delete=models.PROTECT, related_name="look")
    small_sha256 = models.CharField(max_length=64, blank=True)
    """A view with 320 pixels on the long side; empty where there is no picture."""
    large_sha256 = models.CharField(max_length=64, blank=True)
    """The same with 960 pixels."""
    width = models.PositiveIntegerField(null=True)
    """Of the work itself, upright."""
    height = models.PositiveIntegerField(null=True)
    colours = models.JSONField(default=list)
    """[["#rrggbb", permille], …], largest first."""
    marks = models.JSONField(default=list)
    """What the gallery finds it by: ``hue:red``, ``c:7.-1.2`` (cell of OKLab), ``g:…`` (runs of five)."""
    pdq = models.BinaryField(null=True)
    """256 bits; of pictures only."""
    quality = models.PositiveSmallIntegerField(null=True)
    excerpt = models.CharField(max_length=400, blank=True)
    why = models.CharField(max_length=200, blank=True)
    """Why a picture has no view: its reader's own words."""
    version = models.CharField(max_length=30)
    at = models.DateTimeField(db_default=Now())
