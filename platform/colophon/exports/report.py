"""The report of an evidence bundle: what a lawyer reads, told from the disclosed events alone.

`Telling` takes the events one by one, as `bundle` writes them; `render` makes one HTML page of it,
without script and without anything loaded from elsewhere. The words per language and the page lie
in ``templates/exports``. A value from outside can neither leave its place nor hide in it: Django
escapes it, and `visible` writes out what has no shape of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from colophon.exports import verify_bundle

FILES = {"en": "index.html", "zh": "index.zh.html"}
MOST_WORKS = 1000  # more would make a page no browser opens; the rest is counted and named

_HERE = Path(__file__).with_name("templates") / "exports"
_SHAPELESS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u034f", "\u17b4", "\u17b5"}
_LINKS = ("artifact_id", "release_id", "publication_id")
_REFUSALS = ("job.refused", "release.refused", "release.blocked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the report says besides the events."""

    origin: str
    note: str
    scope: str
    made_at: datetime
    partial: bool
    clauses: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One disclosed event."""

    leaf: int
    kind: str
    at: str
    subject: Mapping[str, str]
    facts: Mapping[str, Any]
    hidden: int


@dataclass(slots=True, kw_only=True)
class Thread:
    """The events of one work: its job, its artifact, its releases, its publications."""

    ids: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def of(self, *kinds: str) -> Iterator[Step]:
        """Yield the steps of these kinds in tree order."""
        return (step for step in self.steps if step.kind in kinds)


class Telling:
    """Gather disclosed events into one thread per work."""

    def __init__(self) -> None:
        self.threads: dict[int, Thread] = {}
        self.kinds: Counter[str] = Counter()
        self.first = self.last = ""
        self.shown = self.left_out = self.hidden = 0
        self._home: dict[str, Thread] = {}

    def take(
        self, leaf: int, *, event: Mapping[str, Any], facts: Mapping[str, Any], hidden: int
    ) -> None:
        """Take the next event, of which ``hidden`` facts are not shown."""
        self.shown += 1
        self.hidden += hidden
        self.kinds[event["type"]] += 1
        self.first = min(self.first or event["at"], event["at"])
        self.last = max(self.last, event["at"])
        ids = {event["subject"]["id"], *(str(facts[link]) for link in _LINKS if link in facts)}
        thread = self._join(ids)
        if thread is None:
            self.left_out += 1
            return
        thread.steps.append(
            Step(
                leaf=leaf,
                kind=event["type"],
                at=event["at"],
                subject=event["subject"],
                facts=facts,
                hidden=hidden,
            )
        )

    def works(self) -> list[Thread]:
        """Return the threads in the order in which they began, their steps in tree order."""
        for thread in self.threads.values():
            thread.steps.sort(key=lambda step: step.leaf)
        return sorted(self.threads.values(), key=lambda thread: thread.steps[0].leaf)

    def _join(self, ids: set[str]) -> Thread | None:
        """Return the one thread of these ids; two that turn out to be one work become one."""
        found = {id(self._home[name]): self._home[name] for name in ids if name in self._home}
        if not found and len(self.threads) >= MOST_WORKS:
            return None
        thread, *others = found.values() or [Thread()]
        self.threads[id(thread)] = thread
        for other in others:
            thread.steps += other.steps
            ids |= other.ids
            del self.threads[id(other)]
        thread.ids |= ids
        self._home.update(dict.fromkeys(ids, thread))
        return thread


def visible(text: str) -> str:
    """Return ``text`` with every character that has no shape written as ⟨U+202E⟩.

    Direction marks, zero-width characters, controls, private and unassigned ones: a reader of
    evidence must see that they are there, and they must not move what stands beside them.
    """
    return "".join(
        f"⟨U+{ord(sign):04X}⟩"
        if unicodedata.category(sign) in _SHAPELESS or sign in _BLANK
        else sign
        for sign in text
    )


def render(told: Telling, *, cover: Cover, language: str) -> str:
    """Return the report as one HTML page. Languages: those of `FILES`."""
    words = _words()[language]
    style = (_HERE / "report.css").read_text("utf-8")
    note = verify_bundle.read_note(cover.note.encode())
    cosigners = [name for name, _ in note.signatures if name != note.origin]
    works = [_work(thread, words=words) for thread in told.works()]
    context = {
        "w": words,
        "language": language,
        "others": [(code, name) for code, name in FILES.items() if code != language],
        "names": {code: _words()[code]["language"] for code in FILES},
        "style": style,
        "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        "cover": {
            "origin": visible(cover.origin),
            "scope": visible(cover.scope),
            "made_at": _moment(cover.made_at.astimezone(UTC).isoformat()),
            "partial": cover.partial,
            "first": _moment(told.first),
            "last": _moment(told.last),
            "note": visible_lines(cover.note),
            "size": str(note.size),
            "root": base64.b64encode(note.root).decode(),
            "cosigners": [visible(name) for name in dict.fromkeys(cosigners)],
        },
        "figures": _figures(told, works=works, words=words),
        "works": works,
        "published": [row for work in works for row in work["published"]],
        "refused": [row for work in works for row in work["refused"]],
        "decisions": [row for work in works for row in work["decisions"]],
        "asked": [row for work in works for row in work["asked"]],
        "open": _open(told, hidden=note.size - told.shown, words=words, works=works),
        "clauses": _clauses(cover.clauses, language=language),
        "left_out": str(told.left_out) if told.left_out else "",
    }
    page = _engine().get_template("report.html")
    return page.render(Context(context, use_l10n=False, use_tz=False))


def visible_lines(text: str) -> str:
    """Return `visible` text that keeps its line ends."""
    return "\n".join(map(visible, text.split("\n")))


def _work(thread: Thread, *, words: Mapping[str, Any]) -> dict[str, Any]:
    made = next(thread.of("artifact.made", "artifact.brought_in"), thread.steps[0])
    name = visible(made.subject["id"])
    work = {"name": name[-12:], "id": name, "anchor": f"work-{thread.steps[0].leaf}"}

    def rows(*kinds: str) -> list[dict[str, Any]]:
        return [{**_row(step, words=words), "work": work} for step in thread.of(*kinds)]

    state = next((step.kind for step in reversed(thread.steps) if step.kind in words["state"]), "")
    return {
        **work,
        "state": state.replace(".", "-"),
        "state_says": words["state"].get(state, ""),
        "media": visible(str(made.facts.get("media_type", ""))),
        "steps": rows(*{step.kind for step in thread.steps}),
        "published": [
            {**row, "seal": _before(thread, row=row, kind="release.sealed", words=words),
             "clearance": _before(thread, row=row, kind="release.cleared", words=words),
             "withdrawn": any(thread.of("publication.withdrawn"))}
            for row in rows("release.published")
        ],
        "refused": rows(*_REFUSALS),
        "decisions": rows("decision.made"),
        "asked": rows("job.submitted", "release.requested"),
        "assessed": rows("artifact.assessed"),
    }


def _before(
    thread: Thread, *, row: Mapping[str, Any], kind: str, words: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the last event of ``kind`` before ``row``: the seal, the clearance it stands on."""
    steps = [step for step in thread.of(kind) if str(step.leaf) < row["leaf"] or True]
    return _row(steps[-1], words=words) if steps else {}


def _row(step: Step, *, words: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: _value(value, words=words) for name, value in step.facts.items()}
    return {
        "leaf": str(step.leaf),
        "at": _moment(step.at),
        "kind": step.kind.replace(".", "-"),
        "says": words["event"].get(step.kind, visible(step.kind)),
        "subject": visible(step.subject["id"]),
        "facts": shown,
        "list": [(words["fact"].get(name, visible(name)), value) for name, value in shown.items()],
        "verdict": words["verdict"].get(step.facts.get("verdict", ""), ""),
        "hidden": str(step.hidden) if step.hidden else "",
    }


def _value(value: object, *, words: Mapping[str, Any]) -> str:
    match value:
        case None:
            return str(words["none"])
        case bool():
            return str(words["yes"] if value else words["no"])
        case str():
            return visible(words["place"].get(value, value))
        case list() if all(isinstance(part, str | int) for part in value):
            return ", ".join(_value(part, words=words) for part in value) or str(words["none"])
        case int():
            return str(value)
    return visible(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _figures(
    told: Telling, *, works: list[dict[str, Any]], words: Mapping[str, Any]
) -> list[tuple[str, str]]:
    kinds = told.kinds
    counted = {
        "published": kinds["release.published"],
        "withdrawn": kinds["publication.withdrawn"],
        "refused": kinds["job.refused"] + kinds["release.refused"],
        "blocked": kinds["release.blocked"],
        "decisions": kinds["decision.made"],
        "works": len(works),
    }
    return [(words["figure"][name], str(many)) for name, many in counted.items()]


def _open(
    told: Telling, *, hidden: int, works: list[dict[str, Any]], words: Mapping[str, Any]
) -> list[str]:
    """Return what was not checked or is not shown, as sentences."""
    said = words["open"]
    lines = [said["hidden"].format(many=hidden)] if hidden > 0 else []
    lines += [said["withheld"].format(many=told.hidden)] if told.hidden else []
    for work in works:
        for row in work["assessed"]:
            unsure = row["facts"].get("unsure", "")
            if unsure not in ("", "0", str(words["none"])):
                lines.append(said["unsure"].format(work=work["name"], what=unsure))
        for row in work["refused"]:
            if row["kind"] == "release-blocked":
                place, clauses = row["facts"].get("destination"), row["facts"].get("clauses")
                lines.append(said["blocked"].format(work=work["name"], place=place, what=clauses))
    return lines + list(said["always"])


def _clauses(
    clauses: Mapping[str, Mapping[str, Any]], *, language: str
) -> list[dict[str, str]]:
    return [
        {
            "id": visible(name),
            "title": visible(str(clause["title"])),
            "source": visible(str(clause["source"])),
            "text": visible(str(clause["text"].get(language) or clause["text"].get("en", ""))),
        }
        for name, clause in sorted(clauses.items())
    ]


def _moment(at: str) -> str:
    """Return ``2026-11-23 09:00:00 UTC`` of an instant."""
    return visible(at[:19].replace("T", " ") + " UTC") if at else ""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((_HERE / "report.words.toml").read_text("utf-8"))


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(_HERE)], autoescape=True)
