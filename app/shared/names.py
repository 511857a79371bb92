"""Search tokens of a personal name: its characters, pinyin syllables and initials."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

# Surnames that the dictionary reads as the everyday word.
SURNAME_READINGS = {
    "仇": "qiu", "单": "shan", "曾": "zeng", "区": "ou", "查": "zha", "解": "xie", "任": "ren", "盖": "ge",
    "尉": "wei", "朴": "piao", "翟": "zhai", "乐": "yue", "种": "chong", "华": "hua", "缪": "miao", "逄": "pang",
    "召": "shao", "燕": "yan", "宁": "ning", "员": "yun", "贠": "yun", "黑": "he", "折": "she", "洗": "xian",
    "繁": "po", "秘": "bi", "冼": "xian", "覃": "qin", "隗": "wei", "谌": "chen", "都": "du", "撒": "sa",
}  # fmt: skip


def normalise_name(name: str) -> str:
    """A name as it is compared: one width, no spaces, one kind of middle dot."""
    text = unicodedata.normalize("NFKC", name)
    text = "".join(text.split())
    return text.replace("•", "·").replace("‧", "·").replace("・", "·").replace(".", "·")


@lru_cache(maxsize=65536)
def syllables(character: str) -> str:
    """The plain pinyin of one character, lower case."""
    return lazy_pinyin(character, style=Style.NORMAL)[0].lower()


def name_tokens(name: str) -> set[tuple[str, str]]:
    """(kind, value) pairs under which a name is found: each character, each syllable, the run of initials."""
    text = normalise_name(name)
    tokens: set[tuple[str, str]] = set()
    initials = ""
    for position, character in enumerate(text):
        if character == "·":
            continue
        reading = syllables(character)
        if position == 0:
            reading = SURNAME_READINGS.get(character, reading)
        tokens.add(("char", character.lower()))
        tokens.add(("syllable", reading))
        initials += reading[:1]
    if initials:
        tokens.add(("initials", initials))
    return tokens


def query_tokens(text: str) -> set[tuple[str, str]]:
    """The tokens a searcher's words ask for: 张梅, zhang mei, or zm."""
    tokens: set[tuple[str, str]] = set()
    for word in unicodedata.normalize("NFKC", text).lower().split():
        if word.isascii() and word.isalpha():
            known = word in _all_syllables()
            tokens.add(("syllable" if known and len(word) > 1 else "initials", word))
        else:
            tokens.update(("char", character) for character in word if character != "·")
    return tokens


@lru_cache(maxsize=1)
def _all_syllables() -> frozenset[str]:
    readings = {reading.split(",")[0] for reading in PINYIN_DICT.values()}
    plain = {"".join(c for c in unicodedata.normalize("NFD", r) if c.isascii() and c.isalpha()) for r in readings}
    return frozenset(plain | set(SURNAME_READINGS.values()))
