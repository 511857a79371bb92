"""Values as they may be shown to somebody who only decides what a column means."""

import re
from typing import Final

_LONG_NUMBER: Final = re.compile(r"[0-9Xx]{7,}")


def mask(text: str, *, whole: bool) -> str:
    """Long numbers keep their ends; with ``whole``, a name keeps its first character."""
    covered = _LONG_NUMBER.sub(lambda match: _covered(match.group()), text)
    if not whole or covered != text:
        return covered
    return text[:1] + "*" * (len(text) - 1)


def _covered(number: str) -> str:
    ends = 3 if len(number) <= 11 else 4
    return (
        number[:ends] + "*" * (len(number) - 2 * ends) + number[-ends:] if len(number) > 2 * ends else "*" * len(number)
    )
