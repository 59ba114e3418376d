"""Plant golden items, take answers to them, take them back.

Their events are about the item, not about its release, so that the history on the page of the case
does not give it away.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.releases import errors, judging
from colophon.releases.deciding import Opinion, check_opinion
from colophon.releases.golden import ANSWERS, GoldenAnswer, GoldenItem
from colophon.releases.holds import end_claim
from colophon.releases.models import Release
from colophon.releases.services import checked_destinations, put_up
from colophon.releases.settling import take_row
from colophon.studio.models import Artifact, Assessment, Finding
from kernel.canonical import Json
from kernel.errors import BadInput
from kernel.ids import new_id

LONGEST = 1000


@transaction.atomic
def plant(
    *,
    by: Person,
    artifact: Artifact,
    destinations: Sequence[str],
    verdict: str,
    clause: str = "",
    note: str = "",
) -> GoldenItem:
    """Mix a copy of ``artifact`` into the line, with the answer that is right.

    It has the bytes, findings and author of the work it is a copy of, and is in no gallery. It is
    never published: the database refuses it a decision and a clearance.

    Raises `NotAllowed`, `NotAssessed`, `BadInput`.
    """
    demand(by, Act.KEEP_RULES)
    if verdict not in ANSWERS:
        raise BadInput(field="verdict", value=verdict[:20], why=f"known: {', '.join(ANSWERS)}")
    if verdict != "approve" and not clause.strip():
        raise BadInput(field="clause", value="", why="a return or refusal names its clause")
    if len(note) > LONGEST or len(clause) > 80:
        raise BadInput(field="note", value=note[:40], why=f"at most {LONGEST} characters")
    wanted = checked_destinations(destinations)
    copy = _copy(artifact)
    ruling = judging.ruling_for(copy, destinations=wanted, purpose=artifact.project.purpose)
    release = Release.objects.create(
        state="requested",
        artifact=copy,
        artifact_sha256=copy.sha256,
        author=copy.author,
        purpose=artifact.project.purpose,
        packs_digest=ruling.digest,
        persons=ruling.persons,
        ruling=judging.plainly(ruling),
    )
    item = GoldenItem.objects.create(
        release=release, verdict=verdict, clause=clause.strip(), note=note.strip(), planted_by=by
    )
    facts: dict[str, Json] = {
        "person": pseudonym(by),
        "release_id": str(release.pk),
        "copy_of": str(artifact.pk),
        "verdict": verdict,
        "clause": item.clause,
    }
    record("golden.planted", About("golden", release.pk), facts)
    put_up(release, wanted=wanted, ruling=ruling)
    return item


def golden_of(release: Release) -> GoldenItem | None:
    """Return the golden item that a release is, or none."""
    return GoldenItem.objects.filter(release=release).first()


@transaction.atomic
def answer(*, by: Person, release: Release, opinion: Opinion) -> GoldenAnswer:
    """Take what a reviewer says of a golden item; the case stays in the line for others.

    Right is the known verdict, and where it names a clause, that clause.

    Raises what deciding raises: `NotClaimed`, `OtherBytes`, `ReasonMissing`, `WrongVerdict`.
    """
    take_row(release)
    item = GoldenItem.objects.get(release=release)
    check_opinion(release, opinion)
    end_claim(by, release)
    right = opinion.verdict == item.verdict and (
        not item.clause or item.verdict == "approve" or opinion.clause == item.clause
    )
    given = GoldenAnswer.objects.create(
        golden=item, person=by, verdict=opinion.verdict, clause=opinion.clause[:80], right=right
    )
    facts: dict[str, Json] = {
        "reviewer": pseudonym(by),
        "release_id": str(release.pk),
        "verdict": str(opinion.verdict),
        "clause": opinion.clause,
        "right": right,
    }
    record("golden.answered", About("golden", release.pk), facts)
    return given


@transaction.atomic
def take_back(*, by: Person, release: Release) -> None:
    """Take a golden item out of the line; its answers stay. Raises `NotAllowed`, `NotWaiting`."""
    demand(by, Act.KEEP_RULES)
    take_row(release)
    item = golden_of(release)
    if item is None or release.state != "in_review":
        raise errors.NotWaiting(state=release.state)
    facts: dict[str, Json] = {"person": pseudonym(by)}
    move(
        release,
        "withdrawn_by_author",
        by=Actor.person(by.ref),
        event="golden.taken_back",
        about=About("golden", release.pk),
        facts=facts,
    )


def _copy(artifact: Artifact) -> Artifact:
    """Return a work with the same bytes and findings, and a life of its own."""
    held = Assessment.objects.filter(artifact=artifact).first()
    if held is None:
        raise errors.NotAssessed()
    copy = Artifact.objects.create(
        project=artifact.project,
        author=artifact.author,
        title=artifact.title,
        sha256=artifact.sha256,
        size=artifact.size,
        media_type=artifact.media_type,
        medium=artifact.medium,
        origin=artifact.origin,
        engine=artifact.engine,
        engine_version=artifact.engine_version,
        record=artifact.record,
        tool=artifact.tool,
        ai_share_permille=artifact.ai_share_permille,
        inbound=artifact.inbound,
    )
    again = Assessment.objects.create(
        artifact=copy, not_asked=held.not_asked, findings_sha256=held.findings_sha256
    )
    rows = Finding.objects.filter(assessment=held).values()
    Finding.objects.bulk_create(
        Finding(**{**row, "id": new_id(), "assessment_id": again.pk}) for row in rows
    )
    return Artifact.objects.select_related("assessment", "project", "tenant", "author").get(
        pk=copy.pk
    )
