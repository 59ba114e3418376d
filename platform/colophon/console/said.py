"""From the form of a case to an opinion, and back: what the page shows of what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from colophon.releases import asking, editorial, reasons
from colophon.releases.deciding import Opinion
from colophon.releases.models import Release, Verdict
from compliance.policy.case import LabelNeed
from compliance.policy.stricter import HIGHEST, LabelChange, languages_for
from generation.engine import Origin
from kernel.errors import BadInput
from kernel.words import msgid

MOST_FIELDS = 60
_NOT_TYPED = ("csrfmiddlewaretoken", "artifact_sha256", "view")
RECORD = {
    "competence": msgid("Why the reviewer is competent"),
    "checked_by": msgid("Facts checked by"),
    "how": msgid("How, with which sources"),
    "responsible": msgid("Editorial responsibility"),
    "contact": msgid("Public contact, https or e-mail"),
    "changes": msgid("Changed in review (may stay empty)"),
}


def typed(form: QueryDict) -> dict[str, str]:
    """Return the form as a draft keeps it, field -> text."""
    names = [name for name in form if name not in _NOT_TYPED][:MOST_FIELDS]
    return {name: ",".join(form.getlist(name)) for name in names}


def opinion(form: QueryDict) -> Opinion:
    """Return what the form says of a case. Raises `BadInput`."""
    verdict = form.get("verdict", "")
    if verdict not in Verdict.values:
        raise BadInput(field="verdict", value=verdict[:40], why="choose one")
    return Opinion(
        verdict=Verdict(verdict),
        artifact_sha256=form.get("artifact_sha256", ""),
        clause=form.get("clause", ""),
        reason=form.get("reason", ""),
        message=form.get("message", ""),
        labels=label_change(form),
        answers={
            name.removeprefix("answer."): asking.Answer(
                answer=form.get(name, ""), note=form.get(f"note.{name.removeprefix('answer.')}", "")
            )
            for name in form
            if name.startswith("answer.")
        },
        editorial=_record(form),
    )


def label_change(form: QueryDict) -> LabelChange:
    """Return the labels a form asks for beyond the packs. Raises `BadInput`."""
    return LabelChange(
        height_permille=_permille(form.get("height", "")),
        place=form.get("place", ""),
        languages=tuple(form.getlist("languages")),
    )


def beside(release: Release, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page offers besides the verdict: questions, record, labels, canned reasons.

    The first three go with an approval: the second person confirms them as they stand.
    """
    if release.state != "in_review":
        return {"reasons": _reasons(release)}
    ruling = release.ruling
    asked = bool(ruling.get("editorial"))
    return {
        "questions": [
            {
                **one,
                "given": form.get(f"answer.{one['id']}", ""),
                "note": form.get(f"note.{one['id']}", ""),
            }
            for one in ruling.get("questions", ())
        ],
        "record": [
            {"name": f"editorial.{name}", "says": says, "given": form.get(f"editorial.{name}", "")}
            for name, says in RECORD.items()
        ]
        if asked
        else [],
        "checkers": editorial.checkers() if asked else [],
        "change": _choices(release, form),
        "reasons": _reasons(release),
    }


def _choices(release: Release, form: Mapping[str, str]) -> dict[str, Any]:
    """Return how the labels of an approval may be changed; {} where no label is asked for."""
    asked = release.ruling["requirements"]["labels"]
    labels = [LabelNeed(**{**one, "destinations": tuple(one["destinations"])}) for one in asked]
    if not labels:
        return {}
    least = max(one.height_permille for one in labels)
    chosen = form.get("languages", "").split(",")
    return {
        "places": list(release.ruling.get("places", ())),
        "place": form.get("place", ""),
        "held": labels[0].place,
        "least": least / 10,
        "most": HIGHEST / 10,
        "height": form.get("height", ""),
        "has_height": release.artifact.medium in ("image", "video"),
        "languages": [
            (one, one in chosen)
            for one in languages_for(labels, origin=Origin(release.artifact.origin))
        ],
        "changed": bool(form.get("place") or form.get("height") or form.get("languages")),
    }


def _reasons(release: Release) -> list[dict[str, str]]:
    """Return canned reasons in the author's language."""
    chinese = release.author.language.startswith("zh")
    return [
        {"clause": one.clause, "text": one.text_zh if chinese else one.text_en}
        for one in reasons.offered()
    ]


def _permille(said: str) -> int:
    if not said.strip():
        return 0
    try:
        return round(float(said.replace(",", ".")) * 10)
    except (ValueError, OverflowError):
        raise BadInput(field="height", value=said[:20], why="a number in per cent") from None


def _record(form: QueryDict) -> editorial.Record | None:
    if not any(form.get(f"editorial.{name}", "").strip() for name in RECORD):
        return None
    return editorial.Record(**{name: form.get(f"editorial.{name}", "") for name in RECORD})
