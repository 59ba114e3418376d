"""What a prompt says: facts under labels, and free words."""

from __future__ import annotations

import re
from dataclasses import dataclass

LABELS = {
    "title": "title", "name": "title", "标题": "title", "名称": "title", "片名": "title",
    "place": "place", "venue": "place", "where": "place", "地点": "place", "场地": "place",
    "date": "date", "when": "date", "dates": "date", "日期": "date", "时间": "date",
    "audience": "audience", "for": "audience", "观众": "audience", "对象": "audience",
    "tone": "tone", "语气": "tone",
    "subject": "subject", "about": "subject", "主题": "subject", "内容": "subject",
}  # fmt: skip
_LABEL = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
_FACT = re.compile(rf"(?:^|[.。;；\n]\s*)({_LABEL})\s*[:：]\s*([^.。;；\n]+)", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Empty where the prompt says nothing."""

    title: str = ""
    place: str = ""
    date: str = ""
    audience: str = ""
    tone: str = ""
    subject: str = ""

    def known(self) -> dict[str, str]:
        """Return the facts that are there."""
        every = ("title", "place", "date", "audience", "subject")
        return {name: getattr(self, name) for name in every if getattr(self, name)}


def read(prompt: str) -> Facts:
    """Return the facts in ``prompt``; what stands under no label is the subject."""
    found: dict[str, str] = {}
    for label, value in _FACT.findall(prompt):
        found.setdefault(LABELS[label.lower()], _short(value))
    rest = _short(_FACT.sub(" ", prompt))
    if rest and "subject" not in found:
        found["subject"] = rest[0].lower() + rest[1:] if rest[:2].istitle() else rest
    if not found.get("title"):
        words = found.get("subject", "").split()
        found["title"] = (
            " ".join(words[:6]).title() if words and not _HAN.search(rest) else rest[:14]
        )
    return Facts(**found)


def language_of(prompt: str) -> str:
    """Return ``zh`` for a prompt that is mostly Chinese, else ``en``."""
    return "zh" if len(_HAN.findall(prompt)) * 3 > len(prompt.strip()) else "en"


def _short(text: str) -> str:
    """One line of printable characters, cut at a word."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = re.sub(r"\s+", " ", plain).strip(" .。,，;；:：{}[]|")
    plain = re.sub(r"[{}\[\]|]", "", plain)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST].rsplit(" ", 1)[0]
