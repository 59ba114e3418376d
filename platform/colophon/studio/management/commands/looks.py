"""``manage.py looks``: make the small views that works lack, with progress."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from colophon.studio.looks import make_missing


class Command(BaseCommand):
    help = "Make the small views, colours and first lines that works lack. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=100_000, help="stop after so many works")

    def handle(self, *args: Any, **options: Any) -> None:
        made = broken = 0
        for number, (work, done) in enumerate(make_missing(options["most"]), start=1):
            made, broken = made + done, broken + (not done)
            if not done:
                self.stderr.write(f"{work}: its reader broke; it can be tried again")
            if number % 100 == 0:
                self.stdout.write(f"{number} looked at")
        self.stdout.write(f"{made} made, {broken} to be tried again")
