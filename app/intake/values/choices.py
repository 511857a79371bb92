"""Words of a sheet → codes of the category lists."""

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Issue, Parser, Reading, ask, shown, text_of
from app.occupations.reference import SKILL_LEVELS
from app.shared.categories import CategoryList, categories, comparable

_SEPARATOR: Final = re.compile(r"[,;、/|\n]+|以及|或者|或|和|及|\s+")
_ACCEPTABLE: Final = re.compile(r"(也?可以?接受|也可以?|也行|可以|可|均可|都可以?|都行)$")
_NEEDED: Final = re.compile(r"^(必须|要求|需要?|要|希望|最好|想要?|优先|优先考虑)|(优先|为主|必须)$")
_REFUSED: Final = re.compile(
    r"^(不接受|不能接受|不愿意?|不想|不要|不做|不上|不去|不能|不住|拒绝|不考虑|除了?|非|不)|(除外|的?不去|的?不做|的?不要)$"
)
_BY_ONESELF: Final = re.compile(r"(自己|自行|自主)(租|住|解决|安排|做饭|开伙|找房)|不需要|无需|不用(?!加)")
_MOST_NAMED: Final = 3


class Preference(NamedTuple):
    """What a person asks of lodging, shift, meals or contract. ``needed`` is None where nothing was said."""

    needed: bool | None = None
    wanted: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def _words(list_name: str) -> dict[str, str]:
    return {
        comparable(word): value.code for value in categories(list_name).values for word in (value.zh, *value.synonyms)
    }


def exact_code(list_name: str, text: str) -> str | None:
    """The code of which the whole text is a word; words inside a longer text do not count."""
    return _words(list_name).get(comparable(text))


def is_exactly(list_name: str, code: str, text: str) -> bool:
    return exact_code(list_name, text) == code


def choice_parser(list_name: str) -> Parser:
    """A reader of one code of a list; an unknown word is asked about, its text is in the issue."""
    values = categories(list_name)

    def parse(cell: Any) -> Reading:
        text = text_of(cell)
        code = values.resolve(text)
        if code is not None:
            return code, None
        if not text or text in BLANK_WORDS or text in ANY_WORDS:
            return NOTHING
        return ask("choice_unknown", value=shown(cell), list=list_name)

    return parse


def choices_parser(list_name: str, *, at_most: int | None = None) -> Parser:
    """A reader of several codes of a list, in the order written."""
    values = categories(list_name)

    def parse(cell: Any) -> Reading:
        text = text_of(cell)
        if not text or text in BLANK_WORDS or text in ANY_WORDS:
            return NOTHING
        codes, unknown = values.resolve_all(text)
        if at_most is not None and len(codes) > at_most:
            return codes[:at_most], Issue("note", "choices_too_many", {"limit": at_most})
        issue = (
            Issue("ask", "choices_unknown", {"value": shown("、".join(unknown)), "list": list_name})
            if unknown
            else None
        )
        return codes or None, issue

    return parse


def matters_most_parser() -> Parser:
    return choices_parser("matters_most", at_most=_MOST_NAMED)


def parse_relation(cell: Any) -> Reading:
    """``head`` or ``member``, and nothing closer: the register's words tell who is married to whom."""
    text = text_of(cell).strip("()")
    if not text or text in BLANK_WORDS:
        return NOTHING
    if text in ("户主", "本人", "本人或户主", "户主本人", "家长", "01", "1", "01户主"):
        return "head", None
    return "member", None


def preference_parser(list_name: str) -> Parser:
    """A reader of what is asked for: "单间，4人间也可" wants single rooms and accepts rooms for four."""
    values = categories(list_name)

    def parse(cell: Any) -> Reading:
        text = text_of(cell)
        if not text or text in BLANK_WORDS or text in ANY_WORDS:
            return NOTHING
        whole = values.resolve(text) if not _SEPARATOR.search(text) else None
        if whole is not None and not _REFUSED.match(text):
            return _as_preference(whole, text), None
        return _from_parts(values, list_name, text)

    return parse


def _as_preference(code: str, text: str) -> Preference:
    if code == "none":
        return Preference(needed=False)
    return Preference(needed=True, acceptable=(code,)) if _ACCEPTABLE.search(text) else Preference(True, (code,))


def _from_parts(values: CategoryList, list_name: str, text: str) -> Reading:
    wanted: list[str] = []
    acceptable: list[str] = []
    refused: list[str] = []
    needed: bool | None = None
    unknown: list[str] = []
    for part in filter(None, _SEPARATOR.split(text)):
        bare = _NEEDED.sub("", part)
        if bare in ("", "包住", "住宿", "提供住宿", "包食宿", "包吃住", "宿舍", "包吃", "餐", "吃", "提供", "是", "有"):
            needed = True
            continue
        if _BY_ONESELF.match(bare):
            needed = False
            continue
        if bare in ANY_WORDS or bare in ("其他", "其它"):
            continue
        exact = exact_code(list_name, bare)
        code = exact or values.resolve(_REFUSED.sub("", bare)) or values.resolve(bare)
        if code is None:
            unknown.append(part)
        elif exact is None and _REFUSED.search(bare):
            refused.append(code)
        elif code == "none":
            needed = False
        else:
            (acceptable if _ACCEPTABLE.search(part) else wanted).append(code)
    if unknown:
        issue = Issue("ask", "choices_unknown", {"value": shown("、".join(unknown)), "list": list_name})
    else:
        issue = None
    preference = Preference(needed if not wanted else True, tuple(wanted), tuple(acceptable), tuple(refused))
    return (preference if preference != Preference() else None), issue


def parse_excluded(cell: Any) -> Reading:
    """Conditions a person will not take: codes of traits, shifts and contract kinds, in that order of trying."""
    text = text_of(cell)
    if not text or text in BLANK_WORDS or text in ANY_WORDS:
        return NOTHING
    codes: list[str] = []
    unknown: list[str] = []
    for part in filter(None, _SEPARATOR.split(text)):
        bare = _REFUSED.sub("", part)
        code = next(
            (
                code
                for name in ("traits", "shift", "contract_kind", "lodging")
                if (code := categories(name).resolve(bare))
            ),
            None,
        )
        if code is None:
            unknown.append(part)
        elif code not in codes:
            codes.append(code)
    issue = Issue("ask", "choices_unknown", {"value": shown("、".join(unknown)), "list": "traits"}) if unknown else None
    return (tuple(codes) or None), issue


_LEVEL_OF: Final = {word: level.code for level in SKILL_LEVELS for word in (level.zh, *level.words)}


def parse_skill_level(cell: Any) -> Reading:
    """``apprentice``, ``junior`` … ``chief_technician``, by number (五级 is the junior one) or by the older names."""
    text = re.sub(r"[\s()]|职业技能等级|职业资格|技能等级|证书?$", "", text_of(cell))
    if not text or text in BLANK_WORDS or text in ("无等级", "未评级", "无证"):
        return NOTHING
    found = _LEVEL_OF.get(text) or _longest_level(text)
    return (found, None) if found else ask("level_unknown", value=shown(cell))


def _longest_level(text: str) -> str | None:
    """三级/高级工 names one level twice; 中级、高级 names two and is nobody's guess."""
    found: set[str] = set()
    for word in sorted(_LEVEL_OF, key=len, reverse=True):
        if word in text:
            found.add(_LEVEL_OF[word])
            text = text.replace(word, " ")
    return found.pop() if len(found) == 1 else None
