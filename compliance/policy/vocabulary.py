"""The names a pack may use. Any other name stops the start: a typo must not free a work."""

from __future__ import annotations

# A name with a point says after it which medium it is for; it counts for no other medium.
LABELS = frozenset(
    {
        "visible.text",
        "visible.image",
        "visible.video",
        "audible.music",
        "audible.speech",
        "cropproof.image",
    }
)
"""What people see or hear. ``cropproof.image``: still there after crops to 1:1, 4:5 and 9:16."""

MARKS = frozenset(
    {
        "imperceptible.text",
        "imperceptible.image",
        "imperceptible.video",
        "imperceptible.music",
        "imperceptible.speech",
    }
)
METADATA = frozenset({"tc260.aigc", "iptc.source_type", "ca.assistive"})
SIGNATURES = frozenset({"c2pa"})
TIMESTAMPS = frozenset({"rfc3161"})

ROLES = frozenset({"reviewer", "approver", "escalation_reviewer"})
"""The roles that decide on a release; the same strings as `colophon.accounts.roles.Role`."""

OPERATOR = frozenset({"name", "provider_code", "filing_number"})

PLACES = {
    "text": ("start", "middle", "end"),
    "image": ("top-right", "top-left", "bottom-right", "bottom-left"),
    "video": ("top-right", "top-left", "bottom-right", "bottom-left"),
    "music": ("start", "middle", "end"),
    "speech": ("start", "middle", "end"),
}
"""Places of a label per medium, the one we prefer first."""

PURPOSES = frozenset(
    {
        "general",
        "campaign",
        "advertising",
        "public_interest",
        "deepfake",
        "entertainment",
        "education",
        "heritage",
        "internal",
    }
)
"""What a work is for. A purpose that is not here counts as not stated: every clause that asks for
a purpose then binds."""


def has_words(label: str) -> bool:
    """Tell whether a label carries a text of its own, or is a quality of one that does."""
    return label.startswith(("visible.", "audible."))


def has_height(label: str) -> bool:
    """Tell whether the letters of a label are measured against a picture; a line of text has none."""
    return label in ("visible.image", "visible.video", "cropproof.image")


def is_for(name: str, *, medium: str) -> bool:
    """Tell whether a label or mark counts for ``medium``: the part after the point says so."""
    return name.rpartition(".")[2] == medium
