"""Where a work comes from and what came of it, as one tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from colophon.portal.selectors import cards_of
from colophon.studio.models import Artifact, Listed

DEEPEST = 30
MOST = 60


@dataclass(slots=True, kw_only=True)
class Node:
    """A work in the tree; without a card it lies in the trash or may not be seen."""

    id: UUID
    here: bool
    card: Listed | None = None
    children: list[Node] = field(default_factory=list)


def tree(work: Artifact) -> Node | None:
    """Return the tree that ``work`` stands in, from its first ancestor down; none for a work alone.

    At most `DEEPEST` generations and `MOST` works, the oldest generations first: two queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive up as (
                select id, parent_id, 0 as n from studio_artifact where id = %(work)s
                union all
                select a.id, a.parent_id, n + 1 from studio_artifact a
                  join up on a.id = up.parent_id where n < %(deepest)s),
            down as (
                (select id, parent_id, 0 as depth from up order by n desc limit 1)
                union all
                select a.id, a.parent_id, depth + 1 from studio_artifact a
                  join down on a.parent_id = down.id where depth < %(deepest)s)
            select id, parent_id from down order by depth, id limit %(most)s
            """,
            {"work": work.pk, "deepest": DEEPEST, "most": MOST},
        )
        rows: list[tuple[UUID, UUID | None]] = cursor.fetchall()
    if len(rows) < 2:
        return None
    cards = {card.pk: card for card in cards_of(pk for pk, _ in rows)}
    nodes = {pk: Node(id=pk, here=pk == work.pk, card=cards.get(pk)) for pk, _ in rows}
    for pk, parent in rows[1:]:
        if parent in nodes:
            nodes[parent].children.append(nodes[pk])
    return nodes[rows[0][0]]
