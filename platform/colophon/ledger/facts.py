"""What an event says in the clear."""

from __future__ import annotations

import base64
import json
from typing import Any

from colophon.ledger.models import Event


def facts_of(event: Event) -> dict[str, Any]:
    """Return what an event discloses, by name; a fact that was erased is not there."""
    found = {}
    for one in event.disclosure_set.all():
        raw = one.disclosure + "=" * (-len(one.disclosure) % 4)
        _, name, value = json.loads(base64.urlsafe_b64decode(raw))
        found[name] = value
    return found
