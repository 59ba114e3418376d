"""What stands in the composer, and the order it makes: typed, recalled, or fresh."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict

from colophon.studio import batches, presets
from colophon.studio.models import Batch, Job, Preset, Project, PromptVersion, Upload
from colophon.studio.ordering import Order
from colophon.web.answers import sentence
from generation.engine import Card, Kind, Parameter
from generation.shelf import ENGINES
from kernel.canonical import Json
from kernel.errors import BadInput, ColophonError
from kernel.words import msgid

SEEDS_OFFERED = 1_000_000
SLIDER_STEPS = 100
"""A whole number of at most so many steps is a slider; others are typed."""
WHOLE = msgid("It takes a whole number from {least} to {most}.")
CHOICE = msgid("It takes one of {choices}.")


@dataclass(frozen=True, slots=True)
class AxisDraft:
    """One side of a grid as typed."""

    field: str = ""
    values: str = ""


@dataclass(slots=True, kw_only=True)
class Draft:
    text: str = ""
    title: str = ""
    engine: str = ""
    seed: str = ""
    prompt_id: str = ""
    variations: str = "1"
    rows: AxisDraft = field(default_factory=AxisDraft)
    columns: AxisDraft = field(default_factory=AxisDraft)
    parameters: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """Upload id -> use."""

    @property
    def gridded(self) -> bool:
        return bool(self.rows.field or self.columns.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a draft asks for: one order, and the axes along which it is varied."""

    order: Order
    rows: batches.Axis | None
    columns: batches.Axis | None

    @property
    def several(self) -> bool:
        return self.rows is not None or self.columns is not None

    def cells(self) -> list[Order]:
        return batches.cells(self.order, rows=self.rows, columns=self.columns)


def from_form(form: QueryDict) -> Draft:
    chosen = [one for one in form.getlist("input") if id_of(one)]
    return Draft(
        text=form.get("prompt", "").replace("\r\n", "\n"),
        title=form.get("title", ""),
        engine=form.get("engine", ""),
        seed=form.get("seed", ""),
        prompt_id=form.get("prompt_id", ""),
        variations=form.get("variations", "1").strip() or "1",
        rows=AxisDraft(form.get("rows", ""), form.get("rows_values", "")),
        columns=AxisDraft(form.get("columns", ""), form.get("columns_values", "")),
        parameters={
            name.removeprefix("parameter."): value.strip()
            for name, value in form.items()
            if name.startswith("parameter.") and isinstance(value, str)
        },
        inputs={one: form.get(f"use.{one}", "reference") for one in chosen},
    )


def from_job(job: Job, *, use: str = "all") -> Draft:
    """Recall a run: all of it, or its prompt alone, or its seed alone."""
    if use == "seed":
        return Draft(seed=str(job.seed), engine=job.engine)
    version = job.prompt_version
    draft = Draft(text=version.text, title=job.title, prompt_id=str(version.prompt_id))
    if use == "prompt":
        draft.seed = fresh_seed()
        return draft
    draft.engine, draft.seed = job.engine, str(job.seed)
    draft.parameters = {name: str(value) for name, value in job.parameters.items()}
    draft.inputs = {str(one.upload_id): one.use for one in job.inputs.all()}
    return draft


def from_version(version: PromptVersion) -> Draft:
    """Begin from a wording on record; run as it is, the job names this very version."""
    prompt_id = str(version.prompt_id)
    return Draft(
        text=version.text, title=version.prompt.title, prompt_id=prompt_id, seed=fresh_seed()
    )


def with_preset(draft: Draft, preset: Preset) -> Draft:
    """Put a preset's engine, parameters and words on top of a draft."""
    draft.text = presets.worded(preset, draft.text)
    draft.engine = preset.engine
    draft.parameters = {name: str(value) for name, value in preset.parameters.items()}
    return draft


def from_batch(batch: Batch, first: Job) -> Draft:
    """Recall a whole grid: its first job's settings, the prompt as typed, and both axes."""
    draft = from_job(first)
    draft.text, draft.title = batch.text, batch.title
    draft.rows, draft.columns = _axis_draft(batch.rows), _axis_draft(batch.columns)
    return draft


def fresh(*, input_id: str = "") -> Draft:
    added = id_of(input_id)
    return Draft(seed=fresh_seed(), inputs={str(added): "reference"} if added else {})


def fresh_seed() -> str:
    return str(secrets.randbelow(SEEDS_OFFERED))


def wanted(project: Project | None, draft: Draft) -> Wanted:
    """Return the order and axes of a draft. Raises `BadInput` naming the field."""
    if project is None:
        raise BadInput(field="project", value="", why="choose one, or begin one first")
    known = ENGINES.get(draft.engine).describe().parameters
    uploads = {str(one.id): one for one in Upload.objects.filter(pk__in=list(draft.inputs))}
    order = Order(
        project=project,
        text=draft.text,
        engine=draft.engine,
        title=draft.title,
        prompt_id=id_of(draft.prompt_id),
        seed=_seed(draft.seed),
        parameters={
            name: _typed(known.get(name), value)
            for name, value in draft.parameters.items()
            if value
        },
        inputs=[(uploads[one], use) for one, use in draft.inputs.items() if one in uploads],
    )
    rows, columns = _axis(draft.rows, known), _axis(draft.columns, known)
    if not draft.variations.isdecimal() or len(draft.variations) > 4:
        raise BadInput(field="variations", value=draft.variations[:20], why="it is a whole number")
    if draft.variations != "1":
        seeds = batches.variations(order, int(draft.variations))
        if rows and columns:
            why = "the grid has two axes already; leave it at 1"
            raise BadInput(field="variations", value=draft.variations, why=why)
        rows, columns = (rows, seeds) if rows else (columns, seeds) if columns else (None, seeds)
    return Wanted(order=order, rows=rows, columns=columns)


def faults(draft: Draft, error: ColophonError | None = None) -> dict[str, str]:
    """Return field -> what is wrong there: every bad parameter, and what ``error`` names."""
    found: dict[str, str] = {}
    card = _card(draft.engine)
    for name, one in (card.parameters if card else {}).items():
        value = draft.parameters.get(name, "")
        if value and not _holds(one, value):
            found[name] = _says(one)
    if error is not None and isinstance(error.facts.get("field"), str):
        found.setdefault(str(error.facts["field"]), sentence(error.says, error.facts))
    return found


def fields(card: Card, draft: Draft, wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the form fields of an engine's parameters."""
    return [
        {
            "name": name,
            "one": one,
            "choices": one.choices,
            "slider": one.kind is Kind.WHOLE and one.most - one.least <= SLIDER_STEPS,
            "value": draft.parameters.get(name, ""),
            "wrong": wrong.get(name, ""),
        }
        for name, one in card.parameters.items()
    ]


def id_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _card(engine: str) -> Card | None:
    return next((one.describe() for one in ENGINES if one.name == engine), None)


def _holds(one: Parameter, value: str) -> bool:
    if one.kind is Kind.CHOICE:
        return value in one.choices
    whole = _typed(one, value)
    return isinstance(whole, int) and one.least <= whole <= one.most


def _says(one: Parameter) -> str:
    if one.kind is Kind.CHOICE:
        return sentence(CHOICE, {"choices": ", ".join(one.choices)})
    return sentence(WHOLE, {"least": one.least, "most": one.most})


def _seed(text: str) -> int:
    plain = text.replace(" ", "").replace(",", "")
    if not plain.isdecimal() or len(plain) > 20:
        raise BadInput(field="seed", value=text[:40], why="it is a whole number from 0 on")
    return int(plain)


def _typed(one: Parameter | None, value: str) -> Json:
    """Return a value as its parameter's kind; what does not fit stays text, and is refused by name."""
    if one is not None and one.kind is Kind.CHOICE:
        return value
    return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else value


def _axis(draft: AxisDraft, known: Mapping[str, Parameter]) -> batches.Axis | None:
    name = draft.field
    if not name:
        return None
    if name not in (batches.SEED, batches.WORDS, *known):
        raise BadInput(field="axis", value=name[:40], why="the engine has no such parameter")
    parts = [one.strip() for one in re.split(r"[,;，；、\n]", draft.values) if one.strip()]
    if name == batches.WORDS:
        return batches.Axis(field=name, values=tuple(parts))
    if name == batches.SEED:
        return batches.Axis(field=name, values=tuple(_seed(one) for one in parts))
    return batches.Axis(field=name, values=tuple(_typed(known[name], one) for one in parts))


def _axis_draft(held: Mapping[str, Any] | None) -> AxisDraft:
    if not held:
        return AxisDraft()
    return AxisDraft(held["field"], ", ".join(str(one) for one in held["values"]))
