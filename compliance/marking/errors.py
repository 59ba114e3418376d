"""What marking refuses, and what it reports as our failure.

* Refused
  - CannotMark           the work cannot carry what the recipe asks (size, mode, broken file)
  - LabelNotSufficient   the label's wording or place does not say what the recipe needs
  - BadProviderCode      the operator's code for China does not verify
* Fault
  - MarkMissing          a layer we wrote is not in the bytes we exported
"""

from __future__ import annotations

from kernel.errors import Fault, Refused
from kernel.words import msgid


class CannotMark(Refused):
    code = "cannot_mark"
    status = 422
    says = msgid("This work cannot be marked: {why}.")
    remedy = msgid("Change the work as described and bring it in again.")


class LabelNotSufficient(Refused):
    code = "label_not_sufficient"
    status = 422
    says = msgid("The label “{text}” does not do: {why}.")
    remedy = msgid("Correct the wording or the place of the label in the settings.")


class BadProviderCode(Refused):
    code = "bad_provider_code"
    status = 422
    says = msgid("The provider code “{value}” does not verify: {why}.")
    remedy = msgid("Enter the 27-character code of the operator; it is never made up.")


class MarkMissing(Fault):
    code = "mark_missing"
    says = msgid("The exported file does not show the layer {layer}: {why}.")
    remedy = msgid("Nothing was published. Tell the operator; the layer has to be written again.")
