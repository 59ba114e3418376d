"""The words for what the tables call by short names. Each is a msgid; templates translate them."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.words import msgid

STATES: Mapping[str, str] = {
    "draft": msgid("Draft"),
    "checking": msgid("Being checked"),
    "queued": msgid("Queued"),
    "running": msgid("Running"),
    "done": msgid("Done"),
    "failed": msgid("Failed"),
    "cancelled": msgid("Cancelled"),
    "requested": msgid("Requested"),
    "in_review": msgid("In review"),
    "second_review": msgid("Second review"),
    "escalated": msgid("Escalated"),
    "held": msgid("Held"),
    "returned": msgid("Returned"),
    "refused": msgid("Refused"),
    "appealed": msgid("Appealed"),
    "withdrawn_by_author": msgid("Taken back by the author"),
    "superseded_by": msgid("Replaced"),
    "cleared": msgid("Cleared"),
    "sealing": msgid("Being sealed"),
    "seal_held": msgid("Seal waits"),
    "seal_failed": msgid("Seal failed"),
    "sealed": msgid("Sealed"),
    "published": msgid("Published"),
    "restricted": msgid("Restricted"),
    "superseded": msgid("Superseded"),
    "withdrawn": msgid("Withdrawn"),
    "pending": msgid("Can be undone"),
    "effective": msgid("In effect"),
    "undone": msgid("Undone"),
    "recalled": msgid("Called back"),
}
ORIGINS: Mapping[str, str] = {
    "procedural": msgid("procedural"),
    "neural": msgid("neural"),
    "edited": msgid("edited"),
    "composite": msgid("composite"),
    "human": msgid("human"),
}
UNCLEARED: Mapping[str, str] = {
    "procedural": msgid("Generated · not cleared"),
    "neural": msgid("AI generated · not cleared"),
    "edited": msgid("AI edited · not cleared"),
    "composite": msgid("Partly AI · not cleared"),
    "human": msgid("Not cleared"),
}
ANSWERS: Mapping[str, str] = {
    "passed": msgid("Passed"),
    "failed": msgid("Failed"),
    "unsure": msgid("Unsure"),
    "met": msgid("Met"),
    "pending": msgid("Pending"),
    "not_met": msgid("Not met"),
    "stops": msgid("Stops"),
    "done": msgid("Done"),
    "sealed": msgid("Sealed"),
    "present": msgid("Present"),
    "not_covered": msgid("Not covered"),
}
SEVERITIES: Mapping[str, str] = {
    "info": msgid("note"),
    "weak": msgid("weak"),
    "match": msgid("match"),
    "strong": msgid("strong"),
}
DESTINATIONS: Mapping[str, str] = {
    "CN": msgid("China"),
    "EU": msgid("European Union"),
    "US-CA": msgid("California"),
}
KINDS: Mapping[str, str] = {
    "work": msgid("Work"),
    "case": msgid("Case"),
    "prompt": msgid("Prompt"),
    "project": msgid("Project"),
}
MEDIA: Mapping[str, str] = {
    "text": msgid("Text"),
    "image": msgid("Picture"),
    "video": msgid("Video"),
    "music": msgid("Music"),
    "speech": msgid("Speech"),
}
RISKS: Mapping[str, str] = {
    "high": msgid("High risk"),
    "medium": msgid("Medium risk"),
    "low": msgid("Low risk"),
}
CERTAINTIES: Mapping[str, str] = {
    "primary": msgid("read at the source"),
    "secondary": msgid("read in a source that quotes it"),
    "unchecked": msgid("not checked against a source"),
    "house": msgid("a rule of this house"),
}
CHECKS: Mapping[str, str] = {
    "text_overlap": msgid("Registered texts"),
    "image_overlap": msgid("Registered pictures"),
    "word_bank": msgid("Word bank"),
    "personal_data": msgid("Personal data"),
    "file_sanity": msgid("File sanity"),
    "input_rights": msgid("Input rights"),
}
SUBJECTS: Mapping[str, str] = {
    "prompt": msgid("of the prompt"),
    "input": msgid("of an input"),
    "artifact": msgid("of the work"),
}
VERDICTS: Mapping[str, str] = {
    "approve": msgid("Approve"),
    "confirm": msgid("Confirm"),
    "return": msgid("Return"),
    "refuse": msgid("Refuse"),
    "escalate": msgid("Escalate"),
    "hold": msgid("Hold"),
    "send_back": msgid("Send back"),
}
LAYERS: Mapping[str, str] = {
    "imperceptible": msgid("Hidden mark"),
    "visible": msgid("Label visible on the file"),
    "text_label": msgid("Label line at the head of the text"),
    "metadata.aigc": msgid("Metadata label of China (TC260 AIGC)"),
    "metadata.iptc": msgid("Metadata: digital source type (IPTC)"),
    "c2pa": msgid("Signed, and the signature holds"),
    "timestamp": msgid("Time-stamped"),
}
PLACES: Mapping[str, str] = {
    "top-right": msgid("top right"),
    "top-left": msgid("top left"),
    "bottom-right": msgid("bottom right"),
    "bottom-left": msgid("bottom left"),
    "start": msgid("at the start"),
    "middle": msgid("in the middle"),
    "end": msgid("at the end"),
}
LANGUAGES: Mapping[str, str] = {
    "en": msgid("English"),
    "zh": msgid("Chinese"),
    "de": msgid("German"),
    "fr": msgid("French"),
}
BASES: Mapping[str, str] = {
    "own": msgid("our own"),
    "licensed": msgid("licensed"),
    "public_domain": msgid("public domain"),
}
USES: Mapping[str, str] = {
    "reference": msgid("as a reference"),
    "image-to-image": msgid("picture to picture"),
    "text-to-text": msgid("text to text"),
    "parent": msgid("to be edited"),
}
ROLES: Mapping[str, str] = {
    "author": msgid("author"),
    "reviewer": msgid("reviewer"),
    "approver": msgid("approver"),
    "escalation_reviewer": msgid("escalation reviewer"),
    "auditor": msgid("auditor"),
    "right_holder": msgid("right holder"),
    "administrator": msgid("administrator"),
    "operator": msgid("operator"),
    "rule_keeper": msgid("rule keeper"),
}
EVENTS: Mapping[str, str] = {
    "organisation.founded": msgid("Organisation founded"),
    "person.joined": msgid("A person joined"),
    "person.invited": msgid("A person was invited"),
    "invitation.renewed": msgid("Invitation sent anew"),
    "invitation.withdrawn": msgid("Invitation withdrawn"),
    "person.renamed": msgid("A person changed their name"),
    "password.changed": msgid("Password changed"),
    "sessions.ended": msgid("Signed out everywhere"),
    "token.issued": msgid("API token issued"),
    "token.revoked": msgid("API token revoked"),
    "work.registered": msgid("Work registered"),
    "term.banned": msgid("Term banned"),
    "prompt.written": msgid("Prompt written"),
    "job.submitted": msgid("Submitted"),
    "job.refused": msgid("Refused before any engine ran"),
    "job.started": msgid("Engine started"),
    "job.finished": msgid("Engine finished"),
    "job.failed": msgid("Engine failed"),
    "job.cancelled": msgid("Cancelled"),
    "job.requeued": msgid("Queued again"),
    "batch.submitted": msgid("Several jobs submitted"),
    "quota.set": msgid("Quota set"),
    "contribution.recorded": msgid("Human contribution recorded"),
    "artifact.made": msgid("Made"),
    "artifact.brought_in": msgid("Brought in"),
    "artifact.assessed": msgid("Checked"),
    "artifact.downloaded": msgid("Downloaded"),
    "artifact.tagged": msgid("Tags changed"),
    "release.requested": msgid("Release asked for"),
    "release.blocked": msgid("Destination blocked"),
    "release.routed": msgid("Moved on"),
    "review.claimed": msgid("Claimed"),
    "review.lapsed": msgid("Claim ran out"),
    "review.left": msgid("Left"),
    "review.returned_to_queue": msgid("Skipped"),
    "decision.entered": msgid("Decided, not yet in effect"),
    "decision.undone": msgid("Decision undone"),
    "review.moved": msgid("Moved to another queue"),
    "review.brought_back": msgid("Brought back into review"),
    "queue.changed": msgid("Queue changed"),
    "routing.changed": msgid("Routing rules changed"),
    "decision.made": msgid("Decided"),
    "release.cleared": msgid("Cleared"),
    "release.refused": msgid("Refused"),
    "release.returned": msgid("Returned"),
    "release.withdrawn": msgid("Taken back"),
    "release.sealing": msgid("Sealing began"),
    "release.sealed": msgid("Sealed"),
    "release.seal_held": msgid("Seal waits"),
    "release.seal_failed": msgid("Seal failed"),
    "release.published": msgid("Published"),
    "publication.withdrawn": msgid("Withdrawn"),
    "evidence.cut": msgid("Evidence bundle cut"),
    "sealer.refused": msgid("The sealer refused"),
}
EVENT_DETAILS: Mapping[str, str] = {
    "person.joined": msgid("{person}."),
    "person.invited": msgid("By {by}."),
    "person.renamed": msgid("{person}."),
    "password.changed": msgid("{person}."),
    "sessions.ended": msgid("{person}: {count}."),
    "token.issued": msgid("{person}: {label}"),
    "token.revoked": msgid("{person}."),
    "invitation.renewed": msgid("By {by}."),
    "invitation.withdrawn": msgid("By {by}."),
    "prompt.written": msgid("Version {number}, by {person}."),
    "job.submitted": msgid("By {person}, for the engine {engine}."),
    "job.refused": msgid("{clause} stopped it."),
    "job.started": msgid("Attempt {attempt}, {worker}."),
    "job.failed": msgid("{cause}"),
    "job.requeued": msgid("Attempt {attempt} ended: {cause}"),
    "artifact.made": msgid("{engine} {engine_version}, seed {seed}."),
    "artifact.brought_in": msgid("By {person}, made with {tool}; {ai_share} % AI declared."),
    "artifact.assessed": msgid("{passed} passed, {unsure} unsure, {failed} failed."),
    "release.requested": msgid("By {author}, for {destinations}."),
    "release.blocked": msgid("{destination}: {clauses}."),
    "release.routed": msgid("To: {to}."),
    "review.claimed": msgid("By {reviewer}."),
    "review.lapsed": msgid("It was held by {reviewer}."),
    "review.left": msgid("By {reviewer}, whose page was closed."),
    "review.returned_to_queue": msgid("By {reviewer}: {reason}"),
    "decision.entered": msgid("By {person}."),
    "decision.undone": msgid("By {by}."),
    "review.moved": msgid("By {reviewer}: {reason}"),
    "review.brought_back": msgid("{reason}"),
    "decision.made": msgid("{verdict} by {person}."),
    "release.cleared": msgid("For {destinations}. Author, reviewer and second person differ."),
    "release.refused": msgid("By {clause}: {reason}"),
    "release.returned": msgid("By {clause}: {reason}"),
    "release.sealed": msgid("{layers} layers, each read back from the file."),
    "release.seal_held": msgid("{cause}"),
    "release.seal_failed": msgid("{cause}"),
    "release.published": msgid("For {destinations}."),
    "publication.withdrawn": msgid("By {clause}: {reason}"),
    "sealer.refused": msgid("{cause}"),
}
LAYER_MISSING = msgid("not found in the file: {why}")
LAYER_SAYS: Mapping[str, str] = {
    "imperceptible": msgid("found by the detector in the exported file"),
    "visible": msgid("reads {texts}"),
    "text_label": msgid("reads {lines}"),
    "metadata.aigc": msgid("one label, its seven values read back"),
    "metadata.iptc": msgid("names how the work came to be"),
    "c2pa": msgid("C2PA, by the operator's sealer; the file is unchanged since"),
    "timestamp": msgid("by a time-stamp authority (RFC 3161)"),
}
MEANS: Mapping[str, str] = {
    "visible.text": msgid("the label line"),
    "visible.image": msgid("the visible label"),
    "cropproof.image": msgid("a label that outlives crops"),
    "imperceptible.text": msgid("a hidden mark in text"),
    "imperceptible.image": msgid("the hidden mark"),
    "tc260.aigc": msgid("the metadata label of China"),
    "iptc.source_type": msgid("the digital source type"),
    "ca.assistive": msgid("California's note on assistance"),
    "c2pa": msgid("the signature"),
    "rfc3161": msgid("the time-stamp"),
}
PURPOSES: Mapping[str, str] = {
    "general": msgid("general use"),
    "campaign": msgid("a campaign"),
    "advertising": msgid("advertising"),
    "public_interest": msgid("matters of public interest"),
    "deepfake": msgid("a deepfake"),
    "entertainment": msgid("entertainment"),
    "education": msgid("education"),
    "heritage": msgid("heritage"),
    "internal": msgid("internal use"),
}
UNIT: Mapping[str, str] = {"words": msgid("words"), "characters": msgid("characters")}
CHOICES: Mapping[str, str] = {
    "auto": msgid("automatic"),
    "en": msgid("English"),
    "zh": msgid("Chinese"),
    "short": msgid("short"),
    "long": msgid("long"),
    "warm": msgid("warm"),
    "lively": msgid("lively"),
    "formal": msgid("formal"),
    "plain": msgid("plain"),
}
SCOPES: Mapping[str, str] = {
    "person": msgid("person"),
    "team": msgid("team"),
    "project": msgid("project"),
}
UNITS: Mapping[str, str] = {"jobs": msgid("jobs"), "seconds": msgid("engine seconds")}
OPERATOR: Mapping[str, str] = {
    "name": msgid("operator name"),
    "provider_code": msgid("provider code"),
    "filing_number": msgid("filing number"),
}
