"""Events, the tree made of them, and the moves of every state."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Event(models.Model):
    """Something that happened, as the exact bytes of its leaf. Append-only."""

    event_id = models.UUIDField(unique=True, default=new_id)
    tenant_id = models.UUIDField()
    type = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    body = models.BinaryField()
    leaf_hash = models.GeneratedField(
        # RFC 6962 2.1: a leaf is hashed behind a zero byte, so that no node can pass for a leaf.
        expression=models.Func(
            models.F("body"), template="sha256('\\x00'::bytea || %(expressions)s)"
        ),
        output_field=models.BinaryField(),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "subject_kind", "subject_id"]),
            models.Index(fields=["tenant_id", "-id"], name="events_newest_first"),
            models.Index(fields=["tenant_id", "-at", "-id"], name="events_by_time"),
            models.Index(fields=["tenant_id", "type", "-at", "-id"], name="events_by_type"),
        ]


class Disclosure(models.Model):
    """A fact of an event in the clear, with its salt. Whoever erases it leaves the leaf provable."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, to_field="event_id")
    tenant_id = models.UUIDField()
    name = models.CharField(max_length=40)
    disclosure = models.TextField()
    ref = models.GeneratedField(
        # Who took part, so that the record of one person is found without reading all of it.
        # Computed beside the fact: gone with it, and never another truth.
        expression=models.Func(models.F("name"), models.F("disclosure"), function="ledger_ref_of"),
        output_field=models.UUIDField(null=True),
        db_persist=True,
        null=True,
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "ref", "-event"],
                condition=models.Q(ref__isnull=False),
                name="facts_by_person",
            )
        ]


class Pending(models.Model):
    """An event that no tree holds yet. Filled by a trigger, emptied by the sequencer."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True)


class Leaf(models.Model):
    leaf_index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT)


class Tile(models.Model):
    """Up to 256 hashes of one level, C2SP tlog-tiles: level L holds tree levels 8 L."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.IntegerField()
    n = models.BigIntegerField()
    hashes = models.BinaryField()


class Checkpoint(models.Model):
    """A signed tree head. One per size: never two heads of one size."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_default=Now())


class Cosignature(models.Model):
    """A witness saw this head and found it consistent with all it saw before."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, db_column="size")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_line_a_witness")
        ]


class Transition(models.Model):
    """An allowed move. The trigger on every state column reads this table."""

    kind = models.CharField(max_length=20)
    held = models.CharField(max_length=30)
    wanted = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "held", "wanted"], name="one_row_a_move")
        ]


class Move(TenantRow):
    """Who moved what from where to where. Append-only; no state changes without one."""

    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    held = models.CharField(max_length=30)
    wanted = models.CharField(max_length=30)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(db_default=Now())
    event = models.ForeignKey(Event, on_delete=models.PROTECT, to_field="event_id")
    xact = models.BigIntegerField(
        db_default=models.Func(template="pg_current_xact_id()::text::bigint")
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_id", "kind"])]


class Stateful(TenantRow):
    """A row whose ``state`` only `moves.move` changes."""

    KIND: ClassVar[str]
    START: ClassVar[frozenset[str]]
    MOVES: ClassVar[dict[str, frozenset[str]]]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=30)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.KIND} {UUID(str(self.pk))} {self.state}"
