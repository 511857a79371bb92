"""All headers of a sheet together: what kind of sheet it is and what each column is.

A column is taken, dropped (forbidden), ignored (known to be somebody else's or of no use), or asked about.
Asking is cheap and once per office; a column taken wrongly puts one person's number on another. So nothing is
taken that could as well be something else.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from app.intake.fields import fields
from app.intake.reading.header_text import remembered_key, take_apart
from app.intake.reading.header_words import UNUSED, header_words
from app.intake.reading.recognition import SURE, Recognised, recognise, suggestions

Kind = Literal["demand", "supply", "unknown"]
Action = Literal["take", "drop", "ignore", "ask"]
IGNORE: Final = "ignore"
DROP: Final = "drop"

_ALMOST_EQUAL: Final = 0.04
_OTHER_SHEET_FROM: Final = 2


class HeaderName(NamedTuple):
    """The text of a column's header and of the merged head above it, if any."""

    text: str
    group: str = ""


@dataclass(frozen=True)
class Column:
    """One column of the sheet and what was decided about it."""

    index: int
    header: HeaderName
    action: Action
    field: str | None = None
    confidence: float = 0.0
    suggestions: tuple[tuple[str, float], ...] = ()
    reason: str = ""
    """Why it is asked about or ignored: a code of ``messages.COLUMN_REASONS``."""
    shares: tuple[str, ...] = ()
    """All fields of a column that holds several (食宿 → lodging and meals)."""
    checks: str | None = None
    """A field that is looked at for the row checks and then forgotten."""

    @property
    def required_mark(self) -> bool:
        return take_apart(self.header.text).required

    @property
    def unit(self) -> str:
        inside = take_apart(self.header.text).inside
        return inside[-1] if inside else ""


@dataclass(frozen=True)
class SheetMapping:
    """The decision on a whole sheet."""

    kind: Kind
    columns: tuple[Column, ...]
    missing: tuple[str, ...] = field(default=())
    """Required fields that no column holds."""

    def taken(self) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = defaultdict(list)
        for column in self.columns:
            if column.action == "take" and column.field:
                found[column.field].append(column)
        return dict(found)


def map_columns(
    headers: Sequence[HeaderName], *, kind: Kind | None = None, remembered: Mapping[str, str] | None = None
) -> SheetMapping:
    """Decide on every column.

    ``kind`` is what the person chose, else it is guessed. ``remembered`` is what the office said before: header key
    (``remembered_key``) → field key, ``ignore`` or ``drop``; it wins over everything but the forbidden columns.
    """
    guessed, foreign = guess_kind(headers)
    kind = kind or guessed
    recognised = [_recognise(header, kind) for header in headers]
    columns = [
        _decide(i, header, found, kind) for i, (header, found) in enumerate(zip(headers, recognised, strict=True))
    ]
    columns = _only_beside_others(columns, recognised, foreign)
    columns = _give_to_owner_before(columns)
    columns = _remember(columns, remembered or {})
    columns = _settle_conflicts(columns)
    return SheetMapping(kind, tuple(columns), _missing(kind, columns))


def guess_kind(headers: Sequence[HeaderName]) -> tuple[Kind, bool]:
    """Which list the sheet is, and whether its bare words may belong to a sheet about something else."""
    votes: Counter[str] = Counter()
    understood: set[str | None] = set()
    words = header_words()
    for header in headers:
        demand, supply = (recognise(header.text, header.group, kind) for kind in ("demand", "supply"))
        here = {kind for kind, found in (("demand", demand), ("supply", supply)) if _votes(found)}
        understood |= {found.field for found in (demand, supply) if _votes(found)}
        if len(here) == 1:
            votes[here.pop()] += 1
        text = take_apart(header.text).full
        votes["other"] += text in words.other_sheets or bool(words.other_sheet_pattern.search(text))
    foreign = votes["other"] >= _OTHER_SHEET_FROM or votes["other"] >= max(votes["demand"], votes["supply"], 1)
    if votes["demand"] == votes["supply"]:  # a list of people names them; a list of posts names employer and post
        if understood & {"name", "id_no", "head_name"}:
            return "demand", foreign
        return ("supply" if {"v_company", "v_title"} <= understood else "unknown"), foreign
    return ("demand" if votes["demand"] > votes["supply"] else "supply"), foreign


def _votes(found: Recognised) -> bool:
    return found.field not in (None, UNUSED, "remark", "drop") and found.confidence >= SURE and found.needs is None


def _recognise(header: HeaderName, kind: Kind) -> Recognised:
    if kind != "unknown":
        return recognise(header.text, header.group, kind)
    demand, supply = (recognise(header.text, header.group, one) for one in ("demand", "supply"))
    if demand.field and supply.field and demand.field != supply.field:
        if UNUSED in (demand.field, supply.field):
            return demand if supply.field == UNUSED else supply
        return Recognised(None, 0.0, ((demand.field, 0.5), (supply.field, 0.5)))
    return demand if demand.field or not supply.field else supply


def _decide(index: int, header: HeaderName, found: Recognised, kind: Kind) -> Column:
    known = fields().get(found.field or "")
    if found.field == UNUSED:
        return Column(index, header, "ignore", None, found.confidence, reason="somebody_elses")
    if known is None or found.confidence < SURE:
        likely = found.suggestions or (((found.field or "", found.confidence),) if known else _likely(header, kind))
        if not likely:
            return Column(index, header, "ignore", reason="not_known" if header.text else "no_header")
        return Column(index, header, "ask", None, likely[0][1], likely, "unsure")
    if known.keeping == "checked":
        shown = known.key if known.key == "health" else DROP
        return Column(index, header, "drop", shown, found.confidence, reason="not_kept", checks=known.key)
    if known.keeping == "drop":
        return Column(index, header, "drop", known.key, found.confidence, reason="not_kept")
    if known.keeping == "known":
        return Column(index, header, "ignore", known.key, found.confidence, reason="recognised_not_kept")
    shares = header_words().shared.get(take_apart(header.text).full, ())
    return Column(index, header, "take", known.key, found.confidence, shares=shares if known.key in shares else ())


_PERSONS: Final = frozenset({"name", "id_no"})
_OF_A_PERSON: Final = frozenset({"phone", "employer", "work_place", "trade"})
_ANYBODYS: Final = frozenset(
    {"v_company", "v_address", "v_place", "v_phone", "v_contact", "v_start", "v_end", "v_headcount"}
)


def _likely(header: HeaderName, kind: Kind) -> tuple[tuple[str, float], ...]:
    kinds = ("demand", "supply") if kind == "unknown" else (kind,)
    found = {key: worth for one in kinds for key, worth in suggestions(header.text, header.group, one)}
    return tuple(sorted(found.items(), key=lambda item: -item[1])[:3])


def _only_beside_others(columns: list[Column], recognised: Sequence[Recognised], foreign: bool) -> list[Column]:
    """Bare words are taken only where their neighbours say what the sheet is about."""
    sure = {c.field for c, found in zip(columns, recognised, strict=True) if c.action != "ask" and found.needs is None}
    settled: list[Column] = []
    for column, found in zip(columns, recognised, strict=True):
        anybodys = _ANYBODYS if sure & _PERSONS else _ANYBODYS | _OF_A_PERSON
        unclear = foreign and (column.field in anybodys or found.needs is not None)
        if column.action == "take" and found.needs is not None:
            needed, unless = found.needs
            unclear = unclear or not needed & sure or bool(unless & sure)
        settled.append(asked(column, "unclear_whose") if unclear and column.action == "take" else column)
    return settled


def asked(column: Column, reason: str) -> Column:
    likely = column.suggestions or (((column.field, min(column.confidence, 0.75)),) if column.field else ())
    return replace(column, action="ask", field=None, confidence=0.5, suggestions=likely, reason=reason, shares=())


_FOLLOWS_OWNER: Final = {"phone": "head_phone", "id_no": "head_id_no"}
_BARE_OF_PERSON: Final = frozenset({"name", "phone", "id_no", "v_phone", "employer"})
_BARE_EMPLOYERS: Final = frozenset({"单位", "工作单位", "所在单位", "单位名称", "任职单位"})


def _give_to_owner_before(columns: list[Column]) -> list[Column]:
    """姓名 … 帮扶人, 联系电话: a bare number right behind somebody's column is that somebody's.

    Behind the head of household it becomes the head's if the member has one elsewhere; behind a helper, a relative
    or a legal representative it is left alone. With no second number in the sheet it is asked about.
    """
    count = Counter(column.field for column in columns if column.action == "take")
    owners = header_words().owners
    owner = ""
    settled: list[Column] = []
    for column in columns:
        text = take_apart(column.header.text).full
        named = next((name for name, words in owners.items() if _names_owner(text, words)), "")
        if not named and text.endswith("姓名") and column.field not in ("name", "head_name"):
            named = "somebody"  # a pupil, a driver: whatever follows bare is theirs
        here = column
        if named:
            owner = named
        elif column.field == "head_name":
            owner = "head"
        elif owner and column.action == "take" and column.field in _BARE_OF_PERSON and _is_bare(text, owner):
            if column.field == "name":
                owner = ""
            else:
                here = _owned(column, owner, count)
        elif _ENDS_OWNER.search(text) or (column.field not in ("sex", "relation") and column.action != "ignore"):
            owner = owner if owner in _OWN_THE_ROW and not count["name"] else ""
        settled.append(here)
    return settled


_OWN_THE_ROW: Final = frozenset({"head", "broker", "somebody"})
"""With no labourer's name in the sheet, the whole row is about them."""
_ENDS_OWNER: Final = re.compile(r"电话|手机|联系方式|身份证|证件号")


def _names_owner(text: str, words: frozenset[str]) -> bool:
    return text in words or text.removesuffix("姓名") in words


def _is_bare(text: str, owner: str) -> bool:
    if "单位" in text and owner != "head":
        return text in _BARE_EMPLOYERS
    return not text.startswith(
        (
            "本人",
            "劳动力",
            "成员",
            "个人",
            "求职",
            "务工",
            "人员",
            "联系人",
            "企业",
            "单位",
            "公司",
            "招聘",
            "用人",
            "用工",
        )
    )


def _owned(column: Column, owner: str, count: Counter[str | None]) -> Column:
    field_key = column.field or ""
    if count[field_key] < 2:
        return asked(column, "unclear_whose")
    count[field_key] -= 1
    if owner == "head" and field_key in _FOLLOWS_OWNER and not count[_FOLLOWS_OWNER[field_key]]:
        return replace(column, field=_FOLLOWS_OWNER[field_key], confidence=0.85)
    return replace(column, action="ignore", field=None, confidence=0.85, reason="somebody_elses", shares=())


def _remember(columns: list[Column], remembered: Mapping[str, str]) -> list[Column]:
    return [_as_said(column, _said_before(column, remembered)) for column in columns]


def _said_before(column: Column, remembered: Mapping[str, str]) -> str | None:
    header = column.header
    return remembered.get(remembered_key(header.text, header.group)) or remembered.get(remembered_key(header.text))


def _as_said(column: Column, said: str | None) -> Column:
    """What the office decided; a column that must be blanked stays blanked."""
    if said is None or column.action == "drop":
        return column
    if said == IGNORE:
        return replace(column, action="ignore", field=None, confidence=1.0, reason="remembered", shares=())
    if said not in fields():
        return column
    decided = _decide(column.index, column.header, Recognised(said, 1.0), "unknown")
    return replace(decided, reason="remembered") if decided.action == "take" else decided


def _settle_conflicts(columns: list[Column]) -> list[Column]:
    """One field, one column, unless the field may have several: the surest wins, equals are asked about."""
    claims: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        if column.action == "take" and column.field and not fields()[column.field].many:
            claims[column.field].append(column)
    settled = {column.index: column for column in columns}
    for key, rivals in claims.items():
        if len(rivals) == 1 or _are_two_ends(key, rivals):
            continue
        best = max(_weight(rival) for rival in rivals)
        equals = [rival for rival in rivals if best - _weight(rival) <= _ALMOST_EQUAL]
        keep = equals[0] if len(equals) == 1 or not fields()[key].identity else None
        for rival in rivals:
            if rival is not keep:
                settled[rival.index] = asked(rival, "two_columns")
    return [settled[column.index] for column in columns]


_ENDS: Final = re.compile(r"最[低高小大]|[上下]限")


def _are_two_ends(key: str, rivals: Sequence[Column]) -> bool:
    """最低薪资 and 最高薪资 are one range in two columns."""
    ends = {match[0] for column in rivals if (match := _ENDS.search(column.header.text))}
    return key in ("v_wage", "v_age") and len(rivals) == 2 == len(ends)


def _weight(column: Column) -> float:
    return column.confidence + (1.0 if column.reason == "remembered" else 0.0)


def _missing(kind: Kind, columns: Sequence[Column]) -> tuple[str, ...]:
    taken = {column.field for column in columns if column.action == "take"}
    taken |= {key for column in columns for key in column.shares}
    if "home_area" in taken:
        taken |= {"township", "county"}
    if "v_address" in taken:
        taken.add("v_place")
    return tuple(f.key for f in fields().values() if f.required and f.sheet == kind and f.key not in taken)
