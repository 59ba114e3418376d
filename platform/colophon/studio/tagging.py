"""Hang words on works, and take them off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db import transaction

from colophon.accounts.access import demand
from colophon.accounts.models import Person, pseudonym
from colophon.accounts.roles import Act
from colophon.ledger.locks import take_turn
from colophon.ledger.services import About, record
from colophon.studio.models import Artifact, Tag, Tagging
from kernel.errors import BadInput

LONGEST = 40
MOST = 30
_WORDS = re.compile(r"[\w&+#.'’ -]+")


def words_of(typed: str) -> tuple[str, ...]:
    """Return the tags in ``typed``, parted by commas, each in one spelling. Raises `BadInput`."""
    parts = re.split(r"[,，、;；\n]", unicodedata.normalize("NFKC", typed))
    return tuple(dict.fromkeys(clean(one) for one in parts if one.strip()))


def clean(typed: str) -> str:
    """Return a tag as it is kept: lower case, single spaces. Raises `BadInput`."""
    word = " ".join(unicodedata.normalize("NFKC", typed).lower().split())
    if not 0 < len(word) <= LONGEST:
        raise BadInput(field="tag", value=word[:60], why=f"a tag has 1 to {LONGEST} characters")
    if not _WORDS.fullmatch(word):
        raise BadInput(field="tag", value=word, why="a tag holds letters, figures and & + # . ' -")
    return word


@transaction.atomic
def retag(
    *, by: Person, artifact: Artifact, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Put tags on a work and take others off; return those that were in fact added and removed.

    What is there already, or not there, changes nothing and is no event. Raises `BadInput` for a
    word that can be no tag or for more than `MOST`, `NotAllowed`.
    """
    demand(by, Act.SUBMIT)
    wanted, unwanted = [clean(one) for one in add], [clean(one) for one in remove]
    take_turn("tags", artifact.pk)
    rows = Tagging.objects.filter(artifact=artifact).select_related("tag")
    held = {one.tag.word: one for one in rows}
    added = [one for one in dict.fromkeys(wanted) if one not in held]
    gone = [held[one] for one in dict.fromkeys(unwanted) if one in held and one not in wanted]
    if len(held) + len(added) - len(gone) > MOST:
        raise BadInput(field="tags", value=len(held) + len(added), why=f"a work has at most {MOST}")
    tags = _tags(added)
    Tagging.objects.bulk_create(Tagging(artifact=artifact, tag=one, by=by) for one in tags)
    Tagging.objects.filter(pk__in=[one.pk for one in gone]).delete()
    if tags or gone:
        record(
            "artifact.tagged",
            About("artifact", artifact.id),
            {
                "person": pseudonym(by),
                "added": [str(one.id) for one in tags],
                "removed": [str(one.tag_id) for one in gone],
            },
        )
    return added, [one.tag.word for one in gone]


def _tags(words: list[str]) -> list[Tag]:
    """Return the tags of these words, made where they are new; two people may make one at once."""
    Tag.objects.bulk_create((Tag(word=one) for one in words), ignore_conflicts=True)
    return list(Tag.objects.filter(word__in=words))
