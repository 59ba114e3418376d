"""``python -m colophon.stack up`` starts everything on this machine; Ctrl-C stops it.

``python -m colophon.stack provision`` makes roles and databases on the server that
COLOPHON_ADMIN_URL names, once, before the first migration.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys

from colophon.settings import env as environment
from colophon.stack import parts
from colophon.stack.notice import Notice
from colophon.stack.roles import Keyring, provision
from colophon.stack.supervisor import Stack
from kernel.errors import ColophonError


def main(argv: list[str] | None = None) -> int:
    """Run one of the two commands; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m colophon.stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start every part and watch them")
    up.add_argument("--port", type=int, default=8000, help="of the pages; media take the next one")
    up.add_argument("--parts", default=",".join(parts.NAMES), help="which parts, by name")
    up.add_argument("--demo", action="store_true", help="seed an empty database with TEST people")
    make = commands.add_parser("provision", help="make roles and databases on a server")
    make.add_argument(
        "--user",
        action="append",
        default=[],
        metavar="PROCESS=UID",
        help="give a process's folder of secrets to the user it runs as; needs root",
    )
    # What `up` does not know goes to `manage.py found`: --organisation, --operator, ...
    told, rest = parser.parse_known_args(argv)
    if rest and told.command != "up":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        if told.command == "up":
            names = told.parts.split(",")
            return _up(told.port, names=names, demo=told.demo, options=rest)
        return _provision(dict(one.split("=", 1) for one in told.user))
    except ColophonError as error:
        sys.stderr.write(f"{error} {error.remedy.format(**error.facts)}\n")
        return 2
    except KeyboardInterrupt:
        return 130


def _up(port: int, *, names: list[str], demo: bool, options: list[str]) -> int:
    # A shell starts what it runs in the background with Ctrl-C ignored, and all that inherits it
    # from there: `make test &` for one. Whoever sends it to us means us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    notice = Notice()
    if demo:  # its works are seeded through the same API, which would wait for every decision
        os.environ.setdefault("COLOPHON_GRACE_SECONDS", "0")
    home = environment.read().home
    try:
        with notice.taken(), Stack(home, names=names, port=port, notice=notice) as stack:
            sys.stdout.write(f"Colophon answers at {stack.origin} (logs: {stack.logs})\n")
            sys.stdout.flush()
            _first_people(stack, demo=demo, options=options)
            notice.wait()
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")
    return 0


def _first_people(stack: Stack, *, demo: bool, options: list[str]) -> None:
    """On an empty database: TEST people and works, or the questions of `manage.py found`."""
    manage = [sys.executable, str(environment.ROOT / "manage.py"), "found", *options]
    seed = [sys.executable, "-m", "colophon.demo.people"]
    if stack.notice.run(seed if demo else manage, env=stack.env("web")):
        sys.stderr.write("No organisation was founded; start again with the options named.\n")


def _provision(users: dict[str, str]) -> int:
    told = environment.read()
    for name, value in (
        ("COLOPHON_ADMIN_URL", told.admin_url),
        ("COLOPHON_SECRETS", told.secrets),
        ("DATABASE_URL", os.environ.get("DATABASE_URL")),
    ):
        if not value:
            raise environment.BadSetting(name=name, value="", why="provisioning needs it")
    keyring = Keyring(root=told.secrets_folder)
    place = environment.database(os.environ["DATABASE_URL"])
    provision(told.admin_url, keyring=keyring, database=place.name)
    keyring.root.chmod(0o711)  # each finds its own folder, nobody lists the others
    for process, uid in users.items():
        folder = keyring.folder(process)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, int(uid), -1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
