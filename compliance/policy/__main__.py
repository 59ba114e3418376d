"""``python -m compliance.policy``: the table of clauses; ``--write FILE`` puts it into a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compliance.policy.errors import PackError
from compliance.policy.pack import load
from compliance.policy.table import placed, table


def main() -> int:
    """Print the table or write it; 2 if a pack cannot be read or the page has no place for it."""
    parser = argparse.ArgumentParser(prog="python -m compliance.policy", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this page")
    page: Path | None = parser.parse_args().write
    try:
        clauses = table(load())
        if page is None:
            sys.stdout.write(f"{clauses}\n")
        else:
            page.write_text(
                placed(clauses, page=page.read_text(encoding="utf-8")), encoding="utf-8"
            )
    except PackError as error:
        sys.stderr.write(f"{error} {error.remedy.format(**error.facts)}\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
