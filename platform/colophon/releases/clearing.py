"""Leave to seal, written from decisions in effect."""

from __future__ import annotations

from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.releases import judging, sampling, telling
from colophon.releases.conflicts import approval_of
from colophon.releases.models import Clearance, Decision, Release, Verdict
from compliance.policy.ruling import Ruling
from compliance.policy.stricter import LabelChange
from kernel.canonical import Json
from kernel.ids import new_id


def clear(*, release: Release, last: Decision, ruling: Ruling) -> Clearance:
    """Write the clearance and move the release to `cleared`, in the caller's transaction."""
    confirmed = last.verdict == Verdict.CONFIRM
    found = approval_of(release) if confirmed else last
    assert found is not None  # noqa: S101  a second review begins with an approval in effect
    first, second = found, last if confirmed else None
    # The second person confirms the labels as the first one asked for them.
    ruling = judging.relabel(ruling, LabelChange.of(first.labels or {}), work=release.artifact)
    clearance_id = new_id()
    facts: dict[str, Json] = {
        "clearance_id": str(clearance_id),
        "release_id": str(release.id),
        "destinations": list(ruling.open),
        "artifact_sha256": release.artifact_sha256,
        "packs_digest": release.packs_digest,
        "author": str(release.author.ref),
        "reviewer": str(first.person.ref),
        "second": str(second.person.ref) if second else None,
    }
    event = record("release.cleared", About("release", release.id), facts)
    clearance = Clearance.objects.create(
        id=clearance_id,
        release=release,
        artifact_id=release.artifact_id,
        artifact_sha256=release.artifact_sha256,
        packs_digest=release.packs_digest,
        persons=release.persons,
        destinations=list(ruling.open),
        requirements=judging.requirements(ruling),
        author_id=release.author_id,
        reviewer_id=first.person_id,
        first=first,
        second=second,
        second_person_id=second.person_id if second else None,
        second_verdict=Verdict.CONFIRM if second else None,
        event_id=event.event_id,
    )
    move(
        release,
        "cleared",
        by=Actor.person(last.person.ref),
        event="release.routed",
        facts={"to": "cleared"},
    )
    telling.tell_cleared(release)
    sampling.maybe_draw(clearance)
    return clearance
