"""``python -m bench.archive --home FOLDER [--scale 0.1]``: make the archive, or say what it holds."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var/archive"))
    parser.add_argument("--scale", type=float, default=0.1, help="1 is a million works")
    told = parser.parse_args()
    from bench.archive.database import opened

    began = time.monotonic()
    with opened(told.home, filling=True) as stack:
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        from bench.archive import seeding

        up = time.monotonic()
        print(f"PostgreSQL up and migrated in {up - began:.1f} s")
        counts = seeding.seed(stack.admin, scale=told.scale, says=print)
        print(f"seeded in {time.monotonic() - up:.1f} s")
        for name, number in counts.items():
            print(f"  {name:24} {number:>12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
