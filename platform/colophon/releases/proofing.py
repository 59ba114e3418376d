"""See the labels on the real file before anybody is asked: one proof sheet per destination."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction

from colophon.releases.judging import judge_again, relabel, ruling_for
from colophon.releases.models import Release
from colophon.store import services as store
from colophon.store.parsing import sandbox
from colophon.studio.models import Artifact, Proof
from compliance.marking.errors import CannotMark, LabelNotSufficient
from compliance.marking.proofing import VERSION, render
from compliance.marking.recipe import Label, Recipe
from compliance.policy.case import LabelNeed
from compliance.policy.ruling import Ruling
from compliance.policy.stricter import LabelChange
from kernel.canonical import digest
from kernel.errors import ColophonError

CROPS = ("1:1", "4:5", "9:16")
"""As `publishing.recipes`: the crops a crop-proof label must outlive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a work would look at one destination, or why it cannot be shown."""

    destination: str
    blocked: tuple[str, ...]
    """Clauses that block the destination: nothing will be sealed for it."""
    proof: Proof | None = None
    problem: ColophonError | None = None


def sheets(artifact: Artifact, *, destinations: tuple[str, ...]) -> list[Sheet]:
    """Return a sheet per destination, drawn now or kept from before. Raises `NotAssessed`."""
    return [_sheet(artifact, place) for place in destinations]


def _sheet(artifact: Artifact, place: str) -> Sheet:
    ruling = ruling_for(artifact, destinations=[place], purpose=artifact.project.purpose)
    blocked = ruling.blocked.get(place, ())
    if blocked or not ruling.labels:
        return Sheet(destination=place, blocked=blocked)
    try:
        proof = proof_of(artifact, recipe_of(artifact, ruling))
    except (CannotMark, LabelNotSufficient) as error:
        return Sheet(destination=place, blocked=(), problem=error)
    return Sheet(destination=place, blocked=(), proof=proof)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsSealed:
    """The one file that would be sealed for all open destinations, and what each has on it."""

    sheet: Sheet
    by_place: tuple[tuple[str, tuple[LabelNeed, ...]], ...]
    """Destination -> the labels that are on the file for its sake."""


def as_sealed(release: Release, *, change: LabelChange) -> AsSealed:
    """Return the file as it would be sealed if a reviewer approved it with ``change`` now.

    Raises `LabelChangeRefused` where the change asks for less than the packs, and what would keep the
    release from being approved: `RulesChanged`, `Stopped`, `NoDestinationOpen`.
    """
    work = release.artifact
    ruling = relabel(judge_again(release), change, work=work)
    by_place = tuple(
        (place, tuple(one for one in ruling.labels if one.text and place in one.destinations))
        for place in ruling.open
    )
    together = ", ".join(ruling.open)
    if not any(labels for _, labels in by_place):
        return AsSealed(sheet=Sheet(destination=together, blocked=()), by_place=by_place)
    try:
        proof = proof_of(work, recipe_of(work, ruling))
    except (CannotMark, LabelNotSufficient) as error:
        sheet = Sheet(destination=together, blocked=(), problem=error)
        return AsSealed(sheet=sheet, by_place=by_place)
    sheet = Sheet(destination=together, blocked=(), proof=proof)
    return AsSealed(sheet=sheet, by_place=by_place)


def recipe_of(artifact: Artifact, ruling: Ruling) -> Recipe:
    """Return the labels of a ruling as marking draws them: no mark, no metadata, no seal."""
    return Recipe(
        media_type=artifact.media_type,
        labels=tuple(
            Label(
                key=one.key,
                language=one.language,
                text=one.text,
                place=one.place,
                height_permille=one.height_permille,
            )
            for one in ruling.labels
            if one.text
        ),
        crops=CROPS if any(one.key == "cropproof.image" for one in ruling.labels) else (),
    )


def proof_of(artifact: Artifact, recipe: Recipe) -> Proof:
    """Return the proof of a work by a recipe; drawn once, then found by the recipe's digest."""
    key = digest({"version": VERSION, "recipe": recipe.as_json()})
    held = Proof.objects.filter(artifact=artifact, recipe_sha256=key).first()
    if held is not None:
        return held
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        layers = render(
            store.path_of(artifact.sha256), into=Path(folder), recipe=recipe, sandbox=sandbox()
        )
        (path,) = Path(folder).iterdir()
        stored = store.put_file(path)
        media_type = "image/jpeg" if path.suffix == ".jpg" else "text/plain"
    try:
        with transaction.atomic():
            return Proof.objects.create(
                artifact=artifact,
                recipe_sha256=key,
                sha256=stored.sha256,
                media_type=media_type,
                layers=layers,
            )
    except IntegrityError:  # two people looked at once: the same sheet
        return Proof.objects.get(artifact=artifact, recipe_sha256=key)
