"""From what a clearance asks for to what marking is told to write."""

from __future__ import annotations

from colophon.publishing.models import Signable
from compliance.marking.recipe import Label, Recipe
from compliance.provenance.manifest import source_type
from generation.engine import Medium, Origin

CROPS = ("1:1", "4:5", "9:16")


def recipe_for(signable: Signable, *, payload: int) -> Recipe:
    """Return the recipe of a seal: labels, mark and metadata of every open destination together."""
    asked = signable.requirements
    origin = Origin(signable.origin)
    metadata = frozenset(asked["metadata"])
    medium = Medium(signable.medium)
    return Recipe(
        media_type=signable.media_type,
        labels=tuple(
            Label(
                key=one["key"],
                language=one["language"],
                text=one["text"],
                place=one["place"],
                height_permille=one["height_permille"],
            )
            for one in asked["labels"]
            if one["text"]
        ),
        mark=f"imperceptible.{medium}" in asked["marks"],
        payload=payload,
        aigc=_aigc(signable) if "tc260.aigc" in metadata else None,
        source_type=source_type(origin) if "iptc.source_type" in metadata else "",
        system=_system(signable, origin),
        crops=CROPS if any(one["key"] == "cropproof.image" for one in asked["labels"]) else (),
    )


def _aigc(signable: Signable) -> dict[str, str]:
    """The implicit label, seven keys in this order. Source: GB 45438-2025, Annex E."""
    return {
        "Label": "1",
        "ContentProducer": signable.provider_code,
        "ProduceID": str(signable.artifact_id),
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def _system(signable: Signable, origin: Origin) -> str:
    """Name and version of an AI system, where one took part in our own run."""
    if origin is not Origin.NEURAL or not signable.engine:
        return ""
    return f"{signable.engine} {signable.engine_version}"
