"""Proof sheets as pages show them: the drawn file, its words, and how large they came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colophon.releases import proofing
from colophon.store import services as store
from colophon.web.answers import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A proof sheet as the page shows it."""

    sheet: proofing.Sheet
    text: str
    problem: dict[str, Any] | None
    lines: list[str]
    height: int
    """Pixels of the lowest letter on the full-size file; 0 where none was measured."""
    contrast: str


def shown(sheet: proofing.Sheet) -> Shown:
    """Return what a page shows of a sheet; of a text its marked bytes."""
    proof = sheet.proof
    plates = [
        plate
        for layer in (proof.layers if proof else ())
        for plate in layer["facts"].get("plates", ())
    ]
    lines = [line for plate in plates for line in plate["lines"]]
    for layer in proof.layers if proof else ():
        lines += layer["facts"].get("lines", [])
    text = ""
    if proof is not None and proof.media_type == "text/plain":
        with store.open_(proof.sha256) as file:
            text = file.read().decode(errors="replace")
    return Shown(
        sheet=sheet,
        text=text,
        problem=problem(sheet.problem) if sheet.problem else None,
        lines=list(dict.fromkeys(lines)),
        height=min((plate["glyph_height"] for plate in plates), default=0),
        contrast=f"{min((p['contrast_centi'] for p in plates), default=0) / 100:.1f}",
    )
