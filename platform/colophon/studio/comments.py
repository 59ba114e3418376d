"""Say something about a work, a prompt, a project or a case, and name people in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from colophon.accounts.access import demand, may
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.notifications import tell_all
from colophon.accounts.roles import Act
from colophon.ledger.services import About, record
from colophon.studio.errors import NotYourComment, TooLateToChange
from colophon.studio.members import part_of
from colophon.studio.models import Audience, Comment, Project
from kernel.errors import BadInput

CHARACTERS = 4000
EDIT_MINUTES = 10
NAME_CHARACTERS = 60
MENTIONS = 20

Spot = tuple[str, int, int]
"""Person id, first character, end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is spoken about. The face that shows it has found it with its reader's eyes."""

    kind: str
    id: UUID
    title: str
    project: Project | None
    author: Person | None = None
    """Whose work it is: told of what others say, and kept from what reviewers say to each other."""
    work_id: UUID | None = None
    """The work of a case, for people who do not review."""


def open_to(person: Person, subject: Subject, audience: str = Audience.ALL) -> bool:
    """Tell whether ``person`` may read what is said about ``subject`` to ``audience``.

    What reviewers say to each other about a case is never for the author of its work, even if they
    review other cases.
    """
    if audience == Audience.REVIEWERS or subject.kind == "case":
        author = subject.author is not None and subject.author.pk == person.pk
        if audience == Audience.REVIEWERS:
            return may(person, Act.REVIEW) and not author
        return author or may(person, Act.REVIEW)
    private = subject.project is not None and subject.project.private
    return not private or part_of(person, subject.project) is not None  # type: ignore[arg-type]


def said_about(person: Person, subject: Subject) -> QuerySet[Comment]:
    """Return what ``person`` may read about ``subject``, oldest first."""
    rows = Comment.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    if not open_to(person, subject, Audience.REVIEWERS):
        rows = rows.filter(audience=Audience.ALL)
    return rows.select_related("author").order_by("at", "id")


@transaction.atomic
def write(
    *,
    by: Person,
    about: Subject,
    text: str,
    answers: Comment | None = None,
    audience: str = Audience.ALL,
) -> Comment:
    """Say something, in the thread of ``answers`` or as a new one; who is named in it is told.

    An answer is for the audience of its thread. Raises `BadInput`, `NotAllowed`.
    """
    demand(by, Act.SEE_WORKS)
    first = (answers.answers or answers) if answers else None
    audience = first.audience if first else audience
    if audience not in Audience.values:
        known = ", ".join(Audience.values)
        raise BadInput(field="audience", value=audience[:20], why=f"known: {known}")
    if not open_to(by, about, audience):
        raise BadInput(field="audience", value=audience, why="you are not one of them")
    said = _clean(text)
    people, spots = named_in(said)
    _demand_readers(people, about, audience)
    comment = Comment.objects.create(
        subject_kind=about.kind,
        subject_id=about.id,
        answers=first,
        audience=audience,
        author=by,
        text=said,
        mentions=spots,
    )
    record(
        "comment.written",
        About("comment", comment.pk),
        {
            "person": pseudonym(by),
            "about": f"{about.kind}:{about.id}",
            "audience": audience,
            "text_sha256": _digest(said),
        },
    )
    _tell(by, about, people, audience, also_author=True)
    return comment


@transaction.atomic
def edit(*, by: Person, about: Subject, comment: Comment, text: str) -> Comment:
    """Change one's own words within ten minutes; who is named for the first time is told.

    Raises `BadInput`, `NotYourComment`, `TooLateToChange`.
    """
    held = _own(by, comment)
    if timezone.now() - held.at > timedelta(minutes=EDIT_MINUTES):
        raise TooLateToChange(minutes=EDIT_MINUTES)
    said = _clean(text)
    if said == held.text:
        return held
    people, spots = named_in(said)
    _demand_readers(people, about, held.audience)
    before = {one[0] for one in held.mentions}
    facts = {"person": pseudonym(by), "before_sha256": _digest(held.text)}
    held.text, held.mentions, held.edited_at = said, spots, timezone.now()
    held.save(update_fields=["text", "mentions", "edited_at"])
    record("comment.edited", About("comment", held.pk), {**facts, "after_sha256": _digest(said)})
    fresh = [one for one in people if str(one.pk) not in before]
    _tell(by, about, fresh, held.audience, also_author=False)
    return held


@transaction.atomic
def remove(*, by: Person, comment: Comment) -> None:
    """Take one's own words away. Their place stays, so that answers keep theirs."""
    held = _own(by, comment)
    facts = {"person": pseudonym(by), "text_sha256": _digest(held.text)}
    held.text, held.mentions, held.removed_at = "", [], timezone.now()
    held.save(update_fields=["text", "mentions", "removed_at"])
    record("comment.removed", About("comment", held.pk), facts)


def named_in(text: str) -> tuple[list[Person], list[Spot]]:
    """Return who is named by “@Name” or “@address”, and where; the longest name counts.

    Raises `BadInput` for a name that two people bear: their addresses tell them apart.
    """
    places = [at for at, sign in enumerate(text) if sign == "@" and not _within_a_word(text, at)]
    ends = {at: list(_prefixes(text, at + 1)) for at in places[:MENTIONS]}
    wanted = {text[at + 1 : end] for at, found in ends.items() for end in found}
    if not wanted:
        return [], []
    rows = Person.objects.filter(Q(name__in=wanted) | Q(email__in=wanted), is_active=True)
    known = sorted(rows, key=lambda one: one.name)
    by_name = {name: list(rows) for name, rows in groupby(known, key=lambda one: one.name)}
    by_name |= {one.email: [one] for one in known}
    people: dict[UUID, Person] = {}
    spots: list[Spot] = []
    for at, found in ends.items():
        end = next((one for one in reversed(found) if text[at + 1 : one] in by_name), None)
        if end is None:
            continue
        bearers = by_name[text[at + 1 : end]]
        if len(bearers) > 1:
            why = "several people are called so; name one by address"
            raise BadInput(field="comment", value=text[at:end], why=why)
        people[bearers[0].pk] = bearers[0]
        spots.append((str(bearers[0].pk), at, end))
    return list(people.values()), spots


def _within_a_word(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalnum() and text[at - 1].isascii())


def _prefixes(text: str, start: int) -> Iterable[int]:
    """Yield where a name that begins at ``start`` may end, shortest first."""
    for end in range(start + 1, min(len(text), start + NAME_CHARACTERS) + 1):
        if text[end - 1] == "\n":
            return
        ascii_word = text[end - 1].isalnum() and text[end - 1].isascii()
        if ascii_word and end < len(text) and text[end].isalnum() and text[end].isascii():
            continue
        yield end


def _demand_readers(people: list[Person], about: Subject, audience: str) -> None:
    for one in people:
        if not open_to(one, about, audience):
            raise BadInput(field="comment", value=f"@{one.name}", why="they may not read it here")


def _tell(
    by: Person, about: Subject, people: list[Person], audience: str, *, also_author: bool
) -> None:
    facts = {"by": pseudonym(by), "title": about.title}
    named = [one for one in people if one.pk != by.pk]
    for one in named:
        tell_all(people=[one], code="mentioned", facts=facts, about=_place_for(one, about))
    author = about.author
    if author is None or not also_author or audience != Audience.ALL:
        return
    if author.pk not in {by.pk, *(one.pk for one in named)}:
        place = _place_for(author, about)
        tell_all(people=[author], code="commented", facts=facts, about=place)


def _place_for(person: Person, about: Subject) -> About:
    if about.kind == "case":
        own = about.author is not None and about.author.pk == person.pk
        if about.work_id is not None and (own or not may(person, Act.REVIEW)):
            return About("artifact", about.work_id)
        return About("release", about.id)
    return About("artifact" if about.kind == "work" else about.kind, about.id)


def _own(by: Person, comment: Comment) -> Comment:
    # Two tabs of one person change it one after the other.
    rows = Comment.objects.select_for_update(of=("self",)).select_related("author")
    held = rows.get(pk=comment.pk)
    if held.author_id != by.pk or held.removed_at is not None:
        raise NotYourComment(author=held.author.name)
    return held


def _clean(text: str) -> str:
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise BadInput(field="comment", value="", why="it is empty")
    if len(said) > CHARACTERS:
        why = f"it has {len(said)} characters, {CHARACTERS} at most"
        raise BadInput(field="comment", value=said[:20] + "…", why=why)
    return said


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
