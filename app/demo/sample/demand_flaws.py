"""What is wrong in some rows of the demand list: one flaw a row, each kind in turn, all written down.

``refuse``: the row cannot be taken as it stands. ``name``: the row may stand, but the reader has to name the cell.
Oddities are right, only written in another way; they say how they read.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.demo.sample.chance import Chance
from app.demo.sample.demand import DemandRow
from app.demo.sample.households import Neighbourhood
from app.demo.sample.identities import id_check_digit
from app.demo.sample.places import shortened

Cells = dict[str, Any]


@dataclass(frozen=True)
class Flaw:
    """A kind of bad row: the column at fault, what is to happen, and how it is made."""

    field: str
    expect: str
    spoil: Callable[["Spoiler", Cells], Any]
    needs: tuple[str, ...] = ()


class Spoiler:
    """Spoils rows; remembers a few earlier ones to repeat."""

    def __init__(self, on: date, chance: Chance, neighbourhood: Neighbourhood, township_names: set[str]) -> None:
        self.on, self.chance, self.neighbourhood = on, chance, neighbourhood
        self.township_names = township_names
        self.earlier: deque[tuple[int, Cells]] = deque(maxlen=40)

    def spoil(self, kind: str, row: DemandRow, number: int) -> Cells:
        """Spoil a row in one way; returns its entry for the manifest."""
        flaw = FLAWS[kind]
        more = flaw.spoil(self, row.cells) or {}
        return {
            "row": number,
            "kind": kind,
            "field": flaw.field,
            "expect": flaw.expect,
            "value": plain(row.cells.get(flaw.field)),
            **more,
        }

    def remember(self, row: DemandRow, number: int) -> None:
        """Keep a sound row, to come again later."""
        self.earlier.append((number, dict(row.cells)))


def plain(value: Any) -> Any:
    """A cell as JSON takes it."""
    return value.isoformat() if isinstance(value, date) else value


def _id_as_float(_: Spoiler, cells: Cells) -> None:
    # What Excel keeps of 18 digits typed into a number cell; a final X would have kept it text.
    cells["id_no"] = float(cells["id_no"][:15] + "000")


def _id_15(_: Spoiler, cells: Cells) -> None:
    cells["id_no"] = cells["id_no"][:6] + cells["id_no"][8:17]


def _id_17(spoiler: Spoiler, cells: Cells) -> None:
    place = spoiler.chance.between(6, 16)
    cells["id_no"] = cells["id_no"][:place] + cells["id_no"][place + 1 :]


def _id_20(spoiler: Spoiler, cells: Cells) -> None:
    cells["id_no"] += spoiler.chance.pick(("13", "43", "44", "62"))
    cells["drop_id_kind"] = "残疾人证"


def _id_checksum(spoiler: Spoiler, cells: Cells) -> None:
    right = cells["id_no"][-1]
    cells["id_no"] = cells["id_no"][:-1] + spoiler.chance.pick([d for d in "0123456789X" if d != right])


def _id_birth(spoiler: Spoiler, cells: Cells) -> None:
    day = spoiler.chance.pick(("0230", "1301", "0631", "0000"))
    first_17 = cells["id_no"][:10] + day + cells["id_no"][14:17]
    cells["id_no"] = first_17 + id_check_digit(first_17)


def _empty(field: str) -> Callable[[Spoiler, Cells], None]:
    def spoil(_: Spoiler, cells: Cells) -> None:
        cells[field] = None

    return spoil


def _unknown_township(spoiler: Spoiler, cells: Cells) -> None:
    names = [name for name in ("青峰岭镇", "双溪口乡", "石鼓山镇", "云屏乡") if name not in spoiler.township_names]
    cells["township"] = spoiler.chance.pick(names)


def _under_16(spoiler: Spoiler, cells: Cells) -> None:
    child = spoiler.neighbourhood.person_of_age(
        spoiler.chance.between(13, 15), "female" if cells["sex"] == "女" else "male"
    )
    cells["id_no"], cells["birth_date"], cells["relation"] = (
        child.id_no,
        child.born_on,
        "之女" if cells["sex"] == "女" else "之子",
    )


def _repeat(spoiler: Spoiler, cells: Cells, *, changed: bool) -> Cells:
    number, earlier = spoiler.chance.pick(spoiler.earlier)
    phone, village = cells["phone"], cells["village"]
    cells.clear()
    cells.update(earlier)
    if changed:
        cells["phone"], cells["village"] = phone, village
    return {"first_row": number}


def _short_phone(spoiler: Spoiler, cells: Cells) -> None:
    phone = cells["phone"] or cells["head_phone"]
    cells["phone"] = phone[: spoiler.chance.between(8, 10)]


def _impossible_date(field: str) -> Callable[[Spoiler, Cells], None]:
    def spoil(spoiler: Spoiler, cells: Cells) -> None:
        day = cells.get(field)
        year = day.year if isinstance(day, date) else spoiler.on.year
        cells[field] = f"{year}-{spoiler.chance.pick(('02-30', '13-05', '04-31', '00-10'))}"

    return spoil


def _future(field: str, other: str, name_field: str) -> Callable[[Spoiler, Cells], None]:
    def spoil(spoiler: Spoiler, cells: Cells) -> None:
        cells[field] = spoiler.on + timedelta(days=spoiler.chance.between(20, 300))
        cells.setdefault("wish_work", "暂无意愿")
        cells[name_field] = cells.get(name_field) or cells["head_name"]
        cells.pop(other, None)

    return spoil


def _other_birth(spoiler: Spoiler, cells: Cells) -> None:
    cells["birth_date"] -= timedelta(days=spoiler.chance.between(31, 900))


def _other_sex(_: Spoiler, cells: Cells) -> None:
    cells["sex"] = "男" if cells["sex"] == "女" else "女"


def _place_without_months(_: Spoiler, cells: Cells) -> None:
    cells["work_place"] = cells.get("work_place") or f"{cells['city']}{cells['county']}"
    cells["work_months"] = None


def _months_without_place(spoiler: Spoiler, cells: Cells) -> None:
    cells["work_place"] = None
    cells["work_months"] = cells.get("work_months") or spoiler.chance.between(2, 11)


def _odd_wage(spoiler: Spoiler, cells: Cells) -> None:
    cells["monthly_wage"] = spoiler.chance.pick((35, 88, 45000, 52000))
    cells["work_place"] = cells.get("work_place") or f"{cells['city']}{cells['county']}"
    cells["work_months"] = cells.get("work_months") or 6


def _end_before_start(spoiler: Spoiler, cells: Cells) -> None:
    cells["start"] = cells.get("start") or spoiler.on - timedelta(days=200)
    cells["end"] = cells["start"] - timedelta(days=spoiler.chance.between(20, 200))


def _unknown_schooling(spoiler: Spoiler, cells: Cells) -> None:
    cells["education"] = spoiler.chance.pick(("大五", "上过几天", "三年级毕业证丢失"))


def _short_head_id(_: Spoiler, cells: Cells) -> None:
    cells["head_id_no"] = cells["head_id_no"][:17]


FLAWS: dict[str, Flaw] = {
    "id_scientific": Flaw("id_no", "refuse", _id_as_float),
    "id_15_digits": Flaw("id_no", "refuse", _id_15),
    "id_17_digits": Flaw("id_no", "refuse", _id_17),
    "id_20_digits": Flaw("id_no", "refuse", _id_20),
    "id_checksum": Flaw("id_no", "refuse", _id_checksum),
    "id_birth_impossible": Flaw("id_no", "refuse", _id_birth),
    "id_missing": Flaw("id_no", "refuse", _empty("id_no")),
    "name_missing": Flaw("name", "refuse", _empty("name")),
    "township_unknown": Flaw("township", "refuse", _unknown_township),
    "township_missing": Flaw("township", "refuse", _empty("township")),
    "under_16": Flaw("id_no", "refuse", _under_16),
    "duplicate_row": Flaw("id_no", "refuse", lambda s, c: _repeat(s, c, changed=False)),
    "duplicate_person": Flaw("id_no", "refuse", lambda s, c: _repeat(s, c, changed=True)),
    "phone_short": Flaw("phone", "name", _short_phone),
    "birth_date_impossible": Flaw("birth_date", "name", _impossible_date("birth_date")),
    "birth_date_differs": Flaw("birth_date", "name", _other_birth),
    "sex_differs": Flaw("sex", "name", _other_sex),
    "stated_in_future": Flaw("stated_on", "name", _future("stated_on", "collected_on", "recorder"), ("stated_on",)),
    "collected_in_future": Flaw("collected_on", "name", _future("collected_on", "stated_on", "collector")),
    "available_impossible": Flaw("available_from", "name", _impossible_date("available_from")),
    "work_place_without_months": Flaw("work_months", "name", _place_without_months),
    "months_without_work_place": Flaw("work_place", "name", _months_without_place),
    "wage_out_of_range": Flaw("monthly_wage", "name", _odd_wage),
    "end_before_start": Flaw("end", "name", _end_before_start, ("start", "end")),
    "education_unknown": Flaw("education", "name", _unknown_schooling),
    "head_id_17_digits": Flaw("head_id_no", "name", _short_head_id),
}


def kinds_for(fields: frozenset[str]) -> list[str]:
    """The kinds a template has the columns for, in order."""
    return [kind for kind, flaw in FLAWS.items() if {flaw.field, *flaw.needs} <= fields]


_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_SCHOOLING = {"初中": "初中毕业", "小学": "小学毕业", "大专": "大专及以上", "高中": "普高", "文盲或半文盲": "文盲"}


def oddity(row: DemandRow, number: int, chance: Chance) -> Cells | None:
    """Write one cell of a sound row in another way; None where the row has nothing to write so."""
    ends_in_x = row.cells["id_no"][-1] == "X"  # one number in eleven: taken whenever it comes
    kind = "id_lower_x" if ends_in_x else chance.pick(ODDITIES)
    field, written, reads_as = _ODD[kind](row.cells)
    if written is None or written == row.cells.get(field):
        return None
    row.cells[field] = written
    return {"row": number, "kind": kind, "field": field, "value": plain(written), "reads_as": reads_as}


def _odd_id(write: Callable[[str], str]) -> Callable[[Cells], tuple[str, Any, Any]]:
    return lambda cells: ("id_no", write(cells["id_no"]), cells["id_no"])


def _odd_phone(write: Callable[[str], Any]) -> Callable[[Cells], tuple[str, Any, Any]]:
    return lambda cells: ("phone", write(cells["phone"]) if cells["phone"] else None, cells["phone"])


def _odd_birth(pattern: Callable[[date], str]) -> Callable[[Cells], tuple[str, Any, Any]]:
    return lambda cells: ("birth_date", pattern(cells["birth_date"]), cells["birth_date"].isoformat())


_ODD: dict[str, Callable[[Cells], tuple[str, Any, Any]]] = {
    "id_lower_x": _odd_id(str.lower),
    "id_spaced": _odd_id(lambda n: f"{n[:6]} {n[6:14]} {n[14:]}"),
    "id_full_width": _odd_id(lambda n: n.translate(_WIDE)),
    "id_apostrophe": _odd_id(lambda n: "'" + n),
    "phone_dashes": _odd_phone(lambda p: f"{p[:3]}-{p[3:7]}-{p[7:]}"),
    "phone_number": _odd_phone(int),
    "birth_words": _odd_birth(lambda d: f"{d.year}年{d.month}月{d.day}日"),
    "birth_slashes": _odd_birth(lambda d: f"{d.year}/{d.month}/{d.day}"),
    "birth_compact": _odd_birth(lambda d: f"{d:%Y%m%d}"),
    "birth_dots": _odd_birth(lambda d: f"{d.year}.{d.month}.{d.day}"),
    "name_spaced": lambda c: ("name", " ".join(c["name"]) if len(c["name"]) == 2 else c["name"] + " ", c["name"]),
    "township_short": lambda c: ("township", shortened(c["township"]), c["township"]),
    "education_word": lambda c: ("education", _SCHOOLING.get(c["education"]), c["education"]),
}
ODDITIES = tuple(_ODD)
