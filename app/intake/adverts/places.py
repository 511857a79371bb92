"""Where a stretch of text names a place, asked of the reference of places.

The reference may answer for the beginning of a text (昆山电子厂 → 昆山), so the end of the name is found by asking
again for shorter and shorter words.
"""

import re
from collections.abc import Callable

from app.intake.adverts.patterns import HAN

ResolvePlace = Callable[[str], str | None]
"""A place's text → its code, or None where it is unknown or ambiguous."""

RUN = re.compile(rf"[{HAN}]{{2,24}}")
SUFFIX = re.compile(r"(?:自治州|自治县|地区|新区|街道|省|市|州|县|区|旗|镇|乡)")
LEAD = re.compile(r"[在到去]")


def place_end(text: str, start: int, end: int, resolve_place: ResolvePlace | None) -> int | None:
    """Where the name of a place that begins at ``start`` ends; None where none begins there."""
    run = RUN.match(text, start, end)
    if resolve_place is None or run is None or LEAD.match(text, start):
        return None
    longest = next((last for last in range(run.end(), start + 1, -1) if resolve_place(text[start:last])), None)
    if longest is None:
        return None
    code = resolve_place(text[start:longest])
    shortest = next(last for last in range(start + 2, longest + 1) if resolve_place(text[start:last]) == code)
    suffix = SUFFIX.match(text, shortest, end)
    if suffix and resolve_place(text[start : suffix.end()]) == code:
        return suffix.end()
    return shortest
