"""``python -m compliance.policy``: the table of clauses, as it stands in docs/policies.md."""

from __future__ import annotations

import sys

from compliance.policy.errors import PackError
from compliance.policy.pack import load
from compliance.policy.table import table


def main() -> int:
    try:
        packs = load()
    except PackError as error:
        print(error, error.remedy.format(**error.facts), file=sys.stderr)  # noqa: T201
        return 2
    print(table(packs))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
