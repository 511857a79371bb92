"""Yes and no, and the two sexes, in the words of forms."""

from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, NOTHING, Reading, ask, shown, text_of

_YES: Final = frozenset(
    {
        "是",
        "有",
        "Y",
        "YES",
        "TRUE",
        "√",
        "✓",
        "✔",
        "对",
        "1",
        "需要",
        "愿意",
        "参加",
        "已参加",
        "已",
        "缴纳",
        "提供",
        "包",
        "可以",
        "是的",
        "有的",
        "同意",
        "☑",
        "R",
        "●",
    }
)
_NO: Final = frozenset(
    {
        "否",
        "无",
        "没有",
        "N",
        "NO",
        "FALSE",
        "×",
        "X",
        "✗",
        "✘",
        "不",
        "0",
        "不需要",
        "不愿意",
        "未参加",
        "未",
        "不缴纳",
        "不提供",
        "不包",
        "不可以",
        "不是",
        "不同意",
        "☐",
        "□",
    }
)
_MALE: Final = frozenset({"男", "男性", "M", "MALE", "1", "1男", "1男性", "先生"})
_FEMALE: Final = frozenset({"女", "女性", "F", "FEMALE", "2", "2女", "2女性", "女士"})


def parse_yes_no(cell: Any) -> Reading:
    word = text_of(cell).upper().strip(" 。.;")
    if word in _YES:
        return True, None
    if word in _NO:
        return False, None
    if not word or word in BLANK_WORDS:
        return NOTHING
    return ask("yes_no_unreadable", value=shown(cell))


def parse_sex(cell: Any) -> Reading:
    """``male`` or ``female``."""
    word = text_of(cell).upper().strip(" 。.;-").replace(" ", "").replace("-", "")
    if word in _MALE:
        return "male", None
    if word in _FEMALE:
        return "female", None
    if not word or word in BLANK_WORDS or word in ("未知", "未说明", "未知的性别", "0", "9"):
        return NOTHING
    return ask("sex_unreadable", value=shown(cell))
