"""What the sealer and the publisher refuse."""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class NotSignable(Refused):
    code = "not_signable"
    status = 409
    says = msgid("Release {release} cannot be sealed: {why}.")
    remedy = msgid("Only a release with a clearance in force can be sealed.")


class OtherPacks(Refused):
    code = "other_packs"
    status = 409
    says = msgid(
        "The clearance was given under other packs ({cleared}) than the sealer's ({held})."
    )
    remedy = msgid("Ask for release again; it is then judged by the packs in force.")


class LayerMissing(Refused):
    code = "layer_missing"
    status = 409
    says = msgid("Read back from the file, this layer is missing: {layer}.")
    remedy = msgid("Nothing was published. Tell the operator; the release can be sealed again.")


class NotSealed(Refused):
    code = "not_sealed"
    status = 409
    says = msgid("This release is {state}; only a sealed one can be published.")
    remedy = msgid("Wait until its page shows the seal.")


class StoreAltered(Fault):
    code = "store_altered"
    says = msgid("The stored bytes of {sha256} are not the bytes of that name.")
