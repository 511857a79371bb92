"""Rows among the data that are no data: blanks, totals, signatures, headers printed again on each page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.intake.reading.header_text import cell_text, take_apart
from app.intake.reading.workbook import Row

_TOTAL: Final = re.compile(r"^(合计|总计|小计|共计|累计|本页|总数|合\s*计|总\s*计|小\s*计)")
_FOOTER: Final = re.compile(
    r"^(注|备注|说明|填表|制表|审核|复核|单位负责人|负责人|填报|经办|联系人|联系电话|以上|统计|单位[(（]?盖章|盖章|签字|日期|第\s*\d+\s*页|.*\(?盖章\)?[:：]?$|.{0,8}(签字|签章|签名)[:：]?)"
)
_KEYS_OF_A_ROW: Final = frozenset({"id_no", "name", "v_title", "v_company", "head_id_no"})


def reason_to_skip(row: Row, header: Sequence[str], own: Sequence[int], values: Mapping[str, Any]) -> str | None:
    """Why a row is passed over, None if it is a row of data. Only asked of rows with little in them."""
    texts = [cell_text(cell) for cell in row if cell != ""]
    texts = [text for text in texts if text]
    if not texts:
        return "blank"
    filled = [index for index in own if index < len(row) and row[index] != ""]
    if _is_header_again(row, header):
        return "repeated_header"
    has_key = bool(_KEYS_OF_A_ROW & values.keys()) and len(filled) > 1
    if _TOTAL.search(texts[0]) and "id_no" not in values:
        return "total"
    if not has_key and (_FOOTER.search(texts[0]) or (len(texts) == 1 and len(texts[0]) > 15)):
        return "footer"
    if not filled or (len(texts) == 1 and texts[0].isdigit()):
        return "blank"  # a running number, or columns nobody reads, and nothing else
    return None


def _is_header_again(row: Row, header: Sequence[str]) -> bool:
    same = sum(
        1
        for cell, name in zip(row, header, strict=False)
        if name and isinstance(cell, str) and take_apart(cell).full == name
    )
    return same >= 3 and same * 2 >= sum(1 for name in header if name)
