#!/usr/bin/env python
"""Django's commands, in a bare clone as well as installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# Index 1 keeps the script's own folder first. platform/ is a source root and never a package.
sys.path[1:1] = [str(ROOT / "platform")]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colophon.settings.local")
    from django.core.management import execute_from_command_line

    from kernel.errors import ColophonError

    try:
        execute_from_command_line(sys.argv)
    except ColophonError as error:
        sys.exit(f"{error} {error.remedy}")


if __name__ == "__main__":
    main()
