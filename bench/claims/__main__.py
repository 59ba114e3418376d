"""How fast the next case is claimed, and that nobody is given another's: ``python -m bench.claims``.

``[--reviewers 50] [--cases 100000] [--claims 100000] [--rate 50] [--paced 3000] [--bursts 20] [--json]``.
Three ways to ask, ours and the peer in turn, in one run:

* paced: ``--paced`` claims by all reviewers, who together ask ``--rate`` times a second (each about once
  a second, far more often than anybody can look at a case);
* a burst: all reviewers ask in the same instant, ``--bursts`` times;
* without pause, ours alone: everybody asks again at once, until ``--claims`` claims were made in all.

Ours is `releases.claiming.claim_next` in the tenant's transaction (row-level security, care, claim,
ledger event, commit); afterwards the case leaves the line, so that it moves on. The reviewers are
threads of five processes with a connection each. The peer: a table of bare rows and ``SELECT … FOR
UPDATE SKIP LOCKED; UPDATE``, no tenants, no people, no record. `claim_doubles` counts cases that two
people held at one time over all claims, from the rows afterwards.

The line is made by copying one real case past the triggers (`bench.claims.line`); claims go the real
way, under every trigger and constraint. No sequencer runs beside.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

from bench.claims.crowd import Pace, Tally, bare, ours, race
from bench.claims.line import doubles, people_and_cases, server

FLOOR_MS = 20.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=50.0, help="claims a second by all together")
    parser.add_argument("--paced", type=int, default=3000)
    parser.add_argument("--bursts", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    people = told.reviewers
    paced = Pace(people=people, each=max(1, told.paced // people), rate=told.rate)
    burst = Pace(people=people, each=told.bursts, together=True)
    before = people * (paced.each + burst.each + 3)
    rest = Pace(people=people, each=max(1, (told.claims - before) // people + 1))
    with server() as dsn:
        cases = max(told.cases, before + people * rest.each)
        house, crowd = people_and_cases(dsn, reviewers=people, cases=cases)
        mine, peer = ours(house, crowd), bare(dsn, cases)
        found: dict[str, Tally] = {}
        for name, pace in (("paced", paced), ("burst", burst)):
            found[f"{name} bare"] = race(peer, pace)
            found[f"{name} ours"] = race(mine, pace)
        found["full speed ours"] = race(mine, rest)
        twice, made = doubles(dsn)
    failed = bool(twice or any(one.errors or one.none for one in found.values()))
    if told.json:
        figure = {"ours": found["paced ours"].at(0.99), "peer": found["paced bare"].at(0.99)}
        figure |= {"ratio": round(figure["ours"] / figure["peer"], 2), "floor": FLOOR_MS}
        print(json.dumps({
            "next_claim_p99_ms": {**figure, "unit": "ms", "n": len(found["paced ours"].spent)},
            "claim_doubles": {"ours": twice, "floor": 0, "unit": "cases", "n": made},
        }))  # fmt: skip
        return int(failed)
    print(
        f"{people} reviewers, {cases} cases, {told.rate:g} claims/s; load {os.getloadavg()[0]:.1f}"
    )
    for name, one in found.items():
        speed = len(one.spent) / one.seconds if one.seconds else 0
        print(f"  {name:15} p50 {one.at(0.5):7.1f} ms  p99 {one.at(0.99):7.1f}  "
              f"worst {one.at(1):7.1f}  {speed:6.1f}/s  n {len(one.spent)}  "
              f"none {one.none}  errors {len(one.errors)}  {one.errors[:1]}")  # fmt: skip
    print(f"  doubles {twice} of {made} claims")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
