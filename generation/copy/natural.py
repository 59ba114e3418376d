"""Facts in plain sentences: what is asked for, where, when, for whom. English and Chinese.

These are patterns, not understanding: what they do not match is reported as unused, never printed.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TO = r"\s*(?:to|until|and|-|–|—)\s*"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_DATE = re.compile(
    rf"(?:{_WEEKDAY},?\s+)?{_DAY}(?:{_TO}{_DAY})?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+{_DAY}(?:{_TO}(?:{_MONTH}\s+)?{_DAY})?(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}(?:{_TO}\d{{4}}-\d{{2}}-\d{{2}})?"
    rf"|(?:every|this|next)\s+(?:{_WEEKDAY}|weekend|{_MONTH})",
    re.IGNORECASE,
)
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d{2})?\s*(?:a\.?m\b\.?|p\.?m\b\.?|o'clock)|\d{1,2}:\d{2}|noon|midnight)"
)
_TIME = re.compile(
    rf"\b(?:(?:from|at)\s+{_CLOCK}(?:\s*(?:to|until|till|-|–)\s*{_CLOCK})?"
    r"|(?:at|after|before|from)\s+(?:dawn|dusk|sunset|sunrise|nightfall|night)\b)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^\W*(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?"
    r"(?:write|make|create|draft|compose|prepare|produce|give\s+me|we\s+need|i\s+need)\b"
    r"(?P<how>[^.!?\n]{0,120}?)\b(?:for|about|on|announcing|promoting|to\s+announce)\s+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«„]([^\"”»“\n]{2,60})[\"”»“]")
_APPOSITION = re.compile(
    r"^\s*,\s*((?:an?|the|our|your)\s[^,.;:!?\n]{3,80}?)"
    r"(?=\s+(?:at|in|on|from|for|with)\s|[,.;:!?\n]|$)"
)
_HEAD = re.compile(r"^[^,.;:!?\n]*?(?=\s+(?:at|in|on|from|for|with|by|under)\s|[,.;:!?\n]|$)")
_NAME = re.compile(
    r"[A-Z0-9][\w'’&-]*(?:\s+(?:(?:of|the|and|for|de|la|&)\s+){0,2}[A-Z0-9][\w'’&-]*)*"
)
_PLACE = re.compile(
    r"\b((?:at|in|on|by|under|along)\s+((?:the\s+|our\s+)?[^,.;:!?()\n]{2,70}?))"
    r"(?=\s+(?:from|for|with|every|this|next)\b|[,.;:!?()\n]|\s*$)",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"\b(?:tone|style|voice|words?|manner|english|chinese|time|order|mind|sentences?|general)\b",
    re.IGNORECASE,
)
_AUDIENCE = re.compile(
    r"\bfor\s+((?:all\s+|the\s+)?[a-z][^,.;:!?()\n]{2,60}?)"
    r"(?=\s+(?:at|in|on|from|by)\s|[,.;:!?()\n]|\s*$)"
)
_LINK = re.compile(r"\bhttps?://\S{3,80}|\bwww\.\S{3,80}")
_DETERMINER = re.compile(r"(?:an?|the|our|your|this|these|some|all|\d+|[A-Z])\b")


def english(text: str) -> dict[str, str]:
    """Return the facts in English sentences, and as ``unused`` what is left over."""
    found: dict[str, str] = {}
    text = _taken(text, _LINK, found, "link")
    text = _taken(text, _TIME, found, "time")
    text = _taken(text, _DATE, found, "date")
    text = re.sub(r"\b(?:on|from|in|between)\s+(?=[,.;]|\s*$|for\b|at\b)", "", text.strip(" .,\n"))
    if command := _COMMAND.match(text):
        found["tone"] = command["how"]
        text = text[command.end() :]
    text = text.lstrip(" .,;:\n")
    if quoted := _QUOTED.search(text):
        found["title"] = quoted[1]
        text = text[: quoted.start()] + quoted[1] + text[quoted.end() :]
    head = _HEAD.match(text)
    name = head[0].strip() if head else ""
    text = text[len(head[0]) :] if head else text
    _name(name, found)
    if apposition := _APPOSITION.match(text):
        found.setdefault("subject", apposition[1])
        text = text[apposition.end() :]
    text = _taken(text, _AUDIENCE, found, "audience", group=1)
    for match in _PLACE.finditer(text):
        if not _NO_PLACE.search(match[0]):
            found["where"], found["place"] = match[1].strip(), match[2].strip()
            text = text[: match.start()] + text[match.end() :]
            break
    found["unused"] = " ".join(re.findall(r"[\w'’-]{2,}", text))
    return found


def _taken(
    text: str, pattern: re.Pattern[str], found: dict[str, str], name: str, *, group: int = 0
) -> str:
    """Put what ``pattern`` finds into ``found`` and return the text without it."""
    match = pattern.search(text)
    if match is None:
        return text
    found[name] = match[group].strip(" ,.")
    return text[: match.start()] + text[match.end() :]


def _name(head: str, found: dict[str, str]) -> None:
    """Part the first words of a prompt into a title and what it is the title of."""
    if "title" not in found:
        bare = re.sub(r"^(?:the|our|an?)\s+", "", head, flags=re.IGNORECASE)
        names = [match[0] for match in _NAME.finditer(bare)]
        found["title"] = max(names, key=len) if names else ""
    title = found["title"]
    kind = head.replace(title, " ") if title else head
    kind = re.sub(r"\s+", " ", re.sub(r"^\W*(?:the|our|an?)\s+", "", kind.strip(), flags=re.I))
    if len(kind.strip(" '’s")) > 3:
        found["subject"] = kind.strip()
    if not title:
        found.pop("title")


def is_date(text: str) -> bool:
    """Return whether ``text`` holds a date in either language."""
    return bool(_DATE.search(text) or _HAN_DATE.search(text))


def when(date: str) -> str:
    """Return an English date with its preposition; empty where none is sure to fit."""
    if re.match(
        r"(?:every|this|next|all|from|on|in|at|until|during|tomorrow|tonight)\b", date, re.I
    ):
        return date
    if re.search(r"\d\s*(?:to|until)\s", date):
        return f"from {date}"
    if re.fullmatch(rf"{_MONTH}(?:\s+\d{{4}})?", date, re.IGNORECASE):
        return f"in {date}"
    return f"on {date}" if _DATE.match(date) or re.match(_WEEKDAY, date, re.I) else ""


def with_article(noun: str) -> str:
    """Return ``noun`` ready to follow “is”: ``film festival`` becomes ``a film festival``."""
    if _DETERMINER.match(noun) or noun.casefold().endswith("s"):
        return noun
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


_HAN_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_HAN_DATE = re.compile(
    rf"(?:\d{{4}}年|[〇零一二三四五六七八九]{{4}}年)?{_HAN_NUMBER}月"
    rf"(?:{_HAN_NUMBER}[日号]?(?:\s*[至到—~-]\s*(?:{_HAN_NUMBER}月)?{_HAN_NUMBER}[日号]?)?)?"
    r"|[本这下每]周[一二三四五六日末]|周末|元宵节|中秋节|春节|国庆节|端午节"
)
_HAN_TIME = re.compile(rf"(?:早上|上午|中午|下午|傍晚|晚上|夜里)(?:{_HAN_NUMBER}[点时]半?)?")
_HAN_COMMAND = re.compile(
    r"^\W*(?:请|麻烦|帮忙)?(?:您|你)?(?:为|给|替)?(?P<for>[^,，。;；]{0,60}?)"
    r"(?:写|撰写|创作|拟写|拟)(?:一|两|几)?(?:段|篇|份|则|个|条)?(?P<how>[^,，。;；]{0,40}?)"
    r"(?:文案|宣传语|宣传稿|稿子|文字|介绍|邀请函|短文)"
)
_HAN_ABOUT = re.compile(r"(?:关于|介绍)([^,，。;；]{2,40}?)的?(?=宣传|活动|$)")
_HAN_TONE = re.compile(
    r"的?(?:温暖|温馨|亲切|温柔|活泼|热闹|欢快|俏皮|正式|庄重|典雅|隆重|简洁|平实|朴素|简单|宣传|活动)*$"
)
_HAN_QUOTED = re.compile(r"[《“「『]([^》”」』\n]{1,30})[》”」』]")
_HAN_PLACE = re.compile(
    r"(?:地点|场地|地址)(?:就?(?:是|在|为)|设在)?([^,，。;；!！\n]{2,30})"
    r"|在([^,，。;；!！在\n]{2,24}?)(?:举行|举办|上演|放映|展出|开幕|开演|进行|见面)"
)
_HAN_AUDIENCE = re.compile(r"(?:面向|献给|欢迎|适合|送给|邀请)([^,，。;；!！\n]{2,24})")


def chinese(text: str) -> dict[str, str]:
    """Return the facts in Chinese sentences, and as ``unused`` what is left over."""
    found: dict[str, str] = {}
    text = text.strip(" .。,，\n")
    text = _taken(text, _LINK, found, "link")
    text = _taken(text, _HAN_DATE, found, "date")
    text = _taken(text, _HAN_TIME, found, "time")
    if command := _HAN_COMMAND.match(text):
        found["tone"] = command["how"]
        about = _HAN_ABOUT.search(command["how"])
        named = about[1] if about else command["for"]
        text = text[command.end() :]
        named = _HAN_TONE.sub("", named).strip("的 ")
        if named:
            found["title"] = named
    if quoted := _HAN_QUOTED.search(found.get("title", "") or text):
        kind = found.get("title", "").replace(quoted[0], "").strip("的 ")
        if len(kind) > 1:
            found["subject"] = kind
        found["title"] = quoted[1]
        text = text.replace(quoted[0], "", 1)
    if place := _HAN_PLACE.search(text):
        found["place"] = (place[1] or place[2]).strip()
        text = text[: place.start()] + text[place.end() :]
    text = _taken(text, _HAN_AUDIENCE, found, "audience", group=1)
    text = re.sub(r"(?:日期|时间)(?:是|为|在)?(?=[,，。;；!！\s]|$)", "", text)
    clauses = [one.strip() for one in re.split(r"[,，。;；!！\n]", text)]
    clauses = [one for one in clauses if len(re.findall(r"[\w]", one)) > 1]
    if "title" not in found and clauses and len(clauses[0]) <= 20:
        found["title"] = clauses.pop(0)
    found["unused"] = "，".join(clauses)
    return found
