"""A release asked for, decided, and a text brought in, as tests of decisions begin."""

from colophon.releases import (
    services,
)
from colophon.releases.models import (
    Verdict,
)
from colophon.studio import incoming
from colophon.studio import services as studio
from colophon.studio.models import Artifact

PASSWORD = "a long enough phrase"  # noqa: S105  of people who live for one test


def ask(house, artifact, destinations=("US-CA",)):
    with house.inside():
        return services.request(by=house.author, artifact=artifact, destinations=list(destinations))


def decide(house, person, release, verdict="approve", **more):
    with house.inside():
        services.claim(by=person, release=release)
        opinion = services.Opinion(
            verdict=Verdict(verdict), artifact_sha256=release.artifact_sha256, **more
        )
        return services.decide(by=person, release=release, opinion=opinion)


def bring_in(house, text, *, share=1000):
    """A text made elsewhere with AI, checked as any."""
    with house.inside():
        upload = incoming.receive(
            by=house.author, name="a.txt", media_type="text/plain", pieces=[text.encode()]
        )
        made = incoming.bring_in(
            by=house.author,
            incoming=incoming.Incoming(
                project=house.project,
                upload=upload,
                title="A notice",
                tool="TEST Writer 1",
                ai_share_permille=share,
            ),
        )
        artifact = Artifact.objects.select_related("project", "tenant").get(pk=made.pk)
        studio.assess(artifact=artifact)
        return Artifact.objects.select_related("assessment", "project", "tenant").get(pk=made.pk)
