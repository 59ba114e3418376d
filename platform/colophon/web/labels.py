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
    "open": msgid("Open"),
    "accepted": msgid("Accepted"),
    "rejected": msgid("Rejected"),
    "lapsed": msgid("Lapsed"),
    "recalled": msgid("Called back"),
    "filed": msgid("Waits to be heard"),
    "upheld": msgid("Refusal stands"),
    "overturned": msgid("Refusal overturned"),
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
    "board": msgid("Board"),
    "person": msgid("Person"),
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
    "replace": msgid("Another reviewer"),
    "recall": msgid("Call back"),
}
MARKS: Mapping[str, str] = {
    "confirmed": msgid("Confirmed"),
    "deconfirmed": msgid("Deconfirmed"),
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
LEVELS: Mapping[str, str] = {
    "isolated": msgid("isolated"),
    "limited": msgid("limited"),
}
CATALOGUES: Mapping[str, str] = {"own": msgid("our own catalogue")}
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
ACTS: Mapping[str, str] = {
    "submit": msgid("Submit prompts"),
    "bring_in": msgid("Bring works in"),
    "request_release": msgid("Ask for release"),
    "see_works": msgid("See works and the record"),
    "review": msgid("Decide as a reviewer"),
    "approve_second": msgid("Confirm as a second person"),
    "bring_back": msgid("Bring cases back into review"),
    "hear_appeal": msgid("Hear appeals"),
    "publish": msgid("Publish works of others"),
    "withdraw": msgid("Withdraw publications"),
    "cut_evidence": msgid("Cut evidence bundles"),
    "register_work": msgid("Register works and licences"),
    "keep_rules": msgid("Keep word banks and rules"),
    "invite": msgid("Invite people"),
    "see_admin": msgid("See administration"),
    "change_people": msgid("Propose changes of people"),
    "agree_people": msgid("Agree to changes of people"),
    "agree_rules": msgid("Agree to changes of rules and quotas"),
    "switch_engines": msgid("Switch engines off and on"),
    "change_organisation": msgid("Change the organisation"),
    "set_quotas": msgid("Set quotas"),
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
PARAMETERS: Mapping[str, str] = {
    "width": msgid("Width"),
    "height": msgid("Height"),
    "detail": msgid("Detail"),
    "language": msgid("Language"),
    "length": msgid("Length"),
    "tone": msgid("Tone"),
}
"""Names of parameters that many engines share; any other stands as its engine has it."""
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
FIELDS: Mapping[str, str] = {
    "name": msgid("name"),
    "description": msgid("description"),
    "sharing": msgid("who sees it"),
    "cover_id": msgid("cover"),
    "destinations": msgid("destinations"),
    "purpose": msgid("purpose"),
    "private": msgid("who sees it"),
    "brief": msgid("style guide"),
    "glossary": msgid("glossary"),
    "themes": msgid("theme"),
    "protected_labels": msgid("protected labels"),
    "roles": msgid("roles"),
    "active": msgid("may come in"),
    "email": msgid("e-mail address"),
    "team": msgid("team"),
    "bank": msgid("word bank"),
    "version": msgid("version"),
    "terms": msgid("terms in force"),
    "add": msgid("terms to add"),
    "withdraw": msgid("terms to withdraw"),
    "scope": msgid("quota of"),
    "subject": msgid("whose"),
    "jobs": msgid("jobs a month"),
    "seconds": msgid("engine seconds a month"),
    "operator_name": msgid("operator name"),
    "provider_code": msgid("provider code"),
    "filing_number": msgid("filing number"),
    "languages": msgid("languages"),
}
PARTS: Mapping[str, str] = {
    "owner": msgid("owner"),
    "maker": msgid("maker"),
    "viewer": msgid("viewer"),
}
SHARING: Mapping[str, str] = {
    "private": msgid("private"),
    "team": msgid("my team"),
    "public": msgid("the organisation"),
}
WISHES: Mapping[str, str] = {
    "open": msgid("waits for another person"),
    "done": msgid("moved"),
    "rejected": msgid("rejected"),
    "withdrawn": msgid("taken back"),
}
KINDS_OF_VALUE: Mapping[str, str] = {
    "text": msgid("text"),
    "choice": msgid("choice"),
    "number": msgid("number"),
}
