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


class Overruled(Refused):
    code = "overruled"
    status = 403
    says = msgid("An appeal brought this publication back against your withdrawal.")
    remedy = msgid("Another person may take it back.")


class NotSoMuch(Refused):
    code = "not_so_much"
    status = 422
    says = msgid(
        "It is published for {held}; it can be restricted from some of these, not from {asked}."
    )
    remedy = msgid("Choose some of its destinations, or withdraw it from all.")


class NothingTaken(Refused):
    code = "nothing_taken"
    status = 409
    says = msgid("There is no withdrawal to appeal against: the release is {state}.")
    remedy = msgid("Look at the page of the work; it says how it stands.")


class AskedAnew(Refused):
    code = "asked_anew"
    status = 409
    says = msgid("Its author has asked for the release of this work anew; that request decides.")
    remedy = msgid("Follow the newer request; the withdrawal of the older one stays.")


class NotItsAuthor(Refused):
    code = "not_its_author"
    status = 403
    says = msgid("Only the author of a publication appeals against its withdrawal.")
    remedy = msgid("Ask the author; the page of the work names them.")


class ComplaintHeard(Refused):
    code = "complaint_heard"
    status = 409
    says = msgid("This withdrawal was appealed already; the appeal is {state}.")
    remedy = msgid("Bring in a new version and ask for its release.")


class TookItBack(Refused):
    code = "took_it_back"
    status = 403
    says = msgid(
        "You cannot hear this appeal: you are its author, took the publication back, or declared an "
        "interest in the project."
    )
    remedy = msgid("Somebody who had no part in it hears it.")


class StoreAltered(Fault):
    code = "store_altered"
    says = msgid("The stored bytes of {sha256} are not the bytes of that name.")
