"""The invariants of ARCHITECTURE.md in plain words, and where each is a boundary."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.words import msgid

BOUNDARY = msgid("boundary")
SHOWN = msgid("shown, not a boundary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """One promise; ``local`` and ``server`` say whether something other than good habits keeps it."""

    number: int
    says: str
    held_by: str
    local: str
    server: str


GUARANTEES = (
    Guarantee(
        number=1,
        says=msgid("No sealed file exists without the clearance its rules require."),
        held_by=msgid("Constraints in the database, and the sealer's own reading."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=2,
        says=msgid("The signing key is used by the sealer alone."),
        held_by=msgid("A process and a login of its own. On a laptop one user owns every process."),
        local=SHOWN,
        server=BOUNDARY,
    ),
    Guarantee(
        number=3,
        says=msgid("A check that breaks, stops or cannot read is unsure, never passed."),
        held_by=msgid("The one function through which every check is asked."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=4,
        says=msgid("Author, reviewer and second person differ, and an approval binds the bytes."),
        held_by=msgid("Constraints in the database over people and SHA-256."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=5,
        says=msgid("The queue may lose everything: no work is lost, none is published twice."),
        held_by=msgid("The row in PostgreSQL, its lease and its fence."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=6,
        says=msgid("Every act has its event in the same transaction, and each is sequenced once."),
        held_by=msgid("One service per act, append-only tables, one sequencer."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=7,
        says=msgid("Erasing a person leaves every proof valid and nothing readable."),
        held_by=msgid("Leaves hold salted digests only; what they disclose can be deleted."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=8,
        says=msgid("What was exported is verified offline, with keys from outside the bundle."),
        held_by=msgid(
            "A witness with its own key. On a laptop the witness is ours, so it shows the form and "
            "protects from nobody."
        ),
        local=SHOWN,
        server=msgid("boundary with a witness outside"),
    ),
    Guarantee(
        number=9,
        says=msgid("Organisations never see, search or match each other's works."),
        held_by=msgid(
            "Row-level security. It is a second line against a forgotten filter, not against "
            "arbitrary SQL."
        ),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=10,
        says=msgid(
            "Bytes from people and models are read in a sandboxed child and shown elsewhere."
        ),
        held_by=msgid(
            "A child process with limits, and another origin for media. The level is in every finding."
        ),
        local=msgid("boundary where bubblewrap works, else limits only"),
        server=BOUNDARY,
    ),
    Guarantee(
        number=11,
        says=msgid("A label counts only if the exported bytes show it."),
        held_by=msgid("The sealer reads every layer back before a seal exists."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
    Guarantee(
        number=12,
        says=msgid("The same engine, parameters and seed give the same bytes."),
        held_by=msgid("The engines' versions; the record of a work says so, or says why not."),
        local=BOUNDARY,
        server=BOUNDARY,
    ),
)
