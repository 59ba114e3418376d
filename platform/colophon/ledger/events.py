"""Every kind of event and the facts it carries. Nothing else is ever written into the ledger.

All facts stand in salted disclosures; the leaf itself names only type, time and pseudonyms.
"""

from __future__ import annotations

_SUBJECT_FACTS: dict[str, tuple[str, str]] = {
    # type: (facts always there, facts there when they apply)
    "organisation.founded": ("name test", "provider_code filing_number"),
    "person.joined": ("person roles", "invited_by"),
    "person.invited": ("by roles", ""),
    "person.roles_changed": ("person before after by", ""),
    "person.activated": ("person by", ""),
    "person.deactivated": ("person by", ""),
    "proposal.made": ("kind person before after reason", ""),
    "proposal.accepted": ("kind person before after reason", ""),
    "proposal.rejected": ("kind person before after reason", ""),
    "proposal.withdrawn": ("person", ""),
    "proposal.lapsed": ("", ""),
    "invitation.renewed": ("by until", ""),
    "invitation.withdrawn": ("by", ""),
    "person.renamed": ("person", ""),
    "password.changed": ("person", ""),
    "sessions.ended": ("person count", ""),
    "token.issued": ("person label", "scope"),
    "token.revoked": ("person", ""),
    "work.registered": ("work_kind title right_holder sha256", ""),
    "licence.recorded": ("work_id person", "purposes destinations until"),
    "licence.ended": ("work_id person reason", ""),
    "term.banned": ("bank version word", "category"),
    "project.begun": ("person name team", "private destinations purpose"),
    "project.changed": ("person before after", ""),
    "project.archived": ("person", ""),
    "project.reopened": ("person", ""),
    "member.added": ("person member part", ""),
    "member.changed": ("person member before after", ""),
    "member.removed": ("person member part", ""),
    "board.begun": ("person name sharing", ""),
    "board.changed": ("person before after", ""),
    "board.filled": ("person works", ""),
    "board.emptied": ("person works", ""),
    "board.arranged": ("person work to", ""),
    "board.deleted": ("person name works", ""),
    "comment.written": ("person about audience text_sha256", ""),
    "comment.edited": ("person before_sha256 after_sha256", ""),
    "comment.removed": ("person text_sha256", ""),
    "prompt.written": ("prompt_id number text_sha256 person", ""),
    "job.submitted": ("prompt_sha256 engine origin person", "retry_of rerun_of batch"),
    "job.refused": ("clause code person", "span prompt_sha256 input"),
    "job.started": ("attempt worker", ""),
    "job.finished": ("artifact_id attempt", "matched"),
    "job.failed": ("cause attempt", ""),
    "job.cancelled": ("by", ""),
    "job.requeued": ("attempt cause", ""),
    "batch.submitted": ("jobs engine person", ""),
    "quota.set": ("scope before after person", "subject"),
    "contribution.recorded": (
        "work person share_permille began ended what_sha256",
        "before tools",
    ),
    "artifact.made": (
        "sha256 media_type origin engine engine_version seed person",
        "parent model model_digest",
    ),
    "artifact.brought_in": (
        "sha256 media_type origin tool ai_share_permille person",
        "parent inbound_manifest",
    ),
    "artifact.assessed": ("passed failed unsure findings_sha256 checks as_of", ""),
    "artifact.downloaded": ("person sha256 cleared", ""),
    "artifact.tagged": ("person added removed", ""),
    "search.shared": ("person", ""),
    "search.unshared": ("person", ""),
    "release.requested": (
        "artifact_id artifact_sha256 destinations purpose packs_digest author",
        "",
    ),
    "release.blocked": ("destination clauses", ""),
    "release.routed": ("to", "clauses"),
    "review.claimed": ("reviewer until", ""),
    "review.lapsed": ("reviewer", ""),
    "review.left": ("reviewer", ""),
    "review.returned_to_queue": ("reviewer reason", "kind"),
    "review.moved": ("reviewer held wanted reason", ""),
    "review.brought_back": ("person reason held", ""),
    "queue.changed": ("person before after", "moved"),
    "routing.changed": ("person before after moved", ""),
    "decision.made": (
        "release_id verdict clause reason person role artifact_sha256",
        "decision_id",
    ),
    # Entered: it can still be undone, and the verdict is a digest of what decision.made will say.
    "decision.entered": ("release_id person due_at decision_sha256", ""),
    "decision.undone": ("release_id by", "cause"),
    "appeal.filed": ("appeal_id decision_id author due_at", ""),
    "appeal.upheld": ("appeal_id person reason", ""),
    "appeal.overturned": ("appeal_id person reason", ""),
    "appeal.lapsed": ("appeal_id", ""),
    "terms.changed": ("before after person", ""),
    "release.cleared": (
        "clearance_id release_id destinations artifact_sha256 packs_digest author reviewer",
        "second",
    ),
    "release.refused": ("clause reason", ""),
    "release.returned": ("reason", "clause"),
    "release.withdrawn": ("person", "reason"),
    "release.sealing": ("clearance_id attempt", ""),
    "release.sealed": (
        "seal_id reviewed_sha256 marked_sha256 sealed_sha256 manifest_sha256 layers",
        "timestamp",
    ),
    "release.seal_held": ("cause", ""),
    "release.seal_failed": ("cause", "layer"),
    "release.published": ("publication_id sealed_sha256 destinations", ""),
    "publication.withdrawn": ("publication_id clause reason person", ""),
    "evidence.cut": ("bundle_sha256 scope size person", ""),
    "sealer.refused": ("release_id cause", ""),
}

REQUIRED: dict[str, frozenset[str]] = {
    name: frozenset(always.split()) for name, (always, _) in _SUBJECT_FACTS.items()
}
ALLOWED: dict[str, frozenset[str]] = {
    name: frozenset(always.split()) | frozenset(sometimes.split())
    for name, (always, sometimes) in _SUBJECT_FACTS.items()
}
