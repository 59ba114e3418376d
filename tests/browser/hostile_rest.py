"""The rest of the hostile house: what comes after a work was made, and the rules people keep."""

from __future__ import annotations

from typing import Any

REST = frozenset(
    {
        *("BannedTerm.word", "RegisteredWork.catalogue", "Licence.attribution"),
        *("LicenceEnd.reason", "Batch.title", "Batch.text", "PromptLabel.name", "LabelMove.label"),
        *("LabelMove.why", "Preset.name", "Preset.words", "Preview.text", "Transfer.name"),
        *("Appeal.answer", "Interest.relation", "CannedReason.text_en", "CannedReason.text_zh"),
        *("Queue.name_en", "Queue.name_zh", "Skip.reason", "Publication.title"),
        *("Withdrawal.clause", "Withdrawal.reason", "GoldenItem.note", "SecondLookAnswer.reason"),
        *("Complaint.words", "Complaint.news", "Complaint.answer"),
    }
)
MANY = 20
"""Rows of a list that shows them all at once."""


def through_the_api(story: Any, supply: Any, asked: list[Any]) -> None:
    """Publish one work and take it back, have an appeal heard, submit a grid."""
    from colophon.demo import scenario

    cast = story.cast
    made = scenario.publish(story, scenario.clear(story, asked[0]))
    cast.approver.post(
        f"/publications/{made['id']}/withdraw",
        {"clause": "house.review", "reason": supply.pack(1800)},
    )
    scenario.decide(
        cast.reviewer, asked[4], verdict="refuse", clause="house.review", reason=supply.pack(1800)
    )
    cast.author.post(
        f"/releases/{asked[4]['id']}/appeal", {"words": supply.pack(1000), "news": supply.pack(500)}
    )
    cast.author.post(
        "/batches",
        {
            "project": story.project,
            "engine": "house_scene",
            "prompt": f"a harbour by day {supply.pack(3000)}",
            "title": supply(),
            "parameters": {"width": 64, "height": 64},
            "rows": {"field": "words", "values": ["day", "night"]},
        },
    )


def as_rows(supply: Any, people: dict[str, Any]) -> None:
    """Plant what people write of rights, prompts, queues and decisions."""
    for person in people.values():
        person.refresh_from_db()  # two of them hold every role by now
    _of_rights(supply, people)
    _of_prompts(supply, people["author"])
    _of_the_line(supply, people)
    _of_what_was_decided(supply, people)


def _of_rights(supply: Any, people: dict[str, Any]) -> None:
    from colophon.rights.models import Licence, LicenceEnd, RegisteredWork
    from colophon.rules.models import BannedTerm

    keeper = people["keeper"]
    works = RegisteredWork.objects.bulk_create(
        RegisteredWork(
            title=supply(),
            right_holder=supply(),
            catalogue=supply(),
            media_type="text/plain",
            sha256=f"{at:064x}",
            size=1,
        )
        for at in range(MANY)
    )
    licences = Licence.objects.bulk_create(
        Licence(work=work, attribution=supply.pack(290), recorded_by=keeper) for work in works
    )
    LicenceEnd.objects.bulk_create(
        LicenceEnd(licence=one, reason=supply.pack(290), by=keeper) for one in licences[::2]
    )
    BannedTerm.objects.bulk_create(
        BannedTerm(bank="house.wordbank", version="1.0", word=f"{supply()} {at}", added_by=keeper)
        for at in range(MANY)
    )


def _of_prompts(supply: Any, author: Any) -> None:
    from colophon.studio.models import (
        Job,
        LabelMove,
        Preset,
        Preview,
        Prompt,
        PromptLabel,
        PromptVersion,
        Transfer,
    )

    for prompt in Prompt.objects.order_by("-pk")[:MANY]:
        version = PromptVersion.objects.filter(prompt=prompt).first()
        if version is None:
            continue
        PromptLabel.objects.create(prompt=prompt, name=supply(40), version=version)
        for state in ("done", "open"):
            LabelMove.objects.create(
                prompt=prompt,
                label=supply(40),
                version=version,
                why=supply.pack(290),
                by=author,
                state=state,
            )
    Preset.objects.bulk_create(
        Preset(
            name=f"{supply(70)} {at}",
            engine="house_scene",
            words=supply.pack(900),
            shared=bool(at % 2),
            owner=author,
            team=author.team,
        )
        for at in range(MANY)
    )
    Transfer.objects.bulk_create(
        Transfer(by=author, name=supply(), size=100, taken=50) for _ in range(MANY)
    )
    for job in Job.objects.filter(preview__isnull=True).order_by("-pk")[:3]:
        Preview.objects.create(job=job, text=supply.pack(30_000))


def _of_the_line(supply: Any, people: dict[str, Any]) -> None:
    from colophon.releases import interests, planting, reasons
    from colophon.releases.models import Queue, Release, Skip
    from colophon.studio.models import Artifact, Project

    keeper, reviewer = people["keeper"], people["reviewer"]
    Queue.objects.filter(is_default=True).update(name_en=supply(60), name_zh=supply(60))
    Queue.objects.bulk_create(
        Queue(name_en=f"{supply(50)} {at}", name_zh=supply(60), position=at) for at in range(3)
    )
    for _ in range(MANY):
        reasons.add(by=keeper, clause="", text_en=supply.pack(900), text_zh=supply.pack(900))
    for project in Project.objects.order_by("-at")[:MANY]:
        interests.declare(by=reviewer, person=reviewer, project=project, relation=supply())
    for release in Release.objects.all():
        Skip.objects.create(
            release=release, person=reviewer, kind="other", reason=supply.pack(1000)
        )
    work = (
        Artifact.objects.filter(assessment__isnull=False, job__isnull=True).order_by("pk").first()
    )
    planting.plant(
        by=keeper,
        artifact=work,
        destinations=["EU"],
        verdict="refuse",
        clause="house.review",
        note=supply.pack(1000),
    )


def _of_what_was_decided(supply: Any, people: dict[str, Any]) -> None:
    from colophon.publishing import complaining
    from colophon.publishing.models import Publication
    from colophon.releases import appealing
    from colophon.releases.models import Appeal, Clearance, SecondLook, SecondLookAnswer

    appeal = Appeal.objects.filter(state="filed").order_by("at").last()
    appealing.hear(
        by=people["approver"], appeal_id=appeal.pk, overturn=False, answer=supply.pack(1000)
    )
    publication = Publication.objects.get()
    said = complaining.file(
        by=people["author"],
        publication=publication,
        words=supply.pack(1000),
        news=supply.pack(1000),
    )
    complaining.hear(
        by=people["reviewer"], complaint_id=said.pk, overturn=False, answer=supply.pack(1000)
    )
    look, _ = SecondLook.objects.get_or_create(
        clearance=Clearance.objects.order_by("pk").first(), defaults={"share_permille": 1000}
    )
    SecondLookAnswer.objects.create(
        look=look, person=people["operator"], verdict="refuse", reason=supply.pack(1000)
    )
