"""Changes of people that take two: roles, being here at all, invitations that carry much."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from colophon.accounts import invitations
from colophon.accounts.models import Person, Team, pseudonym
from colophon.accounts.proposal import Proposal
from colophon.accounts.proposals import Kind, register
from colophon.accounts.roles import Act, Role
from colophon.accounts.session import Session
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.ledger.tenancy import current
from kernel.canonical import Json
from kernel.errors import BadInput, Refused
from kernel.words import msgid


class LastAdministrator(Refused):
    code = "last_administrator"
    status = 409
    says = msgid("Nobody would be left who administers this organisation.")
    remedy = msgid("Give the role of administrator to somebody else first.")


class NoSuchPerson(Refused):
    code = "no_such_person"
    status = 404
    says = msgid("There is no such person in your organisation.")
    remedy = msgid("Look into the list of people.")


def person(person_id: UUID) -> Person:
    """Return somebody of this organisation, active or not. Raises `NoSuchPerson`."""
    found = Person.objects.filter(pk=person_id).select_related("team").first()
    if found is None:
        raise NoSuchPerson()
    return found


def roles_of(values: Any) -> list[str]:
    """Return roles in the order of the table, each once. Raises `BadInput` for an unknown one."""
    wanted = [str(one) for one in values]
    unknown = [one for one in wanted if one not in set(Role)]
    if unknown:
        known = ", ".join(sorted(Role))
        raise BadInput(field="roles", value=", ".join(unknown)[:60], why=f"known: {known}")
    return [str(one) for one in Role if one in wanted]


def _roles_now(person_id: UUID, _: Any) -> Json:
    return {"roles": list(roles_of(person(person_id).roles))}


def _roles_check(person_id: UUID, after: Any) -> Json:
    wanted = roles_of(after["roles"])
    if not wanted:
        raise BadInput(field="roles", value="", why="to take all away, deactivate the person")
    return {"roles": list(wanted)}


def _roles_apply(proposal: Proposal, by: Person) -> None:
    held = person(proposal.about_id)
    before, held.roles = list(held.roles), proposal.after["roles"]
    held.save(update_fields=["roles"])
    _demand_administrator()
    record(
        "person.roles_changed",
        About("person", held.pk),
        {"person": pseudonym(held), "before": before, "after": held.roles, "by": pseudonym(by)},
    )


def _active_now(person_id: UUID, _: Any) -> Json:
    return {"active": person(person_id).is_active}


def _active_check(person_id: UUID, after: Any) -> Json:
    return {"active": bool(after["active"])}


def _active_apply(proposal: Proposal, by: Person) -> None:
    held = person(proposal.about_id)
    held.is_active = proposal.after["active"]
    held.save(update_fields=["is_active"])
    _demand_administrator()
    if not held.is_active:
        Session.objects.filter(person=held, ended_at__isnull=True).update(ended_at=Now())
    record(
        "person.activated" if held.is_active else "person.deactivated",
        About("person", held.pk),
        {"person": pseudonym(held), "by": pseudonym(by)},
    )


def _demand_administrator() -> None:
    # One after the other: two who each take the role from one of two would leave nobody.
    take_turn("administrators", current())
    rows = Person.objects.filter(is_active=True, roles__contains=[str(Role.ADMINISTRATOR)])
    if not rows.exists():
        raise LastAdministrator()


def _invited_check(_: UUID, after: Any) -> Json:
    team = str(after.get("team") or "")
    if team and not Team.objects.filter(pk=team).exists():
        raise BadInput(field="team", value=team[:40], why="it is no team of yours")
    return {
        "email": invitations.address_of(str(after["email"])),
        "name": str(after.get("name") or "").strip()[:120],
        "roles": list(roles_of(after["roles"])),
        "team": team,
    }


def _invited_apply(proposal: Proposal, by: Person) -> None:
    said = proposal.after
    invitations.make(
        by=proposal.proposed_by,
        email=said["email"],
        name=said["name"],
        roles=[Role(one) for one in said["roles"]],
        team=Team.objects.filter(pk=said["team"]).first() if said["team"] else None,
    )


def _invited_shown(value: Json) -> Json:
    """Keep the address and the name out of the record; they stand in the proposal's row."""
    return {"roles": value["roles"]} if isinstance(value, dict) else None


register(
    "person.roles",
    Kind(
        name=msgid("Roles of a person"),
        about="person",
        proposes=Act.CHANGE_PEOPLE,
        agrees=Act.AGREE_PEOPLE,
        now=_roles_now,
        check=_roles_check,
        apply=_roles_apply,
    ),
)
register(
    "person.active",
    Kind(
        name=msgid("Whether a person may come in"),
        about="person",
        proposes=Act.CHANGE_PEOPLE,
        agrees=Act.AGREE_PEOPLE,
        now=_active_now,
        check=_active_check,
        apply=_active_apply,
    ),
)
register(
    "invitation",
    Kind(
        name=msgid("Invitation to a role that decides"),
        about="invitation",
        proposes=Act.INVITE,
        agrees=Act.AGREE_PEOPLE,
        now=lambda _, __: None,
        check=_invited_check,
        apply=_invited_apply,
        shown=_invited_shown,
    ),
)
