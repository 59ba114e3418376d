"""Labels of prompts: where each stands, who moved it, and a second person where it is protected."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.notifications import tell, tell_all
from colophon.accounts.roles import Act, Role
from colophon.ledger.moves import Actor, move
from colophon.ledger.services import About, record
from colophon.studio.errors import LabelMoved, NotFound, NotToApprove, OpenWish
from colophon.studio.members import demand_making, part_of
from colophon.studio.models import LabelMove, Part, Prompt, PromptLabel, PromptVersion
from colophon.studio.projects import label as clean_label
from kernel.canonical import Json
from kernel.errors import BadInput

OFFERED = ("draft", "approved", "production")
LABELS = 20
WHY_CHARACTERS = 300


def version_at(prompt: Prompt, label: str) -> PromptVersion:
    """Return the version a label stands at. Raises `NotFound`."""
    rows = PromptLabel.objects.select_related("version").filter(prompt=prompt, name=label)
    held = rows.first()
    if held is None:
        raise NotFound(kind="label")
    return held.version


def may_approve(person: Person, prompt: Prompt, *, by: Person) -> bool:
    """Tell whether ``person`` may agree to what ``by`` wants: an owner or approver, never ``by``."""
    if person.pk == by.pk:
        return False
    return person.has_role(Role.APPROVER) or part_of(person, prompt.project) == Part.OWNER


@transaction.atomic
def put(
    *, by: Person, prompt: Prompt, label: str, version: PromptVersion | None, why: str = ""
) -> LabelMove:
    """Move a label to a version, or off the prompt for None. Moving it back is the way back.

    A label its project protects moves when another person agrees: the move returned is then
    ``open``. Raises `BadInput`, `OpenWish`, `NotYourPart`, `Archived`.
    """
    demand(by, Act.SUBMIT)
    demand_making(by, prompt.project)
    name = clean_label(label)
    if version is not None and version.prompt_id != prompt.pk:
        raise BadInput(field="version", value=version.number, why="it is another prompt's")
    said = why.replace("\x00", "").strip()[:WHY_CHARACTERS]
    held = _locked(prompt).labels.select_related("version").filter(name=name).first()
    before = held.version if held else None
    if before == version:
        raise BadInput(field="label", value=name, why="it stands there already")
    if held is None and prompt.labels.count() >= LABELS:
        raise BadInput(field="label", value=name, why=f"{LABELS} labels are the most")
    protected = name in prompt.project.protected_labels
    try:
        with transaction.atomic():
            wish = LabelMove.objects.create(
                state="open" if protected else "done",
                prompt=prompt,
                label=name,
                held=before,
                version=version,
                why=said,
                protected=protected,
                by=by,
                decided_at=None if protected else timezone.now(),
            )
    except IntegrityError as error:
        raise OpenWish(label=name) from error
    facts = _facts(wish) | {"person": pseudonym(by), "why": said}
    record("label.asked" if protected else "label.moved", About("prompt", prompt.pk), facts)
    if protected:
        _ask_others(wish)
    else:
        _set(wish)
    return wish


@transaction.atomic
def approve(*, by: Person, wish: LabelMove) -> None:
    """Agree to a move and make it. Raises `NotToApprove`, `LabelMoved`, `IllegalMove`, `StaleState`."""
    if not may_approve(by, wish.prompt, by=wish.by):
        raise NotToApprove(label=wish.label, asked_by=wish.by.name)
    held = _locked(wish.prompt).labels.select_related("version").filter(name=wish.label).first()
    now_at = held.version_id if held else None
    if now_at != wish.held_id:
        number = held.version.number if held else "—"
        raise LabelMoved(label=wish.label, number=number)
    _decide(wish, "done", by=by, event="label.moved")
    _set(wish)
    _tell_asker(wish, by, "label_approved")


@transaction.atomic
def reject(*, by: Person, wish: LabelMove) -> None:
    """Refuse a move; the label stays. Raises `NotToApprove`, `IllegalMove`, `StaleState`."""
    if not may_approve(by, wish.prompt, by=wish.by):
        raise NotToApprove(label=wish.label, asked_by=wish.by.name)
    _decide(wish, "rejected", by=by, event="label.rejected")
    _tell_asker(wish, by, "label_rejected")


@transaction.atomic
def withdraw(*, by: Person, wish: LabelMove) -> None:
    """Take one's own wish back. Raises `NotToApprove`, `IllegalMove`, `StaleState`."""
    if wish.by_id != by.pk:
        raise NotToApprove(label=wish.label, asked_by=wish.by.name)
    _decide(wish, "withdrawn", by=by, event="label.withdrawn")


def _decide(wish: LabelMove, to: str, *, by: Person, event: str) -> None:
    facts = _facts(wish) | {"person": pseudonym(wish.by), "decided_by": pseudonym(by)}
    actor, now = Actor.person(by.ref), timezone.now()
    move(wish, to, by=actor, event=event, facts=facts, decided_by=by, decided_at=now)


def _set(wish: LabelMove) -> None:
    rows = PromptLabel.objects.filter(prompt=wish.prompt, name=wish.label)
    if wish.version is None:
        rows.delete()
    elif not rows.update(version=wish.version, at=timezone.now()):
        PromptLabel.objects.create(prompt=wish.prompt, name=wish.label, version=wish.version)


def _locked(prompt: Prompt) -> Prompt:
    """Take the prompt for this transaction: of two who move a label at once, one sees the other."""
    return Prompt.objects.select_for_update().get(pk=prompt.pk)


def _facts(wish: LabelMove) -> dict[str, Json]:
    return {
        "label": wish.label,
        "before": wish.held.number if wish.held else None,
        "after": wish.version.number if wish.version else None,
    }


def _ask_others(wish: LabelMove) -> None:
    rows = wish.prompt.project.members.filter(part=Part.OWNER).exclude(person=wish.by)
    owners = [one.person for one in rows.select_related("person") if one.person.is_active]
    facts = {"by": pseudonym(wish.by), "label": wish.label, "title": wish.prompt.title}
    tell_all(people=owners, code="label_waits", facts=facts, about=About("prompt", wish.prompt_id))


def _tell_asker(wish: LabelMove, by: Person, code: str) -> None:
    facts = {"by": pseudonym(by), "label": wish.label, "title": wish.prompt.title}
    tell(person=wish.by, code=code, facts=facts, about=About("prompt", wish.prompt_id))
