"""Header cells as comparable text: marks, numbering and line breaks off, brackets told apart."""

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final, NamedTuple

from opencc import OpenCC

_REQUIRED_MARK: Final = re.compile(r"[*★☆●※]+|\((?:必填|必填项)\)|【必填】|\[必填\]")
_NUMBERING: Final = re.compile(
    r"^(?:\(?\d{1,2}\)|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|[①-⑳])"
)
_BRACKETS: Final = re.compile(r"[(\[{<【〔「]([^()\[\]{}<>【】〔〕「」]*)[)\]}>】〕」]")
_EDGES: Final = " :;,.。、-_—|/\\'\"“”‘’"
_HINT: Final = re.compile(
    r"(?:人民币)?[千万]?(?:元|圆|块|RMB|¥)(?:[/每](?:人[/每]?)?(?:月|年|天|日|小时|时|件|个))?|/?(?:月|个月|年|天|日|小时|人|名|个|岁|周岁|周|%|cm|CM|kg|公斤|月数)"
    r"|(?:小时|时|h|H)/(?:天|日|周)|元每月|月/人|个/月|年月日|年月|年[./-]月[./-]?日?|[Yy]{4}.*|\d{4}[-./年].*"
    r"|必填|选填|必选|可选|可多选|多选|单选|可填多个|可不填|非必填|下拉.*|选择|请.*|格式.*|例.*|如.*|注.*|说明.*|参考.*|填.*|精确到.*|具体到.*|到[省市县乡镇村].*级?|详细到.*|须.*|需.*|以.*为准|按.*填.*"
    r"|\d+位.*|文本.*|是[/、或]?否|是/否.*|有/无|男[/、]女|公历|阳历|没有填无|无则.*|没有.*|若有|最多.*|至少.*|省市县.*|省[/、]市[/、]县.*|[省市县(区)、/,-]{3,}|不含.*|含.*|税前|税后|全称|手机|手机号码?|固话|座机|.*[/、,;].*[/、,;].*"
)


class HeaderText(NamedTuple):
    """One header cell, taken apart.

    ``full`` keeps brackets (half-width), ``bare`` leaves them out, ``inside`` is what stood in them,
    ``required`` says that the sheet marks the column as required.
    """

    full: str
    bare: str
    inside: tuple[str, ...]
    required: bool

    @property
    def flat(self) -> str:
        """Everything in its order, without the brackets themselves."""
        return re.sub(r"[()]", "", self.full)

    @property
    def meaningful(self) -> tuple[str, ...]:
        """What stands in brackets and is neither a unit nor a hint on how to fill in."""
        return tuple(text for text in self.inside if text and not _HINT.fullmatch(text))


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; the converter is only woken where GB 2312 does not suffice."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_simplifier().convert(text))
    return text


@lru_cache(maxsize=8192)
def take_apart(cell: str) -> HeaderText:
    """The comparable forms of a header cell."""
    text = simplified(unicodedata.normalize("NFKC", cell))
    text = "".join(text.split()).replace("_x000D_", "").replace("\u200b", "").replace("\ufeff", "")
    required = bool(_REQUIRED_MARK.search(text))
    text = _NUMBERING.sub("", _REQUIRED_MARK.sub("", text)).strip(_EDGES)
    inside = tuple(part.strip(_EDGES) for part in _BRACKETS.findall(text))
    full = re.sub(r"[\[{<【〔「]", "(", re.sub(r"[\]}>】〕」]", ")", text))
    return HeaderText(full, _BRACKETS.sub("", text).strip(_EDGES), inside, required)


def cell_text(cell: Any) -> str:
    """A cell of a possible header as text; numbers and days keep a short form."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def remembered_key(text: str, group: str = "") -> str:
    """The key under which an office's own meaning of a header is remembered."""
    own = take_apart(text).full
    return f"{take_apart(group).full}>{own}" if group else own
