"""Boards: works laid side by side, from whatever projects they come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from colophon.studio.models.work import Artifact
from kernel.ids import new_id


class Sharing(models.TextChoices):
    """Who sees a board. Public is the whole organisation; nothing leaves it."""

    PRIVATE = "private"
    TEAM = "team"
    PUBLIC = "public"


class Board(TenantRow):
    """A collection of works. It owns none of them: deleting it deletes no work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    sharing = models.CharField(max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    owner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="boards")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+")
    cover = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"], name="boards_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_board_a_name"),
            models.CheckConstraint(
                condition=models.Q(sharing__in=Sharing.values), name="sharing_is_one_of_three"
            ),
            models.CheckConstraint(
                condition=~models.Q(sharing="team") | models.Q(team__isnull=False),
                name="team_board_has_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardItem(TenantRow):
    """A work's place on a board."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="items")
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="on_boards")
    position = models.PositiveIntegerField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["board", "position"], name="items_in_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "artifact"], name="one_place_a_work")
        ]
