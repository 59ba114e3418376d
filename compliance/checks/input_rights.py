"""May an input be used at all? Its rights record must say so, today, for this use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from typing import ClassVar

from compliance.findings import Answer, CheckContext, Finding, Material, Severity, Subject
from kernel.canonical import Json
from kernel.words import msgid

COVERING = {"image": ("image-to-image", "reference"), "text": ("reference",)}
"""Uses of which one must be granted where the record does not name the one ``wanted``."""
NEEDED = ("basis", "holder", "uses")


class InputRights:
    name: ClassVar[str] = "input_rights"
    asks: ClassVar[str] = msgid("Is there a right to use this input?")
    version: ClassVar[str] = "1"
    subjects: ClassVar[frozenset[Subject]] = frozenset({Subject.INPUT})
    reads: ClassVar[tuple[str, ...]] = (
        "text/*",
        "image/*",
        "audio/*",
        "video/*",
        "application/*",
    )
    says: ClassVar[Mapping[str, str]] = {
        "rights_on_record": msgid("Its rights record covers this use: {basis}, {holder}."),
        "no_record": msgid("There is no rights record for this input."),
        "incomplete": msgid("Its rights record does not say: {missing}."),
        "expired": msgid("The right to use it ended on {until}."),
        "use_not_covered": msgid("The right covers {uses}; needed is one of {needed}."),
        "unclear_date": msgid("Its rights record ends on “{until}”, which is no date."),
    }

    def ask(self, material: Material, context: CheckContext) -> tuple[Finding, ...]:
        record = material.rights
        if not record:
            return (self._finding(material, Answer.FAILED, code="no_record"),)
        missing = [name for name in NEEDED if not record.get(name)]
        if missing:
            facts: dict[str, Json] = {"missing": ", ".join(missing)}
            return (self._finding(material, Answer.FAILED, code="incomplete", facts=facts),)
        problems = [
            *self._term(material, record, context),
            *self._use(material, record),
        ]
        if problems:
            return tuple(problems)
        facts = {"basis": record["basis"], "holder": record["holder"]}
        return (self._finding(material, Answer.PASSED, code="rights_on_record", facts=facts),)

    def _term(
        self, material: Material, record: Mapping[str, Json], context: CheckContext
    ) -> list[Finding]:
        """Return a finding where the last day, in UTC, is over. No date means no end."""
        until = record.get("until")
        if until is None:
            return []
        facts: dict[str, Json] = {"until": str(until)}
        try:
            last = date.fromisoformat(str(until))
        except ValueError:
            return [self._finding(material, Answer.UNSURE, code="unclear_date", facts=facts)]
        if context.now.astimezone(UTC).date() > last:
            return [self._finding(material, Answer.FAILED, code="expired", facts=facts)]
        return []

    def _use(self, material: Material, record: Mapping[str, Json]) -> list[Finding]:
        granted = record["uses"]
        uses = (
            [str(use) for use in granted] if isinstance(granted, list | tuple) else [str(granted)]
        )
        wanted = record.get("wanted")
        medium = material.media_type.split("/", maxsplit=1)[0]
        needed = (str(wanted),) if wanted else COVERING.get(medium, ("reference",))
        if set(uses) & set(needed):
            return []
        facts: dict[str, Json] = {"uses": ", ".join(uses), "needed": ", ".join(needed)}
        return [self._finding(material, Answer.FAILED, code="use_not_covered", facts=facts)]

    def _finding(
        self,
        material: Material,
        answer: Answer,
        *,
        code: str,
        facts: Mapping[str, Json] | None = None,
    ) -> Finding:
        return Finding(
            check=self.name,
            version=self.version,
            answer=answer,
            severity=Severity.STRONG if answer is Answer.FAILED else Severity.INFO,
            code=code,
            facts=facts or {},
            sha256=material.sha256,
        )


CHECK = InputRights()
