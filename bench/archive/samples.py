"""The works that go the real way, in this process: what SQL then copies."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from colophon.accounts.models import Organisation, Person
from colophon.demo import material
from colophon.ledger.tenancy import tenant
from colophon.releases import services as releases
from colophon.releases.services import DESTINATIONS
from colophon.rights import services as rights
from colophon.store.parsing import sandbox
from colophon.studio import incoming, projects, running, services
from colophon.studio.models import Artifact, Project

SMALL = {"width": 480, "height": 360}
SCENES = (
    ("house_scene", "a lighthouse at dawn over a calm sea"),
    ("house_scene", "a village in autumn hills at noon"),
    ("house_scene", "月光下的古塔与湖面"),
)
TEXTS = (
    (
        "house_copy",
        "Title: Lantern Nights. Place: the old harbour. Date: 12 to 15 May. Subject: an open-air film.",
    ),
    (
        "house_copy",
        "标题：灯影之夜。地点：旧港。日期：五月十二日至十五日。受众：家庭与夜游者。主题：露天电影节。",
    ),
)
# How often each sample is copied, by its number: pictures, texts, a brought-in edit, a near copy.
WEIGHTS = (20, 18, 16, 14, 12, 14, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A real work and the release its author asked for."""

    work: UUID
    job: UUID | None
    release: UUID


def make(house: Organisation, *, author: Person, keeper: Person) -> tuple[Sample, ...]:
    """Make one work of each kind in ``house``, have it checked and its release asked for."""
    with tenant(house.id):
        project = projects.begin(by=author, name="Samples", destinations=list(DESTINATIONS))
        rights.register(
            by=keeper,
            title="Lamps for the boats",
            right_holder="Estate of A. Marsund",
            media_type="text/plain",
            pieces=[material.REGISTERED_TEXT.encode()],
            sandbox=sandbox(),
        )
    made = [_generated(house, author, project, *one) for one in (*SCENES, *TEXTS)]
    edit = material.edited(material.picture("a lighthouse at dawn", seed=3, **SMALL))
    made.append(_brought_in(house, author, project, "edit.png", "image/png", edit, parent=made[0]))
    copied = material.COPIED_TEXT.encode()
    made.append(_brought_in(house, author, project, "story.txt", "text/plain", copied))
    return tuple(_asked(house, author, one) for one in made)


def _generated(
    house: Organisation, author: Person, project: Project, engine: str, text: str
) -> UUID:
    order = services.Order(
        project=project,
        text=text,
        engine=engine,
        parameters=SMALL if engine == "house_scene" else {},
    )
    with tenant(house.id):
        job = services.submit(by=author, order=order)
    left = running.run(house.id, job.id)
    if left != "done":
        raise RuntimeError(f"the sample {text!r} was left {left}")
    with tenant(house.id):
        return Artifact.objects.get(job=job).id


def _brought_in(
    house: Organisation,
    author: Person,
    project: Project,
    name: str,
    media_type: str,
    data: bytes,
    parent: UUID | None = None,
) -> UUID:
    with tenant(house.id):
        upload = incoming.receive(by=author, name=name, media_type=media_type, pieces=[data])
        said = incoming.Incoming(
            project=project,
            upload=upload,
            title=name,
            tool="TEST Editor 4.2",
            ai_share_permille=200,
            parent=Artifact.objects.get(pk=parent) if parent else None,
        )
        return incoming.bring_in(by=author, incoming=said).id


def _asked(house: Organisation, author: Person, work: UUID) -> Sample:
    with tenant(house.id):
        artifact = Artifact.objects.select_related("project", "tenant").get(pk=work)
        services.assess(artifact=artifact)
    with tenant(house.id):
        artifact = Artifact.objects.select_related("project", "tenant", "assessment").get(pk=work)
        release = releases.request(by=author, artifact=artifact, destinations=DESTINATIONS)
        return Sample(work=work, job=artifact.job_id, release=release.id)
