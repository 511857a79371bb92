"""What a vacancy says of lodging and meals, in two columns or in one (食宿)."""

import re
from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, NOTHING, Reading, ask, shown, text_of
from app.shared.categories import categories

_BOTH_BY_ONESELF: Final = re.compile(
    r"(?:食宿|吃住)(?:费用?)?(?:均|都|需|全部)?自(?:理|行解决|费|付)|(?:不|未|无)(?:包|提供|含|管)?(?:食宿|吃住)|自理食宿"
)
_LODGING: Final = re.compile(
    r"(?:包|提供|有|免费|含|管|供)(?:免费)?(?:食|吃)?(?:住|宿)|宿舍|(?:食宿|吃住)(?:免费|全包|均?提供)|^食宿$|^吃住$|^住宿$"
)
_NO_LODGING: Final = re.compile(
    r"(?:不|未|无)(?:包|提供|含|管|供)?(?:吃)?(?:住宿?|宿舍?)|住宿?自理|自行解决住宿|不?包吃不包住"
)
_MEALS: Final = re.compile(r"(?:包|提供|免费|含|管|供)(?:免费)?(?:食宿|吃住)|(?:食宿|吃住)(?:免费|全包)")
_NO_MEALS: Final = re.compile(
    r"(?:就餐|用餐|食堂|餐费|伙食费|吃饭)(?:自理|自费|自付)|(?:不|未|无)(?:包|提供|含|管|供)(?:吃(?!住)|餐|饭|伙食)|(?:吃|餐|伙食|餐饮)自理|包住不包吃"
)
_YES: Final = frozenset({"是", "有", "提供", "包", "Y", "YES", "√", "TRUE", "1", "免费", "可以", "可提供"})
_NO: Final = frozenset({"否", "无", "没有", "不提供", "不包", "N", "NO", "×", "FALSE", "0", "自理"})


def parse_lodging(cell: Any) -> Reading:
    """A lodging code. "Provided" without the kind of room is asked about: a bed for eight is not a single room."""
    text = text_of(cell)
    word = text.upper().strip(" 。.;")
    if word in _NO or _BOTH_BY_ONESELF.search(text) or _NO_LODGING.search(text):
        return "none", None
    code = categories("lodging").resolve(text)
    if code is not None and code != "none":
        return code, None
    if word in BLANK_WORDS or not word:
        return NOTHING
    codes = [code for code in categories("lodging").resolve_all(text)[0] if code != "none"]
    if len(codes) > 1:
        return ask("lodging_several", value=shown(cell))
    if codes:
        return codes[0], None
    if word in _YES or _LODGING.search(text):
        return ask("lodging_kind_missing", value=shown(cell))
    return ask("choice_unknown", value=shown(cell), list="lodging")


def parse_meals(cell: Any) -> Reading:
    """A meals code; a plain "yes" does not say how many meals and is asked about."""
    text = text_of(cell)
    word = text.upper().strip(" 。.;")
    if word in _NO or _BOTH_BY_ONESELF.search(text) or _NO_MEALS.search(text):
        return "none", None
    code = categories("meals").resolve(text)
    if code is not None:
        return code, None
    if _MEALS.search(text):
        return "three", None
    if word in BLANK_WORDS or not word:
        return NOTHING
    if word in _YES:
        return ask("meals_count_missing", value=shown(cell))
    return ask("choice_unknown", value=shown(cell), list="meals")


def parse_board_lodging(cell: Any) -> Reading:
    """Lodging out of a column for both; what it says of meals only is no question about lodging."""
    value, issue = parse_lodging(cell)
    return (value, None) if issue and issue.code == "choice_unknown" and _speaks_of_meals(cell) else (value, issue)


def parse_board_meals(cell: Any) -> Reading:
    """Meals out of a column for both; what it says of lodging only is no question about meals."""
    value, issue = parse_meals(cell)
    return (value, None) if issue and issue.code == "choice_unknown" and _speaks_of_lodging(cell) else (value, issue)


def _speaks_of_meals(cell: Any) -> bool:
    return bool(re.search("餐|吃|饭|伙食", text_of(cell)))


def _speaks_of_lodging(cell: Any) -> bool:
    return bool(re.search("住|宿|房|人间", text_of(cell)))
