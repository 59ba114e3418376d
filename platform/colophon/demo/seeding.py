"""An organisation with its people, for the demo and for tests. Everything in it says TEST."""

from __future__ import annotations

from dataclasses import dataclass

from colophon.accounts import services
from colophon.accounts.models import Organisation, Team
from colophon.accounts.roles import Role
from colophon.demo.client import Caller
from colophon.ledger.tenancy import tenant

# A made-up code with valid check digits; see docs/decisions and GB 32100 for the digits.
PROVIDER_CODE = "001191110000MA0000000H10001"
PASSWORD = "lantern festival demo"  # noqa: S105  the demo's people, on this machine only
PEOPLE = (
    ("author", "Mira Lindqvist", (Role.AUTHOR,)),
    ("reviewer", "Tomás Okafor", (Role.REVIEWER,)),
    ("approver", "陈静", (Role.APPROVER,)),
    ("auditor", "Noor Haddad", (Role.AUDITOR,)),
    ("keeper", "Ines Roth", (Role.RULE_KEEPER, Role.ADMINISTRATOR)),
    ("operator", "Sam Ekström", (Role.OPERATOR,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who takes part, each with a token."""

    organisation: Organisation
    author: Caller
    reviewer: Caller
    approver: Caller
    auditor: Caller
    keeper: Caller
    operator: Caller


def seed(base: str, *, name: str = "TEST Lantern Film Festival", domain: str = "demo.test") -> Cast:
    """Found an organisation with six people and give each a token for the API at ``base``."""
    organisation = services.found(
        services.Founding(
            name=name,
            operator_name="TEST Operator",
            team="Campaign",
            languages=("en", "zh-hans"),
            provider_code=PROVIDER_CODE,
            filing_number="TEST-FILING-0001",
            is_test=True,
        )
    )
    callers: dict[str, Caller] = {}
    with tenant(organisation.id):
        team = Team.objects.get()
        for part, full_name, roles in PEOPLE:
            person = services.join(
                email=f"{part}@{domain}",
                name=full_name,
                password=PASSWORD,
                roles=roles,
                team=team,
                language="zh-hans" if part == "approver" else "en",
            )
            secret = services.issue_token(person=person, label="demo")
            callers[part] = Caller(base=base, token=secret, name=full_name)
    return Cast(organisation=organisation, **callers)
