"""What provenance refuses, and what it reports as our failure.

* Refused
  - ManifestRefused       the manifest definition breaks our schema or names a person
* Fault
  - SigningFailed         the SDK or the key did not sign
  - TimestampUnavailable  the time-stamp authority gave no usable stamp
"""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class ManifestRefused(Refused):
    code = "manifest_refused"
    status = 422
    says = msgid("The manifest cannot say this: {why}.")
    remedy = msgid("Correct what the manifest is made from; nothing was signed.")


class SigningFailed(Fault):
    code = "signing_failed"
    says = msgid("The work could not be signed: {cause}.")


class TimestampUnavailable(Fault):
    code = "timestamp_unavailable"
    says = msgid("The time-stamp authority gave no stamp: {cause}.")
    remedy = msgid("The work is held and will be sealed when the authority answers again.")
