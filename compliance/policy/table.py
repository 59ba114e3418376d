"""The clauses of all packs as one Markdown table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.policy.pack import Clause, On, Pack

_BEGIN = "<!-- python -m compliance.policy --write docs/policies.md -->"
_END = "<!-- end -->"
_HEAD = (
    "| clause | binds | needs | from | certainty | source |",
    "|---|---|---|---|---|---|",
)


def table(packs: Sequence[Pack]) -> str:
    """Return one row per clause, sorted by name."""
    rows = (
        f"| `{pack.name(one)}` | {_binds(one)} | {_needs(one)} | {_from(pack, one)} "
        f"| {one.certainty} | {one.source} |"
        for pack in sorted(packs, key=lambda pack: pack.id)
        for one in pack.clauses
    )
    return "\n".join((*_HEAD, *rows))


def placed(clauses: str, *, page: str) -> str:
    """Return ``page`` with the table between its two marks.

    Raises:
        ValueError: the page does not have both marks, in order.
    """
    head, begin, rest = page.partition(_BEGIN)
    _, end, tail = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"the page needs the lines {_BEGIN} and {_END}")
    return f"{head}{begin}\n\n{clauses}\n\n{end}{tail}"


def _from(pack: Pack, clause: Clause) -> str:
    begins, ends = pack.span(clause)
    return f"{begins}" + (f", before {ends}" if ends else "")


def _binds(clause: Clause) -> str:
    when = clause.when
    parts = [
        ", ".join(value)
        for value in (when.destination, when.medium, when.origin, when.purpose)
        if value
    ]
    if when.over_tokens is not None:
        parts.append(f"over {when.over_tokens} tokens")
    if when.destinations_from is not None:
        parts.append(f"{when.destinations_from} destinations or more")
    return "; ".join(parts) or "everything"


def _needs(clause: Clause) -> str:
    return "; ".join(_parts(clause)) or "nothing"


def _parts(clause: Clause) -> Iterator[str]:
    needs = clause.needs
    for asked, checks in (
        ("check", needs.checks),
        ("check of the prompt", needs.prompt_checks),
        ("check of inputs", needs.input_checks),
    ):
        if checks and clause.on:
            yield f"{asked} {', '.join(checks)} ({_acts(clause.on)})"
    parts: tuple[tuple[str, tuple[str | None, ...]], ...] = (
        ("label", needs.labels),
        ("place", needs.place),
        ("words", tuple("/".join(group) for group in needs.words)),
        ("mark", needs.marks),
        ("metadata", needs.metadata),
        ("signature", (needs.signature,)),
        ("time-stamp", (needs.timestamp,)),
        ("operator", needs.operator),
        ("notice", needs.notices),
        ("decided by", needs.roles),
        ("persons", (str(needs.persons or ""),)),
        ("answers to", needs.questions),
        ("letters (‰ of the shortest side)", (str(needs.height_permille or ""),)),
        ("record kept", (clause.retention,)),
    )
    for kind, names in parts:
        if any(names):
            yield f"{kind} {', '.join(filter(None, names))}"
    if needs.editorial:
        yield "an editorial record"
    if clause.bulk:
        yield "may be approved among many"
    if needs.unavailable:
        yield "no means yet"
    if clause.extends:
        yield f"{clause.extends.origin} counts as {clause.extends.like}"


def _acts(on: On) -> str:
    acts = [f"failed: {on.failed}", f"unsure: {on.unsure}"]
    acts += [f"{level}: {act}" for level, act in on.at_least.items()]
    return ", ".join([*acts, *([f"licensed: {on.licensed}"] if on.licensed else [])])
