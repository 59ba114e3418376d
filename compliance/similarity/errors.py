"""What can be wrong with a match index. A check that meets one of these answers `unsure`."""

from __future__ import annotations

from kernel.errors import Fault
from kernel.words import msgid


class DamagedFingerprint(Fault):
    code = "damaged_fingerprint"
    says = msgid("A stored {kind} fingerprint is damaged or was made by another version.")
    remedy = msgid("Make the fingerprints of the work again.")


class IndexTooLarge(Fault):
    code = "index_too_large"
    says = msgid("This kind of index holds at most {most} tokens.")
    remedy = msgid("Split the catalogue over several indexes.")
