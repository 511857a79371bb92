"""What a reader of a cell answers with."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

Level = Literal["error", "ask", "note"]


class Issue(NamedTuple):
    """Something to say about one cell.

    ``error``: the row waits until it is mended. ``ask``: the row loads without this value and somebody is asked.
    ``note``: the value is taken; a person may want to look. ``params`` never hold an identity value.
    """

    level: Level
    code: str
    params: dict[str, Any] = {}  # noqa: RUF012 - never changed; made once for the many issues without parameters


Reading = tuple[Any, Issue | None]
Parser = Callable[[Any], Reading]

NOTHING: Final[Reading] = (None, None)

_MAX_SHOWN = 40
_LONG_NUMBER = re.compile(r"\d{7,}[xX]?")

# What people write when they mean "I left this out".
BLANK_WORDS: Final = frozenset(
    {
        "无",
        "没有",
        "暂无",
        "不详",
        "未知",
        "空",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "－",
        "、",
        "N/A",
        "#N/A",
        "NULL",
        "null",
        "NA",
        "nan",
        "None",
        "略",
    }
)
# What people write when they mean "all the same to me".
ANY_WORDS: Final = frozenset(
    {
        "不限",
        "不限制",
        "无要求",
        "没要求",
        "无特殊要求",
        "都可以",
        "都行",
        "均可",
        "皆可",
        "随意",
        "随便",
        "无所谓",
        "任意",
        "服从安排",
        "服从调配",
        "听从安排",
        "面议",
        "按规定",
    }
)


def text_of(cell: Any) -> str:
    """A cell as comparable text: one width, no line breaks, single spaces; whole numbers without ``.0``."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = cell if isinstance(cell, str) else str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def shown(cell: Any) -> str:
    """A cell as it may stand in a message: short, on one line, long numbers masked (a phone may stand anywhere)."""
    text = _LONG_NUMBER.sub("***", text_of(cell))
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def ask(code: str, /, **params: Any) -> Reading:
    return None, Issue("ask", code, params)


def refuse(code: str, /, **params: Any) -> Reading:
    return None, Issue("error", code, params)


def noted(value: Any, code: str, /, **params: Any) -> Reading:
    return value, Issue("note", code, params)
