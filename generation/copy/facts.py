"""What a prompt says: facts under labels (``Place: ...``), or found in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generation.copy import natural

LABELS: Mapping[str, str] = {
    "title": "title", "name": "title", "event": "title", "标题": "title", "名称": "title",
    "片名": "title", "活动": "title",
    "place": "place", "venue": "place", "where": "place", "location": "place",
    "地点": "place", "场地": "place", "地址": "place",
    "date": "date", "when": "date", "dates": "date", "日期": "date",
    "time": "time", "hours": "time", "时间": "time", "时段": "time",
    "audience": "audience", "for": "audience", "观众": "audience", "对象": "audience",
    "guests": "guests", "with": "guests", "names": "guests", "嘉宾": "guests", "阵容": "guests",
    "host": "host", "organiser": "host", "organizer": "host", "主办": "host", "主办方": "host",
    "price": "price", "tickets": "price", "admission": "price", "票价": "price", "门票": "price",
    "link": "link", "website": "link", "booking": "link", "网址": "link", "链接": "link",
    "tone": "tone", "语气": "tone", "风格": "tone",
    "subject": "subject", "about": "subject", "主题": "subject", "内容": "subject",
}  # fmt: skip
TOLD = (
    *("title", "subject", "place", "date", "time", "audience"),
    *("guests", "host", "price", "link"),
)
"""The facts a text must tell, and the order in which records show them."""
TONES: Mapping[str, str] = {
    "warm": "warm gentle heartfelt friendly tender 温暖 温馨 亲切 温柔",
    "lively": "lively playful fun funny energetic bold cheerful 活泼 热闹 欢快 俏皮",
    "formal": "formal official elegant dignified 正式 庄重 典雅 隆重",
    "plain": "plain simple sober factual brief 简洁 平实 朴素 简单",
}
CATEGORIES: Mapping[str, str] = {
    "film": "film films cinema movie movies screening screenings 电影 影片 放映",
    "music": "music concert concerts jazz choir song songs 音乐 演唱 合唱 乐队 民谣",
    "art": "exhibition exhibitions art gallery painting paintings photo photographs "
    "展览 画展 艺术 摄影 美术",
    "stage": "theatre theater dance play opera circus puppet 戏剧 话剧 舞蹈 歌剧 戏曲 演出",
    "books": "book books reading readings poetry poem literature writers 图书 阅读 诗歌 文学 书展",
    "food": "food market wine harvest tasting kitchen tea 美食 市集 集市 茶 小吃",
    "light": "lantern lanterns light lights fireworks lamplight 灯会 花灯 灯火 灯光 烟花",
    "nature": "garden gardens hike forest mountain mountains flowers 花园 公园 徒步 山 森林 花",
}
_LABEL = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
_LABELLED = re.compile(
    rf"(?:^|[.。;；\n]\s*)({_LABEL})\s*[:：]\s*((?:[^.。;；\n]|\.(?=\S)|(?<=[ap]\.m)\.)+)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 90
_READ = 8_000
"""How much of a prompt is read, in characters. Nobody states facts at greater length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Empty where the prompt says nothing."""

    title: str = ""
    subject: str = ""
    place: str = ""
    where: str = ""
    """The place with its preposition, as in ``at the old harbour``."""
    date: str = ""
    when: str = ""
    """The date with its preposition, empty where none is sure to fit."""
    time: str = ""
    audience: str = ""
    guests: str = ""
    host: str = ""
    price: str = ""
    link: str = ""
    tone: str = ""
    category: str = ""
    """What kind of event it is: a key of `CATEGORIES`."""
    unused: str = ""
    """What of the prompt was not understood as a fact, and is not in the text."""

    def known(self) -> dict[str, str]:
        """Return the facts a text must tell, those that are there."""
        return {name: getattr(self, name) for name in TOLD if getattr(self, name)}

    def words(self) -> dict[str, str]:
        """Return everything a template may name."""
        forms = {"where": self.where, "when": self.when}
        return self.known() | {name: value for name, value in forms.items() if value}


def read(prompt: str, *, language: str) -> Facts:
    """Return the facts in ``prompt``; a labelled fact wins over one found in a sentence."""
    text = _clean(prompt[:_READ])
    found: dict[str, str] = {}
    for label, value in _LABELLED.findall(text):
        name = LABELS[label.lower()]
        # "时间" is used for days and for hours.
        if name == "time" and "date" not in found and natural.is_date(value):
            name = "date"
        found.setdefault(name, short(value))
    rest = _LABELLED.sub(". ", text)
    by_sentence = natural.english(rest) if language == "en" else natural.chinese(rest)
    unused = by_sentence.pop("unused", "")
    for name, value in by_sentence.items():
        if value:
            found.setdefault(name, short(value))
    if not found.get("title"):
        found["title"] = _title_from(found.get("subject", "") or short(rest), language=language)
    if _bare(found.get("subject", "")) == _bare(found["title"]):
        found.pop("subject", None)  # said already
    if language == "en":
        _prepositions(found)
    spoken = f"{found.get('tone', '')} {by_sentence.get('tone', '')}"
    found["tone"] = _key_of(TONES, spoken)
    about = " ".join(found.get(name, "") for name in ("title", "subject"))
    found["category"] = _key_of(CATEGORIES, about)
    return Facts(**found, unused=short(unused))


def language_of(prompt: str) -> str:
    """Return ``zh`` for a prompt that is mostly Chinese, else ``en``."""
    seen = prompt[:_READ]
    return "zh" if len(_HAN.findall(seen)) * 3 > len(seen.strip()) else "en"


def short(text: str) -> str:
    """Return ``text`` on one line, without the marks of our grammar, cut at a word."""
    plain = re.sub(r"\s+", " ", re.sub(r"[{}\[\]|]", "", text))
    plain = plain.strip(" .。,，;；:：、!！")
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST].rsplit(" ", 1)[0]


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _bare(text: str) -> str:
    return re.sub(r"^(?:an?|the|our|your)\s+", "", text.casefold())


def _title_from(text: str, *, language: str) -> str:
    """Return the first words of ``text`` as a title."""
    if language == "zh":
        return re.split(r"[,，、。:：;； ]", text, maxsplit=1)[0][:16]
    words = re.sub(r"^(?:an?|the|our|your|this)\s+", "", text, flags=re.IGNORECASE).split()
    title = " ".join(words[:6])
    return title[:1].upper() + title[1:]


def _prepositions(found: dict[str, str]) -> None:
    """Put the English prepositions to place and date, and the article to the subject."""
    place = found.get("place", "")
    if place and "where" not in found:
        alone = place[0].isupper() and " " not in place
        ready = re.match(r"(?:at|in|on|by|near|under|along)\s", place, re.IGNORECASE)
        found["where"] = place if ready else f"{'in' if alone else 'at'} {place}"
        if ready:
            found["place"] = place[ready.end() :]
    if date := found.get("date", ""):
        found["when"] = natural.when(date)
    if subject := found.get("subject", ""):
        found["subject"] = natural.with_article(subject)


def _key_of(table: Mapping[str, str], text: str) -> str:
    """Return the first key one of whose words is in ``text``."""
    lowered = text.casefold()
    words = set(re.findall(r"[a-z]+", lowered))
    for key, listed in table.items():
        for word in listed.split():
            if (word in words) if word.isascii() else (word in lowered):
                return key
    return ""
