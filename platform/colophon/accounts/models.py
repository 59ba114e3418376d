"""Organisations, teams, people, and the tokens and invitations that let them in."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from colophon.accounts.note import Mailed, Note, NoteChoice  # noqa: F401  so that Django finds them
from colophon.accounts.proposal import Proposal  # noqa: F401
from colophon.accounts.roles import Role
from colophon.accounts.session import Session, SignInTry  # noqa: F401
from colophon.ledger.tenancy import TenantRow
from kernel.ids import new_id


class Organisation(models.Model):
    """A tenant: the key of row-level security. `Team` lies inside."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.UUIDField(default=uuid4, editable=False, unique=True)
    """Pseudonym in ledger leaves."""
    name = models.CharField(max_length=120)
    operator_name = models.CharField(max_length=120)
    provider_code = models.CharField(max_length=27, blank=True)
    """GB 45438-2025 Annex E code of the operator; without it China stays closed."""
    filing_number = models.CharField(max_length=60, blank=True)
    is_test = models.BooleanField(default=False)
    """Operator, code and filing number are fixtures; production refuses such a tenant."""
    languages = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Team(TenantRow):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_team_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, TenantRow):
    """Somebody with a sign-in. Seen by their own organisation alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.UUIDField(default=uuid4, editable=False, unique=True)
    """Pseudonym in ledger disclosures and exports."""
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=10, default="en")
    theme = models.CharField(max_length=10, blank=True)
    single_keys = models.BooleanField(default=True)
    """Whether single letters press buttons on their pages."""
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    def has_role(self, *wanted: Role) -> bool:
        return any(role in self.roles for role in wanted)


class Token(TenantRow):
    """A key to the API. Only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    label = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=4, default="all")
    """all: what the person may. read: nothing is changed by it."""
    made_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Invitation(Mailed):
    """A single-use link by which a person joins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    roles = models.JSONField(default=list)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    issue = models.SmallIntegerField(default=1)
    """Grows when it is sent anew; the link of the issue before ends."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"])]


class IdempotencyKey(TenantRow):
    """The answer given to a request, kept so that repeating it does nothing twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    key = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_a_key")
        ]


def pseudonym(person: Any) -> str:
    """Return the id under which the ledger knows a person."""
    return str(UUID(str(person.ref)))
