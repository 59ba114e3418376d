"""What the ledger refuses."""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class NoTenant(Fault):
    code = "no_tenant"
    says = msgid("A row of a tenant was touched outside of any tenant's context.")


class IllegalMove(Refused):
    code = "illegal_move"
    status = 409
    says = msgid("This {kind} is {held}; it cannot become {wanted} from there.")
    remedy = msgid("Reload it: someone may already have acted on it.")


class StaleState(Refused):
    code = "stale_state"
    status = 409
    says = msgid("This {kind} changed while you were deciding; it is no longer {held}.")
    remedy = msgid("Reload it and decide again.")
