"""An advert cut into parts: lines without their bullets, labels with their values, clauses, cells of a table.

A part never rewrites words: it is a place in the original text and what label, if any, stands before it.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from app.intake.adverts.cues import alternatives, cues
from app.intake.values.pay.tokens import fold

# What may stand before the first word of a line: emoji, stars, arrows, dashes, a number with its stop.
NUMBERING = re.compile(
    r"(?:\d\ufe0f?\u20e3|[①-⑳❶-❿㈠-㈩]|[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:[、)]|\.(?!\d)|:(?!\d)))\s*"
)
WORD_SIGNS = '【[(<《「"“¥$+#'
STOPS = ",;。!?|"
CELLS = re.compile(r"\s*\|\s*|\t+|\s{2,}")
GAP = re.compile(r"\s{2,}")
OPENED = re.compile(r"[【\[(《「][^【\[(《「】\])》」]*[】\])》」]")
LEAST_CELLS = 3
ONE_CLAUSE = frozenset({"v_company", "v_agency", "v_title", "v_headcount", "v_place", "v_contact", "v_phone", "v_end"})


@dataclass(frozen=True, slots=True)
class Part:
    """One clause, value or cell. ``label`` is the field its label names; ``head``: it begins a line."""

    start: int
    end: int
    line: int
    label: str | None = None
    head: bool = False
    numbered: bool = False
    shown_from: int = -1  # where its label begins, if it is the first part behind one


@dataclass(frozen=True, slots=True)
class Advert:
    """A pasted text, the same text folded character for character, and its parts."""

    text: str
    folded: str
    parts: tuple[Part, ...]

    def of(self, part: Part) -> str:
        """The folded words of a part."""
        return self.folded[part.start : part.end]


def cut(text: str) -> Advert:
    """Cut a pasted text into parts, in the order they stand."""
    folded = fold(text)
    parts: list[Part] = []
    columns: list[str | None] = []
    start = 0
    for number, line in enumerate(folded.split("\n")):
        end = start + len(line)
        heads = _header(line)
        if heads:
            columns = heads
        elif columns and (cells := _row(line, start, number, columns)):
            parts.extend(cells)
        else:
            columns = columns if not line.strip() else []
            parts.extend(_line(folded, start, end, number))
        start = end + 1
    return Advert(text, folded, tuple(part for part in parts if part.end > part.start))


def _header(line: str) -> list[str | None]:
    """The fields of a table's head, if the line is one."""
    words = [word.strip() for word in CELLS.split(line.strip(" |"))]
    known = [cues().labels.get(word) for word in words]
    named = sum(field is not None for field in known)
    return known if len(words) >= LEAST_CELLS and named >= LEAST_CELLS - 1 and named * 2 > len(words) else []


def _row(line: str, start: int, number: int, columns: list[str | None]) -> list[Part]:
    """The cells of a row under a table's head; none where their number differs or the line is a rule."""
    spans: list[tuple[int, int]] = []
    place = len(line) - len(line.lstrip(" |"))
    for gap in [*CELLS.finditer(line), None]:
        end = gap.start() if gap else len(line.rstrip(" |"))
        if end > place:
            spans.append((place, end))
        place = gap.end() if gap else place
    if len(spans) != len(columns) or not line.strip(" |-=:+"):
        return []
    return [
        Part(start + first, start + last, number, label, head=index == 0, numbered=index == 0)
        for index, ((first, last), label) in enumerate(zip(spans, columns, strict=True))
    ]


def _line(folded: str, start: int, end: int, number: int) -> list[Part]:
    """The parts of a line of text: what stands before the first label, then each label's value, cut into clauses."""
    place, numbered = _undecorated(folded, start, end)
    found = list(_label_pattern().finditer(folded, place, end))
    bounds = [match.start() for match in found] + [end]
    parts = _clauses(folded, place, bounds[0], number, None)
    for match, bound in zip(found, bounds[1:], strict=True):
        word = re.sub(r"\s+", "", match["bracketed"] or match["plain"] or match["led"])
        label = cues().labels[word]
        verb = word in cues().words["verbs"]  # 招聘：… may go on with anything
        values = _clauses(folded, match.end(), bound, number, None if verb or label == "free" else label)
        first = [replace(value, shown_from=match.start(), numbered=verb) for value in values[:1]]
        parts.extend([*first, *(replace(value, label=_goes_on(value.label)) for value in values[1:])])
    if not parts:
        return []
    return [replace(parts[0], head=True, numbered=numbered or parts[0].numbered), *parts[1:]]


def _goes_on(label: str | None) -> str | None:
    """The label of a value's further clauses: a name, a number or an address is over with its first."""
    return None if label in ONE_CLAUSE else label


@cache
def _label_pattern() -> re.Pattern[str]:
    """工资：, 【工资】, 地  址：, and 地址 at the beginning of a line with a blank behind it."""
    labels = tuple(cues().labels)
    spaced = "(?:" + "|".join(r"\s*".join(map(re.escape, word)) for word in sorted(labels, key=len, reverse=True)) + ")"
    return re.compile(
        rf"(?:(?<=^)|(?<=\n)|(?<![\u4e00-\u9fffa-z0-9]))"
        rf"(?:[【\[(](?P<bracketed>{spaced})[】\])]\s*:?|(?P<plain>{spaced})\s*:"
        rf"|(?P<led>{alternatives(labels)})(?=[ ]))\s*"
    )


def _undecorated(folded: str, start: int, end: int) -> tuple[int, bool]:
    """The place of the first word of a line, and whether a number stands before it."""
    place, numbered = start, False
    while place < end:
        number = NUMBERING.match(folded, place, end)
        if number and not numbered:
            place, numbered = number.end(), True
        elif folded[place].isalnum() or folded[place] in WORD_SIGNS:
            break
        else:
            place += 1
    return place, numbered


def _clauses(folded: str, start: int, end: int, number: int, label: str | None) -> list[Part]:
    """The clauses between stops and wide gaps; brackets keep what they hold together."""
    parts: list[Part] = []
    depth, first = 0, start
    for place in range(start, end + 1):
        char = folded[place] if place < end else ""
        depth = max(0, depth + (char in "([" and char != "") - (char in ")]" and char != ""))
        wide = GAP.match(folded, place, end) is not None
        if place == end or (depth == 0 and (char in STOPS or wide)) or char == "\n":
            trimmed = _trimmed(folded, first, place)
            if trimmed:
                parts.append(Part(*trimmed, number, label))
            first = place + 1
    return parts


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without blanks, emoji and ornaments at its ends; brackets around the whole are opened."""
    while start < end and not (folded[start].isalnum() or folded[start] in WORD_SIGNS):
        start += 1
    while start < end and not (folded[end - 1].isalnum() or folded[end - 1] in '】])>》」%+"”'):
        end -= 1
    if (
        start < end
        and folded[start] in "【[(《「"
        and folded[end - 1] in "】])》」"
        and not re.search(r"[【\[(《「]", folded[start + 1 : end])
    ):
        return _trimmed(folded, start + 1, end - 1)
    return (start, end) if start < end else None
