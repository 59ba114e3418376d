"""Does a picture repeat a registered picture, whole or in part, turned or mirrored?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject
from kernel.canonical import Json
from kernel.sandbox import Unreadable
from kernel.words import msgid

if TYPE_CHECKING:
    from compliance.similarity.aligning import Aligned, Region
    from compliance.similarity.index import Candidate, HashHit
    from compliance.similarity.looking import Seen

HASH_STRONG, HASH_MATCH = 31, 60
"""Bits of 256; unrelated photographs differ in 82 and more, in 128 on average."""
LEAST_QUALITY = 50
"""PDQ quality, as its authors advise: flat pictures have hashes that resemble one another."""
INLIERS_STRONG, INLIERS_MATCH = 20, 12
LEAST_FEATURES = 60
"""Fewer, and a crop that keeps a third of them could not reach `INLIERS_MATCH`."""
CANDIDATES, MISSES = 100, 10
"""Candidates are verified by votes, most first, until so many in a row are something else."""
MOST_WORKS = 50

# How the query was turned for each of PDQ's eight hashes: mirrored, then quarter turns left.
TURNS = (
    (False, 0),
    (False, 1),
    (False, 2),
    (False, 3),
    (True, 2),
    (True, 0),
    (True, 1),
    (True, 3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """One registered picture that was found: by its hash, by its features, or by both."""

    work_id: UUID
    severity: Severity
    region: Region
    mirrored: bool
    inliers: int = 0
    matches: int = 0
    distance: int | None = None

    def evidence(self) -> dict[str, Json]:
        return {
            "kind": "region",
            "work": str(self.work_id),
            "severity": self.severity.value,
            "here": [[*corner] for corner in self.region.here],
            "there": [[*corner] for corner in self.region.there],
            "here_permille": self.region.here_permille,
            "there_permille": self.region.there_permille,
            "mirrored": self.mirrored,
            "degrees": self.region.degrees,
            "scale_permille": self.region.scale_permille,
            "inliers": self.inliers,
            "of": self.matches,
            "distance": self.distance,
        }


class ImageOverlap:
    name: ClassVar[str] = "image_overlap"
    asks: ClassVar[str] = msgid("Is the picture free of registered pictures and parts of them?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset({Subject.ARTIFACT})
    reads: ClassVar[tuple[str, ...]] = ("image/*",)
    says: ClassVar[Mapping[str, str]] = {
        "nothing_found": msgid(
            "No registered picture was found in it, nor a part of one, among {works} works. "
            "Style and motif are not compared."
        ),
        "nothing_found_whole": msgid(
            "No registered picture was found as a whole among {works} works. With {features} "
            "details (at least {least_features} are needed) parts of pictures cannot be seen."
        ),
        "nothing_registered": msgid("No registered work was there to compare with."),
        "region_shared": msgid(
            "Shows {works_hit} of {works} registered works; {there_permille} % of the "
            "picture most like it."
        ),
        "too_plain": msgid(
            "The picture is too plain to compare: {features} details (at least {least_features} "
            "are needed) and hash quality {quality} (at least {least_quality})."
        ),
        "several_frames": msgid("Only the first of {frames} frames could be compared."),
        "unreadable": msgid("The picture could not be read: {cause}"),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        from compliance.similarity import looking

        if material.path is None:
            return (self._unread(material, context, "no file"),)
        try:
            seen = looking.look(
                material.path,
                media_type=material.media_type,
                sandbox=context.sandbox,
                seconds=context.seconds,
                views=context.views,
            )
        except Unreadable as error:
            return (self._unread(material, context, str(error.facts.get("cause", ""))),)
        matches = _matches(seen, context)
        facts: dict[str, Json] = {
            "works": context.matches.works,
            "features": len(seen.features.points),
            "least_features": LEAST_FEATURES,
            "quality": seen.quality,
            "least_quality": LEAST_QUALITY,
            "frames": seen.frames,
            "thresholds": {
                "distance": [HASH_MATCH, HASH_STRONG],
                "inliers": [INLIERS_MATCH, INLIERS_STRONG],
            },
        }
        if matches:
            return (self._found(material, context, matches, facts),)
        answer, code = _silent(seen, works=context.matches.works)
        return (self._finding(material, context, answer, code=code, facts=facts),)

    def _found(
        self,
        material: Material,
        context: CheckContext,
        matches: Sequence[_Match],
        facts: Mapping[str, Json],
    ) -> Finding:
        best = matches[0]
        more: dict[str, Json] = {
            "works_hit": len({match.work_id for match in matches}),
            "mirrored": best.mirrored,
            "degrees": best.region.degrees,
            "scale_permille": best.region.scale_permille,
            "here_permille": best.region.here_permille,
            "there_permille": best.region.there_permille,
        }
        return self._finding(
            material,
            context,
            Answer.FAILED,
            code="region_shared",
            facts={**facts, **more},
            severity=best.severity,
            evidence=tuple(match.evidence() for match in matches[:MOST_WORKS]),
        )

    def _unread(self, material: Material, context: CheckContext, cause: str) -> Finding:
        facts: dict[str, Json] = {"cause": cause}
        return self._finding(material, context, Answer.UNSURE, code="unreadable", facts=facts)

    def _finding(
        self,
        material: Material,
        context: CheckContext,
        answer: Answer,
        *,
        code: str,
        facts: Mapping[str, Json],
        severity: Severity = Severity.INFO,
        evidence: tuple[Mapping[str, Json], ...] = (),
    ) -> Finding:
        return Finding(
            check=self.name,
            version=self.version,
            answer=answer,
            severity=severity,
            code=code,
            facts=facts,
            evidence=evidence,
            as_of=context.matches.as_of,
            sha256=material.sha256,
            level=str(context.sandbox.level),
        )


def _silent(seen: Seen, *, works: int) -> tuple[Answer, str]:
    """Return what it means that nothing was found in this picture."""
    few = len(seen.features.points) < LEAST_FEATURES
    if few and seen.quality < LEAST_QUALITY:
        return Answer.UNSURE, "too_plain"
    if seen.frames > 1:
        return Answer.UNSURE, "several_frames"
    if not works:
        return Answer.PASSED, "nothing_registered"
    return Answer.PASSED, "nothing_found_whole" if few else "nothing_found"


def _matches(seen: Seen, context: CheckContext) -> list[_Match]:
    """Return the registered pictures found in ``seen``, the gravest first, one entry each."""
    hits = _by_hash(seen, context)
    found: dict[UUID, _Match] = {}
    for candidate, aligned, region in _by_features(seen, context, also=frozenset(hits)):
        match = _Match(
            work_id=candidate.work_id,
            severity=_severity(aligned.inliers, hits.get(candidate.work_id)),
            region=region,
            mirrored=aligned.mirrored,
            inliers=aligned.inliers,
            matches=aligned.matches,
            distance=_distance(hits.get(candidate.work_id)),
        )
        held = found.get(candidate.work_id)
        if held is None or match.inliers > held.inliers:
            found[candidate.work_id] = match
    for work_id, hit in hits.items():
        if work_id not in found:
            found[work_id] = _whole(hit)
    return sorted(found.values(), key=_gravest_first)


def _gravest_first(match: _Match) -> tuple[bool, int, int]:
    return match.severity is not Severity.STRONG, -match.inliers, match.work_id.int


def _by_hash(seen: Seen, context: CheckContext) -> dict[UUID, HashHit]:
    """Return the nearest hash of each work within reach, both pictures being worth a hash."""
    nearest: dict[UUID, HashHit] = {}
    if seen.quality < LEAST_QUALITY:
        return nearest
    for hit in context.matches.hashes(seen.hashes, radius=HASH_MATCH):
        held = nearest.get(hit.work_id)
        if hit.quality >= LEAST_QUALITY and (held is None or hit.distance < held.distance):
            nearest[hit.work_id] = hit
    return nearest


def _by_features(
    seen: Seen, context: CheckContext, *, also: frozenset[UUID]
) -> Iterator[tuple[Candidate, Aligned, Region]]:
    from compliance.similarity.aligning import align, region
    from compliance.similarity.looking import mirror

    views = (seen.features.descriptors, mirror(seen.features).descriptors)
    missed = 0
    for candidate in context.matches.candidates(views, most=CANDIDATES, also=also):
        if missed >= MISSES and candidate.work_id not in also:
            continue
        aligned = align(seen.features, candidate.features)
        if aligned is None or aligned.inliers < INLIERS_MATCH:
            missed += 1
            continue
        missed = 0
        yield candidate, aligned, region(aligned, seen.features, candidate.features)


def _whole(hit: HashHit) -> _Match:
    from compliance.similarity.aligning import whole

    mirrored, quarters = TURNS[hit.query]
    return _Match(
        work_id=hit.work_id,
        severity=_severity(0, hit),
        region=whole(mirrored=mirrored, quarters=quarters),
        mirrored=mirrored,
        distance=hit.distance,
    )


def _severity(inliers: int, hit: HashHit | None) -> Severity:
    near = hit is not None and hit.distance <= HASH_STRONG
    return Severity.STRONG if near or inliers >= INLIERS_STRONG else Severity.MATCH


def _distance(hit: HashHit | None) -> int | None:
    return None if hit is None else hit.distance


CHECK = ImageOverlap()
