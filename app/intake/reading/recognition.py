"""What one header means, taken by itself: a field with a confidence, or nothing sure and suggestions."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from app.intake.fields import fields
from app.intake.reading.header_text import HeaderText, take_apart
from app.intake.reading.header_words import UNUSED, HeaderWords, header_words, skeleton

SURE: Final = 0.8
"""From here on a column is taken; below it somebody is asked."""

_STRIPPED: Final = 0.95
_PERMUTED: Final = 0.9
_SKELETON: Final = 0.85
_GROUPED: Final = 0.93
_DOUBTED: Final = 0.7
_FUZZY: Final = 0.78
_FUZZY_FROM: Final = 62
_BAD_UNITS: Final = {
    "monthly_wage": re.compile(r"年|天|日|时|次"),
    "wish_wage": re.compile(r"年|天|日|时|次"),
    "work_months": re.compile(r"^(天|日|年|小时)$"),
    "wish_months": re.compile(r"^(天|日|年)$"),
    "skill_months": re.compile(r"^(天|日|年)$"),
    "v_months": re.compile(r"^(天|日|年)$"),
    "v_headcount": re.compile(r"元"),
}
_NEUTRAL_GROUP: Final = re.compile(
    r"(基本|基础|个人|人员|本人|劳动力|脱贫劳动力|成员|家庭成员|家庭|求职|求职者|求职人员|务工人员|劳动者|身份|自然|登记|户籍|脱贫人口|农村劳动力|人口|对象"
    r"|企业|单位|公司|用工|用人|招聘|岗位|职位|需求|工种|招工|联系|其他|联系方式)*(单位|岗位|人员)?(信息|情况|资料|状况|需求)?"
)
_GROUP_TAIL: Final = re.compile(r"(信息|情况|资料|状况|登记|内容|基本|填写|栏)+$")
_PERSONAL: Final = frozenset(
    {
        "name",
        "id_no",
        "phone",
        "sex",
        "birth_date",
        "education",
        "v_phone",
        "v_contact",
        "remark",
        "work_place",
        "employer",
        "start",
        "end",
    }
)


class Recognised(NamedTuple):
    """A reading of one header. ``field`` is a field's key, ``unused``, or None; ``suggestions`` are best first."""

    field: str | None
    confidence: float
    suggestions: tuple[tuple[str, float], ...] = ()
    needs: tuple[frozenset[str], frozenset[str]] | None = None
    """(one of these fields must stand in the sheet, none of these may)."""


NOTHING: Final = Recognised(None, 0.0)


@lru_cache(maxsize=16384)
def recognise(text: str, group: str, kind: str) -> Recognised:
    """The meaning of a header under its merged head in one kind of sheet."""
    header = take_apart(text)
    if not header.full:
        return NOTHING
    words = header_words()
    forbidden = _forbidden(words, header, take_apart(group).full if group else "", kind)
    if forbidden:
        return forbidden
    alone = _alone(words, header, kind)
    if group:
        return _under_group(words, header, take_apart(group), kind, alone)
    return alone


def _forbidden(words: HeaderWords, header: HeaderText, group: str, kind: str) -> Recognised | None:
    """Columns that must be blanked, under whatever name; words of the vocabulary come first."""
    known = words.words[kind].get(header.full) or words.words[kind].get(header.bare)
    if known and known[0] != "remark":
        known_key = known[0]
        if known_key not in ("name", "id_no", "phone", "employer"):
            return None
    for key, pattern in words.forbidden.items():
        if kind == "supply" and key in ("drop", "disabled", "relocated"):
            continue
        if pattern.search(header.full) or (key != "drop" and pattern.search(group)):
            return Recognised(key, 0.95)
    return None


def _alone(words: HeaderWords, header: HeaderText, kind: str) -> Recognised:
    beside = words.beside[kind].get(header.full) or words.beside[kind].get(header.bare)
    if beside:
        return Recognised(beside.field, 0.9, ((beside.field, _DOUBTED),), (beside.beside, beside.unless))
    rule = words.units[kind].get(header.bare)
    if rule:
        fits = any(inside in rule.units for inside in header.inside)
        return Recognised(rule.field, 0.97) if fits else Recognised(None, 0.0, ((rule.field, 0.6),))
    for word, ceiling in _forms(header):
        found = words.words[kind].get(word)
        if found:
            return _with_unit(found[0], min(found[1], ceiling), header)
    if header.full in words.unused or (header.bare in words.unused and not header.meaningful):
        return Recognised(UNUSED, 0.95)
    bones = skeleton(header.bare if not header.meaningful else header.full)
    key = words.skeletons[kind].get(bones)
    return _with_unit(key, _SKELETON, header) if key else NOTHING


def _forms(header: HeaderText) -> Iterator[tuple[str, float]]:
    """Ways to read the header, the surest first, each with the most confidence it allows."""
    yield header.full, 1.0
    if header.full != header.bare:
        yield header.flat, _STRIPPED
        if not header.meaningful:
            yield header.bare, _STRIPPED
        for inside in header.meaningful:
            yield inside + header.bare, _PERMUTED
            yield header.bare + inside, _PERMUTED


def _with_unit(key: str, confidence: float, header: HeaderText) -> Recognised:
    bad = _BAD_UNITS.get(key)
    if bad and any(bad.search(unit) and unit != "元/月" for unit in header.inside):
        return Recognised(None, 0.0, ((key, 0.5),))
    return Recognised(key, confidence)


def _under_group(words: HeaderWords, header: HeaderText, group: HeaderText, kind: str, alone: Recognised) -> Recognised:
    """A sub-head is first read together with the merged head above it, which may change whose it is."""
    stem = _GROUP_TAIL.sub("", group.bare) or group.bare
    for head in dict.fromkeys((group.full, group.bare, stem)):
        joined = take_apart(head + header.full)
        found = _alone(words, joined, kind)
        if found.field and found.needs is None:
            return found._replace(confidence=min(found.confidence, _GROUPED))
    if alone.field is None:
        return alone
    if _NEUTRAL_GROUP.fullmatch(group.bare) or group.full == header.full:
        return alone
    if alone.field in _PERSONAL:
        return Recognised(None, 0.0, ((alone.field, _DOUBTED),))
    return alone._replace(confidence=alone.confidence * 0.9)


@lru_cache(maxsize=4096)
def suggestions(text: str, group: str, kind: str) -> tuple[tuple[str, float], ...]:
    """Up to three fields whose words look like this header; never sure enough to be taken."""
    words = header_words().words[kind]
    stem = _GROUP_TAIL.sub("", take_apart(group).bare) if group else ""
    header = take_apart(text)
    wanted = stem + (header.bare or header.full)
    if len(wanted) < 2:
        return ()
    best: dict[str, float] = {}
    for word, score, _ in process.extract(wanted, words.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=_FUZZY_FROM):
        key = words[word][0]
        if fields()[key].keeping != "drop":
            best[key] = max(best.get(key, 0.0), round(score / 100 * _FUZZY, 3))
    return tuple(sorted(best.items(), key=lambda item: -item[1])[:3])
