"""``manage.py found``: the first organisation and its administrator, on an empty database."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from colophon.accounts import services
from colophon.accounts.models import Team
from colophon.accounts.roles import Role
from colophon.ledger.tenancy import tenant
from kernel.errors import Refused

QUESTIONS = {
    "organisation": "Name of the organisation",
    "operator": "Name of the operator, as labels and manifests will show it",
    "team": "Name of the first team",
    "languages": "Languages of its people, separated by commas (en, zh-hans)",
    "email": "E-mail address of the first administrator",
    "name": "Name of the first administrator",
}


class Command(BaseCommand):
    help = "Found the first organisation; does nothing where one exists."

    def add_arguments(self, parser: CommandParser) -> None:
        for option, question in QUESTIONS.items():
            parser.add_argument(f"--{option}", help=question)
        parser.add_argument(
            "--provider-code", default="", help="27 characters of GB 45438, or none"
        )
        parser.add_argument("--filing-number", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select accounts_founded()")
            if cursor.fetchone()[0]:
                return
        told = {name: options[name] or self._ask(name, QUESTIONS[name]) for name in QUESTIONS}
        password = self._password()
        try:
            self._found(told, options, password)
        except Refused as error:
            raise CommandError(f"{error} {error.remedy.format(**error.facts)}") from error
        self.stdout.write(f"{told['organisation']} is founded; sign in as {told['email']}.")

    def _ask(self, name: str, question: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"The database is empty: give --{name} ({question}).")
        answer = ""
        while not answer:
            answer = input(f"{question}: ").strip()
        return answer

    def _password(self) -> str:
        """Ask for a password at a terminal; elsewhere make one and show it this once."""
        if sys.stdin.isatty():
            return getpass.getpass("Password of the administrator (12 characters or more): ")
        made = secrets.token_urlsafe(15)
        self.stdout.write(f"Password of the administrator, shown this once: {made}")
        return made

    def _found(self, told: dict[str, str], options: dict[str, Any], password: str) -> None:
        languages = tuple(one.strip() for one in told["languages"].split(",") if one.strip())
        organisation = services.found(
            services.Founding(
                name=told["organisation"],
                operator_name=told["operator"],
                team=told["team"],
                languages=languages,
                provider_code=options["provider_code"],
                filing_number=options["filing_number"],
            )
        )
        with tenant(organisation.id):
            services.join(
                email=told["email"],
                name=told["name"],
                password=password,
                roles=[Role.ADMINISTRATOR, Role.RULE_KEEPER],
                team=Team.objects.get(),
                language=languages[0],
            )
