"""The words a scene is asked for in, English and Chinese, and what they ask for.

Nothing here guesses: a word is in the table or it is reported as not understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

# group -> concept -> words. Chinese words stand in the same list; the longest match wins.
WORDS: Mapping[str, Mapping[str, str]] = {
    "subject": {
        "lighthouse": "lighthouse beacon 灯塔 燈塔",
        "castle": "castle fortress keep citadel palace 城堡 古堡 宫殿 要塞",
        "temple": "temple pagoda shrine 寺 寺庙 古寺 宝塔 佛塔 塔 庙 庙宇",
        "island": "island isle islet atoll 岛 小岛 海岛 岛屿",
        "village": (
            "village hamlet cottage cottages farm town houses 村 村庄 村落 小镇 古镇 乡村 农舍"
        ),
        "city": (
            "city skyline downtown skyscraper metropolis street 城市 都市 天际线 高楼 大厦 街道"
        ),
        "desert": "desert dune sahara sand 沙漠 沙丘 大漠 戈壁",
        "forest": "forest wood woods woodland jungle 森林 树林 林 竹林 松林",
        "mountains": (
            "mountain peak alps ridge range summit valley 山 山脉 群山 雪山 高山 山峰 山谷 远山"
        ),
        "sea": (
            "sea ocean coast shore beach harbour harbor bay wave 海 大海 海洋 海边 海岸 "
            "海滩 港口 港湾 海浪"
        ),
        "mosaic": "abstract pattern mosaic geometric stained 抽象 图案 马赛克 几何 花窗",
        "rings": "circle ring concentric spiral mandala 圆 圆环 同心圆 曼陀罗",
        "bands": "stripe band ribbon 条纹 彩带 飘带",
    },
    "time": {
        "dawn": "dawn sunrise daybreak 黎明 日出 拂晓 破晓 清晨 晨曦 朝霞",
        "day": (
            "day daylight daytime noon midday morning afternoon sunny 白天 白昼 正午 中午 "
            "上午 下午 晴天 早晨"
        ),
        "sunset": "sunset dusk evening twilight sundown golden-hour 日落 黄昏 傍晚 夕阳 晚霞 暮色",
        "night": (
            "night midnight moonlight moonlit starlight starry nocturnal nighttime 夜 夜晚 "
            "夜色 夜景 午夜 月夜 星夜 深夜 夜空"
        ),
    },
    "weather": {
        "storm": "storm stormy thunder thunderstorm lightning tempest 暴风雨 风暴 雷雨 雷电 闪电",
        "rain": "rain rainy drizzle shower 雨 下雨 细雨 雨天",
        "snow": "snow snowy snowfall snowing 雪 下雪 飘雪 大雪 雪景 雪天",
        "fog": "fog foggy mist misty haze hazy 雾 大雾 薄雾 晨雾 云雾 雾气",
        "clouds": "cloud cloudy overcast 云 多云 云朵 白云 阴天",
        "clear": "clear cloudless 晴 晴朗 万里无云",
    },
    "season": {
        "spring": "spring springtime 春 春天 春日 春季",
        "summer": "summer summertime 夏 夏天 夏日 夏季",
        "autumn": "autumn autumnal fall 秋 秋天 秋日 秋季 红叶",
        "winter": "winter wintry 冬 冬天 冬日 冬季",
    },
    "palette": {
        "warm": "warm amber orange red 暖 温暖 暖色 橙 橙色 红 红色",
        "cool": "cool cold teal icy blue 冷 冷色 蓝 蓝色 青",
        "gold": "gold golden yellow 金 金色 金黄 黄色",
        "rose": "rose pink magenta 粉 粉色 玫瑰 粉红",
        "violet": "violet purple lavender 紫 紫色",
        "green": "green emerald jade 绿 绿色 翠绿",
        "ink": "ink monochrome black-and-white charcoal 水墨 墨 黑白 单色",
        "sepia": "sepia vintage nostalgic 怀旧 复古 泛黄",
        "pastel": "pastel soft gentle pale 柔和 淡雅 粉彩 淡",
        "vivid": "vivid bright colourful colorful bold 鲜艳 明亮 绚丽 缤纷 多彩",
    },
    "extras": {
        "water": "lake river pond reflection water stream waterfront 湖 湖水 湖泊 河 江 水 倒影 溪",
        "boat": "boat sail sailboat ship sailing yacht 船 帆船 小船 渔船 帆",
        "pines": "pine fir spruce conifer 松 松树 杉树",
        "trees": "tree oak birch orchard 树 树木 大树",
        "palms": "palm coconut 棕榈 椰树 椰子",
        "blossom": "blossom cherry sakura flower bloom 花 樱花 桃花 花朵 鲜花 梅花",
        "birds": "bird gull seagull geese swallow crane 鸟 飞鸟 海鸥 大雁 燕子 鹤",
        "balloon": "balloon 气球 热气球",
        "lanterns": "lantern 灯笼 天灯 孔明灯 花灯",
        "fireworks": "firework celebration new-year 烟花 焰火 礼花",
        "moon": "moon crescent 月 月亮 明月 圆月 弯月",
        "sun": "sun sunlight 太阳 阳光 日",
        "stars": "star stars galaxy 星 星星 星空 繁星 银河",
        "pyramids": "pyramid 金字塔",
        "rocks": "rock cliff boulder stone 岩石 礁石 悬崖 石头",
        "peaks": "hill hills highland 丘陵 山丘 小山",
        "festival": "festival fair carnival 节日 节庆 庆典 音乐节",
    },
}

# The first of these that is named is the picture; the others lend it a feature or are set aside.
RANK = tuple(WORDS["subject"])
LENDS: Mapping[str, str] = {
    "mountains": "peaks",
    "sea": "water",
    "forest": "trees",
    "island": "rocks",
    "lighthouse": "rocks",
}

_LITTLE_WORDS = (
    "a an the of in on at by with and or to from for as is are be it its his her their our my "
    "over under behind before near above below between into through across beside seen view "
    "scene picture image illustration painting poster some many few one two three there this "
    "that very"
)
_LITTLE = frozenset(_LITTLE_WORDS.split())
_LITTLE_HAN = frozenset(
    "的在一个座片张幅有和与里上下中边着了是只几之旁前后远处近处画面风景图从看到我们"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NONE_OF = frozenset({"no", "without"})
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the words asked for. Empty strings: nothing was said, the seed decides."""

    subject: str = ""
    time: str = ""
    weather: str = ""
    season: str = ""
    palette: str = ""
    extras: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    understood: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    """Subjects that were named beside the first one and have no part to play in it."""


def _tables() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    latin: dict[str, tuple[str, str]] = {}
    han: dict[str, tuple[str, str]] = {}
    for group, concepts in WORDS.items():
        for concept, words in concepts.items():
            for word in words.split():
                (han if _HAN.match(word) else latin)[word] = (group, concept)
    return latin, han


_LATIN, _HAN_WORDS = _tables()
_LONGEST_HAN = max(map(len, _HAN_WORDS))


def read(prompt: str) -> Wish:
    """Return what ``prompt`` asks for, with the words that were and were not understood."""
    text = unicodedata.normalize("NFKC", prompt[:20_000]).casefold()
    found: list[tuple[str, str]] = []
    without: set[str] = set()
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    denied = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if _HAN.search(token):
            _read_han(token, found=found, without=without, known=known, unknown=unknown)
            continue
        if token in _NONE_OF:
            denied = True
        elif meaning := _look_up(token):
            known[token] = None
            if denied:
                without.add(meaning[1])
            else:
                found.append(meaning)
            denied = False
        elif token not in _LITTLE and len(token) > 1:
            unknown[token[:40]] = None
    return _wish(found, without=without, known=known, unknown=unknown)


def _look_up(token: str) -> tuple[str, str] | None:
    single = token[:-3] + "y" if token.endswith("ies") else token
    for form in (
        token,
        token.removesuffix("s"),
        token.removesuffix("es"),
        single,
        token.partition("-")[0],
    ):
        if form in _LATIN:
            return _LATIN[form]
    return None


def _read_han(
    run: str,
    *,
    found: list[tuple[str, str]],
    without: set[str],
    known: dict[str, None],
    unknown: dict[str, None],
) -> None:
    at, rest, denied = 0, "", False
    while at < len(run):
        if run.startswith("没有", at) or run[at] in "无没":
            denied, at = True, at + (2 if run.startswith("没有", at) else 1)
            continue
        for length in range(min(_LONGEST_HAN, len(run) - at), 0, -1):
            word = run[at : at + length]
            if meaning := _HAN_WORDS.get(word):
                known[word] = None
                if denied:
                    without.add(meaning[1])
                else:
                    found.append(meaning)
                denied, at = False, at + length
                break
        else:
            if run[at] not in _LITTLE_HAN:
                rest += run[at]
            elif rest:
                unknown[rest[:40]], rest = None, ""
            at += 1
    if rest:
        unknown[rest[:40]] = None


def _wish(
    found: list[tuple[str, str]],
    *,
    without: set[str],
    known: dict[str, None],
    unknown: dict[str, None],
) -> Wish:
    said: dict[str, list[str]] = {group: [] for group in WORDS}
    for group, concept in found:
        if concept not in said[group]:
            said[group].append(concept)
    subjects = sorted(said["subject"], key=RANK.index)
    others = subjects[1:]
    extras = set(said["extras"]) | {LENDS[other] for other in others if other in LENDS}
    if "festival" in extras:
        extras |= {"lanterns", "fireworks"} if "night" in said["time"] else {"balloon"}
    # "a moon" without an hour means night; "the stars" as well.
    hour = said["time"][0] if said["time"] else ("night" if extras & {"moon", "stars"} else "")
    return Wish(
        subject=subjects[0] if subjects else "",
        time=hour,
        weather=said["weather"][0] if said["weather"] else "",
        season=said["season"][0] if said["season"] else "",
        palette=said["palette"][0] if said["palette"] else "",
        extras=frozenset(extras - without),
        without=frozenset(without),
        understood=tuple(known)[:_MOST_WORDS],
        not_understood=tuple(unknown)[:_MOST_WORDS],
        set_aside=tuple(other for other in others if other not in LENDS),
    )
